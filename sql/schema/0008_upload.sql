-- Uploads: of each picture a user has the bytes once, so an upload looks whether they are there already.

CREATE INDEX image_by_sha256 ON image (user_id, sha256) WHERE deleted_at IS NULL;
