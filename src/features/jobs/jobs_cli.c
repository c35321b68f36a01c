/* albumen job: one's own jobs, listed, shown, cancelled and tried again. */
#include "features/jobs/jobs_cli.h"

#include <stdio.h>

#include "api/console.h"
#include "base/columns.h"
#include "base/encode.h"

/* "2026-11-21T08:30:00.000Z" as people read it. */
static struct str short_time(const struct json *job, const char *name)
{
    return str_slice(console_text(job, name), 0, sizeof("2026-11-21T08:30:00") - 1);
}

enum { PROMPT_COLUMNS = 40 };

static const struct table_column table[] = {
    { "ID", 36 },      { "STATUS", 9 }, { "LANE", 12 }, { "PROMPT", PROMPT_COLUMNS },
    { "CREATED", 19 }, { "KIND", 10 },  { "ERROR", 0 }, { 0 },
};

static void print_row(const struct json *job)
{
    struct str error = json_get_str(job, "error");
    const struct str cells[] = {
        console_text(job, "id"),
        console_text(job, "status"),
        console_text(job, "lane"),
        columns_fit(console_text(job, "prompt"), PROMPT_COLUMNS),
        short_time(job, "createdAt"),
        console_text(job, "kind"),
        str_is_null(error) ? STR("") : error,
    };

    table_put_row(table, cells);
}

static double progress_of(const struct json *job)
{
    const struct json *progress = json_get(job, "progress");

    if (progress == NULL)
        return 0;
    return progress->type == JSON_REAL ? progress->real : (double)json_get_i64(job, "progress", 0);
}

static void print_job(const struct json *job)
{
    int64_t ahead = json_get_i64(job, "position", -1);

    printf("Job:      " STR_FMT "\n", STR_ARG(console_text(job, "id")));
    printf("Kind:     " STR_FMT " on " STR_FMT "\n", STR_ARG(console_text(job, "kind")),
           STR_ARG(console_text(job, "lane")));
    if (!str_is_null(json_get_str(job, "prompt")))
        printf("Prompt:   " STR_FMT "\n", STR_ARG(console_text(job, "prompt")));
    printf("Status:   " STR_FMT, STR_ARG(console_text(job, "status")));
    if (str_eq(json_get_str(job, "status"), STR("running")))
        printf(", %.0f %%", progress_of(job) * 100);
    if (ahead >= 0)
        printf(", %lld ahead", (long long)ahead);
    printf("\nAttempts: %lld\n", (long long)json_get_i64(job, "attempt", 0));
    printf("Created:  " STR_FMT "\nStarted:  " STR_FMT "\nFinished: " STR_FMT "\n",
           STR_ARG(short_time(job, "createdAt")), STR_ARG(short_time(job, "startedAt")),
           STR_ARG(short_time(job, "finishedAt")));
    if (!str_is_null(json_get_str(job, "error")))
        printf("Error:    " STR_FMT " (" STR_FMT ")\n", STR_ARG(console_text(job, "error")),
               STR_ARG(console_text(job, "errorCode")));
}

struct list_options {
    struct str status, kind, group;
};

static struct str add_filter(struct command_env *env, struct str path, const char *name,
                             struct str value)
{
    if (str_is_null(value))
        return path;
    return arena_strf(env->arena, STR_FMT "%c%s=" STR_FMT, STR_ARG(path),
                      str_find_char(path, '?', 0) < path.len ? '&' : '?', name,
                      STR_ARG(percent_encode(env->arena, value, false)));
}

static int job_list_run(struct command_env *env, struct err *e)
{
    const struct list_options *options = env->options;
    static const struct console_list list = { "jobs", table, print_row };
    struct str path = STR("/api/jobs");

    path = add_filter(env, path, "status", options->status);
    path = add_filter(env, path, "kind", options->kind);
    path = add_filter(env, path, "groupId", options->group);
    (void)!console_each(env, path, &list, e);
    return EXIT_OK;
}

static int show_answer(struct command_env *env, enum http_method method, const char *action,
                       struct err *e)
{
    struct json job;

    if (!console_call(env, method, console_path(env, "/api/jobs/", env->args.items[0], action),
                      &job, e))
        return EXIT_OK;
    if (env->json)
        console_print_json(&job);
    else
        print_job(&job);
    return EXIT_OK;
}

static int job_show_run(struct command_env *env, struct err *e)
{
    return show_answer(env, HTTP_GET, "", e);
}

static int job_cancel_run(struct command_env *env, struct err *e)
{
    return show_answer(env, HTTP_POST, "/cancel", e);
}

static int job_retry_run(struct command_env *env, struct err *e)
{
    return show_answer(env, HTTP_POST, "/retry", e);
}

static const struct field list_options[] = {
    { FIELD(struct list_options, status), .unit = "STATUS",
      .help = "queued, running, completed, failed or cancelled" },
    { FIELD(struct list_options, kind), .unit = "KIND",
      .help = "generate, ...; thumbnail lists the house's own work" },
    { FIELD(struct list_options, group), .unit = "ID", .help = "the jobs of one group" },
    { 0 },
};

static const struct command list = {
    .name = "job list",
    .summary = "List your jobs, newest first",
    .example = "albumen job list --status failed",
    .options = list_options,
    .option_bytes = sizeof(struct list_options),
    .run = job_list_run,
};
static const struct command show = {
    .name = "job show",
    .args = "ID",
    .summary = "Show one job, with its place in the queue",
    .example = "albumen job show 0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10",
    .min_args = 1,
    .max_args = 1,
    .run = job_show_run,
};
static const struct command cancel = {
    .name = "job cancel",
    .args = "ID",
    .summary = "Cancel a job; harmless when it is over",
    .example = "albumen job cancel 0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10",
    .min_args = 1,
    .max_args = 1,
    .run = job_cancel_run,
};
static const struct command retry = {
    .name = "job retry",
    .args = "ID",
    .summary = "Queue a failed or cancelled job again",
    .example = "albumen job retry 0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10",
    .min_args = 1,
    .max_args = 1,
    .run = job_retry_run,
};

/* Two words stand before the one word that they begin with. */
const struct command *const jobs_commands[] = {
    &list,
    &show,
    &cancel,
    &retry,
    &job_watch_command,
    &queue_pause_command,
    &queue_resume_command,
    &queue_show_command,
    NULL,
};
