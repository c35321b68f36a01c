/* Pages as man pages: the same words in roff. */
#include <ctype.h>

#include "cli/cli.h"
#include "cli/page.h"

/* A dot or an apostrophe that begins a line would be an order, a hyphen a hyphen. */
static void put_escaped(struct buf *out, struct str text)
{
    if (str_starts(text, STR(".")) || str_starts(text, STR("'")))
        buf_put(out, STR("\\&"));
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '\\':
            buf_put(out, STR("\\e"));
            break;
        case '-':
            buf_put(out, STR("\\-"));
            break;
        case '\'':
            buf_put(out, STR("\\(aq"));
            break;
        case '~':
            buf_put(out, STR("\\(ti"));
            break;
        case '^':
            buf_put(out, STR("\\(ha"));
            break;
        case '`':
            buf_put(out, STR("\\(ga"));
            break;
        default:
            buf_put_char(out, text.ptr[i]);
        }
    }
    buf_put_char(out, '\n');
}

static void put_heading(struct buf *out, const char *text)
{
    buf_put(out, STR(".SH \""));
    for (; *text != '\0'; text++)
        buf_put_char(out, (char)toupper((unsigned char)*text));
    buf_put(out, STR("\"\n"));
}

static bool is_below_heading(struct str page)
{
    size_t at = page.len > 0 ? page.len - 1 : 0;

    while (at > 0 && page.ptr[at - 1] != '\n')
        at--;
    return str_starts(str_slice(page, at, page.len), STR(".SH "));
}

static void put_paragraph(struct buf *out, const char *text)
{
    if (!is_below_heading(buf_str(out))) /* whose first one begins by itself */
        buf_put(out, STR(".PP\n"));
    put_escaped(out, str_from(text));
}

static void put_line(struct buf *out, const char *text)
{
    buf_put(out, STR(".nf\n"));
    put_escaped(out, str_from(text));
    buf_put(out, STR(".fi\n"));
}

static void put_item(struct buf *out, const char *term, const char *text)
{
    buf_put(out, STR(".TP\n"));
    put_escaped(out, str_trim(str_from(term)));
    put_escaped(out, str_from(text));
}

const struct page_writer page_man = {
    .heading = put_heading,
    .paragraph = put_paragraph,
    .line = put_line,
    .item = put_item,
};

/* "albumen-album-create": a page's name has no blanks. */
static void put_page_name(struct buf *out, const char *program, const char *command)
{
    buf_put(out, str_from(program));
    if (command != NULL)
        buf_put(out, STR("\\-"));
    for (; command != NULL && *command != '\0'; command++) {
        if (*command == ' ' || *command == '-')
            buf_put(out, STR("\\-"));
        else
            buf_put_char(out, *command);
    }
}

static void put_head(struct buf *out, const char *program, const char *command, const char *summary)
{
    buf_put(out, STR(".TH \""));
    put_page_name(out, program, command);
    buf_put(out, STR("\" 1 \"\" \"albumen " ALBUMEN_VERSION "\" \"Albumen\"\n.nh\n.ad l\n"
                     ".SH \"NAME\"\n"));
    put_page_name(out, program, command);
    buf_put(out, STR(" \\- "));
    put_escaped(out, str_from(summary));
}

void man_put_command(const char *program, const struct command *c, struct buf *out)
{
    put_head(out, program, c->name, c->summary);
    page_put_command(&page_man, program, c, out);
}

void man_put_program(const char *program, struct buf *out)
{
    put_head(out, program, NULL, "self-hosted studio for AI image generation");
    page_put_overview(&page_man, program, out);
}
