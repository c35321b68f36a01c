/* The worker's side of jobs: claims, leases, and the end of a job. */
#include "engine/lease.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "engine/job_row.h"
#include "engine/ledger.h"
#include "engine/queue.h"

enum {
    BACKOFF_FIRST_MS = 500,
    BACKOFF_MAX_MS = 60000,
    MINUTE_US = 60 * 1000 * 1000,
    FRONT_MORE = 64 /* jobs in front that are looked at, beyond what is wanted */
};

int64_t lease_backoff_ms(int64_t attempt)
{
    int64_t wait = BACKOFF_FIRST_MS;

    for (int64_t i = 1; i < attempt && wait < BACKOFF_MAX_MS; i++)
        wait *= 2;
    wait = MIN(wait, (int64_t)BACKOFF_MAX_MS);
    return wait - random_below(wait / 4 + 1);
}

/* As many calls as the lane's rate allows now; a tenth of a minute's may come at once. */
static int64_t allowed_calls(struct job_row *look, const struct lease_want *want, int64_t now,
                             int64_t *out_again_at)
{
    int64_t step_us, burst_us, now_us = now * 1000, allowed;

    if (want->calls_per_minute == 0)
        return want->limit;
    step_us = MINUTE_US / want->calls_per_minute;
    burst_us = step_us * MAX(want->calls_per_minute / 10, 1);
    /* Nobody is ahead by more than a burst, unless the clock was set back since. */
    if (look->calls_us > now_us + burst_us + MINUTE_US)
        look->calls_us = now_us;
    look->calls_us = MAX(look->calls_us, now_us);
    allowed = (now_us + burst_us - look->calls_us) / step_us;
    if (allowed < want->limit)
        *out_again_at =
            now + ((allowed + 1) * step_us - burst_us + look->calls_us - now_us) / 1000 + 1;
    return MIN(allowed, want->limit);
}

static bool note_calls(struct db_tx *tx, const struct lease_want *want, struct job_row *look,
                       size_t calls, struct err *e)
{
    if (want->calls_per_minute == 0 || calls == 0)
        return true;
    look->calls_us += (int64_t)calls * (MINUTE_US / want->calls_per_minute);
    return db_post(tx, Q_LANE_NOTE_CALLS, job_row_fields, look, e);
}

/* The lane's clock of the band is where the last claimed job stood. */
static bool advance(struct db_tx *tx, struct str lane, enum job_band band, int64_t start_tag,
                    struct err *e)
{
    struct job_row row = { .lane = lane, .band = band, .start_tag = start_tag };

    return start_tag < 0 || db_post(tx, Q_LANE_ADVANCE, job_row_fields, &row, e);
}

/* A job that was lifted has taken a turn of its own band, and one of the highest. */
static bool advance_all(struct db_tx *tx, struct str lane, const struct field_list *claimed,
                        struct err *e)
{
    int64_t last[] = { [JOB_HIGH] = -1, [JOB_NORMAL] = -1, [JOB_LOW] = -1 };

    for (size_t i = 0; i < claimed->count; i++) {
        const struct job *job = (const struct job *)claimed->items + i;

        last[job->band] = MAX(last[job->band], job->start_tag);
        if (job->order_key < 0)
            last[JOB_HIGH] = MAX(last[JOB_HIGH], job->order_key + BAND_SPAN);
    }
    return advance(tx, lane, JOB_HIGH, last[JOB_HIGH], e) &&
           advance(tx, lane, JOB_NORMAL, last[JOB_NORMAL], e) &&
           advance(tx, lane, JOB_LOW, last[JOB_LOW], e);
}

/* Also those that claim from other lanes, when a limit spans the lanes. */
static bool line_up(struct db_tx *tx, struct arena *a, struct str lane, int64_t user_max,
                    struct err *e)
{
    struct job_row all = { .lane = STR("*") }, one = { .lane = lane }, got;

    if (user_max > 0 &&
        !db_row(tx, a, Q_LEASE_LINE_UP, job_row_fields, &all, job_row_fields, &got, e))
        return false;
    return db_row(tx, a, Q_LEASE_LINE_UP, job_row_fields, &one, job_row_fields, &got, e);
}

static bool claim_rows(struct db_tx *tx, struct arena *a, enum query query,
                       const struct job_row *row, struct field_list *out, struct err *e)
{
    return db_rows(tx, a, query, job_row_fields, row, job_columns, sizeof(struct job), out, e);
}

static struct field_list join(struct arena *a, struct field_list first, struct field_list second)
{
    size_t bytes = sizeof(struct job);
    struct job *all = arena_array(a, struct job, first.count + second.count);

    if (first.count > 0)
        memcpy(all, first.items, first.count * bytes);
    if (second.count > 0)
        memcpy(all + first.count, second.items, second.count * bytes);
    return (struct field_list){ all, first.count + second.count };
}

/* With a limit for each user. Mostly the front of the queue will do; only when jobs that may not
 * run fill it, the users that wait are gone through. */
static bool claim_spread(struct db_tx *tx, struct arena *a, const struct job_row *row,
                         struct lease_got *got, struct err *e)
{
    struct job_row rest = *row;
    struct field_list more = { 0 };
    int64_t behind;

    rest.front = row->limit + FRONT_MORE;
    if (!claim_rows(tx, a, Q_LEASE_CLAIM_FRONT, &rest, &got->jobs, e))
        return false;
    rest.limit -= (int64_t)got->jobs.count;
    rest.front -= (int64_t)got->jobs.count;
    if (rest.limit == 0)
        return true;
    if (!job_depth(tx, row->lane, rest.front, &behind, e))
        return false;
    if (behind == rest.front && !claim_rows(tx, a, Q_LEASE_CLAIM_SPREAD, &rest, &more, e))
        return false;
    got->held_back = behind > (int64_t)more.count && (int64_t)more.count < rest.limit;
    got->jobs = join(a, got->jobs, more);
    return true;
}

