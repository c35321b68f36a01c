-- name: inventory_page
-- listing
SELECT image.id, image.user_id, image.key, image.size_bytes, image.sha256, image.width, image.height, image.thumb_size,
       COALESCE(image_defect.defect, 'none') AS defect
  FROM image LEFT JOIN image_defect ON image_defect.image_id = image.id
 WHERE image.id > :after ORDER BY image.id LIMIT :limit

-- name: inventory_row
SELECT image.id FROM image WHERE image.id = :id AND image.user_id = :user_id AND key = :key

-- name: inventory_jobs sqlite
SELECT payload FROM job INDEXED BY job_open WHERE finished_at IS NULL AND lane = 'system' AND kind = :kind
   AND payload IN (SELECT value FROM json_each(:payloads))
-- name: inventory_jobs postgres
SELECT payload FROM job WHERE finished_at IS NULL AND lane = 'system' AND kind = :kind
   AND payload IN (SELECT json_array_elements_text(CAST(:payloads AS json)))

-- name: defect_insert
INSERT INTO image_defect (image_id, defect, found_at)
SELECT image.id, :defect, :now FROM image WHERE image.id = :id AND image.user_id = :user_id
ON CONFLICT (image_id) DO UPDATE SET defect = excluded.defect, found_at = excluded.found_at
      WHERE image_defect.defect <> excluded.defect AND excluded.defect <> 'undrawable'

-- name: defect_delete
DELETE FROM image_defect
 WHERE image_id = (SELECT image.id FROM image WHERE image.id = :id AND image.user_id = :user_id)

-- name: image_forget_thumbs
UPDATE image SET thumb_size = NULL WHERE id = :id AND user_id = :user_id
