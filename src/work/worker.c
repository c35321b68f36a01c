/* The scheduler's side of the worker: when to claim, when to renew, what time brings. It sleeps
 * until one of them is due. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "engine/queue.h"
#include "work/worker_internal.h"

enum { READY_MAX = 4096, RETRY_MS = 1000, LATE_PARTS = 5 };

/* Holding the lock. */
static void plan_tick(struct worker *w, int64_t at_ms)
{
    w->next_tick_ms = MIN(w->next_tick_ms, at_ms);
}

/* The renewal tells which jobs are cancelled. */
static void mark_all(struct worker *w)
{
    for (size_t i = 0; i < w->lane_count; i++)
        w->lanes[i].dirty = true;
    w->tick_wanted = true;
    w->next_renew_ms = clock_steady_ms();
}

/* Somebody gets the job: if that worker dies, we are the ones to notice, after a lease. */
static void mark_lane(struct worker *w, struct str name)
{
    for (size_t i = 0; i < w->lane_count; i++) {
        if (str_eq(str_from(w->lanes[i].name), name))
            w->lanes[i].dirty = true;
    }
    plan_tick(w, clock_steady_ms() + w->lease_ms);
}

static void mark_held_back(struct worker *w)
{
    w->freed++;
    for (size_t i = 0; i < w->lane_count; i++)
        w->lanes[i].dirty |= w->lanes[i].held_back;
}

/* Whose run is on its way into our books is found there by a renewal. */
static void cancel_run(struct worker *w, struct str job_id)
{
    struct running *r = worker_find_run(w, job_id);

    if (r != NULL) {
        atomic_store(&r->run.unwanted, true);
        gen_cancel_set(&r->run.cancel);
    } else if (w->is_claiming) {
        w->next_renew_ms = MIN(w->next_renew_ms, clock_steady_ms());
    }
}

/* On a thread of the database, after a commit of anybody: only notes what has to be looked at. */
static void hear(void *ctx, struct str topic)
{
    struct worker *w = ctx;
    struct str kind, name;
    LOCKED(&w->lock);

    str_cut(topic, ':', &kind, &name);
    if (str_eq(kind, STR("cancel"))) {
        cancel_run(w, name);
        return;
    }
    if (str_eq(kind, STR("lane")))
        mark_lane(w, name);
    else if (str_eq(kind, WORKER_TOPIC_FREED))
        mark_held_back(w);
    else if (str_eq(kind, STR("tick")))
        w->tick_wanted = true;
    else if (str_eq(kind, DB_TOPIC_ANY))
        mark_all(w);
    else
        return;
    lock_broadcast(&w->lock);
}

/* A look at the database: our leases are prolonged, and with a tick everybody's time goes on. */
struct look {
    struct worker *w;
    int64_t began_ms; /* steady */
    struct arena arena;
    struct lease_watch watch;
    struct lease_tick tick;
};

static bool renew(struct db_tx *tx, void *arg, struct err *e)
{
    struct look *l = arg;

    if (FAULT(job_renew))
        return err_set(e, ERR_IO, "renewing was made to fail");
    return lease_renew(tx, &l->arena, l->watch.worker, &l->tick.mine, e);
}

/* The database was long in coming. */
static bool is_late(const struct look *l)
{
    return clock_steady_ms() - l->began_ms > l->w->lease_ms / LATE_PARTS;
}

static bool tick(struct db_tx *tx, void *arg, struct err *e)
{
    struct look *l = arg;

    if (FAULT(job_tick) || FAULT(job_renew))
        return err_set(e, ERR_IO, "looking was made to fail");
    if (is_late(l)) /* others may have waited as long as we have, and come after us */
        l->watch.rescue_at = clock_now_ms() + l->w->lease_ms;
    return lease_tick(tx, &l->arena, &l->watch, &l->tick, e);
}

static void cancel_if_asked(struct worker *w, const struct job *job)
{
    LOCKED(&w->lock);

    if (job->cancel_requested != 0)
        cancel_run(w, job->id);
}

static void check_books(struct look *l)
{
    for (size_t i = 0; i < l->tick.mine.count; i++) {
        const struct job *job = (const struct job *)l->tick.mine.items + i;

        cancel_if_asked(l->w, job);
        worker_check_lease(l->w, &l->arena, job);
    }
}

/* Holding the lock. While the database fails, or hangs, nobody can prolong his leases: afterwards
 * the others get the time of one for it. */
static void note_answer(const struct look *l, bool ok)
{
    struct worker *w = l->w;

    if (ok) {
        w->unsure = false;
        w->next_renew_ms = l->began_ms + w->lease_ms / 3;
    }
    if (!ok || is_late(l))
        w->rescue_from_ms = clock_steady_ms() + w->lease_ms;
}

