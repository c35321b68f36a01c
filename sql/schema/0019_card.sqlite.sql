-- What lists show of a picture and never changes, as members of a JSON object: written once, when the picture is added.

ALTER TABLE image ADD COLUMN card TEXT;        -- "id":"...","url":"..."; null: an older program has added the picture since
UPDATE image SET card =
    '"id":' || json_quote(id) || ',"url":' || json_quote('/media/' || key) ||
    ',"thumbUrl":' || CASE WHEN width IS NULL OR height IS NULL THEN 'null' ELSE json_quote('/media/' || key || '?w=256') END ||
    ',"backend":' || json_quote(backend) || ',"source":' || json_quote(source) || ',"mediaType":' || json_quote(media_type) ||
    ',"width":' || json_quote(width) || ',"height":' || json_quote(height) || ',"sizeBytes":' || size_bytes ||
    ',"sha256":' || json_quote(sha256) ||
    ',"createdAt":"' || strftime('%Y-%m-%dT%H:%M:%S', created_at / 1000, 'unixepoch') || printf('.%03dZ"', created_at % 1000);
