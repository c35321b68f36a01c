-- part: claim
UPDATE job SET state = 'running', worker = :worker, fence = fence + 1, attempt = attempt + 1,
               lease_until = :lease_until, started_at = COALESCE(started_at, :now)

-- part: claimed
RETURNING id, user_id, kind, lane, group_id, depends_on, state, start_tag, order_key, band, attempt, max_attempts,
          fence, cancel_requested, remote, payload, result, error_code, error, progress, created_at, queued_at,
          started_at, finished_at, reserved, door

-- part: returned
RETURNING id, user_id, kind, lane, group_id, depends_on, state, start_tag, band, attempt, max_attempts, fence,
          cancel_requested, remote, payload, result, error_code, error, progress, created_at, queued_at,
          started_at, finished_at, reserved, door

-- The first :front of the lane, and of them those whose users have a slot left.
-- part: front
WITH front (id, user_id, order_key, place) AS (
    SELECT id, user_id, order_key, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY order_key, id)
      FROM (SELECT id, user_id, order_key FROM job WHERE lane = :lane AND state = 'queued' AND hold = 0
             ORDER BY order_key, id LIMIT :front) AS first),
slots (user_id, free) AS (
    SELECT user_id, :user_max - (SELECT COUNT(*) FROM job AS r
                                  WHERE r.user_id = users.user_id AND r.state = 'running' AND r.lane <> 'system')
      FROM (SELECT DISTINCT user_id FROM front) AS users),
picked (id) AS (
    SELECT front.id FROM front JOIN slots ON slots.user_id = front.user_id
     WHERE front.place <= slots.free
     ORDER BY front.order_key, front.id LIMIT :limit)

-- Each user who waits, by the index from one to the next, and the slots that are left to him.
-- part: waiting
waiting (user_id) AS (
    SELECT (SELECT j.user_id FROM job AS j WHERE j.lane = :lane AND j.state = 'queued' AND j.hold < 1
             ORDER BY j.user_id LIMIT 1)
    UNION ALL
    SELECT (SELECT j.user_id FROM job AS j
             WHERE j.lane = :lane AND j.state = 'queued' AND j.hold < 1 AND j.user_id > waiting.user_id
             ORDER BY j.user_id LIMIT 1)
      FROM waiting WHERE waiting.user_id IS NOT NULL),
slots (user_id, free) AS (
    SELECT user_id, :user_max - (SELECT COUNT(*) FROM job AS r
                                  WHERE r.user_id = waiting.user_id AND r.state = 'running' AND r.lane <> 'system')
      FROM waiting WHERE user_id IS NOT NULL),

-- By who has the lease; a fence that is older finds nothing.
-- part: leased
id = :id AND fence = :fence AND state = 'running'

-- Whoever claims from the lane next waits here for the commit of whoever does now: only then it counts what runs. It does not
-- wait long, because a worker has leases to renew. SQLite has one writer, who does one transaction after the other.
-- name: lease_line_up sqlite
SELECT :lane AS lane, '' AS worker
-- name: lease_line_up postgres
SELECT set_config('lock_timeout', '1000', true) AS lane,
       CAST(pg_advisory_xact_lock(47126, hashtext(coalesce(CAST(current_schema() AS TEXT), '') || chr(10) || :lane)) AS TEXT) AS worker

-- name: lease_look
SELECT COALESCE(paused_at, 0) AS paused_at, calls_us,
       (SELECT COUNT(*) FROM job WHERE lane = :lane AND state = 'running') AS running
  FROM lane WHERE name = :lane

-- name: lease_claim sqlite
{claim}
 WHERE id IN (SELECT id FROM job WHERE lane = :lane AND state = 'queued' AND hold = 0
               ORDER BY order_key, id LIMIT :limit)
{claimed}

-- name: lease_claim postgres
{claim}
 WHERE id = ANY (ARRAY(SELECT id FROM job WHERE lane = :lane AND state = 'queued' AND hold = 0
                        ORDER BY order_key, id LIMIT :limit FOR UPDATE SKIP LOCKED))
{claimed}

-- With a limit for each user: what stands in front, but for users who have as many running as they may. On
-- PostgreSQL a cancel may come between the look and the update; COALESCE keeps the planner from looking for the rows by their
-- state instead of their ids.
-- name: lease_claim_front sqlite
{front}
{claim}
 WHERE id IN (SELECT id FROM picked)
{claimed}

