-- Small versions of pictures, beside them in the store as <key>.<size>.webp; made once the picture itself is safe.

ALTER TABLE image ADD COLUMN thumb_size BIGINT; -- the largest that is stored: 256, 512 or 1024, and all below; null: none
