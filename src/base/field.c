/* Tables that describe the members of a struct: one shape for JSON, database rows, options and
 * configuration. */
#include "base/field.h"

#include <assert.h>
#include <string.h>

/* Letters past a '_' in the table are upper-case in camelCase; digits have no case. */
static bool is_camel_of(const char *name, struct str camel)
{
    size_t at = 0;

    for (; *name != '\0'; name++) {
        bool hump = *name == '_' && name[1] != '\0';
        char c = hump ? *++name : *name;

        if (hump && c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (at == camel.len || camel.ptr[at++] != c)
            return false;
    }
    return at == camel.len;
}

bool field_name_is(const struct field *f, struct str name)
{
    return str_eq(str_from(f->name), name) || is_camel_of(f->name, name);
}

const struct field *field_find(const struct field *table, struct str name)
{
    for (const struct field *f = table; f->type != FIELD_END; f++) {
        if (field_name_is(f, name))
            return f;
    }
    return NULL;
}

size_t field_count(const struct field *table)
{
    size_t count = 0;

    while (table[count].type != FIELD_END)
        count++;
    return count;
}

const struct field *field_nearest(const struct field *table, struct str name)
{
    const struct field *best = NULL;
    struct str nearest = { 0 };

    for (const struct field *f = table; f->type != FIELD_END; f++) {
        struct str pair[2] = { nearest, str_from(f->name) };
        struct str nearer =
            str_nearest(name, nearest.ptr != NULL ? pair : pair + 1, nearest.ptr != NULL ? 2 : 1);

        if (nearer.ptr == f->name) {
            nearest = nearer;
            best = f;
        }
    }
    return best;
}

void field_camel(const char *name, char out[FIELD_NAME_MAX + 1])
{
    size_t at = 0;

    for (; *name != '\0'; name++) {
        bool hump = *name == '_' && name[1] != '\0';
        char c = hump ? *++name : *name;

        assert(at < FIELD_NAME_MAX);
        out[at++] = hump && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    out[at] = '\0';
}

int enum_find(const char *const *names, struct str name)
{
    for (int i = 0; names[i] != NULL; i++) {
        if (str_eq(str_from(names[i]), name))
            return i;
    }
    return -1;
}

bool field_clear(const struct field *f, void *member)
{
    switch (f->type) {
    case FIELD_STR:
        *(struct str *)member = (struct str){ 0 };
        return true;
    case FIELD_OPT_BOOL:
        *(struct opt_bool *)member = (struct opt_bool){ 0 };
        return true;
    case FIELD_OPT_I64:
        *(struct opt_i64 *)member = (struct opt_i64){ 0 };
        return true;
    case FIELD_OPT_F64:
        *(struct opt_f64 *)member = (struct opt_f64){ 0 };
        return true;
    case FIELD_STRS:
        *(struct str_list *)member = (struct str_list){ 0 };
        return true;
    case FIELD_JSON:
        *(const struct json **)member = NULL;
        return true;
    case FIELD_TIME:
        *(int64_t *)member = 0;
        return true;
    default:
        return false;
    }
}