-- name: lease_claim_front postgres
{front}
{claim}
 WHERE id = ANY (ARRAY(SELECT id FROM picked)) AND COALESCE(state, '') = 'queued'
{claimed}

-- The same when the front is full of jobs that may not run: from user to user by the index, each with the slots that are
-- left to him, then their own queues merged in their order. What it costs depends on the users that wait, not on the jobs.
-- "hold < 1" picks the index, see the schema.
-- name: lease_claim_spread sqlite
WITH RECURSIVE
{waiting}
picked (order_key, id, user_id, free) AS (
    SELECT j.order_key, j.id, slots.user_id, slots.free
      FROM slots JOIN job AS j ON j.id = (
           SELECT h.id FROM job AS h
            WHERE h.lane = :lane AND h.user_id = slots.user_id AND h.state = 'queued' AND h.hold < 1
            ORDER BY h.order_key, h.id LIMIT 1)
     WHERE slots.free > 0
    UNION ALL
    SELECT j.order_key, j.id, picked.user_id, picked.free - 1
      FROM picked JOIN job AS j ON j.id = (
           SELECT h.id FROM job AS h
            WHERE h.lane = :lane AND h.user_id = picked.user_id AND h.state = 'queued' AND h.hold < 1
              AND (h.order_key, h.id) > (picked.order_key, picked.id)
            ORDER BY h.order_key, h.id LIMIT 1)
     WHERE picked.free > 1
     ORDER BY 1, 2 LIMIT :limit)
{claim}
 WHERE id IN (SELECT id FROM picked)
{claimed}

-- name: lease_claim_spread postgres
WITH RECURSIVE
{waiting}
picked (id) AS (
    SELECT own.id
      FROM slots CROSS JOIN LATERAL (
           SELECT h.id, h.order_key FROM job AS h
            WHERE h.lane = :lane AND h.user_id = slots.user_id AND h.state = 'queued' AND h.hold < 1
            ORDER BY h.order_key, h.id LIMIT GREATEST(slots.free, 0)) AS own
     ORDER BY own.order_key, own.id LIMIT :limit)
{claim}
 WHERE id = ANY (ARRAY(SELECT id FROM picked)) AND COALESCE(state, '') = 'queued'
{claimed}

-- name: lane_advance
UPDATE lane_band SET virtual_time = :start_tag WHERE lane = :lane AND band = :band AND virtual_time < :start_tag

-- name: lane_note_calls
UPDATE lane SET calls_us = :calls_us WHERE name = :lane

-- name: lease_renew
UPDATE job SET lease_until = :lease_until WHERE worker = :worker AND state = 'running'
RETURNING id, lane, fence, cancel_requested

-- name: lease_wanted sqlite
SELECT cancel_requested FROM job WHERE {leased}
-- name: lease_wanted postgres
SELECT cancel_requested FROM job WHERE {leased} FOR UPDATE

-- name: lease_save_remote
UPDATE job SET remote = :remote WHERE {leased}

-- name: lease_save_progress
UPDATE job SET progress = :progress WHERE {leased}

-- name: lease_save_error
UPDATE job SET error_code = :error_code, error = :error WHERE {leased}

-- name: lease_complete sqlite
-- many
UPDATE job SET state = 'completed', result = :result, progress = 1, finished_at = :now, worker = NULL,
               lease_until = NULL, error_code = NULL, error = NULL
 WHERE {leased}
-- name: lease_complete postgres
UPDATE job SET state = 'completed', result = done.result, progress = 1, finished_at = done.finished_at, worker = NULL,
               lease_until = NULL, error_code = NULL, error = NULL
  FROM unnest(CAST(:id AS TEXT[]), CAST(:fence AS BIGINT[]), CAST(:result AS TEXT[]), CAST(:now AS BIGINT[]))
       AS done (id, fence, result, finished_at)
 WHERE job.id = done.id AND job.fence = done.fence AND job.state = 'running'

-- name: lease_end
UPDATE job SET state = :state, error_code = :error_code, error = :error, finished_at = :now, worker = NULL,
               lease_until = NULL
 WHERE {leased}

-- name: lease_retry_later
UPDATE job SET state = 'queued', hold = 1, run_at = :run_at, error_code = :error_code, error = :error,
               worker = NULL, lease_until = NULL, queued_at = :now
 WHERE {leased}

