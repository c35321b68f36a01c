/* From the members of a struct to the parameters of a query. */
#include "db/params.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

enum { JSON_TEXT_MAX = 16 * 1024 * 1024, ARRAY_TEXT_MAX = 256 * 1024 * 1024 };

static NO_RETURN void missing_field(const struct db_stmt *stmt, const char *param)
{
    fprintf(stderr, "albumen: query %s: no field for the parameter :%s\n", stmt->text->name, param);
    abort();
}

static void map_params(const struct db_tx *tx, struct db_stmt *stmt, const struct field *table)
{
    const char *const *names = stmt->text->params[tx->db->ops->dialect];

    for (size_t i = 0; names[i] != NULL; i++) {
        const struct field *f = table;

        while (f != NULL && f->name != NULL && strcmp(f->name, names[i]) != 0)
            f++;
        if (f == NULL || f->name == NULL)
            missing_field(stmt, names[i]);
        stmt->param_map[i] = f;
    }
    stmt->param_table = table;
}

/* PostgreSQL refuses these two; SQLite would take them and give trouble later. */
static bool check_text(const struct field *f, struct str text, struct err *e)
{
    struct str name = str_from(f->name);

    if (text.len > 0 && memchr(text.ptr, '\0', text.len) != NULL)
        return err_set_field(e, ERR_INVALID, name, "'%s' holds a NUL byte", f->name);
    if (!str_is_utf8(text))
        return err_set_field(e, ERR_INVALID, name, "'%s' is not valid UTF-8", f->name);
    return true;
}

static struct db_value from_text(struct str text)
{
    return (struct db_value){ .type = str_is_null(text) ? DB_NULL : DB_TEXT, .text = text };
}

static struct db_value from_i64(int64_t value)
{
    return (struct db_value){ .type = DB_I64, .i64 = value };
}

static void put_strs(struct json_writer *w, const struct str_list *list)
{
    json_begin_array(w);
    for (size_t i = 0; i < list->count; i++)
        json_put_str(w, list->items[i]);
    json_end_array(w);
}

/* Values that are stored as JSON text. */
static bool collect_json(struct arena *scratch, const struct field *f, const void *at,
                         struct db_value *out, struct err *e)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, JSON_TEXT_MAX);
    if (f->type == FIELD_STRS)
        put_strs(&w, at);
    else
        json_put_tree(&w, *(const struct json *const *)at);
    if (text.overflowed)
        return err_set_field(e, ERR_TOO_LARGE, str_from(f->name), "'%s' is too large", f->name);
    *out = from_text(arena_str(scratch, buf_str(&text)));
    return check_text(f, out->text, e);
}

static bool collect_f64(const struct field *f, double value, struct db_value *out, struct err *e)
{
    if (!isfinite(value))
        return err_set_field(e, ERR_INVALID, str_from(f->name), "'%s' is not a finite number",
                             f->name);
    *out = (struct db_value){ .type = DB_F64, .f64 = value };
    return true;
}

/* The opt types: unset is null. */
static bool collect_opt(const struct field *f, const void *at, struct db_value *out, struct err *e)
{
    const struct opt_bool *b = at;
    const struct opt_i64 *i = at;
    const struct opt_f64 *d = at;

    if (f->type == FIELD_OPT_BOOL && b->set)
        *out = from_i64(b->value);
    else if (f->type == FIELD_OPT_I64 && i->set)
        *out = from_i64(i->value);
    else if (f->type == FIELD_OPT_F64 && d->set)
        return collect_f64(f, d->value, out, e);
    else
        *out = (struct db_value){ .type = DB_NULL };
    return true;
}

static struct db_value from_enum(const struct field *f, int value)
{
    int count = 0;

    while (f->names[count] != NULL)
        count++;
    assert(value >= 0 && value < count);
    return from_text(str_from(f->names[value]));
}

