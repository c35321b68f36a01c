/* Jobs as their owners see them: one, many, and how many are ahead. */
#include "engine/job.h"

#include <assert.h>

#include "base/random.h"
#include "engine/job_row.h"

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
    { FIELD(struct job, reserved) },
    { FIELD(struct job, door) },
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
    { FIELD(struct job_row, after_id) },
    { FIELD(struct job_row, after_key) },
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
    { FIELD(struct job_row, front) },
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
    { FIELD(struct job_row, reserved) },
    { FIELD(struct job_row, door) },
    { 0 },
};

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

bool job_load_shown(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                    struct job *out, struct err *e)
{
    struct job_row row = { .id = id, .user_id = user_id };

    return load_by(tx, a, Q_JOB_SHOWN, &row, out, e);
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
        .before = str_is_null(filter->before) ? UUID_END : filter->before,
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
    if (row.state == JOB_QUEUED)
        return list_by(tx, a, Q_JOB_PAGE_QUEUED, &row, out, e);
    if (row.state == JOB_RUNNING)
        return list_by(tx, a, Q_JOB_PAGE_RUNNING, &row, out, e);
    return list_by(tx, a, Q_JOB_PAGE_ENDED, &row, out, e);
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
