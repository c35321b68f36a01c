/* The file's tree into the struct: every value gets its line, every mistake its message, and
 * reading goes on. */
#include "app/config_tables.h"

#include <stdio.h>

static void complain_at(struct config_loader *l, uint32_t line, const char *message)
{
    struct config_source at = { .origin = CONFIG_FILE, .line = line };

    config_complain(l, &l->report->errors, &at, message);
}

static struct str label_of(struct arena *a, const struct field *section, const struct field *f)
{
    if (section == NULL)
        return str_from(f->name);
    return arena_strf(a, "%s.%s", section->name, f->name);
}

static bool is_bounded(const struct field *f)
{
    return f->min != 0 || f->max != 0;
}

static bool set_i64(const struct field *f, struct str label, int64_t value, void *out,
                    struct err *e)
{
    if (is_bounded(f) && ((double)value < f->min || (double)value > f->max))
        return err_set(e, ERR_INVALID, "'" STR_FMT "' must be from %.0f to %.0f%s%s",
                       STR_ARG(label), f->min, f->max, f->unit != NULL ? " " : "",
                       f->unit != NULL ? f->unit : "");
    *(int64_t *)out = value;
    return true;
}

static bool has_control_character(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7F)
            return true;
    }
    return false;
}

static bool check_str(const struct field *f, struct str label, struct str text, struct err *e)
{
    double count = (double)str_utf8_count(text);
    double max = is_bounded(f) ? f->max : FIELD_STR_MAX;

    if (has_control_character(text))
        return err_set(e, ERR_INVALID,
                       "'" STR_FMT "' must not contain line breaks or control characters",
                       STR_ARG(label));
    if (count < f->min)
        return err_set(e, ERR_INVALID, "'" STR_FMT "' must not be empty", STR_ARG(label));
    if (count > max)
        return err_set(e, ERR_INVALID, "'" STR_FMT "' must be at most %.0f characters long",
                       STR_ARG(label), max);
    return true;
}

static bool set_enum(const struct field *f, struct str label, struct str text, void *out,
                     struct err *e)
{
    int value = enum_find(f->names, text);
    char names[160] = "";
    size_t used = 0;

    if (value >= 0) {
        *(int *)out = value;
        return true;
    }
    for (size_t i = 0; f->names[i] != NULL && used < sizeof(names); i++)
        used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s", i > 0 ? ", " : "",
                                 f->names[i]);
    return err_set(e, ERR_INVALID, "'" STR_FMT "' must be one of: %s", STR_ARG(label), names);
}

static bool wrong_type(const struct field *f, struct str label, struct err *e)
{
    const char *want = f->type == FIELD_BOOL  ? "true or false"
                       : f->type == FIELD_I64 ? "a whole number"
                                              : "text (put it in quotes)";

    return err_set(e, ERR_INVALID, "'" STR_FMT "' must be %s", STR_ARG(label), want);
}

bool config_set_text(const struct field *f, struct str label, struct str text, void *out,
                     struct err *e)
{
    int64_t number = 0;

    if (!str_is_utf8(text))
        return err_set(e, ERR_INVALID, "'" STR_FMT "' must be UTF-8 text", STR_ARG(label));
    if (f->type == FIELD_ENUM)
        return set_enum(f, label, text, out, e);
    if (f->type == FIELD_I64 && str_to_i64(text, INT64_MIN, INT64_MAX, &number))
        return set_i64(f, label, number, out, e);
    if (f->type == FIELD_BOOL && (str_eq(text, STR("true")) || str_eq(text, STR("false")))) {
        *(bool *)out = str_eq(text, STR("true"));
        return true;
    }
    if (f->type != FIELD_STR)
        return wrong_type(f, label, e);
    if (!check_str(f, label, text, e))
        return false;
    *(struct str *)out = text;
    return true;
}

static bool set_list(struct config_loader *l, const struct field *f, struct str label,
                     const struct json *v, struct str_list *out, struct err *e)
{
    const struct field item_field = { .min = 1, .max = FIELD_STR_MAX };
    struct str_list list = { 0 };

    if (v->type != JSON_ARRAY)
        return err_set(e, ERR_INVALID, "'" STR_FMT "' must be a list: [a, b]", STR_ARG(label));
    if (is_bounded(f) && (double)v->array.count > f->max)
        return err_set(e, ERR_INVALID, "'" STR_FMT "' must have at most %.0f items", STR_ARG(label),
                       f->max);
    list.items = arena_array(l->arena, struct str, v->array.count);
    for (list.count = 0; list.count < v->array.count; list.count++) {
        const struct json *item = &v->array.items[list.count];

        if (item->type != JSON_STR)
            return err_set(e, ERR_INVALID,
                           "'" STR_FMT "' must be a list of texts (put them in quotes)",
                           STR_ARG(label));
        if (!config_expand(l->arena, item->str, &list.items[list.count], e) ||
            !check_str(&item_field, label, list.items[list.count], e))
            return false;
    }
    *out = list;
    return true;
}

