/*
 * The rows of all tables of a PostgreSQL database as one file, and back. For each table a line of
 * JSON, {"table":"job","columns":["id",...]}, then its rows as COPY writes them, then "\.".
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "db/postgres_pipe.h"

enum { PIECE_BYTES = 256 * 1024, ROW_MAX_BYTES = 256 * MIB, HEAD_MAX_BYTES = 64 * 1024 };

/* Of the catalogue: tables in the order in which they were made, so that each stands behind those
 * that it refers to. */
struct table {
    struct str name, columns; /* JSON: a list of names */
    struct str copy_out;      /* the statement */
};

static const struct field table_columns[] = {
    { FIELD(struct table, name) },
    { FIELD(struct table, columns) },
    { FIELD(struct table, copy_out) },
    { 0 },
};

/* What the file says of a table. */
static const struct field table_names[] = {
    { FIELD(struct table, name) },
    { FIELD(struct table, columns) },
    { 0 },
};

struct statements {
    struct str before, copy_in, after;
};

static const struct field statements_columns[] = {
    { FIELD(struct statements, before) },
    { FIELD(struct statements, copy_in) },
    { FIELD(struct statements, after) },
    { 0 },
};

/* A statement that answers with COPY in one direction. */
static bool begin_copy(struct db_tx *tx, struct str statement, ExecStatusType want, struct err *e)
{
    struct postgres_conn *conn = tx->conn;
    AUTO_ARENA a = { 0 };

    if (!pipe_drain(conn, e))
        return false;
    PGresult *result = pq.PQexec(conn->handle, arena_cstr(&a, statement));
    bool ok = pq.PQresultStatus(result) == want || postgres_failed(conn, result, "copy", e);

    pq.PQclear(result);
    return ok;
}

static bool end_copy(struct postgres_conn *conn, struct err *e)
{
    PGresult *result;
    bool ok = true;

    while ((result = pq.PQgetResult(conn->handle)) != NULL) {
        if (ok && pq.PQresultStatus(result) != PGRES_COMMAND_OK)
            ok = postgres_failed(conn, result, "copy", e);
        pq.PQclear(result);
    }
    return ok;
}

/* What did not go into the buffer is lacking: such a copy is none. */
static bool flush(int fd, struct buf *out, struct err *e)
{
    bool ok = !out->overflowed
                  ? file_write_all(fd, buf_str(out), e)
                  : err_set(e, ERR_TOO_LARGE, "a row is too large for a copy: over %zu MiB",
                            (size_t)ROW_MAX_BYTES / MIB);

    buf_clear(out);
    return ok;
}

static bool put_rows(struct postgres_conn *conn, int fd, struct buf *out, struct err *e)
{
    char *row = NULL;
    bool ok = true;
    int bytes;

    while ((bytes = pq.PQgetCopyData(conn->handle, &row, 0)) > 0) {
        if (ok)
            buf_put(out, str_of(row, (size_t)bytes));
        pq.PQfreemem(row);
        if (ok && (out->overflowed || out->len >= PIECE_BYTES))
            ok = flush(fd, out, e); /* after a failure the rest is read and dropped */
    }
    struct err why = { 0 };

    if (!end_copy(conn, &why) && ok) {
        *e = why;
        return false;
    }
    return ok;
}

static bool put_table(struct db_tx *tx, const struct table *table, int fd, struct buf *out,
                      struct err *e)
{
    struct json_writer w = { .out = out };

    json_begin_object(&w);
    json_put_name(&w, STR("table"));
    json_put_str(&w, table->name);
    json_put_name(&w, STR("columns"));
    json_put_raw(&w, table->columns);
    json_end_object(&w);
    buf_put_char(out, '\n');
    if (!begin_copy(tx, table->copy_out, PGRES_COPY_OUT, e) || !put_rows(tx->conn, fd, out, e))
        return false;
    buf_put(out, STR("\\.\n"));
    return flush(fd, out, e);
}

