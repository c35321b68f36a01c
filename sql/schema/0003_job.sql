-- Durable work: jobs, the groups that settle together, and the order in which users take turns.

CREATE TABLE lane (
    name         TEXT   NOT NULL PRIMARY KEY,  -- a backend's name, or "system" for work of our own
    virtual_time BIGINT NOT NULL DEFAULT 0,    -- start tag of the job that was claimed last (start-time fair queueing)
    paused_at    BIGINT                        -- null: claims are made
);

CREATE TABLE lane_clock (
    lane    TEXT   NOT NULL,
    user_id TEXT   NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    finish  BIGINT NOT NULL,                   -- virtual time at which all that the user queued so far would be done
    PRIMARY KEY (lane, user_id)
);

CREATE TABLE job_group (
    id         TEXT   NOT NULL PRIMARY KEY,
    user_id    TEXT   NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    kind       TEXT   NOT NULL,                -- decides what happens when the last job has settled
    total      BIGINT NOT NULL,                -- jobs in it
    open       BIGINT NOT NULL,                -- jobs that have not settled; the one that makes it 0 settles the group
    completed  BIGINT NOT NULL DEFAULT 0,
    failed     BIGINT NOT NULL DEFAULT 0,
    cancelled  BIGINT NOT NULL DEFAULT 0,
    payload    TEXT,                           -- JSON of the kind's own
    created_at BIGINT NOT NULL,
    settled_at BIGINT                          -- null while jobs are open
);
CREATE INDEX job_group_by_user ON job_group (user_id, id);

CREATE TABLE job (
    id               TEXT   NOT NULL PRIMARY KEY,
    user_id          TEXT   NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    kind             TEXT   NOT NULL,          -- which code runs it
    lane             TEXT   NOT NULL,          -- where it waits: limits and pauses are the lane's
    group_id         TEXT   REFERENCES job_group (id) ON DELETE CASCADE,
    depends_on       TEXT   REFERENCES job (id) ON DELETE SET NULL, -- waits until that one is completed
    state            TEXT   NOT NULL CHECK (state IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
    hold             BIGINT NOT NULL DEFAULT 0, -- 0: may be claimed; 1: waits for run_at; 2: waits for depends_on
    start_tag        BIGINT NOT NULL,          -- its place by fairness alone
    order_key        BIGINT NOT NULL,          -- start_tag and the delay of its band: claims go by this number
    band             BIGINT NOT NULL DEFAULT 1, -- 0 high, 1 normal, 2 low
    attempt          BIGINT NOT NULL DEFAULT 0, -- claims so far
    max_attempts     BIGINT NOT NULL,
    run_at           BIGINT,                   -- with hold 1: not before
    worker           TEXT,                     -- who has it while running
    fence            BIGINT NOT NULL DEFAULT 0, -- rises with each claim; whoever comes with an older one is refused
    lease_until      BIGINT,                   -- while running: later it may be taken from its worker
    cancel_requested BIGINT NOT NULL DEFAULT 0, -- 1: the worker is asked to stop
    remote           TEXT,                     -- JSON by which the provider finds its request again
    progress         DOUBLE PRECISION NOT NULL DEFAULT 0, -- 0 to 1
    payload          TEXT   NOT NULL,          -- JSON of the kind's own; addresses of pictures, never their bytes
    result           TEXT,                     -- JSON, when completed
    error_code       TEXT,                     -- when failed: a name of err_codes.def
    error            TEXT,                     -- when failed: words for people
    created_at       BIGINT NOT NULL,
    queued_at        BIGINT NOT NULL,          -- of the last time it was queued; the ageing bound counts from here
    started_at       BIGINT,
    finished_at      BIGINT
);
-- The claim: one walk from the left, at any depth.
CREATE INDEX job_ready ON job (lane, order_key, id) WHERE state = 'queued' AND hold = 0;
-- What becomes due, and what has waited long enough in a low band.
CREATE INDEX job_due ON job (run_at) WHERE state = 'queued' AND hold = 1;
CREATE INDEX job_delayed ON job (queued_at) WHERE state = 'queued' AND order_key > start_tag;
-- Leases: few rows, those that run.
CREATE INDEX job_leased ON job (lease_until) WHERE state = 'running';
CREATE INDEX job_of_worker ON job (worker) WHERE state = 'running';
CREATE INDEX job_by_user ON job (user_id, id);
CREATE INDEX job_by_user_state ON job (user_id, state, id);
CREATE INDEX job_by_group ON job (group_id, id);
CREATE INDEX job_by_dependency ON job (depends_on) WHERE depends_on IS NOT NULL;
