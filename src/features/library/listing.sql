-- Pages of pictures. A list is walked by its own index: that of the rarest mark, of an album, or of the user; what else is asked
-- for is looked up for each picture on the way, up to :steps of them. Both databases keep the order of the walk: SQLite takes
-- its rows one by one, and PostgreSQL may not join in another way than one by one (OFFSET 0). Unused :with_ repeat the first.

-- name: listing_all_down
-- listing
SELECT i.id, i.job_id, i.source, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.sha256, i.prompt, i.name,
       i.tags, i.starred, i.rating, i.created_at, i.deleted_at
  FROM image i
 WHERE i.user_id = :user_id AND i.deleted_at IS NULL AND i.id >= :after AND i.id < :before ORDER BY i.id DESC LIMIT :limit

-- name: listing_by_user_down sqlite
-- listing
SELECT i.id, i.job_id, i.source, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.sha256, i.prompt, i.name,
       i.tags, i.starred, i.rating, i.created_at, i.deleted_at
  FROM (SELECT id AS image_id FROM image WHERE user_id = :user_id AND deleted_at IS NULL AND id >= :after AND id < :before
         ORDER BY id DESC LIMIT :steps) m
 CROSS JOIN image i ON i.id = m.image_id
 WHERE i.user_id = :user_id
   AND (CAST(:with_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:with_1, :with_2, :with_3, :with_4, :with_5)) = :with_count)
   AND (CAST(:without_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:without_1, :without_2, :without_3)) = 0) LIMIT :limit
-- name: listing_by_user_down postgres
SELECT i.id, i.job_id, i.source, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.sha256, i.prompt, i.name,
       i.tags, i.starred, i.rating, i.created_at, i.deleted_at
  FROM (SELECT id AS image_id FROM image WHERE user_id = :user_id AND deleted_at IS NULL AND id >= :after AND id < :before
         ORDER BY id DESC LIMIT :steps) m
 CROSS JOIN LATERAL (SELECT * FROM image WHERE image.id = m.image_id OFFSET 0) i
 WHERE i.user_id = :user_id
   AND (CAST(:with_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:with_1, :with_2, :with_3, :with_4, :with_5)) = :with_count)
   AND (CAST(:without_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:without_1, :without_2, :without_3)) = 0)
 ORDER BY m.image_id DESC LIMIT :limit

-- name: listing_by_mark_down sqlite
-- listing
SELECT i.id, i.job_id, i.source, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.sha256, i.prompt, i.name,
       i.tags, i.starred, i.rating, i.created_at, i.deleted_at
  FROM (SELECT image_id FROM image_mark WHERE mark_id = (SELECT id FROM mark WHERE id = :mark AND user_id = :user_id)
           AND image_id >= :after AND image_id < :before
         ORDER BY image_id DESC LIMIT :steps) m
 CROSS JOIN image i ON i.id = m.image_id
 WHERE i.user_id = :user_id
   AND (CAST(:with_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:with_1, :with_2, :with_3, :with_4, :with_5)) = :with_count)
   AND (CAST(:without_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:without_1, :without_2, :without_3)) = 0) LIMIT :limit
-- name: listing_by_mark_down postgres
SELECT i.id, i.job_id, i.source, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.sha256, i.prompt, i.name,
       i.tags, i.starred, i.rating, i.created_at, i.deleted_at
  FROM (SELECT image_id FROM image_mark WHERE mark_id = (SELECT id FROM mark WHERE id = :mark AND user_id = :user_id)
           AND image_id >= :after AND image_id < :before
         ORDER BY image_id DESC LIMIT :steps) m
 CROSS JOIN LATERAL (SELECT * FROM image WHERE image.id = m.image_id OFFSET 0) i
 WHERE i.user_id = :user_id
   AND (CAST(:with_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:with_1, :with_2, :with_3, :with_4, :with_5)) = :with_count)
   AND (CAST(:without_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:without_1, :without_2, :without_3)) = 0)
 ORDER BY m.image_id DESC LIMIT :limit

