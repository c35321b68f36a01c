-- Less to write for each job and event. A CHECK with a list of more than two values makes SQLite build the list as a table of
-- its own for every row that is written; and what nobody looks for needs no index.

DROP INDEX job_ready;
DROP INDEX job_ready_by_user;
DROP INDEX job_due;
DROP INDEX job_leased;
DROP INDEX job_running;
DROP INDEX job_by_user_state;
DROP INDEX job_by_group;
ALTER TABLE job RENAME COLUMN state TO old_state;
ALTER TABLE job ADD COLUMN state TEXT NOT NULL DEFAULT 'queued' -- as it was: queued, running, completed, failed, cancelled
    CHECK (state = 'queued' OR state = 'running' OR state = 'completed' OR state = 'failed' OR state = 'cancelled');
UPDATE job SET state = old_state;
ALTER TABLE job DROP COLUMN old_state;
CREATE INDEX job_ready ON job (lane, order_key, id) WHERE state = 'queued' AND hold = 0;
CREATE INDEX job_ready_by_user ON job (lane, user_id, order_key, id) WHERE state = 'queued' AND hold < 1;
CREATE INDEX job_due ON job (run_at) WHERE state = 'queued' AND hold = 1;
-- Few rows: they are looked through for leases that have ended.
CREATE INDEX job_running ON job (lane, worker) WHERE state = 'running';
CREATE INDEX job_by_user_state ON job (user_id, state, id);
CREATE INDEX job_by_group ON job (group_id, id) WHERE group_id IS NOT NULL;

-- The same columns, kept in the order of their key and without an index by age: old ones are swept channel by channel.
CREATE TABLE kept_event (
    channel    TEXT   NOT NULL,              -- channel.name
    number     BIGINT NOT NULL,              -- 1, 2, 3 ... in each channel
    body       TEXT   NOT NULL,              -- JSON in one line, as it is sent: {"type":...,"result":{...}}
    created_at BIGINT NOT NULL,              -- forgotten a day later
    PRIMARY KEY (channel, number)
) WITHOUT ROWID;
INSERT INTO kept_event (channel, number, body, created_at) SELECT channel, number, body, created_at FROM event;
DROP TABLE event;
ALTER TABLE kept_event RENAME TO event;
