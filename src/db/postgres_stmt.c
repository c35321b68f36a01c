/* Queries on one connection to PostgreSQL: prepared by name, text in, text out. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "db/postgres_pipe.h"

/* Types of columns as the server numbers them (pg_type). */
enum {
    OID_BOOL = 16,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_NUMERIC = 1700,
};

/* Checks a result that should be `want` and releases it. */
static bool expect(struct postgres_conn *conn, PGresult *result, ExecStatusType want,
                   const char *what, struct err *e)
{
    bool ok = pq.PQresultStatus(result) == want;

    if (!ok)
        postgres_failed(conn, result, what, e);
    pq.PQclear(result);
    return ok;
}

static bool learn_columns(struct postgres_conn *conn, struct postgres_stmt *s,
                          const struct query_text *text, struct err *e)
{
    PGresult *result = pq.PQdescribePrepared(conn->handle, s->name);

    if (pq.PQresultStatus(result) != PGRES_COMMAND_OK)
        return expect(conn, result, PGRES_COMMAND_OK, text->name, e);
    db_stmt_init(&s->stmt, text, pq.PQnfields(result));
    for (int i = 0; i < s->stmt.column_count; i++)
        s->stmt.column_names[i] = mem_cstr(str_from(pq.PQfname(result, i)));
    pq.PQclear(result);
    return true;
}

static bool prepare(struct postgres_conn *conn, enum query query, struct postgres_stmt **out,
                    struct err *e)
{
    struct postgres_stmt *s = &conn->stmts[query];
    const struct query_text *text = &query_table[query];

    *out = s;
    if (s->name[0] != '\0')
        return true;
    assert(text->sql[DB_POSTGRES] != NULL);
    if (FAULT(db_prepare))
        return err_set(e, ERR_IO, "%s: the database cannot be read", text->name);
    /* libpq prepares nothing while answers are due. And what is prepared locks its tables, which
     * shall not be while those of the read before are still locked. */
    if (!pipe_drain(conn, e) || !postgres_end_read(conn, e))
        return false;
    snprintf(s->name, sizeof(s->name), "q%d", (int)query);
    PGresult *result = pq.PQprepare(conn->handle, s->name, text->sql[DB_POSTGRES], 0, NULL);
    if (expect(conn, result, PGRES_COMMAND_OK, text->name, e) && learn_columns(conn, s, text, e))
        return true;
    s->name[0] = '\0';
    return false;
}

bool postgres_stmt_prepare(struct db_tx *tx, enum query query, struct db_stmt **out, struct err *e)
{
    struct postgres_conn *conn = tx->conn;
    struct postgres_stmt *s, *begin, *plans;

    if (!prepare(conn, query, &s, e))
        return false;
    if (query_table[query].is_listing && !prepare(conn, Q_DB_POSTGRES_ONE_PLAN, &plans, e))
        return false;
    if (!conn->begun &&
        !prepare(conn, conn->is_read ? Q_DB_BEGIN_READ : Q_DB_BEGIN_WRITE, &begin, e))
        return false;
    *out = &s->stmt;
    return true;
}

static char *text_of(struct arena *scratch, const struct db_value *v)
{
    switch (v->type) {
    case DB_I64:
        return arena_cstr(scratch, arena_strf(scratch, "%lld", (long long)v->i64));
    case DB_F64:
        return arena_cstr(scratch, arena_strf(scratch, "%.17g", v->f64));
    case DB_TEXT:
        return arena_cstr(scratch, v->text);
    default:
        return NULL;
    }
}

static bool send_plain(struct postgres_conn *conn, enum query query, struct err *e)
{
    const struct postgres_sent plain = { query_table[query].name, conn->stmts[query].name, NULL,
                                         ANY_ROWS };

    return pipe_send(conn, &plain, NULL, 0, e);
}

/*
 * What walks an index has one plan for all values, and a test says so. The server would make a new
 * one each time, which takes longer than a page, because it cannot know how little LIMIT leaves.
 */
static bool send_one_plan(struct postgres_conn *conn, struct err *e)
{
    conn->has_one_plan = true;
    return send_plain(conn, Q_DB_POSTGRES_ONE_PLAN, e);
}

