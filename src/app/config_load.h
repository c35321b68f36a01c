/* Reading the configuration, telling what is wrong with it, and showing it. */
#ifndef APP_CONFIG_LOAD_H
#define APP_CONFIG_LOAD_H

#include "app/config.h"

/* What the caller knows; all zero will do. */
struct config_options {
    const char *program; /* "imagen": see config_load */
    struct str file;     /* --config; then ALBUMEN_CONFIG; then the places that config_load names */
    struct str data, listen, database_url, log_level; /* flags, or no value */
    const char *const *backend_types; /* NULL at the end; without it every type is taken */
};

/* "albumen.yaml:12: unknown key 'listn' in 'server' (did you mean 'listen'?)" */
struct config_issue {
    uint32_t line;
    struct str text;
};

/* In order of the file. What goes beyond the maximum is only counted. */
struct config_issues {
    struct config_issue items[CONFIG_ISSUES_MAX];
    size_t count, dropped;
};

struct config_report {
    struct config_issues errors, warnings;
};

/*
 * Flags win over environment over file over defaults. Without a named file: albumen.yaml in the
 * data folder, here, in ~/.config/albumen; none at all is fine. Called imagen: also imagen.yaml
 * where there is no albumen.yaml, also in ~/.config/imagen, and a data folder in ~/.local/share by
 * default, unless there is one here. ${NAME} and ${NAME:-text} in the file's texts are the
 * environment's, $$ is a dollar. False: report->errors says why, *out is kept. Everything belongs
 * to the arena.
 */
MUST_CHECK bool config_load(struct arena *a, const struct config_options *options,
                            struct config *out, struct config_report *report);
/* The same for a text instead of a file; name is what messages call it. */
MUST_CHECK bool config_parse(struct arena *a, const struct config_options *options, struct str name,
                             struct str text, struct config *out, struct config_report *report);

/* YAML with the origin behind each value; secrets are "***". */
void config_print(const struct config *c, struct buf *out);
/* The commented example file, printed from the tables. */
void config_print_example(struct buf *out);
/* Tells the log which texts never to write. */
void config_hide_secrets(const struct config *c);

#endif
