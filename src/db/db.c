/* The database's front: finds the right one by its URL, and waits for what the others do in the
 * background. */
#include "db/db.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "db/group.h"
#include "db/recall.h"

_Thread_local const struct db *db_worker_of;

static const struct {
    const char *scheme;
    const struct db_ops *ops;
} databases[] = {
    { "sqlite:", &db_sqlite },
    { "postgres://", &db_postgres },
    { "postgresql://", &db_postgres },
};

static bool open_with(const struct db_ops *ops, const struct db_options *options, struct db **out,
                      struct err *e)
{
    if (!ops->open(options, out, e))
        return false;
    (*out)->facts = db_facts_create();
    return true;
}

bool db_open(const struct db_options *options, struct db **out, struct err *e)
{
    /* The layer's own queries are called by number: a set that does not begin with them is a broken
     * build. */
    assert(strcmp(query_table[Q_DB_PING].name, "db_ping") == 0);

    if (FAULT(db_open))
        return err_set(e, ERR_IO, "cannot open the database");
    for (size_t i = 0; i < COUNT(databases); i++)
        if (str_starts(options->url, str_from(databases[i].scheme)))
            return open_with(databases[i].ops, options, out, e);
    return err_set(e, ERR_INVALID,
                   "the database URL must begin with sqlite: or postgres:// (or postgresql://)");
}

void db_close(struct db *db)
{
    struct db_facts *facts = db != NULL ? db->facts : NULL;

    if (db != NULL)
        db->ops->close(db);
    db_facts_destroy(facts);
}

enum db_dialect db_dialect(const struct db *db)
{
    return db->ops->dialect;
}

enum db_dialect db_tx_dialect(const struct db_tx *tx)
{
    return tx->db->ops->dialect;
}

bool db_read_is_quick(const struct db *db)
{
    return db->ops->read_is_quick;
}

bool db_hears_first(const struct db *db)
{
    return db->ops->hears_first;
}

bool db_submit(struct db *db, struct db_task *task, struct err *e)
{
    task->item.next = NULL;
    task->ok = false;
    task->err = (struct err){ 0 };
    return db->ops->submit(db, task, e);
}

/* A task that somebody waits for. */
struct waiter {
    struct db_task task;
    struct lock lock;
    bool finished;
};

static void waiter_done(struct db_task *task)
{
    struct waiter *w = CONTAINER_OF(task, struct waiter, task);
    LOCKED(&w->lock);

    w->finished = true;
    lock_signal(&w->lock);
}

static bool submit_and_wait(struct db *db, bool is_read, db_tx_fn fn, void *arg, struct err *e)
{
    struct waiter w = {
        .task = { .is_read = is_read, .fn = fn, .done = waiter_done, .arg = arg },
    };

    assert(db_worker_of != db);
    lock_init(&w.lock);
    bool ok = db_submit(db, &w.task, e);
    if (ok) {
        lock_take(&w.lock);
        while (!w.finished)
            lock_wait(&w.lock);
        lock_give(&w.lock);
        ok = w.task.ok;
        if (!ok)
            *e = w.task.err;
    }
    lock_deinit(&w.lock);
    return ok;
}

bool db_write(struct db *db, db_tx_fn fn, void *arg, struct err *e)
{
    return submit_and_wait(db, false, fn, arg, e);
}

bool db_read(struct db *db, db_tx_fn fn, void *arg, struct err *e)
{
    assert(db_worker_of != db);
    if (db->ops->read_is_quick)
        return db->ops->read(db, fn, arg, e);
    return submit_and_wait(db, true, fn, arg, e);
}

void db_stmt_init(struct db_stmt *stmt, const struct query_text *text, int column_count)
{
    size_t count = (size_t)column_count;

    *stmt = (struct db_stmt){
        .text = text,
        .column_count = column_count,
        .column_names = mem_alloc(sizeof(*stmt->column_names) * (count + 1)),
        .column_map = mem_alloc(sizeof(*stmt->column_map) * (count + 1)),
        .param_map = mem_alloc(sizeof(*stmt->param_map) * DB_PARAMS_MAX),
    };
}

void db_stmt_deinit(struct db_stmt *stmt)
{
    for (int i = 0; i < stmt->column_count; i++)
        free(stmt->column_names[i]);
    free(stmt->column_names);
    free(stmt->column_map);
    free(stmt->param_map);
}

void db_tx_begin(struct db_tx *tx, struct db *db, void *conn, struct db_group *group)
{
    *tx = (struct db_tx){ .db = db,
                          .conn = conn,
                          .group = group,
                          .first_topic = group != NULL ? group->topic_count : 0 };
}

bool db_tx_run(struct db_tx *tx, db_tx_fn fn, void *arg, struct err *e)
{
    bool ok = fn(tx, arg, e);
    struct err why = { 0 };

    if (tx->has_expected && tx->failure.code == ERR_NONE && tx->db->ops->await != NULL &&
        !tx->db->ops->await(tx, &why))
        tx->failure = why;
    if (tx->failure.code == ERR_NONE)
        return ok;
    if (ok || (tx->has_expected && tx->failure.code == ERR_EXPECTATION))
        *e = tx->failure;
    return false;
}

void db_tx_end(struct db_tx *tx)
{
    arena_deinit(&tx->scratch);
}

int64_t db_changed(const struct db_tx *tx)
{
    return tx->changed;
}

static bool ping(struct db_tx *tx, void *arg, struct err *e)
{
    UNUSED(arg);
    return db_exec(tx, Q_DB_PING, NULL, NULL, e);
}

bool db_ping(struct db *db, struct err *e)
{
    return db_read(db, ping, NULL, e);
}

void db_stop_process(const char *why)
{
    dprintf(STDERR_FILENO, "albumen: the database cannot go on: %s\n", why);
    abort();
}
