/* The runners' side of the worker: one attempt at a job, and what becomes of it. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "work/worker_internal.h"

enum {
    RETRY_AFTER_MAX_MS = 10 * 60 * 1000,
    POSTPONE_MS = 5000, /* when nobody said for how long */
    RESUMES_MAX = 16,   /* more attempts for what is bought already: to ask for it costs nothing */
    DEATHS_MAX = 8,     /* more, when workers have died: it need not have been the job's fault */
};

const struct job_kind *kind_find(const struct job_kind *const *kinds, struct str name)
{
    for (const struct job_kind *const *kind = kinds; *kind != NULL; kind++) {
        if (str_eq(str_from((*kind)->name), name))
            return *kind;
    }
    return NULL;
}

/* How the attempt ended, for the transaction that settles it. */
struct outcome {
    struct worker *worker;
    struct running *running;
    const struct job_kind *kind;
    bool ok;
    bool give_back; /* we are stopping: somebody else shall do it */
    struct err why;
    const char *how; /* what became of the job */
};

/* Workers that were killed have used up attempts too. */
static int64_t most_attempts(const struct job *job)
{
    return job->max_attempts + (str_is_null(job->remote) ? 0 : RESUMES_MAX);
}

/* Its turn has come, and it cannot even begin, or not end, for want of something of ours. */
static bool is_postponed(const struct outcome *o)
{
    return o->why.code == ERR_BUSY || o->why.code == ERR_STORAGE_FULL;
}

static bool may_retry(const struct outcome *o)
{
    const struct job *job = o->running->run.job;

    return is_postponed(o) || (err_may_retry(o->why.code) && job->attempt < most_attempts(job));
}

static bool settle_success(struct db_tx *tx, struct outcome *o, struct err *e)
{
    struct work_run *run = &o->running->run;

    o->how = "completed";
    return (o->kind->succeeded == NULL || o->kind->succeeded(tx, run, e)) &&
           lease_complete(tx, run->arena, run->job, run->result, e);
}

static bool settle_failure(struct db_tx *tx, struct outcome *o, const struct err *why,
                           struct err *e)
{
    struct work_run *run = &o->running->run;
    bool cancelled = why->code == ERR_CANCELLED;

    o->how = cancelled ? "cancelled" : "failed";
    if (o->kind != NULL && o->kind->failed != NULL && !o->kind->failed(tx, run, why, e))
        return false;
    return cancelled ? lease_end_cancelled(tx, run->arena, run->job, e)
                     : lease_fail(tx, run->arena, run->job, why, e);
}

static int64_t wait_before_retry(const struct outcome *o)
{
    if (o->why.retry_after_ms > 0)
        return MIN(o->why.retry_after_ms, (int64_t)RETRY_AFTER_MAX_MS);
    if (is_postponed(o))
        return POSTPONE_MS;
    return lease_backoff_ms(o->running->run.job->attempt);
}

/* It would be queued again: not what somebody has cancelled meanwhile. */
static bool settle_for_later(struct db_tx *tx, struct outcome *o, struct err *e)
{
    struct work_run *run = &o->running->run;
    struct err cancelled = { .code = ERR_CANCELLED };
    int64_t run_at;
    bool wanted;

    if (!lease_is_wanted(tx, run->arena, run->job, &wanted, e))
        return false;
    if (!wanted)
        return settle_failure(tx, o, &cancelled, e);
    o->how = o->give_back ? "given back" : "retry";
    if (o->give_back)
        return lease_release(tx, run->arena, run->job, e);
    run_at = clock_now_ms() + wait_before_retry(o);
    if (is_postponed(o))
        return lease_postpone(tx, run->arena, run->job, run_at, &o->why, e);
    return lease_retry_later(tx, run->arena, run->job, run_at, &o->why, e);
}

/* The lane's next jobs would come back for the same reason. */
static void rest_lane(struct worker *w, const struct outcome *o)
{
    bool wanted = o->running->run.lane_rests || o->why.code == ERR_STORAGE_FULL;

    if (!o->ok && is_postponed(o) && wanted)
        worker_rest_lane(w, o->running->lane, wait_before_retry(o));
}

