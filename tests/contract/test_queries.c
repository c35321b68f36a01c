/* Every query of the program, on every database it is meant for: it prepares, gives the same
 * columns, and scales. */
#include "check.h"
#include "scratch.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "db/db.h"

/* The product's schema, made anew in both places. */
static char folder[SCRATCH_SIZE], sqlite_path[SCRATCH_SIZE + 16];
static sqlite3 *lite;
static const char *server_url;
static PGconn *server;

static void migrate(const char *url)
{
    struct db_options options = { .url = str_from(url) };
    struct db *db = NULL;
    struct err e = { 0 };

    CHECK_OK(db_open(&options, &db, &e));
    CHECK_OK(db_migrate(db, &e));
    db_close(db);
}

static void run_on_server(const char *sql)
{
    PGresult *result = PQexec(server, sql);

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQresultErrorMessage(result));
    PQclear(result);
}

static int open_places(void **state)
{
    char url[512];

    UNUSED(state);
    CHECK(scratch_make(folder, "queries"));
    snprintf(sqlite_path, sizeof(sqlite_path), "%s/test.db", folder);
    snprintf(url, sizeof(url), "sqlite:%s", sqlite_path);
    migrate(url);
    CHECK_I64(sqlite3_open(sqlite_path, &lite), SQLITE_OK);
    server = PQconnectdb(server_url);
    CHECK_I64(PQstatus(server), CONNECTION_OK);
    run_on_server("SET client_min_messages = error");
    snprintf(url, sizeof(url), "CREATE SCHEMA albumen_queries_%d", (int)getpid());
    run_on_server(url);
    snprintf(url, sizeof(url), "SET search_path = albumen_queries_%d", (int)getpid());
    run_on_server(url);
    snprintf(url, sizeof(url), "%s?options=-csearch_path%%3Dalbumen_queries_%d", server_url,
             (int)getpid());
    migrate(url);
    /* A plan for any values on tables of any size: indexes or nothing. */
    run_on_server("SET plan_cache_mode = force_generic_plan");
    run_on_server("SET enable_seqscan = off");
    run_on_server("SET enable_sort = off");
    run_on_server("SET enable_incremental_sort = off");
    run_on_server("SET enable_bitmapscan = off");
    run_on_server("SET enable_material = off");
    return 0;
}

static int close_places(void **state)
{
    char sql[64];

    UNUSED(state);
    sqlite3_close_v2(lite); /* a failed test leaves statements behind */
    snprintf(sql, sizeof(sql), "DROP SCHEMA albumen_queries_%d CASCADE", (int)getpid());
    run_on_server(sql);
    PQfinish(server);
    return scratch_remove(folder);
}

static sqlite3_stmt *prepare_lite(const char *name, const char *sql)
{
    sqlite3_stmt *stmt = NULL;

    if (sqlite3_prepare_v2(lite, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", name, sqlite3_errmsg(lite));
    return stmt;
}

static size_t count_params(const struct query_text *q, enum db_dialect dialect)
{
    size_t count = 0;

    while (q->params[dialect][count] != NULL)
        count++;
    return count;
}

static void every_query_prepares_on_sqlite(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < query_table_count; i++) {
        const struct query_text *q = &query_table[i];

        if (q->sql[DB_SQLITE] == NULL)
            continue;
        sqlite3_stmt *stmt = prepare_lite(q->name, q->sql[DB_SQLITE]);
        if (sqlite3_bind_parameter_count(stmt) != (int)count_params(q, DB_SQLITE))
            fail_msg("%s: SQLite counts %d parameters", q->name,
                     sqlite3_bind_parameter_count(stmt));
        if ((sqlite3_column_count(stmt) > 0) != q->returns_rows && !sqlite3_stmt_readonly(stmt))
            fail_msg("%s: sql2c says %s rows", q->name, q->returns_rows ? "it gives" : "no");
        sqlite3_finalize(stmt);
    }
}

/* Prepares under the query's name. */
static void prepare_on_server(const struct query_text *q)
{
    PGresult *result = PQprepare(server, q->name, q->sql[DB_POSTGRES], 0, NULL);

    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        fail_msg("%s: %s", q->name, PQresultErrorMessage(result));
    PQclear(result);
}

static void compare_columns(const struct query_text *q)
{
    sqlite3_stmt *stmt = prepare_lite(q->name, q->sql[DB_SQLITE]);
    PGresult *result = PQdescribePrepared(server, q->name);

    if (sqlite3_column_count(stmt) != PQnfields(result))
        fail_msg("%s: %d columns on SQLite, %d on PostgreSQL", q->name, sqlite3_column_count(stmt),
                 PQnfields(result));
    for (int i = 0; i < PQnfields(result); i++)
        if (strcmp(sqlite3_column_name(stmt, i), PQfname(result, i)) != 0)
            fail_msg("%s: column %d is '%s' on SQLite and '%s' on PostgreSQL", q->name, i + 1,
                     sqlite3_column_name(stmt, i), PQfname(result, i));
    PQclear(result);
    sqlite3_finalize(stmt);
}

static void every_query_prepares_on_postgres_and_gives_the_same_columns(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < query_table_count; i++) {
        const struct query_text *q = &query_table[i];

        if (q->sql[DB_POSTGRES] == NULL)
            continue;
        prepare_on_server(q);
        if (q->sql[DB_SQLITE] != NULL)
            compare_columns(q);
    }
}

