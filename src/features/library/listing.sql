-- Pages of ids. The list is walked by its own index: that of the rarest mark, of an album, or of the user; what else is asked
-- for is looked up for each id on the way. Those named _step say where a walk of so many ids ends.

-- name: listing_by_mark_down
-- listing
SELECT m.image_id AS id FROM image_mark m
 WHERE m.mark_id = (SELECT id FROM mark WHERE id = :mark AND user_id = :user_id) AND m.image_id >= :after AND m.image_id < :before
   AND (CAST(:with_1 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_1 AND x.image_id = m.image_id) = 1)
   AND (CAST(:with_2 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_2 AND x.image_id = m.image_id) = 1)
   AND (CAST(:with_3 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_3 AND x.image_id = m.image_id) = 1)
   AND (CAST(:with_4 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_4 AND x.image_id = m.image_id) = 1)
   AND (CAST(:with_5 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_5 AND x.image_id = m.image_id) = 1)
   AND (CAST(:without_1 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_1 AND x.image_id = m.image_id) = 0)
   AND (CAST(:without_2 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_2 AND x.image_id = m.image_id) = 0)
   AND (CAST(:without_3 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_3 AND x.image_id = m.image_id) = 0)
 ORDER BY m.image_id DESC LIMIT :limit

-- name: listing_by_mark_step_down
-- listing
SELECT m.image_id AS id FROM image_mark m
 WHERE m.mark_id = (SELECT id FROM mark WHERE id = :mark AND user_id = :user_id) AND m.image_id >= :after AND m.image_id < :before
 ORDER BY m.image_id DESC LIMIT 1 OFFSET :steps

-- name: listing_by_user_down
-- listing
SELECT i.id FROM image i
 WHERE i.user_id = :user_id AND i.deleted_at IS NULL AND i.id >= :after AND i.id < :before
   AND (CAST(:with_1 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_1 AND x.image_id = i.id) = 1)
   AND (CAST(:with_2 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_2 AND x.image_id = i.id) = 1)
   AND (CAST(:with_3 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_3 AND x.image_id = i.id) = 1)
   AND (CAST(:with_4 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_4 AND x.image_id = i.id) = 1)
   AND (CAST(:with_5 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_5 AND x.image_id = i.id) = 1)
   AND (CAST(:without_1 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_1 AND x.image_id = i.id) = 0)
   AND (CAST(:without_2 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_2 AND x.image_id = i.id) = 0)
   AND (CAST(:without_3 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_3 AND x.image_id = i.id) = 0)
 ORDER BY i.id DESC LIMIT :limit

-- name: listing_by_user_step_down
-- listing
SELECT i.id FROM image i
 WHERE i.user_id = :user_id AND i.deleted_at IS NULL AND i.id >= :after AND i.id < :before
 ORDER BY i.id DESC LIMIT 1 OFFSET :steps

-- name: listing_by_album_down
-- listing
SELECT m.image_id AS id FROM album_image m
 WHERE m.album_id = (SELECT id FROM album WHERE id = :album_id AND user_id = :user_id)
   AND m.image_id >= :after AND m.image_id < :before
   AND (SELECT 1 FROM image i WHERE i.id = m.image_id AND i.user_id = :user_id AND i.deleted_at IS NULL) = 1
   AND (CAST(:with_1 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_1 AND x.image_id = m.image_id) = 1)
   AND (CAST(:with_2 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_2 AND x.image_id = m.image_id) = 1)
   AND (CAST(:with_3 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_3 AND x.image_id = m.image_id) = 1)
   AND (CAST(:with_4 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_4 AND x.image_id = m.image_id) = 1)
   AND (CAST(:with_5 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_5 AND x.image_id = m.image_id) = 1)
   AND (CAST(:without_1 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_1 AND x.image_id = m.image_id) = 0)
   AND (CAST(:without_2 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_2 AND x.image_id = m.image_id) = 0)
   AND (CAST(:without_3 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_3 AND x.image_id = m.image_id) = 0)
 ORDER BY m.image_id DESC LIMIT :limit

