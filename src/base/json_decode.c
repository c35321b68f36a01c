/* JSON trees into structs by their field tables, with errors that name the field. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"

enum { MAX_FIELDS = 64 };

struct decoder {
    struct arena *arena;
    enum json_mode mode;
    enum json_spelling spelling;
    char path[64]; /* of the object that is being read: "shots[2]." */
    struct err *err;
};

/* The name as the caller knows it, with the path of the objects around it. */
static struct str full_name(const struct decoder *d, struct str name)
{
    return arena_strf(d->arena, "%s" STR_FMT, d->path, STR_ARG(name));
}

static struct str shown_name(const struct decoder *d, const struct field *f)
{
    char camel[FIELD_NAME_MAX + 1];

    if (d->spelling == JSON_SNAKE)
        return full_name(d, str_from(f->name));
    field_camel(f->name, camel);
    return full_name(d, str_from(camel));
}

static bool fail_type(struct decoder *d, struct str name, const char *want)
{
    struct str full = full_name(d, name);

    return err_set_field(d->err, ERR_INVALID, full, "'" STR_FMT "' must be %s", STR_ARG(full),
                         want);
}

/* A table's bounds in words: "from 0 to 9", "at least 1". Both 0: none; a max below min: open
 * above. */
static bool check_range(struct decoder *d, const struct field *f, struct str name, double value,
                        const char *what)
{
    struct str full;

    if ((f->min == 0 && f->max == 0) || (value >= f->min && (value <= f->max || f->max < f->min)))
        return true;
    full = full_name(d, name);
    if (f->max < f->min)
        return err_set_field(d->err, ERR_INVALID, full, "'" STR_FMT "' must %s at least %.15g",
                             STR_ARG(full), what, f->min);
    return err_set_field(d->err, ERR_INVALID, full, "'" STR_FMT "' must %s from %.15g to %.15g",
                         STR_ARG(full), what, f->min, f->max);
}

static bool check_str(struct decoder *d, const struct field *f, struct str name, struct str value)
{
    size_t count = str_utf8_count(value);
    struct str full = full_name(d, name);

    if (f->min == 0 && f->max == 0) {
        if (count <= FIELD_STR_MAX)
            return true;
        return err_set_field(d->err, ERR_INVALID, full,
                             "'" STR_FMT "' is longer than %d characters", STR_ARG(full),
                             FIELD_STR_MAX);
    }
    if (f->min >= 1 && count == 0)
        return err_set_field(d->err, ERR_INVALID, full, "'" STR_FMT "' is empty", STR_ARG(full));
    if ((double)count >= f->min && ((double)count <= f->max || f->max < f->min))
        return true;
    return err_set_field(d->err, ERR_INVALID, full,
                         "'" STR_FMT "' must have from %.15g to %.15g characters", STR_ARG(full),
                         f->min, f->max);
}

static bool decode_object(struct decoder *d, const struct json *v, const struct field *table,
                          void *out);

/* Enters "name." or "name[3]." for the time of one nested object. */
static bool decode_nested(struct decoder *d, const struct field *f, struct str name, int64_t index,
                          const struct json *v, void *out)
{
    size_t length = strlen(d->path);
    bool ok;

    if (index < 0)
        snprintf(d->path + length, sizeof(d->path) - length, STR_FMT ".", STR_ARG(name));
    else
        snprintf(d->path + length, sizeof(d->path) - length, STR_FMT "[%lld].", STR_ARG(name),
                 (long long)index);
    ok = decode_object(d, v, f->fields, out);
    d->path[length] = '\0';
    return ok;
}

static bool decode_item(struct decoder *d, const struct field *f, struct str name, size_t index,
                        const struct json *v, void *out)
{
    struct json_member member = { .name = str_from(f->fields[0].name), .value = *v };
    const struct json item = { .type = JSON_OBJECT, .object = { &member, 1 } };

    if (!f->shorthand || v->type != JSON_STR)
        return decode_nested(d, f, name, (int64_t)index, v, out);
    assert(f->fields[0].type == FIELD_STR);
    return decode_nested(d, f, name, (int64_t)index, &item, out);
}

