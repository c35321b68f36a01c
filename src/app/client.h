/* How a command reaches the API: at a server that is named or running here, else in this process.
 */
#ifndef APP_CLIENT_H
#define APP_CLIENT_H

#include "api/command.h"
#include "app/config.h"

struct client;

struct client_options {
    const struct config *config;
    struct str
        server; /* --server or ALBUMEN_SERVER: "https://studio.example.org"; no value: local */
    struct str token;    /* ALBUMEN_TOKEN; no value: the data folder's */
    void (*waits)(void); /* optional: called once, before another command is waited for */
    const struct command_patience *patience; /* asked anew at each wait */
};

/* Local: when the data folder is in use, talks to the server that uses it; else opens the folder
 * itself, as soon as another command that has it is done. */
MUST_CHECK bool client_open(const struct client_options *options, struct client **out,
                            struct err *e);
/* Without a server, this process runs jobs from now on until it is closed. */
MUST_CHECK bool client_run_jobs(struct client *c, struct err *e);
void client_close(struct client *c);
/*
 * A request. In this call and those below, what is refused for now (429, and 503 with Retry-After)
 * is asked for again when the server says, for minutes, unless that could do something twice; then,
 * or when the wait is interrupted, the refusal stands in *e with its retry_after_ms.
 */
bool client_call(struct client *c, struct arena *a, enum http_method method, struct str path,
                 struct str body, struct json *out_answer, struct err *e);
/* Once, however often it is sent under this key within a day. */
bool client_post_once(struct client *c, struct arena *a, struct str path, struct str key,
                      struct str body, struct json *out_answer, struct err *e);
/* The answer's bytes into an open, empty file. */
bool client_receive_file(struct client *c, struct arena *a, struct str path, int fd, struct err *e);
/* Posts the file as it is. */
bool client_send_file(struct client *c, struct arena *a, struct str path, int fd, int64_t bytes,
                      struct json *out_answer, struct err *e);

/* As command_follow_fn. */
bool client_follow(struct client *c, command_hear_fn hear, void *ctx, struct err *e);

#endif
