/* Completions for zsh. */
#include "cli/cli.h"
#include "cli/completion.h"

/* Inside single quotes; a colon and brackets mean something to zsh's own tables. */
static void put_quoted(struct buf *out, const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '\'')
            buf_put(out, STR("'\\''"));
        else if (*text == ':' || *text == '[' || *text == ']' || *text == '\\')
            buf_putf(out, "\\%c", *text);
        else
            buf_put_char(out, *text);
    }
}

/* The help, and what the value is, to the end of the quotes. */
static void put_value(struct buf *out, const struct field *f, enum completion_value value)
{
    const char *kind = completion_kind_of(value);

    put_quoted(out, f->help);
    if (kind != NULL) {
        buf_putf(out, "]:name:_albumen_names %s'", kind);
    } else if (value == VALUE_WORD) {
        buf_put(out, STR("]:value:("));
        completion_put_words(out, f);
        buf_put(out, STR(")'"));
    } else {
        buf_put(out, value == VALUE_NONE   ? STR("]'")
                     : value == VALUE_FILE ? STR("]:file:_files'")
                                           : STR("]:value: '"));
    }
}

static void put_options(struct buf *out, const struct field *table)
{
    for (const struct field *f = table; f != NULL && f->type != FIELD_END; f++) {
        enum completion_value value = completion_value_of(f);

        buf_put(out,
                f->type == FIELD_STRS ? STR(" \\\n            '*--") : STR(" \\\n            '--"));
        completion_put_option(out, f);
        buf_put(out, value == VALUE_NONE ? STR("[") : STR("=["));
        put_value(out, f, value);
        if (f->short_name == '\0')
            continue;
        buf_putf(out, " \\\n            '-%c%s[", f->short_name, value == VALUE_NONE ? "" : "+");
        put_value(out, f, value);
    }
}

static void put_described(struct buf *out, struct str word, const char *summary)
{
    buf_putf(out, "            '" STR_FMT ":", STR_ARG(word));
    put_quoted(out, summary);
    buf_put(out, STR("'\n"));
}

static bool is_group(const struct command *c)
{
    return completion_word(c, 2).len > 0;
}

static bool has_second_words(struct str group)
{
    const struct command *c;

    for (size_t i = 0; (c = cli_command_at(i)) != NULL; i++) {
        if (is_group(c) && str_eq(completion_word(c, 1), group))
            return true;
    }
    return false;
}

static void put_group(struct buf *out, struct str group)
{
    const struct command *c;

    buf_putf(out, "        " STR_FMT ") list=(\n", STR_ARG(group));
    for (size_t i = 0; (c = cli_command_at(i)) != NULL; i++) {
        if (is_group(c) && str_eq(completion_word(c, 1), group))
            put_described(out, completion_word(c, 2), c->summary);
    }
    buf_put(out, STR("        ) ;;\n"));
}

static void put_groups(struct buf *out)
{
    const struct command *c;

    for (size_t i = 0; (c = cli_command_at(i)) != NULL; i++) {
        if (completion_opens_group(i) && has_second_words(completion_word(c, 1)))
            put_group(out, completion_word(c, 1));
    }
}

/* _arguments sees the command's last word as the program: what follows are arguments. */
static void put_command(struct buf *out, const struct command *c)
{
    buf_putf(out, "        '%s%s')\n", c->name, is_group(c) ? "" : " '*'");
    buf_putf(out, "            shift %d words; (( CURRENT -= %d ))\n", is_group(c) ? 2 : 1,
             is_group(c) ? 2 : 1);
    buf_put(out, STR("            _arguments"));
    put_options(out, c->options);
    put_options(out, cli_global_fields);
    buf_put(out, completion_takes_files(c) ? STR(" \\\n            '*:file:_files' ;;\n")
                                           : STR(" \\\n            '*:word:()' ;;\n"));
}

void completion_put_zsh(struct buf *out)
{
    const struct command *c;

    buf_put(out, STR("#compdef albumen imagen\n"
                     "# Completions of albumen for zsh, printed by `albumen completion zsh`.\n"
                     "_albumen_names() {\n"
                     "    local -a names\n"
                     "    names=(${(f)\"$($program completion $argv[-1] 2>/dev/null)\"})\n"
                     "    compadd \"${@[1,-2]}\" -a names\n"
                     "}\n"
                     "_albumen() {\n"
                     "    local -a list\n"
                     "    local program=$words[1]\n"
                     "    if (( CURRENT == 2 )); then\n"
                     "        list=(\n"));
    for (size_t i = 0; (c = cli_command_at(i)) != NULL; i++) {
        if (completion_opens_group(i))
            put_described(out, completion_word(c, 1), is_group(c) ? "commands" : c->summary);
    }
    buf_put(out, STR("        )\n        _describe command list\n        return\n    fi\n"
                     "    if (( CURRENT == 3 )); then\n        case $words[2] in\n"));
    put_groups(out);
    buf_put(out, STR("        esac\n"
                     "        [[ -z $list ]] || { _describe command list; return }\n"
                     "    fi\n"
                     "    case \"$words[2] $words[3]\" in\n"));
    for (size_t i = 0; (c = cli_command_at(i)) != NULL; i++) {
        if (is_group(c))
            put_command(out, c);
    }
    for (size_t i = 0; (c = cli_command_at(i)) != NULL; i++) {
        if (!is_group(c))
            put_command(out, c);
    }
    /* The file is the function's body where a folder of $fpath has it, else it is sourced. */
    buf_put(out, STR("    esac\n}\n"
                     "if [[ $funcstack[1] == _albumen ]]; then\n    _albumen \"$@\"\n"
                     "else\n    compdef _albumen albumen imagen\nfi\n"));
}
