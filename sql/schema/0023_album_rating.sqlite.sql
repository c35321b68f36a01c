-- An album can be walked by rating, too: each place in it knows how its picture is rated, whoever rates it, and its row: a hint, as in
-- the lists of marks.

CREATE TABLE placed (
    album_id  TEXT   NOT NULL REFERENCES album (id) ON DELETE CASCADE,
    image_id  TEXT   NOT NULL REFERENCES image (id) ON DELETE CASCADE,
    position  BIGINT NOT NULL,                 -- rising, with gaps
    rating    BIGINT NOT NULL DEFAULT 0,       -- the picture's
    image_row BIGINT,
    PRIMARY KEY (album_id, image_id)
) WITHOUT ROWID;
INSERT INTO placed (album_id, image_id, position, rating, image_row)
SELECT m.album_id, m.image_id, m.position, i.rating, i.rowid FROM album_image m JOIN image i ON i.id = m.image_id;
DROP TRIGGER album_renamed; -- it names the table
DROP TABLE album_image;
ALTER TABLE placed RENAME TO album_image;
CREATE INDEX album_image_order ON album_image (album_id, position, image_id);
CREATE INDEX album_image_by_image ON album_image (image_id);
CREATE INDEX album_image_by_rating ON album_image (album_id, rating, image_id, image_row);

-- Words find a picture by the names of its albums, as before.
CREATE TRIGGER album_image_added AFTER INSERT ON album_image BEGIN
    INSERT INTO image_pending (image_id) VALUES (new.image_id) ON CONFLICT (image_id) DO NOTHING;
    UPDATE album_image SET (rating, image_row) = (SELECT rating, rowid FROM image WHERE id = new.image_id)
     WHERE album_id = new.album_id AND image_id = new.image_id;
END;
CREATE TRIGGER album_image_removed AFTER DELETE ON album_image BEGIN
    INSERT INTO image_pending (image_id) VALUES (old.image_id) ON CONFLICT (image_id) DO NOTHING;
END;
CREATE TRIGGER album_image_replaced AFTER UPDATE OF image_id ON album_image WHEN old.image_id <> new.image_id BEGIN
    INSERT INTO image_pending (image_id) VALUES (old.image_id) ON CONFLICT (image_id) DO NOTHING;
    INSERT INTO image_pending (image_id) VALUES (new.image_id) ON CONFLICT (image_id) DO NOTHING;
    UPDATE album_image SET (rating, image_row) = (SELECT rating, rowid FROM image WHERE id = new.image_id)
     WHERE album_id = new.album_id AND image_id = new.image_id;
END;
CREATE TRIGGER album_renamed AFTER UPDATE OF name ON album WHEN old.name <> new.name BEGIN
    INSERT INTO image_pending (image_id) SELECT image_id FROM album_image WHERE album_id = new.id
        ON CONFLICT (image_id) DO NOTHING;
END;
CREATE TRIGGER image_rated AFTER UPDATE OF rating ON image WHEN old.rating <> new.rating BEGIN
    UPDATE album_image SET rating = new.rating WHERE image_id = new.id;
END;
