-- The card of a picture becomes all that lists show of it: also what its owner changes. What writes the row writes the card; a row
-- without one (in the trash, or changed by another program) gets it when it is listed.

UPDATE image SET card = CASE WHEN deleted_at IS NULL THEN card ||
    ',"jobId":' || json_quote(job_id) || ',"prompt":' || json_quote(prompt) || ',"name":' || json_quote(name) ||
    ',"tags":' || COALESCE(tags, '[]') || ',"starred":' || CASE WHEN starred = 0 THEN 'false' ELSE 'true' END ||
    ',"rating":' || rating || ',"deletedAt":null,"purgeAt":null' END;

-- A job that is forgotten is no longer a picture's. In the card no quote stands bare within a text, so this finds the member alone.
CREATE TRIGGER image_card_job AFTER UPDATE OF job_id ON image WHEN old.job_id IS NOT NULL AND new.job_id IS NULL BEGIN
    UPDATE image SET card = replace(card, ',"jobId":' || json_quote(old.job_id) || ',', ',"jobId":null,') WHERE id = new.id;
END;
CREATE TRIGGER image_card_stale AFTER UPDATE OF prompt, name, tags, starred, rating, deleted_at ON image
 WHEN old.card = new.card AND (old.prompt IS NOT new.prompt OR old.name IS NOT new.name OR
                               COALESCE(old.tags, '[]') <> COALESCE(new.tags, '[]') OR old.starred <> new.starred OR
                               old.rating <> new.rating OR old.deleted_at IS NOT new.deleted_at) BEGIN
    UPDATE image SET card = NULL WHERE id = new.id;
END;

-- The list of a mark knows the row of each picture: a hint, for nobody promises that rows keep their numbers.
CREATE TABLE marked (
    mark_id   BIGINT NOT NULL REFERENCES mark (id) ON DELETE CASCADE,
    image_id  TEXT   NOT NULL,                 -- ids rise with time: the newest with a mark are at its end
    image_row BIGINT,
    PRIMARY KEY (mark_id, image_id)
) WITHOUT ROWID;
INSERT INTO marked (mark_id, image_id, image_row)
SELECT mark_id, image_id, (SELECT rowid FROM image WHERE image.id = image_mark.image_id) FROM image_mark;
DROP TABLE image_mark;
ALTER TABLE marked RENAME TO image_mark;
