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
    STUCK_MS = 50,       /* a chain that takes longer is not waited for */
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

static bool begin(struct postgres_worker *w, bool is_read, struct err *e)
{
    if (!ensure_connected(w, e))
        return false;
    if (FAULT(db_begin))
        return err_set(e, ERR_IO, "begin: the database cannot read or write");
    w->conn.is_read = is_read;
    w->conn.trouble = TROUBLE_NONE;
    db_group_clear(&w->group);
    return true;
}

/* Signals, and the end of the transaction. */
static bool commit(struct postgres_worker *w, struct err *e)
{
    struct db_tx tx;

    db_tx_begin(&tx, &w->db->db, &w->conn, &w->group);
    bool ok = postgres_notify(&tx, e);
    db_tx_end(&tx);
    return ok && postgres_commit(&w->conn, e);
}

/* What a failed transaction leaves behind. */
static enum trouble clean_up(struct postgres_worker *w)
{
    enum trouble trouble;

    postgres_rollback(&w->conn);
    trouble = w->conn.trouble;
    if (trouble == TROUBLE_LOST || trouble == TROUBLE_UNKNOWN)
        postgres_disconnect(&w->conn);
    return trouble;
}

static bool read_one(struct postgres_worker *w, struct db_task *task)
{
    struct db_tx tx;

    db_tx_begin(&tx, &w->db->db, &w->conn, NULL);
    bool ok = db_tx_run(&tx, task->fn, task->arg, &task->err);
    db_tx_end(&tx);
    if (ok)
        postgres_leave_read(&w->conn);
    return ok;
}

static bool write_one(struct postgres_worker *w, struct db_task *task)
{
    return db_group_run(&w->group, &w->db->db, &w->conn, &task->item, &task->err) && task->ok &&
           commit(w, &task->err);
}

/* true: settled, for good or ill. false: it left no trace and may be run again. */
static bool run_once(struct postgres_worker *w, struct db_task *task)
{
    task->ok = false;
    task->err = (struct err){ 0 };
    if (!begin(w, task->is_read, &task->err))
        return true;
    task->ok = task->is_read ? read_one(w, task) : write_one(w, task);
    enum trouble trouble = clean_up(w);
    bool had_rider = db_group_end_ride(&w->group, task->ok ? NULL : &task->err);
    return task->ok || trouble == TROUBLE_UNKNOWN || (trouble == TROUBLE_NONE && !had_rider);
}

static void run_alone(struct postgres_worker *w, struct db_task *task)
{
    for (int attempt = 1; !run_once(w, task) && attempt < ATTEMPTS_MAX; attempt++)
        pause_before(w->db, attempt);
}

static void fail_group(struct queue_item *chain, const struct err *why)
{
    for (struct queue_item *item = chain; item != NULL; item = item->next) {
        struct db_task *task = db_task_of(item);

        if (task->ok)
            task->err = *why;
        task->ok = false;
    }
}

/*
 * All in one transaction, in which nobody may fail who has changed something. false: nothing was
 * kept, each has to go alone.
 */
static bool run_together(struct postgres_worker *w, struct queue_item *chain)
{
    struct err why = { 0 };

    if (!begin(w, false, &why))
        return false;
    bool ok = db_group_run(&w->group, &w->db->db, &w->conn, chain, &why) && commit(w, &why);
    db_group_end_ride(&w->group, ok ? NULL : &why);
    if (ok)
        return true;
    if (clean_up(w) != TROUBLE_UNKNOWN)
        return false;
    fail_group(chain, &why);
    return true;
}

static void run_chain(struct postgres_worker *w, struct queue_item *chain)
{
    bool together = chain->next != NULL && run_together(w, chain);
    struct queue_item *next;

    for (struct queue_item *item = chain; item != NULL; item = next) {
        next = item->next; /* done may free the task */
        if (!together) {
            item->next = NULL;
            run_alone(w, db_task_of(item));
        }
        db_task_of(item)->done(db_task_of(item));
    }
    db_group_answer_rider(&w->group);
    db_group_clear(&w->group);
}

/* While the relief rests nobody counts the time. */
static void note_writing(struct postgres_db *p, int64_t since_ms)
{
    LOCKED(&p->lock);

    p->writing_since_ms = since_ms;
    if (since_ms != 0 && p->relief_rests)
        lock_broadcast(&p->lock);
}

/* False: there is nothing to relieve any more, we are closing. */
static bool wait_until_stuck(struct postgres_db *p)
{
    LOCKED(&p->lock);

    while (!p->closing) {
        int64_t left_ms = p->writing_since_ms + STUCK_MS - clock_steady_ms();

        p->relief_rests = p->writing_since_ms == 0;
        if (p->relief_rests)
            lock_wait(&p->lock);
        else if (left_ms <= 0 && queue_count(&p->writes) > 0)
            return true;
        else
            lock_wait_ms(&p->lock, left_ms > 0 ? left_ms : STUCK_MS);
    }
    return false;
}

/* The end of the read before goes with this one, or at once when there is none yet: no transaction
 * stays open while its thread waits. */
static struct queue_item *next_read(struct postgres_worker *w)
{
    struct queue_item *chain = queue_take(&w->db->reads, 0);
    struct err ignored;

    if (chain != NULL)
        return chain;
    if (!postgres_end_read(&w->conn, &ignored))
        postgres_disconnect(&w->conn);
    return queue_take_all(&w->db->reads, 1);
}

static struct queue_item *next_chain(struct postgres_worker *w)
{
    struct postgres_db *p = w->db;
    struct queue_item *chain;

    if (w->role == POSTGRES_READER)
        return next_read(w);
    if (w->role == POSTGRES_RELIEF)
        return wait_until_stuck(p) ? queue_take_all(&p->writes, POSTGRES_GROUP_MAX) : NULL;
    note_writing(p, 0);
    chain = queue_take_all(&p->writes, POSTGRES_GROUP_MAX);
    note_writing(p, clock_steady_ms());
    return chain;
}

void *postgres_worker_run(void *worker)
{
    struct postgres_worker *w = worker;
    struct queue_item *chain;

    db_worker_of = &w->db->db;
    while ((chain = next_chain(w)) != NULL)
        run_chain(w, chain);
    postgres_disconnect(&w->conn);
    return NULL;
}
