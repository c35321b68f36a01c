/* Groups: jobs that belong together, counted until the last one has settled. */
#ifndef ENGINE_JOB_GROUP_H
#define ENGINE_JOB_GROUP_H

#include "engine/job.h"

struct job_group {
    struct str id, kind;
    int64_t total, open; /* open: not settled */
    int64_t completed, failed, cancelled;
    int64_t created_at;
    int64_t settled_at; /* 0: jobs are open */
};
extern const struct field job_group_columns[];

/* ERR_NOT_FOUND also for another user's. */
MUST_CHECK bool job_group_load(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                               struct job_group *out, struct err *e);
/* Newest first, with an id below `before` (no value: from the newest on). */
MUST_CHECK bool job_group_list(struct db_tx *tx, struct arena *a, struct str user_id,
                               struct str before, int64_t limit, struct field_list *out,
                               struct err *e);
/* Cancels all that has not ended: what waits at once, what runs is asked to stop. Harmless in every
 * state; *out is the group afterwards. */
MUST_CHECK bool job_group_cancel(struct db_tx *tx, struct arena *a, struct str user_id,
                                 struct str id, struct job_group *out, struct err *e);
/* Queues all that failed or was cancelled again, as job_retry does, but for those whose place
 * something else has taken. ERR_CONFLICT: there is none. */
MUST_CHECK bool job_group_retry(struct db_tx *tx, struct arena *a, struct str user_id,
                                struct str id, struct job_group *out, struct err *e);

#endif
