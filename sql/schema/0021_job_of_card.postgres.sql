-- Another program may also give a picture a job, or take it: its card is then not true any more.

DROP TRIGGER image_card_stale ON image;
CREATE TRIGGER image_card_stale BEFORE UPDATE OF job_id, prompt, name, tags, starred, rating, deleted_at ON image
    FOR EACH ROW WHEN (old.card = new.card AND
                       (old.job_id, old.prompt, old.name, COALESCE(old.tags, '[]'), old.starred, old.rating, old.deleted_at)
                       IS DISTINCT FROM
                       (new.job_id, new.prompt, new.name, COALESCE(new.tags, '[]'), new.starred, new.rating, new.deleted_at))
    EXECUTE FUNCTION image_card_drop();