-- name: lease_postpone
UPDATE job SET state = 'queued', hold = 1, run_at = :run_at, error_code = :error_code, error = :error,
               attempt = attempt - 1, worker = NULL, lease_until = NULL
 WHERE {leased}

-- name: lease_release
UPDATE job SET state = 'queued', attempt = attempt - 1, worker = NULL, lease_until = NULL
 WHERE {leased}

-- name: lease_give_back
UPDATE job SET state = CASE WHEN cancel_requested = 1 THEN 'cancelled' ELSE 'queued' END, worker = NULL,
               lease_until = NULL, attempt = attempt - 1,
               finished_at = CASE WHEN cancel_requested = 1 THEN CAST(:now AS BIGINT) END
 WHERE worker = :worker AND state = 'running'
{returned}

-- name: job_group_count
UPDATE job_group SET open = open - 1, completed = completed + :completed, failed = failed + :failed,
                     cancelled = cancelled + :cancelled
 WHERE id = :group_id
RETURNING open

-- name: job_group_settle
UPDATE job_group SET settled_at = :now WHERE id = :group_id AND open = 0 AND settled_at IS NULL

-- name: job_dependents sqlite
-- many
SELECT id, lane FROM job WHERE depends_on = :id AND state = 'queued' AND hold = 2
-- name: job_dependents postgres
SELECT id, lane FROM job WHERE depends_on = ANY (CAST(:id AS TEXT[])) AND state = 'queued' AND hold = 2

-- name: job_free
UPDATE job SET hold = 0, queued_at = :now WHERE id = :id AND state = 'queued' AND hold = 2

-- name: job_dependents_cancel
UPDATE job SET state = 'cancelled', hold = 0, finished_at = :now, error_code = 'cancelled',
               error = 'the job that this one waited for did not complete'
 WHERE depends_on = :id AND user_id = :user_id AND state = 'queued'
RETURNING id, user_id, kind, lane, group_id, fence, state, remote, payload, error_code, error, created_at, reserved, door

-- name: tick_release
UPDATE job SET hold = 0, run_at = NULL, queued_at = :now WHERE state = 'queued' AND hold = 1 AND run_at <= :now
RETURNING lane

-- Nobody has to be asked any more whether a job that was not wanted stops.
-- name: tick_rescue
UPDATE job SET state = CASE WHEN cancel_requested = 1 THEN 'cancelled' ELSE 'queued' END, worker = NULL,
               lease_until = NULL, queued_at = :now, finished_at = CASE WHEN cancel_requested = 1 THEN CAST(:now AS BIGINT) END
 WHERE state = 'running' AND lease_until <= :now
{returned}

-- The second time and later a job waits a little: it may be the one that ends its workers, and when it is not, a program
-- that starts and falls again and again does not use up its attempts within seconds.
-- name: lease_rescue_all
UPDATE job SET state = CASE WHEN cancel_requested = 1 THEN 'cancelled' ELSE 'queued' END, worker = NULL,
               lease_until = NULL, queued_at = :now, finished_at = CASE WHEN cancel_requested = 1 THEN CAST(:now AS BIGINT) END,
               hold = CASE WHEN cancel_requested = 0 AND attempt > 1 THEN 1 ELSE 0 END,
               run_at = CASE WHEN cancel_requested = 0 AND attempt > 1 THEN CAST(:now AS BIGINT) + (attempt - 1) * CAST(:step AS BIGINT) END
 WHERE state = 'running'
{returned}

-- By fairness it would have its turn in its own band by now - at the latest the first of the band, one turn on - and higher
-- bands have kept it waiting for as long as they may. So it goes to the highest one: the first of the band behind the turn
-- that is taken there, so that a flood that has grown old takes turns with what is urgent; all others to the front.
-- name: tick_lift sqlite
UPDATE job SET order_key = (SELECT h.virtual_time FROM lane_band AS h WHERE h.lane = job.lane AND h.band = 0) -
               CAST(:span AS BIGINT) + CASE WHEN start_tag <= (SELECT own.virtual_time FROM lane_band AS own
                                                                WHERE own.lane = job.lane AND own.band = job.band)
                                            THEN 0 ELSE CAST(:slot AS BIGINT) END
 WHERE id IN (
       SELECT j.id FROM lane_band AS b CROSS JOIN job AS j
        WHERE b.band > 0 AND j.lane = b.lane AND j.state = 'queued' AND j.hold = 0
          AND j.order_key >= (b.band - 1) * CAST(:span AS BIGINT)
          AND j.order_key <= (b.band - 1) * CAST(:span AS BIGINT) + b.virtual_time + CAST(:slot AS BIGINT)
          AND (j.order_key <= (b.band - 1) * CAST(:span AS BIGINT) + b.virtual_time
               OR j.id = (SELECT k.id FROM job AS k
                           WHERE k.lane = b.lane AND k.state = 'queued' AND k.hold = 0
                             AND k.order_key >= (b.band - 1) * CAST(:span AS BIGINT) ORDER BY k.order_key, k.id LIMIT 1))
          AND j.queued_at <= :aged
        LIMIT :limit)
