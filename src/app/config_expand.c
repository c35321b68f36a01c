/* ${NAME} in the texts of the configuration. */
#include "app/config_tables.h"

#include <stdlib.h>

static bool is_variable_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

        if (!is_letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return s.len > 0;
}

/* inside is what stands between the braces. */
static bool put_variable(struct arena *a, struct str inside, struct buf *out, struct err *e)
{
    size_t at = str_find(inside, STR(":-"));
    struct str name = str_slice(inside, 0, at);
    struct str value = { 0 };

    if (!is_variable_name(name) || str_find(inside, STR("${")) < inside.len)
        return err_set(e, ERR_INVALID,
                       "cannot read '${...}': write ${NAME} or ${NAME:-text}, and $$ for a dollar");
    value = str_from(getenv(arena_cstr(a, name)));
    if (at < inside.len && value.len == 0)
        value = str_slice(inside, at + 2, inside.len);
    if (str_is_null(value))
        return err_set(e, ERR_INVALID, "the environment variable '" STR_FMT "' is not set",
                       STR_ARG(name));
    if (!str_is_utf8(value))
        return err_set(e, ERR_INVALID, "the environment variable '" STR_FMT "' is not UTF-8 text",
                       STR_ARG(name));
    buf_put(out, value);
    return true;
}

bool config_expand(struct arena *a, struct str text, struct str *out, struct err *e)
{
    AUTO_BUF expanded = { 0 };
    size_t at = 0;

    buf_init(&expanded, CONFIG_FILE_MAX_BYTES);
    while (at < text.len) {
        size_t dollar = str_find_char(text, '$', at);
        struct str rest = str_slice(text, dollar, text.len);
        size_t end = str_find_char(rest, '}', 0);

        buf_put(&expanded, str_slice(text, at, dollar));
        if (str_starts(rest, STR("${"))) {
            if (end == rest.len)
                return err_set(e, ERR_INVALID, "'${' without its '}' (a dollar is written $$)");
            if (!put_variable(a, str_slice(rest, 2, end), &expanded, e))
                return false;
            at = dollar + end + 1;
        } else {
            buf_put(&expanded, str_slice(rest, 0, 1));
            at = dollar + (str_starts(rest, STR("$$")) ? 2 : 1);
        }
    }
    if (expanded.overflowed)
        return err_set(e, ERR_TOO_LARGE, "too long with its environment variables filled in");
    *out = str_of(arena_cstr(a, buf_str(&expanded)), expanded.len);
    return true;
}
