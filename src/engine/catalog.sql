-- name: library_add
INSERT INTO library (user_id) VALUES (:user_id) ON CONFLICT (user_id) DO NOTHING

-- name: library_take
UPDATE library SET last_text = last_text + :wanted WHERE user_id = :user_id RETURNING user_id, number, last_text

-- Numbers end where texts do: the newest pictures may be gone. A library's are number * 2^40 and more.
-- name: library_of_user
SELECT user_id, number, last_text,
       COALESCE((SELECT MAX(t.number) FROM image_text t
                  WHERE t.number > library.number * 1099511627776
                    AND t.number <= library.number * 1099511627776 + library.last_text), 0) AS newest_text
  FROM library WHERE user_id = :user_id

-- name: catalog_pending sqlite
SELECT i.id, i.user_id, i.job_id, i.source, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.sha256,
       i.crc32, i.phash, i.prompt, i.recipe, i.name, i.tags, i.starred, i.rating, i.created_at, i.deleted_at, i.thumb_size
  FROM (SELECT image_id FROM image_pending ORDER BY image_id LIMIT :limit) p CROSS JOIN image i ON i.id = p.image_id
 ORDER BY i.id
-- name: catalog_pending postgres
SELECT i.id, i.user_id, i.job_id, i.source, i.backend, i.key, i.media_type, i.width, i.height, i.size_bytes, i.sha256,
       i.crc32, i.phash, i.prompt, i.recipe, i.name, i.tags, i.starred, i.rating, i.created_at, i.deleted_at, i.thumb_size
  FROM image_pending p JOIN image i ON i.id = p.image_id
 ORDER BY p.image_id LIMIT :limit FOR UPDATE SKIP LOCKED

-- name: catalog_any_pending
SELECT image_id FROM image_pending LIMIT 1

-- name: catalog_done sqlite
DELETE FROM image_pending WHERE image_id IN (SELECT value FROM json_each(:ids))
-- name: catalog_done postgres
DELETE FROM image_pending WHERE image_id IN (SELECT jsonb_array_elements_text(CAST(:ids AS JSONB)))

-- Notes of pictures that are gone.
-- name: catalog_forget
DELETE FROM image_pending WHERE NOT EXISTS (SELECT 1 FROM image WHERE image.id = image_pending.image_id)

-- name: catalog_albums sqlite
SELECT m.image_id, album.id AS album_id, album.name
  FROM json_each(:ids) AS want CROSS JOIN album_image m ON m.image_id = want.value
  CROSS JOIN album ON album.id = m.album_id AND album.user_id = (SELECT user_id FROM image WHERE id = m.image_id)
 ORDER BY want.key, album.id
-- name: catalog_albums postgres
SELECT m.image_id, album.id AS album_id, album.name
  FROM jsonb_array_elements_text(CAST(:ids AS JSONB)) WITH ORDINALITY AS want (id, number)
  JOIN album_image m ON m.image_id = want.id
  JOIN album ON album.id = m.album_id AND album.user_id = (SELECT user_id FROM image WHERE id = m.image_id)
 ORDER BY want.number, album.id

-- Which of these ids have a text: their places in the list, from 0 on.
-- name: catalog_texts_known sqlite
SELECT want.key AS number FROM json_each(:ids) AS want CROSS JOIN image_text t ON t.image_id = want.value
-- name: catalog_texts_known postgres
SELECT want.number - 1 AS number
  FROM jsonb_array_elements_text(CAST(:ids AS JSONB)) WITH ORDINALITY AS want (id, number)
  JOIN image_text t ON t.image_id = want.id

-- part: vector_of
COALESCE((SELECT CAST(string_agg('''' || w.word || ''':' || LEAST(w.place, 16383), ' ') AS TSVECTOR)
            FROM unnest(string_to_array(t.words, ' ')) WITH ORDINALITY AS w (word, place)), CAST('' AS TSVECTOR))

-- name: catalog_text_put sqlite
-- many
INSERT INTO image_text (number, image_id, words) VALUES (:number, :image_id, :words)
ON CONFLICT (image_id) DO UPDATE SET words = excluded.words
-- name: catalog_text_put postgres
INSERT INTO image_text (number, image_id, words)
SELECT t.number, t.image_id, {vector_of}
  FROM unnest(CAST(:number AS BIGINT[]), CAST(:image_id AS TEXT[]), CAST(:words AS TEXT[])) AS t (number, image_id, words)
ON CONFLICT (image_id) DO UPDATE SET words = excluded.words

-- name: catalog_text_change sqlite
-- many
UPDATE image_text SET words = :words WHERE image_id = :image_id
-- name: catalog_text_change postgres
UPDATE image_text SET words = {vector_of}
  FROM unnest(CAST(:image_id AS TEXT[]), CAST(:words AS TEXT[])) AS t (image_id, words) WHERE image_text.image_id = t.image_id

-- name: catalog_band_add sqlite
-- many
INSERT INTO image_band (library, band, image_id) VALUES (:library, :band, :image_id)
ON CONFLICT (library, band, image_id) DO NOTHING
-- name: catalog_band_add postgres
INSERT INTO image_band (library, band, image_id)
SELECT * FROM unnest(CAST(:library AS BIGINT[]), CAST(:band AS BIGINT[]), CAST(:image_id AS TEXT[]))
ON CONFLICT (library, band, image_id) DO NOTHING

-- name: catalog_band_remove
DELETE FROM image_band WHERE library = :library AND band = :band AND image_id = :image_id

-- A parent that is gone, or somebody else's, is none.
-- name: catalog_edge_add
INSERT INTO image_edge (child_id, parent_id, role)
SELECT child.id, parent.id, :role FROM image child, image parent
 WHERE child.id = :image_id AND parent.id = :parent_id AND parent.user_id = child.user_id AND parent.id <> child.id
ON CONFLICT (child_id, parent_id) DO NOTHING

-- name: catalog_count_in_albums
UPDATE album SET image_count = image_count + :step
 WHERE user_id = :user_id AND id IN (SELECT album_id FROM album_image WHERE image_id = :image_id)

-- name: catalog_delete
DELETE FROM image WHERE id = :image_id AND user_id = :user_id AND deleted_at IS NOT NULL
