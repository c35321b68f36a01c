-- The queue for several processes: limits that hold for all of them together, and turns that are taken in each band apart,
-- so that a user's urgent job does not move the clock of those that wait.

CREATE TABLE lane_band (
    lane         TEXT   NOT NULL REFERENCES lane (name) ON DELETE CASCADE,
    band         BIGINT NOT NULL,               -- as in job
    virtual_time BIGINT NOT NULL DEFAULT 0,     -- start tag of the job that was claimed last (start-time fair queueing)
    PRIMARY KEY (lane, band)
);
INSERT INTO lane_band (lane, band, virtual_time) SELECT name, 0, virtual_time FROM lane;
INSERT INTO lane_band (lane, band, virtual_time) SELECT name, 1, virtual_time FROM lane;
INSERT INTO lane_band (lane, band, virtual_time) SELECT name, 2, virtual_time FROM lane;
ALTER TABLE lane DROP COLUMN virtual_time;
-- With a rate for the lane: when, in microseconds since 1970, the calls that were allowed so far would be used up.
ALTER TABLE lane ADD COLUMN calls_us BIGINT NOT NULL DEFAULT 0;

CREATE TABLE turn (
    lane    TEXT   NOT NULL,
    band    BIGINT NOT NULL,                    -- as in job
    user_id TEXT   NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    finish  BIGINT NOT NULL,                    -- virtual time at which all that the user queued so far would be done
    PRIMARY KEY (lane, band, user_id)
);
INSERT INTO turn (lane, band, user_id, finish) SELECT lane, 0, user_id, finish FROM lane_clock;
INSERT INTO turn (lane, band, user_id, finish) SELECT lane, 1, user_id, finish FROM lane_clock;
INSERT INTO turn (lane, band, user_id, finish) SELECT lane, 2, user_id, finish FROM lane_clock;
DROP TABLE lane_clock;

-- The bands stand so far apart (2^61) that no number of jobs closes the gap.
UPDATE job SET order_key = start_tag + (band - 1) * 2305843009213693952 WHERE state = 'queued';
DROP INDEX job_delayed;

-- With a limit of jobs for each user: the head of each user's own queue. "hold < 1" means the same as the "hold = 0" of
-- job_ready; a query that says it thus cannot be answered by a walk over everybody's jobs.
CREATE INDEX job_ready_by_user ON job (lane, user_id, order_key, id) WHERE state = 'queued' AND hold < 1;
-- What runs in a lane, and what a worker has.
DROP INDEX job_of_worker;
CREATE INDEX job_running ON job (lane, worker) WHERE state = 'running';

CREATE TABLE submit_pace (
    user_id  TEXT   NOT NULL PRIMARY KEY REFERENCES app_user (id) ON DELETE CASCADE,
    spent_us BIGINT NOT NULL                    -- when, in microseconds since 1970, the jobs submitted so far are within the pace
);
