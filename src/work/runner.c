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

/* How the attempt ended, for the transaction that settles it. Lives in the run's arena. */
struct outcome {
    struct db_task task;
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
           lease_complete(tx, run->arena, run->job, run->result, &run->charge, e);
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

static void tell(struct worker *w, const struct outcome *o, const char *what)
{
    struct worker_news news = { .job = o->running->run.job,
                                .what = what,
                                .why = o->why.msg,
                                .took_ms = clock_steady_ms() - o->running->began_ms };

    if (w->options.tell != NULL)
        w->options.tell(&news);
}

static void finish(struct outcome *o)
{
    worker_count_end(o->running->lane, o->how);
    tell(o->worker, o, o->how);
    worker_forget(o->worker, o->running);
}

struct look {
    struct arena arena;
    const struct job *job;
};

static bool look_for_job(struct db_tx *tx, void *arg, struct err *e)
{
    struct look *look = arg;
    struct job now;

    return job_load(tx, &look->arena, (struct str){ 0 }, look->job->id, &now, e);
}

/* Somebody else has it, or nobody: a user who is deleted takes his jobs along. */
static const char *what_lost_it(const struct outcome *o)
{
    struct look look = { .job = o->running->run.job };
    struct err why = { 0 };
    bool is_gone =
        !db_read(o->worker->options.db, look_for_job, &look, &why) && why.code == ERR_NOT_FOUND;

    arena_deinit(&look.arena);
    return is_gone ? "the job is gone: its user was deleted"
                   : "a job was taken over by another worker";
}

/*
 * A lost lease is the other worker's job now; what this one did leaves no trace in the database:
 * false. When the effect itself is refused the job fails with that reason, and if the kind cannot
 * even take the failure, it fails without the kind.
 */
static bool can_settle_after(struct outcome *o, const struct err *why)
{
    bool lost = why->code == ERR_CONFLICT;

    log_warn(lost ? what_lost_it(o) : "settling a job failed",
             LOG_S("job", o->running->run.job->id), LOG_E(why));
    o->how = "lost";
    if (lost)
        return false;
    if (!err_may_retry(why->code) && why->code != ERR_STORAGE_FULL) {
        if (!o->ok)
            o->kind = NULL;
        else
            o->why = *why;
        o->ok = false;
    }
    return true;
}

/* The answer can get lost, and what then is tried again is refused. */
static bool check_answer(struct outcome *o)
{
    if (!o->task.ok || !FAULT(job_settled))
        return o->task.ok;
    o->task.ok = false;
    return err_set(&o->task.err, ERR_UNAVAILABLE,
                   "the answer of the settling transaction was lost");
}

/* Settling is tried until it works: the work is done, and only the lease's end would make it
 * undone.
 */
static void settle_patiently(struct worker *w, struct outcome *o)
{
    int64_t wait_ms = 50;

    while (!check_answer(o) && can_settle_after(o, &o->task.err)) {
        lock_take(&w->lock);
        lock_wait_ms(&w->lock, wait_ms);
        lock_give(&w->lock);
        wait_ms = MIN(wait_ms * 2, 5000);
        o->task.ok = db_write(w->options.db, settle, o, &o->task.err);
    }
    finish(o);
}

/* On a thread of the database, which nobody keeps waiting: what needs patience, or whoever watches,
 * goes back to the runners. */
static void settled(struct db_task *task)
{
    struct outcome *o = CONTAINER_OF(task, struct outcome, task);
    struct worker *w = o->worker;

    if (check_answer(o) && w->options.tell == NULL)
        finish(o);
    else
        worker_enqueue(w, o->running);
}

/* The runner does not wait for the commit: many runs end in one. */
static void settle_soon(struct outcome *o)
{
    o->task = (struct db_task){ .fn = settle, .done = settled, .arg = o };
    if (!db_submit(o->worker->options.db, &o->task, &o->task.err))
        settle_patiently(o->worker, o);
}

static struct outcome *new_outcome(struct worker *w, struct running *r)
{
    struct outcome *o = arena_new(&r->arena, struct outcome);

    o->worker = w;
    o->running = r;
    r->outcome = o;
    return o;
}

void *runner_thread(void *arg)
{
    struct worker *w = arg;
    struct queue_item *item;

    while ((item = queue_take_all(&w->ready, 1)) != NULL) {
        struct running *r = CONTAINER_OF(item, struct running, item);

        if (r->outcome != NULL) {
            settle_patiently(w, r->outcome);
            continue;
        }
        tell(w, new_outcome(w, r), "started");
        attempt(w, r->outcome);
        rest_lane(w, r->outcome);
        worker_free_slot(w, r->lane);
        settle_soon(r->outcome);
    }
    return NULL;
}
