/* What loading and showing the configuration share: the tables, and what can be set from outside of
 * the file. */
#ifndef APP_CONFIG_TABLES_H
#define APP_CONFIG_TABLES_H

#include "app/config_load.h"

/* The root: plain values, sections (FIELD_OBJECT) and the map of backends (FIELD_LIST). Two levels,
 * no more. */
extern const struct field config_fields[];

void config_set_defaults(struct config *c);

/* A value that a flag or a variable may set. */
struct config_override {
    const char *section, *name; /* section NULL: a value of the root */
    const char *variable, *flag;
    size_t option; /* offset of the flag's struct str in struct config_options */
};
extern const struct config_override config_overrides[];
extern const size_t config_override_count;

/* The variable that sets this value, or NULL. */
const char *config_variable_of(const struct field *section, const struct field *field);

/* The source of a value; origin is CONFIG_DEFAULT when nothing has set it. */
struct config_source config_source_of(const struct config *c, const struct field *field);

/* Does a name speak of a secret (token, key, password, ...)? */
bool config_name_is_secret(struct str name);

/* Replaces ${NAME}, ${NAME:-text} and $$. The message names the variable, never a value. */
MUST_CHECK bool config_expand(struct arena *a, struct str text, struct str *out, struct err *e);

/* One loading: from the file's text to a checked struct. */
struct config_loader {
    struct arena *arena;
    const struct config_options *options;
    struct config *config;
    struct config_report *report;
};

/* Adds to a list, with the place in front, in order of the lines. */
void config_complain(struct config_loader *l, struct config_issues *list,
                     const struct config_source *at, const char *message);
/* Notes who set a value; a later call replaces an earlier one. */
void config_note_source(struct config *c, const struct config_source *source);

/* The file's tree into l->config, by the tables. What is wrong goes to the report, and the rest is
 * read on. */
void config_decode(struct config_loader *l, const struct json *tree);
/* A value that comes as text, from a variable or a flag; label is "server.listen". */
MUST_CHECK bool config_set_text(const struct field *f, struct str label, struct str text, void *out,
                                struct err *e);
/* What one table entry cannot say: forms of addresses, placeholders, values that need each other.
 */
void config_check(struct config_loader *l);

#endif
