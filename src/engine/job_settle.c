/* What follows from a job's change: its owner hears of it, its group counts it, those that waited
 * for it go on or end. */
#include "base/clock.h"
#include "base/json.h"
#include "engine/event.h"
#include "engine/glimpse.h"
#include "engine/job_row.h"
#include "engine/ledger.h"

enum { EVENT_MAX_BYTES = 4096 };

static const struct job_hooks *program; /* its hooks, or NULL */

void job_set_hooks(const struct job_hooks *hooks)
{
    program = hooks;
}

bool job_offer_again(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    return program == NULL || program->retried(tx, a, job, e);
}

static void put_glimpse(struct json_writer *w, const struct job *job)
{
    if (job->note.len > 0) {
        json_put_name(w, STR("note"));
        json_put_str(w, job->note);
    }
    if (job->previews > 0) {
        json_put_name(w, STR("previews"));
        json_put_i64(w, job->previews);
    }
}

/* {"jobId":...,"kind":...,"status":...,"progress":...,"note":...,"previews":...,"error":...} */
bool job_announce(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    AUTO_BUF text = { 0 };
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
        put_glimpse(&w, job);
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
    const struct str topic[] = { STR("lane:"), lane };

    return db_signal(tx, arena_join(a, topic, COUNT(topic)), e);
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

/* Ends that lead to others: a list, because a chain of jobs may be longer than the stack is deep.
 */
struct ended {
    const struct job *job;
    struct ended *next;
};

static bool cancel_dependents(struct db_tx *tx, struct arena *a, const struct job *job,
                              struct field_list *out, struct err *e)
{
    struct job_row row = { .id = job->id, .user_id = job->user_id, .now = clock_now_ms() };

    return db_rows(tx, a, Q_JOB_DEPENDENTS_CANCEL, job_row_fields, &row, job_columns,
                   sizeof(struct job), out, e);
}

/* What comes first of the end of a job without a worker. */
static bool tell_drop(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    return ledger_end(tx, job, e) && (job->fence == 0 || glimpse_forget(tx, job, e)) &&
           (program == NULL || program->dropped(tx, a, job, e)) && job_announce(tx, a, job, e);
}

/* What waited for a job that did not complete ends with it, and what waited for that. */
bool job_settle(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    struct ended first = { .job = job }, *last = &first;

    for (struct ended *at = &first; at != NULL; at = at->next) {
        struct field_list dropped;

        if ((at != &first && !tell_drop(tx, a, at->job, e)) ||
            !job_count_in_group(tx, a, at->job, e) ||
            !cancel_dependents(tx, a, at->job, &dropped, e))
            return false;
        for (size_t i = 0; i < dropped.count; i++) {
            last = last->next = arena_new(a, struct ended);
            last->job = (const struct job *)dropped.items + i;
        }
    }
    return true;
}

bool job_drop(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    return tell_drop(tx, a, job, e) && job_settle(tx, a, job, e);
}