bool postgres_export(struct db_tx *tx, const char *path, struct err *e)
{
    AUTO_ARENA a = { 0 };
    AUTO_BUF out = { 0 };
    AUTO_FD fd = -1;
    struct field_list tables;

    buf_init(&out, ROW_MAX_BYTES + PIECE_BYTES);
    if (!file_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600, &fd, e) ||
        !db_exec(tx, Q_DB_COPY_UNHURRIED, NULL, NULL, e) ||
        !db_rows(tx, &a, Q_DB_COPY_TABLES, NULL, NULL, table_columns, sizeof(struct table), &tables,
                 e))
        return false;
    for (size_t i = 0; i < tables.count; i++) {
        if (!put_table(tx, (const struct table *)tables.items + i, fd, &out, e))
            return false;
    }
    return file_sync(fd, e);
}

/* The file on its way in, line by line. */
struct reader {
    FILE *file;
    char *line;
    size_t room;
    struct str text; /* of the line, with its end */
};

static bool next_line(struct reader *r)
{
    ssize_t bytes = getline(&r->line, &r->room, r->file);

    if (bytes < 0)
        return false;
    r->text = str_of(r->line, (size_t)bytes);
    return true;
}

static bool is_broken(struct err *e)
{
    return err_set(e, ERR_INVALID, "the copy of the database is damaged");
}

static bool read_head(struct reader *r, struct arena *a, struct table *out, struct err *e)
{
    struct str text = arena_str(a, str_slice(r->text, 0, HEAD_MAX_BYTES));
    const struct json *columns;
    struct json head;
    AUTO_BUF names = { 0 };
    struct json_writer w = { .out = &names };

    buf_init(&names, HEAD_MAX_BYTES);
    if (!json_parse(a, str_slice(text, 0, str_find_char(text, '\n', 0)), &head, e))
        return is_broken(e);
    columns = json_get(&head, "columns");
    if (columns == NULL || columns->type != JSON_ARRAY || columns->array.count == 0)
        return is_broken(e);
    json_put_tree(&w, columns);
    if (names.overflowed)
        return is_broken(e);
    *out = (struct table){ .name = json_get_str(&head, "table"),
                           .columns = arena_str(a, buf_str(&names)) };
    return true;
}

/* Sends the rows up to the line that ends them. */
static bool send_rows(struct postgres_conn *conn, struct reader *r, struct err *e)
{
    bool whole = false, ok = true;

    while (ok && !whole && next_line(r)) {
        whole = str_eq(r->text, STR("\\.\n"));
        if (!whole)
            ok = pq.PQputCopyData(conn->handle, r->line, (int)r->text.len) == 1;
    }
    ok = pq.PQputCopyEnd(conn->handle, whole ? NULL : "the copy ends too early") == 1 && ok;
    if (!end_copy(conn, e))
        return false;
    return ok && whole ? true : is_broken(e);
}

/* Triggers have done their work when the rows were written first. */
static bool take_table(struct db_tx *tx, struct reader *r, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct table table;
    struct statements s;

    return read_head(r, &a, &table, e) &&
           db_row(tx, &a, Q_DB_COPY_STATEMENTS, table_names, &table, statements_columns, &s, e) &&
           postgres_run_text(tx, arena_cstr(&a, s.before), e) &&
           begin_copy(tx, s.copy_in, PGRES_COPY_IN, e) && send_rows(tx->conn, r, e) &&
           postgres_run_text(tx, arena_cstr(&a, s.after), e);
}

static bool empty_tables(struct db_tx *tx, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct statements s;

    /* A migration may have put rows into its tables. */
    return db_exec(tx, Q_DB_COPY_UNHURRIED, NULL, NULL, e) &&
           db_row(tx, &a, Q_DB_COPY_EMPTY, NULL, NULL, statements_columns, &s, e) &&
           postgres_run_text(tx, arena_cstr(&a, s.before), e);
}

bool postgres_import(struct db_tx *tx, const char *path, struct err *e)
{
    struct reader r = { .file = fopen(path, "re") };
    bool ok;

    if (r.file == NULL)
        return err_set(e, ERR_NOT_FOUND, "the copy of the database cannot be opened");
    ok = empty_tables(tx, e);
    while (ok && next_line(&r))
        ok = take_table(tx, &r, e);
    free(r.line);
    fclose(r.file);
    return ok;
}
