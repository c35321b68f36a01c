/* albumen queue: the lanes, what waits in them, and starting or stopping them. */
#include <stdio.h>

#include "api/console.h"
#include "features/jobs/jobs_cli.h"

/* "4", or "-" where nothing limits it. */
static struct str limit_of(struct arena *a, const struct json *lane, const char *name)
{
    int64_t limit = json_get_i64(lane, name, 0);

    return limit > 0 ? arena_strf(a, "%lld", (long long)limit) : STR("-");
}

static const struct table_column lane_table[] = {
    { "LANE", 24 },
    { "WAITING", 7, true },
    { "RUNNING", 7, true },
    { "LIMIT", 5, true },
    { "PER MIN", 7, true },
    { "STATE", 0 },
    { 0 },
};

static void print_lane(struct arena *a, const struct json *lane)
{
    bool is_paused = json_get_bool(lane, "paused");
    const struct str cells[] = {
        console_text(lane, "lane"),
        arena_strf(a, "%lld", (long long)json_get_i64(lane, "waiting", 0)),
        arena_strf(a, "%lld", (long long)json_get_i64(lane, "running", 0)),
        limit_of(a, lane, "limit"),
        limit_of(a, lane, "requestsPerMinute"),
        is_paused ? STR("paused") : STR("open"),
    };

    table_put_row(lane_table, cells);
}

static void print_own(const struct json *job)
{
    int64_t ahead = json_get_i64(job, "position", -1);

    printf("%-36.*s  %-10.*s  %-20.*s  %.*s", STR_ARG(console_text(job, "id")),
           STR_ARG(console_text(job, "status")), STR_ARG(console_text(job, "kind")),
           STR_ARG(console_text(job, "lane")));
    if (ahead >= 0)
        printf(", %lld ahead", (long long)ahead);
    printf("\n");
}

static int queue_show(struct command_env *env, struct err *e)
{
    struct json_list lanes, jobs;
    struct json queue;

    if (!console_call(env, HTTP_GET, STR("/api/queue"), &queue, e))
        return EXIT_OK;
    if (env->json) {
        console_print_json(&queue);
        return EXIT_OK;
    }
    lanes = json_get_list(&queue, "lanes");
    jobs = json_get_list(&queue, "jobs");
    table_put_head(lane_table);
    for (size_t i = 0; i < lanes.count; i++)
        print_lane(env->arena, &lanes.items[i]);
    if (jobs.count > 0)
        printf("\nYours:\n");
    for (size_t i = 0; i < jobs.count; i++)
        print_own(&jobs.items[i]);
    return EXIT_OK;
}

static int change_lane(struct command_env *env, struct str path, struct err *e)
{
    struct json lane;
    AUTO_BUF body = { 0 };
    struct json_writer w = { .out = &body };

    buf_init(&body, CONSOLE_BODY_MAX);
    json_begin_object(&w);
    console_put_text(&w, "lane", env->args.items[0]);
    json_end_object(&w);
    if (!console_send(env, HTTP_POST, path, &body, &lane, e))
        return EXIT_OK;
    if (env->json) {
        console_print_json(&lane);
        return EXIT_OK;
    }
    table_put_head(lane_table);
    print_lane(env->arena, &lane);
    return EXIT_OK;
}

static int queue_pause(struct command_env *env, struct err *e)
{
    return change_lane(env, STR("/api/queue/pause"), e);
}

static int queue_resume(struct command_env *env, struct err *e)
{
    return change_lane(env, STR("/api/queue/resume"), e);
}

const struct command queue_show_command = {
    .name = "queue",
    .summary = "Show the lanes, what waits and runs in them, and your own jobs' places",
    .example = "albumen queue",
    .run = queue_show,
};
const struct command queue_pause_command = {
    .name = "queue pause",
    .args = "LANE",
    .summary = "Start no more jobs of a lane: a backend's name, or system",
    .example = "albumen queue pause sketch",
    .min_args = 1,
    .max_args = 1,
    .run = queue_pause,
};
const struct command queue_resume_command = {
    .name = "queue resume",
    .args = "LANE",
    .summary = "Start the jobs of a lane again",
    .example = "albumen queue resume sketch",
    .min_args = 1,
    .max_args = 1,
    .run = queue_resume,
};
