/* Jobs as their owners see them: submitted, looked at, cancelled, tried again. */
#include "engine/job.h"

#include <assert.h>

#include "base/clock.h"
#include "base/random.h"
#include "engine/job_row.h"
#include "engine/queue.h"

const char *const job_state_names[] = { "queued", "running",   "completed",
                                        "failed", "cancelled", NULL };
static_assert(sizeof(job_state_names) / sizeof(job_state_names[0]) == JOB_STATE_COUNT + 1,
              "one spelling per state");

const struct field job_columns[] = {
    { FIELD(struct job, id) },
    { FIELD(struct job, user_id) },
    { FIELD(struct job, kind) },
    { FIELD(struct job, lane) },
    { FIELD(struct job, group_id) },
    { FIELD(struct job, depends_on) },
    { FIELD_ENUM(struct job, state, job_state_names) },
    { FIELD(struct job, start_tag) },
    { FIELD(struct job, order_key) },
    { FIELD(struct job, band) },
    { FIELD(struct job, attempt) },
    { FIELD(struct job, max_attempts) },
    { FIELD(struct job, fence) },
    { FIELD(struct job, cancel_requested) },
    { FIELD(struct job, remote) },
    { FIELD(struct job, payload) },
    { FIELD(struct job, result) },
    { FIELD(struct job, error_code) },
    { FIELD(struct job, error) },
    { FIELD(struct job, progress) },
    { FIELD_TIME(struct job, created_at) },
    { FIELD_TIME(struct job, queued_at) },
    { FIELD_TIME(struct job, started_at) },
    { FIELD_TIME(struct job, finished_at) },
    { 0 },
};

const struct field job_row_fields[] = {
    { FIELD(struct job_row, id) },
    { FIELD(struct job_row, user_id) },
    { FIELD(struct job_row, kind) },
    { FIELD(struct job_row, lane) },
    { FIELD(struct job_row, group_id) },
    { FIELD(struct job_row, depends_on) },
    { FIELD(struct job_row, worker) },
    { FIELD(struct job_row, before) },
    { FIELD(struct job_row, remote) },
    { FIELD(struct job_row, payload) },
    { FIELD(struct job_row, result) },
    { FIELD(struct job_row, error_code) },
    { FIELD(struct job_row, error) },
    { FIELD_ENUM(struct job_row, state, job_state_names) },
    { FIELD(struct job_row, hold) },
    { FIELD(struct job_row, start_tag) },
    { FIELD(struct job_row, order_key) },
    { FIELD(struct job_row, band) },
    { FIELD(struct job_row, max_attempts) },
    { FIELD(struct job_row, fence) },
    { FIELD(struct job_row, cost) },
    { FIELD(struct job_row, finish) },
    { FIELD(struct job_row, limit) },
    { FIELD(struct job_row, count) },
    { FIELD(struct job_row, open) },
    { FIELD(struct job_row, completed) },
    { FIELD(struct job_row, failed) },
    { FIELD(struct job_row, cancelled) },
    { FIELD(struct job_row, cancel_requested) },
    { FIELD(struct job_row, span) },
    { FIELD(struct job_row, slot) },
    { FIELD(struct job_row, step) },
    { FIELD(struct job_row, user_max) },
    { FIELD(struct job_row, running) },
    { FIELD(struct job_row, calls_us) },
    { FIELD_TIME(struct job_row, now) },
    { FIELD_TIME(struct job_row, aged) },
    { FIELD_TIME(struct job_row, run_at) },
    { FIELD_TIME(struct job_row, lease_until) },
    { FIELD_TIME(struct job_row, due_at) },
    { FIELD_TIME(struct job_row, queued_at) },
    { FIELD_TIME(struct job_row, created_at) },
    { FIELD_TIME(struct job_row, paused_at) },
    { FIELD(struct job_row, progress) },
    { 0 },
};

static bool job_exec(struct db_tx *tx, enum query query, const struct job_row *row, struct err *e)
{
    return db_exec(tx, query, job_row_fields, row, e);
}

static bool create_lane(struct db_tx *tx, const struct job_row *row, struct err *e)
{
    return job_exec(tx, Q_LANE_INSERT, row, e) && job_exec(tx, Q_LANE_BAND_INSERT, row, e);
}

