/* Completions for fish. */
#include "cli/cli.h"
#include "cli/completion.h"

static void put_quoted(struct buf *out, const char *text)
{
    buf_put_char(out, '\'');
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            buf_put_char(out, '\\');
        buf_put_char(out, *text);
    }
    buf_put_char(out, '\'');
}

/* When: the words of this command stand on the line. */
static void put_condition(struct buf *out, const struct command *c)
{
    struct str second = completion_word(c, 2);

    buf_putf(out, " -n '__fish_seen_subcommand_from " STR_FMT, STR_ARG(completion_word(c, 1)));
    if (second.len > 0)
        buf_putf(out, "; and __fish_seen_subcommand_from " STR_FMT, STR_ARG(second));
    buf_put_char(out, '\'');
}

static void put_value(struct buf *out, const struct field *f, enum completion_value value)
{
    const char *kind = completion_kind_of(value);

    if (value == VALUE_NONE)
        return;
    buf_put(out, value == VALUE_FILE ? STR(" -r -F") : STR(" -x"));
    if (kind != NULL) {
        buf_putf(out, " -a \"($program completion %s 2>/dev/null)\"", kind);
    } else if (value == VALUE_WORD) {
        buf_put(out, STR(" -a '"));
        completion_put_words(out, f);
        buf_put_char(out, '\'');
    }
}

static void put_options(struct buf *out, const struct command *c, const struct field *table)
{
    for (const struct field *f = table; f != NULL && f->type != FIELD_END; f++) {
        enum completion_value value = completion_value_of(f);

        buf_put(out, STR("    complete -c $program"));
        if (c != NULL)
            put_condition(out, c);
        if (f->short_name != '\0')
            buf_putf(out, " -s %c", f->short_name);
        buf_put(out, STR(" -l "));
        completion_put_option(out, f);
        put_value(out, f, value);
        buf_put(out, STR(" -d "));
        put_quoted(out, f->help);
        buf_put_char(out, '\n');
    }
}

static void put_command(struct buf *out, const struct command *c, size_t index)
{
    struct str second = completion_word(c, 2), first = completion_word(c, 1);

    if (completion_opens_group(index)) {
        buf_putf(out, "    complete -c $program -f -n __fish_use_subcommand -a " STR_FMT " -d ",
                 STR_ARG(first));
        put_quoted(out, second.len > 0 ? "commands" : c->summary);
        buf_put_char(out, '\n');
    }
    if (second.len > 0) {
        buf_putf(out,
                 "    complete -c $program -f -n '__fish_seen_subcommand_from " STR_FMT
                 "; and not __fish_seen_subcommand_from " STR_FMT "' -a " STR_FMT " -d ",
                 STR_ARG(first), STR_ARG(second), STR_ARG(second));
        put_quoted(out, c->summary);
        buf_put_char(out, '\n');
    }
    if (completion_takes_files(c)) {
        buf_put(out, STR("    complete -c $program -F"));
        put_condition(out, c);
        buf_put_char(out, '\n');
    }
    put_options(out, c, c->options);
}

void completion_put_fish(struct buf *out)
{
    const struct command *c;

    buf_put(out, STR("# Completions of albumen for fish, printed by `albumen completion fish`.\n"
                     "for program in albumen imagen\n"
                     "    complete -c $program -f\n"));
    for (size_t i = 0; (c = cli_command_at(i)) != NULL; i++)
        put_command(out, c, i);
    put_options(out, NULL, cli_global_fields);
    buf_put(out, STR("end\n"));
}
