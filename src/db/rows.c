/* Queries with structs in and out: columns find their fields by name, and a row becomes a struct.
 */
#include <assert.h>
#include <string.h>

#include "base/fault.h"
#include "base/json.h"
#include "db/group.h"
#include "db/params.h"

enum { MANY_AT_ONCE = 256 }; /* items in the arrays of one run */

static bool wrong_column(const struct db_stmt *stmt, int column, const char *what, struct err *e)
{
    return err_set(e, ERR_INTERNAL, "query %s: column '%s' %s", stmt->text->name,
                   stmt->column_names[column], what);
}

/* Finds the field of each column; once per statement, unless it is used with different tables. */
static bool map_columns(struct db_stmt *stmt, const struct field *table, struct err *e)
{
    if (stmt->column_table == table)
        return true;
    stmt->column_table = NULL;
    for (int i = 0; i < stmt->column_count; i++) {
        const struct field *f = table;

        while (f->name != NULL && strcmp(f->name, stmt->column_names[i]) != 0)
            f++;
        if (f->name == NULL)
            return wrong_column(stmt, i, "has no field in the table", e);
        stmt->column_map[i] = f;
    }
    stmt->column_table = table;
    return true;
}

static bool read_number(const struct field *f, const struct db_value *v, void *at)
{
    bool whole = v->type == DB_I64;
    double real = whole ? (double)v->i64 : v->f64;

    switch (f->type) {
    case FIELD_BOOL:
        *(bool *)at = v->i64 != 0;
        return whole;
    case FIELD_OPT_BOOL:
        *(struct opt_bool *)at = (struct opt_bool){ true, v->i64 != 0 };
        return whole;
    case FIELD_I64:
    case FIELD_TIME:
        *(int64_t *)at = v->i64;
        return whole;
    case FIELD_OPT_I64:
        *(struct opt_i64 *)at = (struct opt_i64){ true, v->i64 };
        return whole;
    case FIELD_F64:
        *(double *)at = real;
        return true;
    case FIELD_OPT_F64:
        *(struct opt_f64 *)at = (struct opt_f64){ true, real };
        return true;
    default:
        return false;
    }
}

static bool read_strs(struct arena *a, struct str text, struct str_list *out)
{
    struct json list;
    struct err ignored;

    if (!json_parse(a, text, &list, &ignored) || list.type != JSON_ARRAY)
        return false;
    out->items = arena_array(a, struct str, list.array.count);
    out->count = list.array.count;
    for (size_t i = 0; i < out->count; i++) {
        if (list.array.items[i].type != JSON_STR)
            return false;
        out->items[i] = list.array.items[i].str;
    }
    return true;
}

static bool read_text(struct arena *a, const struct field *f, struct str text, void *at)
{
    struct err ignored;
    int value;

    switch (f->type) {
    case FIELD_STR:
        *(struct str *)at = arena_str(a, text);
        return true;
    case FIELD_ENUM:
        value = enum_find(f->names, text);
        memcpy(at, &value, sizeof(value));
        return value >= 0;
    case FIELD_STRS:
        return read_strs(a, arena_str(a, text), at);
    case FIELD_JSON: {
        struct json *tree = arena_new(a, struct json);

        *(const struct json **)at = tree;
        return json_parse(a, arena_str(a, text), tree, &ignored);
    }
    default:
        return false;
    }
}

static bool read_row(struct db_tx *tx, struct arena *a, struct db_stmt *stmt, void *out,
                     struct err *e)
{
    for (int i = 0; i < stmt->column_count; i++) {
        const struct field *f = stmt->column_map[i];
        void *at = (char *)out + f->offset;
        struct db_value v = { 0 };

        tx->db->ops->column(stmt, i, &v);
        if (v.type == DB_NULL && !field_clear(f, at))
            return wrong_column(stmt, i, "is null, and its field has no way to say so", e);
        if (v.type == DB_TEXT && !read_text(a, f, v.text, at))
            return wrong_column(stmt, i, "holds text that its field cannot take", e);
        if ((v.type == DB_I64 || v.type == DB_F64) && !read_number(f, &v, at))
            return wrong_column(stmt, i, "holds a number that its field cannot take", e);
    }
    return true;
}

/* Where the rows of a query go. */
struct rows {
    struct arena *arena;
    const struct field *columns; /* NULL: nowhere */
    size_t item_bytes, room;
    bool first_only; /* into what is there, whose other members stay */
    struct field_list list;
};

