/* Signals through PostgreSQL: a NOTIFY inside the transaction, and one connection that listens. */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/file.h"
#include "base/random.h"
#include "db/postgres.h"

enum {
    PAUSE_MS = 50, /* before a lost connection is made anew */
    PAUSE_MAX_MS = 5000,
    NOTIFY_BYTES = 7800, /* of one notification; the server takes 8000 with the schema's name */
};

/* Its thread's, but for wake_fd. */
struct postgres_listener {
    struct postgres_db *db;
    struct postgres_conn conn;
    char *scope; /* the first line of notifications that are for us */
    int wake_fd; /* readable: it is time to end */
    pthread_t thread;
};

static const struct field topics_param[] = {
    { .name = "topics", .type = FIELD_STR },
    { 0 },
};

static bool send_topics(struct db_tx *tx, struct buf *lines, struct err *e)
{
    struct str topics = buf_str(lines);
    bool ok = topics.len == 0 || db_post(tx, Q_DB_NOTIFY, topics_param, &topics, e);

    buf_clear(lines);
    return ok;
}

bool postgres_notify(struct db_tx *tx, struct err *e)
{
    const struct db_group *g = tx->group;
    AUTO_BUF lines = { 0 };

    buf_init(&lines, NOTIFY_BYTES);
    for (size_t i = 0; i < g->topic_count; i++) {
        if (lines.len + g->topics[i].len + 1 > NOTIFY_BYTES && !send_topics(tx, &lines, e))
            return false;
        buf_put(&lines, g->topics[i]);
        buf_put_char(&lines, '\n');
    }
    return send_topics(tx, &lines, e);
}

/* A query without parameters, on the bare connection; *out_text gets a copy of its first value. */
static bool ask(struct postgres_conn *conn, enum query query, char **out_text, struct err *e)
{
    const struct query_text *text = &query_table[query];
    PGresult *result = pq.PQexec(conn->handle, text->sql[DB_POSTGRES]);
    ExecStatusType status = pq.PQresultStatus(result);
    bool ok = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;

    if (!ok)
        postgres_failed(conn, result, text->name, e);
    else if (status == PGRES_TUPLES_OK && out_text != NULL)
        *out_text = mem_cstr(str_from(pq.PQgetvalue(result, 0, 0)));
    pq.PQclear(result);
    return ok;
}

static bool begin_listening(struct postgres_listener *l, struct err *e)
{
    if (!postgres_connect(&l->conn, l->db->url, e))
        return false;
    free(l->scope);
    l->scope = NULL;
    if (ask(&l->conn, Q_DB_SCOPE, &l->scope, e) && ask(&l->conn, Q_DB_LISTEN, NULL, e))
        return true;
    postgres_disconnect(&l->conn);
    return false;
}

/* Until there is something to read, or the time is over; false: it is time to end. */
static bool wait_for(struct postgres_listener *l, int fd, int timeout_ms)
{
    struct pollfd both[] = {
        { .fd = l->wake_fd, .events = POLLIN },
        { .fd = fd, .events = POLLIN },
    };

    while (poll(both, COUNT(both), timeout_ms) < 0)
        assert(errno == EINTR || errno == ENOMEM);
    return both[0].revents == 0;
}

/* Until there is a connection again; false: it is time to end. */
static bool reconnect(struct postgres_listener *l)
{
    struct err ignored;

    for (int pause_ms = PAUSE_MS; !begin_listening(l, &ignored);
         pause_ms = MIN(pause_ms * 2, PAUSE_MAX_MS)) {
        if (!wait_for(l, -1, pause_ms / 2 + (int)random_below(pause_ms)))
            return false;
    }
    db_hear(&l->db->db, STR("?\n*\n")); /* DB_TOPIC_MISSED, DB_TOPIC_ANY */
    return true;
}

static void hear_all(struct postgres_listener *l)
{
    PGnotify *notify;

    while ((notify = pq.PQnotifies(l->conn.handle)) != NULL) {
        struct str scope, topics;

        if (str_cut(str_from(notify->extra), '\n', &scope, &topics) &&
            str_eq(scope, str_from(l->scope)))
            db_hear(&l->db->db, topics);
        pq.PQfreemem(notify);
    }
}

static void *listener_run(void *listener)
{
    struct postgres_listener *l = listener;

    db_worker_of = &l->db->db;
    while (l->conn.handle != NULL || reconnect(l)) {
        hear_all(l);
        if (!wait_for(l, pq.PQsocket(l->conn.handle), -1))
            break;
        if (!pq.PQconsumeInput(l->conn.handle)) {
            hear_all(l); /* what came before the end */
            postgres_disconnect(&l->conn);
        }
    }
    return NULL;
}

static void destroy(struct postgres_listener *l)
{
    postgres_disconnect(&l->conn);
    fd_close(&l->wake_fd);
    free(l->scope);
    free(l);
}

bool postgres_listen(struct db *db, struct err *e)
{
    struct postgres_db *p = (struct postgres_db *)db;
    struct postgres_listener *l = mem_alloc(sizeof(*l));

    l->db = p;
    l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (l->wake_fd < 0) {
        destroy(l);
        return err_set(e, ERR_UNAVAILABLE, "too many files are open to listen for signals");
    }
    if (!begin_listening(l, e)) {
        destroy(l);
        return false;
    }
    p->listener = l;
    thread_start(&l->thread, "db-listen", listener_run, l);
    return true;
}

void postgres_stop_listening(struct postgres_db *p)
{
    if (p->listener == NULL)
        return;
    eventfd_write(p->listener->wake_fd, 1);
    thread_join(p->listener->thread);
    destroy(p->listener);
    p->listener = NULL;
}
