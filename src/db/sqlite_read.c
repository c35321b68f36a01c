/* Reads of SQLite: a pool of connections that never write, each used by one thread at a time. */
#include "base/fault.h"
#include "db/sqlite.h"

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

/* The snapshot is taken by the first query: many a reader asks nothing at all. */
bool sqlite_begin_read(struct sqlite_conn *conn, struct err *e)
{
    if (!sqlite3_get_autocommit(conn->handle))
        return true;
    if (FAULT(db_begin))
        return err_set(e, ERR_IO, "begin: the database cannot read or write");
    return sqlite_run(conn, Q_DB_BEGIN_READ, e);
}

static bool read_on(struct sqlite_db *s, struct sqlite_conn *conn, db_tx_fn fn, void *arg,
                    struct err *e)
{
    struct db_tx tx;
    struct err ignored = { 0 };

    db_tx_begin(&tx, &s->db, conn, NULL);
    bool ok = db_tx_run(&tx, fn, arg, e);
    db_tx_end(&tx);
    /* Nothing was written, so both ends are the same; some errors have ended it already. */
    if (!sqlite3_get_autocommit(conn->handle) && !sqlite_run(conn, Q_DB_ROLLBACK, &ignored))
        db_stop_process("a read cannot be ended");
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
