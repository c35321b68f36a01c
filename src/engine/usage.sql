-- part: sums
CAST(SUM(jobs) AS BIGINT) AS jobs, CAST(SUM(failed) AS BIGINT) AS failed, CAST(SUM(pictures) AS BIGINT) AS pictures,
       CAST(SUM(spent) AS BIGINT) AS spent, CAST(SUM(took_ms) AS BIGINT) AS took_ms

-- part: more
ON CONFLICT (user_id, day, backend, door) DO UPDATE
   SET jobs = usage_tally.jobs + excluded.jobs, failed = usage_tally.failed + excluded.failed,
       pictures = usage_tally.pictures + excluded.pictures, spent = usage_tally.spent + excluded.spent,
       took_ms = usage_tally.took_ms + excluded.took_ms

-- name: usage_add sqlite
-- many
INSERT INTO usage_tally (user_id, day, backend, door, jobs, failed, pictures, spent, took_ms)
VALUES (:user_id, :day, :backend, :door, :jobs, :failed, :pictures, :spent, :took_ms)
{more}
-- name: usage_add postgres
INSERT INTO usage_tally (user_id, day, backend, door, jobs, failed, pictures, spent, took_ms)
SELECT one.user_id, one.day, one.backend, one.door, one.jobs, one.failed, one.pictures, one.spent, one.took_ms
  FROM unnest(CAST(:user_id AS TEXT[]), CAST(:day AS BIGINT[]), CAST(:backend AS TEXT[]), CAST(:door AS TEXT[]),
              CAST(:jobs AS BIGINT[]), CAST(:failed AS BIGINT[]), CAST(:pictures AS BIGINT[]), CAST(:spent AS BIGINT[]),
              CAST(:took_ms AS BIGINT[]))
       WITH ORDINALITY AS one (user_id, day, backend, door, jobs, failed, pictures, spent, took_ms, place)
 ORDER BY one.place
{more}

-- name: usage_by_day
SELECT day, {sums} FROM usage_tally
 WHERE user_id = :user_id AND day >= :from AND day < :to AND backend <> ''
 GROUP BY day ORDER BY day

-- name: usage_by_backend
SELECT backend AS name, {sums} FROM usage_tally
 WHERE user_id = :user_id AND day >= :from AND day < :to AND backend <> ''
 GROUP BY backend ORDER BY spent DESC, pictures DESC, backend

-- name: usage_by_door
SELECT door AS name, {sums} FROM usage_tally
 WHERE user_id = :user_id AND day >= :from AND day < :to AND backend <> ''
 GROUP BY door ORDER BY spent DESC, pictures DESC, door

-- name: usage_by_user
SELECT found.user_id AS name, app_user.name AS label, found.jobs, found.failed, found.pictures, found.spent, found.took_ms
  FROM (SELECT user_id, {sums} FROM usage_tally
         WHERE day >= :from AND day < :to AND backend = '' GROUP BY user_id) AS found
  LEFT JOIN app_user ON app_user.id = found.user_id
 ORDER BY found.spent DESC, found.pictures DESC, found.user_id

-- name: usage_of_user
SELECT found.user_id AS name, app_user.name AS label, found.jobs, found.failed, found.pictures, found.spent, found.took_ms
  FROM (SELECT user_id, {sums} FROM usage_tally
         WHERE user_id = :user_id AND day >= :from AND day < :to AND backend = '' GROUP BY user_id) AS found
  LEFT JOIN app_user ON app_user.id = found.user_id

-- name: usage_knows_user
SELECT id AS name FROM app_user WHERE id = :user_id
UNION ALL
SELECT user_id AS name FROM usage_tally WHERE user_id = :user_id
 LIMIT 1

-- part: of_day
day >= :day AND day < CAST(:day AS BIGINT) + 86400000

-- One repair at a time: what two had found would be added twice. SQLite has one writer.
-- name: usage_line_up sqlite
SELECT '' AS user_id
-- name: usage_line_up postgres
SELECT CAST(pg_advisory_xact_lock(47127, hashtext(coalesce(CAST(current_schema() AS TEXT), ''))) AS TEXT) AS user_id

-- name: usage_next_day
SELECT MIN(day) AS day
  FROM (SELECT MIN(day) AS day FROM usage_tally WHERE day >= :day
        UNION ALL
        SELECT MIN(settled_at) / 86400000 * 86400000 AS day FROM ledger WHERE spent <> 0 AND settled_at >= :day) AS days

-- name: usage_drift_money
SELECT user_id, day, backend, door, CAST(SUM(spent) AS BIGINT) AS spent
  FROM (SELECT user_id, settled_at / 86400000 * 86400000 AS day, backend, door, spent FROM ledger
         WHERE spent <> 0 AND settled_at >= :day AND settled_at < CAST(:day AS BIGINT) + 86400000
        UNION ALL
        SELECT user_id, day, backend, door, -spent FROM usage_tally WHERE {of_day} AND user_id <> '' AND backend <> '') AS due
 GROUP BY user_id, day, backend, door HAVING SUM(spent) <> 0
 LIMIT :limit

-- name: usage_drift_sums
SELECT user_id, day, backend, door, {sums}
  FROM (SELECT user_id, day, '' AS backend, '' AS door, jobs, failed, pictures, spent, took_ms
          FROM usage_tally WHERE {of_day} AND user_id <> '' AND backend <> ''
        UNION ALL
        SELECT '', day, backend, door, jobs, failed, pictures, spent, took_ms
          FROM usage_tally WHERE {of_day} AND user_id <> '' AND backend <> ''
        UNION ALL
        SELECT user_id, day, backend, door, -jobs, -failed, -pictures, -spent, -took_ms
          FROM usage_tally WHERE {of_day} AND (user_id = '' OR backend = '')) AS due
 GROUP BY user_id, day, backend, door
HAVING SUM(jobs) <> 0 OR SUM(failed) <> 0 OR SUM(pictures) <> 0 OR SUM(spent) <> 0 OR SUM(took_ms) <> 0
 LIMIT :limit
