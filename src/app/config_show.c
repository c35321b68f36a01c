/* The configuration as YAML for people: what is in force and where it comes from, and the example
 * file. */
#include "app/config_tables.h"

#include "base/log.h"
#include "base/yaml.h"

enum { ORIGIN_COLUMN = 44 };

bool config_name_is_secret(struct str name)
{
    static const char *const words[] = { "token", "secret",        "password",   "passwd",
                                         "key",   "authorization", "credential", "cookie" };

    for (size_t i = 0; i < COUNT(words); i++) {
        struct str word = str_from(words[i]);

        for (size_t at = 0; at + word.len <= name.len; at++) {
            if (str_eq_nocase(str_slice(name, at, at + word.len), word))
                return true;
        }
    }
    return false;
}

/* Where "user:password" stands in an address; false when it has none. */
static bool find_user_info(struct str url, size_t *out_start, size_t *out_end)
{
    size_t start = str_find(url, STR("://")) + 3;
    size_t end = start, at = 0;

    if (start > url.len)
        return false;
    while (end < url.len && str_find_char(STR("/?#"), url.ptr[end], 0) == 3)
        end++;
    for (size_t i = start; i < end; i++) {
        if (url.ptr[i] == '@')
            at = i;
    }
    *out_start = start;
    *out_end = at;
    return at > start;
}

/* What an address must not show: who signs in, and telling parts of the query. */
struct secret_parts {
    struct str parts[16];
    size_t count;
};

static void find_secret_parts(struct str url, struct secret_parts *out)
{
    size_t start, end;
    struct str query = str_slice(url, str_find_char(url, '?', 0) + 1, url.len), pair, name, value;

    out->count = 0;
    if (find_user_info(url, &start, &end))
        out->parts[out->count++] = str_slice(url, start, end);
    while (query.len > 0 && out->count < COUNT(out->parts)) {
        str_cut(query, '&', &pair, &query);
        if (str_cut(pair, '=', &name, &value) && value.len > 0 && config_name_is_secret(name))
            out->parts[out->count++] = value;
    }
}

static void put_str(struct buf *out, struct str s)
{
    AUTO_BUF plain = { 0 };
    struct secret_parts secret;
    size_t at = 0;

    buf_init(&plain, 2 * s.len + 64);
    find_secret_parts(s, &secret);
    for (size_t i = 0; i < secret.count; i++) {
        size_t start = (size_t)(secret.parts[i].ptr - s.ptr);

        buf_put(&plain, str_slice(s, at, start));
        buf_put(&plain, STR("***"));
        at = start + secret.parts[i].len;
    }
    buf_put(&plain, str_slice(s, at, s.len));
    yaml_put_str(out, buf_str(&plain));
}

/* What is in force has its variables filled in; a dollar that is left is a dollar. */
static void put_literal(struct buf *out, struct str s)
{
    AUTO_BUF doubled = { 0 };

    buf_init(&doubled, 2 * s.len + 1);
    for (size_t i = 0; i < s.len; i++) {
        buf_put_char(&doubled, s.ptr[i]);
        if (s.ptr[i] == '$')
            buf_put_char(&doubled, '$');
    }
    put_str(out, buf_str(&doubled));
}

static void put_strs(struct buf *out, const struct str_list *list)
{
    buf_put_char(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            buf_put(out, STR(", "));
        put_literal(out, list->items[i]);
    }
    buf_put_char(out, ']');
}

static void put_value(struct buf *out, const struct field *f, const void *in)
{
    if (f->type == FIELD_BOOL)
        buf_putf(out, "%s", *(const bool *)in ? "true" : "false");
    else if (f->type == FIELD_I64)
        buf_put_i64(out, *(const int64_t *)in);
    else if (f->type == FIELD_ENUM)
        yaml_put_str(out, str_from(f->names[*(const int *)in]));
    else if (f->type == FIELD_STRS)
        put_strs(out, in);
    else if (f->secret && ((const struct str *)in)->len > 0)
        yaml_put_str(out, STR("***"));
    else
        put_literal(out, *(const struct str *)in);
}

static void put_origin(struct buf *out, size_t line_start, const struct config_source *source)
{
    do {
        buf_put_char(out, ' ');
    } while (!out->overflowed && out->len - line_start < ORIGIN_COLUMN);
    switch (source->origin) {
    case CONFIG_FILE:
        buf_putf(out, "# line %u\n", (unsigned)source->line);
        break;
    case CONFIG_ENVIRONMENT:
        buf_putf(out, "# environment %s\n", source->name);
        break;
    case CONFIG_FLAG:
        buf_putf(out, "# flag %s\n", source->name);
        break;
    case CONFIG_DEFAULT:
        buf_put(out, STR("# default\n"));
        break;
    }
}

