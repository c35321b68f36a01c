-- What has a source, a backend, a tag or a star can be walked by rating: its list knows how each picture is rated, instead of
-- there being one more list for each rating. In the lists of other marks the rating is null.

DELETE FROM mark WHERE kind = 'rated'; -- and its list
ALTER TABLE image_mark ADD COLUMN rating BIGINT;
UPDATE image_mark SET rating = image.rating FROM image, mark
 WHERE image.id = image_mark.image_id AND mark.id = image_mark.mark_id AND mark.kind IN ('source', 'backend', 'tag', 'starred');
CREATE INDEX image_mark_by_rating ON image_mark (mark_id, rating, image_id) WHERE rating IS NOT NULL;
CREATE INDEX image_by_rating ON image (user_id, rating, id) WHERE deleted_at IS NULL;

-- The jobs of a user in the order of ids as bytes, which is the same order: that of the primary key has rows of all users, and where one
-- has most of them it would be walked for the others, too.
DROP INDEX job_open;
DROP INDEX job_ended;
CREATE INDEX job_open ON job (user_id, id COLLATE "C") WHERE finished_at IS NULL;
CREATE INDEX job_ended ON job (user_id, state, id COLLATE "C") WHERE finished_at IS NOT NULL;
