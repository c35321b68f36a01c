/* The worker's side of jobs: claims, leases, and the end of a job. Whoever comes with an older
 * fence is refused. */
#ifndef ENGINE_LEASE_H
#define ENGINE_LEASE_H

#include "engine/job.h"

/* What a worker asks for; 0 in the last two: no limit. */
struct lease_want {
    struct str lane, worker;
    int64_t limit;            /* jobs that it can take now */
    int64_t lane_max;         /* jobs of the lane at once, in all processes together */
    int64_t calls_per_minute; /* claims of the lane, in all processes together */
};

struct lease_got {
    struct field_list jobs; /* struct job */
    int64_t
        again_at;   /* the lane's rate allows the next one then; 0: it does not stand against it */
    bool held_back; /* there are jobs whose users have as many running as they may */
};

/*
 * Takes jobs of the lane in their order; none of a paused lane, and none beyond the limits. On
 * PostgreSQL claims of one lane stand in one line until their commits, so that no two of them see
 * the same room; with a limit for each user those of all lanes do.
 */
MUST_CHECK bool lease_claim(struct db_tx *tx, struct arena *a, const struct lease_want *want,
                            struct lease_got *out, struct err *e);
/* Prolongs all of the worker's leases; *out_jobs are they, with id, lane, fence and
 * cancel_requested. */
MUST_CHECK bool lease_renew(struct db_tx *tx, struct arena *a, struct str worker,
                            struct field_list *out_jobs, struct err *e);

/* Each is ERR_CONFLICT when the job is not ours any more: then nothing of the transaction may stay.
 */
MUST_CHECK bool lease_save_remote(struct db_tx *tx, const struct job *job, struct str remote,
                                  struct err *e);
MUST_CHECK bool lease_save_progress(struct db_tx *tx, const struct job *job, double progress,
                                    struct err *e);
/* Why the job does not get on for now, although it still runs; its end takes the place of it. */
MUST_CHECK bool lease_save_error(struct db_tx *tx, const struct job *job, const struct err *why,
                                 struct err *e);
/* At the end of the transaction: it is there that a lost lease is noticed. charge NULL: it has cost
 * what was held back for it. */
MUST_CHECK bool lease_complete(struct db_tx *tx, struct arena *a, const struct job *job,
                               struct str result, const struct job_charge *charge, struct err *e);
/* Final. */
MUST_CHECK bool lease_fail(struct db_tx *tx, struct arena *a, const struct job *job,
                           const struct err *why, struct err *e);
MUST_CHECK bool lease_end_cancelled(struct db_tx *tx, struct arena *a, const struct job *job,
                                    struct err *e);
/* Does anybody still want it? As it is until the commit. */
MUST_CHECK bool lease_is_wanted(struct db_tx *tx, struct arena *a, const struct job *job, bool *out,
                                struct err *e);
/* Queues it again: not before run_at. keep_remote: the next attempt takes up the same upstream
 * request. */
MUST_CHECK bool lease_retry_later(struct db_tx *tx, struct arena *a, const struct job *job,
                                  int64_t run_at, const struct err *why, struct err *e);
/* The same without having been an attempt: what it needs is not to be had for now. */
MUST_CHECK bool lease_postpone(struct db_tx *tx, struct arena *a, const struct job *job,
                               int64_t run_at, const struct err *why, struct err *e);
/* Gives it back unharmed, as if it had not been claimed: a worker that stops. */
MUST_CHECK bool lease_release(struct db_tx *tx, struct arena *a, const struct job *job,
                              struct err *e);

/* The same for all that this worker has: what it does with them from now on is refused. */
MUST_CHECK bool lease_give_back(struct db_tx *tx, struct arena *a, struct str worker,
                                struct err *e);

/* Every job that runs, whatever its lease says: for a process that is alone with its database and
 * begins to work, so that whoever had them is gone. */
MUST_CHECK bool lease_rescue_all(struct db_tx *tx, struct arena *a, int64_t *out_count,
                                 struct err *e);

/* Who looks: his own leases are prolonged before any is taken for lost. */
struct lease_watch {
    struct str worker; /* no value: somebody who has none */
    int64_t rescue_at; /* leases of others are left alone before that; 0: they are not */
};
/* What time brings: due jobs become ready, jobs of dead workers are queued again, low bands are
 * lifted. */
struct lease_tick {
    struct field_list mine; /* as lease_renew gives them */
    int64_t released, rescued, lifted;
    int64_t next_at; /* when to look again at the latest; 0: nothing is waiting for a time */
};
MUST_CHECK bool lease_tick(struct db_tx *tx, struct arena *a, const struct lease_watch *watch,
                           struct lease_tick *out, struct err *e);

/* The wait before attempt n + 1: doubling from half a second to a minute, shortened at random by up
 * to a quarter. */
int64_t lease_backoff_ms(int64_t attempt);

#endif