/*
 * The user's clock in this lane and band moves on by the cost of one job; the job's place is where
 * the clock stood. A clock that lags behind the lane's is set to it first: being idle saves nothing
 * up.
 */
static bool take_place(struct db_tx *tx, struct arena *a, struct job_row *row, int64_t weight,
                       struct err *e)
{
    struct job_row turn = { 0 };

    if (weight == 0 && !queue_load_weight(tx, row->user_id, &weight, e))
        return false;
    row->cost = JOB_SLOT / weight;
    if (!db_row(tx, a, Q_TURN_ADVANCE, job_row_fields, row, job_row_fields, &turn, e)) {
        if (e->code != ERR_NOT_FOUND)
            return false;
        if (!create_lane(tx, row, e) || !job_exec(tx, Q_TURN_START, row, e) ||
            !db_row(tx, a, Q_TURN_ADVANCE, job_row_fields, row, job_row_fields, &turn, e))
            return false;
    }
    row->start_tag = turn.finish - row->cost;
    row->order_key = row->start_tag + (row->band - JOB_NORMAL) * BAND_SPAN;
    return true;
}

/* What waits for a job that is completed already need not wait. */
static bool check_dependency(struct db_tx *tx, struct arena *a, struct job_row *row, struct err *e)
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

bool job_submit(struct db_tx *tx, struct arena *a, const struct job_new *want, struct job *out,
                struct err *e)
{
    struct job_row row = {
        .id = uuid_new(a),
        .user_id = want->user_id,
        .kind = want->kind,
        .lane = want->lane,
        .group_id = want->group_id,
        .depends_on = want->depends_on,
        .band = want->band,
        .max_attempts = want->max_attempts != 0 ? want->max_attempts : JOB_MAX_ATTEMPTS,
        .payload = want->payload,
        .now = clock_now_ms(),
    };

    if (!take_place(tx, a, &row, want->weight, e) || !check_dependency(tx, a, &row, e) ||
        !job_exec(tx, Q_JOB_INSERT, &row, e))
        return false;
    *out = (struct job){ .id = row.id,
                         .user_id = row.user_id,
                         .kind = row.kind,
                         .lane = row.lane,
                         .group_id = row.group_id,
                         .depends_on = row.depends_on,
                         .start_tag = row.start_tag,
                         .band = row.band,
                         .max_attempts = row.max_attempts,
                         .payload = row.payload,
                         .created_at = row.now,
                         .queued_at = row.now };
    return job_announce(tx, a, out, e) &&
           (row.hold != HOLD_NONE || job_wake_lane(tx, a, row.lane, e));
}

static bool load_by(struct db_tx *tx, struct arena *a, enum query query, const struct job_row *row,
                    struct job *out, struct err *e)
{
    struct job found = { 0 };

    if (!db_row(tx, a, query, job_row_fields, row, job_columns, &found, e))
        return e->code == ERR_NOT_FOUND ? err_set(e, ERR_NOT_FOUND, "no such job") : false;
    *out = found;
    return true;
}

bool job_load(struct db_tx *tx, struct arena *a, struct str user_id, struct str id, struct job *out,
              struct err *e)
{
    struct job_row row = { .id = id, .user_id = user_id };

    if (str_is_null(user_id))
        return load_by(tx, a, Q_JOB_BY_ID, &row, out, e);
    return load_by(tx, a, Q_JOB_OF_USER, &row, out, e);
}

static bool list_by(struct db_tx *tx, struct arena *a, enum query query, const struct job_row *row,
                    struct field_list *out, struct err *e)
{
    return db_rows(tx, a, query, job_row_fields, row, job_columns, sizeof(struct job), out, e);
}

bool job_list(struct db_tx *tx, struct arena *a, const struct job_filter *filter,
              struct field_list *out, struct err *e)
{
    struct job_row row = {
        .user_id = filter->user_id,
        .kind = filter->kind,
        .group_id = filter->group_id,
        .before = str_is_null(filter->before) ? STR("~") : filter->before, /* behind every id */
        .limit = filter->limit,
    };
    int state;