static struct look look_of(struct worker *w)
{
    struct look l = { .w = w, .began_ms = clock_steady_ms(), .watch.worker = str_from(w->id) };
    LOCKED(&w->lock);

    if (w->rescue_from_ms > l.began_ms)
        l.watch.rescue_at = clock_now_ms() + w->rescue_from_ms - l.began_ms;
    return l;
}

static void run_tick(struct worker *w)
{
    struct look l = look_of(w);
    int64_t wait = RETRY_MS;
    struct err e = { 0 };
    bool ok;

    ok = db_write(w->options.db, tick, &l, &e);
    if (!ok)
        log_warn("looking for due jobs failed", LOG_E(&e));
    else if (l.tick.next_at != 0)
        wait = MAX(l.tick.next_at - clock_now_ms(), 1);
    check_books(&l);
    lock_take(&w->lock);
    note_answer(&l, ok);
    if (!ok || l.tick.next_at != 0)
        plan_tick(w, clock_steady_ms() + wait);
    lock_give(&w->lock);
    arena_deinit(&l.arena);
}

static void run_renewal(struct worker *w)
{
    struct look l = look_of(w);
    struct err e = { 0 };
    bool ok = db_write(w->options.db, renew, &l, &e);

    if (!ok)
        log_warn("renewing leases failed", LOG_E(&e));
    check_books(&l);
    lock_take(&w->lock);
    note_answer(&l, ok);
    if (!ok)
        w->next_renew_ms = clock_steady_ms() + MIN((int64_t)RETRY_MS, w->lease_ms / 3);
    lock_give(&w->lock);
    arena_deinit(&l.arena);
}

/* Holding the lock, which is given up meanwhile: no claim is under way that our books do not have
 * yet. */
static void look(struct worker *w, void (*run)(struct worker *w))
{
    w->is_claiming = true;
    lock_give(&w->lock);
    run(w);
    lock_take(&w->lock);
    w->is_claiming = false;
}

/* Holding the lock: is there anything that a renewal would be for? */
static bool has_leases(const struct worker *w)
{
    return w->first != NULL || w->unsure;
}

int64_t worker_begin_claim(struct worker *w, const struct lane_state *lane)
{
    int64_t now = clock_steady_ms();

    if (!has_leases(w))
        w->next_renew_ms = now + w->lease_ms / 3;
    plan_tick(w, now + w->lease_ms);
    w->is_claiming = true;
    return MIN(lane->slots - lane->running, w->runner_count - w->running);
}

/* Holding the lock: how long there is nothing to do. */
static int64_t idle_ms(const struct worker *w, int64_t now)
{
    int64_t until = MIN(w->next_tick_ms, worker_next_claim_ms(w));

    if (has_leases(w))
        until = MIN(until, w->next_renew_ms);
    return MAX(until - now, 1);
}

struct rescue {
    struct arena arena;
    int64_t count;
};

static bool rescue(struct db_tx *tx, void *arg, struct err *e)
{
    struct rescue *r = arg;

    return lease_rescue_all(tx, &r->arena, &r->count, e);
}

/* Once, before the first claim. What it cannot do the ends of the leases do. */
static void rescue_all(struct worker *w)
{
    struct rescue r = { .count = 0 };
    struct err e = { 0 };

    if (!db_write(w->options.db, rescue, &r, &e))
        log_warn("looking for jobs of an earlier process failed", LOG_E(&e));
    else if (r.count > 0)
        log_info("jobs of an earlier process go on", LOG_N("jobs", r.count));
    arena_deinit(&r.arena);
}

static void *schedule(void *arg)
{
    struct worker *w = arg;

    if (w->options.alone)
        rescue_all(w);
    lock_take(&w->lock);
    w->is_claiming = false;
    while (!w->stopping || w->first != NULL || w->is_claiming) {
        int64_t now = clock_steady_ms();
        struct lane_state *lane = NULL;

        if (w->is_claiming) {
            w->wants_turn = true;
            lock_wait(&w->lock);
            w->wants_turn = false;
        } else if (has_leases(w) && now >= w->next_renew_ms) {
            look(w, run_renewal);
        } else if (!w->stopping && (w->tick_wanted || now >= w->next_tick_ms)) {
            w->tick_wanted = false;
            w->next_tick_ms = INT64_MAX;
            look(w, run_tick);
        } else if ((lane = worker_next_lane(w, now)) != NULL) {
            worker_claim(w, lane);
        } else {
            lock_wait_ms(&w->lock, idle_ms(w, now));
        }
    }
    w->finished = true;
    lock_broadcast(&w->lock);
    lock_give(&w->lock);
    return NULL;
}

