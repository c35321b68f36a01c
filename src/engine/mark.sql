-- name: mark_by_value
SELECT id, kind, value, count FROM mark WHERE user_id = :user_id AND kind = :kind AND value = :value

-- name: mark_find sqlite
-- many
SELECT id, kind, value, count FROM mark WHERE user_id = :user_id AND kind = :kind AND value = :value
-- name: mark_find postgres
SELECT mark.id, mark.kind, mark.value, mark.count
  FROM unnest(CAST(:user_id AS TEXT[]), CAST(:kind AS TEXT[]), CAST(:value AS TEXT[])) AS want (user_id, kind, value)
  JOIN mark ON mark.user_id = want.user_id AND mark.kind = want.kind AND mark.value = want.value

-- name: mark_add
INSERT INTO mark (user_id, kind, value) VALUES (:user_id, :kind, :value) ON CONFLICT (user_id, kind, value) DO NOTHING

-- name: mark_page
-- listing
SELECT id, kind, value, count FROM mark WHERE user_id = :user_id AND kind = :kind AND count > 0
 ORDER BY count DESC, value DESC LIMIT :limit

-- name: mark_enter sqlite
-- many
INSERT INTO image_mark (mark_id, image_id, image_row, rating)
VALUES (:mark_id, :image_id, (SELECT rowid FROM image WHERE id = :image_id), :rating)
ON CONFLICT (mark_id, image_id) DO NOTHING RETURNING mark_id
-- name: mark_enter postgres
INSERT INTO image_mark (mark_id, image_id, rating)
SELECT * FROM unnest(CAST(:mark_id AS BIGINT[]), CAST(:image_id AS TEXT[]), CAST(:rating AS BIGINT[]))
ON CONFLICT (mark_id, image_id) DO NOTHING RETURNING mark_id

-- name: mark_rate sqlite
-- many
UPDATE image_mark SET rating = :rating WHERE mark_id = :mark_id AND image_id = :image_id
-- name: mark_rate postgres
UPDATE image_mark SET rating = rated.rating
  FROM unnest(CAST(:mark_id AS BIGINT[]), CAST(:image_id AS TEXT[]), CAST(:rating AS BIGINT[])) AS rated (mark_id, image_id, rating)
 WHERE image_mark.mark_id = rated.mark_id AND image_mark.image_id = rated.image_id

-- name: mark_leave sqlite
-- many
DELETE FROM image_mark WHERE mark_id = :mark_id AND image_id = :image_id RETURNING mark_id
-- name: mark_leave postgres
DELETE FROM image_mark USING unnest(CAST(:mark_id AS BIGINT[]), CAST(:image_id AS TEXT[])) AS gone (mark_id, image_id)
 WHERE image_mark.mark_id = gone.mark_id AND image_mark.image_id = gone.image_id RETURNING image_mark.mark_id

-- name: mark_count
UPDATE mark SET count = count + :delta WHERE id = :mark_id
