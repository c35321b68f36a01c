/* The JSON reader: strict, bounded, into an arena; strings without escapes are views of the text.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

enum { FEW = 16 };

/*
 * Finished values wait on one stack until the array or object that holds them closes; then they are
 * copied to the arena as one run. Few of them wait here, more in memory of their own: the only one
 * that is freed.
 */
struct reader {
    struct arena *arena;
    const char *start, *at, *end;
    struct json_member *stack;
    size_t depth, count, capacity, values;
    struct err *err;
    struct json_member few[FEW];
};

static bool fail(struct reader *r, const char *what)
{
    return err_set(r->err, ERR_MALFORMED, "not valid JSON: %s at byte %zu", what,
                   (size_t)(r->at - r->start));
}

static void skip_space(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
        r->at++;
}

static bool read_value(struct reader *r, struct json *out);

static bool read_literal(struct reader *r, struct str word, struct json value, struct json *out)
{
    if (!str_starts(str_of(r->at, (size_t)(r->end - r->at)), word))
        return fail(r, "unknown word");
    r->at += word.len;
    *out = value;
    return true;
}

static size_t count_digits(const char *at, const char *end)
{
    const char *first = at;

    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return (size_t)(at - first);
}

/* Steps over one number as RFC 8259 spells it; *is_integer tells whether it has neither fraction
 * nor exponent. */
static bool scan_number(struct reader *r, bool *is_integer)
{
    size_t digits;

    *is_integer = true;
    if (r->at < r->end && *r->at == '-')
        r->at++;
    digits = count_digits(r->at, r->end);
    if (digits == 0 || (digits > 1 && *r->at == '0'))
        return fail(r, "malformed number");
    r->at += digits;
    if (r->at < r->end && *r->at == '.') {
        digits = count_digits(++r->at, r->end);
        if (digits == 0)
            return fail(r, "malformed number");
        r->at += digits;
        *is_integer = false;
    }
    if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
        r->at++;
        if (r->at < r->end && (*r->at == '+' || *r->at == '-'))
            r->at++;
        digits = count_digits(r->at, r->end);
        if (digits == 0)
            return fail(r, "malformed number");
        r->at += digits;
        *is_integer = false;
    }
    return true;
}

static bool read_number(struct reader *r, struct json *out)
{
    char text[JSON_MAX_NUMBER + 1];
    const char *first = r->at;
    bool is_integer;
    size_t len;
    int64_t integer;
    double real;

    if (!scan_number(r, &is_integer))
        return false;
    len = (size_t)(r->at - first);
    if (is_integer && str_to_i64(str_of(first, len), INT64_MIN, INT64_MAX, &integer)) {
        *out = (struct json){ .type = JSON_INT, .integer = integer };
        return true;
    }
    if (len > JSON_MAX_NUMBER)
        return fail(r, "number too long");
    memcpy(text, first, len);
    text[len] = '\0';
    real = strtod(text, NULL);
    if (!isfinite(real))
        return fail(r, "number out of range");
    *out = (struct json){ .type = JSON_REAL, .real = real };
    return true;
}

static bool read_hex4(struct reader *r, uint32_t *out)
{
    uint32_t value = 0;

    if (r->end - r->at < 4)
        return fail(r, "malformed escape");
    for (int i = 0; i < 4; i++, r->at++) {
        char c = *r->at;
        char low = (char)(c | 0x20);

        if (c >= '0' && c <= '9')
            value = value << 4 | (uint32_t)(c - '0');
        else if (low >= 'a' && low <= 'f')
            value = value << 4 | (uint32_t)(low - 'a' + 10);
        else
            return fail(r, "malformed escape");
    }
    *out = value;
    return true;
}

/* Behind "\u": one code point, which may take a pair of escapes. */
static bool read_unicode(struct reader *r, uint32_t *out)
{
    uint32_t high, low;

    if (!read_hex4(r, &high))
        return false;
    *out = high;
    if (high == 0)
        return fail(r, "a NUL character");
    if (high < 0xD800 || high > 0xDFFF)
        return true;
    if (high > 0xDBFF || r->end - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u')
        return fail(r, "half of a surrogate pair");
    r->at += 2;
    if (!read_hex4(r, &low))
        return false;
    if (low < 0xDC00 || low > 0xDFFF)
        return fail(r, "half of a surrogate pair");
    *out = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

static char *put_utf8(char *to, uint32_t c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xC0 | c >> 6);
        *to++ = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *to++ = (char)(0xE0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (char)(0x80 | (c & 0x3F));
    } else {
        *to++ = (char)(0xF0 | c >> 18);
        *to++ = (char)(0x80 | (c >> 12 & 0x3F));
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (char)(0x80 | (c & 0x3F));
    }
    return to;
}

static bool read_escape(struct reader *r, char **to)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    const char *known;
    uint32_t c;

    if (++r->at == r->end)
        return fail(r, "text that does not end");
    if (*r->at == 'u') {
        r->at++;
        if (!read_unicode(r, &c))
            return false;
        *to = put_utf8(*to, c);
        return true;
    }
    known = *r->at != '\0' ? strchr(from, *r->at) : NULL;
    if (known == NULL)
        return fail(r, "unknown escape");
    *(*to)++ = into[known - from];
    r->at++;
    return true;
}

