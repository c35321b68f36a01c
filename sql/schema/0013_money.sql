-- Money, in micro-dollars. Nothing here knows of jobs that cost nothing.

ALTER TABLE job ADD COLUMN reserved BIGINT; -- what the ledger holds back for it while it is open; null: it costs nothing

-- One row for each time that a job was queued, by itself or by hand.
CREATE TABLE ledger (
    id         TEXT   NOT NULL PRIMARY KEY,
    job_id     TEXT   NOT NULL,             -- the job, which may be gone
    user_id    TEXT   NOT NULL,             -- whose money it is; stays when the user goes
    backend    TEXT   NOT NULL,             -- that was asked for, and once it has ended, that made it
    door       TEXT   NOT NULL,             -- where it was asked for
    outcome    TEXT   NOT NULL DEFAULT 'open'
        CHECK (outcome = 'open' OR outcome = 'spent' OR outcome = 'refunded' OR outcome = 'assumed'),
                                            -- assumed: ended without a picture, and may have been paid for
    reserved   BIGINT NOT NULL,             -- held back while it is open
    spent      BIGINT NOT NULL DEFAULT 0,   -- once it has ended
    pictures   BIGINT NOT NULL DEFAULT 0,   -- that came of it
    opened_at  BIGINT NOT NULL,
    settled_at BIGINT                       -- null while it is open
);
CREATE UNIQUE INDEX ledger_open ON ledger (job_id) WHERE outcome = 'open';
CREATE INDEX ledger_by_job ON ledger (job_id, id);

-- Sums over the ledger, kept in the same transactions. The user '' is all users together.
CREATE TABLE spending (
    user_id     TEXT   NOT NULL PRIMARY KEY,
    reserved    BIGINT NOT NULL,            -- of all that is open
    day_start   BIGINT NOT NULL,            -- when the day (UTC) began that day_spent belongs to
    day_spent   BIGINT NOT NULL,
    week_start  BIGINT NOT NULL,            -- on Monday
    week_spent  BIGINT NOT NULL,
    month_start BIGINT NOT NULL,            -- on the first
    month_spent BIGINT NOT NULL
);

CREATE TABLE budget (
    id           TEXT   NOT NULL PRIMARY KEY,
    scope        TEXT   NOT NULL,           -- a user's id, or '' for all together
    period       TEXT   NOT NULL CHECK (period = 'day' OR period = 'week' OR period = 'month'),
    limit_micros BIGINT NOT NULL CHECK (limit_micros >= 0),
    warned_start BIGINT NOT NULL DEFAULT 0, -- the beginning of the last period in which it was said to be nearly used up
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    UNIQUE (scope, period)
);

-- What was made and spent on each day, as it is asked for: by backend, by door, by user, of one user or of all.
CREATE TABLE usage_day (
    user_id   TEXT   NOT NULL,              -- '' is all users together
    dimension TEXT   NOT NULL CHECK (dimension = 'backend' OR dimension = 'door' OR dimension = 'user'),
    day       BIGINT NOT NULL,              -- when it began, UTC
    name      TEXT   NOT NULL,              -- of the backend or the door, or the user's id
    jobs      BIGINT NOT NULL,              -- that ended, and were or may have been paid for
    pictures  BIGINT NOT NULL,
    spent     BIGINT NOT NULL,
    PRIMARY KEY (user_id, dimension, day, name)
);
