-- Queries that only the tests have.

-- name: probe_insert
INSERT INTO probe (id, flag, whole, ratio, words, maybe_flag, maybe_whole, maybe_ratio, tags, tree, seen_at, colour)
VALUES (:id, :flag, :whole, :ratio, :words, :maybe_flag, :maybe_whole, :maybe_ratio, :tags, :tree, :seen_at, :colour)
-- name: probe_by_id
SELECT id, flag, whole, ratio, words, maybe_flag, maybe_whole, maybe_ratio, tags, tree, seen_at, colour
FROM probe WHERE id = :id
-- The same name twice, and others between: PostgreSQL and SQLite must number alike.
-- name: probe_swap
SELECT CAST(:whole AS BIGINT) AS whole, :words || '/' || :id || '/' || :words AS words,
       CAST(:whole AS BIGINT) + 1 AS maybe_whole
-- name: probe_nulls
SELECT CAST(NULL AS BIGINT) AS whole
-- name: probe_stranger
SELECT 1 AS whole, 'x' AS stranger
-- name: probe_text_as_number
SELECT words AS whole FROM probe WHERE id = :id
-- name: probe_number_as_enum
SELECT 'purple' AS colour

-- name: note_insert
INSERT INTO note (number, body, rank, parent) VALUES (:number, :body, :rank, :parent)
-- name: note_insert_once
INSERT INTO note (number, body, rank) VALUES (:number, :body, :rank) ON CONFLICT DO NOTHING
-- name: note_insert_many sqlite
-- many
INSERT INTO note (number, body, rank, parent) VALUES (:number, :body, :rank, :parent)
-- name: note_insert_many postgres
INSERT INTO note (number, body, rank, parent)
SELECT * FROM unnest(CAST(:number AS BIGINT[]), CAST(:body AS TEXT[]), CAST(:rank AS BIGINT[]), CAST(:parent AS BIGINT[]))
-- name: note_raise_many sqlite
-- many
UPDATE note SET rank = rank + :rank WHERE number = :number RETURNING number, body, rank, parent
-- name: note_raise_many postgres
UPDATE note SET rank = note.rank + want.rank
  FROM unnest(CAST(:number AS BIGINT[]), CAST(:rank AS BIGINT[])) AS want (number, rank)
 WHERE note.number = want.number
RETURNING note.number, note.body, note.rank, note.parent
-- name: note_add
INSERT INTO note (number, body, rank) VALUES (:number, :body, :rank) RETURNING number, body
-- name: note_raise
UPDATE note SET rank = rank + 1 WHERE rank = :rank RETURNING number
-- name: note_set_rank
UPDATE note SET rank = :rank WHERE number = :number
-- name: note_rank
SELECT rank FROM note WHERE number = :number
-- name: note_delete
DELETE FROM note WHERE number = :number
-- name: note_count
SELECT count(*) AS number FROM note WHERE number > 0
-- name: note_count_apart
-- apart
SELECT count(*) AS number FROM note WHERE number > 0
-- name: note_sum
SELECT CAST(sum(number) AS BIGINT) AS number FROM note
-- name: tally_count
SELECT notes AS number FROM tally
-- name: note_list
-- listing
SELECT number, body FROM note WHERE rank = :rank AND number > :number ORDER BY rank, number LIMIT 3
-- name: numbers
WITH RECURSIVE n (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM n WHERE number < :number)
SELECT CAST(number AS BIGINT) AS number FROM n

-- name: step_insert
INSERT INTO schema_migration (version, name, sha256, applied_at) VALUES (:number, :body, 'x', 0)
-- name: step_spoil
UPDATE schema_migration SET sha256 = 'x' WHERE version = :number

-- Which server process answers, and how to end it.
-- name: backend_pid postgres
-- only
SELECT pg_backend_pid() AS number
-- name: backend_end postgres
-- only
SELECT CAST(pg_terminate_backend(CAST(:number AS INTEGER)) AS INTEGER) AS number
-- This program's connections but the one that asks.
-- part: others
application_name = current_setting('application_name') AND pid <> pg_backend_pid()
-- name: backends_in_transaction postgres
-- only
SELECT COUNT(*) AS number FROM pg_stat_activity WHERE {others} AND state = 'idle in transaction'
-- Who waits for the table; unlike pg_stat_activity, this is not of the transaction's begin.
-- name: tally_waiting postgres
-- only
SELECT COUNT(*) AS number FROM pg_locks WHERE NOT granted AND relation = CAST('tally' AS REGCLASS)
-- name: backends_end postgres
-- only
SELECT COUNT(pg_terminate_backend(pid)) AS number FROM pg_stat_activity WHERE {others}
-- name: backend_setting postgres
-- only
SELECT current_setting(:body) AS body
-- name: backend_hurry postgres
-- only
SELECT set_config('statement_timeout', '50', true) AS body
-- name: backend_sleep postgres
-- only
SELECT CAST(pg_sleep(20) AS TEXT) AS body
-- name: note_numbers
SELECT number FROM note WHERE number >= :number ORDER BY number
-- name: probe_add
INSERT INTO probe (id, flag, whole, ratio, tags, colour) VALUES (:body, 0, :number, 0.5, '[]', 'red')
-- The connections that listen for signals.
-- name: listeners_end postgres
-- only
SELECT count(pg_terminate_backend(pid)) AS number FROM pg_stat_activity
 WHERE query = 'LISTEN albumen_signal' AND {others}
-- name: note_all
SELECT number, body, rank, parent FROM note WHERE number >= :number ORDER BY number
