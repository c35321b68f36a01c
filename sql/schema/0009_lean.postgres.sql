-- Less to write for each job and event: what nobody looks for needs no index.

-- Few rows run: those of job_running are looked through for leases that have ended.
DROP INDEX job_leased;
DROP INDEX job_by_group;
CREATE INDEX job_by_group ON job (group_id, id) WHERE group_id IS NOT NULL;
-- Old events are swept channel by channel.
DROP INDEX event_by_age;
