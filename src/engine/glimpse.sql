-- part: leased
FROM job WHERE job.id = :id AND job.fence = :fence AND job.state = 'running'

-- part: shown
FROM job JOIN job_glimpse AS g ON g.job_id = job.id AND g.fence = job.fence
WHERE job.id = :id AND job.user_id = :user_id AND job.state = 'running'

-- name: glimpse_save_note
INSERT INTO job_glimpse (job_id, fence, note)
SELECT job.id, job.fence, CAST(:note AS TEXT) {leased}
ON CONFLICT (job_id) DO UPDATE SET note = excluded.note, fence = excluded.fence,
    preview = CASE WHEN job_glimpse.fence = excluded.fence THEN job_glimpse.preview END

-- Numbers rise from attempt to attempt, also when what the one before has shown is forgotten: to a browser a number that it
-- knows is a picture that it has.
-- name: glimpse_save_preview
INSERT INTO job_glimpse (job_id, fence, previews, preview)
SELECT job.id, job.fence, (job.fence - 1) * 10000 + 1, CAST(:preview AS TEXT) {leased}
ON CONFLICT (job_id) DO UPDATE SET preview = excluded.preview,
    previews = CASE WHEN job_glimpse.previews < excluded.previews THEN excluded.previews ELSE job_glimpse.previews + 1 END,
    note = CASE WHEN job_glimpse.fence = excluded.fence THEN job_glimpse.note END, fence = excluded.fence
RETURNING previews

-- name: glimpse_of_job
SELECT g.note, CASE WHEN g.preview IS NULL THEN 0 ELSE g.previews END AS previews {shown}

-- name: glimpse_preview
SELECT g.preview {shown} AND g.preview IS NOT NULL

-- name: glimpse_forget
DELETE FROM job_glimpse WHERE job_id = :id AND fence <= :fence
