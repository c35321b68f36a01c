/* What the queue should do, in plain memory: a model that a simulation keeps beside the database.
 */
#ifndef TESTS_CONTRACT_QUEUE_MODEL_H
#define TESTS_CONTRACT_QUEUE_MODEL_H

#include "job_place.h"

enum {
    MODEL_USERS = 4,
    MODEL_LANES = 2,
    MODEL_WORKERS = 3,
    MODEL_JOBS = 160,
    MODEL_GROUPS = 40,
    NOBODY = -1
};

enum model_hold { MODEL_READY, MODEL_WAITS_FOR_TIME, MODEL_WAITS_FOR_JOB };

struct model_job {
    struct str id;
    int user, lane, group, depends_on; /* indexes; NOBODY */
    enum job_state state;
    enum model_hold hold;
    bool cancel_asked;
    int worker; /* while running */
    int64_t fence, run_at, lease_until;
};

struct model_group {
    struct str id;
    int user;
    bool settled; /* was, when it was looked at last */
};

struct model {
    int64_t now, lease_ms;
    int64_t lane_max, user_max; /* 0: no limit */
    bool paused[MODEL_LANES];
    struct model_job jobs[MODEL_JOBS];
    int job_count;
    struct model_group groups[MODEL_GROUPS];
    int group_count;
};

bool model_is_over(const struct model_job *job);
/* May be claimed now, limits aside. */
bool model_is_ready(const struct model *m, const struct model_job *job);
int model_running_in(const struct model *m, int lane);
int model_running_of(const struct model *m, int user);
/* The job of that id; fails without one. */
int model_find(const struct model *m, struct str id);

/* The moves, each after the database has made it. */
void model_claim(struct model *m, int job, int worker);
void model_end(struct model *m, int job, enum job_state state); /* with what waited for it */
void model_queue_later(struct model *m, int job, int64_t run_at);
void model_release(struct model *m, int job);
void model_cancel(struct model *m, int job);
void model_retry(struct model *m, int job);
void model_renew(struct model *m, int worker);
void model_tick(struct model *m);
/* What a group's counters should say, as {open, completed, failed, cancelled}. */
void model_count(const struct model *m, int group, int64_t counts[4]);

#endif
