-- The texts of a library, from the newest on, between two numbers. SQLite gives them to be looked at; PostgreSQL looks itself, one
-- by one, for its index of words cannot say which are the newest. The second counts those that have the words in any order.
-- name: search_texts sqlite
-- only
SELECT image_id, number, words FROM image_text WHERE number > :low AND number <= :high ORDER BY number DESC LIMIT :limit
-- name: search_read postgres
-- only
SELECT image_id, number FROM image_text
 WHERE number > :low AND number <= :high AND ts_match_vq(words, CAST(:condition AS TSQUERY))
 ORDER BY number DESC LIMIT :limit
-- name: search_common postgres
-- only
SELECT COUNT(*) AS total FROM image_text
 WHERE number > :low AND number <= :high AND ts_match_vq(words, CAST(:common AS TSQUERY))

-- By the index of words: for what is rare. PostgreSQL gives them in no order, so it has to have them all to find the newest;
-- `total` says whether they may be more than :most.
-- name: search_all sqlite
SELECT t.image_id, t.number, 0 AS total FROM image_words w CROSS JOIN image_text t ON t.number = w.rowid
 WHERE w.image_words MATCH :match AND w.rowid > :low AND w.rowid <= :high ORDER BY w.rowid DESC LIMIT :limit
-- name: search_all postgres
SELECT image_id, number, COUNT(*) OVER () AS total
  FROM (SELECT image_id, number FROM image_text
         WHERE words @@ CAST(:condition AS TSQUERY) AND number + 0 > :low AND number + 0 <= :high LIMIT :most) hits
 ORDER BY number DESC LIMIT :limit

-- The number of the first text at or behind an id.
-- name: search_number
SELECT number FROM image_text
 WHERE image_id = (SELECT id FROM image WHERE user_id = :user_id AND deleted_at IS NULL AND id >= :id ORDER BY id LIMIT 1)
