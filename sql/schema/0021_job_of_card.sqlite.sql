-- Another program may also give a picture a job: its card is then not true any more.

DROP TRIGGER image_card_stale;
CREATE TRIGGER image_card_stale AFTER UPDATE OF job_id, prompt, name, tags, starred, rating, deleted_at ON image
 WHEN old.card = new.card AND ((old.job_id IS NOT new.job_id AND new.job_id IS NOT NULL) OR
                               old.prompt IS NOT new.prompt OR old.name IS NOT new.name OR
                               COALESCE(old.tags, '[]') <> COALESCE(new.tags, '[]') OR old.starred <> new.starred OR
                               old.rating <> new.rating OR old.deleted_at IS NOT new.deleted_at) BEGIN
    UPDATE image SET card = NULL WHERE id = new.id;
END;
