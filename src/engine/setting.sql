-- name: setting_insert
INSERT INTO setting (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING

-- name: setting_by_name
SELECT value FROM setting WHERE name = :name
