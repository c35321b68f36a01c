/* Queries on their way to PostgreSQL: what was sent, and is answered up to the next synchronisation
 * point. */
#include <assert.h>
#include <string.h>

#include "db/postgres_pipe.h"

bool pipe_send(struct postgres_conn *conn, const struct postgres_sent *query,
               const char *const *values, int count, struct err *e)
{
    bool ok;

    if (conn->sent_count == POSTGRES_SENT_MAX && !pipe_drain(conn, e))
        return false;
    ok = conn->sent_count > 0 || pq.PQenterPipelineMode(conn->handle);
    conn->sent[conn->sent_count++] = *query;
    if (ok && query->prepared != NULL)
        ok = pq.PQsendQueryPrepared(conn->handle, query->prepared, count, values, NULL, NULL, 0);
    else if (ok)
        ok = pq.PQsendQueryParams(conn->handle, query->sql, 0, NULL, NULL, NULL, NULL, 0);
    if (ok)
        return true;
    conn->trouble = TROUBLE_LOST;
    return postgres_failed(conn, NULL, query->what, e);
}

/* What came in between two synchronisation points. */
struct answers {
    PGresult *last;   /* of the query that was sent last */
    PGresult *failed; /* the first that is an error */
    const char *failed_what;
    const struct postgres_sent *unexpected; /* what changed, or found, other rows than it should */
};

static void check_change(struct answers *a, const struct postgres_sent *query, PGresult *result)
{
    int64_t changed = 0;

    if (query->expected.rows < 0 || a->unexpected != NULL)
        return;
    if (!str_to_i64(str_from(pq.PQcmdTuples(result)), 0, INT64_MAX, &changed) ||
        changed != query->expected.rows)
        a->unexpected = query;
}

/* Takes one answer to the query. */
static void take_answer(struct answers *a, const struct postgres_sent *query, bool is_last,
                        PGresult *result)
{
    ExecStatusType status = pq.PQresultStatus(result);
    bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

    if (ok)
        check_change(a, query, result);
    if (ok && is_last) {
        pq.PQclear(a->last);
        a->last = result;
    } else if (!ok && status != PGRES_PIPELINE_ABORTED && a->failed == NULL) {
        a->failed = result;
        a->failed_what = query->what;
    } else {
        pq.PQclear(result);
    }
}

/* true: the point was reached, so the connection works. */
static bool take_answers(struct postgres_conn *conn, struct answers *a)
{
    int at = 0, silent = 0;

    /* Two NULLs in a row: no more comes, because the connection broke. */
    while (silent < 2) {
        PGresult *result = pq.PQgetResult(conn->handle);

        if (result == NULL) {
            at = MIN(at + 1, conn->sent_count - 1);
            silent++;
            continue;
        }
        silent = 0;
        if (pq.PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            pq.PQclear(result);
            return true;
        }
        take_answer(a, &conn->sent[at], at == conn->sent_count - 1, result);
    }
    return false;
}

static bool judge(struct postgres_conn *conn, const struct answers *a, bool complete, struct err *e)
{
    if (a->failed != NULL)
        return postgres_failed(conn, a->failed, a->failed_what, e);
    if (!complete || a->last == NULL) {
        conn->trouble = TROUBLE_LOST;
        return postgres_failed(conn, NULL, conn->sent[conn->sent_count - 1].what, e);
    }
    if (a->unexpected != NULL)
        return err_set(e, a->unexpected->expected.otherwise, "%s: the rows are not as they were",
                       a->unexpected->what);
    return true;
}

bool pipe_receive(struct postgres_conn *conn, PGresult **out, struct err *e)
{
    struct answers a = { 0 };
    bool complete, ok;

    assert(conn->sent_count > 0);
    complete = pq.PQpipelineSync(conn->handle) && take_answers(conn, &a);
    ok = judge(conn, &a, complete, e);
    pq.PQexitPipelineMode(conn->handle);
    conn->sent_count = 0;
    pq.PQclear(a.failed);
    if (ok)
        *out = a.last;
    else
        pq.PQclear(a.last);
    return ok;
}

bool pipe_drain(struct postgres_conn *conn, struct err *e)
{
    PGresult *last = NULL;

    if (conn->sent_count == 0)
        return true;
    bool ok = pipe_receive(conn, &last, e);
    pq.PQclear(last);
    return ok;
}

bool pipe_expects(const struct postgres_conn *conn)
{
    for (int i = 0; i < conn->sent_count; i++) {
        if (conn->sent[i].expected.rows >= 0)
            return true;
    }
    return false;
}
