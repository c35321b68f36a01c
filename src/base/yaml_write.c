/* Text as a YAML scalar that reads back as the same text. */
#include "base/yaml.h"

#include <string.h>

/* Reads one code point of valid UTF-8 and moves on. */
static uint32_t take_code_point(const char **at)
{
    const unsigned char *s = (const unsigned char *)*at;
    int more = s[0] >= 0xF0 ? 3 : s[0] >= 0xE0 ? 2 : s[0] >= 0xC0 ? 1 : 0;
    uint32_t c = more == 0 ? s[0] : s[0] & (0x3FU >> more);

    for (int i = 1; i <= more; i++)
        c = c << 6 | (s[i] & 0x3FU);
    *at += 1 + more;
    return c;
}

/* What YAML forbids raw in a file, and what it would fold as a line break. */
static bool must_be_escaped(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0xFEFF ||
           c == 0xFFFE || c == 0xFFFF;
}

static void put_quoted(struct buf *out, struct str s)
{
    const char *at = s.ptr;

    buf_put_char(out, '"');
    while (s.len > 0 && at < s.ptr + s.len) {
        const char *start = at;
        uint32_t c = take_code_point(&at);

        if (must_be_escaped(c))
            buf_putf(out, "\\u%04x", (unsigned)c);
        else if (c == '"' || c == '\\')
            buf_putf(out, "\\%c", (int)c);
        else
            buf_put(out, str_of(start, (size_t)(at - start)));
    }
    buf_put_char(out, '"');
}

/* Few characters are let through; among what is left, the reader itself knows numbers and words
 * from text. */
static bool is_plain_safe(struct str s)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./~@%+=-:";
    AUTO_ARENA arena = { 0 };
    struct json value = { 0 };
    struct err ignored = { 0 };

    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\0' || strchr(allowed, s.ptr[i]) == NULL)
            return false;
    }
    return yaml_parse(&arena, s, &value, &ignored) && value.type == JSON_STR &&
           str_eq(value.str, s);
}

void yaml_put_str(struct buf *out, struct str s)
{
    if (is_plain_safe(s))
        buf_put(out, s);
    else
        put_quoted(out, s);
}
