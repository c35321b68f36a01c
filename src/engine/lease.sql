-- name: lease_claim sqlite
UPDATE job SET state = 'running', worker = :worker, fence = fence + 1, attempt = attempt + 1,
               lease_until = :lease_until, started_at = COALESCE(started_at, :now)
 WHERE id IN (SELECT id FROM job WHERE lane = :lane AND state = 'queued' AND hold = 0
               ORDER BY order_key, id LIMIT :limit)
   AND NOT EXISTS (SELECT 1 FROM lane WHERE name = :lane AND paused_at IS NOT NULL)
RETURNING id, user_id, kind, lane, group_id, depends_on, state, start_tag, band, attempt, max_attempts, fence,
          cancel_requested, remote, payload, result, error_code, error, progress, created_at, queued_at,
          started_at, finished_at

-- name: lease_claim postgres
UPDATE job SET state = 'running', worker = :worker, fence = fence + 1, attempt = attempt + 1,
               lease_until = :lease_until, started_at = COALESCE(started_at, :now)
 WHERE id = ANY (ARRAY(SELECT id FROM job WHERE lane = :lane AND state = 'queued' AND hold = 0
                        ORDER BY order_key, id LIMIT :limit FOR UPDATE SKIP LOCKED))
   AND NOT EXISTS (SELECT 1 FROM lane WHERE name = :lane AND paused_at IS NOT NULL)
RETURNING id, user_id, kind, lane, group_id, depends_on, state, start_tag, band, attempt, max_attempts, fence,
          cancel_requested, remote, payload, result, error_code, error, progress, created_at, queued_at,
          started_at, finished_at

-- name: lane_advance
UPDATE lane SET virtual_time = :start_tag WHERE name = :lane AND virtual_time < :start_tag

-- name: lease_renew
UPDATE job SET lease_until = :lease_until WHERE worker = :worker AND state = 'running'

-- name: lease_cancelled
SELECT id FROM job WHERE worker = :worker AND state = 'running' AND cancel_requested = 1

-- name: lease_save_remote
UPDATE job SET remote = :remote WHERE id = :id AND fence = :fence AND state = 'running'

-- name: lease_save_progress
UPDATE job SET progress = :progress WHERE id = :id AND fence = :fence AND state = 'running'

-- name: lease_save_error
UPDATE job SET error_code = :error_code, error = :error WHERE id = :id AND fence = :fence AND state = 'running'

-- name: lease_complete
UPDATE job SET state = 'completed', result = :result, progress = 1, finished_at = :now, worker = NULL,
               lease_until = NULL, error_code = NULL, error = NULL
 WHERE id = :id AND fence = :fence AND state = 'running'

-- name: lease_end
UPDATE job SET state = :state, error_code = :error_code, error = :error, finished_at = :now, worker = NULL,
               lease_until = NULL
 WHERE id = :id AND fence = :fence AND state = 'running'

-- name: lease_retry_later
UPDATE job SET state = 'queued', hold = 1, run_at = :run_at, error_code = :error_code, error = :error,
               worker = NULL, lease_until = NULL, queued_at = :now
 WHERE id = :id AND fence = :fence AND state = 'running'

-- name: lease_release
UPDATE job SET state = 'queued', attempt = attempt - 1, worker = NULL, lease_until = NULL
 WHERE id = :id AND fence = :fence AND state = 'running'

-- name: job_group_count
UPDATE job_group SET open = open - 1, completed = completed + :completed, failed = failed + :failed,
                     cancelled = cancelled + :cancelled
 WHERE id = :group_id
RETURNING open

-- name: job_group_settle
UPDATE job_group SET settled_at = :now WHERE id = :group_id AND open = 0 AND settled_at IS NULL

-- name: job_dependents_free
UPDATE job SET hold = 0 WHERE depends_on = :id AND state = 'queued' AND hold = 2 RETURNING id, lane

-- name: job_dependents_cancel
UPDATE job SET state = 'cancelled', hold = 0, finished_at = :now, error_code = 'cancelled',
               error = 'the job that this one waited for did not complete'
 WHERE depends_on = :id AND state = 'queued'
RETURNING id, user_id, kind, lane, group_id, state, payload, created_at

-- name: tick_release
UPDATE job SET hold = 0, run_at = NULL WHERE state = 'queued' AND hold = 1 AND run_at <= :now RETURNING lane

-- name: tick_rescue
UPDATE job SET state = 'queued', worker = NULL, lease_until = NULL, queued_at = :now
 WHERE state = 'running' AND lease_until < :now
RETURNING lane

-- name: tick_lift
UPDATE job SET order_key = start_tag WHERE state = 'queued' AND order_key > start_tag AND queued_at <= :aged
RETURNING lane

-- name: tick_next
SELECT (SELECT MIN(run_at) FROM job WHERE state = 'queued' AND hold = 1) AS due_at,
       (SELECT MIN(lease_until) FROM job WHERE state = 'running') AS lease_until,
       (SELECT MIN(queued_at) FROM job WHERE state = 'queued' AND order_key > start_tag) AS queued_at
