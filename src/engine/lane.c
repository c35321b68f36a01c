/* Lanes: where jobs wait, one for each backend and one for the house itself. */
#include "engine/lane.h"

#include "base/clock.h"
#include "engine/job_row.h"

static const struct field lane_columns[] = {
    { FIELD(struct lane, waiting) },
    { FIELD(struct lane, running) },
    { FIELD_TIME(struct lane, paused_at) },
    { 0 },
};

bool lane_load(struct db_tx *tx, struct arena *a, struct str name, struct lane *out, struct err *e)
{
    struct job_row row = { .lane = name, .limit = LANE_COUNT_MAX };
    struct lane lane = { .name = name };
    struct err none = { 0 };

    if (!db_row(tx, a, Q_LANE_STATE, job_row_fields, &row, lane_columns, &lane, &none) &&
        none.code != ERR_NOT_FOUND) {
        *e = none;
        return false;
    }
    *out = lane;
    return true;
}

/* The jobs ahead of the next one of ours: those ahead of the last one, and what stands between. */
static bool count_on(struct db_tx *tx, struct arena *a, const struct job *last,
                     const struct job *job, int64_t *position, struct err *e)
{
    struct job_row row = { .lane = job->lane,
                           .id = job->id,
                           .order_key = job->order_key,
                           .after_key = last != NULL ? last->order_key : INT64_MIN,
                           .after_id = last != NULL ? last->id : STR(""),
                           .limit = LANE_COUNT_MAX - *position };

    if (row.limit > 0 &&
        !db_row(tx, a, Q_LANE_COUNT_BETWEEN, job_row_fields, &row, job_row_fields, &row, e))
        return false;
    *position += row.count;
    return true;
}

bool lane_list_own(struct db_tx *tx, struct arena *a, struct str name, struct str user_id,
                   int64_t limit, struct field_list *out, struct err *e)
{
    struct job_row row = { .lane = name, .user_id = user_id, .limit = limit };
    struct lane_place *places;
    struct field_list own;
    const struct job *jobs;
    int64_t position = 0;

    if (!db_rows(tx, a, Q_LANE_OWN_JOBS, job_row_fields, &row, job_columns, sizeof(struct job),
                 &own, e))
        return false;
    jobs = own.items;
    places = arena_array(a, struct lane_place, own.count);
    for (size_t i = 0; i < own.count; i++) {
        if (!count_on(tx, a, i > 0 ? &jobs[i - 1] : NULL, &jobs[i], &position, e))
            return false;
        places[i] = (struct lane_place){ jobs[i], position };
    }
    *out = (struct field_list){ places, own.count };
    return true;
}

bool lane_set_paused(struct db_tx *tx, struct str name, bool paused, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct job_row row = { .lane = name, .now = clock_now_ms() };

    if (!job_create_lane(tx, name, e))
        return false;
    if (paused)
        return db_exec(tx, Q_LANE_PAUSE, job_row_fields, &row, e);
    return db_exec(tx, Q_LANE_RESUME, job_row_fields, &row, e) && job_wake_lane(tx, &a, name, e);
}
