/* What commands of all rooms share: requests, tables for people, answers for programs, and waiting
 * for jobs. */
#ifndef API_CONSOLE_H
#define API_CONSOLE_H

#include "api/command.h"
#include "api/table.h"
#include "base/buf.h"

enum { CONSOLE_BODY_MAX = 256 * 1024 };

/* env->call without and with a body that is being written. */
MUST_CHECK bool console_call(struct command_env *env, enum http_method method, struct str path,
                             struct json *out, struct err *e);
MUST_CHECK bool console_send(struct command_env *env, enum http_method method, struct str path,
                             const struct buf *body, struct json *out, struct err *e);
/* "/api/albums/<id>/shots": the id as part of a path, whatever its letters. */
struct str console_path(struct command_env *env, const char *before, struct str id,
                        const char *after);

/* The id of the user of this name; for admins. */
MUST_CHECK bool console_find_user(struct command_env *env, struct str name, struct str *out_id,
                                  struct err *e);

/* The answer as it came, for programs. */
void console_print_json(const struct json *answer);
/* What no route answers: a line of JSON by its fields, spelt as the API's. */
void console_print_row(const struct field *fields, const void *row);
/* For people: "-" where there is none, and '?' for control characters, because names are anybody's
 * and a terminal obeys them. */
struct str console_text(const struct json *v, const char *name);
/* The same for any text; it lives until the command ends, or its list's next page. */
struct str console_shown(struct str text);
/* A list of texts, with commas between them. */
struct str console_joined(struct arena *a, const struct json *v, const char *name);
/* The member of the body, unless there is no value. */
void console_put_text(struct json_writer *w, const char *name, struct str value);
void console_put_i64(struct json_writer *w, const char *name, struct opt_i64 value);

/* How a list looks to people. */
struct console_list {
    const char *name;                   /* of the answer's member */
    const struct table_column *columns; /* the head above the rows */
    void (*print)(const struct json *row);
};
/* Every row of it, page by page, as long as somebody reads; with --json a line each. path may have
 * a query. */
MUST_CHECK bool console_each(struct command_env *env, struct str path,
                             const struct console_list *list, struct err *e);

/* Of a job that is in none of the states that are known here; waiting for it would never end. */
#define CONSOLE_STRANGE_STATUS "the server does not tell how a job stands: is it of this version?"

/* Told how a job stands; NULL: there is none of this id. False stops with *e. */
typedef bool (*console_job_fn)(void *ctx, size_t index, const struct json *job, struct err *e);
/*
 * Tells of each job in this order, in few requests. Of several they come from lists, which have no
 * position and no note. What was answered stays in env->arena.
 */
MUST_CHECK bool console_look(struct command_env *env, struct str_list job_ids, console_job_fn tell,
                             void *ctx, struct err *e);

/*
 * Waits until the jobs have ended, with one line of progress on a terminal's stderr.
 * *out_failed counts those that did not complete; why is said on stderr, a line each.
 */
MUST_CHECK bool console_wait(struct command_env *env, struct str_list job_ids, size_t *out_failed,
                             struct err *e);

#endif