-- name: listing_by_mark_up
-- listing
SELECT m.image_id AS id FROM image_mark m
 WHERE m.mark_id = (SELECT id FROM mark WHERE id = :mark AND user_id = :user_id) AND m.image_id > :after AND m.image_id <= :before
   AND (CAST(:with_1 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_1 AND x.image_id = m.image_id) = 1)
   AND (CAST(:with_2 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_2 AND x.image_id = m.image_id) = 1)
   AND (CAST(:with_3 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_3 AND x.image_id = m.image_id) = 1)
   AND (CAST(:with_4 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_4 AND x.image_id = m.image_id) = 1)
   AND (CAST(:with_5 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_5 AND x.image_id = m.image_id) = 1)
   AND (CAST(:without_1 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_1 AND x.image_id = m.image_id) = 0)
   AND (CAST(:without_2 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_2 AND x.image_id = m.image_id) = 0)
   AND (CAST(:without_3 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_3 AND x.image_id = m.image_id) = 0)
 ORDER BY m.image_id LIMIT :limit

-- name: listing_by_mark_step_up
-- listing
SELECT m.image_id AS id FROM image_mark m
 WHERE m.mark_id = (SELECT id FROM mark WHERE id = :mark AND user_id = :user_id) AND m.image_id > :after AND m.image_id <= :before
 ORDER BY m.image_id LIMIT 1 OFFSET :steps

-- name: listing_by_user_up
-- listing
SELECT i.id FROM image i
 WHERE i.user_id = :user_id AND i.deleted_at IS NULL AND i.id > :after AND i.id <= :before
   AND (CAST(:with_1 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_1 AND x.image_id = i.id) = 1)
   AND (CAST(:with_2 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_2 AND x.image_id = i.id) = 1)
   AND (CAST(:with_3 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_3 AND x.image_id = i.id) = 1)
   AND (CAST(:with_4 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_4 AND x.image_id = i.id) = 1)
   AND (CAST(:with_5 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_5 AND x.image_id = i.id) = 1)
   AND (CAST(:without_1 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_1 AND x.image_id = i.id) = 0)
   AND (CAST(:without_2 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_2 AND x.image_id = i.id) = 0)
   AND (CAST(:without_3 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_3 AND x.image_id = i.id) = 0)
 ORDER BY i.id LIMIT :limit

-- name: listing_by_user_step_up
-- listing
SELECT i.id FROM image i
 WHERE i.user_id = :user_id AND i.deleted_at IS NULL AND i.id > :after AND i.id <= :before
 ORDER BY i.id LIMIT 1 OFFSET :steps

-- name: listing_by_album_up
-- listing
SELECT m.image_id AS id FROM album_image m
 WHERE m.album_id = (SELECT id FROM album WHERE id = :album_id AND user_id = :user_id)
   AND m.image_id > :after AND m.image_id <= :before
   AND (SELECT 1 FROM image i WHERE i.id = m.image_id AND i.user_id = :user_id AND i.deleted_at IS NULL) = 1
   AND (CAST(:with_1 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_1 AND x.image_id = m.image_id) = 1)
   AND (CAST(:with_2 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_2 AND x.image_id = m.image_id) = 1)
   AND (CAST(:with_3 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_3 AND x.image_id = m.image_id) = 1)
   AND (CAST(:with_4 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_4 AND x.image_id = m.image_id) = 1)
   AND (CAST(:with_5 AS BIGINT) = 0 OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :with_5 AND x.image_id = m.image_id) = 1)
   AND (CAST(:without_1 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_1 AND x.image_id = m.image_id) = 0)
   AND (CAST(:without_2 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_2 AND x.image_id = m.image_id) = 0)
   AND (CAST(:without_3 AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.mark_id = :without_3 AND x.image_id = m.image_id) = 0)
 ORDER BY m.image_id LIMIT :limit

-- An album by its id or its name.
-- name: listing_album
SELECT id FROM album WHERE user_id = :user_id AND (id = :album OR LOWER(name) = LOWER(:album)) ORDER BY id LIMIT 1
