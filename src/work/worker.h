/* The worker: claims jobs from its lanes, runs them on its threads, keeps their leases, settles
 * them. */
#ifndef WORK_WORKER_H
#define WORK_WORKER_H

#include "work/kind.h"

enum { WORKER_MAX_LANES = 64, WORKER_MAX_THREADS = 256 };

struct worker_lane {
    struct str name;
    int slots; /* jobs at once in this process */
};

struct worker_options {
    struct db *db;
    const struct job_kind *const *kinds; /* NULL at the end */
    const struct worker_lane *lanes;
    size_t lane_count;
    void *services;
};

/* Registers with the database's signals, so call it before the server answers. */
MUST_CHECK bool worker_start(const struct worker_options *options, struct worker **out,
                             struct err *e);
/* Claims no more, asks what runs to stop after timeout_ms, gives unfinished jobs back. */
void worker_stop(struct worker *w, int64_t timeout_ms);
/* After db_close, because the database's signals come to it until then. NULL is fine. */
void worker_destroy(struct worker *w);

/* New at every start; the name on the leases. */
struct str worker_id(const struct worker *w);
int worker_running(struct worker *w);
/* True: what is cancelled now is given back, and another worker goes on with it. */
bool worker_is_stopping(struct worker *w);

#endif
