/* The YAML reader: what it accepts keeps its promises and goes out as JSON and as YAML text; what
 * it refuses has a place. */
#include <stdlib.h>
#include <string.h>

#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void check_str(struct str s)
{
    AUTO_ARENA arena = { 0 };
    AUTO_BUF out = { 0 };
    struct json again;
    struct err e = { 0 };

    require(str_is_utf8(s) && str_find_char(s, '\0', 0) == s.len);
    buf_init(&out, 8 * s.len + 16);
    yaml_put_str(&out, s);
    require(!out.overflowed && str_find_char(buf_str(&out), '\n', 0) == out.len);
    require(yaml_parse(&arena, buf_str(&out), &again, &e));
    require(again.type == JSON_STR && str_eq(again.str, s));
}

static size_t check_tree(const struct json *v, int depth)
{
    size_t values = 1;

    require(depth <= JSON_MAX_DEPTH && v->line > 0);
    if (v->type == JSON_STR && v->str.len < 64)
        check_str(v->str);
    for (size_t i = 0; v->type == JSON_ARRAY && i < v->array.count; i++)
        values += check_tree(&v->array.items[i], depth + 1);
    for (size_t i = 0; v->type == JSON_OBJECT && i < v->object.count; i++)
        values += check_tree(&v->object.members[i].value, depth + 1);
    return values;
}

static void check_json(const struct json *v)
{
    AUTO_ARENA arena = { 0 };
    AUTO_BUF first = { 0 };
    AUTO_BUF second = { 0 };
    struct json_writer w1 = { .out = &first };
    struct json_writer w2 = { .out = &second };
    struct json again;
    struct err e = { 0 };

    buf_init(&first, 64 * MIB);
    buf_init(&second, 64 * MIB);
    json_put_tree(&w1, v);
    require(json_parse(&arena, buf_str(&first), &again, &e));
    json_put_tree(&w2, &again);
    require(str_eq(buf_str(&first), buf_str(&second)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = { 0 };
    struct json v = { 0 };
    struct err e = { 0 };

    if (!yaml_parse(&arena, str_of(data, size), &v, &e)) {
        require(e.code == ERR_MALFORMED && str_starts(str_from(e.msg), STR("line ")));
        return 0;
    }
    require(check_tree(&v, 0) <= YAML_MAX_VALUES);
    check_json(&v);
    return 0;
}
