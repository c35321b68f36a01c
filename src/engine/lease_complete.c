/* The good end of jobs: those that end in one commit are ended together. */
#include <stdlib.h>

#include "base/clock.h"
#include "engine/batch.h"
#include "engine/job_row.h"
#include "engine/lease.h"
#include "engine/ledger.h"

static int by_id(const void *a, const void *b)
{
    const struct job_row *x = a, *y = b;

    return str_cmp(x->id, y->id);
}

/* What waited for these jobs, and for nothing else, goes on. */
static bool free_dependents(struct db_tx *tx, struct arena *a, const struct job_row *done,
                            size_t count, struct err *e)
{
    struct field_list found;
    struct job_row *waiting;

    if (!db_rows_many(tx, a, Q_JOB_DEPENDENTS, job_row_fields, done, sizeof(*done), count,
                      job_row_fields, sizeof(*waiting), &found, e))
        return false;
    waiting = found.items;
    for (size_t i = 0; i < found.count; i++) {
        waiting[i].now = clock_now_ms();
        if (!db_exec(tx, Q_JOB_FREE, job_row_fields, &waiting[i], e) ||
            !job_wake_lane(tx, a, waiting[i].lane, e))
            return false;
    }
    return true;
}

static bool count_in_groups(struct db_tx *tx, struct arena *a, const struct job_row *done,
                            size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        struct job job = { .group_id = done[i].group_id, .state = JOB_COMPLETED };

        if (!job_count_in_group(tx, a, &job, e))
            return false;
    }
    return true;
}

/* Who had lost his lease takes the others along; they are tried again without him. */
static bool complete_jobs(struct db_tx *tx, struct arena *a, void *items, size_t count,
                          struct err *e)
{
    struct job_row *done = items;

    qsort(done, count, sizeof(*done), by_id);
    return db_post_many(tx, Q_LEASE_COMPLETE, job_row_fields, done, sizeof(*done), count,
                        DB_ONE_EACH, e) &&
           count_in_groups(tx, a, done, count, e) && free_dependents(tx, a, done, count, e);
}

static const struct db_batch completion_batch = { .order = BATCH_COMPLETIONS,
                                                  .is_seen = true,
                                                  .item_bytes = sizeof(struct job_row),
                                                  .run = complete_jobs };

bool lease_complete(struct db_tx *tx, struct arena *a, const struct job *job, struct str result,
                    const struct job_charge *charge, struct err *e)
{
    struct arena *kept = db_put_off_arena(tx);
    struct job_row row = { .id = arena_str(kept, job->id),
                           .group_id = arena_str(kept, job->group_id),
                           .result = arena_str(kept, result),
                           .fence = job->fence,
                           .now = clock_now_ms() };
    struct job done = *job;

    done.state = JOB_COMPLETED;
    return db_put_off(tx, &completion_batch, &row, e) && ledger_spend(tx, job, charge, e) &&
           job_announce(tx, a, &done, e);
}
