/* Job kinds as data: what a job of each kind does, and what its end means for the door it came
 * from. */
#ifndef WORK_KIND_H
#define WORK_KIND_H

#include "engine/lease.h"
#include "provider/run.h"

struct worker;

/* One attempt at one job. Everything in the arena dies with it. */
struct work_run {
    struct arena *arena;
    struct job *job;
    struct worker *worker;
    struct db *db;
    void *services;           /* what the program lends to its kinds: stores, backends */
    struct gen_cancel cancel; /* set: somebody does not want it any more, or we stop */
    atomic_bool unwanted;     /* the former: what was begun elsewhere should end there too */
    bool lane_rests;          /* set by run with ERR_BUSY: other jobs of the lane fare no better */
    struct str result;        /* JSON for the job, set by run */
    struct job_charge charge; /* what it has cost, set by run; else what was held back for it */
    void *done;               /* from run to succeeded */
};

/* A step in the transaction that settles the job. */
typedef bool (*kind_settle_fn)(struct db_tx *tx, struct work_run *run, struct err *e);

struct job_kind {
    const char *name;
    /* The work itself, on a thread of its own, in no transaction; may block, looks at
     * run->cancel. ERR_BUSY and ERR_STORAGE_FULL postpone the job and are no attempt. Required. */
    bool (*run)(struct work_run *run, struct err *e);
    kind_settle_fn succeeded; /* optional */
    /* The last attempt failed or the job was cancelled; *why is ERR_CANCELLED then. Optional. */
    bool (*failed)(struct db_tx *tx, struct work_run *run, const struct err *why, struct err *e);
    /* It was cancelled before a worker had it. Optional. */
    bool (*dropped)(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e);
    /* Its owner tries it again after that; ERR_CONFLICT when nobody waits for it any more.
     * Optional. */
    bool (*retried)(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e);
};

/* NULL at the end; NULL: no code runs such jobs. */
const struct job_kind *kind_find(const struct job_kind *const *kinds, struct str name);

#endif
