/* Loose JSON made strict, in one pass over its characters. */
#include "image/recipe/lenient.h"

#include <string.h>

enum { GROWTH = 6 /* at most: a control character becomes an escape */ };

struct pass {
    struct str text;
    size_t at;
    struct buf *out;
};

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
           c == '-' || c == '.' || c == '_';
}

static bool is_digits(struct str s)
{
    for (size_t i = s.len > 0 && s.ptr[0] == '-' ? 1 : 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    }
    return s.len > 0;
}

static void put_word(struct buf *out, struct str word)
{
    static const struct {
        const char *loose, *strict;
    } words[] = {
        { "NaN", "null" },  { "Infinity", "null" }, { "-Infinity", "null" },
        { "None", "null" }, { "True", "true" },     { "False", "false" },
    };
    int64_t value;

    for (size_t i = 0; i < COUNT(words); i++) {
        if (str_eq(word, str_from(words[i].loose))) {
            buf_put(out, str_from(words[i].strict));
            return;
        }
    }
    if (is_digits(word) && !str_to_i64(word, INT64_MIN, INT64_MAX, &value)) {
        buf_put_char(out, '"');
        buf_put(out, word);
        buf_put_char(out, '"');
    } else {
        buf_put(out, word);
    }
}

/* The value of \u and four hex digits at this place, or -1. */
static int32_t read_unit(struct str text, size_t at)
{
    int32_t value = 0;

    if (at + 6 > text.len || text.ptr[at] != '\\' || text.ptr[at + 1] != 'u')
        return -1;
    for (size_t i = at + 2; i < at + 6; i++) {
        char c = text.ptr[i], low = (char)(c | 0x20);

        if (c >= '0' && c <= '9')
            value = value << 4 | (c - '0');
        else if (low >= 'a' && low <= 'f')
            value = value << 4 | (low - 'a' + 10);
        else
            return -1;
    }
    return value;
}

static void put_escape(struct pass *p)
{
    int32_t unit = read_unit(p->text, p->at), next = read_unit(p->text, p->at + 6);
    size_t length = unit < 0 ? 2 : 6;
    bool is_pair = unit >= 0xD800 && unit < 0xDC00 && next >= 0xDC00 && next < 0xE000;

    if (is_pair)
        length = 12;
    if (unit == 0 || (unit >= 0xD800 && unit < 0xE000 && !is_pair))
        buf_put(p->out, STR("\xEF\xBF\xBD"));
    else
        buf_put(p->out, str_slice(p->text, p->at, p->at + length));
    p->at = MIN(p->at + length, p->text.len);
}

static void put_string(struct pass *p)
{
    buf_put_char(p->out, '"');
    for (p->at++; p->at < p->text.len && p->text.ptr[p->at] != '"';) {
        unsigned char c = (unsigned char)p->text.ptr[p->at];

        if (c == '\\') {
            put_escape(p);
            continue;
        }
        if (c < 0x20)
            buf_putf(p->out, "\\u%04x", c);
        else
            buf_put_char(p->out, (char)c);
        p->at++;
    }
    buf_put_char(p->out, '"');
    p->at++;
}

struct str lenient_strict(struct arena *a, struct str text)
{
    AUTO_BUF out = { 0 };
    struct pass p = { .text = text, .out = &out };

    buf_init(&out, text.len * GROWTH + GROWTH);
    while (p.at < text.len) {
        size_t start = p.at;

        if (text.ptr[p.at] == '"') {
            put_string(&p);
            continue;
        }
        while (p.at < text.len && is_word(text.ptr[p.at]))
            p.at++;
        if (p.at > start)
            put_word(&out, str_slice(text, start, p.at));
        else
            buf_put_char(&out, text.ptr[p.at++]);
    }
    return arena_str(a, buf_str(&out));
}

bool lenient_parse(struct arena *a, struct str text, struct json *out)
{
    struct err unheard;

    return json_parse(a, lenient_strict(a, text), out, &unheard);
}

static size_t skip_string(struct str text, size_t at)
{
    for (at++; at < text.len && text.ptr[at] != '"'; at++)
        at += text.ptr[at] == '\\';
    return MIN(at + 1, text.len);
}

/* Up to a character of `ends` that stands outside of strings and brackets. */
static size_t find_outside(struct str text, size_t at, const char *ends)
{
    size_t depth = 0;

    while (at < text.len) {
        char c = text.ptr[at];

        if (depth == 0 && c != '\0' && strchr(ends, c) != NULL)
            return at;
        if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']')
            depth -= depth > 0;
        at = c == '"' ? skip_string(text, at) : at + 1;
    }
    return at;
}

static size_t skip_blanks(struct str text, size_t at)
{
    while (at < text.len && text.ptr[at] != '\0' && strchr(" \t\r\n", text.ptr[at]) != NULL)
        at++;
    return at;
}

bool lenient_next_member(struct arena *a, struct str *rest, struct str *out_name,
                         struct json *out_value)
{
    for (;;) {
        size_t name_at = skip_blanks(*rest, 0);
        struct err unheard;
        struct json name;
        size_t colon, end;

        if (name_at < rest->len && (rest->ptr[name_at] == '{' || rest->ptr[name_at] == ','))
            name_at = skip_blanks(*rest, name_at + 1);
        if (name_at == rest->len || rest->ptr[name_at] != '"')
            return false;
        colon = skip_blanks(*rest, skip_string(*rest, name_at));
        if (colon == rest->len || rest->ptr[colon] != ':')
            return false;
        end = find_outside(*rest, colon + 1, ",}");
        struct str name_text = str_slice(*rest, name_at, colon);
        struct str value_text = str_slice(*rest, colon + 1, end);
        *rest = str_slice(*rest, end, rest->len);
        if (json_parse(a, name_text, &name, &unheard) && name.type == JSON_STR &&
            json_parse(a, value_text, out_value, &unheard)) {
            *out_name = name.str;
            return true;
        }
    }
}

size_t lenient_end(struct str text)
{
    size_t depth = 0, at = 0;

    if (text.len == 0 || (text.ptr[0] != '{' && text.ptr[0] != '['))
        return 0;
    while (at < text.len) {
        char c = text.ptr[at];

        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        at = c == '"' ? skip_string(text, at) : at + 1;
        if (depth == 0)
            return at;
    }
    return 0;
}

struct str lenient_text(struct arena *a, const struct json *v)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    if (v == NULL || v->type == JSON_NULL || v->type == JSON_ARRAY || v->type == JSON_OBJECT)
        return (struct str){ 0 };
    if (v->type == JSON_STR)
        return v->str;
    if (v->type == JSON_INT)
        return arena_strf(a, "%lld", (long long)v->integer);
    if (v->type == JSON_BOOL)
        return v->boolean ? STR("true") : STR("false");
    buf_init(&text, 64);
    json_put_f64(&w, v->real);
    return arena_str(a, buf_str(&text));
}
