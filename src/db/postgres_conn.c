/* One connection to PostgreSQL: how it is made, how transactions end, and what its errors mean. */
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "db/postgres_pipe.h"

/* SQLSTATE, or the class that its first two characters name. */
static const struct {
    const char *state;
    enum err_code code;
    enum trouble trouble;
    const char *message; /* NULL: the server's, which holds no values */
} meanings[] = {
    { "23505", ERR_CONFLICT, TROUBLE_NONE, "there is such a row already" },
    { "23503", ERR_CONFLICT, TROUBLE_NONE, "refers to what does not exist, or is referred to" },
    { "23", ERR_INVALID, TROUBLE_NONE, NULL },
    { "22", ERR_INVALID, TROUBLE_NONE, "a value does not fit its column" },
    { "40001", ERR_BUSY, TROUBLE_AGAIN, "others changed the same rows at the same time" },
    { "40P01", ERR_BUSY, TROUBLE_AGAIN, "others wait for the same rows" },
    { "53100", ERR_STORAGE_FULL, TROUBLE_NONE, "the database server has no space left" },
    { "53", ERR_UNAVAILABLE, TROUBLE_NONE, "the database server has too much to do" },
    { "54", ERR_TOO_LARGE, TROUBLE_NONE, NULL },
    { "55P03", ERR_BUSY, TROUBLE_NONE, "others hold the same rows for too long" },
    { "57014", ERR_TIMEOUT, TROUBLE_NONE, "the query took too long" },
    { "57P", ERR_UNAVAILABLE, TROUBLE_LOST, "the database server ended the connection" },
    { "25P03", ERR_UNAVAILABLE, TROUBLE_LOST, "the database server ended the connection" },
    { "08", ERR_UNAVAILABLE, TROUBLE_LOST, "the connection to the database was lost" },
    { "58", ERR_IO, TROUBLE_NONE, NULL },
    { "", ERR_INTERNAL, TROUBLE_NONE, NULL },
};

bool postgres_failed(struct postgres_conn *conn, const PGresult *result, const char *what,
                     struct err *e)
{
    const char *state = pq.PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = pq.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    size_t i = 0;

    if (pq.PQstatus(conn->handle) == CONNECTION_BAD && (state == NULL || state[0] != '5'))
        state = "08006";
    while (!str_starts(str_from(state != NULL ? state : ""), str_from(meanings[i].state)))
        i++;
    if (conn->trouble == TROUBLE_NONE)
        conn->trouble = meanings[i].trouble;
    if (meanings[i].message != NULL)
        message = meanings[i].message;
    return err_set(e, meanings[i].code, "%s: %s", what, message != NULL ? message : "failed");
}

/* A password with a raw '@' or '/' ends up in host, port or database name: refuse it before an
 * error shows it. */
static bool looks_broken(const PQconninfoOption *o)
{
    if (o->val == NULL)
        return false;
    if (strcmp(o->keyword, "port") == 0)
        return strspn(o->val, "0123456789,") != strlen(o->val);
    return (strcmp(o->keyword, "host") == 0 || strcmp(o->keyword, "dbname") == 0) &&
           strchr(o->val, '@') != NULL;
}

bool postgres_check_url(const char *url, struct err *e)
{
    char *ignored = NULL;
    PQconninfoOption *options = pq.PQconninfoParse(url, &ignored);
    bool ok = options != NULL;

    for (const PQconninfoOption *o = options; ok && o->keyword != NULL; o++)
        ok = !looks_broken(o);
    pq.PQconninfoFree(options);
    pq.PQfreemem(ignored);
    if (!ok)
        return err_set(
            e, ERR_INVALID,
            "the database URL cannot be read: postgres://user:password@host:port/name, where special "
            "characters of user and password are percent-encoded");
    return true;
}

static void ignore_notice(void *arg, const char *message)
{
    UNUSED(arg);
    UNUSED(message);
}

/* libpq's reason, first line. It names host, port and user, never the password. */
static bool cannot_connect(struct postgres_conn *conn, struct err *e)
{
    struct str reason = str_from(pq.PQerrorMessage(conn->handle));

    reason = str_slice(reason, 0, str_find_char(reason, '\n', 0));
    return err_set(e, ERR_UNAVAILABLE, "cannot reach the database: " STR_FMT, STR_ARG(reason));
}