    if (!str_is_null(filter->group_id))
        return list_by(tx, a, Q_JOB_PAGE_OF_GROUP, &row, out, e);
    if (str_is_null(filter->state))
        return list_by(tx, a, Q_JOB_PAGE, &row, out, e);
    state = enum_find(job_state_names, filter->state);
    if (state < 0)
        return err_set_field(
            e, ERR_INVALID, STR("status"),
            "'status' must be one of queued, running, completed, failed, cancelled");
    row.state = (enum job_state)state;
    return list_by(tx, a, Q_JOB_PAGE_OF_STATE, &row, out, e);
}

bool job_position(struct db_tx *tx, const struct job *job, int64_t *out, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct job_row row = { .id = job->id, .lane = job->lane };

    *out = -1;
    if (job->state != JOB_QUEUED)
        return true;
    if (!db_row(tx, &a, Q_JOB_COUNT_AHEAD, job_row_fields, &row, job_row_fields, &row, e))
        return false;
    *out = row.count;
    return true;
}

bool job_depth(struct db_tx *tx, struct str lane, int64_t max, int64_t *out, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct job_row row = { .lane = lane, .limit = max };

    if (!db_row(tx, &a, Q_JOB_COUNT_READY, job_row_fields, &row, job_row_fields, &row, e))
        return false;
    *out = row.count;
    return true;
}

/* Between our read and our update the job may have moved on: then the other case holds. */
bool job_cancel(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                struct job *out, bool *out_running, struct err *e)
{
    struct job_row row = { .id = id, .now = clock_now_ms() };
    struct job job;

    *out_running = false;
    if (!job_load(tx, a, user_id, id, &job, e) || !job_exec(tx, Q_JOB_CANCEL_QUEUED, &row, e))
        return false;
    if (db_changed(tx) == 1) {
        if (!job_load(tx, a, user_id, id, out, e))
            return false;
        return job_drop(tx, a, out, e);
    }
    if (!job_exec(tx, Q_JOB_CANCEL_RUNNING, &row, e))
        return false;
    *out_running = db_changed(tx) == 1;
    if (*out_running && !db_signal(tx, arena_strf(a, "cancel:" STR_FMT, STR_ARG(id)), e))
        return false;
    return job_load(tx, a, user_id, id, out, e);
}

bool job_retry(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
               struct job *out, struct err *e)
{
    struct job_row row = { .id = id, .now = clock_now_ms() };
    struct job job;

    if (!job_load(tx, a, user_id, id, &job, e))
        return false;
    if (!str_is_null(job.group_id))
        return err_set(e, ERR_CONFLICT, "this job belongs to a group: retry it there");
    row.user_id = job.user_id;
    row.lane = job.lane;
    row.band = job.band;
    if (!queue_take_room(tx, row.lane, row.user_id, e) || !take_place(tx, a, &row, 0, e) ||
        !job_exec(tx, Q_JOB_REQUEUE, &row, e))
        return false;
    if (db_changed(tx) == 0)
        return err_set(e, ERR_CONFLICT,
                       "only a failed or cancelled job can be tried again, this one is %s",
                       job_state_names[job.state]);
    return job_load(tx, a, user_id, id, out, e) && job_announce(tx, a, out, e) &&
           job_wake_lane(tx, a, job.lane, e);
}

bool job_group_create(struct db_tx *tx, struct arena *a, struct str user_id, struct str kind,
                      int64_t total, struct str *out_id, struct err *e)
{
    struct job_row row = {
        .id = uuid_new(a), .user_id = user_id, .kind = kind, .count = total, .now = clock_now_ms()
    };

    *out_id = row.id;
    return job_exec(tx, Q_JOB_GROUP_INSERT, &row, e);
}

bool lane_set_paused(struct db_tx *tx, struct str lane, bool paused, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct job_row row = { .lane = lane, .now = clock_now_ms() };

    if (!create_lane(tx, &row, e))
        return false;
    if (paused)
        return job_exec(tx, Q_LANE_PAUSE, &row, e);
    return job_exec(tx, Q_LANE_RESUME, &row, e) && job_wake_lane(tx, &a, lane, e);
}
