/* The worker: claims jobs from its lanes, runs them on its threads, keeps their leases, settles
 * them. */
#ifndef WORK_WORKER_H
#define WORK_WORKER_H

#include "base/buf.h"
#include "work/kind.h"

enum { WORKER_MAX_LANES = 64, WORKER_MAX_THREADS = 256, WORKER_HARD_STOP_MS = 4000 };

struct worker_lane {
    struct str name;
    int slots;                /* jobs at once in this process */
    int64_t max;              /* in all processes together; 0: no limit */
    int64_t calls_per_minute; /* in all processes together; 0: no limit */
};

/* What becomes of a job here, for whoever wants to watch. */
struct worker_news {
    const struct job *job;
    /* "started", then "completed", "failed", "cancelled", "retry", "given back" or "lost" */
    const char *what;
    const char *why; /* words, or "" */
    int64_t took_ms; /* since it was claimed */
};

/* On a runner's thread; quick. */
typedef void (*worker_news_fn)(const struct worker_news *news);

struct worker_options {
    struct db *db;
    const struct job_kind *const *kinds; /* NULL at the end */
    const struct worker_lane *lanes;
    size_t lane_count;
    bool alone; /* no other process works on this database: what runs at our start has no worker */
    void *services;
    worker_news_fn tell; /* optional */
};

/* Registers with the database's signals, so call it before the server answers. */
MUST_CHECK bool worker_start(const struct worker_options *options, struct worker **out,
                             struct err *e);
/* Claims no more from now on; what runs goes on. */
void worker_begin_stop(struct worker *w);
/*
 * Claims no more, asks what still runs after timeout_ms to stop, and gives it back. False:
 * something did not even stop then, within WORKER_HARD_STOP_MS: its lease is given back too, but
 * its thread runs on, and the process has to end without freeing anything.
 */
bool worker_stop(struct worker *w, int64_t timeout_ms);
/* After db_close, because the database's signals come to it until then. NULL is fine. */
void worker_destroy(struct worker *w);

/* New at every start; the name on the leases. */
struct str worker_id(const struct worker *w);
int worker_running(struct worker *w);
/* How long jobs waited and how they ended here, as Prometheus text. */
void worker_print_metrics(const struct worker *w, struct buf *out);
/* True: what is cancelled now is given back, and another worker goes on with it. */
bool worker_is_stopping(struct worker *w);

#endif