RETURNING lane

-- name: tick_lift postgres
UPDATE job SET order_key = (SELECT h.virtual_time FROM lane_band AS h WHERE h.lane = job.lane AND h.band = 0) -
               CAST(:span AS BIGINT) + CASE WHEN start_tag <= (SELECT own.virtual_time FROM lane_band AS own
                                                                WHERE own.lane = job.lane AND own.band = job.band)
                                            THEN 0 ELSE CAST(:slot AS BIGINT) END
 WHERE COALESCE(state, '') = 'queued' AND id = ANY (ARRAY(
       SELECT front.id FROM lane_band AS b CROSS JOIN LATERAL (
              SELECT j.id, j.order_key, j.queued_at, ROW_NUMBER() OVER (ORDER BY j.order_key, j.id) AS place FROM job AS j
               WHERE j.lane = b.lane AND j.state = 'queued' AND j.hold = 0
                 AND j.order_key >= (b.band - 1) * CAST(:span AS BIGINT)
                 AND j.order_key <= (b.band - 1) * CAST(:span AS BIGINT) + b.virtual_time + CAST(:slot AS BIGINT)
               ORDER BY j.order_key, j.id LIMIT :limit) AS front
        WHERE b.band > 0 AND front.queued_at <= :aged
          AND (front.place = 1 OR front.order_key <= (b.band - 1) * CAST(:span AS BIGINT) + b.virtual_time)))
RETURNING lane

-- name: tick_next sqlite
SELECT (SELECT MIN(run_at) FROM job WHERE state = 'queued' AND hold = 1) AS due_at,
       (SELECT MIN(lease_until) FROM job WHERE state = 'running') AS lease_until,
       (SELECT MIN(front.queued_at) FROM (
               SELECT j.queued_at FROM lane_band AS b CROSS JOIN job AS j
                WHERE b.band > 0 AND j.lane = b.lane AND j.state = 'queued' AND j.hold = 0
                  AND j.order_key >= (b.band - 1) * CAST(:span AS BIGINT)
                  AND j.order_key <= (b.band - 1) * CAST(:span AS BIGINT) + b.virtual_time + CAST(:slot AS BIGINT)
                  AND (j.order_key <= (b.band - 1) * CAST(:span AS BIGINT) + b.virtual_time
                       OR j.id = (SELECT k.id FROM job AS k
                                   WHERE k.lane = b.lane AND k.state = 'queued' AND k.hold = 0
                                     AND k.order_key >= (b.band - 1) * CAST(:span AS BIGINT)
                                   ORDER BY k.order_key, k.id LIMIT 1))
                LIMIT :limit) AS front) AS queued_at
-- name: tick_next postgres
SELECT (SELECT MIN(run_at) FROM job WHERE state = 'queued' AND hold = 1) AS due_at,
       (SELECT MIN(lease_until) FROM job WHERE state = 'running') AS lease_until,
       (SELECT MIN(front.queued_at) FROM lane_band AS b CROSS JOIN LATERAL (
               SELECT j.id, j.order_key, j.queued_at, ROW_NUMBER() OVER (ORDER BY j.order_key, j.id) AS place FROM job AS j
                WHERE j.lane = b.lane AND j.state = 'queued' AND j.hold = 0
                  AND j.order_key >= (b.band - 1) * CAST(:span AS BIGINT)
                  AND j.order_key <= (b.band - 1) * CAST(:span AS BIGINT) + b.virtual_time + CAST(:slot AS BIGINT)
                ORDER BY j.order_key, j.id LIMIT :limit) AS front
         WHERE b.band > 0
           AND (front.place = 1 OR front.order_key <= (b.band - 1) * CAST(:span AS BIGINT) + b.virtual_time)) AS queued_at
