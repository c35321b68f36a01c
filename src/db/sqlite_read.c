/* Reads of SQLite: a pool of connections that never write, each used by one thread at a time. */
#include <stdatomic.h>

#include "base/clock.h"
#include "base/fault.h"
#include "db/sqlite.h"

/* So long a snapshot is good for further reads, if this process commits nothing: no other writes,
 * but somebody with a tool of his own should not wait for long. */
enum { SNAPSHOT_NS = 1000 * 1000 };

/* Of all databases of the process: one too many costs one new snapshot. */
static atomic_uint_fast64_t commits;

void sqlite_outdate_reads(void)
{
    atomic_fetch_add(&commits, 1);
}

static bool in_snapshot(const struct sqlite_conn *conn)
{
    return !sqlite3_get_autocommit(conn->handle);
}

static void end_snapshot(struct sqlite_conn *conn)
{
    struct err ignored = { 0 };

    /* Nothing was written, so both ends are the same; some errors have ended it already. */
    if (in_snapshot(conn) && !sqlite_run(conn, Q_DB_ROLLBACK, &ignored))
        db_stop_process("a read cannot be ended");
}

/* It was taken after all that anybody knows to be committed. */
static bool is_current(const struct sqlite_conn *conn)
{
    return conn->commit == atomic_load(&commits) &&
           clock_steady_ns() - conn->began_ns < SNAPSHOT_NS;
}

/* An idle connection, or a new one, or the next that is given back. */
static bool take_conn(struct sqlite_db *s, struct sqlite_conn **out, struct err *e)
{
    {
        LOCKED(&s->lock);

        while (s->idle == NULL && s->readers == SQLITE_READERS_MAX)
            lock_wait(&s->lock);
        *out = s->idle;
        if (s->idle != NULL) {
            s->idle = s->idle->next;
            return true;
        }
        s->readers++;
    }
    if (sqlite_conn_open(s->path, false, out, e))
        return true;
    LOCKED(&s->lock);
    s->readers--;
    lock_signal(&s->lock);
    return false;
}

static void give_conn(struct sqlite_db *s, struct sqlite_conn *conn)
{
    LOCKED(&s->lock);

    conn->next = s->idle;
    s->idle = conn;
    lock_signal(&s->lock);
}

void sqlite_end_idle_reads(struct sqlite_db *s)
{
    sqlite_outdate_reads(); /* who is busy ends his when he is done */
    LOCKED(&s->lock);

    for (struct sqlite_conn *conn = s->idle; conn != NULL; conn = conn->next)
        end_snapshot(conn);
}

/* The snapshot is taken by the first query: many a reader asks nothing at all. */
bool sqlite_begin_read(struct sqlite_conn *conn, struct err *e)
{
    if (in_snapshot(conn))
        return true;
    if (FAULT(db_begin))
        return err_set(e, ERR_IO, "begin: the database cannot read or write");
    conn->commit = atomic_load(&commits);
    conn->began_ns = clock_steady_ns();
    return sqlite_run(conn, Q_DB_BEGIN_READ, e);
}

/* To take a snapshot and to end it costs several system calls: reads that follow each other closely
 * share one. */
static bool read_on(struct sqlite_db *s, struct sqlite_conn *conn, db_tx_fn fn, void *arg,
                    struct err *e)
{
    struct db_tx tx;

    if (!is_current(conn))
        end_snapshot(conn);
    db_tx_begin(&tx, &s->db, conn, NULL);
    bool ok = db_tx_run(&tx, fn, arg, e);
    db_tx_end(&tx);
    if (!ok || !is_current(conn))
        end_snapshot(conn);
    return ok;
}

bool sqlite_read(struct db *db, db_tx_fn fn, void *arg, struct err *e)
{
    struct sqlite_db *s = (struct sqlite_db *)db;
    struct sqlite_conn *conn;

    if (!take_conn(s, &conn, e))
        return false;
    bool ok = read_on(s, conn, fn, arg, e);
    give_conn(s, conn);
    return ok;
}

void *sqlite_reader_run(void *db)
{
    struct sqlite_db *s = db;
    struct queue_item *item;

    db_worker_of = &s->db;
    while ((item = queue_take_all(&s->reads, 1)) != NULL) {
        struct db_task *task = CONTAINER_OF(item, struct db_task, item);

        task->ok = sqlite_read(&s->db, task->fn, task->arg, &task->err);
        task->done(task);
    }
    return NULL;
}
