/*
 * The parser follows the original's regular expression, because files were written to be read by
 * it: \s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$), found again and again in the last line.
 * One thing is added: a value in brackets goes on to the bracket's end, commas or not.
 */
#include "image/recipe/infotext.h"

#include <string.h>

#include "image/recipe/lenient.h"

enum {
    MAX_PAIRS = 200,
    MAX_PAIR_BYTES = 64 * 1024, /* of their line; what is behind is not looked at */
    LEAST_PAIRS = 3,            /* a line with fewer is prose */
};

static bool is_space(char c)
{
    return c != '\0' && strchr(" \t\r\n\f\v", c) != NULL;
}

static size_t skip_space(struct str s, size_t at)
{
    while (at < s.len && is_space(s.ptr[at]))
        at++;
    return at;
}

/* Letters of every script count, as bytes from 0x80 on. */
static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* The first name at or behind *at, two characters or more with a colon behind. */
static bool find_name(struct str line, size_t *at, struct str *out)
{
    for (size_t start = *at; start < line.len;) {
        size_t end = start;

        if (!is_word(line.ptr[start])) {
            start++;
            continue;
        }
        while (end < line.len && (is_word(line.ptr[end]) || strchr(" -/", line.ptr[end]) != NULL) &&
               line.ptr[end] != '\0')
            end++;
        if (end < line.len && line.ptr[end] == ':' && end - start >= 2) {
            *out = str_slice(line, start, end);
            *at = end + 1;
            return true;
        }
        start = end + 1;
    }
    return false;
}

/* Behind the closing quote, or 0 when the text is not quoted as a whole. */
static size_t end_of_quoted(struct str line, size_t at)
{
    size_t end = at + 1;

    if (at >= line.len || line.ptr[at] != '"')
        return 0;
    while (end < line.len && line.ptr[end] != '"')
        end += line.ptr[end] == '\\' ? 2 : 1;
    if (end >= line.len || end == at + 1)
        return 0;
    return end + 1;
}

static size_t end_of_brackets(struct str line, size_t at)
{
    size_t length = lenient_end(str_slice(line, at, line.len));

    return length > 0 ? at + length : 0;
}

static struct str cut_value(struct str line, size_t *at)
{
    size_t start = skip_space(line, *at), end = end_of_quoted(line, start);

    if (end == 0)
        end = end_of_brackets(line, start);
    if (end == 0 || (end < line.len && line.ptr[end] != ','))
        end = str_find_char(line, ',', start);
    *at = end + 1;
    return str_slice(line, start, end);
}

static struct str unquote(struct arena *a, struct str value)
{
    struct json text;

    if (value.len < 2 || value.ptr[0] != '"' || !str_ends(value, STR("\"")) ||
        !lenient_parse(a, value, &text) || text.type != JSON_STR)
        return text_trim(value);
    return text_trim(text.str);
}

static void parse_pairs(struct arena *a, struct str line, struct infotext *out)
{
    struct str name, value;

    out->pairs = arena_array(a, struct recipe_setting, MAX_PAIRS);
    for (size_t at = 0; out->pair_count < MAX_PAIRS && find_name(line, &at, &name);) {
        value = unquote(a, cut_value(line, &at));
        out->pairs[out->pair_count++] = (struct recipe_setting){ text_trim(name), value };
    }
}

/*
 * stable-diffusion.cpp puts its own JSON behind everything, unquoted. Where it begins is the end of
 * the line of pairs.
 */
static struct str without_tail(struct str line)
{
    size_t end = MIN(line.len, (size_t)MAX_PAIR_BYTES);

    while (end > 0 && end < line.len && ((unsigned char)line.ptr[end] & 0xC0) == 0x80)
        end--; /* not into a character */
    line = str_slice(line, 0, end);
    return str_slice(line, 0, str_find(line, STR(", SDCPP: ")));
}

static void add_line(struct buf *to, struct str line)
{
    if (to->len > 0)
        buf_put_char(to, '\n');
    buf_put(to, line);
}

static void parse_prompts(struct arena *a, struct str text, struct infotext *out)
{
    struct str mark = STR("Negative prompt:"), rest = text, line;
    AUTO_BUF prompt = { 0 };
    AUTO_BUF negative = { 0 };
    bool more = text.len > 0, is_negative = false;

    buf_init(&prompt, text.len + 1);
    buf_init(&negative, text.len + 1);
    while (more) {
        more = str_cut(rest, '\n', &line, &rest);
        line = text_trim(line);
        if (str_starts(line, mark)) {
            is_negative = true;
            line = text_trim(str_slice(line, mark.len, line.len));
        }
        add_line(is_negative ? &negative : &prompt, line);
    }
    out->prompt = text_trim(arena_str(a, buf_str(&prompt)));
    out->negative_prompt = text_trim(arena_str(a, buf_str(&negative)));
}

void infotext_parse(struct arena *a, struct str text, struct infotext *out)
{
    struct str last;
    size_t at;

    text = text_trim(text);
    for (at = text.len; at > 0 && text.ptr[at - 1] != '\n';)
        at--;
    last = str_slice(text, at, text.len);
    *out = (struct infotext){ 0 };
    parse_pairs(a, without_tail(last), out);
    if (out->pair_count < LEAST_PAIRS)
        out->pair_count = 0;
    else
        text = str_slice(text, 0, at);
    parse_prompts(a, text, out);
}

struct str infotext_find(const struct infotext *text, const char *name)
{
    for (size_t i = 0; i < text->pair_count; i++) {
        if (str_eq_nocase(text->pairs[i].name, str_from(name)))
            return text->pairs[i].value;
    }
    return (struct str){ 0 };
}
