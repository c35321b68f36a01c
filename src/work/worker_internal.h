/* What the worker's files share: the scheduler's side and the runners' side. */
#ifndef WORK_WORKER_INTERNAL_H
#define WORK_WORKER_INTERNAL_H

#include <pthread.h>

#include "base/histogram.h"
#include "base/random.h"
#include "work/worker.h"

/* Signalled with the end of a job, when users have a limit: another one of theirs may start. */
#define WORKER_TOPIC_FREED STR("freed")

enum { WORKER_ENDS = 6 }; /* ways in which an attempt ends */

struct lane_state {
    char name[121];
    int slots;
    int running;  /* attempts that are not over */
    int settling; /* attempts that are, and whose end is not committed yet */
    int64_t max, calls_per_minute;
    bool dirty;             /* something may be ready */
    bool held_back;         /* something is, but for a user who has as many running as he may */
    int64_t again_at_ms;    /* steady: when the lane's rate allows the next claim; 0: it does */
    int64_t rest_until_ms;  /* steady: a job of it has found that nothing gets on before */
    struct histogram waits; /* from the queue to a runner, of first attempts; any thread */
    atomic_llong ends[WORKER_ENDS];
};

/* A claimed job on its way through a runner; owned by the runner, listed for cancel and renewal. */
struct running {
    struct queue_item item;
    struct arena arena;
    struct work_run run;
    struct lane_state *lane;
    struct outcome *outcome; /* runner.c's; NULL until its attempt is over */
    int64_t began_ms;
    struct running *next, *previous;
};

/*
 * Everything below `lock` is guarded by it. The scheduler thread claims, renews and ticks; the
 * runners run and settle; the database's signals only mark what is dirty. Where there is a free
 * slot, a job is claimed by the very transaction that makes it ready: then the claim rides along.
 */
struct worker {
    struct worker_options options;
    char id[UUID_LEN + 1];
    int64_t lease_ms;
    bool spread; /* users have a limit: a job that ends may let one of another lane start */
    pthread_t scheduler;
    pthread_t runners[WORKER_MAX_THREADS];
    int runner_count;
    struct queue ready; /* claimed, waiting for a runner */

    struct lock lock;
    struct lane_state lanes[WORKER_MAX_LANES];
    size_t lane_count, lane_turn; /* the lane that is looked at first */
    int running;
    struct running *first; /* all that is claimed */
    bool stopping, tick_wanted;
    bool is_claiming; /* or compares its books with the database: one at a time */
    bool wants_turn;  /* the scheduler waits for a ride to end, and the next one for him */
    bool unsure;      /* a claim has failed, and yet we may have its jobs */
    bool finished;    /* the scheduler is: nothing runs, nothing will be claimed */
    unsigned freed;   /* counts the ends of jobs of users that may be at their limit */
    int64_t next_tick_ms, next_renew_ms; /* steady */
    int64_t rescue_from_ms; /* steady: before, whoever lives may not have been able to say so */
};

/* worker_metrics.c: how is one of worker_news.what */
void worker_count_end(struct lane_state *lane, const char *how);

/* runner.c */
void *runner_thread(void *arg);

/* worker_claim.c */
/* Holding the lock: the next lane with work and room, or NULL. */
struct lane_state *worker_next_lane(struct worker *w, int64_t now);
/* Holding the lock: when a lane is to be looked at again without a signal. */
int64_t worker_next_claim_ms(const struct worker *w);
/* Holding the lock, which is given up meanwhile: fills the lane's free slots. A database that fails
 * is asked again a little later. */
void worker_claim(struct worker *w, struct lane_state *lane);
/* A claim for the topic's lane, to ride along with what was signalled, if there is room for one. */
struct db_task *worker_board(void *worker, struct str topic);
/* Holding the lock: from now on somebody claims; gives how many at most. */
int64_t worker_begin_claim(struct worker *w, const struct lane_state *lane);
/* Holding the lock: the run of this job, or NULL. */
struct running *worker_find_run(struct worker *w, struct str job_id);
/* The database says that we have this job: if our books do not, it came with an answer that was
 * lost, and is given back. For the scheduler, so that no claim is under way. */
void worker_check_lease(struct worker *w, struct arena *a, const struct job *job);
/* Nothing more of the lane is claimed for so long: it would only come back. */
void worker_rest_lane(struct worker *w, struct lane_state *lane, int64_t wait_ms);
/* Puts a run before the runners: for its attempt, or when that is over, for its end. Any thread. */
void worker_enqueue(struct worker *w, struct running *r);
/* An attempt is over: another job may take its slot while its end is written. */
void worker_free_slot(struct worker *w, struct lane_state *lane);
/* Takes a settled run out of the books and frees it. Any thread. */
void worker_forget(struct worker *w, struct running *r);

#endif
