-- The card of a picture becomes all that lists show of it: also what its owner changes. What writes the row writes the card; a row
-- without one (in the trash, or changed by another program) gets it when it is listed.

UPDATE image SET job_id = NULL WHERE job_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM job WHERE job.id = image.job_id);
UPDATE image SET card = CASE WHEN deleted_at IS NULL THEN card ||
    ',"jobId":' || COALESCE('' || to_json(job_id), 'null') || ',"prompt":' || COALESCE('' || to_json(prompt), 'null') ||
    ',"name":' || COALESCE('' || to_json(name), 'null') || ',"tags":' || COALESCE(tags, '[]') ||
    ',"starred":' || CASE WHEN starred = 0 THEN 'false' ELSE 'true' END ||
    ',"rating":' || rating || ',"deletedAt":null,"purgeAt":null' END;
-- Of a wide row other columns are packed and moved elsewhere first.
ALTER TABLE image ALTER COLUMN card SET STORAGE MAIN;

-- A job that is forgotten is no longer a picture's. In the card no quote stands bare within a text, so this finds the member alone.
CREATE FUNCTION image_forget_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM app_user WHERE id = old.user_id) THEN -- otherwise the pictures go, too
        UPDATE image SET job_id = NULL, card = replace(card, ',"jobId":' || to_json(old.id) || ',', ',"jobId":null,')
         WHERE job_id = old.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER image_forgets_job AFTER DELETE ON job FOR EACH ROW EXECUTE FUNCTION image_forget_job();
CREATE FUNCTION image_card_drop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    new.card := NULL;
    RETURN new;
END $$;
CREATE TRIGGER image_card_stale BEFORE UPDATE OF prompt, name, tags, starred, rating, deleted_at ON image
    FOR EACH ROW WHEN (old.card = new.card AND
                       (old.prompt, old.name, COALESCE(old.tags, '[]'), old.starred, old.rating, old.deleted_at) IS DISTINCT FROM
                       (new.prompt, new.name, COALESCE(new.tags, '[]'), new.starred, new.rating, new.deleted_at))
    EXECUTE FUNCTION image_card_drop();
