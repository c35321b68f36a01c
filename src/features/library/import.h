/* Whole folders of pictures into the library, from the command line. */
#ifndef FEATURES_LIBRARY_IMPORT_H
#define FEATURES_LIBRARY_IMPORT_H

#include "api/command.h"

extern const struct command import_command;

/* import_walk.c: every file below the folder, by name; hidden ones and links to folders are passed
 * over. */
MUST_CHECK bool import_walk(struct arena *a, struct str folder, struct str_list *out,
                            struct err *e);

struct import_tally {
    int64_t added, added_bytes, with_prompt;
    int64_t known, known_bytes; /* the library has them already */
    int64_t others;             /* no pictures */
    int64_t failed;
    struct field_list failures; /* of struct import_failure, the first of them */
};
struct import_failure {
    struct str file, error;
};
enum { IMPORT_MAX_FAILURES = 1000 };

/*
 * Adds what is new, and says on stderr what fails. False with *e when it makes no sense to go on:
 * the tally says how far it got, and a second run goes on from there.
 */
MUST_CHECK bool import_run(struct command_env *env, const struct str_list *files,
                           const struct str_list *tags, bool dry_run, struct import_tally *tally,
                           struct err *e);

#endif