/* How many may be claimed; 0 also for a lane that is paused, or that nobody has used. */
static bool look_for_room(struct db_tx *tx, struct arena *a, const struct lease_want *want,
                          int64_t now, struct job_row *look, struct lease_got *got, struct err *e)
{
    struct err none = { 0 };

    *look = (struct job_row){ .lane = want->lane };
    if (!db_row(tx, a, Q_LEASE_LOOK, job_row_fields, look, job_row_fields, look, &none)) {
        if (none.code != ERR_NOT_FOUND)
            *e = none;
        return none.code == ERR_NOT_FOUND;
    }
    if (look->paused_at != 0)
        return true;
    look->limit = want->limit;
    if (want->lane_max > 0)
        look->limit = MIN(look->limit, want->lane_max - look->running);
    if (look->limit > 0)
        look->limit = MIN(look->limit, allowed_calls(look, want, now, &got->again_at));
    return true;
}

static int by_order(const void *a, const void *b)
{
    const struct job *x = a, *y = b;
    int order = (x->order_key > y->order_key) - (x->order_key < y->order_key);

    return order != 0 ? order : str_cmp(x->id, y->id);
}

bool lease_claim(struct db_tx *tx, struct arena *a, const struct lease_want *want,
                 struct lease_got *out, struct err *e)
{
    const struct queue_rules *rules = queue_rules_get();
    bool is_system = str_eq(want->lane, JOB_LANE_SYSTEM);
    int64_t now = clock_now_ms();
    struct job_row look, row = { .lane = want->lane,
                                 .worker = want->worker,
                                 .now = now,
                                 .user_max = is_system ? 0 : rules->running_per_user,
                                 .lease_until = now + rules->lease_ms };
    struct lease_got got = { .again_at = 0 };

    if (!line_up(tx, a, want->lane, row.user_max, e) ||
        !look_for_room(tx, a, want, now, &look, &got, e))
        return false;
    row.limit = look.limit;
    if (row.limit > 0 &&
        (!(row.user_max > 0 ? claim_spread(tx, a, &row, &got, e)
                            : claim_rows(tx, a, Q_LEASE_CLAIM, &row, &got.jobs, e)) ||
         !note_calls(tx, want, &look, got.jobs.count, e) ||
         !advance_all(tx, want->lane, &got.jobs, e) || !job_announce_all(tx, a, &got.jobs, e)))
        return false;
    for (size_t i = 0; i < got.jobs.count; i++)
        ((struct job *)got.jobs.items)[i].claimed_at = now;
    if ((int64_t)got.jobs.count < row.limit)
        got.again_at = 0;   /* nothing is left that the rate would stand against */
    if (got.jobs.count > 1) /* an update gives its rows in any order */
        qsort(got.jobs.items, got.jobs.count, sizeof(struct job), by_order);
    *out = got;
    return true;
}

bool lease_renew(struct db_tx *tx, struct arena *a, struct str worker, struct field_list *out_jobs,
                 struct err *e)
{
    struct job_row row = { .worker = worker,
                           .lease_until = clock_now_ms() + queue_rules_get()->lease_ms };

    return db_rows(tx, a, Q_LEASE_RENEW, job_row_fields, &row, job_columns, sizeof(struct job),
                   out_jobs, e);
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

bool lease_is_wanted(struct db_tx *tx, struct arena *a, const struct job *job, bool *out,
                     struct err *e)
{
    struct job_row row = { .id = job->id, .fence = job->fence };

    if (!db_row(tx, a, Q_LEASE_WANTED, job_row_fields, &row, job_row_fields, &row, e))
        return e->code == ERR_NOT_FOUND ? err_set(e, ERR_CONFLICT, "the lease on the job is lost")
                                        : false;
    *out = row.cancel_requested == 0;
    return true;
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

static bool end_with(struct db_tx *tx, struct arena *a, const struct job *job, enum job_state state,
                     struct str code, struct str error, struct err *e)
{
    struct job_row row = { .state = state, .error_code = code, .error = error };
    struct job done = *job;

    done.state = state;
    done.error = error;
    return exec_fenced(tx, Q_LEASE_END, &row, job, e) && ledger_end(tx, &done, e) &&
           job_announce(tx, a, &done, e) && job_settle(tx, a, &done, e);
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

static bool queue_later(struct db_tx *tx, struct arena *a, enum query query, const struct job *job,
                        int64_t run_at, const struct err *why, struct err *e)
{
    struct job_row row = { .run_at = run_at,
                           .error_code = str_from(err_name(why->code)),
                           .error = str_from(why->msg) };
    struct job later = *job;

    later.state = JOB_QUEUED;
    later.error = row.error;
    return exec_fenced(tx, query, &row, job, e) && job_announce(tx, a, &later, e) &&
           db_signal(tx, STR("tick"), e);
}

bool lease_retry_later(struct db_tx *tx, struct arena *a, const struct job *job, int64_t run_at,
                       const struct err *why, struct err *e)
{
    return queue_later(tx, a, Q_LEASE_RETRY_LATER, job, run_at, why, e);
}

bool lease_postpone(struct db_tx *tx, struct arena *a, const struct job *job, int64_t run_at,
                    const struct err *why, struct err *e)
{
    return queue_later(tx, a, Q_LEASE_POSTPONE, job, run_at, why, e);
}

bool lease_release(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    struct job_row row = { 0 };
    struct job later = *job;

    later.state = JOB_QUEUED;
    return exec_fenced(tx, Q_LEASE_RELEASE, &row, job, e) && job_announce(tx, a, &later, e) &&
           job_wake_lane(tx, a, job->lane, e);
}
