-- Claims write less: a user's jobs by state are found by what does not move while a job goes from waiting to running.

DROP INDEX job_running;
-- Few rows: they are looked through for a lane, a worker, or leases that have ended.
CREATE INDEX job_running ON job (user_id, lane, worker, state) WHERE state = 'running';
-- What waits or runs, and what is over. All jobs of a user are these two merged.
DROP INDEX job_by_user_state;
DROP INDEX job_by_user;
CREATE INDEX job_open ON job (user_id, id) WHERE finished_at IS NULL;
CREATE INDEX job_ended ON job (user_id, state, id) WHERE finished_at IS NOT NULL;
