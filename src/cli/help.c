/* Pages as help: plain text whose lines fit 80 columns. */
#include <string.h>

#include "cli/cli.h"
#include "cli/page.h"

enum { WIDTH = 80, INDENT = 2, TEXT_COLUMN = 28 };

/* text in words, beginning at a column and going on there. */
static void put_wrapped(struct buf *out, const char *text, size_t column)
{
    struct str rest = str_from(text), word;
    size_t at = column;

    while (!str_is_null(rest)) {
        str_cut(rest, ' ', &word, &rest);
        if (at > column && at + 1 + word.len >= WIDTH) {
            buf_putf(out, "\n%*s", (int)column, "");
            at = column;
        } else if (at > column) {
            buf_put_char(out, ' ');
            at++;
        }
        buf_put(out, word);
        at += word.len;
    }
    buf_put_char(out, '\n');
}

static void put_heading(struct buf *out, const char *text)
{
    buf_putf(out, "%s%s:\n", out->len > 0 ? "\n" : "", text);
}

static void put_paragraph(struct buf *out, const char *text)
{
    if (!str_ends(buf_str(out), STR(":\n"))) /* not the first below its heading */
        buf_put_char(out, '\n');
    buf_putf(out, "%*s", INDENT, "");
    put_wrapped(out, text, INDENT);
}

static void put_line(struct buf *out, const char *text)
{
    buf_putf(out, "%*s%s\n", INDENT, "", text);
}

static void put_item(struct buf *out, const char *term, const char *text)
{
    size_t used = INDENT + strlen(term);

    buf_putf(out, "%*s%s", INDENT, "", term);
    if (text[0] == '\0') {
        buf_put_char(out, '\n');
        return;
    }
    if (used + 1 >= TEXT_COLUMN)
        buf_putf(out, "\n%*s", TEXT_COLUMN, "");
    else
        buf_putf(out, "%*s", (int)(TEXT_COLUMN - used), "");
    put_wrapped(out, text, TEXT_COLUMN);
}

const struct page_writer page_help = {
    .heading = put_heading,
    .paragraph = put_paragraph,
    .line = put_line,
    .item = put_item,
};

void cli_print_help(const char *program, const struct command *c, struct buf *out)
{
    page_put_command(&page_help, program, c, out);
}

void cli_print_overview(const char *program, struct buf *out)
{
    page_put_overview(&page_help, program, out);
}
