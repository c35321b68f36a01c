-- What can be seen of a job while it runs. Of no consequence: it goes when the attempt ends.

CREATE TABLE job_glimpse (
    job_id   TEXT   NOT NULL PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,
    fence    BIGINT NOT NULL,           -- of the attempt that it is of; one of another attempt is not shown
    note     TEXT,                      -- what is being done, in words; null: not known
    previews BIGINT NOT NULL DEFAULT 0, -- the newest one's number: a new number is a new preview; 0: none came
    preview  TEXT                       -- the newest one's file, in base64; null: none
);
