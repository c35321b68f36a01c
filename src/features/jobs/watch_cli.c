/* albumen job watch: follows jobs to their end by the events that tell of them. */
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "api/console.h"
#include "features/jobs/jobs_cli.h"

enum { JOBS_MAX = 10000, TRIES_MAX = 20, TRY_AGAIN_MS = 500, LINE_COLUMNS = 79 };

struct watched {
    struct str id, status; /* as it was last heard; no value: not yet */
    double progress;
    bool is_over;
};

struct watch {
    struct command_env *env;
    struct watched *jobs;
    size_t count, over, failed;
    bool is_heard; /* the stream has been open since the last try */
};

static bool is_terminal(const struct watch *w)
{
    return !w->env->json && isatty(STDERR_FILENO);
}

/* One line on stderr that is written over itself. */
static void show_progress(const struct watch *w)
{
    double sum = 0;

    if (!is_terminal(w))
        return;
    for (size_t i = 0; i < w->count; i++)
        sum += w->jobs[i].is_over ? 1 : w->jobs[i].progress;
    fprintf(stderr, "\r%3d %%  %zu of %zu done%*s", (int)(sum * 100 / (double)w->count), w->over,
            w->count, 20, "");
    fflush(stderr);
}

/* The news as a line: for people a sentence, for programs the event's own words. */
static void print_news(const struct watch *w, const struct json *news, const struct watched *job)
{
    struct str error = json_get_str(news, "error");

    if (is_terminal(w))
        fprintf(stderr, "\r%*s\r", LINE_COLUMNS, "");
    if (w->env->json)
        console_print_json(news);
    else
        printf(STR_FMT "  " STR_FMT "%s" STR_FMT "\n", STR_ARG(job->id),
               STR_ARG(console_shown(job->status)), str_is_null(error) ? "" : ": ",
               STR_ARG(console_shown(error)));
    fflush(stdout);
}

static bool is_end(struct str status)
{
    return str_eq(status, STR("completed")) || str_eq(status, STR("failed")) ||
           str_eq(status, STR("cancelled"));
}

/* Takes a job as it stands, from an event or an answer: the same twice is no news. */
static void note(struct watch *w, struct watched *job, const struct json *news)
{
    const struct json *progress = json_get(news, "progress");
    struct str status = json_get_str(news, "status");

    if (progress != NULL && progress->type == JSON_REAL)
        job->progress = progress->real;
    if (job->is_over || str_is_null(status) || str_eq(status, job->status))
        return;
    job->status = arena_str(w->env->arena, status);
    job->is_over = is_end(status);
    w->over += job->is_over;
    w->failed += job->is_over && !str_eq(status, STR("completed"));
    print_news(w, news, job);
}

/* One look at the jobs that are not over. */
struct look {
    struct watch *watch;
    struct watched **jobs;
};

static bool note_at(void *ctx, size_t index, const struct json *job, struct err *e)
{
    struct look *l = ctx;

    if (job == NULL)
        return err_set(e, ERR_NOT_FOUND, "no such job");
    note(l->watch, l->jobs[index], job);
    return true;
}

static bool look_at_all(struct watch *w, struct err *e)
{
    struct look l = { w, arena_array(w->env->arena, struct watched *, w->count) };
    struct str_list ids = { arena_array(w->env->arena, struct str, w->count), 0 };

    for (size_t i = 0; i < w->count; i++) {
        if (w->jobs[i].is_over)
            continue;
        l.jobs[ids.count] = &w->jobs[i];
        ids.items[ids.count++] = w->jobs[i].id;
    }
    return console_look(w->env, ids, note_at, &l, e);
}

static void hear_job(struct watch *w, const struct json *news)
{
    struct str id = json_get_str(news, "jobId");

    for (size_t i = 0; i < w->count; i++) {
        if (str_eq(w->jobs[i].id, id))
            note(w, &w->jobs[i], news);
    }
}

/* What happened before the stream was open, or was forgotten since, is asked for. */
static bool hear(void *ctx, const struct json *event, bool *out_enough, struct err *e)
{
    struct watch *w = ctx;
    struct str type = json_get_str(event, "type");

    if (str_eq(type, STR("job")))
        hear_job(w, json_get(event, "result"));
    else if ((event == NULL || str_eq(type, STR("resync"))) && !look_at_all(w, e))
        return false;
    w->is_heard = true;
    *out_enough = w->over == w->count;
    show_progress(w);
    return true;
}

/* A server that is started anew is waited for; what happened meanwhile is looked up. */
static bool follow(struct watch *w, struct err *e)
{
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        struct err why = { 0 };

        w->is_heard = false;
        if (w->env->follow(w->env, hear, w, &why))
            return true;
        if (w->is_heard)
            tries = 0;
        if (why.code != ERR_UPSTREAM || tries == TRIES_MAX - 1) {
            *e = why;
            return false;
        }
        poll(NULL, 0, TRY_AGAIN_MS);
    }
    return true;
}

/* Without a server this process runs the jobs itself, and looks how they stand. */
static bool wait_here(struct watch *w, struct err *e)
{
    struct str_list ids = { arena_array(w->env->arena, struct str, w->count), w->count };

    for (size_t i = 0; i < w->count; i++)
        ids.items[i] = w->jobs[i].id;
    return console_wait(w->env, ids, &w->failed, e);
}

static bool add_open(struct watch *w, struct str path, struct err *e)
{
    struct str cursor = STR("");

    while (!str_is_null(cursor) && w->count < JOBS_MAX) {
        struct str page = arena_strf(w->env->arena, STR_FMT "%s" STR_FMT, STR_ARG(path),
                                     cursor.len > 0 ? "&cursor=" : "", STR_ARG(cursor));
        struct json_list jobs;
        struct json answer;

        if (!console_call(w->env, HTTP_GET, page, &answer, e))
            return false;
        jobs = json_get_list(&answer, "jobs");
        for (size_t i = 0; i < jobs.count && w->count < JOBS_MAX; i++)
            w->jobs[w->count++].id = json_get_str(&jobs.items[i], "id");
        cursor = json_get_str(&answer, "nextCursor");
    }
    return true;
}

static bool choose(struct watch *w, struct err *e)
{
    const struct str_list *args = &w->env->args;

    w->jobs = arena_array(w->env->arena, struct watched, MAX(args->count, (size_t)JOBS_MAX));
    for (size_t i = 0; i < args->count; i++)
        w->jobs[w->count++].id = args->items[i];
    return args->count > 0 || (add_open(w, STR("/api/jobs?status=running&limit=200"), e) &&
                               add_open(w, STR("/api/jobs?status=queued&limit=200"), e));
}

static int job_watch_run(struct command_env *env, struct err *e)
{
    struct watch w = { .env = env };
    struct err why = { 0 };

    if (!choose(&w, e))
        return EXIT_OK;
    if (w.count == 0) {
        if (!env->json)
            printf("Nothing of yours waits or runs.\n");
        return EXIT_OK;
    }
    if (!follow(&w, &why) && (why.code != ERR_NOT_IMPLEMENTED || !wait_here(&w, &why))) {
        *e = why;
        return EXIT_OK;
    }
    return w.failed > 0 ? EXIT_SOME_FAILED : EXIT_OK;
}

const struct command job_watch_command = {
    .name = "job watch",
    .args = "[ID...]",
    .summary = "Follow jobs to their end, or all of yours that wait or run",
    .example = "albumen job watch 0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10",
    .max_args = 100,
    .runs_jobs = true,
    .run = job_watch_run,
};
