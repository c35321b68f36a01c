/* What their owners do to jobs that are there: cancel them, and try them again. */
#include "base/clock.h"
#include "engine/job_row.h"
#include "engine/ledger.h"
#include "engine/queue.h"

/* As it is until our commit: no worker and no other request can change it meanwhile. */
static bool lock_job(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                     struct job *out, struct err *e)
{
    struct job_row row = { .id = id, .user_id = user_id };
    struct job found = { 0 };

    if (!db_row(tx, a, Q_JOB_LOCK, job_row_fields, &row, job_columns, &found, e))
        return e->code == ERR_NOT_FOUND ? err_set(e, ERR_NOT_FOUND, "no such job") : false;
    *out = found;
    return true;
}

static bool cancel_queued(struct db_tx *tx, struct arena *a, struct job *job, struct err *e)
{
    struct job_row row = { .id = job->id, .user_id = job->user_id, .now = clock_now_ms() };

    if (!db_exec(tx, Q_JOB_CANCEL_QUEUED, job_row_fields, &row, e))
        return false;
    job->state = JOB_CANCELLED;
    job->finished_at = row.now;
    return job_drop(tx, a, job, e);
}

bool job_ask_to_stop(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    struct job_row row = { .id = job->id, .user_id = job->user_id };

    return db_exec(tx, Q_JOB_CANCEL_RUNNING, job_row_fields, &row, e) &&
           db_signal(tx, arena_strf(a, "cancel:" STR_FMT, STR_ARG(job->id)), e);
}

bool job_cancel(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                struct job *out, bool *out_running, struct err *e)
{
    struct job job;

    if (!lock_job(tx, a, user_id, id, &job, e))
        return false;
    if (job.state == JOB_QUEUED && !cancel_queued(tx, a, &job, e))
        return false;
    if (job.state == JOB_RUNNING && !job_ask_to_stop(tx, a, &job, e))
        return false;
    *out_running = job.state == JOB_RUNNING;
    job.cancel_requested = job.cancel_requested != 0 || *out_running;
    *out = job;
    return true;
}

/* Fresh attempts at a new place; what it waits for has to be on its way, or done. */
static bool requeue(struct db_tx *tx, struct arena *a, struct job *job, struct err *e)
{
    struct job_row row = { .id = job->id,
                           .user_id = job->user_id,
                           .lane = job->lane,
                           .band = job->band,
                           .depends_on = job->depends_on,
                           .now = clock_now_ms() };

    if (!job_check_dependency(tx, a, &row, e) || !queue_take_room(tx, row.lane, row.user_id, e) ||
        !job_take_places(tx, a, &row, 1, e) || !db_exec(tx, Q_JOB_REQUEUE, job_row_fields, &row, e))
        return false;
    job->state = JOB_QUEUED;
    job->attempt = job->cancel_requested = job->started_at = job->finished_at = 0;
    job->progress = 0;
    job->remote = job->error_code = job->error = (struct str){ 0 };
    job->queued_at = row.now;
    job->start_tag = row.start_tag;
    return ledger_open_again(tx, a, job, e) && job_announce(tx, a, job, e) &&
           (row.hold != HOLD_NONE || job_wake_lane(tx, a, job->lane, e));
}

bool job_try_again(struct db_tx *tx, struct arena *a, struct job *job, struct err *e)
{
    struct job_row row = { .group_id = job->group_id,
                           .user_id = job->user_id,
                           .failed = job->state == JOB_FAILED,
                           .cancelled = job->state == JOB_CANCELLED };

    if (!requeue(tx, a, job, e))
        return false;
    return str_is_null(job->group_id) || db_exec(tx, Q_JOB_GROUP_REOPEN, job_row_fields, &row, e);
}

bool job_retry(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
               struct job *out, struct err *e)
{
    struct job job;

    if (!lock_job(tx, a, user_id, id, &job, e))
        return false;
    if (job.state != JOB_FAILED && job.state != JOB_CANCELLED)
        return err_set(e, ERR_CONFLICT,
                       "only a failed or cancelled job can be tried again, this one is %s",
                       job_state_names[job.state]);
    if (!job_offer_again(tx, a, &job, e) || !job_try_again(tx, a, &job, e))
        return false;
    *out = job;
    return true;
}
