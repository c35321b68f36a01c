-- Shots that do not keep to their anchor may be made again, so many times by themselves.

ALTER TABLE album_shot ADD COLUMN remakes BIGINT NOT NULL DEFAULT 0; -- how often that was done since the anchor was made or the shot put back
