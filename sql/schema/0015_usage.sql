-- What is made is counted whether it costs something or not, with the time that it took.

ALTER TABLE job ADD COLUMN door TEXT; -- where it was asked for, as the usage calls it; null: under its kind, and work of the house
-- What is over counts by what is counted below; the others may still run, or be tried again.
UPDATE job SET door = COALESCE((SELECT MAX(ledger.door) FROM ledger WHERE ledger.job_id = job.id),
                               CASE WHEN kind = 'generate' THEN 'jobs' ELSE 'albums' END)
 WHERE lane <> 'system' AND state <> 'completed';

-- Sums of each day, kept in the transactions in which jobs end. The user '' is all users together, and a row without
-- backend and door is the whole day of its user: so that every question finds few rows.
CREATE TABLE usage_tally (
    user_id  TEXT   NOT NULL,               -- stays when the user goes
    day      BIGINT NOT NULL,               -- when it began, UTC
    backend  TEXT   NOT NULL,               -- that made it, or was to make it
    door     TEXT   NOT NULL,               -- where it was asked for
    jobs     BIGINT NOT NULL,               -- that ended; without those that were cancelled and cost nothing
    failed   BIGINT NOT NULL,               -- of them, without a picture
    pictures BIGINT NOT NULL,
    spent    BIGINT NOT NULL,               -- micro-dollars: what the ledger says, to the last of them
    took_ms  BIGINT NOT NULL,               -- how long workers had the jobs in the attempts that ended them
    PRIMARY KEY (user_id, day, backend, door)
);
CREATE INDEX usage_tally_of_users ON usage_tally (day, user_id) WHERE backend = '';
-- What is compared is compared day by day.
CREATE INDEX usage_tally_by_day ON usage_tally (day);
CREATE INDEX ledger_by_day ON ledger (settled_at) WHERE spent <> 0;

-- What is there is counted. Money by its ledger, which is whole; what was given back is a failure when its job has failed.
CREATE TABLE usage_past AS
SELECT ledger.user_id, ledger.settled_at AS at, ledger.backend, ledger.door,
       CASE WHEN ledger.outcome = 'spent' THEN 0 ELSE 1 END AS failed, ledger.pictures, ledger.spent,
       CASE WHEN ledger.id = (SELECT MAX(last.id) FROM ledger AS last WHERE last.job_id = ledger.job_id)
            THEN job.finished_at - job.started_at END AS took_ms
  FROM ledger LEFT JOIN job ON job.id = ledger.job_id
 WHERE ledger.outcome = 'spent' OR ledger.outcome = 'assumed' OR (ledger.outcome = 'refunded' AND job.state = 'failed');

-- What costs nothing by its jobs, as far as they are kept ...
INSERT INTO usage_past (user_id, at, backend, door, failed, pictures, spent, took_ms)
SELECT job.user_id, job.finished_at, COALESCE((SELECT MAX(image.backend) FROM image WHERE image.job_id = job.id), job.lane),
       COALESCE(job.door, CASE WHEN job.kind = 'generate' THEN 'jobs' ELSE 'albums' END),
       CASE WHEN job.state = 'failed' THEN 1 ELSE 0 END, (SELECT COUNT(*) FROM image WHERE image.job_id = job.id), 0,
       job.finished_at - job.started_at
  FROM job
 WHERE job.lane <> 'system' AND job.finished_at IS NOT NULL AND (job.state = 'completed' OR job.state = 'failed')
   AND NOT EXISTS (SELECT 1 FROM ledger WHERE ledger.job_id = job.id);

-- ... and before by its pictures, one a job: of backends that are in no ledger, because those would count twice.
INSERT INTO usage_past (user_id, at, backend, door, failed, pictures, spent, took_ms)
SELECT user_id, created_at, backend, 'jobs', 0, 1, 0, 0 FROM image
 WHERE source = 'generated' AND job_id IS NULL AND backend IS NOT NULL AND backend NOT IN (SELECT backend FROM ledger);

INSERT INTO usage_tally (user_id, day, backend, door, jobs, failed, pictures, spent, took_ms)
SELECT user_id, at / 86400000 * 86400000, backend, door, COUNT(*), SUM(failed), SUM(pictures), SUM(spent), COALESCE(SUM(took_ms), 0)
  FROM usage_past GROUP BY 1, 2, 3, 4;
INSERT INTO usage_tally (user_id, day, backend, door, jobs, failed, pictures, spent, took_ms)
SELECT user_id, day, '', '', SUM(jobs), SUM(failed), SUM(pictures), SUM(spent), SUM(took_ms) FROM usage_tally GROUP BY 1, 2;
INSERT INTO usage_tally (user_id, day, backend, door, jobs, failed, pictures, spent, took_ms)
SELECT '', day, backend, door, SUM(jobs), SUM(failed), SUM(pictures), SUM(spent), SUM(took_ms)
  FROM usage_tally WHERE backend <> '' GROUP BY 2, 3, 4;

DROP TABLE usage_past;
DROP TABLE usage_day;
