/* What help and man page say of a command and of the program. */
#include "cli/page.h"

#include <stdio.h>

#include "cli/cli.h"

enum { TERM_MAX = 160, TEXT_MAX = 400 };

static bool is_number(const struct field *f)
{
    return f->type == FIELD_I64 || f->type == FIELD_OPT_I64 || f->type == FIELD_F64 ||
           f->type == FIELD_OPT_F64;
}

static const char *value_name(const struct field *f)
{
    if (f->type == FIELD_BOOL || f->type == FIELD_OPT_BOOL)
        return NULL;
    if (f->unit != NULL)
        return f->unit;
    return is_number(f) ? "N" : "TEXT";
}

/* "-n, --count N"; options without a short form stand under the long forms of the others. */
static void put_term(const struct field *f, char out[TERM_MAX])
{
    const char *value = value_name(f);
    char name[FIELD_NAME_MAX + 1];
    size_t len = 0;

    for (; len < FIELD_NAME_MAX && f->name[len] != '\0'; len++)
        name[len] = f->name[len] == '_' ? '-' : f->name[len];
    name[len] = '\0';
    snprintf(out, TERM_MAX, "%c%c%s--%s%s%s", f->short_name != '\0' ? '-' : ' ',
             f->short_name != '\0' ? f->short_name : ' ', f->short_name != '\0' ? ", " : "  ", name,
             value != NULL ? " " : "", value != NULL ? value : "");
}

/* The help, and the bounds of a number. */
static void put_text(const struct field *f, char out[TEXT_MAX])
{
    const char *help = f->help != NULL ? f->help : "";

    if (is_number(f) && (f->min != 0 || f->max != 0))
        snprintf(out, TEXT_MAX, "%s%s%.0f to %.0f%s", help, help[0] != '\0' ? " (" : "", f->min,
                 f->max, help[0] != '\0' ? ")" : "");
    else
        snprintf(out, TEXT_MAX, "%s", help);
}

static void put_options(const struct page_writer *w, const char *title, const struct field *table,
                        struct buf *out)
{
    char term[TERM_MAX], text[TEXT_MAX];

    w->heading(out, title);
    for (const struct field *f = table; f->type != FIELD_END; f++) {
        put_term(f, term);
        put_text(f, text);
        w->item(out, term, text);
    }
}

void page_put_command(const struct page_writer *w, const char *program, const struct command *c,
                      struct buf *out)
{
    char usage[TEXT_MAX];

    snprintf(usage, sizeof(usage), "%s %s%s%s [options]", program, c->name,
             c->args != NULL ? " " : "", c->args != NULL ? c->args : "");
    w->heading(out, "Usage");
    w->line(out, usage);
    w->heading(out, "Description");
    w->paragraph(out, c->summary);
    if (c->details != NULL)
        w->paragraph(out, c->details);
    w->heading(out, "Example");
    w->line(out, c->example);
    if (c->options != NULL)
        put_options(w, "Options", c->options, out);
    put_options(w, "Options of every command", cli_global_fields, out);
}

void page_put_overview(const struct page_writer *w, const char *program, struct buf *out)
{
    const struct command *command;
    char usage[TEXT_MAX];

    snprintf(usage, sizeof(usage), "%s COMMAND [options]", program);
    w->heading(out, "Usage");
    w->line(out, usage);
    w->heading(out, "Description");
    w->paragraph(out, "Albumen, a self-hosted studio for AI image generation: server, worker and "
                      "command line in one.");
    w->heading(out, "Commands");
    for (size_t i = 0; (command = cli_command_at(i)) != NULL; i++)
        w->item(out, command->name, command->summary);
    put_options(w, "Options of every command", cli_global_fields, out);
    w->heading(out, "Exit codes");
    w->paragraph(out, "0 done, 1 something failed, 2 usage, 3 configuration, 4 backend, 5 budget, "
                      "130 interrupted.");
    w->heading(out, "More");
    snprintf(usage, sizeof(usage),
             "'%s COMMAND --help' says more of a command, and '%s man "
             "COMMAND' prints the same as a man page.",
             program, program);
    w->paragraph(out, usage);
}
