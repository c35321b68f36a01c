-- album.image_count: rows of album_image whose picture is not in the trash.
UPDATE album SET image_count = (SELECT COUNT(*) FROM album_image m JOIN image i ON i.id = m.image_id
                                 WHERE m.album_id = album.id AND i.deleted_at IS NULL)
 WHERE image_count > 0;
