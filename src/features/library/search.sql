-- The newest texts of a library that have the words. The first looks at a stretch of numbers; on PostgreSQL it reads them one
-- by one, for the index of words cannot say which are the newest.
-- name: search_stretch sqlite
SELECT t.image_id, t.number FROM image_words w CROSS JOIN image_text t ON t.number = w.rowid
 WHERE w.image_words MATCH :match AND w.rowid > :low AND w.rowid <= :high ORDER BY w.rowid DESC LIMIT :limit
-- name: search_stretch postgres
SELECT image_id, number FROM image_text
 WHERE number > :low AND number <= :high AND ts_match_vq(words, CAST(:condition AS TSQUERY))
 ORDER BY number DESC LIMIT :limit

-- The second looks at all of them, by the index of words: for what was rare in that stretch.
-- name: search_all sqlite
SELECT t.image_id, t.number FROM image_words w CROSS JOIN image_text t ON t.number = w.rowid
 WHERE w.image_words MATCH :match AND w.rowid > :low AND w.rowid <= :high ORDER BY w.rowid DESC LIMIT :limit
-- name: search_all postgres
SELECT image_id, number
  FROM (SELECT image_id, number FROM image_text
         WHERE words @@ CAST(:condition AS TSQUERY) AND number + 0 > :low AND number + 0 <= :high LIMIT :most) hits
 ORDER BY number DESC LIMIT :limit

-- The number of the first text at or behind an id.
-- name: search_number
SELECT number FROM image_text
 WHERE image_id = (SELECT id FROM image WHERE user_id = :user_id AND deleted_at IS NULL AND id >= :id ORDER BY id LIMIT 1)