bool postgres_connect(struct postgres_conn *conn, const char *url, struct err *e)
{
    /* The keepalives are for who only listens: he would never notice that the peer is gone. */
    const char *names[] = { "dbname",
                            "client_encoding",
                            "fallback_application_name",
                            "connect_timeout",
                            "tcp_user_timeout",
                            "keepalives_idle",
                            "keepalives_interval",
                            "keepalives_count",
                            NULL };
    const char *values[] = { url, "UTF8", "albumen", "5", "30000", "30", "10", "3", NULL };

    if (FAULT(db_connect))
        return err_set(e, ERR_UNAVAILABLE, "cannot reach the database: it was made to fail");
    conn->handle = pq.PQconnectdbParams(names, values, 1);
    if (conn->stmts == NULL)
        conn->stmts = mem_alloc(sizeof(*conn->stmts) * query_table_count);
    if (pq.PQstatus(conn->handle) != CONNECTION_OK) {
        cannot_connect(conn, e);
        postgres_disconnect(conn);
        return false;
    }
    pq.PQsetNoticeProcessor(conn->handle, ignore_notice, NULL);
    const struct query_text *session = &query_table[Q_DB_POSTGRES_SESSION];
    PGresult *result = pq.PQexec(conn->handle, session->sql[DB_POSTGRES]);
    bool ok = pq.PQresultStatus(result) == PGRES_TUPLES_OK;
    if (!ok)
        postgres_failed(conn, result, session->name, e);
    pq.PQclear(result);
    if (!ok)
        postgres_disconnect(conn);
    return ok;
}

void postgres_disconnect(struct postgres_conn *conn)
{
    for (size_t i = 0; conn->stmts != NULL && i < query_table_count; i++)
        db_stmt_deinit(&conn->stmts[i].stmt);
    free(conn->stmts);
    if (conn->handle != NULL)
        pq.PQfinish(conn->handle);
    *conn = (struct postgres_conn){ 0 };
}

/* Goes with what is on its way, unless that may yet turn out to be other than expected. */
static bool send_commit(struct postgres_conn *conn, PGresult **out, struct err *e)
{
    const struct query_text *text = &query_table[Q_DB_COMMIT];
    const struct postgres_sent commit = { text->name, NULL, text->sql[DB_POSTGRES], ANY_ROWS };

    return (!pipe_expects(conn) || pipe_drain(conn, e)) && pipe_send(conn, &commit, NULL, 0, e) &&
           pipe_receive(conn, out, e);
}

bool postgres_commit(struct postgres_conn *conn, struct err *e)
{
    PGresult *result = NULL;
    bool ok;

    if (!conn->begun)
        return true;
    if (FAULT(db_commit)) {
        postgres_rollback(conn);
        return err_set(e, ERR_IO, "commit: the database cannot read or write");
    }
    ok = send_commit(conn, &result, e);
    if (ok && strcmp(pq.PQcmdStatus(result), "COMMIT") != 0)
        ok = err_set(e, ERR_INTERNAL, "commit: the server rolled back");
    pq.PQclear(result);
    conn->begun = !ok; /* after an error before its end it is still open */
    if (ok && FAULT(db_committed)) {
        conn->trouble = TROUBLE_LOST;
        ok = false;
    }
    if (!ok && conn->trouble == TROUBLE_LOST) {
        conn->trouble = TROUBLE_UNKNOWN;
        err_set(
            e, ERR_UNAVAILABLE,
            "the connection to the database was lost during the commit: its outcome is unknown");
    }
    return ok;
}

void postgres_leave_read(struct postgres_conn *conn)
{
    conn->is_over = conn->is_over || conn->begun;
    conn->begun = false;
}

bool postgres_end_read(struct postgres_conn *conn, struct err *e)
{
    const struct query_text *text = &query_table[Q_DB_COMMIT];

    if (!conn->is_over)
        return true;
    conn->is_over = false;
    PGresult *result = pq.PQexec(conn->handle, text->sql[DB_POSTGRES]);
    bool ok = pq.PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!ok) {
        postgres_failed(conn, result, text->name, e);
        conn->trouble = TROUBLE_LOST; /* the next transaction gets a new connection */
    }
    pq.PQclear(result);
    return ok;
}

void postgres_rollback(struct postgres_conn *conn)
{
    const char *sql = query_table[Q_DB_ROLLBACK].sql[DB_POSTGRES];
    struct err ignored;

    if (!conn->begun)
        return;
    conn->begun = false;
    if (!pipe_drain(conn, &ignored) && conn->trouble == TROUBLE_LOST)
        return;
    PGresult *result = pq.PQexec(conn->handle, sql);
    if (pq.PQresultStatus(result) != PGRES_COMMAND_OK && conn->trouble == TROUBLE_NONE)
        conn->trouble = TROUBLE_LOST; /* the next transaction gets a new connection */
    pq.PQclear(result);
}
