/* Claims of the worker: from which lane, how many, and the books of what it has claimed. */
#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "work/worker_internal.h"

enum { RETRY_MS = 1000 };

struct claim {
    struct arena arena;
    unsigned freed; /* as it stood before */
    struct lease_want want;
    struct lease_got got;
};

static bool claim(struct db_tx *tx, void *arg, struct err *e)
{
    struct claim *c = arg;

    if (FAULT(job_claim))
        return err_set(e, ERR_IO, "claiming was made to fail");
    return lease_claim(tx, &c->arena, &c->want, &c->got, e);
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
    job->door = copy(a, from->door);
    job->result = job->error_code = job->error = (struct str){ 0 };
    return job;
}

void worker_enqueue(struct worker *w, struct running *r)
{
    bool queued = queue_put(&w->ready, &r->item);

    assert(queued); /* no more are claimed than there are runners */
    UNUSED(queued);
}

static void hand_out(struct worker *w, struct lane_state *lane, const struct job *job)
{
    struct running *r = mem_alloc(sizeof(*r));

    r->lane = lane;
    r->began_ms = clock_steady_ms();
    if (job->attempt <= 1)
        histogram_add(&lane->waits, (clock_now_ms() - job->queued_at) * 1000);
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
    w->running++;
    if (w->stopping) /* claimed while we were told to stop: back at once */
        gen_cancel_set(&r->run.cancel);
    lock_give(&w->lock);
    worker_enqueue(w, r);
}

struct running *worker_find_run(struct worker *w, struct str job_id)
{
    struct running *r = w->first;

    while (r != NULL && !str_eq(r->run.job->id, job_id))
        r = r->next;
    return r;
}

struct release {
    struct arena *arena;
    const struct job *job;
};

static bool release(struct db_tx *tx, void *arg, struct err *e)
{
    const struct release *r = arg;

    return lease_release(tx, r->arena, r->job, e);
}

static bool is_known(struct worker *w, const struct job *job)
{
    LOCKED(&w->lock);

    return worker_find_run(w, job->id) != NULL;
}

/* A run that has ended since the database was asked is refused there, by the job's state. */
void worker_check_lease(struct worker *w, struct arena *a, const struct job *job)
{
    struct release r = { a, job };
    struct err e = { 0 };

    if (is_known(w, job))
        return;
    if (db_write(w->options.db, release, &r, &e) || e.code != ERR_CONFLICT)
        log_warn("a job that came with a lost answer is given back", LOG_S("job", job->id),
                 LOG_E(&e));
}

/* Holding the lock. As many jobs may wait for their end as may run. */
static bool has_room(const struct worker *w, const struct lane_state *lane)
{
    return lane->running < lane->slots && lane->settling <= lane->slots &&
           w->running < w->runner_count;
}

/* Holding the lock: there may be something to claim. The scheduler is told unless he knows. */
static void mark_dirty(struct worker *w, struct lane_state *lane, bool had_room)
{
    bool is_news = has_room(w, lane) && (!had_room || !lane->dirty);

    lane->dirty = true;
    if (is_news)
        lock_broadcast(&w->lock);
}

void worker_free_slot(struct worker *w, struct lane_state *lane)
{
    LOCKED(&w->lock);
    bool had_runner = w->running < w->runner_count, had_room = has_room(w, lane);

    lane->running--;
    lane->settling++;
    w->running--;
    mark_dirty(w, lane, had_room);
    for (size_t i = 0; i < w->lane_count && !had_runner; i++)
        mark_dirty(w, &w->lanes[i], false);
}

void worker_forget(struct worker *w, struct running *r)
{
    struct lane_state *lane = r->lane;

    lock_take(&w->lock);
    if (r->previous != NULL)
        r->previous->next = r->next;
    else
        w->first = r->next;
    if (r->next != NULL)
        r->next->previous = r->previous;
    bool had_room = has_room(w, lane);
    lane->settling--;
    if (!had_room || lane->max > 0) /* the limit of all processes counts what is not settled */
        mark_dirty(w, lane, had_room);
    if (w->first == NULL)
        lock_broadcast(&w->lock);
    lock_give(&w->lock);
    gen_cancel_deinit(&r->run.cancel);
    arena_deinit(&r->arena);
    free(r);
}

void worker_rest_lane(struct worker *w, struct lane_state *lane, int64_t wait_ms)
{
    LOCKED(&w->lock);

    lane->rest_until_ms = MAX(lane->rest_until_ms, clock_steady_ms() + wait_ms);
}

static bool is_due(const struct lane_state *lane, int64_t now)
{
    if (now < lane->rest_until_ms)
        return false;
    return lane->again_at_ms != 0 ? now >= lane->again_at_ms : lane->dirty;
}

/* In turn, so that a lane that is always busy does not keep the others from being looked at. */
struct lane_state *worker_next_lane(struct worker *w, int64_t now)
{
    for (size_t i = 0; i < w->lane_count && !w->stopping; i++) {
        struct lane_state *lane = &w->lanes[(w->lane_turn + i) % w->lane_count];

        if (!has_room(w, lane) || !is_due(lane, now))
            continue;
        w->lane_turn = (size_t)(lane - w->lanes) + 1;
        return lane;
    }
    return NULL;
}

