-- part: album
SELECT id, user_id, name, description, subject_desc, source_type, source_id, backend, style, width, height, seed,
       anchor_image_id, anchor_job_id, anchor_error, is_public, is_training_source, image_count, created_at, updated_at,
       (SELECT i.key FROM image i WHERE i.id = album.anchor_image_id AND i.deleted_at IS NULL) AS anchor_key,
       (SELECT i.key FROM album_image m JOIN image i ON i.id = m.image_id
         WHERE m.album_id = album.id AND i.deleted_at IS NULL ORDER BY m.position, m.image_id LIMIT 1) AS cover_key,
       (SELECT AVG(s.consistency) FROM album_shot s WHERE s.album_id = album.id AND s.status = 'complete') AS consistency

-- part: mine
EXISTS (SELECT 1 FROM album WHERE album.id = :id AND album.user_id = :user_id)

-- part: named sqlite
(:words IS NULL OR INSTR(LOWER(name), LOWER(:words)) > 0)
-- part: named postgres
(CAST(:words AS TEXT) IS NULL OR STRPOS(LOWER(name), LOWER(:words)) > 0)

-- name: album_insert
INSERT INTO album (id, user_id, name, description, subject_desc, source_type, source_id, backend, style, width, height,
                   seed, is_public, is_training_source, created_at, updated_at)
VALUES (:id, :user_id, :name, :description, :subject_desc, :source_type, :source_id, :backend, :style, :width, :height,
        :seed, :is_public, :is_training_source, :created_at, :updated_at)

-- name: album_of_user
{album} FROM album WHERE id = :id AND user_id = :user_id

-- name: album_claim sqlite
SELECT id FROM album WHERE id = :id AND user_id = :user_id

-- name: album_claim postgres
SELECT id FROM album WHERE id = :id AND user_id = :user_id FOR UPDATE

-- name: album_visible
{album} FROM album WHERE id = :id AND (user_id = :user_id OR is_public = 1)

-- Two callers who want one album of the same name meet here: the second one goes on when the first one is done.
-- name: album_name_turn sqlite
SELECT id FROM app_user WHERE id = :user_id
-- name: album_name_turn postgres
SELECT id FROM app_user WHERE id = :user_id FOR NO KEY UPDATE

-- name: album_by_name
SELECT id FROM album
 WHERE user_id = :user_id AND name = :name AND source_type = 'manual' ORDER BY id DESC LIMIT 1

-- name: album_page
-- listing
{album} FROM album
 WHERE (user_id, id) < (:user_id, :before) AND user_id >= :user_id AND source_type = COALESCE(:source, source_type)
   AND {named}
 ORDER BY user_id DESC, id DESC LIMIT :limit

-- name: album_page_public
-- listing
{album} FROM album
 WHERE is_public = 1 AND user_id <> :user_id AND id < :before AND source_type = COALESCE(:source, source_type)
   AND {named}
 ORDER BY id DESC LIMIT :limit

-- name: album_update
UPDATE album SET name = :name, description = :description, subject_desc = :subject_desc, is_public = :is_public,
                 is_training_source = :is_training_source, updated_at = :updated_at
 WHERE id = :id AND user_id = :user_id

-- name: album_delete
DELETE FROM album WHERE id = :id AND user_id = :user_id

-- name: album_set_anchor_job
UPDATE album SET anchor_job_id = :job_id, anchor_error = NULL, updated_at = :now WHERE id = :id AND user_id = :user_id

-- A job that was replaced meanwhile changes nothing.
-- name: album_set_anchor
UPDATE album SET anchor_image_id = :image_id, anchor_job_id = NULL, anchor_error = NULL, updated_at = :now
 WHERE id = :id AND user_id = :user_id AND COALESCE(anchor_job_id, '') = COALESCE(:job_id, anchor_job_id, '')

-- name: album_fail_anchor
UPDATE album SET anchor_job_id = NULL, anchor_error = :error, updated_at = :now
 WHERE id = :id AND user_id = :user_id AND anchor_job_id = :job_id

