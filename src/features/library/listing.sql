-- Pages of pictures. A list is walked by its own index: that of the rarest mark, of an album, or of the user; what else is asked
-- for is looked up for each picture on the way, up to :steps of them. Both databases keep the order of the walk: SQLite takes its rows
-- one by one, and PostgreSQL may not join in another way than one by one (OFFSET 0). Unused :with_ repeat the first, unused :without_
-- are null. By rating a walk goes from below (:rating, :before) down to (:lowest, :after).

-- part: picture
SELECT i.id, i.card
-- part: marked_picture sqlite
SELECT m.image_id AS id, i.card
-- part: marked_picture postgres
{picture}

-- The walk is m, and i its pictures.
-- part: each sqlite
CROSS JOIN image i ON i.id = m.image_id WHERE i.user_id = :user_id
-- part: each postgres
CROSS JOIN LATERAL (SELECT * FROM image WHERE image.id = m.image_id OFFSET 0) i WHERE i.user_id = :user_id

-- The same where the walk is along the pictures themselves: SQLite knows the row then, and PostgreSQL reads all of it on the way.
-- part: and_row sqlite
, rowid AS image_row
-- part: and_row postgres
, user_id, card
-- part: each_by_row sqlite
CROSS JOIN image i ON i.rowid = m.image_row WHERE i.user_id = :user_id
-- part: each_by_row postgres
CROSS JOIN LATERAL (SELECT m.image_id AS id, m.card) i WHERE m.user_id = :user_id
-- In the list of a mark or an album the row is a hint: where it is not, or another's, so is the card, and the picture is looked for by
-- its id then.
-- part: and_hint sqlite
, image_row
-- part: and_hint postgres
-- part: each_by_hint sqlite
LEFT JOIN image i ON i.rowid = m.image_row WHERE TRUE
-- part: each_by_hint postgres
{each}

-- Of an album some are in the trash.
-- part: each_placed sqlite
LEFT JOIN image i ON i.rowid = m.image_row
 WHERE CASE WHEN i.id = m.image_id THEN i.user_id = :user_id AND i.deleted_at IS NULL
            ELSE EXISTS (SELECT 1 FROM image x WHERE x.id = m.image_id AND x.user_id = :user_id AND x.deleted_at IS NULL) END
-- part: each_placed postgres
{each} AND i.deleted_at IS NULL

-- PostgreSQL might read a whole mark for NOT EXISTS.
-- part: excluding sqlite
AND (:without_1 IS NULL OR NOT EXISTS (SELECT 1 FROM image_mark x WHERE x.mark_id = :without_1 AND x.image_id = m.image_id))
AND (:without_2 IS NULL OR NOT EXISTS (SELECT 1 FROM image_mark x WHERE x.mark_id = :without_2 AND x.image_id = m.image_id))
AND (:without_3 IS NULL OR NOT EXISTS (SELECT 1 FROM image_mark x WHERE x.mark_id = :without_3 AND x.image_id = m.image_id))
-- part: excluding postgres
AND (CAST(:without_1 AS BIGINT) IS NULL OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :without_1 AND x.image_id = m.image_id) IS NULL)
AND (CAST(:without_2 AS BIGINT) IS NULL OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :without_2 AND x.image_id = m.image_id) IS NULL)
AND (CAST(:without_3 AS BIGINT) IS NULL OR (SELECT 1 FROM image_mark x WHERE x.mark_id = :without_3 AND x.image_id = m.image_id) IS NULL)

-- part: fitting
AND (CAST(:with_count AS BIGINT) = 0 OR (SELECT COUNT(*) FROM image_mark x WHERE x.image_id = m.image_id
         AND x.mark_id IN (:with_1, :with_2, :with_3, :with_4)) = :with_count)
{excluding}

-- part: downwards sqlite
-- part: downwards postgres
ORDER BY m.image_id DESC
-- part: upwards sqlite
-- part: upwards postgres
ORDER BY m.image_id

-- part: users_downwards sqlite
-- part: users_downwards postgres
ORDER BY m.user_id DESC, m.image_id DESC
-- part: users_upwards sqlite
-- part: users_upwards postgres
ORDER BY m.user_id, m.image_id
-- part: by_rating sqlite
-- part: by_rating postgres
ORDER BY m.rating DESC, m.image_id DESC
-- part: users_by_rating sqlite
-- part: users_by_rating postgres
ORDER BY m.user_id DESC, m.rating DESC, m.image_id DESC

-- The pictures of one user, by user and id: of an equal user_id PostgreSQL would keep the id alone, and might walk those of others.
-- part: of_user_down sqlite
user_id = :user_id AND deleted_at IS NULL AND id >= :after AND id < :before ORDER BY id DESC
-- part: of_user_down postgres
deleted_at IS NULL AND (user_id, id) >= (:user_id, :after) AND (user_id, id) < (:user_id, :before) ORDER BY user_id DESC, id DESC
-- part: of_user_up sqlite
user_id = :user_id AND deleted_at IS NULL AND id > :after AND id <= :before ORDER BY id
-- part: of_user_up postgres
deleted_at IS NULL AND (user_id, id) > (:user_id, :after) AND (user_id, id) <= (:user_id, :before) ORDER BY user_id, id
-- part: of_user_rated sqlite
user_id = :user_id AND deleted_at IS NULL AND (rating, id) >= (:lowest, :after) AND (rating, id) < (:rating, :before)
 ORDER BY rating DESC, id DESC
-- part: of_user_rated postgres
deleted_at IS NULL AND (user_id, rating, id) >= (:user_id, :lowest, :after) AND (user_id, rating, id) < (:user_id, :rating, :before)
 ORDER BY user_id DESC, rating DESC, id DESC
