/* Completions for shells, printed from the command tables. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include "api/command.h"

struct completion_shell {
    const char *name;
    void (*put)(struct buf *out); /* a script, for albumen and imagen */
};
/* NULL: not known. */
const struct completion_shell *completion_find(struct str name);

/* completion_bash.c and so on */
void completion_put_bash(struct buf *out);
void completion_put_zsh(struct buf *out);
void completion_put_fish(struct buf *out);

/* What the value of an option or an argument is. */
enum completion_value {
    VALUE_NONE,
    VALUE_FILE,
    VALUE_BACKEND,
    VALUE_STYLE,
    VALUE_WORD,
    VALUE_OTHER
};
enum completion_value completion_value_of(const struct field *f);
bool completion_takes_files(const struct command *c); /* as its arguments */
/* "backends" and "styles": what `albumen completion` prints the names of; NULL for other values. */
const char *completion_kind_of(enum completion_value value);
/* The words of a VALUE_WORD: "auto on off". */
void completion_put_words(struct buf *out, const struct field *f);

/* "log-level" for log_level. */
void completion_put_option(struct buf *out, const struct field *f);
/* Of "album create" the first or the second word; no value for a second one that is not there. */
struct str completion_word(const struct command *c, int which);
/* Is this command the first whose name begins with its first word? */
bool completion_opens_group(size_t index);

#endif
