-- Albums: ordered pictures with a source. A session album has a subject, an anchor and directed shots.

CREATE TABLE album (
    id                 TEXT   NOT NULL PRIMARY KEY,
    user_id            TEXT   NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    name               TEXT   NOT NULL,
    description        TEXT,
    subject_desc       TEXT,                          -- null: not a session, made of pictures that are there
    source_type        TEXT   NOT NULL CHECK (source_type IN ('session', 'batch_generation', 'scrape', 'manual')),
    source_id          TEXT,                          -- the run or scrape job that made it
    backend            TEXT,                          -- null: the first one configured
    style              TEXT,
    width              BIGINT,                        -- null, like height: what the backend likes
    height             BIGINT,
    seed               BIGINT,                        -- of the anchor; shot k has seed + 1 + k
    anchor_image_id    TEXT   REFERENCES image (id) ON DELETE SET NULL,
    anchor_job_id      TEXT   REFERENCES job (id) ON DELETE SET NULL, -- the last one that was to make the anchor
    anchor_error       TEXT,                          -- why that failed
    is_public          BIGINT NOT NULL DEFAULT 0,     -- 1: every user may look at it
    is_training_source BIGINT NOT NULL DEFAULT 0,
    image_count        BIGINT NOT NULL DEFAULT 0,     -- rows of album_image
    created_at         BIGINT NOT NULL,
    updated_at         BIGINT NOT NULL
);
CREATE INDEX album_by_user ON album (user_id, id);
CREATE INDEX album_public ON album (id) WHERE is_public = 1;
CREATE INDEX album_by_anchor_job ON album (anchor_job_id) WHERE anchor_job_id IS NOT NULL;
CREATE INDEX album_by_anchor ON album (anchor_image_id) WHERE anchor_image_id IS NOT NULL;

CREATE TABLE album_shot (
    album_id    TEXT   NOT NULL REFERENCES album (id) ON DELETE CASCADE,
    position    BIGINT NOT NULL,                      -- from 0
    label       TEXT   NOT NULL,
    direction   TEXT   NOT NULL,                      -- what the photographer says
    status      TEXT   NOT NULL CHECK (status IN ('pending', 'generating', 'complete', 'failed')),
    image_id    TEXT   REFERENCES image (id) ON DELETE SET NULL,
    job_id      TEXT   REFERENCES job (id) ON DELETE SET NULL, -- the last one that was to make it; another one's result does not count
    error       TEXT,                                 -- when failed
    consistency DOUBLE PRECISION,                     -- likeness to the anchor from 0 to 1; null: not measured
    PRIMARY KEY (album_id, position)
);
CREATE INDEX album_shot_by_job ON album_shot (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX album_shot_by_image ON album_shot (image_id) WHERE image_id IS NOT NULL;

CREATE TABLE album_image (
    album_id TEXT   NOT NULL REFERENCES album (id) ON DELETE CASCADE,
    image_id TEXT   NOT NULL REFERENCES image (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,                         -- rising, with gaps
    PRIMARY KEY (album_id, image_id)
);
CREATE INDEX album_image_order ON album_image (album_id, position, image_id);
CREATE INDEX album_image_by_image ON album_image (image_id);
