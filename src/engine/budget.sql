-- part: budget
SELECT b.id, b.scope, u.name AS user_name, b.period, b.limit_micros, b.warned_start, b.created_at, b.updated_at,
       COALESCE(s.reserved, 0) AS reserved, COALESCE(s.day_start, 0) AS day_start, COALESCE(s.day_spent, 0) AS day_spent,
       COALESCE(s.week_start, 0) AS week_start, COALESCE(s.week_spent, 0) AS week_spent,
       COALESCE(s.month_start, 0) AS month_start, COALESCE(s.month_spent, 0) AS month_spent
  FROM budget AS b LEFT JOIN spending AS s ON s.user_id = b.scope LEFT JOIN app_user AS u ON u.id = b.scope

-- name: budget_of_user
-- apart
{budget}
 WHERE b.scope IN (:scope, '')

-- name: budget_page
-- listing
{budget}
 WHERE b.id > :after ORDER BY b.id LIMIT :limit

-- name: budget_of_scope
{budget}
 WHERE b.scope = :scope AND b.period = :period

-- Another limit may be nearly used up where the old one was not.
-- name: budget_put
INSERT INTO budget (id, scope, period, limit_micros, created_at, updated_at)
VALUES (:id, :scope, :period, :limit_micros, :now, :now)
ON CONFLICT (scope, period) DO UPDATE
   SET limit_micros = excluded.limit_micros, updated_at = excluded.updated_at, warned_start = 0

-- name: budget_scope_exists
SELECT id FROM app_user WHERE id = :scope

-- name: budget_delete
DELETE FROM budget WHERE id = :id

-- name: budget_delete_of_user
DELETE FROM budget WHERE scope = :scope

-- name: budget_warn
UPDATE budget SET warned_start = :start WHERE id = :id AND scope = :scope AND warned_start < :start
