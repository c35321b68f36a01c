-- name: image_insert sqlite
-- many
INSERT INTO image (id, user_id, job_id, source, backend, key, media_type, width, height, size_bytes, sha256, crc32,
                   phash, prompt, recipe, name, created_at, card)
VALUES (:id, :user_id, :job_id, :source, :backend, :key, :media_type, :width, :height, :size_bytes, :sha256, :crc32,
        :phash, :prompt, :recipe, :name, :created_at, :card)
-- name: image_insert postgres
INSERT INTO image (id, user_id, job_id, source, backend, key, media_type, width, height, size_bytes, sha256, crc32,
                   phash, prompt, recipe, name, created_at, card)
SELECT * FROM unnest(CAST(:id AS TEXT[]), CAST(:user_id AS TEXT[]), CAST(:job_id AS TEXT[]), CAST(:source AS TEXT[]),
                     CAST(:backend AS TEXT[]), CAST(:key AS TEXT[]), CAST(:media_type AS TEXT[]),
                     CAST(:width AS BIGINT[]), CAST(:height AS BIGINT[]), CAST(:size_bytes AS BIGINT[]),
                     CAST(:sha256 AS TEXT[]), CAST(:crc32 AS BIGINT[]), CAST(:phash AS TEXT[]),
                     CAST(:prompt AS TEXT[]), CAST(:recipe AS TEXT[]), CAST(:name AS TEXT[]),
                     CAST(:created_at AS BIGINT[]), CAST(:card AS TEXT[]))

-- name: image_of_user
SELECT id, user_id, job_id, source, backend, key, media_type, width, height, size_bytes, sha256, crc32, phash,
       prompt, recipe, name, tags, starred, rating, created_at, deleted_at, thumb_size
  FROM image WHERE id = :id AND user_id = :user_id

-- name: image_by_key_of_user
SELECT id, user_id, key, media_type, width, height, size_bytes, sha256, created_at, thumb_size
  FROM image WHERE key = :key AND user_id = :user_id AND deleted_at IS NULL

-- name: image_by_key
SELECT id, user_id, key, media_type, width, height, size_bytes, sha256, created_at, deleted_at, thumb_size
  FROM image WHERE key = :key
   AND EXISTS (SELECT 1 FROM app_user WHERE app_user.id = image.user_id AND disabled_at IS NULL)

-- name: image_of_job
SELECT id, user_id, job_id, source, backend, key, media_type, width, height, size_bytes, sha256, crc32, phash,
       prompt, name, tags, starred, rating, created_at, deleted_at, thumb_size
  FROM image WHERE job_id = :job_id AND user_id = :user_id ORDER BY id

-- name: image_set_thumb_size
UPDATE image SET thumb_size = :thumb_size WHERE id = :id AND user_id = :user_id

-- name: image_same
SELECT id, user_id, job_id, source, backend, key, media_type, width, height, size_bytes, sha256, crc32, phash,
       prompt, name, tags, starred, rating, created_at, thumb_size
  FROM image WHERE user_id = :user_id AND sha256 = :sha256 AND deleted_at IS NULL ORDER BY id LIMIT 1

-- name: image_lock_uploads
UPDATE app_user SET role = role WHERE id = :user_id

-- name: image_pending_add sqlite
-- many
INSERT INTO image_pending (image_id) VALUES (:id) ON CONFLICT (image_id) DO NOTHING
-- name: image_pending_add postgres
INSERT INTO image_pending (image_id) SELECT * FROM unnest(CAST(:id AS TEXT[])) ON CONFLICT (image_id) DO NOTHING

-- name: image_by_ids sqlite
SELECT image.id, job_id, source, backend, image.key, media_type, width, height, size_bytes, sha256, prompt, name, tags, starred,
       rating, created_at, deleted_at
  FROM json_each(:ids) AS want CROSS JOIN image ON image.id = want.value WHERE user_id = :user_id
-- name: image_by_ids postgres
SELECT image.id, job_id, source, backend, image.key, media_type, width, height, size_bytes, sha256, prompt, name, tags, starred,
       rating, created_at, deleted_at
  FROM jsonb_array_elements_text(CAST(:ids AS JSONB)) AS want (id) JOIN image ON image.id = want.id
 WHERE user_id = :user_id

-- name: image_listed_by_ids sqlite
SELECT image.id, card
  FROM json_each(:ids) AS want CROSS JOIN image ON image.id = want.value WHERE user_id = :user_id
-- name: image_listed_by_ids postgres
SELECT image.id, card
  FROM jsonb_array_elements_text(CAST(:ids AS JSONB)) AS want (id) JOIN image ON image.id = want.id
 WHERE user_id = :user_id

-- name: image_lock_by_ids sqlite
SELECT id, user_id, job_id, source, backend, key, media_type, width, height, size_bytes, sha256, crc32, phash, prompt,
       recipe, name, tags, starred, rating, created_at, deleted_at, thumb_size
  FROM image WHERE id IN (SELECT value FROM json_each(:ids)) AND user_id = :user_id ORDER BY id
-- name: image_lock_by_ids postgres
SELECT id, user_id, job_id, source, backend, key, media_type, width, height, size_bytes, sha256, crc32, phash, prompt,
       recipe, name, tags, starred, rating, created_at, deleted_at, thumb_size
  FROM image WHERE id IN (SELECT jsonb_array_elements_text(CAST(:ids AS JSONB))) AND user_id = :user_id
 ORDER BY id FOR UPDATE

-- name: image_update
UPDATE image SET name = :name, tags = :tags, starred = :starred, rating = :rating, deleted_at = :deleted_at, card = :card
 WHERE id = :id AND user_id = :user_id

-- name: image_trash sqlite
-- listing
SELECT id, user_id, job_id, source, backend, key, media_type, width, height, size_bytes, sha256, crc32, phash, name, tags,
       starred, rating, created_at, deleted_at, thumb_size
  FROM image WHERE deleted_at IS NOT NULL AND deleted_at < :before_ms ORDER BY deleted_at LIMIT :limit
-- name: image_trash postgres
SELECT id, user_id, job_id, source, backend, key, media_type, width, height, size_bytes, sha256, crc32, phash, name, tags,
       starred, rating, created_at, deleted_at, thumb_size
  FROM image WHERE deleted_at IS NOT NULL AND deleted_at < :before_ms ORDER BY deleted_at LIMIT :limit FOR UPDATE SKIP LOCKED
