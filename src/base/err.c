/* The one way to say that something failed: a code, a message for people, and the field that is to
 * blame. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int status;
    bool may_retry;
    const char *text;
} rows[ERR_CODE_COUNT] = {
    [ERR_NONE] = { "none", 200, false, "no error" },
#define ERR(code, name, status, again, text) [ERR_##code] = { name, status, again, text },
#include "base/err_codes.def"
#undef ERR
};

const char *err_name(enum err_code code)
{
    return rows[code].name;
}

int err_status(enum err_code code)
{
    return rows[code].status;
}

bool err_may_retry(enum err_code code)
{
    return rows[code].may_retry;
}

const char *err_text(enum err_code code)
{
    return rows[code].text;
}

/*
 * Messages quote what callers and other servers have sent, and are cut by their buffer: they hold
 * nothing that moves a cursor or begins a line, and do not end inside a code point. What else is no
 * UTF-8 stays.
 */
static void tidy(char *text)
{
    size_t len = strlen(text), last = len;

    str_blank_controls(text, len);
    while (last > 0 && len - last < 4 && (text[last - 1] & 0xC0) == 0x80)
        last--;
    if (last > 0 && (text[last - 1] & 0xC0) == 0xC0 &&
        !str_is_utf8(str_of(text + last - 1, len - last + 1)))
        text[last - 1] = '\0';
}

static PRINTF_LIKE(3, 0) void fill(struct err *e, enum err_code code, const char *fmt, va_list args)
{
    *e = (struct err){ .code = code };
    vsnprintf(e->msg, sizeof(e->msg), fmt, args);
    tidy(e->msg);
}

bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    fill(e, code, fmt, args);
    va_end(args);
    return false;
}

bool err_set_field(struct err *e, enum err_code code, struct str field, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    fill(e, code, fmt, args);
    va_end(args);
    snprintf(e->field, sizeof(e->field), STR_FMT, STR_ARG(field));
    tidy(e->field);
    return false;
}

bool err_wrap(struct err *e, const char *context)
{
    char inner[sizeof(e->msg)];

    memcpy(inner, e->msg, sizeof(inner));
    snprintf(e->msg, sizeof(e->msg), "%s: %s", context, inner);
    tidy(e->msg);
    return false;
}