static bool decode_list(struct decoder *d, const struct field *f, struct str name,
                        const struct json *v, struct field_list *out)
{
    char *items;

    if (v->type != JSON_ARRAY)
        return fail_type(d, name, "a list");
    if (!check_range(d, f, name, (double)v->array.count, "have"))
        return false;
    items = arena_alloc_array(d->arena, v->array.count, f->item_bytes);
    for (size_t i = 0; i < v->array.count; i++) {
        if (!decode_item(d, f, name, i, &v->array.items[i], items + i * f->item_bytes))
            return false;
    }
    *out = (struct field_list){ items, v->array.count };
    return true;
}

static bool decode_strs(struct decoder *d, const struct field *f, struct str name,
                        const struct json *v, struct str_list *out)
{
    struct str *items;

    if (v->type != JSON_ARRAY)
        return fail_type(d, name, "a list of texts");
    if (!check_range(d, f, name, (double)v->array.count, "have"))
        return false;
    items = arena_array(d->arena, struct str, v->array.count);
    for (size_t i = 0; i < v->array.count; i++) {
        if (v->array.items[i].type != JSON_STR)
            return fail_type(d, name, "a list of texts");
        items[i] = v->array.items[i].str;
    }
    *out = (struct str_list){ items, v->array.count };
    return true;
}

static bool decode_enum(struct decoder *d, const struct field *f, struct str name,
                        const struct json *v, int *out)
{
    int value = v->type == JSON_STR ? enum_find(f->names, v->str) : -1;
    struct str list = { 0 };

    if (value >= 0) {
        *out = value;
        return true;
    }
    for (int i = 0; f->names[i] != NULL; i++)
        list = i == 0 ? str_from(f->names[0])
                      : arena_strf(d->arena, STR_FMT ", %s", STR_ARG(list), f->names[i]);
    return fail_type(d, name, arena_strf(d->arena, "one of " STR_FMT, STR_ARG(list)).ptr);
}

static bool decode_time(struct decoder *d, struct str name, const struct json *v, int64_t *out)
{
    if (v->type != JSON_STR || !clock_parse_iso(v->str, out))
        return fail_type(d, name, "a time such as 2026-11-21T08:30:00Z");
    return true;
}

static bool decode_bool(struct decoder *d, struct str name, const struct json *v, bool *out)
{
    if (v->type != JSON_BOOL)
        return fail_type(d, name, "true or false");
    *out = v->boolean;
    return true;
}

static bool decode_i64(struct decoder *d, const struct field *f, struct str name,
                       const struct json *v, int64_t *out)
{
    if (v->type != JSON_INT)
        return fail_type(d, name, "a whole number");
    if (!check_range(d, f, name, (double)v->integer, "be"))
        return false;
    *out = v->integer;
    return true;
}

static bool decode_f64(struct decoder *d, const struct field *f, struct str name,
                       const struct json *v, double *out)
{
    double value = v->type == JSON_INT ? (double)v->integer : v->real;

    if (v->type != JSON_INT && v->type != JSON_REAL)
        return fail_type(d, name, "a number");
    if (!check_range(d, f, name, value, "be"))
        return false;
    *out = value;
    return true;
}

static bool decode_str(struct decoder *d, const struct field *f, struct str name,
                       const struct json *v, struct str *out)
{
    if (v->type != JSON_STR)
        return fail_type(d, name, "text");
    if (!check_str(d, f, name, v->str))
        return false;
    *out = v->str;
    return true;
}

static bool decode_value(struct decoder *d, const struct field *f, struct str name,
                         const struct json *v, void *out)
{
    switch (f->type) {
    case FIELD_BOOL:
        return decode_bool(d, name, v, out);
    case FIELD_I64:
        return decode_i64(d, f, name, v, out);
    case FIELD_F64:
        return decode_f64(d, f, name, v, out);
    case FIELD_STR:
        return decode_str(d, f, name, v, out);
    case FIELD_OPT_BOOL:
        return decode_bool(d, name, v, &((struct opt_bool *)out)->value) &&
               (((struct opt_bool *)out)->set = true);
    case FIELD_OPT_I64:
        return decode_i64(d, f, name, v, &((struct opt_i64 *)out)->value) &&
               (((struct opt_i64 *)out)->set = true);
    case FIELD_OPT_F64:
        return decode_f64(d, f, name, v, &((struct opt_f64 *)out)->value) &&
               (((struct opt_f64 *)out)->set = true);
    case FIELD_STRS:
        return decode_strs(d, f, name, v, out);
    case FIELD_JSON:
        *(const struct json **)out = v;
        return true;
    case FIELD_TIME:
        return decode_time(d, name, v, out);
    case FIELD_ENUM:
        return decode_enum(d, f, name, v, out);
    case FIELD_OBJECT:
        return decode_nested(d, f, name, -1, v, out);
    case FIELD_LIST:
        return decode_list(d, f, name, v, out);
    case FIELD_RAW:
    case FIELD_END:
        break;
    }
    assert(false);
    return false;
}

