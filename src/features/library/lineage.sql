-- name: lineage_parents
SELECT edge.parent_id AS image_id, edge.role FROM image_edge edge JOIN image ON image.id = edge.parent_id
 WHERE edge.child_id = :id AND image.user_id = :user_id ORDER BY edge.parent_id LIMIT :limit

-- name: lineage_children
SELECT edge.child_id AS image_id, edge.role FROM image_edge edge JOIN image ON image.id = edge.child_id
 WHERE edge.parent_id = :id AND image.user_id = :user_id ORDER BY edge.child_id DESC LIMIT :limit