/* What a listing must not do, as each database words it. SQLite also calls it a scan when it takes
 * the rows of a subquery as they come: that one's own plan is told before. */
static void check_plan_line(const char *name, const char *line, const char *subquery)
{
    static const char *const bad[] = { "USE TEMP B-TREE", "MATERIALIZE", "Seq Scan",
                                       "Sort  (cost" };
    bool scans = strncmp(line, "SCAN ", 5) == 0 && strstr(line, "USING") == NULL &&
                 strcmp(line + 5, subquery) != 0 && strstr(line, "CONSTANT ROW") == NULL &&
                 strstr(line, "VIRTUAL TABLE") == NULL;

    for (size_t i = 0; i < COUNT(bad); i++)
        if (scans || strstr(line, bad[i]) != NULL)
            fail_msg("%s is a listing, but its plan says: %s", name, line);
}

static void plan_on_sqlite(const struct query_text *q)
{
    static const char coroutine[] = "CO-ROUTINE ";
    char sql[8192], subquery[64] = "";

    CHECK(snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s", q->sql[DB_SQLITE]) <
          (int)sizeof(sql));
    sqlite3_stmt *stmt = prepare_lite(q->name, sql);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(stmt, 3);

        if (strncmp(line, coroutine, strlen(coroutine)) == 0)
            snprintf(subquery, sizeof(subquery), "%s", line + strlen(coroutine));
        check_plan_line(q->name, line, subquery);
    }
    sqlite3_finalize(stmt);
}

