/* One call of `generate` on its way. Only this folder includes it. */
#ifndef FEATURES_GENERATE_SESSION_H
#define FEATURES_GENERATE_SESSION_H

#include "features/generate/journal.h"

struct session {
    struct command_env *env;
    const struct generate_options *options;
    struct command_setup setup;
    struct arena arena; /* what outlives one request; env->arena is wound back after each */
    struct plan plan;
    struct target target;
    struct journal journal;
    struct str album, album_id;        /* no values: none */
    size_t written, failed, cancelled; /* pictures, items, items */
    enum err_code reason;              /* of the last item that failed */
    bool stopped;                      /* nothing new is asked for: the budget is used up, ... */
    bool preview, no_cloud;
    struct str_list told; /* backends of which it was said what they are and ignore */
    int64_t began_ms;
    size_t lines; /* of progress that stand on the terminal */
};

/* Raised by SIGINT and SIGTERM. */
bool session_interrupted(void);
/* The server refused a request for now, and the wait for its patience was interrupted. */
bool session_gave_up(const struct err *e);
void session_catch_signals(void);
/* Waits for a server's patience are this session's from here on. */
void session_be_patient(struct session *s);
bool session_is_quiet(const struct session *s); /* nothing but pictures on stderr's side */

/* run.c: asks for all that is left of the plan and writes what comes. False with *e when it makes
 * no sense to go on. */
MUST_CHECK bool session_run(struct session *s, struct err *e);

/* output.c: the pictures of an item whose job has completed, into their files. */
MUST_CHECK bool session_write(struct session *s, struct item *item, struct err *e);

/* preview_cli.c: shows a written picture in the terminal. */
void session_preview(struct session *s, struct str path);

/* progress.c */
void progress_show(struct session *s);
void progress_clear(struct session *s);
/* A line of its own above the progress. */
void progress_say(struct session *s, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