/* The rest of a string from its first escape on; an escape is never shorter than what it stands
 * for. */
static bool read_escaped_string(struct reader *r, const char *first, struct str *out)
{
    const char *quote = r->at;
    char *text, *to;

    while (quote < r->end && *quote != '"')
        quote += *quote == '\\' ? 2 : 1;
    text = arena_alloc(r->arena, (size_t)(MIN(quote, r->end) - first) + 1);
    to = text + (r->at - first);
    memcpy(text, first, (size_t)(r->at - first));
    while (r->at < r->end && *r->at != '"') {
        if ((unsigned char)*r->at < 0x20)
            return fail(r, "a control character in text");
        if (*r->at != '\\')
            *to++ = *r->at++;
        else if (!read_escape(r, &to))
            return false;
    }
    if (r->at == r->end)
        return fail(r, "text that does not end");
    r->at++;
    *out = str_of(text, (size_t)(to - text));
    return true;
}

static bool read_string(struct reader *r, struct str *out)
{
    const char *first = ++r->at;

    while (r->at < r->end && *r->at != '"' && *r->at != '\\') {
        if ((unsigned char)*r->at < 0x20)
            return fail(r, "a control character in text");
        r->at++;
    }
    if (r->at == r->end)
        return fail(r, "text that does not end");
    if (*r->at == '\\')
        return read_escaped_string(r, first, out);
    *out = str_of(first, (size_t)(r->at++ - first));
    return true;
}

static void grow_stack(struct reader *r)
{
    bool are_few = r->stack == r->few;

    r->capacity *= 2;
    r->stack = mem_realloc(are_few ? NULL : r->stack, r->capacity * sizeof(*r->stack));
    if (are_few)
        memcpy(r->stack, r->few, sizeof(r->few));
}

static bool push(struct reader *r, struct json_member m)
{
    if (++r->values > JSON_MAX_VALUES)
        return fail(r, "too many values");
    if (r->count == r->capacity)
        grow_stack(r);
    r->stack[r->count++] = m;
    return true;
}

/* Behind a value inside of brackets: a comma (true in *more), or the closing bracket. */
static bool read_separator(struct reader *r, char closing, bool *more)
{
    skip_space(r);
    if (r->at == r->end || (*r->at != ',' && *r->at != closing))
        return fail(r, closing == ']' ? "expected ',' or ']'" : "expected ',' or '}'");
    *more = *r->at++ == ',';
    return true;
}

/* Steps over the opening bracket; *empty when it closes at once. */
static bool open_bracket(struct reader *r, char closing, bool *empty)
{
    if (r->depth == JSON_MAX_DEPTH)
        return fail(r, "nested too deeply");
    r->at++;
    skip_space(r);
    *empty = r->at < r->end && *r->at == closing;
    r->at += *empty;
    return true;
}

static bool read_array(struct reader *r, struct json *out)
{
    size_t bottom = r->count;
    struct json *items;
    bool empty = false, more;

    if (!open_bracket(r, ']', &empty))
        return false;
    r->depth++;
    for (more = !empty; more;) {
        struct json_member m = { 0 };

        if (!read_value(r, &m.value) || !push(r, m) || !read_separator(r, ']', &more))
            return false;
    }
    r->depth--;
    items = arena_array(r->arena, struct json, r->count - bottom);
    for (size_t i = bottom; i < r->count; i++)
        items[i - bottom] = r->stack[i].value;
    *out = (struct json){ .type = JSON_ARRAY, .array = { items, r->count - bottom } };
    r->count = bottom;
    return true;
}

static bool name_is_new(const struct reader *r, size_t bottom, struct str name)
{
    for (size_t i = bottom; i < r->count; i++) {
        if (str_eq(r->stack[i].name, name))
            return false;
    }
    return true;
}

