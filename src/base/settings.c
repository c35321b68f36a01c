/* A slice of the configuration into a struct, with the line of what is wrong. */
#include "base/settings.h"

#include <stdio.h>
#include <string.h>

static const struct json *member_of(const struct json *v, struct str name)
{
    if (v->type != JSON_OBJECT)
        return NULL;
    for (size_t i = 0; i < v->object.count; i++) {
        if (str_eq(v->object.members[i].name, name))
            return &v->object.members[i].value;
    }
    return NULL;
}

/* "[2]" at the end of a step, into *out; the step without it. */
static struct str cut_index(struct str step, int64_t *out)
{
    size_t open = str_find_char(step, '[', 0);

    *out = -1;
    if (open == step.len || !str_ends(step, STR("]")) ||
        !str_to_i64(str_slice(step, open + 1, step.len - 1), 0, INT32_MAX, out))
        return step;
    return str_slice(step, 0, open);
}

/* Follows "models[2].id" as far as the tree goes: what is missing has the line of what is around.
 */
static uint32_t line_of(const struct json *v, struct str path)
{
    uint32_t line = v->line;

    while (path.len > 0) {
        struct str step = path, rest = { 0 };
        int64_t index;

        str_cut(path, '.', &step, &rest);
        v = member_of(v, cut_index(step, &index));
        if (v != NULL && index >= 0 && v->type == JSON_ARRAY)
            v = (size_t)index < v->array.count ? &v->array.items[index] : NULL;
        if (v == NULL)
            break;
        line = v->line != 0 ? v->line : line;
        path = rest;
    }
    return line;
}

static bool add_line(struct err *e, const struct json *settings)
{
    uint32_t line = line_of(settings, str_from(e->field));
    char context[24];

    if (line == 0)
        return false;
    snprintf(context, sizeof(context), "line %u", line);
    return err_wrap(e, context);
}

bool settings_decode(struct arena *a, const struct json *settings, const struct field *table,
                     void *out, struct err *e)
{
    static const struct json nothing = { .type = JSON_OBJECT };
    const struct json *v = settings != NULL ? settings : &nothing;

    if (json_decode(a, v, table, JSON_STRICT, JSON_SNAKE, out, e))
        return true;
    return add_line(e, v);
}

bool settings_complain(struct err *e, const struct json *settings, const char *name,
                       const char *message)
{
    err_set_field(e, ERR_INVALID, str_from(name), "'%s' %s", name, message);
    return settings != NULL ? add_line(e, settings) : false;
}
