-- name: orphan_list sqlite
SELECT json_extract(listed.value, '$[0]') AS key FROM json_each(:keys) AS listed
 WHERE NOT EXISTS (SELECT 1 FROM image
                    WHERE image.key IN (json_extract(listed.value, '$[0]'), json_extract(listed.value, '$[1]')))

-- name: orphan_list postgres
SELECT listed.value ->> 0 AS key FROM json_array_elements(CAST(:keys AS json)) AS listed (value)
 WHERE NOT EXISTS (SELECT 1 FROM image WHERE image.key IN (listed.value ->> 0, listed.value ->> 1))

-- name: orphan_horizon
SELECT MIN(started_at) AS started_at FROM job WHERE state = 'running'