/* null for a field that can be without a value; false for one that cannot, as a list. */
static bool clear_value(const struct field *f, void *out)
{
    return f->type != FIELD_STRS && field_clear(f, out);
}

static bool fail_unknown(struct decoder *d, const struct field *table, struct str name)
{
    const struct field *near = field_nearest(table, name);
    struct str full = full_name(d, name);

    if (near != NULL)
        return err_set_field(d->err, ERR_INVALID, full,
                             "unknown field '" STR_FMT "' (did you mean '" STR_FMT "'?)",
                             STR_ARG(full), STR_ARG(shown_name(d, near)));
    return err_set_field(d->err, ERR_INVALID, full, "unknown field '" STR_FMT "'", STR_ARG(full));
}

/* Which entries of the table have come by, as bits: in either spelling, and with a value. */
struct met {
    uint64_t named, filled;
};

static bool decode_member(struct decoder *d, const struct field *table, const struct json_member *m,
                          struct met *met, void *out)
{
    const struct field *f = field_find(table, m->name);
    struct str full;
    uint64_t bit;

    if (f == NULL)
        return d->mode == JSON_LENIENT || fail_unknown(d, table, m->name);
    if (m->value.type == JSON_NULL && d->mode == JSON_LENIENT)
        return true;
    bit = (uint64_t)1 << (f - table);
    if ((met->named & bit) != 0 && d->mode == JSON_STRICT) {
        full = full_name(d, m->name);
        return err_set_field(d->err, ERR_INVALID, full, "'" STR_FMT "' is there twice",
                             STR_ARG(full));
    }
    met->named |= bit;
    if (m->value.type == JSON_NULL) {
        /* A required field is as good as missing; the check behind the loop says so. */
        if (clear_value(f, (char *)out + f->offset))
            return true;
        full = full_name(d, m->name);
        return err_set_field(d->err, ERR_INVALID, full, "'" STR_FMT "' must not be null",
                             STR_ARG(full));
    }
    met->filled |= bit;
    return decode_value(d, f, m->name, &m->value, (char *)out + f->offset);
}

static bool decode_object(struct decoder *d, const struct json *v, const struct field *table,
                          void *out)
{
    struct met met = { 0 };

    assert(field_count(table) <= MAX_FIELDS);
    if (v->type != JSON_OBJECT) {
        size_t length = strlen(d->path);
        struct str where = str_of(d->path, length > 0 ? length - 1 : 0);

        if (length == 0)
            return err_set(d->err, ERR_INVALID, "expected an object, got %s",
                           json_type_name(v->type));
        return err_set_field(d->err, ERR_INVALID, where, "'" STR_FMT "' must be an object",
                             STR_ARG(where));
    }
    for (size_t i = 0; i < v->object.count; i++) {
        if (!decode_member(d, table, &v->object.members[i], &met, out))
            return false;
    }
    for (const struct field *f = table; f->type != FIELD_END; f++) {
        if (f->required && (met.filled & (uint64_t)1 << (f - table)) == 0) {
            struct str name = shown_name(d, f);

            return err_set_field(d->err, ERR_INVALID, name, "'" STR_FMT "' is missing",
                                 STR_ARG(name));
        }
    }
    return true;
}

bool json_decode(struct arena *a, const struct json *v, const struct field *table,
                 enum json_mode mode, enum json_spelling spelling, void *out, struct err *e)
{
    struct decoder d = { .arena = a, .mode = mode, .spelling = spelling, .err = e };

    return decode_object(&d, v, table, out);
}
