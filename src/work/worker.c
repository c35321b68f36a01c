/* The scheduler's side of the worker: what to claim, when to renew, what time brings. It sleeps
 * until one of them is due. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "work/worker_internal.h"

enum { RENEW_MS = JOB_LEASE_MS / 3, READY_MAX = 4096, RETRY_MS = 1000 };

static struct lane_state *find_lane(struct worker *w, struct str name)
{
    for (size_t i = 0; i < w->lane_count; i++) {
        if (str_eq(str_from(w->lanes[i].name), name))
            return &w->lanes[i];
    }
    return NULL;
}

static void mark_all(struct worker *w)
{
    for (size_t i = 0; i < w->lane_count; i++)
        w->lanes[i].dirty = true;
    w->tick_wanted = true;
}

static void cancel_run(struct worker *w, struct str job_id)
{
    for (struct running *r = w->first; r != NULL; r = r->next) {
        if (str_eq(r->run.job->id, job_id))
            gen_cancel_set(&r->run.cancel);
    }
}

/* On a thread of the database, after a commit of anybody: only notes what has to be looked at. */
static void hear(void *ctx, struct str topic)
{
    struct worker *w = ctx;
    struct lane_state *lane;
    struct str kind, name;
    LOCKED(&w->lock);

    str_cut(topic, ':', &kind, &name);
    if (str_eq(kind, STR("lane"))) {
        lane = find_lane(w, name);
        if (lane == NULL)
            return;
        lane->dirty = true;
    } else if (str_eq(kind, STR("cancel"))) {
        cancel_run(w, name);
        return;
    } else if (str_eq(kind, STR("tick")) || str_eq(kind, STR("*"))) {
        mark_all(w);
    } else {
        return;
    }
    lock_broadcast(&w->lock);
}

struct claim {
    struct worker *w;
    struct arena *arena;
    struct str lane;
    int64_t limit;
    struct field_list jobs;
};

static bool claim(struct db_tx *tx, void *arg, struct err *e)
{
    struct claim *c = arg;

    if (FAULT(job_claim))
        return err_set(e, ERR_IO, "claiming was made to fail");
    return lease_claim(tx, c->arena, c->lane, str_from(c->w->id), c->limit, &c->jobs, e);
}

static struct str copy(struct arena *a, struct str s)
{
    return arena_str(a, s);
}

/* A job's own copy in an arena of its own: the claim's arena holds the whole batch. */
static struct job *copy_job(struct arena *a, const struct job *from)
{
    struct job *job = arena_new(a, struct job);

    *job = *from;
    job->id = copy(a, from->id);
    job->user_id = copy(a, from->user_id);
    job->kind = copy(a, from->kind);
    job->lane = copy(a, from->lane);
    job->group_id = copy(a, from->group_id);
    job->depends_on = copy(a, from->depends_on);
    job->remote = copy(a, from->remote);
    job->payload = copy(a, from->payload);
    job->result = job->error_code = job->error = (struct str){ 0 };
    return job;
}

static void hand_out(struct worker *w, struct lane_state *lane, const struct job *job)
{
    struct running *r = mem_alloc(sizeof(*r));
    bool queued;

    r->lane = lane;
    r->run = (struct work_run){ .arena = &r->arena,
                                .job = copy_job(&r->arena, job),
                                .worker = w,
                                .db = w->options.db,
                                .services = w->options.services };
    gen_cancel_init(&r->run.cancel);
    lock_take(&w->lock);
    r->next = w->first;
    if (w->first != NULL)
        w->first->previous = r;
    w->first = r;
    lane->running++;
    if (w->stopping) /* claimed while we were told to stop: back at once */
        gen_cancel_set(&r->run.cancel);
    lock_give(&w->lock);
    queued = queue_put(&w->ready, &r->item);
    assert(queued); /* slots are fewer than the queue is long */
    UNUSED(queued);
}

void worker_forget(struct worker *w, struct running *r)
{
    lock_take(&w->lock);
    if (r->previous != NULL)
        r->previous->next = r->next;
    else
        w->first = r->next;
    if (r->next != NULL)
        r->next->previous = r->previous;
    r->lane->running--;
    r->lane->dirty = true; /* a slot is free */
    lock_broadcast(&w->lock);
    lock_give(&w->lock);
    gen_cancel_deinit(&r->run.cancel);
    arena_deinit(&r->arena);
    free(r);
}

/* Fills the lane's free slots. A database that fails is asked again a little later. */
static void claim_lane(struct worker *w, struct lane_state *lane, int64_t free_slots)
{
    AUTO_ARENA a = { 0 };
    struct claim c = { .w = w, .arena = &a, .lane = str_from(lane->name), .limit = free_slots };
    struct err e = { 0 };

    if (!db_write(w->options.db, claim, &c, &e)) {
        log_warn("claim failed", LOG_E(&e), LOG_C("lane", lane->name));
        lock_take(&w->lock);
        lane->dirty = true;
        w->next_tick_ms = clock_steady_ms() + RETRY_MS;
        lock_give(&w->lock);
        return;
    }
    for (size_t i = 0; i < c.jobs.count; i++)
        hand_out(w, lane, (const struct job *)c.jobs.items + i);
}

struct tick {
    struct arena arena;
    struct lease_tick it;
};

static bool tick(struct db_tx *tx, void *arg, struct err *e)
{
    struct tick *t = arg;

    return lease_tick(tx, &t->arena, &t->it, e);
}

