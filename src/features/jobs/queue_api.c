/* The queue as people see it: its lanes, what waits and runs in them, and where one's own jobs
 * stand.
 */
#include "api/api.h"
#include "engine/lane.h"
#include "features/jobs/jobs.h"
#include "work/services.h"

enum { OWN_MAX = 20, RUNNING_MAX = 200 };

struct lane_view {
    struct lane lane;
    struct opt_i64 limit, requests_per_minute;
    bool paused;
};

static const struct field lane_json[] = {
    { FIELD_NAMED(struct lane_view, lane.name, "lane"), .required = true,
      .help = "the backend, or system" },
    { FIELD_NAMED(struct lane_view, lane.waiting, "waiting"),
      .help = "jobs that could start now, counted up to 10000" },
    { FIELD_NAMED(struct lane_view, lane.running, "running"), .help = "in all processes" },
    { FIELD(struct lane_view, limit), .help = "jobs at once, in all processes" },
    { FIELD(struct lane_view, requests_per_minute), .help = "null is no limit" },
    { FIELD(struct lane_view, paused) },
    { .name = "paused_at",
      .type = FIELD_TIME,
      .offset = offsetof(struct lane_view, lane.paused_at) },
    { 0 },
};
const struct shape lane_shape = { "Lane", lane_json, sizeof(struct lane_view) };

struct queue_view {
    struct field_list lanes; /* struct lane_view */
    struct field_list jobs;  /* struct job_view */
};

static const struct field queue_json[] = {
    { FIELD_LIST(struct queue_view, lanes, struct lane_view, lane_json) },
    { FIELD_LIST(struct queue_view, jobs, struct job_view, job_json),
      .help = "mine: those that run, then those that are next in each lane, up to 20" },
    { 0 },
};
const struct shape queue_shape = { "Queue", queue_json, sizeof(struct queue_view) };

static bool view_lane(struct api_call *call, struct str name, struct lane_view *out, struct err *e)
{
    const struct backend *backend = backend_find(jobs_backends(call), name);

    *out = (struct lane_view){ .paused = false };
    if (!lane_load(call->tx, call->arena, name, &out->lane, e))
        return false;
    out->paused = out->lane.paused_at != 0;
    if (backend == NULL)
        return true;
    const struct backend_limits *limits = backend_limits(backend);

    out->limit = (struct opt_i64){ true, limits->concurrency };
    out->requests_per_minute =
        (struct opt_i64){ limits->requests_per_minute > 0, limits->requests_per_minute };
    return true;
}

static bool view_lanes(struct api_call *call, struct field_list *out, struct err *e)
{
    struct backend_list *backends = jobs_backends(call);
    size_t count = backend_count(backends);
    struct lane_view *lanes = arena_array(call->arena, struct lane_view, count + 1);

    for (size_t i = 0; i < count; i++) {
        if (!view_lane(call, backend_name(backend_at(backends, i)), &lanes[i], e))
            return false;
    }
    *out = (struct field_list){ lanes, count + 1 };
    return view_lane(call, JOB_LANE_SYSTEM, &lanes[count], e);
}

static bool list_running(struct api_call *call, struct job_view *jobs, size_t *count, struct err *e)
{
    struct job_filter filter = { .user_id = call->who.user.id,
                                 .state = str_from(job_state_names[JOB_RUNNING]),
                                 .limit = RUNNING_MAX };
    struct field_list rows;

    if (!job_list(call->tx, call->arena, &filter, &rows, e))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        jobs[(*count)++] = jobs_view(call->arena, (const struct job *)rows.items + i);
    return true;
}

static bool list_waiting(struct api_call *call, struct str lane, struct job_view *jobs,
                         size_t *count, struct err *e)
{
    struct field_list rows;

    if (!lane_list_own(call->tx, call->arena, lane, call->who.user.id, OWN_MAX, &rows, e))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct lane_place *place = (const struct lane_place *)rows.items + i;

        jobs[*count] = jobs_view(call->arena, &place->job);
        jobs[(*count)++].position = place->position;
    }
    return true;
}

bool queue_get(struct api_call *call, struct err *e)
{
    struct queue_view *view = arena_new(call->arena, struct queue_view);
    size_t backends = backend_count(jobs_backends(call)), count = 0;
    struct job_view *jobs =
        arena_array(call->arena, struct job_view, RUNNING_MAX + backends * OWN_MAX);

    if (!view_lanes(call, &view->lanes, e) || !list_running(call, jobs, &count, e))
        return false;
    for (size_t i = 0; i < backends; i++) {
        if (!list_waiting(call, backend_name(backend_at(jobs_backends(call), i)), jobs, &count, e))
            return false;
    }
    view->jobs = (struct field_list){ jobs, count };
    call->answer = view;
    return call_add_event_id(call, e);
}

struct lane_body {
    struct str lane;
};

static const struct field lane_body_json[] = {
    { FIELD(struct lane_body, lane), .required = true, .min = 1, .max = 120,
      .help = "a backend's name, or system" },
    { 0 },
};
const struct shape lane_body_shape = { "LaneName", lane_body_json, sizeof(struct lane_body) };

static bool set_paused(struct api_call *call, bool paused, struct err *e)
{
    const struct lane_body *body = call->body;
    struct lane_view *view = arena_new(call->arena, struct lane_view);

    if (!str_eq(body->lane, JOB_LANE_SYSTEM) &&
        backend_find(jobs_backends(call), body->lane) == NULL)
        return err_set_field(e, ERR_INVALID, STR("lane"),
                             "there is no lane '" STR_FMT "': a backend's name, or system",
                             STR_ARG(body->lane));
    call->answer = view;
    return lane_set_paused(call->tx, body->lane, paused, e) && view_lane(call, body->lane, view, e);
}

bool queue_pause_post(struct api_call *call, struct err *e)
{
    return set_paused(call, true, e);
}

bool queue_resume_post(struct api_call *call, struct err *e)
{
    return set_paused(call, false, e);
}
