/* Commands as data, and the door through which they reach the API: a running server's, or our own
 * in this process. */
#ifndef API_COMMAND_H
#define API_COMMAND_H

#include "base/json.h"
#include "net/http.h"

enum exit_code {
    EXIT_OK = 0,
    EXIT_SOME_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_CONFIG = 3,
    EXIT_BACKEND = 4,
    EXIT_BUDGET = 5,
    EXIT_INTERRUPTED = 130,
};

struct command_env;

/* Performs one request; false with *e for whatever the API answers beyond 2xx. answer is JSON null
 * without content. */
typedef bool (*command_call_fn)(struct command_env *env, enum http_method method, struct str path,
                                struct str body, struct json *out_answer, struct err *e);

/* Posts a file as it is, from its first byte. */
typedef bool (*command_send_file_fn)(struct command_env *env, struct str path, int fd,
                                     int64_t bytes, struct json *out_answer, struct err *e);

/*
 * Follows the caller's events until hear says that it has enough. hear(ctx, NULL) tells that the
 * stream is open: what happens from here on is heard. ERR_NOT_IMPLEMENTED where there is no server,
 * ERR_UPSTREAM when the stream breaks off.
 */
typedef bool (*command_hear_fn)(void *ctx, const struct json *event, bool *out_enough,
                                struct err *e);
typedef bool (*command_follow_fn)(struct command_env *env, command_hear_fn hear, void *ctx,
                                  struct err *e);

/* What a command runs in. */
struct command_env {
    struct arena *arena;
    const void *options;  /* the command's struct, filled from the command line */
    struct str_list args; /* what is not an option */
    bool json;            /* --json: the answer as it is, for programs */
    command_call_fn call;
    command_send_file_fn send_file;
    command_follow_fn follow;
    void *ctx; /* the caller's own */
};

struct command {
    const char *name; /* "token create": two words make a group */
    const char *summary;
    const char *args;    /* "NAME [ROLE]" for the usage line, or NULL */
    const char *example; /* one line */
    const struct field *options;
    size_t option_bytes;
    int min_args, max_args;
    bool runs_jobs; /* where there is no server, jobs run in this process meanwhile */
    /* The exit code; an error sets *e and is printed by the caller. */
    int (*run)(struct command_env *env, struct err *e);
};

#endif