-- part: of_mark
mark_id = (SELECT id FROM mark WHERE user_id = :user_id AND kind = :kind AND value = :value)
-- Of m, an image_mark.
-- part: of_mark_rated
m.{of_mark} AND m.rating IS NOT NULL AND (m.rating, m.image_id) >= (:lowest, :after) AND (m.rating, m.image_id) < (:rating, :before)
 ORDER BY m.rating DESC, m.image_id DESC
-- part: of_album
album_id = (SELECT id FROM album WHERE id = :album_id AND user_id = :user_id)

-- name: listing_all_down
-- listing
{picture}
  FROM image i WHERE {of_user_down} LIMIT :limit

-- name: listing_by_user_down
-- listing
{picture}
  FROM (SELECT id AS image_id {and_row} FROM image WHERE {of_user_down} LIMIT :steps) m
{each_by_row} {fitting} {users_downwards} LIMIT :limit

-- name: listing_of_mark_down
-- listing
{marked_picture}
  FROM image_mark m {each_by_hint} AND m.{of_mark} AND m.image_id >= :after AND m.image_id < :before ORDER BY m.image_id DESC LIMIT :limit

-- name: listing_by_mark_down
-- listing
{marked_picture}
  FROM (SELECT image_id {and_hint} FROM image_mark WHERE {of_mark} AND image_id >= :after AND image_id < :before
         ORDER BY image_id DESC LIMIT :steps) m
{each_by_hint} {fitting} {downwards} LIMIT :limit

-- name: listing_by_album_down
-- listing
{marked_picture}
  FROM (SELECT image_id {and_hint} FROM album_image WHERE {of_album} AND image_id >= :after AND image_id < :before
         ORDER BY image_id DESC LIMIT :steps) m
{each_placed} {fitting} {downwards} LIMIT :limit

-- Where a walk of so many steps ends.
-- name: listing_by_user_step_down
-- listing
SELECT id FROM image WHERE {of_user_down} LIMIT 1 OFFSET :steps

-- name: listing_by_mark_step_down
-- listing
SELECT image_id AS id FROM image_mark
 WHERE {of_mark} AND image_id >= :after AND image_id < :before ORDER BY image_id DESC LIMIT 1 OFFSET :steps

-- name: listing_all_up
-- listing
{picture}
  FROM image i WHERE {of_user_up} LIMIT :limit

-- name: listing_by_user_up
-- listing
{picture}
  FROM (SELECT id AS image_id {and_row} FROM image WHERE {of_user_up} LIMIT :steps) m
{each_by_row} {fitting} {users_upwards} LIMIT :limit

-- name: listing_of_mark_up
-- listing
{marked_picture}
  FROM image_mark m {each_by_hint} AND m.{of_mark} AND m.image_id > :after AND m.image_id <= :before ORDER BY m.image_id LIMIT :limit

-- name: listing_by_mark_up
-- listing
{marked_picture}
  FROM (SELECT image_id {and_hint} FROM image_mark WHERE {of_mark} AND image_id > :after AND image_id <= :before
         ORDER BY image_id LIMIT :steps) m
{each_by_hint} {fitting} {upwards} LIMIT :limit

-- name: listing_by_album_up
-- listing
{marked_picture}
  FROM (SELECT image_id {and_hint} FROM album_image WHERE {of_album} AND image_id > :after AND image_id <= :before
         ORDER BY image_id LIMIT :steps) m
{each_placed} {fitting} {upwards} LIMIT :limit

-- Where a walk of so many steps ends.
-- name: listing_by_user_step_up
-- listing
SELECT id FROM image WHERE {of_user_up} LIMIT 1 OFFSET :steps

-- name: listing_by_mark_step_up
-- listing
SELECT image_id AS id FROM image_mark
 WHERE {of_mark} AND image_id > :after AND image_id <= :before ORDER BY image_id LIMIT 1 OFFSET :steps

-- name: listing_all_rated
-- listing
{picture}, i.rating
  FROM image i WHERE {of_user_rated} LIMIT :limit

-- name: listing_by_user_rated
-- listing
{picture}, m.rating
  FROM (SELECT id AS image_id, rating {and_row} FROM image WHERE {of_user_rated} LIMIT :steps) m
{each_by_row} {fitting} {users_by_rating} LIMIT :limit

-- name: listing_of_mark_rated
-- listing
{marked_picture}, m.rating
  FROM image_mark m {each_by_hint} AND {of_mark_rated} LIMIT :limit

-- name: listing_by_mark_rated
-- listing
{marked_picture}, m.rating
  FROM (SELECT image_id, rating {and_hint} FROM image_mark m WHERE {of_mark_rated} LIMIT :steps) m
{each_by_hint} {fitting} {by_rating} LIMIT :limit

-- name: listing_by_album_rated
-- listing
{marked_picture}, m.rating
  FROM (SELECT image_id, rating {and_hint} FROM album_image
         WHERE {of_album} AND (rating, image_id) >= (:lowest, :after) AND (rating, image_id) < (:rating, :before)
         ORDER BY rating DESC, image_id DESC LIMIT :steps) m
{each_placed} {fitting} {by_rating} LIMIT :limit

-- Where a walk of so many steps ends.
-- name: listing_by_user_step_rated
-- listing
SELECT id, rating FROM image WHERE {of_user_rated} LIMIT 1 OFFSET :steps

-- name: listing_by_mark_step_rated
-- listing
SELECT image_id AS id, rating FROM image_mark m WHERE {of_mark_rated} LIMIT 1 OFFSET :steps

-- name: listing_album_by_id
SELECT id FROM album WHERE id = :album AND user_id = :user_id

-- name: listing_album_by_name
SELECT id FROM album WHERE user_id = :user_id AND LOWER(name) = LOWER(:album) ORDER BY id LIMIT 1
