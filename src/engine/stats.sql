-- Each picture has one mark of its source, or that of the trash; there are as many rows as users have marks.
-- name: stats_pictures
SELECT CAST(COALESCE(SUM(CASE kind WHEN 'source' THEN count END), 0) AS BIGINT) AS pictures,
       CAST(COALESCE(SUM(CASE kind WHEN 'trash' THEN count END), 0) AS BIGINT) AS trashed
  FROM mark WHERE kind IN ('source', 'trash')

-- name: stats_money
SELECT reserved, day_start, day_spent, month_start, month_spent FROM spending WHERE user_id = ''
