/* The queue under many producers and consumers, its limits, and waits that end. */
#include "check.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/thread.h"

enum { WORKERS = 8, ITEMS_EACH = 20000, ITEMS = WORKERS * ITEMS_EACH };

struct item {
    struct queue_item link;
    int producer, number;
};

static struct item items[ITEMS];
static struct queue queue;
static atomic_int taken_times[ITEMS];
static atomic_int out_of_order;

static void *produce(void *arg)
{
    struct item *mine = arg;

    for (int i = 0; i < ITEMS_EACH; i++) {
        while (!queue_put(&queue, &mine[i].link))
            sched_yield(); /* full: the consumers are at work */
    }
    return NULL;
}

/* One consumer sees the items of one producer in their order. */
static void note(struct queue_item *link, int last[WORKERS])
{
    struct item *item = CONTAINER_OF(link, struct item, link);

    atomic_fetch_add(&taken_times[item - items], 1);
    if (item->number <= last[item->producer])
        atomic_fetch_add(&out_of_order, 1);
    last[item->producer] = item->number;
}

static void *consume(void *arg)
{
    int last[WORKERS];
    bool in_batches = arg != NULL;
    struct queue_item *link;

    for (int i = 0; i < WORKERS; i++)
        last[i] = -1;
    while ((link = in_batches ? queue_take_all(&queue, 7) : queue_take(&queue, 60000)) != NULL) {
        for (struct queue_item *next; link != NULL; link = next) {
            next = link->next;
            note(link, last);
        }
    }
    return NULL;
}

static void each_item_is_taken_exactly_once_and_in_order(void **state)
{
    pthread_t producers[WORKERS], consumers[WORKERS];
    bool in_batches = true;

    UNUSED(state);
    queue_init(&queue, 500);
    for (int i = 0; i < ITEMS; i++) {
        items[i].producer = i / ITEMS_EACH;
        items[i].number = i % ITEMS_EACH;
    }
    for (int i = 0; i < WORKERS; i++) {
        thread_start(&consumers[i], "consumer", consume, i % 2 == 0 ? &in_batches : NULL);
        thread_start(&producers[i], "producer", produce, items + i * ITEMS_EACH);
    }
    for (int i = 0; i < WORKERS; i++)
        thread_join(producers[i]);
    queue_close(&queue);
    for (int i = 0; i < WORKERS; i++)
        thread_join(consumers[i]);
    for (int i = 0; i < ITEMS; i++)
        CHECK_I64(atomic_load(&taken_times[i]), 1);
    CHECK_I64(atomic_load(&out_of_order), 0);
    CHECK_I64(queue_count(&queue), 0);
    queue_deinit(&queue);
}

static void a_full_or_closed_queue_takes_nothing(void **state)
{
    struct queue q;
    struct item three[3];

    UNUSED(state);
    queue_init(&q, 2);
    CHECK(queue_put(&q, &three[0].link) && queue_put(&q, &three[1].link) &&
          !queue_put(&q, &three[2].link));
    CHECK_I64(queue_count(&q), 2);
    CHECK(queue_take(&q, 0) == &three[0].link);
    CHECK(queue_put(&q, &three[2].link));
    queue_close(&q);
    CHECK(!queue_put(&q, &three[0].link));
    CHECK(queue_take(&q, 0) == &three[1].link && queue_take(&q, 1000) == &three[2].link);
    CHECK(queue_take(&q, 1000) == NULL && queue_take_all(&q, 5) == NULL);
    queue_deinit(&q);
}

static void taking_all_stops_at_its_maximum(void **state)
{
    struct queue q;
    struct item five[5];
    struct queue_item *chain;

    UNUSED(state);
    queue_init(&q, 9);
    for (int i = 0; i < 5; i++)
        CHECK(queue_put(&q, &five[i].link));
    chain = queue_take_all(&q, 3);
    CHECK(chain == &five[0].link && chain->next == &five[1].link &&
          chain->next->next == &five[2].link);
    CHECK(chain->next->next->next == NULL);
    CHECK_I64(queue_count(&q), 2);
    chain = queue_take_all(&q, 99);
    CHECK(chain == &five[3].link && chain->next == &five[4].link && chain->next->next == NULL);
    CHECK_I64(queue_count(&q), 0);
    CHECK(queue_put(&q, &five[0].link) && queue_take(&q, 0) == &five[0].link);
    queue_deinit(&q);
}