/* One transaction: the kind's effect and the job's end stand or fall together. */
static bool settle(struct db_tx *tx, void *arg, struct err *e)
{
    struct outcome *o = arg;
    bool ok = o->ok                          ? settle_success(tx, o, e)
              : o->give_back || may_retry(o) ? settle_for_later(tx, o, e)
                                             : settle_failure(tx, o, &o->why, e);

    if (ok && FAULT(job_settle))
        return err_set(e, ERR_IO, "settling was made to fail");
    return ok && (!o->worker->spread || db_signal(tx, WORKER_TOPIC_FREED, e));
}

/* What an earlier attempt has under way elsewhere, its kind alone can call back. */
static void run_cancelled(struct outcome *o)
{
    struct work_run *run = &o->running->run;
    struct err unheard = { 0 };

    atomic_store(&run->unwanted, true);
    gen_cancel_set(&run->cancel);
    if (!str_is_null(run->job->remote) && !o->kind->run(run, &unheard))
        log_debug("a cancelled job was called back", LOG_S("job", run->job->id), LOG_E(&unheard));
    err_set(&o->why, ERR_CANCELLED, "cancelled");
}

static void attempt(struct worker *w, struct outcome *o)
{
    struct work_run *run = &o->running->run;

    o->kind = kind_find(w->options.kinds, run->job->kind);
    if (o->kind == NULL)
        err_set(&o->why, ERR_INTERNAL, "no code runs jobs of the kind '" STR_FMT "'",
                STR_ARG(run->job->kind));
    else if (run->job->cancel_requested != 0)
        run_cancelled(o);
    else if (run->job->attempt > most_attempts(run->job) + DEATHS_MAX)
        err_set(&o->why, ERR_INTERNAL, "given up: its worker ended %lld times before it was done",
                (long long)run->job->attempt - 1);
    else
        o->ok = o->kind->run(run, &o->why);

    o->give_back =
        worker_is_stopping(w) && o->why.code == ERR_CANCELLED && run->job->cancel_requested == 0;
}

static bool settle_once(struct worker *w, struct outcome *o, struct err *e)
{
    if (!db_write(w->options.db, settle, o, e))
        return false;
    return !FAULT(job_settled) ||
           err_set(e, ERR_UNAVAILABLE, "the answer of the settling transaction was lost");
}

/*
 * Settling is tried until it works: the work is done, and only the lease's end would make it
 * undone. A lost lease is the other worker's job now; what this one did leaves no trace in the
 * database.
 */
static void settle_for_good(struct worker *w, struct outcome *o)
{
    struct err e = { 0 };
    int64_t wait_ms = 50;

    while (!settle_once(w, o, &e)) {
        bool lost = e.code == ERR_CONFLICT;

        log_warn(lost ? "a job was taken over by another worker" : "settling a job failed",
                 LOG_S("job", o->running->run.job->id), LOG_E(&e));
        o->how = "lost";
        if (lost)
            return;
        if (!err_may_retry(e.code) && e.code != ERR_STORAGE_FULL) {
            /* The effect itself is refused: the job fails with that reason, and if the kind cannot
             * even take the failure, it fails without the kind. */
            if (!o->ok)
                o->kind = NULL;
            else
                o->why = e;
            o->ok = false;
        }
        lock_take(&w->lock);
        lock_wait_ms(&w->lock, wait_ms);
        lock_give(&w->lock);
        wait_ms = MIN(wait_ms * 2, 5000);
    }
}

static void tell(struct worker *w, const struct outcome *o, const char *what)
{
    struct worker_news news = { .job = o->running->run.job,
                                .what = what,
                                .why = o->why.msg,
                                .took_ms = clock_steady_ms() - o->running->began_ms };

    if (w->options.tell != NULL)
        w->options.tell(&news);
}

void *runner_thread(void *arg)
{
    struct worker *w = arg;
    struct queue_item *item;

    while ((item = queue_take_all(&w->ready, 1)) != NULL) {
        struct outcome o = { .worker = w, .running = CONTAINER_OF(item, struct running, item) };

        tell(w, &o, "started");
        attempt(w, &o);
        rest_lane(w, &o);
        settle_for_good(w, &o);
        tell(w, &o, o.how);
        worker_forget(w, o.running);
    }
    return NULL;
}
