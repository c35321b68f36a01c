/* How jobs get into the queue: those of one commit take their places together, and are written
 * together. */
#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/random.h"
#include "engine/batch.h"
#include "engine/job_row.h"
#include "engine/queue.h"

bool job_create_lane(struct db_tx *tx, struct str lane, struct err *e)
{
    struct job_row row = { .lane = lane };

    return db_exec(tx, Q_LANE_INSERT, job_row_fields, &row, e) &&
           db_exec(tx, Q_LANE_BAND_INSERT, job_row_fields, &row, e);
}

/* By whose turn it is. */
static int compare_turns(const struct job_row *x, const struct job_row *y)
{
    int order = str_cmp(x->lane, y->lane);

    if (order == 0)
        order = (x->band > y->band) - (x->band < y->band);
    return order != 0 ? order : str_cmp(x->user_id, y->user_id);
}

/* In a turn in the order in which they came. */
static int compare_jobs(const void *a, const void *b)
{
    const struct job_row *x = a, *y = b;
    int order = compare_turns(x, y);

    return order != 0 ? order : (x->count > y->count) - (x->count < y->count);
}

/* So that all who take places wait for each other's turns in one order. */
static void sort_by_turn(struct job_row *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        jobs[i].count = (int64_t)i;
    if (count > 1)
        qsort(jobs, count, sizeof(*jobs), compare_jobs);
}

static bool set_cost(struct db_tx *tx, struct job_row *job, const struct job_row *previous,
                     struct err *e)
{
    if (job->weight == 0 && previous != NULL && str_eq(previous->user_id, job->user_id))
        job->weight = previous->weight;
    if (job->weight == 0 && !queue_load_weight(tx, job->user_id, &job->weight, e))
        return false;
    job->cost = JOB_SLOT / job->weight;
    return true;
}

/* One row for each turn, with what all of its jobs cost. */
static bool sum_up(struct db_tx *tx, struct job_row *jobs, size_t count, struct job_row *turns,
                   size_t *out_count, struct err *e)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        if (!set_cost(tx, &jobs[i], i > 0 ? &jobs[i - 1] : NULL, e))
            return false;
        if (found == 0 || compare_turns(&turns[found - 1], &jobs[i]) != 0)
            turns[found++] = (struct job_row){ .lane = jobs[i].lane,
                                               .band = jobs[i].band,
                                               .user_id = jobs[i].user_id };
        turns[found - 1].cost += jobs[i].cost;
    }
    *out_count = found;
    return true;
}

/* The answers may come in any order, and mostly come in that of the questions. */
static const struct job_row *find_turn(const struct field_list *rows, size_t first,
                                       const struct job_row *turn)
{
    const struct job_row *row = rows->items;

    for (size_t i = 0; i < rows->count; i++) {
        const struct job_row *at = &row[(first + i) % rows->count];

        if (compare_turns(at, turn) == 0)
            return at;
    }
    return NULL;
}

/* Gives the jobs of a turn their places, one behind the other; returns how many they are. */
static size_t place_turn(struct job_row *jobs, size_t count, const struct job_row *turn,
                         int64_t finish)
{
    int64_t at = finish - turn->cost;
    size_t placed = 0;

    for (; placed < count && compare_turns(&jobs[placed], turn) == 0; placed++) {
        jobs[placed].start_tag = at;
        jobs[placed].order_key = at + (turn->band - JOB_NORMAL) * BAND_SPAN;
        at += jobs[placed].cost;
    }
    return placed;
}

/*
 * The user's clock in a lane and band moves on by the cost of the jobs; their places begin where
 * the clock stood. A clock that lags behind the lane's is set to it first: being idle saves nothing
 * up.
 */
bool job_take_places(struct db_tx *tx, struct arena *a, struct job_row *jobs, size_t count,
                     struct err *e)
{
    struct job_row *turns = arena_array(a, struct job_row, count);
    struct field_list rows;
    size_t turn_count;

    sort_by_turn(jobs, count);
    if (!sum_up(tx, jobs, count, turns, &turn_count, e) ||
        !db_rows_many(tx, a, Q_TURN_ADVANCE, job_row_fields, turns, sizeof(*turns), turn_count,
                      job_row_fields, sizeof(*turns), &rows, e))
        return false;
    for (size_t i = 0; i < turn_count; i++) {
        const struct job_row *row = find_turn(&rows, i, &turns[i]);

        if (row == NULL)
            return err_set(e, ERR_INTERNAL, "a turn was not taken");
        /* At the beginning of time: nobody may have used the lane before. */
        if (row->finish == turns[i].cost && !job_create_lane(tx, turns[i].lane, e))
            return false;
        size_t placed = place_turn(jobs, count, &turns[i], row->finish);
        jobs += placed;
        count -= placed;
    }
    return true;
}

static bool insert_jobs(struct db_tx *tx, struct arena *a, void *items, size_t count, struct err *e)
{
    return job_take_places(tx, a, items, count, e) &&
           db_exec_many(tx, Q_JOB_INSERT, job_row_fields, items, sizeof(struct job_row), count, e);
}

static const struct db_batch job_batch = {
    .order = BATCH_JOBS, .is_seen = true, .item_bytes = sizeof(struct job_row), .run = insert_jobs
};

/* What waits for a job that is completed already need not wait. */
bool job_check_dependency(struct db_tx *tx, struct arena *a, struct job_row *row, struct err *e)
{
    struct job_row found = { 0 };

    if (str_is_null(row->depends_on))
        return true;
    if (!db_row(tx, a, Q_JOB_DEPENDENCY_STATE, job_row_fields, row, job_row_fields, &found, e))
        return e->code == ERR_NOT_FOUND ? err_set(e, ERR_NOT_FOUND, "no such job to wait for")
                                        : false;
    if (found.state == JOB_FAILED || found.state == JOB_CANCELLED)
        return err_set(e, ERR_CONFLICT, "the job to wait for did not complete");
    row->hold = found.state == JOB_COMPLETED ? HOLD_NONE : HOLD_DEPENDENCY;
    return true;
}

/* The strings as a job that is put off keeps them. */
static struct job_row kept_row(struct arena *kept, const struct job_new *want)
{
    return (struct job_row){
        .id = uuid_new(kept),
        .user_id = arena_str(kept, want->user_id),
        .kind = arena_str(kept, want->kind),
        .lane = arena_str(kept, want->lane),
        .group_id = arena_str(kept, want->group_id),
        .depends_on = arena_str(kept, want->depends_on),
        .band = want->band,
        .weight = want->weight,
        .max_attempts = want->max_attempts != 0 ? want->max_attempts : JOB_MAX_ATTEMPTS,
        .payload = arena_str(kept, want->payload),
        .now = clock_now_ms(),
    };
}

bool job_submit(struct db_tx *tx, struct arena *a, const struct job_new *want, struct job *out,
                struct err *e)
{
    struct job_row row = kept_row(db_put_off_arena(tx), want);

    if (!job_check_dependency(tx, a, &row, e) || !db_put_off(tx, &job_batch, &row, e))
        return false;
    *out = (struct job){ .id = arena_str(a, row.id),
                         .user_id = want->user_id,
                         .kind = want->kind,
                         .lane = want->lane,
                         .group_id = want->group_id,
                         .depends_on = want->depends_on,
                         .band = row.band,
                         .max_attempts = row.max_attempts,
                         .payload = want->payload,
                         .created_at = row.now,
                         .queued_at = row.now };
    return job_announce(tx, a, out, e) &&
           (row.hold != HOLD_NONE || job_wake_lane(tx, a, row.lane, e));
}
