-- Those that have one of the quarters; the first of the list are the likeliest.
-- name: similar_candidates sqlite
SELECT image.id, image.phash
  FROM json_each(:bands) AS want
  CROSS JOIN image_band ON image_band.library = :library AND image_band.band = want.value
  CROSS JOIN image ON image.id = image_band.image_id
 WHERE image.user_id = :user_id AND image.deleted_at IS NULL LIMIT :limit
-- name: similar_candidates postgres
SELECT image.id, image.phash
  FROM jsonb_array_elements_text(CAST(:bands AS JSONB)) AS want (band)
  JOIN image_band ON image_band.library = :library AND image_band.band = CAST(want.band AS BIGINT)
  JOIN image ON image.id = image_band.image_id
 WHERE image.user_id = :user_id AND image.deleted_at IS NULL LIMIT :limit
