/* What the worker's files share: the scheduler's side and the runners' side. */
#ifndef WORK_WORKER_INTERNAL_H
#define WORK_WORKER_INTERNAL_H

#include <pthread.h>

#include "base/random.h"
#include "work/worker.h"

struct lane_state {
    char name[121];
    int slots, running;
    bool dirty;       /* something may be ready */
    int64_t again_ms; /* not before, after a claim that failed */
};

/* A claimed job on its way through a runner; owned by the runner, listed for cancel and renewal. */
struct running {
    struct queue_item item;
    struct arena arena;
    struct work_run run;
    struct lane_state *lane;
    struct running *next, *previous;
};

/*
 * Everything below `lock` is guarded by it. The scheduler thread claims, renews and ticks; the
 * runners run and settle; the database's signals only mark what is dirty.
 */
struct worker {
    struct worker_options options;
    char id[UUID_LEN + 1];
    pthread_t scheduler;
    pthread_t runners[WORKER_MAX_THREADS];
    int runner_count;
    struct queue ready; /* claimed, waiting for a runner */

    struct lock lock;
    struct lane_state lanes[WORKER_MAX_LANES];
    size_t lane_count;
    struct running *first; /* all that is claimed */
    bool stopping, tick_wanted;
    bool unsure; /* a claim has failed, and yet we may have its jobs */
    int64_t next_tick_ms, next_renew_ms;
};

/* runner.c */
void *runner_thread(void *arg);

/* worker.c: takes a finished run out of the books and frees it. */
void worker_forget(struct worker *w, struct running *r);

#endif
