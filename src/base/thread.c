/* Threads, locks and a bounded queue, over pthreads. */
#include "base/thread.h"

#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <time.h>

void lock_init(struct lock *l)
{
    pthread_condattr_t steady;

    pthread_mutex_init(&l->mutex, NULL);
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&l->changed, &steady);
    pthread_condattr_destroy(&steady);
}

void lock_deinit(struct lock *l)
{
    pthread_cond_destroy(&l->changed);
    pthread_mutex_destroy(&l->mutex);
}

void lock_take(struct lock *l)
{
    int error = pthread_mutex_lock(&l->mutex);

    assert(error == 0);
    UNUSED(error);
}

void lock_give(struct lock *l)
{
    pthread_mutex_unlock(&l->mutex);
}

void lock_wait(struct lock *l)
{
    pthread_cond_wait(&l->changed, &l->mutex);
}

enum { FOREVER_MS = INT32_MAX };

/* The real clock on purpose: a virtual one stands still while threads wait. */
static struct timespec deadline_after(int64_t timeout_ms)
{
    struct timespec at;

    timeout_ms = MAX(0, MIN(timeout_ms, FOREVER_MS));
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += (time_t)(timeout_ms / 1000);
    at.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

static bool wait_until(struct lock *l, const struct timespec *deadline)
{
    return pthread_cond_timedwait(&l->changed, &l->mutex, deadline) != ETIMEDOUT;
}

bool lock_wait_ms(struct lock *l, int64_t timeout_ms)
{
    struct timespec deadline = deadline_after(timeout_ms);

    return wait_until(l, &deadline);
}

void lock_signal(struct lock *l)
{
    pthread_cond_signal(&l->changed);
}

void lock_broadcast(struct lock *l)
{
    pthread_cond_broadcast(&l->changed);
}

void thread_start(pthread_t *out, const char *name, void *(*run)(void *), void *arg)
{
    int error = pthread_create(out, NULL, run, arg);

    assert(error == 0);
    UNUSED(error);
    pthread_setname_np(*out, name);
}

void thread_join(pthread_t thread)
{
    pthread_join(thread, NULL);
}

int thread_cores(void)
{
    cpu_set_t allowed;

    /* A machine with more cores than the set holds refuses. */
    return sched_getaffinity(0, sizeof(allowed), &allowed) == 0 ? CPU_COUNT(&allowed) : CPU_SETSIZE;
}

void queue_init(struct queue *q, size_t max)
{
    *q = (struct queue){ .max = max };
    lock_init(&q->lock);
}

void queue_deinit(struct queue *q)
{
    lock_deinit(&q->lock);
}

/* Whoever is woken needs the lock first of all: it is given before he is. */
static void give_and_wake(struct queue *q, bool wake)
{
    lock_give(&q->lock);
    if (wake)
        lock_signal(&q->lock);
}

bool queue_put(struct queue *q, struct queue_item *item)
{
    bool is_first;

    lock_take(&q->lock);
    if (q->closed || q->count == q->max) {
        lock_give(&q->lock);
        return false;
    }
    item->next = NULL;
    if (q->tail != NULL)
        q->tail->next = item;
    else
        q->head = item;
    q->tail = item;
    is_first = q->count++ == 0;
    give_and_wake(q, is_first);
    return true;
}

/* Cuts up to max items off the head. */
static struct queue_item *cut_head(struct queue *q, size_t max)
{
    struct queue_item *head = q->head, *last = head;

    if (head == NULL)
        return NULL;
    q->count--;
    for (size_t taken = 1; taken < max && last->next != NULL; taken++) {
        last = last->next;
        q->count--;
    }
    q->head = last->next;
    if (q->head == NULL)
        q->tail = NULL;
    last->next = NULL;
    return head;
}

/* What is left is for another taker: put wakes one for the first item only. */
static struct queue_item *take_and_give(struct queue *q, size_t max)
{
    struct queue_item *head = cut_head(q, max);
    bool is_more = q->head != NULL;

    give_and_wake(q, is_more);
    return head;
}

struct queue_item *queue_take(struct queue *q, int64_t timeout_ms)
{
    struct timespec deadline = deadline_after(timeout_ms);

    lock_take(&q->lock);
    while (q->head == NULL && !q->closed) {
        if (!wait_until(&q->lock, &deadline))
            break;
    }
    return take_and_give(q, 1);
}

struct queue_item *queue_take_all(struct queue *q, size_t max)
{
    lock_take(&q->lock);
    while (q->head == NULL && !q->closed)
        lock_wait(&q->lock);
    return take_and_give(q, max);
}

void queue_close(struct queue *q)
{
    LOCKED(&q->lock);

    q->closed = true;
    lock_broadcast(&q->lock);
}

size_t queue_count(struct queue *q)
{
    LOCKED(&q->lock);

    return q->count;
}
