/* Shows pictures in the terminal, or has them shown. */
#ifndef FEATURES_GENERATE_PREVIEW_H
#define FEATURES_GENERATE_PREVIEW_H

#include "api/command.h"

struct preview_options {
    struct str viewer; /* the configuration's program, or empty */
    const char *program;
    bool alone;       /* the only picture: its window comes to the front */
    bool inline_only; /* here, whatever the configuration and tmux */
};

/* Onto standard output, or in a window of tmux. ERR_UNSUPPORTED_TYPE for what is no picture. */
MUST_CHECK bool preview_show(const struct preview_options *options, struct str path, struct err *e);

#endif