-- name: listing_by_album_down sqlite
-- listing
SELECT i.id, i.job_id, i.source, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.sha256, i.prompt, i.name,
       i.tags, i.starred, i.rating, i.created_at, i.deleted_at
  FROM (SELECT image_id FROM album_image WHERE album_id = (SELECT id FROM album WHERE id = :album_id AND user_id = :user_id)
           AND image_id >= :after AND image_id < :before
         ORDER BY image_id DESC LIMIT :steps) m
 CROSS JOIN image i ON i.id = m.image_id
 WHERE i.user_id = :user_id AND i.deleted_at IS NULL
   AND (CAST(:with_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:with_1, :with_2, :with_3, :with_4, :with_5)) = :with_count)
   AND (CAST(:without_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:without_1, :without_2, :without_3)) = 0) LIMIT :limit
-- name: listing_by_album_down postgres
SELECT i.id, i.job_id, i.source, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.sha256, i.prompt, i.name,
       i.tags, i.starred, i.rating, i.created_at, i.deleted_at
  FROM (SELECT image_id FROM album_image WHERE album_id = (SELECT id FROM album WHERE id = :album_id AND user_id = :user_id)
           AND image_id >= :after AND image_id < :before
         ORDER BY image_id DESC LIMIT :steps) m
 CROSS JOIN LATERAL (SELECT * FROM image WHERE image.id = m.image_id OFFSET 0) i
 WHERE i.user_id = :user_id AND i.deleted_at IS NULL
   AND (CAST(:with_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:with_1, :with_2, :with_3, :with_4, :with_5)) = :with_count)
   AND (CAST(:without_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:without_1, :without_2, :without_3)) = 0)
 ORDER BY m.image_id DESC LIMIT :limit

-- Where a walk of so many steps ends.
-- name: listing_by_user_step_down
-- listing
SELECT id FROM image
 WHERE user_id = :user_id AND deleted_at IS NULL AND id >= :after AND id < :before ORDER BY id DESC LIMIT 1 OFFSET :steps

-- name: listing_by_mark_step_down
-- listing
SELECT image_id AS id FROM image_mark
 WHERE mark_id = (SELECT id FROM mark WHERE id = :mark AND user_id = :user_id) AND image_id >= :after AND image_id < :before
 ORDER BY image_id DESC LIMIT 1 OFFSET :steps

-- name: listing_all_up
-- listing
SELECT i.id, i.job_id, i.source, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.sha256, i.prompt, i.name,
       i.tags, i.starred, i.rating, i.created_at, i.deleted_at
  FROM image i
 WHERE i.user_id = :user_id AND i.deleted_at IS NULL AND i.id > :after AND i.id <= :before ORDER BY i.id LIMIT :limit

-- name: listing_by_user_up sqlite
-- listing
SELECT i.id, i.job_id, i.source, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.sha256, i.prompt, i.name,
       i.tags, i.starred, i.rating, i.created_at, i.deleted_at
  FROM (SELECT id AS image_id FROM image WHERE user_id = :user_id AND deleted_at IS NULL AND id > :after AND id <= :before
         ORDER BY id LIMIT :steps) m
 CROSS JOIN image i ON i.id = m.image_id
 WHERE i.user_id = :user_id
   AND (CAST(:with_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:with_1, :with_2, :with_3, :with_4, :with_5)) = :with_count)
   AND (CAST(:without_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:without_1, :without_2, :without_3)) = 0) LIMIT :limit
-- name: listing_by_user_up postgres
SELECT i.id, i.job_id, i.source, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.sha256, i.prompt, i.name,
       i.tags, i.starred, i.rating, i.created_at, i.deleted_at
  FROM (SELECT id AS image_id FROM image WHERE user_id = :user_id AND deleted_at IS NULL AND id > :after AND id <= :before
         ORDER BY id LIMIT :steps) m
 CROSS JOIN LATERAL (SELECT * FROM image WHERE image.id = m.image_id OFFSET 0) i
 WHERE i.user_id = :user_id
   AND (CAST(:with_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:with_1, :with_2, :with_3, :with_4, :with_5)) = :with_count)
   AND (CAST(:without_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:without_1, :without_2, :without_3)) = 0)
 ORDER BY m.image_id LIMIT :limit

