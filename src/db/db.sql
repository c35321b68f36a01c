-- What the database layer itself asks. This file comes first in every set of queries, so that these keep their numbers.

-- name: db_begin_write sqlite
BEGIN IMMEDIATE
-- name: db_begin_write postgres
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE

-- name: db_begin_read sqlite
BEGIN DEFERRED
-- name: db_begin_read postgres
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY

-- name: db_commit
COMMIT

-- name: db_rollback
ROLLBACK

-- One task of a group commit.
-- name: db_task_begin
SAVEPOINT task
-- name: db_task_keep
RELEASE SAVEPOINT task
-- name: db_task_undo
ROLLBACK TO SAVEPOINT task

-- name: db_ping
SELECT 1 AS answer

-- Settings of each connection. The journal is switched by the writer alone.
-- name: db_sqlite_journal sqlite
-- only
PRAGMA journal_mode = WAL
-- name: db_sqlite_sync sqlite
-- only
PRAGMA synchronous = FULL
-- name: db_sqlite_foreign_keys sqlite
-- only
PRAGMA foreign_keys = ON
-- name: db_sqlite_mmap sqlite
-- only
PRAGMA mmap_size = 0
-- A process that was stopped in the middle of a transaction must not hold up the others. Queries of a millisecond gain
-- nothing by helpers or by being compiled, and the server starts either by a guess; nor by rows kept for the case that a list names
-- them twice (which versions before 14 do not do). Nor is a table to be walked because it was small when the query was planned: such
-- a plan is kept until the table has been looked at again.
-- name: db_postgres_session postgres
-- only
SELECT set_config('statement_timeout', '30000', false) AS statement_timeout,
       set_config('synchronous_commit', 'on', false) AS synchronous_commit,
       set_config('idle_in_transaction_session_timeout', '10000', false) AS idle_timeout,
       set_config('max_parallel_workers_per_gather', '0', false) AS helpers,
       set_config('jit', 'off', false) AS jit,
       (SELECT set_config(name, 'off', false) FROM pg_settings WHERE name = 'enable_memoize') AS kept,
       set_config('enable_seqscan', 'off', false) AS walks

-- For the rest of the transaction.
-- name: db_postgres_one_plan postgres
-- only
SET LOCAL plan_cache_mode = force_generic_plan

-- A migration may take its time, and read whole tables; and only one process at a time makes it.
-- name: db_migrate_unhurried postgres
-- only
SELECT set_config('statement_timeout', '0', true) AS statement_timeout,
       set_config('enable_seqscan', 'on', true) AS walks
-- name: db_migrate_lock postgres
-- only
SELECT CAST(pg_advisory_xact_lock(4712600118) AS TEXT) AS locked

-- Ids are hexadecimal and rise with time: 0 where the language of the database sorts some pairs of such letters elsewhere.
-- name: db_sorts_ids postgres
-- only
SELECT CAST(string_agg(pair, '' ORDER BY pair) = string_agg(pair, '' ORDER BY pair COLLATE "C") AS INTEGER) AS ordered
  FROM (SELECT to_hex(number) AS pair FROM generate_series(16, 255) AS number) AS pairs

-- A copy of everything takes as long as it takes.
-- name: db_copy_unhurried postgres
-- only
SELECT set_config('statement_timeout', '0', true) AS statement_timeout,
       set_config('idle_in_transaction_session_timeout', '0', true) AS idle_timeout
-- Statements about tables whose names are not known before are made by the server itself.
-- name: db_copy_tables postgres
-- only
SELECT CAST(rel.relname AS TEXT) AS name, CAST(json_agg(att.attname ORDER BY att.attnum) AS TEXT) AS columns,
       format('COPY %I (%s) TO STDOUT', rel.relname, string_agg(quote_ident(att.attname), ',' ORDER BY att.attnum)) AS copy_out
  FROM pg_class AS rel JOIN pg_attribute AS att
    ON att.attrelid = rel.oid AND att.attnum > 0 AND NOT att.attisdropped AND att.attgenerated = ''
 WHERE rel.relkind = 'r' AND rel.relnamespace = CAST(quote_ident(current_schema()) AS regnamespace)
   AND rel.relname <> 'schema_migration'
 GROUP BY rel.oid, rel.relname ORDER BY rel.oid
-- name: db_copy_empty postgres
-- only
SELECT format('TRUNCATE %s', string_agg(quote_ident(relname), ',')) AS before
  FROM pg_class WHERE relkind = 'r' AND relnamespace = CAST(quote_ident(current_schema()) AS regnamespace)
   AND relname <> 'schema_migration'
-- name: db_copy_statements postgres
-- only
SELECT format('ALTER TABLE %I DISABLE TRIGGER USER', CAST(:name AS TEXT)) AS before,
       format('COPY %I (%s) FROM STDIN', CAST(:name AS TEXT), string_agg(quote_ident(listed.value), ',' ORDER BY listed.place))
           AS copy_in,
       format('ALTER TABLE %I ENABLE TRIGGER USER', CAST(:name AS TEXT)) ||
           COALESCE((SELECT string_agg(format('; DO %L', format(
                                'BEGIN PERFORM setval(%L, (SELECT COALESCE(MAX(%I), 0) + 1 FROM %I), false); END',
                                pg_get_serial_sequence(quote_ident(:name), att.attname), att.attname, CAST(:name AS TEXT))), '')
                       FROM pg_attribute AS att
                      WHERE att.attrelid = to_regclass(quote_ident(:name)) AND att.attidentity <> ''), '') AS after
  FROM json_array_elements_text(CAST(:columns AS json)) WITH ORDINALITY AS listed (value, place)

-- name: db_integrity sqlite
-- only
PRAGMA integrity_check(1)
-- name: db_loose_ends sqlite
-- only
SELECT "table" FROM pragma_foreign_key_check LIMIT 1

-- Signals. The schema's name keeps apart those who share a database.
-- name: db_scope postgres
-- only
SELECT coalesce(CAST(current_schema() AS TEXT), '') AS scope
-- name: db_listen postgres
-- only
LISTEN albumen_signal
-- name: db_notify postgres
-- only
SELECT CAST(pg_notify('albumen_signal', coalesce(CAST(current_schema() AS TEXT), '') || chr(10) || :topics) AS TEXT) AS sent

-- name: db_schema_exists sqlite
SELECT count(*) AS tables FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migration'
-- name: db_schema_exists postgres
SELECT CAST(to_regclass('schema_migration') IS NOT NULL AS INTEGER) AS tables

-- name: db_schema_create
CREATE TABLE IF NOT EXISTS schema_migration (
    version    BIGINT NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    sha256     TEXT   NOT NULL,
    applied_at BIGINT NOT NULL
)

-- name: db_schema_steps
SELECT version, name, sha256, applied_at FROM schema_migration ORDER BY version

-- name: db_schema_step_insert
INSERT INTO schema_migration (version, name, sha256, applied_at)
VALUES (:version, :name, :sha256, :applied_at)