static bool set_lanes(struct worker *w, const struct worker_options *options, struct err *e)
{
    int threads = 0;

    if (options->lane_count > WORKER_MAX_LANES)
        return err_set(e, ERR_INVALID, "more than %d lanes", WORKER_MAX_LANES);
    for (size_t i = 0; i < options->lane_count; i++) {
        const struct worker_lane *from = &options->lanes[i];
        struct lane_state *lane = &w->lanes[i];

        if (from->name.len >= sizeof(lane->name))
            return err_set(e, ERR_INVALID, "the lane name '" STR_FMT "' is too long",
                           STR_ARG(from->name));
        memcpy(lane->name, from->name.ptr, from->name.len);
        lane->slots = from->slots;
        lane->max = from->max;
        lane->calls_per_minute = from->calls_per_minute;
        threads += lane->slots;
    }
    w->lane_count = options->lane_count;
    w->runner_count = MIN(threads, WORKER_MAX_THREADS);
    return true;
}

void worker_destroy(struct worker *w)
{
    if (w == NULL)
        return;
    queue_deinit(&w->ready);
    lock_deinit(&w->lock);
    free(w);
}

bool worker_start(const struct worker_options *options, struct worker **out, struct err *e)
{
    struct worker *w = mem_alloc(sizeof(*w));

    w->options = *options;
    w->lease_ms = queue_rules_get()->lease_ms;
    w->spread = queue_rules_get()->running_per_user > 0;
    w->next_tick_ms = INT64_MAX;
    uuid_write(w->id);
    lock_init(&w->lock);
    queue_init(&w->ready, READY_MAX);
    w->is_claiming = true; /* not before the scheduler has looked around */
    if (!set_lanes(w, options, e) || !db_listen(options->db, hear, w, e)) {
        worker_destroy(w);
        return false;
    }
    db_ride(options->db, worker_board, w);
    mark_all(w);
    for (int i = 0; i < w->runner_count; i++)
        thread_start(&w->runners[i], "albumen-run", runner_thread, w);
    thread_start(&w->scheduler, "albumen-jobs", schedule, w);
    *out = w;
    return true;
}

void worker_begin_stop(struct worker *w)
{
    LOCKED(&w->lock);

    w->stopping = true;
    lock_broadcast(&w->lock);
}

/* Holding the lock: waits until nothing runs any more, no claim is under way, or the time is over.
 */
static void wait_for_runs(struct worker *w, int64_t timeout_ms)
{
    int64_t until = clock_steady_ms() + timeout_ms;

    while (!w->finished && clock_steady_ms() < until)
        lock_wait_ms(&w->lock, MAX(until - clock_steady_ms(), 1));
}

static bool stop_runs(struct worker *w, int64_t timeout_ms)
{
    LOCKED(&w->lock);

    w->stopping = true;
    lock_broadcast(&w->lock);
    wait_for_runs(w, timeout_ms);
    for (struct running *r = w->first; r != NULL; r = r->next)
        gen_cancel_set(&r->run.cancel);
    wait_for_runs(w, WORKER_HARD_STOP_MS);
    return w->finished;
}

struct leaving {
    struct worker *w;
    struct arena arena;
};

/* Those whose runs do not end are given back; and whoever waits for a slot of ours may have it. */
static bool leave(struct db_tx *tx, void *arg, struct err *e)
{
    struct leaving *l = arg;
    struct worker *w = l->w;
    bool ok = lease_give_back(tx, &l->arena, str_from(w->id), e);

    for (size_t i = 0; i < w->lane_count && ok; i++)
        ok = db_signal(tx, arena_strf(&l->arena, "lane:%s", w->lanes[i].name), e);
    return ok && db_signal(tx, WORKER_TOPIC_FREED, e);
}

bool worker_stop(struct worker *w, int64_t timeout_ms)
{
    bool stopped = stop_runs(w, timeout_ms);
    struct leaving leaving = { .w = w };
    struct err e = { 0 };

    if (!db_write(w->options.db, leave, &leaving, &e))
        log_warn("the leases end by themselves", LOG_E(&e));
    arena_deinit(&leaving.arena);
    if (!stopped)
        return false;
    queue_close(&w->ready);
    for (int i = 0; i < w->runner_count; i++)
        thread_join(w->runners[i]);
    thread_join(w->scheduler);
    return true;
}

struct str worker_id(const struct worker *w)
{
    return str_from(w->id);
}

bool worker_is_stopping(struct worker *w)
{
    LOCKED(&w->lock);

    return w->stopping;
}

int worker_running(struct worker *w)
{
    LOCKED(&w->lock);

    return w->running;
}