static bool rows_grow(const struct db_stmt *stmt, struct rows *rows, struct err *e)
{
    size_t room = MAX(rows->room * 2, 16);
    char *items = arena_room(rows->arena, room, rows->item_bytes);

    if (rows->list.count == DB_ROWS_MAX)
        return err_set(e, ERR_INTERNAL, "query %s gives more than %d rows: it needs a LIMIT",
                       stmt->text->name, DB_ROWS_MAX);
    if (rows->list.count > 0)
        memcpy(items, rows->list.items, rows->list.count * rows->item_bytes);
    rows->list.items = items;
    rows->room = MIN(room, DB_ROWS_MAX);
    return true;
}

static bool take_rows(struct db_tx *tx, struct db_stmt *stmt, struct rows *rows, struct err *e)
{
    bool has_row = false;

    if (rows->columns != NULL && !map_columns(stmt, rows->columns, e))
        return false;
    for (;;) {
        if (!tx->db->ops->step(tx, stmt, &has_row, e))
            return false;
        if (!has_row)
            return true;
        if (rows->columns == NULL) {
            rows->list.count++;
            continue;
        }
        if (rows->list.count == rows->room && !rows_grow(stmt, rows, e))
            return false;
        char *item = (char *)rows->list.items + rows->list.count * rows->item_bytes;
        if (!rows->first_only)
            memset(item, 0, rows->item_bytes);
        if (!read_row(tx, rows->arena, stmt, item, e))
            return false;
        rows->list.count++;
        if (rows->first_only)
            return true;
    }
}

/* What a query is run with: one item, or many of them. */
struct input {
    const struct field *fields;
    const char *items;
    size_t item_bytes, count;
    bool is_many, is_posted, is_expected;
    enum db_change change;
};

static bool collect_input(struct db_tx *tx, struct db_stmt *stmt, const struct input *in,
                          struct db_value values[DB_PARAMS_MAX], struct err *e)
{
    if (in->is_many && tx->db->ops->takes_arrays)
        return params_collect_arrays(tx, stmt, in->fields, in->items, in->item_bytes, in->count,
                                     values, e);
    return params_collect(tx, stmt, in->fields, in->items, values, e);
}

static bool finish_query(struct db_tx *tx, struct db_stmt *stmt, const struct db_value *values,
                         struct rows *rows, struct err *e)
{
    const struct db_ops *ops = tx->db->ops;
    bool ok = ops->start(tx, stmt, values, e) && take_rows(tx, stmt, rows, e);

    ops->finish(tx, stmt);
    tx->has_changed = tx->has_changed || tx->changed > 0;
    return ok;
}

static bool post_query(struct db_tx *tx, struct db_stmt *stmt, const struct db_value *values,
                       const struct input *in, struct err *e)
{
    const struct db_expected expected = {
        .rows = in->change == DB_ONE_EACH ? (int64_t)in->count : -1,
        .otherwise = in->is_expected ? ERR_EXPECTATION : ERR_CONFLICT,
    };
    struct rows nowhere = { 0 };

    tx->has_expected = tx->has_expected || in->is_expected;
    if (tx->db->ops->post != NULL) {
        tx->has_changed = tx->has_changed || !in->is_expected;
        return tx->db->ops->post(tx, stmt, values, expected, e);
    }
    if (!finish_query(tx, stmt, values, &nowhere, e))
        return false;
    int64_t found = in->is_expected ? (int64_t)nowhere.list.count : tx->changed;
    return expected.rows < 0 || found == expected.rows ||
           err_set(e, expected.otherwise, "%s: the rows are not as they were", stmt->text->name);
}

static bool run_query(struct db_tx *tx, enum query query, const struct input *in, struct rows *rows,
                      struct err *e)
{
    struct db_value values[DB_PARAMS_MAX];
    struct db_stmt *stmt = NULL;

    if (FAULT(db_step))
        return err_set(e, ERR_IO, "query %s: the database cannot read or write",
                       query_table[query].name);
    if (!tx->db->ops->prepare(tx, query, &stmt, e) || !collect_input(tx, stmt, in, values, e))
        return false;
    return in->is_posted ? post_query(tx, stmt, values, in, e)
                         : finish_query(tx, stmt, values, rows, e);
}

/* After a failure the transaction is over on PostgreSQL; so it is here, whatever the database. */
static bool run_unless_failed(struct db_tx *tx, enum query query, const struct input *in,
                              struct rows *rows, struct err *e)
{
    struct arena_mark mark = arena_mark(&tx->scratch);

