-- part: job
id, user_id, kind, lane, group_id, depends_on, state, start_tag, band, attempt, max_attempts, fence, cancel_requested, remote,
payload, result, error_code, error, progress, created_at, queued_at, started_at, finished_at, reserved, door

-- Of one kind; of all, the house's own are left out.
-- part: kind
kind = COALESCE(:kind, kind) AND (lane <> 'system' OR kind = :kind)

-- Where a job stands in its user's list; PostgreSQL: in the index of those, and not of all.
-- part: place sqlite
id
-- part: place postgres
id COLLATE "C"

-- name: lane_insert
INSERT INTO lane (name) VALUES (:lane) ON CONFLICT (name) DO NOTHING

-- name: lane_band_insert
INSERT INTO lane_band (lane, band) VALUES (:lane, 0), (:lane, 1), (:lane, 2) ON CONFLICT (lane, band) DO NOTHING

-- name: turn_advance sqlite
-- many
INSERT INTO turn (lane, band, user_id, finish)
VALUES (:lane, :band, :user_id, :cost + COALESCE((SELECT virtual_time FROM lane_band WHERE lane = :lane AND band = :band), 0))
ON CONFLICT (lane, band, user_id) DO UPDATE SET finish = MAX(excluded.finish, turn.finish + :cost)
RETURNING lane, band, user_id, finish
-- name: turn_advance postgres
INSERT INTO turn (lane, band, user_id, finish)
SELECT want.lane, want.band, want.user_id, want.cost + COALESCE(now.virtual_time, 0)
  FROM unnest(CAST(:lane AS TEXT[]), CAST(:band AS BIGINT[]), CAST(:user_id AS TEXT[]), CAST(:cost AS BIGINT[]))
       AS want (lane, band, user_id, cost)
  LEFT JOIN lane_band AS now ON now.lane = want.lane AND now.band = want.band
 ORDER BY want.lane, want.band, want.user_id
ON CONFLICT (lane, band, user_id) DO UPDATE
   SET finish = GREATEST(excluded.finish, turn.finish + excluded.finish -
                COALESCE((SELECT virtual_time FROM lane_band WHERE lane = excluded.lane AND band = excluded.band), 0))
RETURNING lane, band, user_id, finish

-- name: lane_pause
UPDATE lane SET paused_at = :now WHERE name = :lane AND paused_at IS NULL

-- name: lane_resume
UPDATE lane SET paused_at = NULL WHERE name = :lane

-- name: job_insert sqlite
-- many
INSERT INTO job (id, user_id, kind, lane, group_id, depends_on, state, hold, start_tag, order_key, band,
                 max_attempts, payload, created_at, queued_at, reserved, door)
VALUES (:id, :user_id, :kind, :lane, :group_id, :depends_on, 'queued', :hold, :start_tag, :order_key, :band,
        :max_attempts, :payload, :now, :now, :reserved, :door)
-- name: job_insert postgres
INSERT INTO job (id, user_id, kind, lane, group_id, depends_on, state, hold, start_tag, order_key, band,
                 max_attempts, payload, created_at, queued_at, reserved, door)
SELECT want.id, want.user_id, want.kind, want.lane, want.group_id, want.depends_on, 'queued', want.hold, want.start_tag,
       want.order_key, want.band, want.max_attempts, want.payload, want.created_at, want.created_at,
       want.reserved, want.door
  FROM unnest(CAST(:id AS TEXT[]), CAST(:user_id AS TEXT[]), CAST(:kind AS TEXT[]), CAST(:lane AS TEXT[]),
              CAST(:group_id AS TEXT[]), CAST(:depends_on AS TEXT[]), CAST(:hold AS BIGINT[]),
              CAST(:start_tag AS BIGINT[]), CAST(:order_key AS BIGINT[]), CAST(:band AS BIGINT[]),
              CAST(:max_attempts AS BIGINT[]), CAST(:payload AS TEXT[]), CAST(:now AS BIGINT[]),
              CAST(:reserved AS BIGINT[]), CAST(:door AS TEXT[]))
       AS want (id, user_id, kind, lane, group_id, depends_on, hold, start_tag, order_key, band, max_attempts, payload,
                created_at, reserved, door)

