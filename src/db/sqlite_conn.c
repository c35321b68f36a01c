/* One connection to SQLite: its settings, its prepared statements, and what its result codes mean.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/fault.h"
#include "db/sqlite.h"

enum { WRITER_PATIENCE_MS = 5000, READER_PATIENCE_MS = 2000 };

static enum err_code code_of(sqlite3 *handle, int rc)
{
    switch (rc) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return ERR_CONFLICT;
    }
    switch (rc & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        return ERR_INVALID;
    case SQLITE_TOOBIG:
        return ERR_TOO_LARGE;
    case SQLITE_FULL:
        return ERR_STORAGE_FULL;
    case SQLITE_READONLY: /* a reader that writes is a mistake of ours, else it is the disk */
        return sqlite3_db_readonly(handle, "main") == 1 ? ERR_INTERNAL : ERR_UNAVAILABLE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return sqlite3_system_errno(handle) == ENOSPC ? ERR_STORAGE_FULL : ERR_IO;
    default:
        return ERR_INTERNAL;
    }
}

bool sqlite_failed(sqlite3 *handle, int rc, const char *what, struct err *e)
{
    enum err_code code = code_of(handle, rc);

    if (rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC)
        db_stop_process("fsync failed, so what is on the disk is unknown");
    if (rc == SQLITE_NOMEM || rc == SQLITE_IOERR_NOMEM)
        db_stop_process("out of memory");
    if (code == ERR_CONFLICT && rc == SQLITE_CONSTRAINT_FOREIGNKEY)
        return err_set(e, code, "%s: refers to what does not exist, or is referred to", what);
    if (code == ERR_CONFLICT)
        return err_set(e, code, "%s: there is such a row already", what);
    if (code == ERR_STORAGE_FULL)
        return err_set(e, code, "%s: no space is left on the disk of the database", what);
    return err_set(e, code, "%s: %s", what, sqlite3_errmsg(handle));
}

static bool apply_settings(struct sqlite_conn *conn, bool is_writer, struct err *e)
{
    static const enum query settings[] = {
        Q_DB_SQLITE_JOURNAL, /* the writer's alone */
        Q_DB_SQLITE_SYNC,
        Q_DB_SQLITE_FOREIGN_KEYS,
        Q_DB_SQLITE_MMAP,
    };

    for (size_t i = is_writer ? 0 : 1; i < COUNT(settings); i++) {
        const struct query_text *text = &query_table[settings[i]];
        int rc = sqlite3_exec(conn->handle, text->sql[DB_SQLITE], NULL, NULL, NULL);

        if (rc != SQLITE_OK)
            return sqlite_failed(conn->handle, rc, "open the database", e);
    }
    return true;
}

/*
 * Switching a new file to WAL takes an exclusive lock that SQLite does not wait for: when two
 * processes open the same new file at the same moment, one of them tries again here.
 */
static bool apply_settings_patiently(struct sqlite_conn *conn, bool is_writer, struct err *e)
{
    enum { TRIES = 100, PAUSE_MS = 20 };
    struct lock pause;
    bool ok = false;

    lock_init(&pause);
    lock_take(&pause);
    for (int i = 0; i < TRIES && !ok; i++) {
        ok = apply_settings(conn, is_writer, e);
        if (!ok && e->code != ERR_BUSY)
            break;
        if (!ok)
            lock_wait_ms(&pause, PAUSE_MS);
    }
    lock_give(&pause);
    lock_deinit(&pause);
    return ok;
}

static bool prepare(struct sqlite_conn *conn, enum query query, struct sqlite_stmt **out,
                    struct err *e)
{
    struct sqlite_stmt *s = &conn->stmts[query];
    const struct query_text *text = &query_table[query];

    if (s->handle == NULL) {
        assert(text->sql[DB_SQLITE] != NULL);
        if (FAULT(db_prepare))
            return err_set(e, ERR_IO, "%s: the database cannot be read", text->name);
        int rc = sqlite3_prepare_v3(conn->handle, text->sql[DB_SQLITE], -1,
                                    SQLITE_PREPARE_PERSISTENT, &s->handle, NULL);
        if (rc != SQLITE_OK)
            return sqlite_failed(conn->handle, rc, text->name, e);
        db_stmt_init(&s->stmt, text, sqlite3_column_count(s->handle));
        for (int i = 0; i < s->stmt.column_count; i++)
            s->stmt.column_names[i] = mem_cstr(str_from(sqlite3_column_name(s->handle, i)));
    }
    *out = s;
    return true;
}

