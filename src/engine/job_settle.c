/* What follows from a job's change: its owner hears of it, its group counts it, those that waited
 * for it go on or end. */
#include "base/clock.h"
#include "base/json.h"
#include "engine/event.h"
#include "engine/job_row.h"

enum { EVENT_MAX_BYTES = 4096 };

static const struct job_hooks *hooks;

void job_set_hooks(const struct job_hooks *ours)
{
    hooks = ours;
}

/* {"jobId":...,"kind":...,"status":...,"progress":...,"error":...} */
bool job_announce(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    AUTO_BUF text;
    struct json_writer w = { .out = &text };

    buf_init(&text, EVENT_MAX_BYTES);
    if (str_eq(job->lane, JOB_LANE_SYSTEM))
        return true;
    json_begin_object(&w);
    json_put_name(&w, STR("jobId"));
    json_put_str(&w, job->id);
    json_put_name(&w, STR("kind"));
    json_put_str(&w, job->kind);
    json_put_name(&w, STR("status"));
    json_put_str(&w, str_from(job_state_names[job->state]));
    if (job->state == JOB_RUNNING) {
        json_put_name(&w, STR("progress"));
        json_put_f64(&w, job->progress);
    }
    if (!str_is_null(job->error)) {
        json_put_name(&w, STR("error"));
        json_put_str(&w, job->error);
    }
    json_end_object(&w);
    return event_add(tx, a, event_user_channel(a, job->user_id), "job", buf_str(&text), e);
}

bool job_announce_all(struct db_tx *tx, struct arena *a, const struct field_list *jobs,
                      struct err *e)
{
    for (size_t i = 0; i < jobs->count; i++) {
        if (!job_announce(tx, a, (const struct job *)jobs->items + i, e))
            return false;
    }
    return true;
}

bool job_wake_lane(struct db_tx *tx, struct arena *a, struct str lane, struct err *e)
{
    return db_signal(tx, arena_strf(a, "lane:" STR_FMT, STR_ARG(lane)), e);
}

/* The job that brings `open` to zero settles the group; no other can, the row is locked until the
 * commit. */
bool job_count_in_group(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    struct job_row row = { .group_id = job->group_id,
                           .completed = job->state == JOB_COMPLETED,
                           .failed = job->state == JOB_FAILED,
                           .cancelled = job->state == JOB_CANCELLED,
                           .now = clock_now_ms() };
    struct job_row left = { 0 };

    if (str_is_null(job->group_id))
        return true;
    if (!db_row(tx, a, Q_JOB_GROUP_COUNT, job_row_fields, &row, job_row_fields, &left, e))
        return false;
    return left.open > 0 || db_exec(tx, Q_JOB_GROUP_SETTLE, job_row_fields, &row, e);
}

/* What waited for a job that did not complete ends with it, and what waited for that. */
static bool cancel_dependents(struct db_tx *tx, struct arena *a, const struct job *job,
                              struct err *e)
{
    struct job_row row = { .id = job->id, .now = clock_now_ms() };
    struct field_list cancelled;
    const struct job *jobs;

    if (!db_rows(tx, a, Q_JOB_DEPENDENTS_CANCEL, job_row_fields, &row, job_columns, sizeof(*jobs),
                 &cancelled, e))
        return false;
    jobs = cancelled.items;
    for (size_t i = 0; i < cancelled.count; i++) {
        if (!job_drop(tx, a, &jobs[i], e))
            return false;
    }
    return true;
}

bool job_drop(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    return (hooks == NULL || hooks->dropped(tx, a, job, e)) && job_announce(tx, a, job, e) &&
           job_settle(tx, a, job, e);
}

bool job_settle(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    return job_count_in_group(tx, a, job, e) && cancel_dependents(tx, a, job, e);
}
