-- name: user_insert
INSERT INTO app_user (id, name, role, plan, password_hash, created_at, updated_at)
VALUES (:id, :name, :role, :plan, :password_hash, :created_at, :updated_at)

-- name: user_by_id
SELECT id, name, role, plan, created_at, updated_at, disabled_at FROM app_user WHERE id = :id

-- name: user_claim sqlite
SELECT id, name, role, plan, created_at, updated_at, disabled_at FROM app_user WHERE id = :id

-- name: user_claim postgres
SELECT id, name, role, plan, created_at, updated_at, disabled_at FROM app_user WHERE id = :id FOR UPDATE

-- name: user_by_name
SELECT id, name, role, plan, created_at, updated_at, disabled_at FROM app_user WHERE name = :name

-- name: user_password
SELECT password_hash FROM app_user WHERE id = :id

-- name: user_first_admin
SELECT id, name, role, plan, created_at, updated_at, disabled_at FROM app_user
 WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id LIMIT 1

-- name: user_page
-- listing
SELECT id, name, role, plan, created_at, updated_at, disabled_at FROM app_user
 WHERE id > :after ORDER BY id LIMIT :limit

-- name: user_update
UPDATE app_user SET role = :role, plan = :plan, disabled_at = :disabled_at, updated_at = :updated_at
 WHERE id = :id

-- name: user_set_password
UPDATE app_user SET password_hash = :password_hash, updated_at = :updated_at
 WHERE id = :id AND COALESCE(password_hash, '') = COALESCE(:before, '')

-- name: user_hold_password sqlite
SELECT id FROM app_user WHERE id = :id AND password_hash = :password_hash AND disabled_at IS NULL

-- name: user_hold_password postgres
SELECT id FROM app_user WHERE id = :id AND password_hash = :password_hash AND disabled_at IS NULL FOR SHARE

-- name: user_delete
DELETE FROM app_user WHERE id = :id

-- name: user_other_admins sqlite
SELECT id FROM app_user WHERE role = 'admin' AND disabled_at IS NULL AND id <> :id LIMIT 1

-- name: user_other_admins postgres
SELECT id FROM app_user WHERE role = 'admin' AND disabled_at IS NULL AND id <> :id LIMIT 1 FOR UPDATE
