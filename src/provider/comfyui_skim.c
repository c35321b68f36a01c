/* Walks over JSON without a tree. */
#include "provider/comfyui_skim.h"

#include <string.h>

/* Also what stands between values: whoever reads for one's own use need not be strict about it. */
static void skip_blanks(struct str *s)
{
    size_t at = 0;

    while (at < s->len && s->ptr[at] != '\0' && strchr(" \t\r\n,", s->ptr[at]) != NULL)
        at++;
    *s = str_slice(*s, at, s->len);
}

/* Just behind the string that begins at this place; past the end when it is not closed. */
static size_t skip_string(struct str s, size_t at)
{
    for (at++; at < s.len && s.ptr[at] != '"'; at++)
        at += s.ptr[at] == '\\';
    return at + 1;
}

static size_t skip_brackets(struct str s, size_t at)
{
    size_t depth = 0;

    while (at < s.len) {
        char c = s.ptr[at];

        if (c == '{' || c == '[')
            depth++;
        if ((c == '}' || c == ']') && --depth == 0)
            return at + 1;
        at = c == '"' ? skip_string(s, at) : at + 1;
    }
    return s.len + 1;
}

static size_t skip_word(struct str s, size_t at)
{
    while (at < s.len && s.ptr[at] != '\0' && strchr(" \t\r\n,:]}", s.ptr[at]) == NULL)
        at++;
    return at;
}

/* Takes the value off the front; false when there is none, or not the whole of it. */
static bool take_value(struct str *rest, struct str *out)
{
    char first = rest->len > 0 ? rest->ptr[0] : '\0';
    size_t end;

    if (first == '"')
        end = skip_string(*rest, 0);
    else if (first == '{' || first == '[')
        end = skip_brackets(*rest, 0);
    else
        end = skip_word(*rest, 0);
    if (end == 0 || end > rest->len)
        return false;
    *out = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end, rest->len);
    return true;
}

struct skim skim_open(struct str text, char bracket)
{
    skip_blanks(&text);
    if (text.len == 0 || text.ptr[0] != bracket)
        return (struct skim){ .broken = true };
    return (struct skim){ .rest = str_slice(text, 1, text.len) };
}

/* True when it is over, for better or worse. */
static bool is_over(struct skim *s)
{
    if (s->broken)
        return true;
    skip_blanks(&s->rest);
    s->broken = s->rest.len == 0;
    return s->broken || s->rest.ptr[0] == ']' || s->rest.ptr[0] == '}';
}

bool skim_item(struct skim *s, struct str *out)
{
    if (is_over(s))
        return false;
    s->broken = !take_value(&s->rest, out);
    return !s->broken;
}

bool skim_member(struct skim *s, struct str *out_name, struct str *out)
{
    struct str name, value;

    if (is_over(s))
        return false;
    s->broken = s->rest.ptr[0] != '"' || !take_value(&s->rest, &name);
    if (s->broken)
        return false;
    skip_blanks(&s->rest);
    s->broken = s->rest.len == 0 || s->rest.ptr[0] != ':';
    s->rest = str_slice(s->rest, 1, s->rest.len);
    skip_blanks(&s->rest);
    s->broken = s->broken || !take_value(&s->rest, &value);
    if (s->broken)
        return false;
    *out_name = str_slice(name, 1, name.len - 1);
    *out = value;
    return true;
}

struct str skim_find(struct str object, const char *name)
{
    struct skim s = skim_open(object, '{');
    struct str found, value;

    while (skim_member(&s, &found, &value)) {
        if (str_eq(found, str_from(name)))
            return value;
    }
    return (struct str){ 0 };
}

struct str skim_at(struct str array, size_t index)
{
    struct skim s = skim_open(array, '[');
    struct str value;

    while (skim_item(&s, &value)) {
        if (index-- == 0)
            return value;
    }
    return (struct str){ 0 };
}
