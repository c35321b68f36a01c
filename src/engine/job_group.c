/* Groups: jobs that belong together, counted until the last one has settled. */
#include "engine/job_group.h"

#include "base/clock.h"
#include "base/random.h"
#include "engine/job_row.h"

const struct field job_group_columns[] = {
    { FIELD(struct job_group, id) },
    { FIELD(struct job_group, kind) },
    { FIELD(struct job_group, total) },
    { FIELD(struct job_group, open) },
    { FIELD(struct job_group, completed) },
    { FIELD(struct job_group, failed) },
    { FIELD(struct job_group, cancelled) },
    { FIELD_TIME(struct job_group, created_at) },
    { FIELD_TIME(struct job_group, settled_at) },
    { 0 },
};

bool job_group_create(struct db_tx *tx, struct arena *a, struct str user_id, struct str kind,
                      int64_t total, struct str *out_id, struct err *e)
{
    struct job_row row = {
        .id = uuid_new(a), .user_id = user_id, .kind = kind, .count = total, .now = clock_now_ms()
    };

    *out_id = row.id;
    return db_exec(tx, Q_JOB_GROUP_INSERT, job_row_fields, &row, e);
}

bool job_group_load(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                    struct job_group *out, struct err *e)
{
    struct job_row row = { .id = id, .user_id = user_id };
    struct job_group found = { 0 };

    if (!db_row(tx, a, Q_JOB_GROUP_OF_USER, job_row_fields, &row, job_group_columns, &found, e))
        return e->code == ERR_NOT_FOUND ? err_set(e, ERR_NOT_FOUND, "no such group") : false;
    *out = found;
    return true;
}

bool job_group_list(struct db_tx *tx, struct arena *a, struct str user_id, struct str before,
                    int64_t limit, struct field_list *out, struct err *e)
{
    struct job_row row = { .user_id = user_id,
                           .before = str_is_null(before) ? UUID_END : before,
                           .limit = limit };

    return db_rows(tx, a, Q_JOB_GROUP_PAGE, job_row_fields, &row, job_group_columns,
                   sizeof(struct job_group), out, e);
}

/* Its jobs of these states, as they are until our commit, in the order of their ids: what a job
 * waits for comes before it. */
static bool lock_jobs(struct db_tx *tx, struct arena *a, enum query query, struct str user_id,
                      struct str id, struct field_list *out, struct err *e)
{
    struct job_row row = { .group_id = id, .user_id = user_id };
    struct job_group group;

    return job_group_load(tx, a, user_id, id, &group, e) &&
           db_rows(tx, a, query, job_row_fields, &row, job_columns, sizeof(struct job), out, e);
}

/* All at once, so that none that waits for another one is told twice. */
static bool cancel_waiting(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                           struct err *e)
{
    struct job_row row = { .group_id = id, .user_id = user_id, .now = clock_now_ms() };
    struct field_list cancelled;

    if (!db_rows(tx, a, Q_JOB_GROUP_CANCEL, job_row_fields, &row, job_columns, sizeof(struct job),
                 &cancelled, e))
        return false;
    for (size_t i = 0; i < cancelled.count; i++) {
        if (!job_drop(tx, a, (const struct job *)cancelled.items + i, e))
            return false;
    }
    return true;
}

bool job_group_cancel(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                      struct job_group *out, struct err *e)
{
    struct field_list open;
    const struct job *jobs;

    if (!lock_jobs(tx, a, Q_JOB_GROUP_LOCK_OPEN, user_id, id, &open, e))
        return false;
    jobs = open.items;
    for (size_t i = 0; i < open.count; i++) {
        if (jobs[i].state == JOB_RUNNING && !job_ask_to_stop(tx, a, &jobs[i], e))
            return false;
    }
    return cancel_waiting(tx, a, user_id, id, e) && job_group_load(tx, a, user_id, id, out, e);
}

bool job_group_retry(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                     struct job_group *out, struct err *e)
{
    struct err unwanted;
    struct field_list ended;
    size_t tried = 0;

    err_set(&unwanted, ERR_CONFLICT, "no job of this group has failed or was cancelled");
    if (!lock_jobs(tx, a, Q_JOB_GROUP_LOCK_ENDED, user_id, id, &ended, e))
        return false;
    for (size_t i = 0; i < ended.count; i++) {
        struct job *job = (struct job *)ended.items + i;

        if (job_offer_again(tx, a, job, &unwanted)) {
            if (!job_try_again(tx, a, job, e))
                return false;
            tried++;
        } else if (unwanted.code != ERR_CONFLICT) {
            *e = unwanted;
            return false;
        }
    }
    if (tried == 0) {
        *e = unwanted;
        return false;
    }
    return job_group_load(tx, a, user_id, id, out, e);
}
