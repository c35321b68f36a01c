/* Completions for bash. */
#include "cli/cli.h"
#include "cli/completion.h"

static void put_options_of(struct buf *out, const struct field *table)
{
    for (const struct field *f = table; f != NULL && f->type != FIELD_END; f++) {
        buf_put(out, STR(" --"));
        completion_put_option(out, f);
    }
}

static void put_first_words(struct buf *out)
{
    buf_put(out, STR("    '')\n        words='"));
    for (size_t i = 0; cli_command_at(i) != NULL; i++) {
        if (!completion_opens_group(i))
            continue;
        buf_put(out, i > 0 ? STR(" ") : STR(""));
        buf_put(out, completion_word(cli_command_at(i), 1));
    }
    buf_put(out, STR("' ;;\n"));
}

/* What may follow the first word alone. */
static void put_second_words(struct buf *out)
{
    const struct command *c, *other;

    for (size_t i = 0; (c = cli_command_at(i)) != NULL; i++) {
        struct str group = completion_word(c, 1);

        if (!completion_opens_group(i))
            continue;
        buf_putf(out, "    '" STR_FMT "')\n        words='", STR_ARG(group));
        for (size_t k = i; (other = cli_command_at(k)) != NULL; k++) {
            if (str_eq(completion_word(other, 1), group) && completion_word(other, 2).len > 0)
                buf_putf(out, STR_FMT " ", STR_ARG(completion_word(other, 2)));
        }
        buf_put(out, STR("' ;;\n"));
    }
}

static void put_command(struct buf *out, const struct command *c)
{
    buf_putf(out, "    '%s'|'%s '*)\n        options='", c->name, c->name);
    put_options_of(out, c->options);
    buf_putf(out, "'\n        files=%s ;;\n", completion_takes_files(c) ? "yes" : "");
}

/* Two words first: "queue pause" is no "queue". */
static void put_commands(struct buf *out, bool with_second_word)
{
    const struct command *c;

    for (size_t i = 0; (c = cli_command_at(i)) != NULL; i++) {
        if ((completion_word(c, 2).len > 0) == with_second_word)
            put_command(out, c);
    }
}

/* What the value of these options is. */
static void put_value(struct buf *out, const struct field *f, enum completion_value value)
{
    const char *kind = completion_kind_of(value);

    if (kind != NULL) {
        buf_putf(out, "        _albumen_names %s \"$current\"\n", kind);
    } else if (value == VALUE_WORD) {
        buf_put(out, STR("        COMPREPLY=($(compgen -W '"));
        completion_put_words(out, f);
        buf_put(out, STR("' -- \"$current\"))\n"));
    } else {
        buf_put(out, STR("        COMPREPLY=($(compgen -f -- \"$current\"))\n"));
    }
    buf_put(out, STR("        return ;;\n"));
}

static void put_values_of(struct buf *out, const struct field *table)
{
    for (const struct field *f = table; f != NULL && f->type != FIELD_END; f++) {
        enum completion_value value = completion_value_of(f);

        if (value == VALUE_NONE || value == VALUE_OTHER)
            continue;
        buf_put(out, STR("    --"));
        completion_put_option(out, f);
        if (f->short_name != '\0')
            buf_putf(out, "|-%c", f->short_name);
        buf_put(out, STR(")\n"));
        put_value(out, f, value);
    }
}

/* An option means the same for every command that has it. */
static void put_values(struct buf *out)
{
    const struct command *c;

    buf_put(out, STR("    case $previous in\n"));
    put_values_of(out, cli_global_fields);
    for (size_t i = 0; (c = cli_command_at(i)) != NULL; i++)
        put_values_of(out, c->options);
    buf_put(out, STR("    esac\n"));
}

void completion_put_bash(struct buf *out)
{
    buf_put(out,
            STR("# Completions of albumen for bash, printed by `albumen completion bash`.\n"
                "_albumen_names() {\n"
                "    local name\n"
                "    while IFS= read -r name; do\n"
                "        [[ $name != \"$2\"* ]] || COMPREPLY+=(\"$name\")\n"
                "    done < <(\"${COMP_WORDS[0]}\" completion \"$1\" 2>/dev/null)\n"
                "}\n"
                "_albumen() {\n"
                "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
                "    local command='' words='' options='' files='' i\n"
                "    COMPREPLY=()\n"
                "    if [[ $current == = ]]; then current=''\n"
                "    elif [[ $previous == = ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi\n"));
    put_values(out);
    buf_put(out, STR("    for ((i = 1; i < COMP_CWORD && i < 3; i++)); do\n"
                     "        [[ ${COMP_WORDS[i]} == -* ]] && break\n"
                     "        command+=${command:+ }${COMP_WORDS[i]}\n"
                     "    done\n"
                     "    case $command in\n"));
    put_first_words(out);
    put_second_words(out);
    buf_put(out, STR("    esac\n    case $command in\n"));
    put_commands(out, true);
    put_commands(out, false);
    buf_put(
        out,
        STR("    esac\n    if [[ $current == -* ]]; then\n        COMPREPLY=($(compgen -W \"$options"));
    put_options_of(out, cli_global_fields);
    buf_put(out, STR("\" -- \"$current\"))\n"
                     "    else\n"
                     "        COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
                     "        [[ -z $files ]] || COMPREPLY+=($(compgen -f -- \"$current\"))\n"
                     "    fi\n"
                     "}\n"
                     "complete -o filenames -F _albumen albumen imagen\n"));
}