static PGresult *plan_on_server(const struct query_text *q)
{
    size_t params = count_params(q, DB_POSTGRES);
    char sql[512];
    int used = snprintf(sql, sizeof(sql), "EXPLAIN EXECUTE %s%s", q->name, params > 0 ? "(" : "");

    for (size_t i = 0; i < params; i++)
        used +=
            snprintf(sql + used, sizeof(sql) - (size_t)used, "NULL%s", i + 1 < params ? ", " : ")");
    PGresult *result = PQexec(server, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", q->name, PQresultErrorMessage(result));
    for (int i = 0; i < PQntuples(result); i++)
        check_plan_line(q->name, PQgetvalue(result, i, 0), "");
    return result;
}

static void no_listing_scans_or_sorts_on_sqlite(void **state)
{
    size_t listings = 0;

    UNUSED(state);
    for (size_t i = 0; i < query_table_count; i++)
        if (query_table[i].is_listing && query_table[i].sql[DB_SQLITE] != NULL) {
            plan_on_sqlite(&query_table[i]);
            listings++;
        }
    CHECK(listings > 0);
}

static void no_listing_scans_or_sorts_on_postgres(void **state)
{
    size_t listings = 0;

    UNUSED(state);
    for (size_t i = 0; i < query_table_count; i++)
        if (query_table[i].is_listing && query_table[i].sql[DB_POSTGRES] != NULL) {
            PQclear(plan_on_server(&query_table[i]));
            listings++;
        }
    CHECK(listings > 0);
}

/* One user has thousands of everything, and as far as the planner knows all of it; ids rise with
 * time, as the rows lie. */
static void fill_server(void)
{
    run_on_server("INSERT INTO app_user (id, name, role, created_at, updated_at) "
                  "VALUES (gen_random_uuid(), 'ada', 'member', 0, 0)");
    run_on_server("CREATE TEMPORARY TABLE thing AS SELECT n, app_user.id AS owner, "
                  "lpad(CAST(n AS TEXT), 36, '0') AS id "
                  "FROM app_user, generate_series(1, 5000) AS n");
    run_on_server("INSERT INTO image (id, user_id, source, key, media_type, size_bytes, sha256, "
                  "crc32, created_at) "
                  "SELECT id, owner, 'uploaded', n, 'image/png', 1, n, 0, n FROM thing");
    run_on_server("INSERT INTO mark (user_id, kind, value) SELECT id, 'tag', 'sea' FROM app_user");
    run_on_server("INSERT INTO image_mark (mark_id, image_id, rating) "
                  "SELECT mark.id, thing.id, n % 6 FROM mark, thing");
    run_on_server("INSERT INTO album (id, user_id, name, source_type, created_at, updated_at) "
                  "SELECT id, owner, n, 'manual', n, n FROM thing");
    run_on_server("INSERT INTO job (id, user_id, kind, lane, state, payload, start_tag, order_key, "
                  "max_attempts, created_at, queued_at, finished_at) SELECT id, owner, 'generate', "
                  "'x', CASE WHEN n % 10 = 0 THEN 'queued' ELSE 'completed' END, '{}', n, n, 1, n, "
                  "n, CASE WHEN n % 10 > 0 THEN n END FROM thing");
    run_on_server("INSERT INTO api_token (id, user_id, name, hash, scope, created_at) "
                  "SELECT id, owner, n, n, 'read', n FROM thing");
    run_on_server("INSERT INTO saved_search (id, user_id, name, q, created_at) "
                  "SELECT id, owner, n, 'x', n FROM thing");
    run_on_server("INSERT INTO job_group (id, user_id, kind, total, open, created_at) "
                  "SELECT id, owner, 'x', 1, 1, n FROM thing");
    run_on_server("ANALYZE");
}

/* Ids are those of all users: rows that are walked by them, and compared with the user then, are
 * all of the others' before the first of a user who has few. */
static void check_walk(const char *name, PGresult *plan)
{
    const char *scan = "", *range = "";

    for (int i = 0; i < PQntuples(plan); i++) {
        const char *line = PQgetvalue(plan, i, 0);

        if (strstr(line, " Scan ") != NULL) {
            scan = line;
            range = "";
        } else if (strstr(line, "Index Cond:") != NULL) {
            range = line;
        } else if (strstr(line, "Filter:") != NULL && strstr(line, "user_id = $") != NULL &&
                   strstr(scan, "_pkey") != NULL && strstr(range, "id = ") == NULL) {
            fail_msg("%s walks what others have:\n%s\n%s\n%s", name, scan, range, line);
        }
    }
}

static void no_listing_walks_the_rows_of_others_on_postgres(void **state)
{
    UNUSED(state);
    fill_server();
    for (size_t i = 0; i < query_table_count; i++) {
        if (query_table[i].is_listing && query_table[i].sql[DB_POSTGRES] != NULL) {
            PGresult *plan = plan_on_server(&query_table[i]);

            check_walk(query_table[i].name, plan);
            PQclear(plan);
        }
    }
}

static void a_scan_and_a_sort_would_be_noticed(void **state)
{
    static const char *const bad[] = {
        "SELECT name FROM app_user ORDER BY plan",
        "SELECT name FROM app_user WHERE plan = 'x'",
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(bad); i++) {
        char sql[256];
        bool noticed = false;

        snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s", bad[i]);
        sqlite3_stmt *stmt = prepare_lite("bad", sql);
        while (sqlite3_step(stmt) == SQLITE_ROW) {
            const char *line = (const char *)sqlite3_column_text(stmt, 3);

            noticed = noticed || strcmp(line, "SCAN app_user") == 0 ||
                      strncmp(line, "USE TEMP B-TREE", 15) == 0;
        }
        sqlite3_finalize(stmt);
        CHECK(noticed); /* the words that check_plan_line looks for are this version's */
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(every_query_prepares_on_sqlite),
        TEST(every_query_prepares_on_postgres_and_gives_the_same_columns),
        TEST(no_listing_scans_or_sorts_on_sqlite),
        TEST(no_listing_scans_or_sorts_on_postgres),
        TEST(no_listing_walks_the_rows_of_others_on_postgres),
        TEST(a_scan_and_a_sort_would_be_noticed),
    };

    server_url = getenv("ALBUMEN_TEST_POSTGRES_URL");
    if (server_url == NULL) {
        fprintf(stderr, "ALBUMEN_TEST_POSTGRES_URL is not set: run it under postgres_cluster\n");
        return 2;
    }
    return cmocka_run_group_tests(tests, open_places, close_places);
}
