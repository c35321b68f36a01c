/* PostgreSQL behind the facade: a pool of threads takes transactions from one queue. */
#include "db/postgres.h"

#include <stdlib.h>

/* Unless it is told: where many read on few cores, they wake up for less each. */
static int pool_size(const struct db_options *options)
{
    int readers = thread_cores() > 2 ? POSTGRES_READERS_MAX : POSTGRES_READERS_MIN;
    int wanted = options->connections > 0 ? options->connections : (int)POSTGRES_READER + readers;

    return MAX(MIN(wanted, DB_CONNECTIONS_MAX), (int)POSTGRES_READER + 1);
}

static bool open_postgres(const struct db_options *options, struct db **out, struct err *e)
{
    size_t queue_max = options->queue_max > 0 ? (size_t)options->queue_max : DB_QUEUE_MAX;
    struct postgres_conn first = { 0 };

    if (!postgres_lib_load(e))
        return false;
    char *url = mem_cstr(options->url);
    if (!postgres_check_url(url, e) || !postgres_connect(&first, url, e)) {
        free(url);
        return false;
    }

    struct postgres_db *p = mem_alloc(sizeof(*p));
    p->db.ops = &db_postgres;
    p->url = url;
    p->worker_count = pool_size(options);
    p->workers = mem_alloc(sizeof(*p->workers) * (size_t)p->worker_count);
    lock_init(&p->lock);
    queue_init(&p->reads, queue_max);
    queue_init(&p->writes, queue_max);
    p->workers[0].conn = first; /* the others connect when they get work */
    for (int i = 0; i < p->worker_count; i++) {
        p->workers[i].db = p;
        p->workers[i].role = (enum postgres_role)MIN(i, (int)POSTGRES_READER);
        thread_start(&p->workers[i].thread, "db-pool", postgres_worker_run, &p->workers[i]);
    }
    *out = &p->db;
    return true;
}

static void close_postgres(struct db *db)
{
    struct postgres_db *p = (struct postgres_db *)db;

    lock_take(&p->lock);
    p->closing = true; /* nobody waits for a lost server any more */
    lock_broadcast(&p->lock);
    lock_give(&p->lock);
    queue_close(&p->writes);
    queue_close(&p->reads);
    for (int i = 0; i < p->worker_count; i++)
        thread_join(p->workers[i].thread);
    postgres_stop_listening(p);
    queue_deinit(&p->writes);
    queue_deinit(&p->reads);
    lock_deinit(&p->lock);
    free(p->workers);
    free(p->url);
    free(p);
}

static bool submit(struct db *db, struct db_task *task, struct err *e)
{
    struct postgres_db *p = (struct postgres_db *)db;

    if (!queue_put(task->is_read ? &p->reads : &p->writes, &task->item))
        return err_set(e, ERR_BUSY, "the database has too much to do");
    return true;
}

const struct db_ops db_postgres = {
    .dialect = DB_POSTGRES,
    .takes_arrays = true,
    .open = open_postgres,
    .close = close_postgres,
    .submit = submit,
    .prepare = postgres_stmt_prepare,
    .start = postgres_stmt_start,
    .post = postgres_stmt_post,
    .await = postgres_stmt_await,
    .step = postgres_stmt_step,
    .column = postgres_stmt_column,
    .finish = postgres_stmt_finish,
    .run_text = postgres_run_text,
    .export = postgres_export,
    .import = postgres_import,
    .listen = postgres_listen,
};
