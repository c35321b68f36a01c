-- The library: what makes thousands of pictures usable. A picture's own words stand in its row; what finds it by them is
-- kept up to date behind it.
ALTER TABLE image ADD COLUMN name TEXT;                       -- what its owner calls it; at first the uploaded file's name
ALTER TABLE image ADD COLUMN starred BIGINT NOT NULL DEFAULT 0; -- 1: a favourite
ALTER TABLE image ADD COLUMN rating BIGINT NOT NULL DEFAULT 0;  -- 1 to 5; 0: not rated
ALTER TABLE image ADD COLUMN tags TEXT;                       -- JSON list of texts in order; null: none
CREATE INDEX image_trash ON image (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE image_pending (
    image_id TEXT NOT NULL PRIMARY KEY         -- a new picture, or one whose albums have changed: soon in what follows
) WITHOUT ROWID;
INSERT INTO image_pending (image_id) SELECT id FROM image;

CREATE TABLE library (
    number    INTEGER PRIMARY KEY AUTOINCREMENT, -- stands for the user where many rows have to
    user_id   TEXT   NOT NULL UNIQUE REFERENCES app_user (id) ON DELETE CASCADE,
    last_text BIGINT NOT NULL DEFAULT 0        -- how many numbers of image_text were given
);

CREATE TABLE mark (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT   NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    kind    TEXT   NOT NULL,                   -- "tag", "backend", "rating", ...
    value   TEXT   NOT NULL,                   -- "sunset", "4", ...
    count   BIGINT NOT NULL DEFAULT 0,         -- rows of image_mark
    UNIQUE (user_id, kind, value)
);
-- The most used first: what the library is filtered by.
CREATE INDEX mark_by_count ON mark (user_id, kind, count, value);

CREATE TABLE image_mark (
    mark_id  BIGINT NOT NULL REFERENCES mark (id) ON DELETE CASCADE,
    image_id TEXT   NOT NULL,                  -- ids rise with time: the newest with a mark are at its end
    PRIMARY KEY (mark_id, image_id)
) WITHOUT ROWID;

CREATE TABLE image_band (
    library  BIGINT NOT NULL REFERENCES library (number) ON DELETE CASCADE,
    band     BIGINT NOT NULL,                  -- which quarter of the perceptual hash, times 65536, and its bits
    image_id TEXT   NOT NULL,
    PRIMARY KEY (library, band, image_id)
) WITHOUT ROWID;

CREATE TABLE image_edge (
    child_id  TEXT NOT NULL REFERENCES image (id) ON DELETE CASCADE, -- the picture that was made
    parent_id TEXT NOT NULL REFERENCES image (id) ON DELETE CASCADE, -- the one that it was made from
    role      TEXT NOT NULL,                   -- what the parent was for: "reference", "init", ...
    PRIMARY KEY (child_id, parent_id)
) WITHOUT ROWID;
CREATE INDEX image_edge_by_parent ON image_edge (parent_id, child_id);

CREATE TABLE saved_search (
    id         TEXT   NOT NULL PRIMARY KEY,
    user_id    TEXT   NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    name       TEXT   NOT NULL,
    q          TEXT   NOT NULL,                -- as it was typed
    sort       TEXT,                           -- null: as the list has it by itself
    created_at BIGINT NOT NULL,
    UNIQUE (user_id, name)
);
CREATE INDEX saved_search_by_user ON saved_search (user_id, id);

-- The words of a picture, folded; the pictures of a library are numbered as they came: a library's are number * 2^40 and more.
CREATE TABLE image_text (
    number   INTEGER PRIMARY KEY,
    image_id TEXT   NOT NULL UNIQUE REFERENCES image (id) ON DELETE CASCADE,
    words    TEXT   NOT NULL                   -- words and '#' tokens of its marks; empty: in the trash
);
CREATE VIRTUAL TABLE image_words USING fts5 (words, content = 'image_text', content_rowid = 'number',
                                             tokenize = "ascii tokenchars '#'");
CREATE TRIGGER image_text_added AFTER INSERT ON image_text BEGIN
    INSERT INTO image_words (rowid, words) VALUES (new.number, new.words);
END;
CREATE TRIGGER image_text_removed AFTER DELETE ON image_text BEGIN
    INSERT INTO image_words (image_words, rowid, words) VALUES ('delete', old.number, old.words);
END;
CREATE TRIGGER image_text_changed AFTER UPDATE OF words ON image_text WHEN old.words <> new.words BEGIN
    INSERT INTO image_words (image_words, rowid, words) VALUES ('delete', old.number, old.words);
    INSERT INTO image_words (rowid, words) VALUES (new.number, new.words);
END;

-- Words find a picture by the names of its albums, too.
CREATE TRIGGER album_image_added AFTER INSERT ON album_image BEGIN
    INSERT INTO image_pending (image_id) VALUES (new.image_id) ON CONFLICT (image_id) DO NOTHING;
END;
CREATE TRIGGER album_image_removed AFTER DELETE ON album_image BEGIN
    INSERT INTO image_pending (image_id) VALUES (old.image_id) ON CONFLICT (image_id) DO NOTHING;
END;
CREATE TRIGGER album_image_replaced AFTER UPDATE OF image_id ON album_image WHEN old.image_id <> new.image_id BEGIN
    INSERT INTO image_pending (image_id) VALUES (old.image_id) ON CONFLICT (image_id) DO NOTHING;
    INSERT INTO image_pending (image_id) VALUES (new.image_id) ON CONFLICT (image_id) DO NOTHING;
END;
CREATE TRIGGER album_renamed AFTER UPDATE OF name ON album WHEN old.name <> new.name BEGIN
    INSERT INTO image_pending (image_id) SELECT image_id FROM album_image WHERE album_id = new.id
        ON CONFLICT (image_id) DO NOTHING;
END;
