/* CSV as RFC 4180 has it, that no spreadsheet takes for formulas. */
#include "base/csv.h"

#include <string.h>

enum { MICROS = 1000 * 1000 };

static void begin_cell(struct csv_writer *w)
{
    if (w->in_row)
        buf_put_char(w->out, ',');
    w->in_row = true;
}

static bool has_any(struct str text, const char *chars)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\0' && strchr(chars, text.ptr[i]) != NULL)
            return true;
    }
    return false;
}

static bool is_formula(struct str text)
{
    return text.len > 0 && has_any(str_slice(text, 0, 1), "=+-@\t\r\n");
}

void csv_put_text(struct csv_writer *w, struct str text)
{
    bool quoted = has_any(text, "\",\r\n") || is_formula(text);

    begin_cell(w);
    if (quoted)
        buf_put_char(w->out, '"');
    if (is_formula(text))
        buf_put_char(w->out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            buf_put_char(w->out, '"');
        buf_put_char(w->out, text.ptr[i]);
    }
    if (quoted)
        buf_put_char(w->out, '"');
}

void csv_put_i64(struct csv_writer *w, int64_t value)
{
    begin_cell(w);
    buf_put_i64(w->out, value);
}

void csv_put_micros(struct csv_writer *w, int64_t micros)
{
    long long size = micros < 0 ? -(micros + 1) : micros; /* the least has no positive twin */

    size += micros < 0;
    begin_cell(w);
    buf_putf(w->out, "%s%lld.%06lld", micros < 0 ? "-" : "", size / MICROS, size % MICROS);
}

void csv_end_row(struct csv_writer *w)
{
    buf_put(w->out, STR("\r\n"));
    w->in_row = false;
}
