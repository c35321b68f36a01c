-- What lists show of a picture and never changes, as members of a JSON object: written once, when the picture is added.

ALTER TABLE image ADD COLUMN card TEXT;        -- "id":"...","url":"..."; null: an older program has added the picture since
UPDATE image SET card =
    '"id":' || to_json(id) || ',"url":' || to_json('/media/' || key) ||
    ',"thumbUrl":' || CASE WHEN width IS NULL OR height IS NULL THEN 'null' ELSE '' || to_json('/media/' || key || '?w=256') END ||
    ',"backend":' || COALESCE('' || to_json(backend), 'null') || ',"source":' || to_json(source) ||
    ',"mediaType":' || to_json(media_type) || ',"width":' || COALESCE('' || width, 'null') ||
    ',"height":' || COALESCE('' || height, 'null') || ',"sizeBytes":' || size_bytes || ',"sha256":' || to_json(sha256) ||
    ',"createdAt":"' || to_char(to_timestamp(created_at / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') ||
    '.' || lpad('' || created_at % 1000, 3, '0') || 'Z"';