int64_t worker_next_claim_ms(const struct worker *w)
{
    int64_t next = INT64_MAX;

    for (size_t i = 0; i < w->lane_count && !w->stopping; i++) {
        const struct lane_state *lane = &w->lanes[i];

        if ((lane->again_at_ms != 0 || (lane->dirty && lane->rest_until_ms != 0)) &&
            has_room(w, lane))
            next = MIN(next, MAX(lane->again_at_ms, lane->rest_until_ms));
    }
    return next;
}

/* What was heard while the claim was under way may have come too late for it. */
static void note_claim(struct worker *w, struct lane_state *lane, const struct claim *c)
{
    LOCKED(&w->lock);

    lane->held_back = c->got.held_back;
    if (lane->held_back && w->freed != c->freed)
        lane->dirty = true;
    lane->again_at_ms = 0;
    if (c->got.again_at != 0)
        lane->again_at_ms = clock_steady_ms() + MAX(c->got.again_at - clock_now_ms(), 1);
}

/* It may have been done, and only the answer was lost: the next renewal shows. */
static void doubt_claim(struct worker *w)
{
    LOCKED(&w->lock);

    w->unsure = true;
    w->next_renew_ms = MIN(w->next_renew_ms, clock_steady_ms() + RETRY_MS);
}

static void leave_others_time(struct worker *w)
{
    LOCKED(&w->lock);

    w->rescue_from_ms = clock_steady_ms() + w->lease_ms;
}

/* Holding the lock. */
static struct claim claim_of(const struct worker *w, const struct lane_state *lane, int64_t limit)
{
    return (struct claim){ .freed = w->freed,
                           .want = { .lane = str_from(lane->name),
                                     .worker = str_from(w->id),
                                     .limit = limit,
                                     .lane_max = lane->max,
                                     .calls_per_minute = lane->calls_per_minute } };
}

/* What it brought, or what is to be done without. */
static void end_claim(struct worker *w, struct lane_state *lane, struct claim *c, bool ok,
                      struct err *e)
{
    if (ok && FAULT(job_claimed))
        ok = err_set(e, ERR_UNAVAILABLE, "the answer to a claim was lost");
    if (ok) {
        for (size_t i = 0; i < c->got.jobs.count; i++)
            hand_out(w, lane, (const struct job *)c->got.jobs.items + i);
    } else {
        log_warn("claim failed", LOG_E(e), LOG_C("lane", lane->name));
        c->got = (struct lease_got){ .again_at = clock_now_ms() + RETRY_MS };
        doubt_claim(w);
        leave_others_time(w);
    }
    note_claim(w, lane, c);
}

void worker_claim(struct worker *w, struct lane_state *lane)
{
    struct claim c = claim_of(w, lane, worker_begin_claim(w, lane));
    struct err e = { 0 };

    lane->dirty = false;
    lock_give(&w->lock);
    end_claim(w, lane, &c, db_write(w->options.db, claim, &c, &e), &e);
    arena_deinit(&c.arena);
    lock_take(&w->lock);
    w->is_claiming = false;
}

struct ride {
    struct db_task task;
    struct claim claim;
    struct worker *worker;
    struct lane_state *lane;
};

/* Holding the lock. Where no other process signals, what we heard was of what we have seen: what
 * makes jobs ready is done before the ride. */
static void note_ride(struct worker *w, const struct ride *r)
{
    bool has_seen_all = (int64_t)r->claim.got.jobs.count < r->claim.want.limit;

    if (!r->task.ok)
        r->lane->dirty = true;
    else if (has_seen_all && db_hears_first(w->options.db))
        r->lane->dirty = false;
}

/* On a thread of the database, after the commit. What did not work is no news: the scheduler claims
 * then, and tells. */
static void arrive(struct db_task *task)
{
    struct ride *r = CONTAINER_OF(task, struct ride, task);
    struct worker *w = r->worker;

    lock_take(&w->lock);
    note_ride(w, r);
    lock_give(&w->lock);
    if (!task->ok)
        doubt_claim(w);
    else
        end_claim(w, r->lane, &r->claim, true, &task->err);
    arena_deinit(&r->claim.arena);
    lock_take(&w->lock);
    w->is_claiming = false;
    lock_broadcast(&w->lock);
    lock_give(&w->lock);
    free(r);
}

/* Holding the lock. */
static struct lane_state *lane_with_room(struct worker *w, struct str name)
{
    for (size_t i = 0; i < w->lane_count; i++) {
        struct lane_state *lane = &w->lanes[i];

        if (str_eq(str_from(lane->name), name))
            return has_room(w, lane) && lane->again_at_ms == 0 &&
                           clock_steady_ms() >= lane->rest_until_ms
                       ? lane
                       : NULL;
    }
    return NULL;
}

struct db_task *worker_board(void *worker, struct str topic)
{
    struct worker *w = worker;
    struct lane_state *lane;
    struct str kind, name;
    struct ride *r;
    LOCKED(&w->lock);

    if (w->stopping || w->is_claiming || w->wants_turn || !str_cut(topic, ':', &kind, &name) ||
        !str_eq(kind, STR("lane")) || (lane = lane_with_room(w, name)) == NULL)
        return NULL;
    r = mem_alloc(sizeof(*r));
    *r = (struct ride){ .task = { .fn = claim, .done = arrive },
                        .claim = claim_of(w, lane, worker_begin_claim(w, lane)),
                        .worker = w,
                        .lane = lane };
    r->task.arg = &r->claim;
    return &r->task;
}
