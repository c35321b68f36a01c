-- An album can be walked by rating, too: each place in it knows how its picture is rated, whoever rates it.

ALTER TABLE album_image ADD COLUMN rating BIGINT NOT NULL DEFAULT 0;
UPDATE album_image SET rating = image.rating FROM image WHERE image.id = image_id AND image.rating <> 0;
CREATE INDEX album_image_by_rating ON album_image (album_id, rating, image_id);

CREATE FUNCTION album_image_rate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT rating INTO new.rating FROM image WHERE id = new.image_id FOR SHARE; -- whoever rates it waits, or is waited for
    new.rating := COALESCE(new.rating, 0); -- of one that is gone, which the key will refuse
    RETURN new;
END $$;
CREATE TRIGGER album_image_rated BEFORE INSERT OR UPDATE OF image_id ON album_image
    FOR EACH ROW EXECUTE FUNCTION album_image_rate();
CREATE FUNCTION image_rate_in_albums() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE album_image SET rating = new.rating WHERE image_id = new.id;
    RETURN NULL;
END $$;
CREATE TRIGGER image_rated AFTER UPDATE OF rating ON image
    FOR EACH ROW WHEN (old.rating <> new.rating) EXECUTE FUNCTION image_rate_in_albums();
