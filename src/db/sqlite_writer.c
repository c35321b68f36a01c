/* The one thread that writes to SQLite: many transactions, one commit, and every checkpoint. */
#include "base/fault.h"
#include "db/signals.h"
#include "db/sqlite.h"

enum {
    CHECKPOINT_PAGES = 1000, /* 4 MiB of log */
    LOG_LARGE_PAGES = 16384, /* readers kept it from starting over: wait for them, shortly */
    LARGE_PATIENCE_MS = 100,
    IDLE_MS = 1000,
    COMMIT_PATIENCE_MS = 5000,
    TOPICS_KEPT_BYTES = 64 * 1024, /* a larger buffer is not kept for the next group */
};

static struct db_task *task_of(struct queue_item *item)
{
    return CONTAINER_OF(item, struct db_task, item);
}

/* Failures are no news here: the log keeps everything, and the next round tries again. */
static void checkpoint(struct sqlite_db *s, int mode, int patience_ms)
{
    struct err ignored = { 0 };

    sqlite3_busy_timeout(s->writer->handle, patience_ms);
    int rc = sqlite3_wal_checkpoint_v2(s->writer->handle, NULL, mode, NULL, NULL);
    if (rc != SQLITE_OK)
        sqlite_failed(s->writer->handle, rc, "checkpoint", &ignored);
    sqlite3_busy_timeout(s->writer->handle, COMMIT_PATIENCE_MS);
}

static void checkpoint_when_due(struct sqlite_db *s)
{
    if (s->wal_pages < s->checkpoint_at)
        return;
    if (s->wal_pages < LOG_LARGE_PAGES)
        checkpoint(s, SQLITE_CHECKPOINT_PASSIVE, 0);
    else
        checkpoint(s, SQLITE_CHECKPOINT_RESTART, LARGE_PATIENCE_MS);
    s->checkpoint_at = s->wal_pages + CHECKPOINT_PAGES;
}

static int log_grew(void *arg, sqlite3 *handle, const char *name, int pages)
{
    struct sqlite_db *s = arg;

    UNUSED(handle);
    UNUSED(name);
    if (pages <= s->wal_pages) /* it has started over */
        s->checkpoint_at = CHECKPOINT_PAGES;
    s->wal_pages = pages;
    return SQLITE_OK;
}

static bool run_fn(struct sqlite_db *s, struct db_task *task, struct err *e)
{
    struct db_tx tx;

    db_tx_begin(&tx, &s->db, s->writer, false);
    bool ok = db_tx_run(&tx, task->fn, task->arg, e);
    if (ok)
        buf_put(&s->topics, db_tx_topics(&tx));
    db_tx_end(&tx);
    return ok;
}

/* One task, which fails without harm to the others of its group. */
static bool run_task(struct sqlite_db *s, struct db_task *task, struct err *e)
{
    struct err undo = { 0 };
    size_t heard = s->topics.len;

    if (!sqlite_run(s->writer, Q_DB_TASK_BEGIN, e))
        return false;
    bool ok = run_fn(s, task, e);
    if (ok && sqlite_run(s->writer, Q_DB_TASK_KEEP, e))
        return true;
    s->topics.len = heard;
    if (ok)
        return false;
    /* After some errors SQLite has rolled everything back by itself: run_tasks notices. */
    if (sqlite_run(s->writer, Q_DB_TASK_UNDO, &undo))
        ok = sqlite_run(s->writer, Q_DB_TASK_KEEP, &undo);
    UNUSED(ok);
    return false;
}

static bool begin(struct sqlite_db *s, struct err *e)
{
    if (FAULT(db_begin))
        return err_set(e, ERR_IO, "begin: the database cannot read or write");
    return sqlite_run(s->writer, Q_DB_BEGIN_WRITE, e);
}

static bool commit(struct sqlite_db *s, struct err *e)
{
    if (FAULT(db_commit))
        return err_set(e, ERR_IO, "commit: the database cannot read or write");
    if (!sqlite_run(s->writer, Q_DB_COMMIT, e))
        return false;
    if (FAULT(db_committed))
        db_stop_process("the answer of a commit was lost");
    return true;
}

static bool run_tasks(struct sqlite_db *s, struct queue_item *chain, struct err *e)
{
    for (struct queue_item *item = chain; item != NULL; item = item->next) {
        struct db_task *task = task_of(item);

        task->ok = run_task(s, task, &task->err);
        if (sqlite3_get_autocommit(s->writer->handle)) {
            *e = task->err;
            return false;
        }
    }
    return commit(s, e);
}

/* Nothing of the group was kept: whoever has no error of his own gets this one. */
static void fail_group(struct sqlite_db *s, struct queue_item *chain, const struct err *why)
{
    struct err ignored = { 0 };

    if (!sqlite3_get_autocommit(s->writer->handle) &&
        !sqlite_run(s->writer, Q_DB_ROLLBACK, &ignored))
        db_stop_process("a transaction cannot be rolled back");
    for (struct queue_item *item = chain; item != NULL; item = item->next) {
        struct db_task *task = task_of(item);

        task->ok = false;
        if (task->err.code == ERR_NONE)
            task->err = *why;
    }
}

/* Before anybody is answered: who has the answer may rely on it that this process has heard. */
static void tell_listeners(struct sqlite_db *s)
{
    db_hear(&s->db, buf_str(&s->topics));
    if (s->topics.cap > TOPICS_KEPT_BYTES)
        buf_deinit(&s->topics);
    buf_clear(&s->topics);
}

static void run_group(struct sqlite_db *s, struct queue_item *chain)
{
    struct queue_item *next;
    struct err why = { 0 };

    if (!begin(s, &why) || !run_tasks(s, chain, &why)) {
        fail_group(s, chain, &why);
        buf_clear(&s->topics);
    }
    tell_listeners(s);
    for (struct queue_item *item = chain; item != NULL; item = next) {
        next = item->next; /* done may free the task */
        task_of(item)->done(task_of(item));
    }
    checkpoint_when_due(s);
}

/*
 * The next group. Some time after the last write the log is emptied once; then the thread waits
 * without a timer, so that an idle server does not wake up.
 */
static struct queue_item *take_group(struct sqlite_db *s)
{
    if (s->wal_pages > 0) {
        struct queue_item *first = queue_take(&s->writes, IDLE_MS);

        if (first != NULL) {
            first->next = queue_count(&s->writes) > 0
                              ? queue_take_all(&s->writes, SQLITE_GROUP_MAX - 1)
                              : NULL;
            return first;
        }
        checkpoint(s, SQLITE_CHECKPOINT_TRUNCATE, 0);
        s->wal_pages = 0;
        s->checkpoint_at = CHECKPOINT_PAGES;
    }
    return queue_take_all(&s->writes, SQLITE_GROUP_MAX);
}

void *sqlite_writer_run(void *db)
{
    struct sqlite_db *s = db;
    struct queue_item *chain;

    db_worker_of = &s->db;
    sqlite3_wal_hook(s->writer->handle, log_grew, s);
    s->wal_pages = 1; /* there may be what an earlier process left: emptied when idle */
    s->checkpoint_at = CHECKPOINT_PAGES;
    while ((chain = take_group(s)) != NULL)
        run_group(s, chain);
    return NULL;
}