static void print_value(const struct config *c, const char *indent, const struct field *f,
                        const void *in, struct buf *out)
{
    struct config_source source = config_source_of(c, f);
    size_t line_start = out->len;

    buf_putf(out, "%s%s: ", indent, f->name);
    put_value(out, f, in);
    put_origin(out, line_start, &source);
}

static void put_member(struct buf *out, const struct json_member *m);

/* As it stands in the file: ${NAME} stays. */
static void put_tree(struct buf *out, const struct json *v)
{
    struct json_writer w = { .out = out };

    if (v->type == JSON_STR) {
        put_str(out, v->str);
    } else if (v->type == JSON_ARRAY) {
        buf_put_char(out, '[');
        for (size_t i = 0; i < v->array.count; i++) {
            buf_put(out, i > 0 ? STR(", ") : STR(""));
            put_tree(out, &v->array.items[i]);
        }
        buf_put_char(out, ']');
    } else if (v->type == JSON_OBJECT) {
        buf_put_char(out, '{');
        for (size_t i = 0; i < v->object.count; i++) {
            buf_put(out, i > 0 ? STR(", ") : STR(""));
            put_member(out, &v->object.members[i]);
        }
        buf_put_char(out, '}');
    } else {
        json_put_tree(&w, v);
    }
}

/* What is named like a secret is hidden with all that is below. */
static void put_member(struct buf *out, const struct json_member *m)
{
    yaml_put_str(out, m->name);
    buf_put(out, STR(": "));
    if (config_name_is_secret(m->name))
        yaml_put_str(out, STR("***"));
    else
        put_tree(out, &m->value);
}

static void print_backend(const struct config_backend *b, struct buf *out)
{
    struct config_source source = { .origin = CONFIG_FILE, .line = b->line };
    size_t line_start = out->len;

    buf_put(out, STR("  "));
    yaml_put_str(out, b->name);
    buf_put_char(out, ':');
    put_origin(out, line_start, &source);
    buf_put(out, STR("    type: "));
    yaml_put_str(out, b->type);
    buf_put_char(out, '\n');
    for (size_t i = 0; i < b->written->object.count; i++) {
        buf_put(out, STR("    "));
        put_member(out, &b->written->object.members[i]);
        buf_put_char(out, '\n');
    }
}

static void print_backends(const struct config *c, struct buf *out)
{
    const struct config_backend *backends = c->backends.items;

    buf_put(out, c->backends.count == 0 ? STR("backends: {}\n") : STR("backends:\n"));
    for (size_t i = 0; i < c->backends.count; i++)
        print_backend(&backends[i], out);
}

void config_print(const struct config *c, struct buf *out)
{
    if (str_is_null(c->file))
        buf_put(out, STR("# no configuration file\n"));
    else
        buf_putf(out, "# file: " STR_FMT "\n", STR_ARG(c->file));
    for (const struct field *f = config_fields; f->type != FIELD_END; f++) {
        const char *in = (const char *)c + f->offset;

        if (f->type == FIELD_LIST) {
            print_backends(c, out);
        } else if (f->type == FIELD_OBJECT) {
            buf_putf(out, "%s:\n", f->name);
            for (const struct field *inner = f->fields; inner->type != FIELD_END; inner++)
                print_value(c, "  ", inner, in + inner->offset, out);
        } else {
            print_value(c, "", f, in, out);
        }
    }
}

static void hide_in_url(struct str url)
{
    struct secret_parts secret;

    find_secret_parts(url, &secret);
    for (size_t i = 0; i < secret.count; i++) {
        struct str user, password;

        log_add_secret(secret.parts[i]);
        if (str_cut(secret.parts[i], ':', &user, &password))
            log_add_secret(password);
    }
}

static void hide_in_tree(const struct json *v, bool is_secret)
{
    if (v->type == JSON_STR && is_secret)
        log_add_secret(v->str);
    else if (v->type == JSON_STR)
        hide_in_url(v->str);
    for (size_t i = 0; v->type == JSON_ARRAY && i < v->array.count; i++)
        hide_in_tree(&v->array.items[i], is_secret);
    for (size_t i = 0; v->type == JSON_OBJECT && i < v->object.count; i++)
        hide_in_tree(&v->object.members[i].value,
                     is_secret || config_name_is_secret(v->object.members[i].name));
}

void config_hide_secrets(const struct config *c)
{
    const struct config_backend *backends = c->backends.items;

    for (const struct field *f = config_fields; f->type != FIELD_END; f++) {
        for (const struct field *inner = f->fields;
             f->type == FIELD_OBJECT && inner->type != FIELD_END; inner++) {
            const struct str *text = (const void *)((const char *)c + f->offset + inner->offset);

            if (inner->type == FIELD_STR && inner->secret)
                log_add_secret(*text);
            else if (inner->type == FIELD_STR)
                hide_in_url(*text);
        }
    }
    for (size_t i = 0; i < c->backends.count; i++)
        hide_in_tree(backends[i].settings, false);
}