-- The last one that was to make it ended without, and nothing else has come in its place.
-- name: album_resume_anchor
UPDATE album SET anchor_job_id = :job_id, anchor_error = NULL, updated_at = :now
 WHERE id = :id AND user_id = :user_id AND anchor_job_id IS NULL
   AND (anchor_image_id IS NULL OR anchor_error IS NOT NULL)

-- name: album_jobs
SELECT j.id FROM album a JOIN job j ON j.id = a.anchor_job_id
 WHERE a.id = :id AND a.user_id = :user_id AND j.state IN ('queued', 'running')
UNION ALL
SELECT j.id FROM album a JOIN album_shot s ON s.album_id = a.id JOIN job j ON j.id = s.job_id
 WHERE a.id = :id AND a.user_id = :user_id AND j.state IN ('queued', 'running')

-- name: album_count_images
UPDATE album SET image_count = (SELECT COUNT(*) FROM album_image m JOIN image i ON i.id = m.image_id
                                 WHERE m.album_id = album.id AND i.deleted_at IS NULL), updated_at = :now
 WHERE id = :id AND user_id = :user_id

-- name: shot_insert
INSERT INTO album_shot (album_id, position, label, direction, status)
SELECT a.id, :position, :label, :direction, 'pending' FROM album a WHERE a.id = :id AND a.user_id = :user_id

-- name: shot_list
SELECT s.position, s.label, s.direction, s.status, s.image_id, s.job_id, s.error, s.consistency,
       s.face_consistency, s.remakes, i.key AS image_key
  FROM album_shot s LEFT JOIN image i ON i.id = s.image_id AND i.deleted_at IS NULL
 WHERE s.album_id = :id AND {mine}
 ORDER BY s.position

-- name: shot_by_position
SELECT s.position, s.label, s.direction, s.status, s.image_id, s.job_id, s.error, s.consistency,
       s.face_consistency, s.remakes, i.key AS image_key
  FROM album_shot s LEFT JOIN image i ON i.id = s.image_id AND i.deleted_at IS NULL
 WHERE s.album_id = :id AND s.position = :position
   AND {mine}

-- name: shot_begin
UPDATE album_shot SET status = 'generating', job_id = :job_id, error = NULL
 WHERE album_id = :id AND position = :position AND status <> 'generating'
   AND {mine}

-- name: shot_complete
UPDATE album_shot SET status = 'complete', image_id = :image_id, error = NULL, consistency = NULL,
                      face_consistency = NULL
 WHERE album_id = :id AND position = :position AND job_id = :job_id AND status = 'generating'
   AND {mine}

-- A cancelled one that has a picture of an earlier job keeps it.
-- name: shot_end
UPDATE album_shot SET status = CASE WHEN CAST(:error AS TEXT) IS NULL AND image_id IS NOT NULL THEN 'complete' ELSE :status END,
                      error = :error
 WHERE album_id = :id AND position = :position AND job_id = :job_id AND status = 'generating'
   AND {mine}

-- Its last job ended without a picture, and goes on.
-- name: shot_resume
UPDATE album_shot SET status = 'generating', error = NULL
 WHERE album_id = :id AND position = :position AND job_id = :job_id AND status <> 'generating'
   AND {mine}

-- name: shot_reset
UPDATE album_shot SET status = 'pending', image_id = NULL, job_id = NULL, error = NULL, consistency = NULL,
                      face_consistency = NULL, remakes = 0
 WHERE album_id = :id AND position = :position
   AND {mine}

-- name: shot_delete_pending
DELETE FROM album_shot WHERE album_id = :id AND status = 'pending'
   AND {mine}

-- name: shot_last
SELECT COALESCE(MAX(position), -1) AS position FROM album_shot WHERE album_id = :id
   AND {mine}