-- name: listing_by_mark_up sqlite
-- listing
SELECT i.id, i.job_id, i.source, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.sha256, i.prompt, i.name,
       i.tags, i.starred, i.rating, i.created_at, i.deleted_at
  FROM (SELECT image_id FROM image_mark WHERE mark_id = (SELECT id FROM mark WHERE id = :mark AND user_id = :user_id)
           AND image_id > :after AND image_id <= :before
         ORDER BY image_id LIMIT :steps) m
 CROSS JOIN image i ON i.id = m.image_id
 WHERE i.user_id = :user_id
   AND (CAST(:with_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:with_1, :with_2, :with_3, :with_4, :with_5)) = :with_count)
   AND (CAST(:without_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:without_1, :without_2, :without_3)) = 0) LIMIT :limit
-- name: listing_by_mark_up postgres
SELECT i.id, i.job_id, i.source, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.sha256, i.prompt, i.name,
       i.tags, i.starred, i.rating, i.created_at, i.deleted_at
  FROM (SELECT image_id FROM image_mark WHERE mark_id = (SELECT id FROM mark WHERE id = :mark AND user_id = :user_id)
           AND image_id > :after AND image_id <= :before
         ORDER BY image_id LIMIT :steps) m
 CROSS JOIN LATERAL (SELECT * FROM image WHERE image.id = m.image_id OFFSET 0) i
 WHERE i.user_id = :user_id
   AND (CAST(:with_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:with_1, :with_2, :with_3, :with_4, :with_5)) = :with_count)
   AND (CAST(:without_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:without_1, :without_2, :without_3)) = 0)
 ORDER BY m.image_id LIMIT :limit

-- name: listing_by_album_up sqlite
-- listing
SELECT i.id, i.job_id, i.source, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.sha256, i.prompt, i.name,
       i.tags, i.starred, i.rating, i.created_at, i.deleted_at
  FROM (SELECT image_id FROM album_image WHERE album_id = (SELECT id FROM album WHERE id = :album_id AND user_id = :user_id)
           AND image_id > :after AND image_id <= :before
         ORDER BY image_id LIMIT :steps) m
 CROSS JOIN image i ON i.id = m.image_id
 WHERE i.user_id = :user_id AND i.deleted_at IS NULL
   AND (CAST(:with_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:with_1, :with_2, :with_3, :with_4, :with_5)) = :with_count)
   AND (CAST(:without_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:without_1, :without_2, :without_3)) = 0) LIMIT :limit
-- name: listing_by_album_up postgres
SELECT i.id, i.job_id, i.source, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.sha256, i.prompt, i.name,
       i.tags, i.starred, i.rating, i.created_at, i.deleted_at
  FROM (SELECT image_id FROM album_image WHERE album_id = (SELECT id FROM album WHERE id = :album_id AND user_id = :user_id)
           AND image_id > :after AND image_id <= :before
         ORDER BY image_id LIMIT :steps) m
 CROSS JOIN LATERAL (SELECT * FROM image WHERE image.id = m.image_id OFFSET 0) i
 WHERE i.user_id = :user_id AND i.deleted_at IS NULL
   AND (CAST(:with_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:with_1, :with_2, :with_3, :with_4, :with_5)) = :with_count)
   AND (CAST(:without_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
          AND x.mark_id IN (:without_1, :without_2, :without_3)) = 0)
 ORDER BY m.image_id LIMIT :limit

-- Where a walk of so many steps ends.
-- name: listing_by_user_step_up
-- listing
SELECT id FROM image
 WHERE user_id = :user_id AND deleted_at IS NULL AND id > :after AND id <= :before ORDER BY id LIMIT 1 OFFSET :steps

-- name: listing_by_mark_step_up
-- listing
SELECT image_id AS id FROM image_mark
 WHERE mark_id = (SELECT id FROM mark WHERE id = :mark AND user_id = :user_id) AND image_id > :after AND image_id <= :before
 ORDER BY image_id LIMIT 1 OFFSET :steps

-- An album by its id or its name.
-- name: listing_album
SELECT id FROM album WHERE user_id = :user_id AND (id = :album OR LOWER(name) = LOWER(:album)) ORDER BY id LIMIT 1
