-- name: ledger_open sqlite
-- many
INSERT INTO ledger (id, job_id, user_id, backend, door, reserved, opened_at)
VALUES (:id, :job_id, :user_id, :backend, :door, :reserved, :now)
-- name: ledger_open postgres
INSERT INTO ledger (id, job_id, user_id, backend, door, reserved, opened_at)
SELECT want.id, want.job_id, want.user_id, want.backend, want.door, want.reserved, want.opened_at
  FROM unnest(CAST(:id AS TEXT[]), CAST(:job_id AS TEXT[]), CAST(:user_id AS TEXT[]), CAST(:backend AS TEXT[]),
              CAST(:door AS TEXT[]), CAST(:reserved AS BIGINT[]), CAST(:now AS BIGINT[]))
       AS want (id, job_id, user_id, backend, door, reserved, opened_at)

-- Once: what has settled is not open any more. Who ends a job twice, or one that was never entered, changes nothing.
-- name: ledger_settle sqlite
-- many
UPDATE ledger SET outcome = :outcome, spent = COALESCE(:spent, reserved), pictures = :pictures,
                  backend = COALESCE(:backend, backend), settled_at = :now
 WHERE job_id = :job_id AND user_id = :user_id AND outcome = 'open'
RETURNING job_id, user_id, backend, door, outcome, reserved, spent, pictures, settled_at AS now,
          CAST(:failed AS BIGINT) AS failed, CAST(:took_ms AS BIGINT) AS took_ms
-- name: ledger_settle postgres
UPDATE ledger SET outcome = done.outcome, spent = COALESCE(done.spent, ledger.reserved), pictures = done.pictures,
                  backend = COALESCE(done.backend, ledger.backend), settled_at = done.settled_at
  FROM unnest(CAST(:job_id AS TEXT[]), CAST(:user_id AS TEXT[]), CAST(:outcome AS TEXT[]), CAST(:spent AS BIGINT[]),
              CAST(:pictures AS BIGINT[]), CAST(:backend AS TEXT[]), CAST(:now AS BIGINT[]), CAST(:failed AS BIGINT[]),
              CAST(:took_ms AS BIGINT[]))
       AS done (job_id, user_id, outcome, spent, pictures, backend, settled_at, failed, took_ms)
 WHERE ledger.job_id = done.job_id AND ledger.user_id = done.user_id AND ledger.outcome = 'open'
RETURNING ledger.job_id, ledger.user_id, ledger.backend, ledger.door, ledger.outcome, ledger.reserved, ledger.spent,
          ledger.pictures, ledger.settled_at AS now, done.failed, done.took_ms

-- name: ledger_cost
SELECT CAST(COALESCE(SUM(spent), 0) AS BIGINT) AS spent
  FROM ledger WHERE job_id = :job_id AND user_id = :user_id AND outcome <> 'open'

-- name: ledger_open_of_user
SELECT ledger.job_id, ledger.reserved, job.remote
  FROM ledger JOIN job ON job.id = ledger.job_id
 WHERE ledger.outcome = 'open' AND ledger.user_id = :user_id

-- name: spending_add sqlite
-- many
INSERT INTO spending (user_id, reserved, day_start, day_spent, week_start, week_spent, month_start, month_spent)
VALUES (:user_id, :reserved, :day_start, :spent, :week_start, :spent, :month_start, :spent)
ON CONFLICT (user_id) DO UPDATE
   SET reserved = spending.reserved + excluded.reserved,
       day_spent = excluded.day_spent + CASE WHEN spending.day_start < excluded.day_start THEN 0 ELSE spending.day_spent END,
       week_spent = excluded.week_spent + CASE WHEN spending.week_start < excluded.week_start THEN 0 ELSE spending.week_spent END,
       month_spent = excluded.month_spent +
                     CASE WHEN spending.month_start < excluded.month_start THEN 0 ELSE spending.month_spent END,
       day_start = MAX(spending.day_start, excluded.day_start), week_start = MAX(spending.week_start, excluded.week_start),
       month_start = MAX(spending.month_start, excluded.month_start)
-- name: spending_add postgres
INSERT INTO spending (user_id, reserved, day_start, day_spent, week_start, week_spent, month_start, month_spent)
SELECT more.user_id, more.reserved, more.day_start, more.spent, more.week_start, more.spent, more.month_start, more.spent
  FROM unnest(CAST(:user_id AS TEXT[]), CAST(:reserved AS BIGINT[]), CAST(:spent AS BIGINT[]),
              CAST(:day_start AS BIGINT[]), CAST(:week_start AS BIGINT[]), CAST(:month_start AS BIGINT[]))
       WITH ORDINALITY AS more (user_id, reserved, spent, day_start, week_start, month_start, place)
 ORDER BY more.place
ON CONFLICT (user_id) DO UPDATE
   SET reserved = spending.reserved + excluded.reserved,
       day_spent = excluded.day_spent + CASE WHEN spending.day_start < excluded.day_start THEN 0 ELSE spending.day_spent END,
       week_spent = excluded.week_spent + CASE WHEN spending.week_start < excluded.week_start THEN 0 ELSE spending.week_spent END,
       month_spent = excluded.month_spent +
                     CASE WHEN spending.month_start < excluded.month_start THEN 0 ELSE spending.month_spent END,
       day_start = GREATEST(spending.day_start, excluded.day_start),
       week_start = GREATEST(spending.week_start, excluded.week_start),
       month_start = GREATEST(spending.month_start, excluded.month_start)

-- name: ledger_stale
SELECT ledger.job_id, ledger.user_id, ledger.reserved, COALESCE(job.state, 'cancelled') AS state, job.remote
  FROM ledger LEFT JOIN job ON job.id = ledger.job_id
 WHERE ledger.outcome = 'open' AND (job.id IS NULL OR job.finished_at IS NOT NULL)
 LIMIT :limit

-- The sums of users who have something held back, and of all, beside what they should be.
-- name: ledger_sums
SELECT wrong.user_id, wrong.reserved FROM (
    SELECT spending.user_id, spending.reserved - COALESCE(
               CASE WHEN spending.user_id = '' THEN (SELECT CAST(SUM(o.reserved) AS BIGINT) FROM ledger AS o WHERE o.outcome = 'open')
                    ELSE (SELECT CAST(SUM(o.reserved) AS BIGINT) FROM ledger AS o
                           WHERE o.outcome = 'open' AND o.user_id = spending.user_id) END, 0) AS reserved
      FROM spending) AS wrong
 WHERE wrong.reserved <> 0 ORDER BY wrong.user_id LIMIT :limit

-- name: ledger_sums_correct
UPDATE spending SET reserved = reserved - :reserved WHERE user_id = :user_id
