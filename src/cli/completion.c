/* Completions for shells: what their printers share. */
#include "cli/completion.h"

#include "cli/cli.h"

static const struct completion_shell shells[] = {
    { "bash", completion_put_bash },
    { "zsh", completion_put_zsh },
    { "fish", completion_put_fish },
};

const struct completion_shell *completion_find(struct str name)
{
    for (size_t i = 0; i < COUNT(shells); i++) {
        if (str_eq(name, str_from(shells[i].name)))
            return &shells[i];
    }
    return NULL;
}

static bool names_files(const char *what)
{
    static const struct str names[] = {
        { "FILE", 4 }, { "FOLDER", 6 }, { "DIR", 3 }, { "WHERE", 5 }, { "REF", 3 }
    };

    for (size_t i = 0; what != NULL && i < COUNT(names); i++) {
        if (str_find(str_from(what), names[i]) < str_from(what).len)
            return true;
    }
    return false;
}

static bool is_called(const struct field *f, const char *name)
{
    return str_eq(str_from(f->name), str_from(name));
}

enum completion_value completion_value_of(const struct field *f)
{
    if (f->type == FIELD_BOOL || f->type == FIELD_OPT_BOOL)
        return VALUE_NONE;
    if (f->names != NULL)
        return VALUE_WORD;
    if (is_called(f, "backend"))
        return VALUE_BACKEND;
    if (is_called(f, "style"))
        return VALUE_STYLE;
    return names_files(f->unit) ? VALUE_FILE : VALUE_OTHER;
}

const char *completion_kind_of(enum completion_value value)
{
    return value == VALUE_BACKEND ? "backends" : value == VALUE_STYLE ? "styles" : NULL;
}

void completion_put_words(struct buf *out, const struct field *f)
{
    for (size_t i = 0; f->names[i] != NULL; i++)
        buf_putf(out, "%s%s", i > 0 ? " " : "", f->names[i]);
}

bool completion_takes_files(const struct command *c)
{
    return names_files(c->args);
}

void completion_put_option(struct buf *out, const struct field *f)
{
    for (const char *c = f->name; *c != '\0'; c++)
        buf_put_char(out, *c == '_' ? '-' : *c);
}

struct str completion_word(const struct command *c, int which)
{
    struct str first, second;

    str_cut(str_from(c->name), ' ', &first, &second);
    return which == 1 ? first : second;
}

bool completion_opens_group(size_t index)
{
    struct str word = completion_word(cli_command_at(index), 1);

    for (size_t i = 0; i < index; i++) {
        if (str_eq(completion_word(cli_command_at(i), 1), word))
            return false;
    }
    return true;
}
