-- Pictures: one row for each stored file. The bytes are in the store under `key` and never change.

CREATE TABLE image (
    id         TEXT   NOT NULL PRIMARY KEY,
    user_id    TEXT   NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    job_id     TEXT   REFERENCES job (id) ON DELETE SET NULL, -- null: not made by a job
    source     TEXT   NOT NULL CHECK (source IN ('generated', 'uploaded')),
    backend    TEXT,                           -- null: uploaded
    key        TEXT   NOT NULL UNIQUE,         -- in the store; never used twice
    media_type TEXT   NOT NULL,                -- by its bytes, not by what anybody said
    width      BIGINT,                         -- null, like height: nobody can look into it
    height     BIGINT,
    size_bytes BIGINT NOT NULL,
    sha256     TEXT   NOT NULL,                -- hexadecimal
    crc32      BIGINT NOT NULL,                -- for ZIP, without reading the bytes again
    phash      TEXT,                           -- 16 hexadecimal digits: near-duplicates differ in few bits
    prompt     TEXT,                           -- as it was sent
    recipe     TEXT,                           -- JSON: everything that is needed to make it again
    created_at BIGINT NOT NULL,
    deleted_at BIGINT                          -- null; else in the trash since
);
CREATE INDEX image_by_user ON image (user_id, id) WHERE deleted_at IS NULL;
CREATE INDEX image_by_job ON image (job_id) WHERE job_id IS NOT NULL;