static bool collect(struct arena *scratch, const struct field *f, const void *at,
                    struct db_value *out, struct err *e)
{
    switch (f->type) {
    case FIELD_BOOL:
        *out = from_i64(*(const bool *)at);
        return true;
    case FIELD_I64:
        *out = from_i64(*(const int64_t *)at);
        return true;
    case FIELD_TIME:
        *out = from_i64(*(const int64_t *)at);
        if (out->i64 == 0)
            out->type = DB_NULL;
        return true;
    case FIELD_F64:
        return collect_f64(f, *(const double *)at, out, e);
    case FIELD_STR:
        *out = from_text(*(const struct str *)at);
        return check_text(f, out->text, e);
    case FIELD_ENUM:
        *out = from_enum(f, *(const int *)at);
        return true;
    case FIELD_JSON:
        if (*(const struct json *const *)at != NULL)
            return collect_json(scratch, f, at, out, e);
        *out = (struct db_value){ .type = DB_NULL };
        return true;
    case FIELD_STRS:
        return collect_json(scratch, f, at, out, e);
    case FIELD_OPT_BOOL:
    case FIELD_OPT_I64:
    case FIELD_OPT_F64:
        return collect_opt(f, at, out, e);
    default:
        assert(!"this type of field is no parameter");
        return false;
    }
}

bool params_collect(struct db_tx *tx, struct db_stmt *stmt, const struct field *table,
                    const void *params, struct db_value values[DB_PARAMS_MAX], struct err *e)
{
    const char *const *names = stmt->text->params[tx->db->ops->dialect];

    if (stmt->param_table != table || table == NULL)
        map_params(tx, stmt, table);
    for (size_t i = 0; names[i] != NULL; i++) {
        const struct field *f = stmt->param_map[i];

        if (!collect(&tx->scratch, f, (const char *)params + f->offset, &values[i], e))
            return false;
    }
    return true;
}

static void put_quoted(struct buf *out, struct str text)
{
    size_t done = 0;

    buf_put_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '"' && text.ptr[i] != '\\')
            continue;
        buf_put(out, str_slice(text, done, i));
        buf_put_char(out, '\\');
        done = i;
    }
    buf_put(out, str_slice(text, done, text.len));
    buf_put_char(out, '"');
}

static void put_element(struct buf *out, const struct db_value *value)
{
    switch (value->type) {
    case DB_I64:
        buf_put_i64(out, value->i64);
        return;
    case DB_F64:
        buf_putf(out, "%.17g", value->f64);
        return;
    case DB_TEXT:
        put_quoted(out, value->text);
        return;
    default:
        buf_put(out, STR("NULL"));
    }
}

static bool collect_array(struct db_tx *tx, const struct field *f, const char *items,
                          size_t item_bytes, size_t count, struct db_value *out, struct err *e)
{
    AUTO_BUF text = { 0 };

    buf_init(&text, ARRAY_TEXT_MAX);
    for (size_t i = 0; i < count; i++) {
        struct db_value value;

        if (!collect(&tx->scratch, f, items + i * item_bytes + f->offset, &value, e))
            return false;
        buf_put_char(&text, i == 0 ? '{' : ',');
        put_element(&text, &value);
    }
    buf_put_char(&text, '}');
    if (text.overflowed)
        return err_set_field(e, ERR_TOO_LARGE, str_from(f->name), "'%s' is too large", f->name);
    *out = from_text(arena_str(&tx->scratch, buf_str(&text)));
    return true;
}

bool params_collect_arrays(struct db_tx *tx, struct db_stmt *stmt, const struct field *table,
                           const char *items, size_t item_bytes, size_t count,
                           struct db_value values[DB_PARAMS_MAX], struct err *e)
{
    const char *const *names = stmt->text->params[tx->db->ops->dialect];

    if (stmt->param_table != table)
        map_params(tx, stmt, table);
    for (size_t i = 0; names[i] != NULL; i++) {
        if (!collect_array(tx, stmt->param_map[i], items, item_bytes, count, &values[i], e))
            return false;
    }
    return true;
}
