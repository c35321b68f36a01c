/* Help, printed from the command tables; lines fit 80 columns. */
#include <string.h>

#include "cli/cli.h"

enum { WIDTH = 80, OPTION_COLUMN = 28 };

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

static const char *value_name(const struct field *f)
{
    if (f->type == FIELD_BOOL || f->type == FIELD_OPT_BOOL)
        return "";
    if (f->unit != NULL)
        return f->unit;
    return f->type == FIELD_I64 || f->type == FIELD_OPT_I64 ? "N" : "TEXT";
}

static void put_option(struct buf *out, const struct field *f)
{
    size_t start = out->len;

    buf_put(out, STR("  "));
    if (f->short_name != '\0')
        buf_putf(out, "-%c, ", f->short_name);
    else
        buf_put(out, STR("    "));
    buf_put(out, STR("--"));
    for (const char *c = f->name; *c != '\0'; c++)
        buf_put_char(out, *c == '_' ? '-' : *c);
    buf_putf(out, " %s", value_name(f));
    if (out->len - start >= OPTION_COLUMN)
        buf_putf(out, "\n%*s", OPTION_COLUMN, "");
    else
        buf_putf(out, "%*s", (int)(OPTION_COLUMN - (out->len - start)), "");
    put_wrapped(out, f->help != NULL ? f->help : "", OPTION_COLUMN);
}

static void put_options(struct buf *out, const char *title, const struct field *table)
{
    buf_putf(out, "\n%s\n", title);
    for (const struct field *f = table; f->type != FIELD_END; f++)
        put_option(out, f);
}

void cli_print_help(const char *program, const struct command *c, struct buf *out)
{
    buf_putf(out, "Usage: %s %s%s%s [options]\n\n", program, c->name, c->args != NULL ? " " : "",
             c->args != NULL ? c->args : "");
    put_wrapped(out, c->summary, 0);
    if (c->example != NULL)
        buf_putf(out, "\nExample:\n  %s\n", c->example);
    if (c->options != NULL)
        put_options(out, "Options:", c->options);
    put_options(out, "Options of every command:", cli_global_fields);
}

void cli_print_overview(const char *program, struct buf *out)
{
    const struct command *command;

    buf_putf(out, "Usage: %s COMMAND [options]\n\n", program);
    put_wrapped(
        out,
        "Albumen, a self-hosted studio for AI image generation: server, worker and command line in one.",
        0);
    buf_put(out, STR("\nCommands:\n"));
    for (size_t i = 0; (command = cli_command_at(i)) != NULL; i++) {
        buf_putf(out, "  %-*s", OPTION_COLUMN - 2, command->name);
        put_wrapped(out, command->summary, OPTION_COLUMN);
    }
    put_options(out, "Options of every command:", cli_global_fields);
    buf_putf(out,
             "\n'%s COMMAND --help' says more. Exit codes: 0 done, 1 something failed, 2 usage,\n"
             "3 configuration, 4 backend, 5 budget, 130 interrupted.\n",
             program);
}
