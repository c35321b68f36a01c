/* Threads, locks and a bounded queue, over pthreads. No sleeps: waits have a condition and a
 * deadline. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>

#include "base/base.h"

struct lock {
    pthread_mutex_t mutex;
    pthread_cond_t changed; /* on the steady clock */
};

void lock_init(struct lock *l);
void lock_deinit(struct lock *l);
void lock_take(struct lock *l);
void lock_give(struct lock *l);
void lock_wait(struct lock *l);                        /* holding it */
bool lock_wait_ms(struct lock *l, int64_t timeout_ms); /* false: the time is over */
void lock_signal(struct lock *l);                      /* wakes one */
void lock_broadcast(struct lock *l);

/* LOCKED(&queue->lock); holds it to the end of the scope. */
static inline struct lock *lock_enter(struct lock *l)
{
    lock_take(l);
    return l;
}
static inline void lock_leave(struct lock **l)
{
    lock_give(*l);
}
#define LOCKED(l)                                                                                  \
    CLEANUP(lock_leave) struct lock *locked_scope = lock_enter(l);                                 \
    UNUSED(locked_scope)

/* The name shows in debuggers and top, 15 bytes at most. Aborts when no thread can be made. */
void thread_start(pthread_t *out, const char *name, void *(*run)(void *), void *arg);
void thread_join(pthread_t thread);
int thread_cores(void); /* how many may run at a time: fewer than there are under taskset */

/* What waits in a queue embeds this as a member. */
struct queue_item {
    struct queue_item *next;
};

/* First in, first out, any number of threads at both ends; at most max items. */
struct queue {
    struct lock lock;
    struct queue_item *head, *tail;
    size_t count, max;
    bool closed;
};

void queue_init(struct queue *q, size_t max);
void queue_deinit(struct queue *q);
MUST_CHECK bool queue_put(struct queue *q, struct queue_item *item); /* false: full or closed */
/* Waits until there is something. NULL: closed and empty, or timeout_ms (>= 0) over. */
struct queue_item *queue_take(struct queue *q, int64_t timeout_ms);
/* Up to max items as a chain, waiting for the first; NULL: closed and empty. */
struct queue_item *queue_take_all(struct queue *q, size_t max);
void queue_close(struct queue *q);
size_t queue_count(struct queue *q);

#endif
