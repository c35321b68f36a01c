/* How jobs get into the queue: those of one commit take their places together, and are written
 * together. */
#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/random.h"
#include "engine/batch.h"
#include "engine/job_row.h"
#include "engine/ledger.h"
#include "engine/queue.h"

bool job_create_lane(struct db_tx *tx, struct str lane, struct err *e)
{
    struct job_row row = { .lane = lane };

    return db_post(tx, Q_LANE_INSERT, job_row_fields, &row, e) &&
           db_post(tx, Q_LANE_BAND_INSERT, job_row_fields, &row, e);
}

/* By whose turn it is. So all who take places wait for each other in one order. */
static int compare_turns(const void *a, const void *b)
{
    const struct job_row *x = a, *y = b;
    int order = str_cmp(x->lane, y->lane);

    if (order == 0)
        order = (x->band > y->band) - (x->band < y->band);
    return order != 0 ? order : str_cmp(x->user_id, y->user_id);
}

/* The turn that a job belongs to, looked for from `first` on; NULL: it is not there. */
static struct job_row *find_turn(struct job_row *turns, size_t count, size_t first,
                                 const struct job_row *job)
{
    for (size_t i = 0; i < count; i++) {
        struct job_row *at = &turns[(first + i) % count];

        if (compare_turns(at, job) == 0)
            return at;
    }
    return NULL;
}

static bool set_cost(struct db_tx *tx, struct job_row *job, struct job_row *turn, struct err *e)
{
    if (job->weight == 0)
        job->weight = turn->weight;
    if (job->weight == 0 && !queue_load_weight(tx, job->user_id, &job->weight, e))
        return false;
    turn->weight = job->weight;
    job->cost = JOB_SLOT / job->weight;
    turn->cost += job->cost;
    return true;
}

/* One row for each turn, with what all of its jobs cost. */
static bool sum_up(struct db_tx *tx, struct job_row *jobs, size_t count, struct job_row *turns,
                   size_t *out_count, struct err *e)
{
    size_t found = 0, last = 0;

    for (size_t i = 0; i < count; i++) {
        struct job_row *turn = find_turn(turns, found, last, &jobs[i]);

        if (turn == NULL) {
            turn = &turns[found++];
            *turn = (struct job_row){ .lane = jobs[i].lane,
                                      .band = jobs[i].band,
                                      .user_id = jobs[i].user_id };
        }
        if (!set_cost(tx, &jobs[i], turn, e))
            return false;
        last = (size_t)(turn - turns);
    }
    qsort(turns, found, sizeof(*turns), compare_turns);
    *out_count = found;
    return true;
}

/* Moves the clocks on; *turns get the time at which they stood. */
static bool advance(struct db_tx *tx, struct arena *a, struct job_row *turns, size_t count,
                    struct err *e)
{
    struct field_list rows;

    if (!db_rows_many(tx, a, Q_TURN_ADVANCE, job_row_fields, turns, sizeof(*turns), count,
                      job_row_fields, sizeof(*turns), &rows, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct job_row *row = find_turn(rows.items, rows.count, i, &turns[i]);

        if (row == NULL)
            return err_set(e, ERR_INTERNAL, "a turn was not taken");
        turns[i].finish = row->finish - turns[i].cost;
        /* At the beginning of time: nobody may have used the lane before. */
        if (turns[i].finish == 0 && !job_create_lane(tx, turns[i].lane, e))
            return false;
    }
    return true;
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
    size_t turn_count, last = 0;

    if (!sum_up(tx, jobs, count, turns, &turn_count, e) || !advance(tx, a, turns, turn_count, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct job_row *turn = find_turn(turns, turn_count, last, &jobs[i]);

        assert(turn != NULL);
        jobs[i].start_tag = turn->finish;
        jobs[i].order_key = turn->finish + (turn->band - JOB_NORMAL) * BAND_SPAN;
        turn->finish += jobs[i].cost;
        last = (size_t)(turn - turns);
    }
    return true;
}

static bool insert_jobs(struct db_tx *tx, struct arena *a, void *items, size_t count, struct err *e)
{
    return job_take_places(tx, a, items, count, e) &&
           db_post_many(tx, Q_JOB_INSERT, job_row_fields, items, sizeof(struct job_row), count,
                        DB_ANY_CHANGE, e);
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
        .reserved = want->price,
        .door = arena_str(kept, want->door),
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
                         .reserved = want->price,
                         .door = want->door,
                         .created_at = row.now,
                         .queued_at = row.now };
    return ledger_open(tx, a, out, e) && job_announce(tx, a, out, e) &&
           (row.hold != HOLD_NONE || job_wake_lane(tx, a, row.lane, e));
}
