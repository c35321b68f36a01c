/* What the queries of jobs and leases take: one row type for both files. */
#ifndef ENGINE_JOB_ROW_H
#define ENGINE_JOB_ROW_H

#include "engine/job.h"

struct job_row {
    struct str id, user_id, kind, lane, group_id, depends_on, worker, before, after_id;
    struct str remote, payload, result, error_code, error, door;
    enum job_state state;
    struct str state_name; /* "state" of a filter */
    int64_t hold, start_tag, order_key, band, max_attempts, fence, cost, finish, limit, count, open;
    int64_t weight, after_key;
    int64_t completed, failed, cancelled, cancel_requested;
    int64_t span, slot, step, front, user_max, running, calls_us;
    int64_t now, aged, run_at, lease_until, due_at, queued_at, created_at, paused_at;
    double progress;
    struct opt_i64 reserved;
};
extern const struct field job_row_fields[];

enum { HOLD_NONE, HOLD_TIME, HOLD_DEPENDENCY };

/* From one band's order keys to the next one's. An order key is a start tag beyond its band's first
 * key, and normal begins at 0. */
#define BAND_SPAN (INT64_C(1) << 61)

/* Places for jobs at the ends of their users' queues: sets start_tag and order_key. weight 0: that
 * of the user's plan. */
MUST_CHECK bool job_take_places(struct db_tx *tx, struct arena *a, struct job_row *jobs,
                                size_t count, struct err *e);
/* Whether the job has to wait for another one: sets hold. ERR_CONFLICT when that one did not
 * complete. */
MUST_CHECK bool job_check_dependency(struct db_tx *tx, struct arena *a, struct job_row *row,
                                     struct err *e);
/* For a job of that state, locked by this transaction: its worker will hear of it; or it is queued
 * again, and its group is open again. */
MUST_CHECK bool job_ask_to_stop(struct db_tx *tx, struct arena *a, const struct job *job,
                                struct err *e);
MUST_CHECK bool job_try_again(struct db_tx *tx, struct arena *a, struct job *job, struct err *e);
/* Before that: does anybody still wait for what it makes? ERR_CONFLICT says who does not. */
MUST_CHECK bool job_offer_again(struct db_tx *tx, struct arena *a, const struct job *job,
                                struct err *e);
/* Makes the lane's rows, unless they are there. */
MUST_CHECK bool job_create_lane(struct db_tx *tx, struct str lane, struct err *e);

/* Tells the owner how the job stands, by the event "job". */
MUST_CHECK bool job_announce(struct db_tx *tx, struct arena *a, const struct job *job,
                             struct err *e);
MUST_CHECK bool job_announce_all(struct db_tx *tx, struct arena *a, const struct field_list *jobs,
                                 struct err *e);
/* Wakes the workers of the lane, in every process, after the commit. */
MUST_CHECK bool job_wake_lane(struct db_tx *tx, struct arena *a, struct str lane, struct err *e);

/* The end of a job that no worker has: announced, settled, and told to whom it belongs. */
MUST_CHECK bool job_drop(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e);

/* The group's part in the end of a job, if it has one. */
MUST_CHECK bool job_count_in_group(struct db_tx *tx, struct arena *a, const struct job *job,
                                   struct err *e);
/* What the end of a job that did not complete means for its group and for those that wait for it.
 */
MUST_CHECK bool job_settle(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e);

#endif
