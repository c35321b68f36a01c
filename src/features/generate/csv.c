/* Comma-separated values, RFC 4180. */
#include "features/generate/csv.h"

struct csv csv_open(struct arena *a, struct str text)
{
    return (struct csv){ .arena = a, .rest = text, .line = 1, .next_line = 1 };
}

static void skip(struct csv *c, size_t bytes)
{
    c->rest = str_slice(c->rest, bytes, c->rest.len);
}

/* Where the quote is that ends the cell; two in a row are one of its letters. */
static bool find_closing(struct str s, size_t *out)
{
    for (size_t at = 0;; at += 2) {
        at = str_find_char(s, '"', at);
        if (at >= s.len)
            return false;
        if (at + 1 < s.len && s.ptr[at + 1] == '"')
            continue;
        *out = at;
        return true;
    }
}

/* Behind the opening quote. */
static bool read_quoted(struct csv *c, struct str *out, struct err *e)
{
    size_t end, len = 0;
    char *text;

    if (!find_closing(c->rest, &end))
        return err_set(e, ERR_INVALID, "a quote is opened and not closed");
    text = arena_alloc(c->arena, end + 1);
    for (size_t i = 0; i < end; i++) {
        text[len++] = c->rest.ptr[i];
        c->next_line += c->rest.ptr[i] == '\n';
        i += c->rest.ptr[i] == '"';
    }
    skip(c, end + 1);
    *out = str_of(text, len);
    return true;
}

static bool at_edge(struct str rest)
{
    return rest.len == 0 || rest.ptr[0] == ',' || rest.ptr[0] == '\n' ||
           str_starts(rest, STR("\r\n"));
}

static bool read_cell(struct csv *c, struct str *out, struct err *e)
{
    size_t end = 0;

    if (str_starts(c->rest, STR("\""))) {
        skip(c, 1);
        if (!read_quoted(c, out, e))
            return false;
        return at_edge(c->rest) ||
               err_set(e, ERR_INVALID, "text behind a closing quote: quotes are doubled inside");
    }
    while (!at_edge(str_slice(c->rest, end, c->rest.len)))
        end++;
    *out = str_slice(c->rest, 0, end);
    skip(c, end);
    return true;
}

bool csv_next(struct csv *c, struct csv_row *out, size_t max, bool *out_more, struct err *e)
{
    c->line = c->next_line;
    out->line = c->line;
    out->count = 0;
    *out_more = c->rest.len > 0;
    while (c->rest.len > 0) {
        if (out->count == max)
            return err_set(e, ERR_INVALID, "more than %zu columns", max);
        if (!read_cell(c, &out->cells[out->count++], e))
            return false;
        if (!str_starts(c->rest, STR(",")))
            break;
        skip(c, 1);
        if (c->rest.len == 0 && out->count < max) /* a comma at the very end: one more, empty */
            out->cells[out->count++] = STR("");
    }
    if (str_starts(c->rest, STR("\r\n")))
        skip(c, 1);
    if (str_starts(c->rest, STR("\n")))
        skip(c, 1);
    c->next_line++;
    return true;
}
