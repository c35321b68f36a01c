/* What commands of all rooms share. */
#include "api/console.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "base/encode.h"

enum {
    ANSWER_MAX_BYTES = 64 * 1024 * 1024,
    LOOK_FIRST_MS = 20,
    LOOK_MAX_MS = 1000,
    LINE_COLUMNS = 79,
    CURSOR_MAX_BYTES = 4096,
};

bool console_call(struct command_env *env, enum http_method method, struct str path,
                  struct json *out, struct err *e)
{
    return env->call(env, method, path, STR(""), out, e);
}

bool console_send(struct command_env *env, enum http_method method, struct str path,
                  const struct buf *body, struct json *out, struct err *e)
{
    if (body->overflowed)
        return err_set(e, ERR_TOO_LARGE, "that is too much for one request");
    return env->call(env, method, path, buf_str(body), out, e);
}

struct str console_path(struct command_env *env, const char *before, struct str id,
                        const char *after)
{
    return arena_strf(env->arena, "%s" STR_FMT "%s", before,
                      STR_ARG(percent_encode(env->arena, id, false)), after);
}

bool console_find_user(struct command_env *env, struct str name, struct str *out_id, struct err *e)
{
    struct str path = arena_strf(env->arena, "/api/users?name=" STR_FMT,
                                 STR_ARG(percent_encode(env->arena, name, false)));
    struct json_list users;
    struct json answer;

    if (!console_call(env, HTTP_GET, path, &answer, e))
        return false;
    users = json_get_list(&answer, "users");
    if (users.count == 0)
        return err_set(e, ERR_NOT_FOUND, "there is no user '" STR_FMT "'", STR_ARG(name));
    *out_id = json_get_str(&users.items[0], "id");
    return true;
}

void console_print_row(const struct field *fields, const void *row)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text, .spelling = JSON_CAMEL };

    buf_init(&text, CONSOLE_BODY_MAX);
    json_put_struct(&w, fields, row);
    printf(STR_FMT "\n", STR_ARG(buf_str(&text)));
}

void console_print_json(const struct json *answer)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, ANSWER_MAX_BYTES);
    json_put_tree(&w, answer);
    printf(STR_FMT "\n", STR_ARG(buf_str(&text)));
}

static struct arena shown_texts; /* until the command ends, or its list's next page */

struct str console_shown(struct str text)
{
    char *shown = arena_cstr(&shown_texts, text);

    str_blank_controls(shown, text.len);
    return str_of(shown, text.len);
}

struct str console_text(const struct json *v, const char *name)
{
    struct str s = json_get_str(v, name);

    return str_is_null(s) ? STR("-") : console_shown(s);
}

struct str console_joined(struct arena *a, const struct json *v, const char *name)
{
    struct json_list list = json_get_list(v, name);
    struct str all = STR("");

    for (size_t i = 0; i < list.count; i++)
        all = arena_strf(a, STR_FMT "%s" STR_FMT, STR_ARG(all), i > 0 ? ", " : "",
                         STR_ARG(json_str(&list.items[i])));
    return all;
}

void console_put_text(struct json_writer *w, const char *name, struct str value)
{
    if (str_is_null(value))
        return;
    json_put_name(w, str_from(name));
    json_put_str(w, value);
}

void console_put_i64(struct json_writer *w, const char *name, struct opt_i64 value)
{
    if (!value.set)
        return;
    json_put_name(w, str_from(name));
    json_put_i64(w, value.value);
}

static bool print_page(struct command_env *env, struct str page, const struct console_list *list,
                       bool is_first, struct str *out_cursor, struct err *e)
{
    struct json_list rows;
    struct json answer;

    if (!console_call(env, HTTP_GET, page, &answer, e))
        return false;
    rows = json_get_list(&answer, list->name);
    if (is_first && !env->json)
        table_put_head(list->columns);
    for (size_t i = 0; i < rows.count; i++) {
        if (env->json)
            console_print_json(&rows.items[i]);
        else
            list->print(&rows.items[i]);
    }
    *out_cursor = json_get_str(&answer, "nextCursor");
    return true;
}

bool console_each(struct command_env *env, struct str path, const struct console_list *list,
                  struct err *e)
{
    char joint = str_find_char(path, '?', 0) < path.len ? '&' : '?';
    struct str cursor = STR("");
    AUTO_BUF kept = { 0 };