bool sqlite_conn_open(const char *path, bool is_writer, struct sqlite_conn **out, struct err *e)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                (is_writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
    struct sqlite_stmt *undo; /* prepared now: no transaction shall be left open for want of it */
    struct sqlite_conn *conn;

    if (FAULT(db_connect))
        return err_set(e, ERR_IO, "open the database: disk I/O error");
    conn = mem_alloc(sizeof(*conn));
    conn->stmts = mem_alloc(sizeof(*conn->stmts) * query_table_count);
    int rc = sqlite3_open_v2(path, &conn->handle, flags, NULL);
    if (rc != SQLITE_OK) {
        sqlite_failed(conn->handle, rc, "open the database", e);
        sqlite_conn_close(conn);
        return false;
    }
    sqlite3_busy_timeout(conn->handle, is_writer ? WRITER_PATIENCE_MS : READER_PATIENCE_MS);
    sqlite3_wal_autocheckpoint(conn->handle, 0);
    if (!is_writer)
        sqlite3_db_config(conn->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (!apply_settings_patiently(conn, is_writer, e) || !prepare(conn, Q_DB_ROLLBACK, &undo, e)) {
        sqlite_conn_close(conn);
        return false;
    }
    *out = conn;
    return true;
}

void sqlite_conn_close(struct sqlite_conn *conn)
{
    if (conn == NULL)
        return;
    for (size_t i = 0; i < query_table_count; i++) {
        struct sqlite_stmt *s = &conn->stmts[i];

        sqlite3_finalize(s->handle);
        db_stmt_deinit(&s->stmt);
    }
    int rc = sqlite3_close(conn->handle);
    assert(rc == SQLITE_OK);
    UNUSED(rc);
    free(conn->stmts);
    free(conn);
}

bool sqlite_run(struct sqlite_conn *conn, enum query query, struct err *e)
{
    struct sqlite_stmt *s = NULL;

    if (!prepare(conn, query, &s, e))
        return false;
    int rc = sqlite3_step(s->handle);
    if (rc != SQLITE_DONE)
        sqlite_failed(conn->handle, rc, query_table[query].name, e);
    sqlite3_reset(s->handle);
    return rc == SQLITE_DONE;
}

bool sqlite_run_text(struct db_tx *tx, const char *sql, struct err *e)
{
    struct sqlite_conn *conn = tx->conn;
    int rc = sqlite3_exec(conn->handle, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK || sqlite_failed(conn->handle, rc, "migration", e);
}

bool sqlite_stmt_prepare(struct db_tx *tx, enum query query, struct db_stmt **out, struct err *e)
{
    struct sqlite_stmt *s = NULL;

    if ((tx->group == NULL && !sqlite_begin_read(tx->conn, e)) || !prepare(tx->conn, query, &s, e))
        return false;
    *out = &s->stmt;
    return true;
}

static int bind_one(sqlite3_stmt *handle, int number, const struct db_value *v)
{
    switch (v->type) {
    case DB_I64:
        return sqlite3_bind_int64(handle, number, v->i64);
    case DB_F64:
        return sqlite3_bind_double(handle, number, v->f64);
    case DB_TEXT:
        return sqlite3_bind_text64(handle, number, v->text.ptr, v->text.len, SQLITE_STATIC,
                                   SQLITE_UTF8);
    default:
        return sqlite3_bind_null(handle, number);
    }
}

bool sqlite_stmt_start(struct db_tx *tx, struct db_stmt *stmt, const struct db_value *params,
                       struct err *e)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)stmt;
    struct sqlite_conn *conn = tx->conn;

    s->done = false;
    for (int i = 0; stmt->text->params[DB_SQLITE][i] != NULL; i++) {
        int rc = bind_one(s->handle, i + 1, &params[i]);

        if (rc != SQLITE_OK)
            return sqlite_failed(conn->handle, rc, stmt->text->name, e);
    }
    return true;
}

bool sqlite_stmt_step(struct db_tx *tx, struct db_stmt *stmt, bool *out_row, struct err *e)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)stmt;
    struct sqlite_conn *conn = tx->conn;
    int rc = sqlite3_step(s->handle);

    s->done = rc != SQLITE_ROW;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return sqlite_failed(conn->handle, rc, stmt->text->name, e);
    *out_row = rc == SQLITE_ROW;
    return true;
}

/* A connection belongs to one thread at a time, so its values need no copy to be asked. */
void sqlite_stmt_column(struct db_stmt *stmt, int index, struct db_value *out)
{
    sqlite3_value *value = sqlite3_column_value(((struct sqlite_stmt *)stmt)->handle, index);

    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        *out = (struct db_value){ .type = DB_I64, .i64 = sqlite3_value_int64(value) };
        return;
    case SQLITE_FLOAT:
        *out = (struct db_value){ .type = DB_F64, .f64 = sqlite3_value_double(value) };
        return;
    case SQLITE_NULL:
        *out = (struct db_value){ .type = DB_NULL };
        return;
    default: {
        const void *text = sqlite3_value_text(value);
        size_t len = (size_t)sqlite3_value_bytes(value);

        *out = (struct db_value){ .type = DB_TEXT, .text = str_of(text != NULL ? text : "", len) };
    }
    }
}

void sqlite_stmt_finish(struct db_tx *tx, struct db_stmt *stmt)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)stmt;
    struct sqlite_conn *conn = tx->conn;

    if (!sqlite3_stmt_readonly(s->handle)) {
        /* The count of a RETURNING whose rows were not all read is known at its end only. */
        while (!s->done)
            s->done = sqlite3_step(s->handle) != SQLITE_ROW;
        tx->changed = sqlite3_changes64(conn->handle);
    }
    sqlite3_reset(s->handle);
    sqlite3_clear_bindings(s->handle);
}
