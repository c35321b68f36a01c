/* What the commands of this layer share: the global options, and printing. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <signal.h>

#include "api/command.h"
#include "app/config_load.h"

/* Options that every command takes. */
struct cli_globals {
    struct str config, data, listen, database, log_level, server;
    bool json, help, version;
};
extern const struct field cli_global_fields[];

struct cli {
    struct arena *arena;
    const char *program; /* what we were called: "albumen" or "imagen" */
    struct cli_globals globals;
    const struct command *command;           /* that runs */
    struct client *client;                   /* opened at the first call */
    const struct command_patience *patience; /* the command's */
    struct config config;                    /* loaded when config_is_loaded */
    bool config_is_loaded;
    bool is_misconfigured; /* neither server nor data folder can be had by it */
};

/* Loads the configuration once; prints its errors and warnings to stderr. ERR_INVALID when there
 * were errors. */
MUST_CHECK bool cli_load_config(struct cli *cli, struct err *e);

/* "serve", "token create", ...: ours and the features', in the order of the help. */
const struct command *cli_command_at(size_t index); /* NULL past the end */
/* The command that the first words name; *out_words says how many they are. NULL: none. */
const struct command *cli_find_command(const char *const *words, size_t count, size_t *out_words);
/* Do names of two words begin with this one? */
bool cli_is_group(struct arena *a, const char *word);
/* Gives false with what was meant by words that are no command; count is at least 1. */
bool cli_fail_command(struct arena *a, const char *program, const char *const *words, size_t count,
                      struct err *e);

/* options.c */
struct cli_parsed {
    const struct command *command; /* NULL: none named */
    struct str_list args;
    void *options;
};
MUST_CHECK bool cli_parse(struct cli *cli, int argc, char **argv, struct cli_parsed *out,
                          struct err *e);

/* help.c */
void cli_print_help(const char *program, const struct command *command, struct buf *out);
void cli_print_overview(const char *program, struct buf *out);

/* cmd_serve.c: SIGINT and SIGTERM are waited for, in all threads that begin from here on; a reader
 * that goes away is an error, not a signal. */
void cli_block_signals(sigset_t *out);

extern const struct command cmd_serve, cmd_worker, cmd_migrate, cmd_config_init, cmd_config_show,
    cmd_config_validate, cmd_config_example, cmd_openapi, cmd_doctor, cmd_man, cmd_completion,
    cmd_restore, cmd_version;

#endif