static void run_tick(struct worker *w)
{
    struct tick t = { .it.next_at = 0 };
    struct err e = { 0 };
    bool ok = db_write(w->options.db, tick, &t, &e);
    int64_t wait = ok && t.it.next_at == 0 ? INT64_MAX / 4
                   : ok                    ? t.it.next_at - clock_now_ms()
                                           : RETRY_MS;

    if (!ok)
        log_warn("looking for due jobs failed", LOG_E(&e));
    lock_take(&w->lock);
    w->next_tick_ms = clock_steady_ms() + MAX(wait, 1);
    lock_give(&w->lock);
    arena_deinit(&t.arena);
}

struct renewal {
    struct worker *w;
    struct arena arena;
    struct field_list cancelled;
};

static bool renew(struct db_tx *tx, void *arg, struct err *e)
{
    struct renewal *r = arg;

    return lease_renew(tx, &r->arena, str_from(r->w->id), &r->cancelled, e);
}

static void run_renewal(struct worker *w)
{
    struct renewal r = { .w = w };
    struct err e = { 0 };

    if (!db_write(w->options.db, renew, &r, &e))
        log_warn("renewing leases failed", LOG_E(&e));
    lock_take(&w->lock);
    for (size_t i = 0; i < r.cancelled.count; i++)
        cancel_run(w, ((const struct job *)r.cancelled.items)[i].id);
    w->next_renew_ms = clock_steady_ms() + RENEW_MS;
    lock_give(&w->lock);
    arena_deinit(&r.arena);
}

/* Holding the lock: the next lane with work and room, or NULL. */
static struct lane_state *next_lane(struct worker *w)
{
    for (size_t i = 0; i < w->lane_count && !w->stopping; i++) {
        if (w->lanes[i].dirty && w->lanes[i].running < w->lanes[i].slots)
            return &w->lanes[i];
    }
    return NULL;
}

/* Holding the lock: how long there is nothing to do. */
static int64_t idle_ms(const struct worker *w, int64_t now)
{
    int64_t until = w->next_tick_ms;

    if (w->first != NULL)
        until = MIN(until, w->next_renew_ms);
    return until - now;
}

static void *schedule(void *arg)
{
    struct worker *w = arg;

    lock_take(&w->lock);
    while (!w->stopping || w->first != NULL) {
        struct lane_state *lane = next_lane(w);
        int64_t now = clock_steady_ms(), free_slots;

        if (w->first != NULL && now >= w->next_renew_ms) {
            lock_give(&w->lock);
            run_renewal(w);
            lock_take(&w->lock);
        } else if (!w->stopping && (w->tick_wanted || now >= w->next_tick_ms)) {
            w->tick_wanted = false;
            lock_give(&w->lock);
            run_tick(w);
            lock_take(&w->lock);
        } else if (lane != NULL) {
            lane->dirty = false;
            free_slots = lane->slots - lane->running;
            if (w->first == NULL)
                w->next_renew_ms = now + RENEW_MS;
            lock_give(&w->lock);
            claim_lane(w, lane, free_slots);
            lock_take(&w->lock);
        } else {
            lock_wait_ms(&w->lock, MAX(idle_ms(w, now), 1));
        }
    }
    lock_give(&w->lock);
    return NULL;
}

static bool set_lanes(struct worker *w, const struct worker_options *options, struct err *e)
{
    int threads = 0;

    if (options->lane_count > WORKER_MAX_LANES)
        return err_set(e, ERR_INVALID, "more than %d lanes", WORKER_MAX_LANES);
    for (size_t i = 0; i < options->lane_count; i++) {
        struct lane_state *lane = &w->lanes[i];
        struct str name = options->lanes[i].name;

        if (name.len >= sizeof(lane->name))
            return err_set(e, ERR_INVALID, "the lane name '" STR_FMT "' is too long",
                           STR_ARG(name));
        memcpy(lane->name, name.ptr, name.len);
        lane->slots = options->lanes[i].slots;
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
    uuid_write(w->id);
    lock_init(&w->lock);
    queue_init(&w->ready, READY_MAX);
    if (!set_lanes(w, options, e) || !db_listen(options->db, hear, w, e)) {
        worker_destroy(w);
        return false;
    }
    mark_all(w);
    for (int i = 0; i < w->runner_count; i++)
        thread_start(&w->runners[i], "albumen-run", runner_thread, w);
    thread_start(&w->scheduler, "albumen-jobs", schedule, w);
    *out = w;
    return true;
}

/* Waits until nothing runs any more; after timeout_ms the runs are asked to stop. */
static void wait_for_runs(struct worker *w, int64_t timeout_ms)
{
    int64_t until = clock_steady_ms() + timeout_ms;
    LOCKED(&w->lock);

    w->stopping = true;
    lock_broadcast(&w->lock);
    while (w->first != NULL && clock_steady_ms() < until)
        lock_wait_ms(&w->lock, MAX(until - clock_steady_ms(), 1));
    for (struct running *r = w->first; r != NULL; r = r->next)
        gen_cancel_set(&r->run.cancel);
}

void worker_stop(struct worker *w, int64_t timeout_ms)
{
    wait_for_runs(w, timeout_ms);
    thread_join(w->scheduler); /* a claim under way hands out what it got, and waits for it */
    queue_close(&w->ready);
    for (int i = 0; i < w->runner_count; i++)
        thread_join(w->runners[i]);
}

struct str worker_id(const struct worker *w)
{
    return str_from(w->id);
}

int worker_running(struct worker *w)
{
    int running = 0;
    LOCKED(&w->lock);

    for (size_t i = 0; i < w->lane_count; i++)
        running += w->lanes[i].running;
    return running;
}