static void a_wait_ends_with_its_time(void **state)
{
    struct queue q;
    struct lock lock;
    int64_t start = clock_steady_ms();

    UNUSED(state);
    queue_init(&q, 1);
    CHECK(queue_take(&q, 30) == NULL);
    CHECK(clock_steady_ms() - start >= 29);
    CHECK(queue_take(&q, 0) == NULL && queue_take(&q, -5) == NULL);
    lock_init(&lock);
    lock_take(&lock);
    CHECK(!lock_wait_ms(&lock, 0) && !lock_wait_ms(&lock, -1) && !lock_wait_ms(&lock, INT64_MIN));
    lock_give(&lock);
    lock_deinit(&lock);
    queue_deinit(&q);
}

/* A virtual clock stands still, and yet a wait ends. */
static void a_wait_is_not_bound_to_the_virtual_clock(void **state)
{
    struct queue q;

    UNUSED(state);
    queue_init(&q, 1);
    clock_set_virtual(1000);
    CHECK(queue_take(&q, 5) == NULL);
    clock_set_virtual(-1);
    queue_deinit(&q);
}

static void *close_it(void *arg)
{
    queue_close(arg);
    return NULL;
}

static void closing_wakes_who_waits(void **state)
{
    pthread_t closer;
    struct queue q;

    UNUSED(state);
    queue_init(&q, 1);
    thread_start(&closer, "closer", close_it, &q);
    CHECK(queue_take(&q, INT64_MAX) == NULL);
    CHECK(queue_take_all(&q, 1) == NULL);
    thread_join(closer);
    queue_deinit(&q);
}

static void *say_name(void *arg)
{
    pthread_getname_np(pthread_self(), arg, 16);
    return NULL;
}

struct gate {
    struct lock lock;
    bool open;
    char name[16];
};

static void *wait_and_say_name(void *arg)
{
    struct gate *gate = arg;
    LOCKED(&gate->lock);

    while (!gate->open)
        lock_wait(&gate->lock);
    return say_name(gate->name);
}

static void threads_carry_their_name(void **state)
{
    struct gate gate = { .open = false };
    pthread_t thread;

    UNUSED(state);
    lock_init(&gate.lock);
    thread_start(&thread, "writer", wait_and_say_name, &gate);
    lock_take(&gate.lock);
    gate.open = true;
    lock_broadcast(&gate.lock);
    lock_give(&gate.lock);
    thread_join(thread);
    CHECK_TEXT(gate.name, "writer");
    lock_deinit(&gate.lock);
}

static void *count_cores_of_one(void *arg)
{
    cpu_set_t one;

    CPU_ZERO(&one);
    CPU_SET((size_t)sched_getcpu(), &one);
    CHECK_I64(sched_setaffinity(0, sizeof(one), &one), 0);
    *(int *)arg = thread_cores();
    return NULL;
}

static void cores_are_those_that_may_be_used(void **state)
{
    int before = thread_cores(), with_one;
    pthread_t thread;

    UNUSED(state);
    thread_start(&thread, "one core", count_cores_of_one, &with_one);
    thread_join(thread);
    CHECK_I64(with_one, 1);
    CHECK(before >= 1 && thread_cores() == before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_item_is_taken_exactly_once_and_in_order),
        TEST(a_full_or_closed_queue_takes_nothing),
        TEST(taking_all_stops_at_its_maximum),
        TEST(a_wait_ends_with_its_time),
        TEST(a_wait_is_not_bound_to_the_virtual_clock),
        TEST(closing_wakes_who_waits),
        TEST(threads_carry_their_name),
        TEST(cores_are_those_that_may_be_used),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