static bool set_value(struct config_loader *l, const struct field *f, struct str label,
                      const struct json *v, void *out, struct err *e)
{
    struct str text;

    if (f->type == FIELD_STRS)
        return set_list(l, f, label, v, out, e);
    if (v->type == JSON_INT && f->type == FIELD_I64)
        return set_i64(f, label, v->integer, out, e);
    if (v->type == JSON_BOOL && f->type == FIELD_BOOL) {
        *(bool *)out = v->boolean;
        return true;
    }
    if (v->type != JSON_STR && f->type == FIELD_ENUM)
        return set_enum(f, label, STR(""), out, e);
    if (v->type != JSON_STR)
        return wrong_type(f, label, e);
    if (!config_expand(l->arena, v->str, &text, e))
        return false;
    /* "8" in quotes is no number, but ${CONNECTIONS} may be one. */
    if (f->type != FIELD_STR && f->type != FIELD_ENUM && str_eq(text, v->str))
        return wrong_type(f, label, e);
    return config_set_text(f, label, text, out, e);
}

static void decode_value(struct config_loader *l, const struct field *section,
                         const struct field *f, const struct json *v, void *out)
{
    struct config_source source = { .field = f, .origin = CONFIG_FILE, .line = v->line };
    struct err e = { 0 };

    if (v->type == JSON_NULL)
        return;
    if (set_value(l, f, label_of(l->arena, section, f), v, out, &e))
        config_note_source(l->config, &source);
    else
        complain_at(l, v->line, e.msg);
}

static void complain_unknown(struct config_loader *l, const struct field *section,
                             const struct field *table, const struct json_member *m)
{
    const struct field *meant = field_find(table, m->name);
    struct err e = { 0 };

    if (meant == NULL)
        meant = field_nearest(table, m->name);
    err_set(&e, ERR_INVALID, "unknown key '" STR_FMT "'%s%s%s%s%s%s", (int)MIN(m->name.len, 60),
            m->name.ptr, section != NULL ? " in '" : "", section != NULL ? section->name : "",
            section != NULL ? "'" : "", meant != NULL ? " (did you mean '" : "",
            meant != NULL ? meant->name : "", meant != NULL ? "'?)" : "");
    complain_at(l, m->value.line, e.msg);
}

/* The file spells names as the tables do; the other spelling is a mistake with an obvious remedy.
 */
static const struct field *find_exact(const struct field *table, struct str name)
{
    for (; table->type != FIELD_END; table++) {
        if (str_eq(str_from(table->name), name))
            return table;
    }
    return NULL;
}

static void decode_section(struct config_loader *l, const struct field *section,
                           const struct json *v, void *out)
{
    struct err e = { 0 };

    if (v->type == JSON_NULL)
        return;
    if (v->type != JSON_OBJECT) {
        err_set(&e, ERR_INVALID, "'%s' must be a section with keys below it", section->name);
        complain_at(l, v->line, e.msg);
        return;
    }
    for (size_t i = 0; i < v->object.count; i++) {
        const struct json_member *m = &v->object.members[i];
        const struct field *f = find_exact(section->fields, m->name);

        if (f == NULL)
            complain_unknown(l, section, section->fields, m);
        else
            decode_value(l, section, f, &m->value, (char *)out + f->offset);
    }
}

/* A copy with the variables filled in. A text that cannot be is reported, and copied as it is. */
static struct json expand_tree(struct config_loader *l, const struct json *v)
{
    struct json copy = *v;
    struct err e = { 0 };

    if (v->type == JSON_STR && !config_expand(l->arena, v->str, &copy.str, &e))
        complain_at(l, v->line, e.msg);
    if (v->type == JSON_ARRAY) {
        struct json *items = arena_array(l->arena, struct json, v->array.count);

        for (size_t i = 0; i < v->array.count; i++)
            items[i] = expand_tree(l, &v->array.items[i]);
        copy.array.items = items;
    }
    if (v->type == JSON_OBJECT) {
        struct json_member *members = arena_array(l->arena, struct json_member, v->object.count);

        for (size_t i = 0; i < v->object.count; i++) {
            members[i].name = v->object.members[i].name;
            members[i].value = expand_tree(l, &v->object.members[i].value);
        }
        copy.object.members = members;
    }
    return copy;
}

