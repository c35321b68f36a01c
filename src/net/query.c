/* Splits query strings and urlencoded forms, and gives their text the types of a field table. */
#include "net/query.h"

#include <math.h>

#include "base/encode.h"
#include "net/text.h"

static bool decode_text(struct arena *a, struct str raw, struct str *out, struct err *e)
{
    struct str decoded;

    if (!percent_decode(a, raw, true, &decoded))
        return err_set(e, ERR_MALFORMED, "the query has a broken escape");
    if (!text_is_clean(decoded))
        return err_set(e, ERR_MALFORMED, "the query holds bytes that are not text");
    *out = decoded;
    return true;
}

static bool parse_pair(struct arena *a, struct str pair, struct json_member *out, struct err *e)
{
    struct str name, value;

    if (!str_cut(pair, '=', &name, &value))
        value = STR("");
    if (!decode_text(a, name, &out->name, e) || !decode_text(a, value, &value, e))
        return false;
    if (out->name.len == 0)
        return err_set(e, ERR_MALFORMED, "the query has a value without a name");
    if (out->name.len > FIELD_NAME_MAX)
        return err_set(e, ERR_MALFORMED, "the query has a name of more than %d bytes",
                       FIELD_NAME_MAX);
    out->value = (struct json){ .type = JSON_STR, .str = value };
    return true;
}

bool query_parse(struct arena *a, struct str query, struct json *out, struct err *e)
{
    struct json_member *members = arena_room(a, QUERY_MAX_PARAMS, sizeof(*members));
    size_t count = 0;

    while (query.len > 0) {
        struct str pair;
        struct json_member member = { .name = { NULL, 0 } };

        str_cut(query, '&', &pair, &query);
        if (pair.len == 0)
            continue;
        if (count == QUERY_MAX_PARAMS)
            return err_set(e, ERR_MALFORMED, "the query has more than %d parameters",
                           QUERY_MAX_PARAMS);
        if (!parse_pair(a, pair, &member, e))
            return false;
        for (size_t i = 0; i < count; i++) {
            if (str_eq(members[i].name, member.name))
                return err_set_field(e, ERR_MALFORMED, member.name, "'" STR_FMT "' is given twice",
                                     STR_ARG(member.name));
        }
        members[count++] = member;
    }
    *out = (struct json){ .type = JSON_OBJECT, .object = { .members = members, .count = count } };
    return true;
}

static bool type_error(struct str name, const char *want, struct err *e)
{
    return err_set_field(e, ERR_INVALID, name, "'" STR_FMT "' must be %s", STR_ARG(name), want);
}

static bool to_bool(const struct json_member *in, struct json *out, struct err *e)
{
    bool yes = str_eq(in->value.str, STR("true")) || str_eq(in->value.str, STR("1"));

    if (!yes && !str_eq(in->value.str, STR("false")) && !str_eq(in->value.str, STR("0")))
        return type_error(in->name, "true or false", e);
    *out = (struct json){ .type = JSON_BOOL, .boolean = yes };
    return true;
}

static bool to_integer(const struct json_member *in, struct json *out, struct err *e)
{
    int64_t value;

    if (!str_to_i64(in->value.str, INT64_MIN, INT64_MAX, &value))
        return type_error(in->name, "a whole number", e);
    *out = (struct json){ .type = JSON_INT, .integer = value };
    return true;
}

static bool to_real(const struct json_member *in, struct json *out, struct err *e)
{
    double value;

    if (!str_to_f64(in->value.str, &value) || !isfinite(value))
        return type_error(in->name, "a number", e);
    *out = (struct json){ .type = JSON_REAL, .real = value };
    return true;
}

static bool to_list(struct arena *a, const struct json_member *in, struct json *out, struct err *e)
{
    struct str rest = in->value.str;
    struct json *items;
    size_t count = 0;

    for (size_t i = 0; i < rest.len; i++)
        count += rest.ptr[i] == ',';
    items = arena_array(a, struct json, count + 1);
    count = 0;
    for (bool more = rest.len > 0; more;) {
        struct str item;

        more = str_cut(rest, ',', &item, &rest);
        if (item.len == 0)
            return type_error(in->name, "a list separated by commas, without empty items", e);
        items[count++] = (struct json){ .type = JSON_STR, .str = item };
    }
    *out = (struct json){ .type = JSON_ARRAY, .array = { .items = items, .count = count } };
    return true;
}

static bool to_typed(struct arena *a, const struct field *f, const struct json_member *in,
                     struct json *out, struct err *e)
{
    switch (f->type) {
    case FIELD_BOOL:
    case FIELD_OPT_BOOL:
        return to_bool(in, out, e);
    case FIELD_I64:
    case FIELD_OPT_I64:
        return to_integer(in, out, e);
    case FIELD_F64:
    case FIELD_OPT_F64:
        return to_real(in, out, e);
    case FIELD_STRS:
        return to_list(a, in, out, e);
    case FIELD_STR:
    case FIELD_TIME:
    case FIELD_ENUM:
        *out = in->value; /* json_decode reads times and enums from text itself */
        return true;
    default:
        return type_error(in->name, "in the body: it has parts", e);
    }
}

bool query_decode(struct arena *a, struct str query, const struct field *table, void *out,
                  struct err *e)
{
    struct json parsed;
    struct json_member *members;

    if (!query_parse(a, query, &parsed, e))
        return false;
    members = arena_array(a, struct json_member, parsed.object.count);
    for (size_t i = 0; i < parsed.object.count; i++) {
        const struct field *f = field_find(table, parsed.object.members[i].name);

        members[i] = parsed.object.members[i];
        if (f != NULL && !to_typed(a, f, &parsed.object.members[i], &members[i].value, e))
            return false;
    }
    parsed.object.members = members;
    /* Unknown names, names in two spellings and missing ones are found there. */
    return json_decode(a, &parsed, table, JSON_STRICT, JSON_CAMEL, out, e);
}
