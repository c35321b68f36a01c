/* XML's five names and its numbers, and nothing more of it. */
#include "image/recipe/xmp_value.h"

#include <string.h>

#include "base/buf.h"

enum { MAX_ENTITY = 10 };

static bool put_point(struct buf *out, uint32_t c)
{
    char utf8[4];
    size_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = { 0, 0xC0, 0xE0, 0xF0 };

    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        return false;
    for (size_t i = more; i > 0; i--) {
        utf8[i] = (char)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    utf8[0] = (char)(lead[more] | c);
    buf_put(out, str_of(utf8, more + 1));
    return true;
}

/* "#8230" or "#x2026" */
static bool put_number(struct buf *out, struct str digits)
{
    uint32_t value = 0, base = 10;

    if (str_starts(digits, STR("x"))) {
        base = 16;
        digits = str_slice(digits, 1, digits.len);
    }
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i], low = (char)(c | 0x20);
        uint32_t digit = c >= '0' && c <= '9'       ? (uint32_t)(c - '0')
                         : low >= 'a' && low <= 'f' ? (uint32_t)(low - 'a' + 10)
                                                    : 99;

        if (digit >= base || value > 0x10FFFF)
            return false;
        value = value * base + digit;
    }
    return digits.len > 0 && put_point(out, value);
}

static bool put_entity(struct buf *out, struct str name)
{
    static const struct {
        const char *name;
        char c;
    } known[] = { { "lt", '<' }, { "gt", '>' }, { "amp", '&' }, { "quot", '"' }, { "apos", '\'' } };

    if (str_starts(name, STR("#")))
        return put_number(out, str_slice(name, 1, name.len));
    for (size_t i = 0; i < COUNT(known); i++) {
        if (str_eq(name, str_from(known[i].name))) {
            buf_put_char(out, known[i].c);
            return true;
        }
    }
    return false;
}

/* What is no entity stays as it is. */
static struct str decoded(struct arena *a, struct str text)
{
    AUTO_BUF out = { 0 };

    buf_init(&out, text.len + 1);
    while (text.len > 0) {
        size_t amp = str_find_char(text, '&', 0);
        struct str name, rest;

        buf_put(&out, str_slice(text, 0, amp));
        text = str_slice(text, amp, text.len);
        if (text.len == 0)
            break;
        if (str_cut(str_slice(text, 1, 1 + MAX_ENTITY), ';', &name, &rest) &&
            put_entity(&out, name)) {
            text = str_slice(text, name.len + 2, text.len);
        } else {
            buf_put_char(&out, '&');
            text = str_slice(text, 1, text.len);
        }
    }
    return arena_str(a, buf_str(&out));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Behind the name: ="value" or >text<. */
static bool read_value(struct arena *a, struct str rest, bool is_element, struct str *out)
{
    size_t at = 0, end;
    char stop = '<';

    while (at < rest.len && is_blank(rest.ptr[at]))
        at++;
    if (at == rest.len || rest.ptr[at] != (is_element ? '>' : '='))
        return false;
    at++;
    while (!is_element && at < rest.len && is_blank(rest.ptr[at]))
        at++;
    if (!is_element) {
        if (at == rest.len || (rest.ptr[at] != '"' && rest.ptr[at] != '\''))
            return false;
        stop = rest.ptr[at++];
    }
    end = str_find_char(rest, stop, at);
    if (end == rest.len)
        return false;
    *out = decoded(a, str_slice(rest, at, end));
    return true;
}

struct str xmp_value(struct arena *a, struct str packet, const char *name)
{
    struct str key = str_from(name), rest = packet, value = { 0 };

    for (size_t at; (at = str_find(rest, key)) < rest.len;) {
        char before = at > 0 ? rest.ptr[at - 1] : '\0';

        rest = str_slice(rest, at + key.len, rest.len);
        if ((before == '<' || is_blank(before)) && read_value(a, rest, before == '<', &value))
            return value;
    }
    return (struct str){ 0 };
}
