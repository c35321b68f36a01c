-- Pictures of these that others were made from, which are not among them and not in the trash.
-- name: change_children sqlite
SELECT COUNT(*) AS children FROM json_each(:ids) AS want
  CROSS JOIN image_edge edge ON edge.parent_id = want.value
  CROSS JOIN image child ON child.id = edge.child_id
 WHERE child.user_id = :user_id AND child.deleted_at IS NULL AND child.id NOT IN (SELECT value FROM json_each(:ids))
-- name: change_children postgres
SELECT COUNT(*) AS children FROM jsonb_array_elements_text(CAST(:ids AS JSONB)) AS want (id)
  JOIN image_edge edge ON edge.parent_id = want.id
  JOIN image child ON child.id = edge.child_id
 WHERE child.user_id = :user_id AND child.deleted_at IS NULL
   AND child.id NOT IN (SELECT jsonb_array_elements_text(CAST(:ids AS JSONB)))
