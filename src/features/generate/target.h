/* Where the pictures of a call go: a folder, one file, or standard output. */
#ifndef FEATURES_GENERATE_TARGET_H
#define FEATURES_GENERATE_TARGET_H

#include "api/command.h"

enum target_kind {
    TARGET_FOLDER, /* under names by the pattern */
    TARGET_FILE,   /* under this name */
    TARGET_STDOUT, /* the bytes alone */
};

struct target {
    enum target_kind kind;
    struct str folder;  /* "." and so on; made when it is missing */
    struct str pattern; /* TARGET_FOLDER: see naming.h. TARGET_FILE: the name itself */
    bool write_sidecar;
};

/*
 * output: -o, or no value for the configuration's folder. It is a file when it ends like a picture
 * and no folder of that name is there. name: --name, or no value for the configuration's pattern.
 */
MUST_CHECK bool target_read(struct arena *a, const struct command_setup *setup, struct str output,
                            struct str name, struct target *out, struct err *e);

#endif
