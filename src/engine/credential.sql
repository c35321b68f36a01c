-- name: token_insert
INSERT INTO api_token (id, user_id, name, hash, scope, created_at, expires_at)
VALUES (:id, :user_id, :name, :hash, :scope, :created_at, :expires_at)

-- By user and id, so that no database walks the rows of others by their ids: of an equal user_id PostgreSQL would keep the id alone.
-- name: token_page
-- listing
SELECT id, user_id, name, scope, created_at, expires_at, last_used_at FROM api_token
 WHERE (user_id, id) > (:user_id, :after) AND user_id <= :user_id AND revoked_at IS NULL ORDER BY user_id, id LIMIT :limit

-- name: token_revoke
UPDATE api_token SET revoked_at = :now WHERE id = :id AND user_id = :user_id AND revoked_at IS NULL

-- name: token_identity
-- apart
SELECT u.id, u.name, u.role, u.plan, u.created_at, u.updated_at, u.disabled_at,
       t.id AS credential_id, t.scope, t.last_used_at, t.expires_at
  FROM api_token t JOIN app_user u ON u.id = t.user_id
 WHERE t.hash = :hash AND t.revoked_at IS NULL AND u.disabled_at IS NULL
   AND (t.expires_at IS NULL OR t.expires_at > :now)

-- Is all of that still so?
-- name: token_confirm
-- apart
SELECT 1 AS found
  FROM api_token t JOIN app_user u ON u.id = t.user_id
 WHERE t.id = :credential_id AND t.scope = :scope AND t.revoked_at IS NULL AND u.disabled_at IS NULL
   AND COALESCE(t.expires_at, 0) = COALESCE(CAST(:expires_at AS BIGINT), 0)
   AND u.id = :id AND u.name = :name AND u.role = :role AND u.plan = :plan AND u.updated_at = :updated_at

-- name: token_touch
-- apart
UPDATE api_token SET last_used_at = :now WHERE id = :id

-- name: session_insert
INSERT INTO session (id, user_id, hash, created_at, expires_at, last_used_at, user_agent)
VALUES (:id, :user_id, :hash, :created_at, :expires_at, :created_at, :name)

-- name: session_delete
DELETE FROM session WHERE id = :id AND user_id = :user_id

-- Whoever asks without a session (a token, the command line without a server) keeps none.
-- name: session_delete_others
DELETE FROM session WHERE user_id = :user_id AND id <> COALESCE(:id, '')

-- name: session_identity
-- apart
SELECT u.id, u.name, u.role, u.plan, u.created_at, u.updated_at, u.disabled_at,
       s.id AS credential_id, s.last_used_at, s.expires_at
  FROM session s JOIN app_user u ON u.id = s.user_id
 WHERE s.hash = :hash AND s.expires_at > :now AND u.disabled_at IS NULL

-- name: session_confirm
-- apart
SELECT 1 AS found
  FROM session s JOIN app_user u ON u.id = s.user_id
 WHERE s.id = :credential_id AND s.expires_at = :expires_at AND u.disabled_at IS NULL
   AND u.id = :id AND u.name = :name AND u.role = :role AND u.plan = :plan AND u.updated_at = :updated_at

-- name: session_touch
-- apart
UPDATE session SET last_used_at = :now WHERE id = :id

-- name: login_link_insert
INSERT INTO login_link (hash, user_id, created_at, expires_at)
VALUES (:hash, :user_id, :created_at, :expires_at)

-- name: login_link_use
UPDATE login_link SET used_at = :now WHERE hash = :hash AND used_at IS NULL AND expires_at > :now
RETURNING user_id

-- name: session_sweep
DELETE FROM session WHERE expires_at < :now

-- name: login_link_sweep
DELETE FROM login_link WHERE expires_at < :now

-- name: token_sweep
DELETE FROM api_token WHERE revoked_at < :now OR expires_at < :now
