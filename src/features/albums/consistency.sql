-- What was measured counts only for the picture and the anchor that it was measured of.
-- name: consistency_set
UPDATE album_shot SET consistency = :consistency, face_consistency = :face_consistency
 WHERE album_id = :album_id AND position = :shot_index AND image_id = :image_id
   AND EXISTS (SELECT 1 FROM album WHERE album.id = :album_id AND album.user_id = :user_id
                                     AND album.anchor_image_id = :anchor_id)

-- name: consistency_forget
UPDATE album_shot SET consistency = NULL, face_consistency = NULL, remakes = 0
 WHERE album_id = :album_id AND EXISTS (SELECT 1 FROM album WHERE album.id = :album_id AND album.user_id = :user_id)

-- name: consistency_note_remake
UPDATE album_shot SET remakes = remakes + 1
 WHERE album_id = :album_id AND position = :shot_index
   AND EXISTS (SELECT 1 FROM album WHERE album.id = :album_id AND album.user_id = :user_id)
