-- name: zip_pictures sqlite
SELECT want.key AS position, image.id, image.backend, image.key, image.media_type, image.width, image.height,
       image.size_bytes, image.crc32, image.sha256, image.created_at, SUBSTR(COALESCE(image.name, image.prompt), 1, 300) AS label,
       CASE WHEN :sidecars = 1 THEN image.prompt END AS prompt, CASE WHEN :sidecars = 1 THEN image.recipe END AS recipe
  FROM json_each(:ids) AS want JOIN image ON image.id = want.value
 WHERE image.user_id = :user_id AND image.deleted_at IS NULL ORDER BY want.key

-- name: zip_pictures postgres
SELECT want.number - 1 AS position, image.id, image.backend, image.key, image.media_type, image.width, image.height,
       image.size_bytes, image.crc32, image.sha256, image.created_at, SUBSTR(COALESCE(image.name, image.prompt), 1, 300) AS label,
       CASE WHEN CAST(:sidecars AS BIGINT) = 1 THEN image.prompt END AS prompt,
       CASE WHEN CAST(:sidecars AS BIGINT) = 1 THEN image.recipe END AS recipe
  FROM jsonb_array_elements_text(CAST(:ids AS JSONB)) WITH ORDINALITY AS want (id, number)
  JOIN image ON image.id = want.id
 WHERE image.user_id = :user_id AND image.deleted_at IS NULL ORDER BY want.number