-- Whoever ends that job meanwhile waits for us, or we for him: either he sees who depends on it, or we see its end.
-- name: job_dependency_state sqlite
SELECT state FROM job WHERE id = :depends_on AND user_id = :user_id
-- name: job_dependency_state postgres
SELECT state FROM job WHERE id = :depends_on AND user_id = :user_id FOR SHARE

-- name: job_by_id
SELECT {job} FROM job WHERE id = :id

-- name: job_of_user
SELECT {job} FROM job WHERE id = :id AND user_id = :user_id

-- Without what its worker alone needs.
-- name: job_shown
SELECT id, user_id, kind, lane, group_id, state, attempt, payload, error_code, error, progress, reserved, created_at, started_at,
       finished_at
  FROM job WHERE id = :id AND user_id = :user_id

-- The indexes by state, merged. PostgreSQL merges what is a list by itself.
-- name: job_page sqlite
-- listing
SELECT {job} FROM (SELECT * FROM job WHERE user_id = :user_id AND finished_at IS NULL AND id < :before
        UNION ALL
        SELECT * FROM job WHERE user_id = :user_id AND state = 'completed' AND finished_at IS NOT NULL AND id < :before
        UNION ALL
        SELECT * FROM job WHERE user_id = :user_id AND state = 'failed' AND finished_at IS NOT NULL AND id < :before
        UNION ALL
        SELECT * FROM job WHERE user_id = :user_id AND state = 'cancelled' AND finished_at IS NOT NULL AND id < :before) AS mine
 WHERE {kind}
 ORDER BY id DESC LIMIT :limit
-- name: job_page postgres
SELECT {job} FROM ((SELECT *, {place} AS place FROM job WHERE user_id = :user_id AND finished_at IS NULL AND {place} < :before AND {kind}
         ORDER BY place DESC LIMIT :limit)
        UNION ALL
       (SELECT *, {place} AS place FROM job WHERE user_id = :user_id AND state = 'completed' AND finished_at IS NOT NULL AND {place} < :before AND {kind}
         ORDER BY place DESC LIMIT :limit)
        UNION ALL
       (SELECT *, {place} AS place FROM job WHERE user_id = :user_id AND state = 'failed' AND finished_at IS NOT NULL AND {place} < :before AND {kind}
         ORDER BY place DESC LIMIT :limit)
        UNION ALL
       (SELECT *, {place} AS place FROM job WHERE user_id = :user_id AND state = 'cancelled' AND finished_at IS NOT NULL AND {place} < :before AND {kind}
         ORDER BY place DESC LIMIT :limit)) AS mine
 ORDER BY place DESC LIMIT :limit

-- name: job_page_queued
-- listing
SELECT {job} FROM job WHERE user_id = :user_id AND state = 'queued' AND finished_at IS NULL AND {place} < :before AND {kind}
 ORDER BY {place} DESC LIMIT :limit

-- Few: they are sorted, instead of looking through all that the user ever had.
-- name: job_page_running sqlite
SELECT {job} FROM job INDEXED BY job_running WHERE user_id = :user_id AND state = 'running' AND id < :before AND {kind}
 ORDER BY id DESC LIMIT :limit

-- name: job_page_running postgres
SELECT {job} FROM job WHERE user_id = :user_id AND state = 'running' AND id < :before AND {kind}
 ORDER BY id DESC LIMIT :limit

-- name: job_page_ended
-- listing
SELECT {job} FROM job WHERE user_id = :user_id AND state = :state AND finished_at IS NOT NULL AND {place} < :before AND {kind}
 ORDER BY {place} DESC LIMIT :limit

-- name: job_page_of_group
-- listing
SELECT {job} FROM job WHERE group_id = :group_id AND user_id = :user_id AND id < :before
 ORDER BY id DESC LIMIT :limit

-- name: job_count_ahead
SELECT COUNT(*) AS count FROM (
    SELECT 1 AS one FROM job
     WHERE lane = :lane AND state = 'queued' AND hold = 0
       AND order_key <= (SELECT order_key FROM job WHERE id = :id)
       AND (order_key < (SELECT order_key FROM job WHERE id = :id) OR id < :id)
     LIMIT 10000) AS ahead

-- name: job_count_ready
SELECT COUNT(*) AS count FROM (
    SELECT 1 AS one FROM job WHERE lane = :lane AND state = 'queued' AND hold = 0 LIMIT :limit) AS waiting

