/* Routes of jobs and of the queue. */
#include "features/jobs/jobs.h"

#include "api/api.h"
#include "api/image_view.h"
#include "engine/ledger.h"
#include "features/jobs/jobs_cli.h"
#include "image/image.h"

const struct field job_json[] = {
    { FIELD_NAMED(struct job_view, job.id, "id"), .required = true },
    { FIELD_NAMED(struct job_view, job.kind, "kind"), .required = true },
    { .name = "status",
      .type = FIELD_ENUM,
      .names = job_state_names,
      .offset = offsetof(struct job_view, job.state) },
    { FIELD_NAMED(struct job_view, job.lane, "lane"), .required = true,
      .help = "the backend, or system" },
    { FIELD_NAMED(struct job_view, job.group_id, "group_id") },
    { FIELD_NAMED(struct job_view, asked.prompt, "prompt"),
      .help = "what the picture is to show; null: it makes none" },
    { FIELD_NAMED(struct job_view, asked.width, "width"),
      .help = "as asked for; null: what the backend likes" },
    { FIELD_NAMED(struct job_view, asked.height, "height") },
    { FIELD_NAMED(struct job_view, job.attempt, "attempt") },
    { FIELD_NAMED(struct job_view, job.progress, "progress"), .help = "0 to 1" },
    { FIELD_NAMED(struct job_view, glimpse.note, "note"),
      .help = "what is being done, in words; null: not known, not running, and in lists" },
    { FIELD_NAMED(struct job_view, glimpse.previews, "previews"),
      .help = "the number of the newest preview; 0: none, not running, and in lists" },
    { FIELD(struct job_view, position),
      .help = "jobs ahead in the lane; -1 when it does not wait" },
    { FIELD(struct job_view, cost_micros),
      .help = "what it has cost, in millionths of a dollar; null: not over yet, and in lists" },
    { FIELD_NAMED(struct job_view, job.error_code, "error_code") },
    { FIELD_NAMED(struct job_view, job.error, "error") },
    { .name = "created_at",
      .type = FIELD_TIME,
      .required = true,
      .offset = offsetof(struct job_view, job.created_at) },
    { .name = "started_at",
      .type = FIELD_TIME,
      .offset = offsetof(struct job_view, job.started_at) },
    { .name = "finished_at",
      .type = FIELD_TIME,
      .offset = offsetof(struct job_view, job.finished_at) },
    { 0 },
};
static const struct shape job_shape = { "Job", job_json, sizeof(struct job_view) };

struct jobs_query {
    struct page_query page;
    struct str status, kind, group_id;
};

static const struct field jobs_query_fields[] = {
    PAGE_FIELDS(struct jobs_query),
    { FIELD(struct jobs_query, status), .max = 20,
      .help = "queued, running, completed, failed or cancelled" },
    { FIELD(struct jobs_query, kind), .max = 64,
      .help = "generate, ...; work of the house (thumbnail) is listed by its kind alone" },
    { FIELD(struct jobs_query, group_id), .max = 64 },
    { 0 },
};
static const struct shape jobs_query_shape = { "JobsQuery", jobs_query_fields,
                                               sizeof(struct jobs_query) };

struct job_view jobs_view(struct arena *a, const struct job *job)
{
    return (struct job_view){ .job = *job, .asked = generate_asked_of(a, job), .position = -1 };
}

static bool view(struct api_call *call, const struct job *job, struct err *e)
{
    struct job_view *view = arena_new(call->arena, struct job_view);

    *view = jobs_view(call->arena, job);
    call->answer = view;
    return job_position(call->tx, job, &view->position, e);
}

