/* The worker's side of jobs: claims, leases, and the end of a job. */
#include "engine/lease.h"

#include "base/clock.h"
#include "base/random.h"
#include "engine/job_row.h"

enum { BACKOFF_FIRST_MS = 500, BACKOFF_MAX_MS = 60000 };

int64_t lease_backoff_ms(int64_t attempt)
{
    int64_t wait = BACKOFF_FIRST_MS;

    for (int64_t i = 1; i < attempt && wait < BACKOFF_MAX_MS; i++)
        wait *= 2;
    wait = MIN(wait, (int64_t)BACKOFF_MAX_MS);
    return wait - random_below(wait / 4 + 1);
}

bool lease_claim(struct db_tx *tx, struct arena *a, struct str lane, struct str worker,
                 int64_t limit, struct field_list *out_jobs, struct err *e)
{
    int64_t now = clock_now_ms();
    struct job_row row = { .lane = lane,
                           .worker = worker,
                           .limit = limit,
                           .now = now,
                           .lease_until = now + JOB_LEASE_MS };
    const struct job *jobs;

    if (!db_rows(tx, a, Q_LEASE_CLAIM, job_row_fields, &row, job_columns, sizeof(struct job),
                 out_jobs, e))
        return false;
    jobs = out_jobs->items;
    for (size_t i = 0; i < out_jobs->count; i++) {
        row.start_tag = MAX(row.start_tag, jobs[i].start_tag);
        if (!job_announce(tx, a, &jobs[i], e))
            return false;
    }
    return out_jobs->count == 0 || db_exec(tx, Q_LANE_ADVANCE, job_row_fields, &row, e);
}

bool lease_renew(struct db_tx *tx, struct arena *a, struct str worker,
                 struct field_list *out_cancelled, struct err *e)
{
    struct job_row row = { .worker = worker, .lease_until = clock_now_ms() + JOB_LEASE_MS };

    return db_exec(tx, Q_LEASE_RENEW, job_row_fields, &row, e) &&
           db_rows(tx, a, Q_LEASE_CANCELLED, job_row_fields, &row, job_columns, sizeof(struct job),
                   out_cancelled, e);
}

/* Every step of a worker repeats the fence: somebody else may have the job by now. */
static bool exec_fenced(struct db_tx *tx, enum query query, struct job_row *row,
                        const struct job *job, struct err *e)
{
    row->id = job->id;
    row->fence = job->fence;
    row->now = clock_now_ms();
    if (!db_exec(tx, query, job_row_fields, row, e))
        return false;
    return db_changed(tx) == 1 || err_set(e, ERR_CONFLICT, "the lease on the job is lost");
}

bool lease_save_remote(struct db_tx *tx, const struct job *job, struct str remote, struct err *e)
{
    return exec_fenced(tx, Q_LEASE_SAVE_REMOTE, &(struct job_row){ .remote = remote }, job, e);
}

bool lease_save_progress(struct db_tx *tx, const struct job *job, double progress, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct job now = *job;

    now.progress = progress;
    return exec_fenced(tx, Q_LEASE_SAVE_PROGRESS, &(struct job_row){ .progress = progress }, job,
                       e) &&
           job_announce(tx, &a, &now, e);
}

bool lease_save_error(struct db_tx *tx, const struct job *job, const struct err *why, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct job_row row = { .error_code = str_from(err_name(why->code)),
                           .error = str_from(why->msg) };
    struct job now = *job;

    now.error = row.error;
    return exec_fenced(tx, Q_LEASE_SAVE_ERROR, &row, job, e) && job_announce(tx, &a, &now, e);
}

bool lease_complete(struct db_tx *tx, struct arena *a, const struct job *job, struct str result,
                    struct err *e)
{
    struct job done = *job;

    done.state = JOB_COMPLETED;
    return exec_fenced(tx, Q_LEASE_COMPLETE, &(struct job_row){ .result = result }, job, e) &&
           job_announce(tx, a, &done, e) && job_settle(tx, a, &done, e);
}

static bool end_with(struct db_tx *tx, struct arena *a, const struct job *job, enum job_state state,
                     struct str code, struct str error, struct err *e)
{
    struct job_row row = { .state = state, .error_code = code, .error = error };
    struct job done = *job;

    done.state = state;
    done.error = error;
    return exec_fenced(tx, Q_LEASE_END, &row, job, e) && job_announce(tx, a, &done, e) &&
           job_settle(tx, a, &done, e);
}

bool lease_fail(struct db_tx *tx, struct arena *a, const struct job *job, const struct err *why,
                struct err *e)
{
    return end_with(tx, a, job, JOB_FAILED, str_from(err_name(why->code)), str_from(why->msg), e);
}

bool lease_end_cancelled(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    return end_with(tx, a, job, JOB_CANCELLED, (struct str){ 0 }, (struct str){ 0 }, e);
}

bool lease_retry_later(struct db_tx *tx, struct arena *a, const struct job *job, int64_t run_at,
                       const struct err *why, struct err *e)
{
    struct job_row row = { .run_at = run_at,
                           .error_code = str_from(err_name(why->code)),
                           .error = str_from(why->msg) };
    struct job later = *job;

    later.state = JOB_QUEUED;
    later.error = row.error;
    return exec_fenced(tx, Q_LEASE_RETRY_LATER, &row, job, e) && job_announce(tx, a, &later, e) &&
           db_signal(tx, STR("tick"), e);
}

bool lease_release(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    struct job_row row = { 0 };

    return exec_fenced(tx, Q_LEASE_RELEASE, &row, job, e) && job_wake_lane(tx, a, job->lane, e);
}

/* Runs one of the clock's updates and wakes the lanes that it touched. */
static bool tick_with(struct db_tx *tx, struct arena *a, enum query query,
                      const struct job_row *row, int64_t *out_count, struct err *e)
{
    struct field_list lanes;
    const struct job *jobs;

    if (!db_rows(tx, a, query, job_row_fields, row, job_columns, sizeof(struct job), &lanes, e))
        return false;
    jobs = lanes.items;
    for (size_t i = 0; i < lanes.count; i++) {
        if (!job_wake_lane(tx, a, jobs[i].lane, e))
            return false;
    }
    *out_count = (int64_t)lanes.count;
    return true;
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

bool lease_tick(struct db_tx *tx, struct arena *a, struct lease_tick *out, struct err *e)
{
    int64_t now = clock_now_ms();
    struct job_row row = { .now = now, .aged = now - JOB_AGEING_MS }, next = { 0 };

    if (!tick_with(tx, a, Q_TICK_RELEASE, &row, &out->released, e) ||
        !tick_with(tx, a, Q_TICK_RESCUE, &row, &out->rescued, e) ||
        !tick_with(tx, a, Q_TICK_LIFT, &row, &out->lifted, e) ||
        !db_row(tx, a, Q_TICK_NEXT, job_row_fields, &row, job_row_fields, &next, e))
        return false;
    out->next_at = sooner(next.due_at, next.lease_until);
    out->next_at = sooner(out->next_at, next.queued_at != 0 ? next.queued_at + JOB_AGEING_MS : 0);
    return true;
}
