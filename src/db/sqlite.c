/* SQLite behind the facade: one writer thread with group commit, a pool of readers. */
#include "db/sqlite.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/file.h"

static void set_up_library(void)
{
    /* Its memory statistics take a lock in every allocation. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* A new database is for its owner's eyes; the log files inherit the mode. */
static bool make_file(const char *path, struct err *e)
{
    AUTO_FD fd = -1;

    /* An existing file is left alone: closing another descriptor of it would drop SQLite's locks on
     * it. */
    if (file_exists(path))
        return true;
    if (!file_open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &fd, e))
        return file_exists(path); /* another process was faster */
    return true;
}

static bool open_sqlite(const struct db_options *options, struct db **out, struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct str path = str_slice(options->url, STR("sqlite:").len, options->url.len);
    size_t queue_max = options->queue_max > 0 ? (size_t)options->queue_max : DB_QUEUE_MAX;

    if (path.len == 0 || path.ptr[0] == ':')
        return err_set(e, ERR_INVALID, "the database URL needs a file: sqlite:<path>");
    pthread_once(&once, set_up_library);

    struct sqlite_db *s = mem_alloc(sizeof(*s));
    s->db.ops = &db_sqlite;
    s->path = mem_cstr(path);
    if (!make_file(s->path, e) ||
        (!sqlite_conn_open(s->path, true, &s->writer, e) && !err_wrap(e, s->path))) {
        free(s->path);
        free(s);
        return false;
    }
    lock_init(&s->lock);
    queue_init(&s->writes, queue_max);
    queue_init(&s->reads, queue_max);
    thread_start(&s->writer_thread, "db-write", sqlite_writer_run, s);
    thread_start(&s->reader_thread, "db-read", sqlite_reader_run, s);
    *out = &s->db;
    return true;
}

static void close_sqlite(struct db *db)
{
    struct sqlite_db *s = (struct sqlite_db *)db;

    queue_close(&s->writes);
    queue_close(&s->reads);
    thread_join(s->writer_thread);
    thread_join(s->reader_thread);
    while (s->idle != NULL) {
        struct sqlite_conn *conn = s->idle;

        s->idle = conn->next;
        s->readers--;
        sqlite_conn_close(conn);
    }
    assert(s->readers == 0);
    /* The last connection to close empties the log: the writer's, as always. */
    sqlite_conn_close(s->writer);
    db_group_clear(&s->group);
    queue_deinit(&s->writes);
    queue_deinit(&s->reads);
    lock_deinit(&s->lock);
    free(s->path);
    free(s);
}

static bool submit(struct db *db, struct db_task *task, struct err *e)
{
    struct sqlite_db *s = (struct sqlite_db *)db;

    if (!queue_put(task->is_read ? &s->reads : &s->writes, &task->item))
        return err_set(e, ERR_BUSY, "the database has too much to do");
    return true;
}

const struct db_ops db_sqlite = {
    .dialect = DB_SQLITE,
    .read_is_quick = true,
    .hears_first = true,
    .open = open_sqlite,
    .close = close_sqlite,
    .read = sqlite_read,
    .submit = submit,
    .prepare = sqlite_stmt_prepare,
    .start = sqlite_stmt_start,
    .step = sqlite_stmt_step,
    .column = sqlite_stmt_column,
    .finish = sqlite_stmt_finish,
    .run_text = sqlite_run_text,
    .export = sqlite_export,
};
