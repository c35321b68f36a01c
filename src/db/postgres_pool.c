/* The threads that run transactions on PostgreSQL, each with a connection of its own, and when one
 * is run again. */
#include "base/clock.h"
#include "base/fault.h"
#include "base/random.h"
#include "db/postgres.h"

enum {
    ATTEMPTS_MAX = 5,
    PAUSE_MS = 20, /* before the second attempt; doubles, up to the next */
    PAUSE_MAX_MS = 1000,
    PATIENCE_MS = 5000,  /* how long a task waits for a lost server to come back */
    DOWN_PAUSE_MS = 500, /* when it is known to be down: between two looks */
};

/* Waits from half to one and a half times of PAUSE_MS doubled (attempt - 1) times; not while
 * closing. */
static void pause_before(struct postgres_db *p, int attempt)
{
    int64_t pause_ms = MIN((int64_t)PAUSE_MS << MIN(attempt - 1, 6), PAUSE_MAX_MS);
    int64_t until_ms = clock_steady_ms() + pause_ms / 2 + random_below(pause_ms);
    LOCKED(&p->lock);

    while (!p->closing) {
        int64_t left_ms = until_ms - clock_steady_ms();

        if (left_ms <= 0 || !lock_wait_ms(&p->lock, left_ms))
            break;
    }
}

/* May a connection be tried now? Not for half a second after a failure while the server is known to
 * be down. */
static bool may_try(struct postgres_db *p)
{
    LOCKED(&p->lock);

    return !p->is_down || clock_steady_ms() - p->failed_at_ms >= DOWN_PAUSE_MS;
}

/* Is there patience left for one more try? */
static bool note_failure(struct postgres_db *p, int64_t since_ms)
{
    int64_t now_ms = clock_steady_ms();
    LOCKED(&p->lock);

    p->failed_at_ms = now_ms;
    if (now_ms - since_ms >= PATIENCE_MS)
        p->is_down = true;
    return !p->is_down && !p->closing;
}

static bool ensure_connected(struct postgres_worker *w, struct err *e)
{
    struct postgres_db *p = w->db;
    int64_t since_ms = clock_steady_ms();

    if (w->conn.handle != NULL)
        return true;
    for (int attempt = 1;; attempt++) {
        if (!may_try(p))
            return err_set(e, ERR_UNAVAILABLE, "cannot reach the database");
        if (postgres_connect(&w->conn, p->url, e))
            break;
        if (!note_failure(p, since_ms))
            return false;
        pause_before(p, attempt);
    }
    LOCKED(&p->lock);
    p->is_down = false;
    return true;
}

/* true: settled, for good or ill. false: it left no trace and may be run again. */
static bool run_once(struct postgres_worker *w, struct db_task *task)
{
    struct postgres_conn *conn = &w->conn;
    struct db_tx tx;

    task->err = (struct err){ 0 };
    if (!ensure_connected(w, &task->err))
        return true;
    if (FAULT(db_begin)) {
        err_set(&task->err, ERR_IO, "begin: the database cannot read or write");
        return true;
    }
    conn->is_read = task->is_read;
    conn->trouble = TROUBLE_NONE;
    db_tx_begin(&tx, &w->db->db, conn, task->is_read);
    task->ok = db_tx_run(&tx, task->fn, task->arg, &task->err) && postgres_notify(&tx, &task->err);
    db_tx_end(&tx);
    if (!task->ok)
        postgres_rollback(conn);
    else if (!postgres_commit(conn, &task->err))
        task->ok = task->is_read; /* what was read is complete without its end */

    enum trouble trouble = conn->trouble;
    if (trouble == TROUBLE_LOST || trouble == TROUBLE_UNKNOWN)
        postgres_disconnect(conn);
    return task->ok || trouble == TROUBLE_NONE || trouble == TROUBLE_UNKNOWN;
}

void *postgres_worker_run(void *worker)
{
    struct postgres_worker *w = worker;
    struct queue_item *item;

    db_worker_of = &w->db->db;
    while ((item = queue_take_all(&w->db->queue, 1)) != NULL) {
        struct db_task *task = CONTAINER_OF(item, struct db_task, item);

        for (int attempt = 1; !run_once(w, task) && attempt < ATTEMPTS_MAX; attempt++)
            pause_before(w->db, attempt);
        task->done(task);
    }
    postgres_disconnect(&w->conn);
    return NULL;
}
