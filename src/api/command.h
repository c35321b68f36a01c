/* Commands as data, and the door through which they reach the API: a running server's, or our own
 * in this process. */
#ifndef API_COMMAND_H
#define API_COMMAND_H

#include <stdatomic.h>

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

/* The same as a POST that is done once however often it is sent under this key (Idempotency-Key).
 */
typedef bool (*command_post_once_fn)(struct command_env *env, struct str path, struct str key,
                                     struct str body, struct json *out_answer, struct err *e);

/* Gets bytes into a file that is open and empty: a picture's, by its "/media/..." address. */
typedef bool (*command_receive_file_fn)(struct command_env *env, struct str path, int fd,
                                        struct err *e);

enum command_switch { SWITCH_AUTO, SWITCH_ON, SWITCH_OFF };

/* A Supabase project, and a table of it; empty: not said. */
struct command_cloud {
    struct str url, storage_url, rest_url, service_key;
    struct str owner_user_id, bucket, schema, table;
    bool from_server; /* also what servers make */
};

/* What the configuration says of the files that commands write, and where requests go. */
struct command_setup {
    struct str where; /* the server's address; else the data folder */
    struct str data;  /* the data folder */
    struct str directory, naming, preview_command;
    enum command_switch preview, cloud_sync;
    struct command_cloud cloud, usage;
    struct str copies_to; /* the place of this command's own copies; no value: it sends none */
    bool write_sidecar;
};
typedef bool (*command_setup_fn)(struct command_env *env, struct command_setup *out, struct err *e);

/*
 * A picture that a command has written to a file, told to every feature that listens
 * (struct feature, written) after the file and its sidecar are complete. date ("2026-11-21", local)
 * and slug are those that its name was made of.
 */
struct command_written {
    struct str path, sidecar_path; /* sidecar_path: no value when none was wanted */
    struct str date, slug, image_id;
    struct str record; /* JSON: what the sidecar says, also where none was written */
    struct opt_i64 seed;
    bool no_cloud; /* --no-cloud */
};
/* What fails is said on stderr by the caller; file and exit code stay. */
typedef bool (*command_written_fn)(struct command_env *env, const struct command_written *written,
                                   struct err *e);

/*
 * Follows the caller's events until hear says that it has enough. hear(ctx, NULL) tells that the
 * stream is open: what happens from here on is heard. ERR_NOT_IMPLEMENTED where there is no server,
 * ERR_UPSTREAM when the stream breaks off.
 */
typedef bool (*command_hear_fn)(void *ctx, const struct json *event, bool *out_enough,
                                struct err *e);
typedef bool (*command_follow_fn)(struct command_env *env, command_hear_fn hear, void *ctx,
                                  struct err *e);

/* How a command takes it that a server refuses a request for now and asks to wait. */
struct command_patience {
    void (*tell)(void *ctx, const struct err *why); /* once, before the first wait */
    void *ctx;
    const atomic_bool *interrupted; /* optional: ends a wait at once */
    int64_t ends_ms;                /* steady: no wait goes beyond it; 0: any may */
};

/* What a command runs in. */
struct command_env {
    struct arena *arena;
    const void *options;  /* the command's struct, filled from the command line */
    struct str_list args; /* what is not an option */
    bool json;            /* --json: the answer as it is, for programs */
    command_call_fn call;
    command_send_file_fn send_file;
    command_post_once_fn post_once;
    command_receive_file_fn receive_file;
    command_setup_fn setup;
    command_written_fn written; /* tells all who listen; false with the first that failed */
    const char *program;        /* what we were called: "albumen" or "imagen" */
    command_follow_fn follow;
    struct command_patience patience; /* the command may put its own here */
    void *ctx;                        /* the caller's own */
};

struct command {
    const char *name; /* "token create": two words make a group */
    const char *summary;
    const char *details; /* what help and man page say beyond it, or NULL */
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