    assert(query_table[query].is_many == in->is_many);
    if (tx->failure.code != ERR_NONE) {
        *e = tx->failure;
        return false;
    }
    if (!query_table[query].is_apart && !db_catch_up(tx, e))
        return false;
    tx->changed = 0;
    bool ok = run_query(tx, query, in, rows, e);
    arena_rewind(&tx->scratch, mark);
    if (!ok)
        tx->failure = *e;
    return ok;
}

/* Piece by piece: as many items at a time as the database takes. */
static bool run_many(struct db_tx *tx, enum query query, const struct input *all, struct rows *rows,
                     struct err *e)
{
    size_t step = tx->db->ops->takes_arrays ? MANY_AT_ONCE : 1;
    int64_t changed = 0;

    for (size_t done = 0; done < all->count; done += step) {
        struct input piece = *all;

        piece.items += done * all->item_bytes;
        piece.count = MIN(step, all->count - done);
        if (!run_unless_failed(tx, query, &piece, rows, e))
            return false;
        changed += tx->changed;
    }
    tx->changed = changed;
    return true;
}

bool db_exec(struct db_tx *tx, enum query query, const struct field *param_fields,
             const void *params, struct err *e)
{
    const struct input one = { .fields = param_fields, .items = params };
    struct rows nowhere = { 0 };

    return run_unless_failed(tx, query, &one, &nowhere, e);
}

bool db_row(struct db_tx *tx, struct arena *a, enum query query, const struct field *param_fields,
            const void *params, const struct field *columns, void *out, struct err *e)
{
    const struct input one = { .fields = param_fields, .items = params };
    struct rows first = {
        .arena = a,
        .columns = columns,
        .room = 1,
        .first_only = true,
        .list = { .items = out },
    };

    if (!run_unless_failed(tx, query, &one, &first, e))
        return false;
    if (first.list.count == 0)
        return err_set(e, ERR_NOT_FOUND, "not found");
    return true;
}

bool db_rows(struct db_tx *tx, struct arena *a, enum query query, const struct field *param_fields,
             const void *params, const struct field *columns, size_t item_bytes,
             struct field_list *out, struct err *e)
{
    const struct input one = { .fields = param_fields, .items = params };
    struct rows all = { .arena = a, .columns = columns, .item_bytes = item_bytes };

    if (!run_unless_failed(tx, query, &one, &all, e))
        return false;
    *out = all.list;
    return true;
}

bool db_exec_many(struct db_tx *tx, enum query query, const struct field *param_fields,
                  const void *items, size_t item_bytes, size_t count, struct err *e)
{
    const struct input many = { .fields = param_fields,
                                .items = items,
                                .item_bytes = item_bytes,
                                .count = count,
                                .is_many = true };
    struct rows nowhere = { 0 };

    return run_many(tx, query, &many, &nowhere, e);
}

bool db_post(struct db_tx *tx, enum query query, const struct field *param_fields,
             const void *params, struct err *e)
{
    const struct input one = { .fields = param_fields, .items = params, .is_posted = true };

    return run_unless_failed(tx, query, &one, NULL, e);
}

bool db_expect(struct db_tx *tx, enum query query, const struct field *param_fields,
               const void *params, struct err *e)
{
    const struct input one = { .fields = param_fields,
                               .items = params,
                               .count = 1,
                               .is_posted = true,
                               .is_expected = true,
                               .change = DB_ONE_EACH };

    return run_unless_failed(tx, query, &one, NULL, e);
}

bool db_post_many(struct db_tx *tx, enum query query, const struct field *param_fields,
                  const void *items, size_t item_bytes, size_t count, enum db_change change,
                  struct err *e)
{
    const struct input many = { .fields = param_fields,
                                .items = items,
                                .item_bytes = item_bytes,
                                .count = count,
                                .is_many = true,
                                .is_posted = true,
                                .change = change };

    return run_many(tx, query, &many, NULL, e);
}

bool db_rows_many(struct db_tx *tx, struct arena *a, enum query query,
                  const struct field *param_fields, const void *items, size_t item_bytes,
                  size_t count, const struct field *columns, size_t row_bytes,
                  struct field_list *out, struct err *e)
{
    const struct input many = { .fields = param_fields,
                                .items = items,
                                .item_bytes = item_bytes,
                                .count = count,
                                .is_many = true };
    struct rows all = { .arena = a, .columns = columns, .item_bytes = row_bytes };

    if (!run_many(tx, query, &many, &all, e))
        return false;
    *out = all.list;
    return true;
}