/* Behind the end of a read before. */
static bool send_begin(struct postgres_conn *conn, struct err *e)
{
    const struct query_text *text = &query_table[Q_DB_COMMIT];
    const struct postgres_sent end = { text->name, NULL, text->sql[DB_POSTGRES], ANY_ROWS };

    if (conn->is_over && !pipe_send(conn, &end, NULL, 0, e))
        return false;
    conn->is_over = false;
    conn->begun = true;
    conn->has_one_plan = false;
    return send_plain(conn, conn->is_read ? Q_DB_BEGIN_READ : Q_DB_BEGIN_WRITE, e);
}

/* Sends BEGIN, unless it has begun, and the query in one go, which saves round trips. */
static bool send(struct db_tx *tx, const struct postgres_stmt *s, const struct db_value *params,
                 struct db_expected expected, struct err *e)
{
    struct postgres_conn *conn = tx->conn;
    const struct postgres_sent query = { s->stmt.text->name, s->name, NULL, expected };
    const char *values[DB_PARAMS_MAX];
    int count = 0;

    for (; s->stmt.text->params[DB_POSTGRES][count] != NULL; count++)
        values[count] = text_of(&tx->scratch, &params[count]);
    if (!conn->begun && !send_begin(conn, e))
        return false;
    if (s->stmt.text->is_listing && !conn->has_one_plan && !send_one_plan(conn, e))
        return false;
    return pipe_send(conn, &query, values, count, e);
}

bool postgres_stmt_start(struct db_tx *tx, struct db_stmt *stmt, const struct db_value *params,
                         struct err *e)
{
    struct postgres_stmt *s = (struct postgres_stmt *)stmt;

    s->row = -1;
    s->result = NULL;
    return send(tx, s, params, ANY_ROWS, e) && pipe_receive(tx->conn, &s->result, e);
}

bool postgres_stmt_post(struct db_tx *tx, struct db_stmt *stmt, const struct db_value *params,
                        struct db_expected expected, struct err *e)
{
    return send(tx, (struct postgres_stmt *)stmt, params, expected, e);
}

bool postgres_stmt_await(struct db_tx *tx, struct err *e)
{
    return pipe_drain(tx->conn, e);
}

bool postgres_stmt_step(struct db_tx *tx, struct db_stmt *stmt, bool *out_row, struct err *e)
{
    struct postgres_stmt *s = (struct postgres_stmt *)stmt;

    UNUSED(tx);
    UNUSED(e);
    s->row++;
    *out_row = s->row < pq.PQntuples(s->result);
    return true;
}

static bool parse_number(Oid type, struct str text, struct db_value *out)
{
    switch (type) {
    case OID_BOOL:
        *out = (struct db_value){ .type = DB_I64, .i64 = str_eq(text, STR("t")) };
        return true;
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
    case OID_NUMERIC: /* what sum() of integers gives */
        out->type = DB_I64;
        if (str_to_i64(text, INT64_MIN, INT64_MAX, &out->i64))
            return true;
        break;
    case OID_FLOAT4:
    case OID_FLOAT8:
        break;
    default:
        return false;
    }
    out->type = DB_F64;
    return str_to_f64(text, &out->f64);
}

void postgres_stmt_column(struct db_stmt *stmt, int index, struct db_value *out)
{
    const struct postgres_stmt *s = (const struct postgres_stmt *)stmt;

    *out = (struct db_value){ .type = DB_NULL };
    if (pq.PQgetisnull(s->result, s->row, index))
        return;
    struct str text = str_of(pq.PQgetvalue(s->result, s->row, index),
                             (size_t)pq.PQgetlength(s->result, s->row, index));
    if (!parse_number(pq.PQftype(s->result, index), text, out))
        *out = (struct db_value){ .type = DB_TEXT, .text = text };
}

void postgres_stmt_finish(struct db_tx *tx, struct db_stmt *stmt)
{
    struct postgres_stmt *s = (struct postgres_stmt *)stmt;
    int64_t changed = 0;

    /* The count of a SELECT is that of its rows. */
    if (s->result != NULL && !str_starts(str_from(pq.PQcmdStatus(s->result)), STR("SELECT")) &&
        str_to_i64(str_from(pq.PQcmdTuples(s->result)), 0, INT64_MAX, &changed))
        tx->changed = changed;
    pq.PQclear(s->result);
    s->result = NULL;
}

bool postgres_run_text(struct db_tx *tx, const char *sql, struct err *e)
{
    struct postgres_conn *conn = tx->conn;

    assert(conn->begun);
    return pipe_drain(conn, e) &&
           expect(conn, pq.PQexec(conn->handle, sql), PGRES_COMMAND_OK, "migration", e);
}
