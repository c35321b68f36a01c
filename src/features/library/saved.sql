-- name: saved_insert
INSERT INTO saved_search (id, user_id, name, q, sort, created_at)
SELECT :id, :user_id, :name, :q, :sort, :created_at
 WHERE (SELECT COUNT(*) FROM saved_search WHERE user_id = :user_id) < :most
ON CONFLICT (user_id, name) DO NOTHING

-- name: saved_page
-- listing
SELECT id, name, q, sort, created_at FROM saved_search
 WHERE (user_id, id) > (:user_id, :after) AND user_id <= :user_id ORDER BY user_id, id LIMIT :limit

-- name: saved_by_name
SELECT id, name, q, sort, created_at FROM saved_search WHERE user_id = :user_id AND name = :name

-- name: saved_delete
DELETE FROM saved_search WHERE id = :id AND user_id = :user_id