static bool read_member(struct reader *r, size_t bottom)
{
    struct json_member m = { 0 };

    skip_space(r);
    if (r->at == r->end || *r->at != '"')
        return fail(r, "expected a name in quotes");
    if (!read_string(r, &m.name))
        return false;
    if (!name_is_new(r, bottom, m.name))
        return fail(r, "a name that stands twice in an object");
    if (r->count - bottom == JSON_MAX_MEMBERS)
        return fail(r, "too many members in an object");
    skip_space(r);
    if (r->at == r->end || *r->at != ':')
        return fail(r, "expected ':'");
    r->at++;
    return read_value(r, &m.value) && push(r, m);
}

static bool read_object(struct reader *r, struct json *out)
{
    size_t bottom = r->count;
    struct json_member *members;
    bool empty = false, more;

    if (!open_bracket(r, '}', &empty))
        return false;
    r->depth++;
    for (more = !empty; more;) {
        if (!read_member(r, bottom) || !read_separator(r, '}', &more))
            return false;
    }
    r->depth--;
    members = arena_array(r->arena, struct json_member, r->count - bottom);
    if (r->count > bottom)
        memcpy(members, r->stack + bottom, (r->count - bottom) * sizeof(*members));
    *out = (struct json){ .type = JSON_OBJECT, .object = { members, r->count - bottom } };
    r->count = bottom;
    return true;
}

static bool read_value(struct reader *r, struct json *out)
{
    static const struct json yes = { .type = JSON_BOOL, .boolean = true };
    static const struct json no = { .type = JSON_BOOL, .boolean = false };

    skip_space(r);
    if (r->at == r->end)
        return fail(r, "ends too early");
    switch (*r->at) {
    case '{':
        return read_object(r, out);
    case '[':
        return read_array(r, out);
    case '"':
        *out = (struct json){ .type = JSON_STR };
        return read_string(r, &out->str);
    case 't':
        return read_literal(r, STR("true"), yes, out);
    case 'f':
        return read_literal(r, STR("false"), no, out);
    case 'n':
        return read_literal(r, STR("null"), (struct json){ .type = JSON_NULL }, out);
    default:
        return read_number(r, out);
    }
}

/* Member by member: what waits nowhere yet need not be zero. */
static void begin(struct reader *r, struct arena *a, struct str text, struct err *e)
{
    r->arena = a;
    r->start = r->at = text.ptr;
    r->end = text.ptr + text.len;
    r->stack = r->few;
    r->depth = r->count = r->values = 0;
    r->capacity = FEW;
    r->err = e;
}

bool json_parse(struct arena *a, struct str text, struct json *out, struct err *e)
{
    struct reader r;
    struct json value;
    bool ok;

    if (text.len == 0)
        return err_set(e, ERR_MALFORMED, "not valid JSON: nothing there");
    if (!str_is_utf8(text))
        return err_set(e, ERR_MALFORMED, "not valid JSON: not UTF-8");
    begin(&r, a, text, e);
    ok = read_value(&r, &value);
    if (ok) {
        skip_space(&r);
        ok = r.at == r.end || fail(&r, "something behind the value");
    }
    if (r.stack != r.few)
        free(r.stack);
    if (ok)
        *out = value;
    return ok;
}

const struct json *json_get(const struct json *v, const char *name)
{
    if (v == NULL || v->type != JSON_OBJECT)
        return NULL;
    for (size_t i = 0; i < v->object.count; i++) {
        if (str_eq(v->object.members[i].name, str_from(name)))
            return &v->object.members[i].value;
    }
    return NULL;
}

struct str json_str(const struct json *v)
{
    return v != NULL && v->type == JSON_STR ? v->str : (struct str){ 0 };
}

struct str json_get_str(const struct json *v, const char *name)
{
    return json_str(json_get(v, name));
}

struct json_list json_get_list(const struct json *v, const char *name)
{
    const struct json *found = json_get(v, name);

    return found != NULL && found->type == JSON_ARRAY ? found->array : (struct json_list){ 0 };
}

int64_t json_get_i64(const struct json *v, const char *name, int64_t otherwise)
{
    const struct json *found = json_get(v, name);

    return found != NULL && found->type == JSON_INT ? found->integer : otherwise;
}

bool json_get_bool(const struct json *v, const char *name)
{
    const struct json *found = json_get(v, name);

    return found != NULL && found->type == JSON_BOOL && found->boolean;
}

const char *json_type_name(enum json_type type)
{
    static const char *const names[] = { "null", "true or false", "a whole number", "a number",
                                         "text", "a list",        "an object" };

    return names[type];
}
