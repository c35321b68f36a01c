/* The one thread that writes to SQLite: many transactions, one commit, and every checkpoint. */
#include "base/fault.h"
#include "db/sqlite.h"

enum {
    CHECKPOINT_PAGES = 1000, /* 4 MiB of log */
    LOG_LARGE_PAGES = 16384, /* readers kept it from starting over: wait for them, shortly */
    LARGE_PATIENCE_MS = 100,
    IDLE_MS = 1000,
    COMMIT_PATIENCE_MS = 5000,
};

/* Failures are no news here: the log keeps everything, and the next round tries again. */
static void checkpoint(struct sqlite_db *s, int mode, int patience_ms)
{
    struct err ignored = { 0 };

    sqlite_end_idle_reads(s);
    sqlite3_busy_timeout(s->writer->handle, patience_ms);
    int rc = sqlite3_wal_checkpoint_v2(s->writer->handle, NULL, mode, NULL, NULL);
    if (rc != SQLITE_OK)
        sqlite_failed(s->writer->handle, rc, "checkpoint", &ignored);
    s->may_restart = rc == SQLITE_OK;
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
    if (pages <= s->wal_pages) { /* it has started over */
        s->checkpoint_at = CHECKPOINT_PAGES;
        s->may_restart = false;
    }
    s->wal_pages = pages;
    return SQLITE_OK;
}

static bool begin(struct sqlite_db *s, struct err *e)
{
    if (FAULT(db_begin))
        return err_set(e, ERR_IO, "begin: the database cannot read or write");
    if (s->may_restart)
        sqlite_end_idle_reads(s);
    return sqlite_run(s->writer, Q_DB_BEGIN_WRITE, e);
}

static bool commit(struct sqlite_db *s, struct err *e)
{
    if (FAULT(db_commit))
        return err_set(e, ERR_IO, "commit: the database cannot read or write");
    if (!sqlite_run(s->writer, Q_DB_COMMIT, e))
        return false;
    sqlite_outdate_reads();
    if (FAULT(db_committed))
        db_stop_process("the answer of a commit was lost");
    return true;
}

/* As most groups go: nobody fails who has changed something, and nothing guards one from another.
 */
static bool run_together(struct sqlite_db *s, struct queue_item *chain, struct err *e)
{
    return db_group_run(&s->group, &s->db, s->writer, chain, e);
}

/* Each with all that it put off, in a savepoint of its own: who fails does no harm to the others.
 */
static bool run_apart(struct sqlite_db *s, struct queue_item *chain, struct err *e)
{
    for (struct queue_item *item = chain; item != NULL; item = item->next) {
        struct db_task *task = db_task_of(item);

        if (!sqlite_run(s->writer, Q_DB_TASK_BEGIN, e))
            return false;
        if (!db_group_run_one(&s->group, &s->db, s->writer, task)) {
            *e = task->err;
            /* After some errors SQLite has rolled everything back by itself. */
            if (sqlite3_get_autocommit(s->writer->handle) ||
                !sqlite_run(s->writer, Q_DB_TASK_UNDO, e))
                return false;
        }
        if (!sqlite_run(s->writer, Q_DB_TASK_KEEP, e))
            return false;
    }
    return true;
}

static bool attempt(struct sqlite_db *s, struct queue_item *chain,
                    bool (*run)(struct sqlite_db *s, struct queue_item *chain, struct err *e),
                    struct err *e)
{
    db_group_clear(&s->group);
    return begin(s, e) && run(s, chain, e) && commit(s, e);
}

static void roll_back(struct sqlite_db *s)
{
    struct err ignored = { 0 };

    if (!sqlite3_get_autocommit(s->writer->handle) &&
        !sqlite_run(s->writer, Q_DB_ROLLBACK, &ignored))
        db_stop_process("a transaction cannot be rolled back");
    db_group_clear(&s->group);
}

/* Nothing of the group was kept: whoever has no error of his own gets this one. */
static void fail_group(struct queue_item *chain, const struct err *why)
{
    for (struct queue_item *item = chain; item != NULL; item = item->next) {
        struct db_task *task = db_task_of(item);

        task->ok = false;
        if (task->err.code == ERR_NONE)
            task->err = *why;
    }
}

static void run_group(struct sqlite_db *s, struct queue_item *chain)
{
    struct queue_item *next;
    struct err why = { 0 };
    bool ok = attempt(s, chain, run_together, &why);
    bool had_rider = db_group_end_ride(&s->group, ok ? NULL : &why);

    if (!ok && (chain->next != NULL || had_rider)) {
        roll_back(s);
        ok = attempt(s, chain, run_apart, &why);
    }
    if (!ok) {
        roll_back(s);
        fail_group(chain, &why);
    }
    /* Before anybody is answered: who has the answer may rely on it that this process has heard. */
    db_hear_group(&s->db, &s->group);
    db_group_clear(&s->group);
    for (struct queue_item *item = chain; item != NULL; item = next) {
        next = item->next; /* done may free the task */
        db_task_of(item)->done(db_task_of(item));
    }
    db_group_answer_rider(&s->group);
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