-- name: job_lock sqlite
SELECT {job} FROM job WHERE id = :id AND user_id = :user_id
-- name: job_lock postgres
SELECT {job} FROM job WHERE id = :id AND user_id = :user_id FOR UPDATE

-- name: job_cancel_queued
UPDATE job SET state = 'cancelled', finished_at = :now, hold = 0
 WHERE id = :id AND user_id = :user_id AND state = 'queued'

-- name: job_cancel_running
UPDATE job SET cancel_requested = 1 WHERE id = :id AND user_id = :user_id AND state = 'running'

-- name: job_requeue
UPDATE job SET state = 'queued', hold = :hold, attempt = 0, cancel_requested = 0, worker = NULL, lease_until = NULL,
               run_at = NULL, remote = NULL, progress = 0, error_code = NULL, error = NULL, started_at = NULL,
               finished_at = NULL, queued_at = :now, start_tag = :start_tag, order_key = :order_key
 WHERE id = :id AND user_id = :user_id AND state IN ('failed', 'cancelled')

-- name: job_group_insert
INSERT INTO job_group (id, user_id, kind, total, open, created_at)
VALUES (:id, :user_id, :kind, :count, :count, :now)

-- name: job_group_of_user
SELECT id, kind, total, open, completed, failed, cancelled, created_at, settled_at
  FROM job_group WHERE id = :id AND user_id = :user_id

-- name: job_group_page
-- listing
SELECT id, kind, total, open, completed, failed, cancelled, created_at, settled_at
  FROM job_group WHERE (user_id, id) < (:user_id, :before) AND user_id >= :user_id
 ORDER BY user_id DESC, id DESC LIMIT :limit

-- name: job_group_lock_open sqlite
SELECT id, user_id, state FROM job
 WHERE group_id = :group_id AND user_id = :user_id AND state IN ('queued', 'running') ORDER BY id
-- name: job_group_lock_open postgres
SELECT id, user_id, state FROM job
 WHERE group_id = :group_id AND user_id = :user_id AND state IN ('queued', 'running') ORDER BY id FOR UPDATE

-- name: job_group_lock_ended sqlite
SELECT {job} FROM job WHERE group_id = :group_id AND user_id = :user_id AND state IN ('failed', 'cancelled') ORDER BY id
-- name: job_group_lock_ended postgres
SELECT {job} FROM job WHERE group_id = :group_id AND user_id = :user_id AND state IN ('failed', 'cancelled') ORDER BY id FOR UPDATE

-- name: job_group_cancel
UPDATE job SET state = 'cancelled', finished_at = :now, hold = 0
 WHERE group_id = :group_id AND user_id = :user_id AND state = 'queued'
RETURNING {job}

-- name: job_group_reopen
UPDATE job_group SET open = open + 1, failed = failed - :failed, cancelled = cancelled - :cancelled, settled_at = NULL
 WHERE id = :group_id AND user_id = :user_id

-- name: lane_state
SELECT paused_at,
       (SELECT COUNT(*) FROM job WHERE lane = :lane AND state = 'running') AS running,
       (SELECT COUNT(*) FROM (SELECT 1 AS one FROM job WHERE lane = :lane AND state = 'queued' AND hold = 0
                               LIMIT :limit) AS ready) AS waiting
  FROM lane WHERE name = :lane

-- name: lane_own_jobs sqlite
-- listing
SELECT id, user_id, kind, lane, group_id, state, order_key, attempt, payload, progress, created_at, queued_at, started_at
  FROM job INDEXED BY job_ready_by_user
 WHERE lane = :lane AND user_id = :user_id AND state = 'queued' AND hold < 1
 ORDER BY order_key, id LIMIT :limit
-- name: lane_own_jobs postgres
-- listing
SELECT id, user_id, kind, lane, group_id, state, order_key, attempt, payload, progress, created_at, queued_at, started_at
  FROM job WHERE lane = :lane AND user_id = :user_id AND state = 'queued' AND hold < 1
 ORDER BY order_key, id LIMIT :limit

-- From one job of the order, itself counted, to another one, itself not.
-- name: lane_count_between
SELECT COUNT(*) AS count FROM (
    SELECT 1 AS one FROM job
     WHERE lane = :lane AND state = 'queued' AND hold = 0 AND order_key >= :after_key AND order_key <= :order_key
       AND (order_key > :after_key OR id >= :after_id) AND (order_key < :order_key OR id < :id)
     LIMIT :limit) AS part