static const struct json *without_type(struct arena *a, const struct json *v)
{
    struct json *copy = arena_new(a, struct json);
    struct json_member *members = arena_array(a, struct json_member, v->object.count);

    *copy = *v;
    copy->object.members = members;
    copy->object.count = 0;
    for (size_t i = 0; i < v->object.count; i++) {
        if (!str_eq(v->object.members[i].name, STR("type")))
            members[copy->object.count++] = v->object.members[i];
    }
    return copy;
}

static bool check_backend_type(const struct config_options *options, struct str name,
                               struct str type, struct err *e)
{
    struct str known[64], nearest;
    size_t count = 0;

    if (options->backend_types == NULL)
        return true;
    for (size_t i = 0; options->backend_types[i] != NULL; i++) {
        struct str one = str_from(options->backend_types[i]);

        if (str_eq(one, type))
            return true;
        if (count < COUNT(known))
            known[count++] = one;
    }
    nearest = str_nearest(type, known, count);
    return err_set(e, ERR_INVALID,
                   "backend '" STR_FMT "' has the unknown type '" STR_FMT "'%s" STR_FMT "%s",
                   STR_ARG(name), (int)MIN(type.len, 60), type.ptr,
                   str_is_null(nearest) ? "" : " (did you mean '", STR_ARG(nearest),
                   str_is_null(nearest) ? "" : "'?)");
}

/* The name becomes part of file names and of "backend/model". */
static bool is_backend_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool is_alnum = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');

        if (!is_alnum && (i == 0 || (c != '-' && c != '_' && c != '.')))
            return false;
    }
    return s.len > 0 && s.len <= FIELD_NAME_MAX;
}

static bool decode_backend(struct config_loader *l, const struct json_member *m,
                           struct config_backend *out, struct err *e)
{
    const struct json *type = json_get(&m->value, "type");

    if (!is_backend_name(m->name))
        return err_set(
            e, ERR_INVALID,
            "'" STR_FMT
            "' cannot be a backend's name: letters, digits, '-', '_' and '.', at most 64",
            (int)MIN(m->name.len, 60), m->name.ptr);
    if (m->value.type != JSON_OBJECT)
        return err_set(e, ERR_INVALID, "backend '" STR_FMT "' must be a section with a 'type'",
                       STR_ARG(m->name));
    if (type == NULL || type->type != JSON_STR)
        return err_set(e, ERR_INVALID, "backend '" STR_FMT "' needs a 'type'", STR_ARG(m->name));
    *out = (struct config_backend){ .name = m->name, .type = type->str, .line = m->value.line };
    out->written = without_type(l->arena, &m->value);
    return check_backend_type(l->options, out->name, out->type, e);
}

static void decode_backends(struct config_loader *l, const struct field *f, const struct json *v)
{
    struct config_backend *backends;
    size_t count = 0;

    if (v->type == JSON_NULL)
        return;
    if (v->type != JSON_OBJECT) {
        complain_at(l, v->line,
                    "'backends' must be a section: a name for each backend, its keys below it");
        return;
    }
    backends = arena_array(l->arena, struct config_backend, v->object.count);
    for (size_t i = 0; i < v->object.count; i++) {
        const struct json_member *m = &v->object.members[i];
        const struct json *type = json_get(&m->value, "type");
        struct json *settings = arena_new(l->arena, struct json);
        struct err e = { 0 };

        if (!decode_backend(l, m, &backends[count], &e)) {
            complain_at(l, type != NULL ? type->line : m->value.line, e.msg);
            continue;
        }
        *settings = expand_tree(l, backends[count].written);
        backends[count++].settings = settings;
    }
    l->config->backends = (struct field_list){ .items = backends, .count = count };
    config_note_source(
        l->config, &(struct config_source){ .field = f, .origin = CONFIG_FILE, .line = v->line });
}

void config_decode(struct config_loader *l, const struct json *tree)
{
    if (tree->type != JSON_OBJECT) {
        complain_at(l, tree->line, "expected sections like 'server:' and 'backends:'");
        return;
    }
    for (size_t i = 0; i < tree->object.count; i++) {
        const struct json_member *m = &tree->object.members[i];
        const struct field *f = find_exact(config_fields, m->name);
        void *member = f != NULL ? (char *)l->config + f->offset : NULL;

        if (f == NULL)
            complain_unknown(l, NULL, config_fields, m);
        else if (f->type == FIELD_OBJECT)
            decode_section(l, f, &m->value, member);
        else if (f->type == FIELD_LIST)
            decode_backends(l, f, &m->value);
        else
            decode_value(l, NULL, f, &m->value, member);
    }
}
