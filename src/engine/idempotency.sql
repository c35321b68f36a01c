-- name: idempotency_insert
-- apart
INSERT INTO idempotency (user_id, key, route, body_hash, created_at)
VALUES (:user_id, :key, :route, :body_hash, :created_at) ON CONFLICT (user_id, key) DO NOTHING

-- name: idempotency_expire
-- apart
DELETE FROM idempotency WHERE user_id = :user_id AND key = :key AND created_at < :oldest

-- name: idempotency_find
-- apart
SELECT route, body_hash, status, answer FROM idempotency WHERE user_id = :user_id AND key = :key

-- name: idempotency_keep
-- apart
UPDATE idempotency SET status = :status, answer = :answer WHERE user_id = :user_id AND key = :key

-- name: idempotency_sweep
-- apart
DELETE FROM idempotency WHERE created_at < :oldest
