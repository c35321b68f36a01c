/* Jobs: durable work. Their states, who may see them, and the order in which they are claimed. */
#ifndef ENGINE_JOB_H
#define ENGINE_JOB_H

#include "db/db.h"

enum job_state {
    JOB_QUEUED,    /* waits: for its turn, for a time, or for another job */
    JOB_RUNNING,   /* a worker has a lease on it */
    JOB_COMPLETED, /* its effect is committed */
    JOB_FAILED,    /* no attempt is left, or another one cannot help */
    JOB_CANCELLED, /* somebody did not want it any more */
    JOB_STATE_COUNT
};
extern const char *const job_state_names[];

enum job_band { JOB_HIGH, JOB_NORMAL, JOB_LOW };

enum {
    JOB_MAX_ATTEMPTS = 4,
    JOB_SLOT = 1000000, /* virtual time of one job at weight 1 */
};

/* The lane of work that nobody asked for by itself: a picture's thumbnails. Its jobs are in no list
 * unless their kind is asked for, and in no event. */
#define JOB_LANE_SYSTEM STR("system")

struct job {
    struct str id, user_id, kind, lane, group_id, depends_on;
    enum job_state state;
    int64_t start_tag, order_key, band, attempt, max_attempts, fence, cancel_requested;
    struct str remote, payload, result, error_code, error;
    double progress;
    struct opt_i64 reserved; /* micro-dollars (engine/ledger.h); not set: it costs nothing */
    struct str door;         /* as in job_new; no value: under its kind */
    int64_t created_at, queued_at, started_at, finished_at;
    int64_t claimed_at; /* when the worker got it who asked (lease_claim); 0: else */
    /* No columns of the job: what its event tells of it while it runs (engine/glimpse.h). */
    struct str note;
    int64_t previews;
};
extern const struct field job_columns[];

struct job_new {
    struct str user_id, kind, lane;
    struct str group_id, depends_on; /* or no value */
    enum job_band band;
    int64_t weight; /* 0: that of the user's plan */
    struct str payload;
    int64_t max_attempts; /* 0: JOB_MAX_ATTEMPTS */
    struct opt_i64 price; /* what is held back for it, in micro-dollars; not set: nothing */
    struct str door;      /* where the usage counts it; no value: under its kind */
};

/* What a job has cost in the end. */
struct job_charge {
    struct opt_i64 micros; /* not set: nobody said, so what was held back */
    struct str backend;    /* that made it; no value: the one that was asked for */
    int64_t pictures;
};

/* Queues it behind the user's own jobs of its band and beside those of others, at the end of the
 * transaction: its place is not known before. Whether there is room is asked before
 * (engine/queue.h): what follows from other work always has room. ERR_BUDGET_EXHAUSTED: its price
 * is more than may still be spent. */
MUST_CHECK bool job_submit(struct db_tx *tx, struct arena *a, const struct job_new *want,
                           struct job *out, struct err *e);

/* ERR_NOT_FOUND also for another user's job; user_id without value: anybody's, for admins and
 * workers. */
MUST_CHECK bool job_load(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                         struct job *out, struct err *e);
/* The same of a user's own, without what its worker alone needs: the result, the fence, ... */
MUST_CHECK bool job_load_shown(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                               struct job *out, struct err *e);

struct job_filter {
    struct str user_id, state, kind, group_id; /* no value: any */
    struct str before;                         /* an id: older ones; no value: from the newest on */
    int64_t limit;
};
MUST_CHECK bool job_list(struct db_tx *tx, struct arena *a, const struct job_filter *filter,
                         struct field_list *out, struct err *e);

/* How many are ahead in its lane; 0 is next. Counts no further than 10,000. -1 when it does not
 * wait. */
MUST_CHECK bool job_position(struct db_tx *tx, const struct job *job, int64_t *out, struct err *e);
/* Jobs that wait in a lane, counted no further than max. */
MUST_CHECK bool job_depth(struct db_tx *tx, struct str lane, int64_t max, int64_t *out,
                          struct err *e);

/*
 * A queued job is cancelled at once, a running one is asked to stop (*out_running), one that is
 * over stays as it is. *out is the job afterwards.
 */
MUST_CHECK bool job_cancel(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                           struct job *out, bool *out_running, struct err *e);
/*
 * Queues a failed or cancelled job again with fresh attempts, and opens its group again;
 * ERR_CONFLICT in other states, while what it waits for has not been tried again, and when
 * something else has taken its place. There has to be room for it, and money.
 */
MUST_CHECK bool job_retry(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                          struct job *out, struct err *e);

/* A group of `total` jobs that are submitted with its id next, in the same transaction. */
MUST_CHECK bool job_group_create(struct db_tx *tx, struct arena *a, struct str user_id,
                                 struct str kind, int64_t total, struct str *out_id, struct err *e);

/* What jobs mean to the layers above the engine. */
struct job_hooks {
    /* It ended before a worker had it: cancelled in the queue, or what it waited for did not
     * complete. In that transaction. */
    bool (*dropped)(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e);
    /* It is to be tried again; ERR_CONFLICT says why nobody would want what it makes. In that
     * transaction. */
    bool (*retried)(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e);
};
/* Once, before anything runs; hooks live as long as the program. */
void job_set_hooks(const struct job_hooks *hooks);

#endif
