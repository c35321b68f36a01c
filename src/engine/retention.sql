-- name: retention_jobs
-- listing
SELECT id, lane, finished_at FROM job WHERE id > :after AND id < :before ORDER BY id LIMIT :limit

-- name: retention_delete_jobs sqlite
DELETE FROM job WHERE id IN (SELECT value FROM json_each(:ids))
   AND finished_at < CASE lane WHEN 'system' THEN :system_cutoff ELSE :cutoff END
   AND NOT EXISTS (SELECT 1 FROM job_group WHERE job_group.id = job.group_id AND settled_at IS NULL)
-- name: retention_delete_jobs postgres
DELETE FROM job WHERE id IN (SELECT json_array_elements_text(CAST(:ids AS json)))
   AND finished_at < CASE lane WHEN 'system' THEN CAST(:system_cutoff AS BIGINT) ELSE CAST(:cutoff AS BIGINT) END
   AND NOT EXISTS (SELECT 1 FROM job_group WHERE job_group.id = job.group_id AND settled_at IS NULL)

-- name: retention_groups
-- listing
SELECT id FROM job_group WHERE id > :after AND id < :before ORDER BY id LIMIT :limit

-- name: retention_delete_groups sqlite
DELETE FROM job_group WHERE id IN (SELECT value FROM json_each(:ids)) AND settled_at < :cutoff
   AND NOT EXISTS (SELECT 1 FROM job WHERE job.group_id = job_group.id)
-- name: retention_delete_groups postgres
DELETE FROM job_group WHERE id IN (SELECT json_array_elements_text(CAST(:ids AS json))) AND settled_at < :cutoff
   AND NOT EXISTS (SELECT 1 FROM job WHERE job.group_id = job_group.id)