    buf_init(&kept, CURSOR_MAX_BYTES);
    do {
        struct arena_mark mark = arena_mark(env->arena), shown = arena_mark(&shown_texts);
        struct str page = arena_strf(env->arena, STR_FMT "%climit=200%s" STR_FMT, STR_ARG(path),
                                     joint, cursor.len > 0 ? "&cursor=" : "", STR_ARG(cursor));

        if (!print_page(env, page, list, cursor.len == 0, &cursor, e))
            return false;
        buf_clear(&kept);
        buf_put(&kept, cursor);
        if (!str_is_null(cursor))
            cursor = buf_str(&kept);
        arena_rewind(env->arena, mark);
        arena_rewind(&shown_texts, shown);
    } while (!str_is_null(cursor) && ferror(stdout) == 0);
    return true;
}

/* Of the jobs that are waited for. */
struct tally {
    size_t total, ended, failed, running;
    double progress; /* of those that run, added up */
};

static bool has_ended(struct str status)
{
    return str_eq(status, STR("completed")) || str_eq(status, STR("failed")) ||
           str_eq(status, STR("cancelled"));
}

/* One line that is written over itself; nothing where nobody looks. */
static void show_tally(const struct command_env *env, const struct tally *t)
{
    double done = t->total > 0 ? ((double)t->ended + t->progress) / (double)t->total : 1;

    if (env->json || !isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%3d %%  %zu of %zu done%s", (int)(done * 100), t->ended, t->total,
            t->running > 0 ? "" : ", waiting in the queue");
    fprintf(stderr, "%*s", 20, "");
    fflush(stderr);
}

static void clear_line(const struct command_env *env)
{
    if (!env->json && isatty(STDERR_FILENO))
        fprintf(stderr, "\r%*s\r", LINE_COLUMNS, "");
}

static void note_end(const struct command_env *env, const struct json *job, struct tally *t)
{
    struct str status = json_get_str(job, "status");

    t->ended++;
    if (str_eq(status, STR("completed")))
        return;
    t->failed++;
    clear_line(env);
    fprintf(stderr, "job " STR_FMT " %s: " STR_FMT "\n", STR_ARG(console_text(job, "id")),
            str_eq(status, STR("failed")) ? "failed" : "was cancelled",
            STR_ARG(console_text(job, "error")));
}

/* One look at the jobs that are open. */
struct look {
    const struct command_env *env;
    struct tally *tally;
    bool *ended; /* by index */
};

static bool note_job(void *ctx, size_t index, const struct json *job, struct err *e)
{
    struct look *l = ctx;
    const struct json *progress;
    struct str status;

    if (job == NULL)
        return err_set(e, ERR_NOT_FOUND, "no such job");
    status = json_get_str(job, "status");
    progress = json_get(job, "progress");
    l->ended[index] = has_ended(status);
    if (l->ended[index])
        note_end(l->env, job, l->tally);
    else if (str_eq(status, STR("running")))
        l->tally->running++;
    else if (!str_eq(status, STR("queued")))
        return err_set(e, ERR_UPSTREAM, CONSOLE_STRANGE_STATUS);
    if (!l->ended[index] && progress != NULL && progress->type == JSON_REAL)
        l->tally->progress += progress->real;
    return true;
}

/* Looks at every job that is open; the ended ones leave the list. */
static bool look(struct command_env *env, struct str_list *open, struct tally *t, struct err *e)
{
    struct arena_mark mark = arena_mark(env->arena);
    struct look l = { env, t, arena_array(env->arena, bool, open->count) };
    size_t kept = 0;

    t->running = 0;
    t->progress = 0;
    if (!console_look(env, *open, note_job, &l, e))
        return false;
    for (size_t i = 0; i < open->count; i++) {
        if (!l.ended[i])
            open->items[kept++] = open->items[i];
    }
    open->count = kept;
    arena_rewind(env->arena, mark); /* however long it takes */
    return true;
}

bool console_wait(struct command_env *env, struct str_list job_ids, size_t *out_failed,
                  struct err *e)
{
    struct str_list open = { arena_array(env->arena, struct str, job_ids.count), job_ids.count };
    struct tally t = { .total = job_ids.count };
    int wait_ms = LOOK_FIRST_MS;

    for (size_t i = 0; i < job_ids.count; i++)
        open.items[i] = job_ids.items[i];
    while (look(env, &open, &t, e)) {
        show_tally(env, &t);
        if (open.count == 0) {
            clear_line(env);
            *out_failed = t.failed;
            return true;
        }
        poll(NULL, 0, wait_ms);
        wait_ms = MIN(wait_ms * 3 / 2, LOOK_MAX_MS);
    }
    return false;
}