-- Whoever puts the picture into the trash meanwhile is waited for, or waits for us: one of both sees what the other one does.
-- name: member_add sqlite
INSERT INTO album_image (album_id, image_id, position)
SELECT a.id, i.id, :position FROM album a JOIN image i ON i.user_id = a.user_id
 WHERE a.id = :id AND a.user_id = :user_id AND i.id = :image_id AND i.deleted_at IS NULL
ON CONFLICT (album_id, image_id) DO NOTHING
-- name: member_add postgres
INSERT INTO album_image (album_id, image_id, position)
SELECT a.id, i.id, :position FROM album a JOIN image i ON i.user_id = a.user_id
 WHERE a.id = :id AND a.user_id = :user_id AND i.id = :image_id AND i.deleted_at IS NULL
   FOR SHARE OF i
ON CONFLICT (album_id, image_id) DO NOTHING

-- name: member_place
UPDATE album_image SET position = :position WHERE album_id = :id AND image_id = :image_id
   AND {mine}

-- name: member_find
SELECT position FROM album_image WHERE album_id = :id AND image_id = :image_id
   AND {mine}

-- How many share the place, and the places next to it; nothing stands before 0.
-- name: member_neighbours
SELECT (SELECT COUNT(*) FROM album_image WHERE album_id = :id AND position = :position) AS count,
       COALESCE((SELECT MAX(position) FROM album_image WHERE album_id = :id AND position < :position), :low) AS low,
       COALESCE((SELECT MIN(position) FROM album_image WHERE album_id = :id AND position > :position), :high) AS high
 WHERE {mine}

-- Each gets a place of its own again, with room around it.
-- name: member_space
UPDATE album_image SET position = spaced.place
  FROM (SELECT image_id, :gap * ROW_NUMBER() OVER (ORDER BY position, image_id) AS place
          FROM album_image WHERE album_id = :id) AS spaced
 WHERE album_image.album_id = :id AND album_image.image_id = spaced.image_id
   AND {mine}

-- One picture can be the anchor and a shot, too: it stays as long as it is either.
-- name: member_replace
UPDATE album_image SET image_id = :image_id
 WHERE album_id = :id AND image_id = :replaced
   AND NOT EXISTS (SELECT 1 FROM album_image m WHERE m.album_id = :id AND m.image_id = :image_id)
   AND NOT EXISTS (SELECT 1 FROM album WHERE album.id = :id AND album.anchor_image_id = :replaced)
   AND NOT EXISTS (SELECT 1 FROM album_shot s WHERE s.album_id = :id AND s.image_id = :replaced)
   AND {mine}

-- name: member_release
DELETE FROM album_image
 WHERE album_id = :id AND image_id = :replaced
   AND NOT EXISTS (SELECT 1 FROM album WHERE album.id = :id AND album.anchor_image_id = :replaced)
   AND NOT EXISTS (SELECT 1 FROM album_shot s WHERE s.album_id = :id AND s.image_id = :replaced)
   AND {mine}

-- name: member_first
SELECT COALESCE(MIN(m.position), 0) AS position, COUNT(*) AS count
  FROM album_image m JOIN image i ON i.id = m.image_id WHERE m.album_id = :id AND i.deleted_at IS NULL
   AND {mine}

-- name: member_remove
DELETE FROM album_image WHERE album_id = :id AND image_id = :image_id
   AND {mine}

-- Those in the trash may come back: they have their places, and count.
-- name: member_last
SELECT COALESCE(MAX(position), 0) AS position, COUNT(*) AS count FROM album_image WHERE album_id = :id
   AND {mine}

-- name: member_page
-- listing
SELECT i.id, i.user_id, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.crc32, i.sha256, i.prompt,
       i.created_at, m.position
  FROM album_image m JOIN image i ON i.id = m.image_id
 WHERE m.album_id = :id AND (m.position, m.image_id) > (:position, :image_id) AND i.deleted_at IS NULL
   AND {mine}
 ORDER BY m.position, m.image_id LIMIT :limit