static bool jobs_get(struct api_call *call, struct err *e)
{
    const struct jobs_query *query = call->query;
    struct job_filter filter = { .user_id = call->who.user.id,
                                 .state = query->status,
                                 .kind = query->kind,
                                 .group_id = query->group_id };
    struct field_list rows;
    struct job_view *views;

    if (!call_begin_page(call, &filter.before, &filter.limit, e))
        return false;
    if (filter.before.len == 0)
        filter.before = (struct str){ 0 };
    if (!job_list(call->tx, call->arena, &filter, &rows, e))
        return false;
    views = arena_array(call->arena, struct job_view, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        views[i] = jobs_view(call->arena, (const struct job *)rows.items + i);
    call_end_page(call, (struct field_list){ views, rows.count }, sizeof(struct job_view),
                  offsetof(struct job_view, job.id));
    return call_add_event_id(call, e);
}

static bool job_get(struct api_call *call, struct err *e)
{
    struct job_view *shown = arena_new(call->arena, struct job_view);
    struct job *job = &shown->job;

    call->answer = shown;
    if (!job_load_shown(call->tx, call->arena, call->who.user.id, call_param(call, "id"), job, e) ||
        !job_position(call->tx, job, &shown->position, e))
        return false;
    shown->asked = generate_asked_of(call->arena, job);
    if (job->state == JOB_RUNNING &&
        !glimpse_load(call->tx, call->arena, job->user_id, job->id, &shown->glimpse, e))
        return false;
    shown->cost_micros.set = job->finished_at > 0;
    return job->finished_at == 0 || !job->reserved.set ||
           ledger_cost(call->tx, call->arena, job->user_id, job->id, &shown->cost_micros.value, e);
}

struct preview_query {
    int64_t number;
};

static const struct field preview_query_fields[] = {
    { FIELD(struct preview_query, number),
      .help = "any: the newest comes, and to a browser each number is another address" },
    { 0 },
};
static const struct shape preview_query_shape = { "PreviewQuery", preview_query_fields,
                                                  sizeof(struct preview_query) };

/* The bytes are a backend's: nothing that a browser could run is ever sent as such. */
static bool job_preview_get(struct api_call *call, struct err *e)
{
    struct http_exchange *x = call->exchange;
    struct str bytes;

    if (!glimpse_load_preview(call->tx, call->arena, call->who.user.id, call_param(call, "id"),
                              &bytes, e))
        return false;
    x->reply.status = 200;
    x->reply.body = bytes;
    http_reply_header(x, "Content-Type", str_from(image_sniff(bytes)->mime));
    http_reply_header(x, "Cache-Control", STR("private, no-store"));
    http_reply_header(x, "Content-Security-Policy", STR("sandbox; default-src 'none'"));
    http_reply_header(x, "Cross-Origin-Resource-Policy", STR("same-origin"));
    return true;
}

static bool job_images_get(struct api_call *call, struct err *e)
{
    struct image_card *views;
    struct field_list rows;
    struct job job;

    if (!job_load(call->tx, call->arena, call->who.user.id, call_param(call, "id"), &job, e) ||
        !image_list_of_job(call->tx, call->arena, call->who.user.id, job.id, &rows, e))
        return false;
    views = arena_array(call->arena, struct image_card, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        views[i] = image_card(call->arena, (const struct image *)rows.items + i);
    call->list = (struct field_list){ views, rows.count };
    return true;
}

static bool job_cancel_post(struct api_call *call, struct err *e)
{
    struct job job;
    bool running;

    return job_cancel(call->tx, call->arena, call->who.user.id, call_param(call, "id"), &job,
                      &running, e) &&
           view(call, &job, e);
}

static bool job_retry_post(struct api_call *call, struct err *e)
{
    struct job job;

    return job_retry(call->tx, call->arena, call->who.user.id, call_param(call, "id"), &job, e) &&
           view(call, &job, e);
}

static const struct route routes[] = {
    { HTTP_POST, "/api/jobs", WHO_MEMBER, ROUTE_WRITE, jobs_post, .body = &job_submit_shape,
      .answer = &jobs_submitted_shape, .summary = "Generate pictures", .idempotent = true,
      .success = 202 },
    { HTTP_POST, "/api/jobs/check", WHO_MEMBER, ROUTE_READ, job_check_post,
      .body = &job_submit_shape, .answer = &job_check_shape,
      .summary = "What such a request would send, ignore and cost; nothing is queued" },
    { HTTP_POST, "/api/quote", WHO_MEMBER, ROUTE_READ, quote_post, .body = &job_submit_shape,
      .answer = &quote_shape, .summary = "What generating would cost, and whether it is covered" },
    { HTTP_GET, "/api/backends", WHO_VIEWER, ROUTE_READ, backends_get, .answer = &backend_shape,
      .list = "backends", .summary = "The backends: what they can do, cost, and how they are" },
    { HTTP_POST, "/api/backends/:name/test", WHO_ADMIN, ROUTE_READ, backend_test_post,
      .answer = &backend_test_shape, .prepare = backend_test_prepare,
      .summary = "Ask a backend whether address and credential are right; costs nothing" },
    { HTTP_GET, "/api/styles", WHO_VIEWER, ROUTE_READ, styles_get, .answer = &style_shape,
      .list = "styles", .summary = "The styles that a request may name" },
    { HTTP_GET, "/api/jobs", WHO_VIEWER, ROUTE_READ, jobs_get, .query = &jobs_query_shape,
      .answer = &job_shape, .list = "jobs", .summary = "My jobs, newest first" },
    { HTTP_GET, "/api/jobs/:id", WHO_VIEWER, ROUTE_READ, job_get, .answer = &job_shape,
      .summary = "One job, with its position in the queue" },
    { HTTP_GET, "/api/jobs/:id/preview", WHO_VIEWER, ROUTE_READ, job_preview_get, .raw = true,
      .query = &preview_query_shape, .text_type = "application/octet-stream",
      .summary = "The picture so far of a job that runs, where its backend shows one" },
    { HTTP_GET, "/api/jobs/:id/images", WHO_VIEWER, ROUTE_READ, job_images_get,
      .answer = &image_shape, .list = "images", .summary = "The pictures that a job has made" },
    { HTTP_POST, "/api/jobs/:id/cancel", WHO_MEMBER, ROUTE_WRITE, job_cancel_post,
      .answer = &job_shape, .summary = "Cancel a job; harmless in every state" },
    { HTTP_POST, "/api/jobs/:id/retry", WHO_MEMBER, ROUTE_WRITE, job_retry_post,
      .answer = &job_shape, .idempotent = true,
      .summary = "Queue a failed or cancelled job again" },
    { HTTP_GET, "/api/groups", WHO_VIEWER, ROUTE_READ, groups_get, .query = &page_query_shape,
      .answer = &group_shape, .list = "groups", .summary = "My groups of jobs, newest first" },
    { HTTP_GET, "/api/groups/:id", WHO_VIEWER, ROUTE_READ, group_get, .answer = &group_shape,
      .summary = "One group; its jobs are at /api/jobs?groupId=" },
    { HTTP_POST, "/api/groups/:id/cancel", WHO_MEMBER, ROUTE_WRITE, group_cancel_post,
      .answer = &group_shape, .summary = "Cancel all jobs of a group; harmless in every state" },
    { HTTP_POST, "/api/groups/:id/retry", WHO_MEMBER, ROUTE_WRITE, group_retry_post,
      .answer = &group_shape, .idempotent = true,
      .summary = "Queue the failed and cancelled jobs of a group again" },
    { HTTP_GET, "/api/queue", WHO_VIEWER, ROUTE_READ, queue_get, .answer = &queue_shape,
      .summary = "The lanes, and my jobs in them with their positions" },
    { HTTP_POST, "/api/queue/pause", WHO_ADMIN, ROUTE_WRITE, queue_pause_post,
      .body = &lane_body_shape, .answer = &lane_shape, .summary = "Start no more jobs of a lane" },
    { HTTP_POST, "/api/queue/resume", WHO_ADMIN, ROUTE_WRITE, queue_resume_post,
      .body = &lane_body_shape, .answer = &lane_shape, .summary = "Start a lane's jobs again" },
    { 0 },
};

const struct feature jobs_feature = {
    .name = "jobs", .spelling = JSON_CAMEL, .routes = routes, .commands = jobs_commands
};
