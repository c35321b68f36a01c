-- The pictures of an album that somebody may see; a shot's goes by the shot's label.
-- name: album_zip_page
-- listing
SELECT i.key, i.size_bytes, i.crc32, i.created_at, m.position, m.image_id,
       COALESCE((SELECT MIN(s.label) FROM album_shot s WHERE s.album_id = :album_id AND s.image_id = m.image_id),
                CASE WHEN m.image_id = :anchor_id THEN 'anchor' ELSE SUBSTR(COALESCE(i.name, i.prompt), 1, 300) END) AS label
  FROM album_image m JOIN image i ON i.id = m.image_id
 WHERE m.album_id = :album_id AND i.user_id = :owner_id AND i.deleted_at IS NULL
   AND (m.position, m.image_id) > (:position, :image_id)
 ORDER BY m.position, m.image_id LIMIT :limit
