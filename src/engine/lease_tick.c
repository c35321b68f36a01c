/* What time brings to jobs: retries become due, dead workers lose theirs, low bands are lifted. */
#include "base/clock.h"
#include "engine/job_row.h"
#include "engine/lease.h"
#include "engine/queue.h"

enum {
    FRONT_MAX = 1000, /* jobs that one look lifts */
    RESCUE_STEP_MS = 2000,
};

static bool wake_lanes(struct db_tx *tx, struct arena *a, const struct field_list *list,
                       struct err *e)
{
    const struct job *jobs = list->items;

    for (size_t i = 0; i < list->count; i++) {
        if (!job_wake_lane(tx, a, jobs[i].lane, e))
            return false;
    }
    return true;
}

/* Runs one of the clock's updates and wakes the lanes that it touched. */
static bool tick_with(struct db_tx *tx, struct arena *a, enum query query,
                      const struct job_row *row, int64_t *out_count, struct err *e)
{
    struct field_list lanes;

    if (!db_rows(tx, a, query, job_row_fields, row, job_columns, sizeof(struct job), &lanes, e))
        return false;
    *out_count = (int64_t)lanes.count;
    return wake_lanes(tx, a, &lanes, e);
}

/* Jobs without a worker any more: queued again, or cancelled when that is what was asked for. */
static bool rescue(struct db_tx *tx, struct arena *a, enum query query, const struct job_row *row,
                   int64_t *out_count, struct err *e)
{
    struct field_list all, queued;
    struct job *jobs;
    size_t kept = 0;

    if (!db_rows(tx, a, query, job_row_fields, row, job_columns, sizeof(*jobs), &all, e))
        return false;
    jobs = all.items;
    for (size_t i = 0; i < all.count; i++) {
        if (jobs[i].state == JOB_QUEUED)
            jobs[kept++] = jobs[i];
        else if (!job_drop(tx, a, &jobs[i], e))
            return false;
    }
    queued = (struct field_list){ jobs, kept };
    *out_count = (int64_t)kept;
    return job_announce_all(tx, a, &queued, e) && wake_lanes(tx, a, &all, e);
}

bool lease_give_back(struct db_tx *tx, struct arena *a, struct str worker, struct err *e)
{
    struct job_row row = { .worker = worker, .now = clock_now_ms() };
    int64_t count;

    return rescue(tx, a, Q_LEASE_GIVE_BACK, &row, &count, e);
}

bool lease_rescue_all(struct db_tx *tx, struct arena *a, int64_t *out_count, struct err *e)
{
    struct job_row row = { .now = clock_now_ms(), .step = RESCUE_STEP_MS };

    return rescue(tx, a, Q_LEASE_RESCUE_ALL, &row, out_count, e);
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

/* A little before the bound, because a job that was lifted waits for a slot. */
static int64_t lift_after_ms(void)
{
    return queue_rules_get()->ageing_ms / 10 * 9;
}

static bool rescue_late(struct db_tx *tx, struct arena *a, const struct lease_watch *watch,
                        const struct job_row *row, int64_t *out_count, struct err *e)
{
    *out_count = 0;
    return watch->rescue_at > row->now || rescue(tx, a, Q_TICK_RESCUE, row, out_count, e);
}

bool lease_tick(struct db_tx *tx, struct arena *a, const struct lease_watch *watch,
                struct lease_tick *out, struct err *e)
{
    int64_t now = clock_now_ms(), ageing_ms = lift_after_ms();
    struct job_row row = {
        .now = now, .aged = now - ageing_ms, .slot = JOB_SLOT, .span = BAND_SPAN, .limit = FRONT_MAX
    };
    struct job_row next = { 0 };

    if (!lease_renew(tx, a, watch->worker, &out->mine, e) ||
        !tick_with(tx, a, Q_TICK_RELEASE, &row, &out->released, e) ||
        !rescue_late(tx, a, watch, &row, &out->rescued, e) ||
        !tick_with(tx, a, Q_TICK_LIFT, &row, &out->lifted, e) ||
        !db_row(tx, a, Q_TICK_NEXT, job_row_fields, &row, job_row_fields, &next, e))
        return false;
    if (next.lease_until != 0)
        next.lease_until = MAX(next.lease_until, watch->rescue_at);
    out->next_at = sooner(next.due_at, next.lease_until);
    out->next_at = sooner(out->next_at, next.queued_at != 0 ? next.queued_at + ageing_ms : 0);
    return true;
}
