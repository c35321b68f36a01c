/* Rates per key: a bucket that fills with time and is emptied by use. */
#include "base/throttle.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/random.h"
#include "base/thread.h"

/*
 * A bucket is one number: the time at which it will be full again. Taking one moves that time on by
 * the interval; it may not lie further ahead than the burst allows. (Known as GCRA.)
 */
struct bucket {
    struct tag key; /* under a secret: an attacker cannot aim at somebody's bucket */
    int64_t full_at_ns;
    uint32_t newer, older; /* list by last use; index + 1, 0: none */
    uint32_t next;         /* of the same slot */
};

struct throttle {
    struct lock lock;
    int64_t interval_ns, burst_ns;
    uint8_t secret[TAG_KEY_BYTES];
    struct bucket *buckets;
    uint32_t *slots;
    uint32_t max, used, newest, oldest;
};

struct throttle *throttle_create(int64_t per_minute, int64_t burst, size_t max_keys)
{
    struct throttle *t = mem_alloc(sizeof(*t));

    assert(max_keys > 0 && max_keys < UINT32_MAX);
    lock_init(&t->lock);
    t->interval_ns = per_minute > 0 ? (int64_t)60 * 1000000000 / per_minute : 0;
    t->burst_ns = t->interval_ns * MAX(burst, 1);
    random_bytes(t->secret, sizeof(t->secret));
    t->max = (uint32_t)max_keys;
    t->buckets = mem_alloc(max_keys * sizeof(*t->buckets));
    t->slots = mem_alloc(max_keys * sizeof(*t->slots));
    return t;
}

void throttle_destroy(struct throttle *t)
{
    if (t == NULL)
        return;
    lock_deinit(&t->lock);
    free(t->buckets);
    free(t->slots);
    free(t);
}

static bool is_same(struct tag a, struct tag b)
{
    return a.words[0] == b.words[0] && a.words[1] == b.words[1];
}

static void unlink_use(struct throttle *t, uint32_t at)
{
    struct bucket *b = &t->buckets[at - 1];

    if (b->newer != 0)
        t->buckets[b->newer - 1].older = b->older;
    else
        t->newest = b->older;
    if (b->older != 0)
        t->buckets[b->older - 1].newer = b->newer;
    else
        t->oldest = b->newer;
}

static void link_newest(struct throttle *t, uint32_t at)
{
    struct bucket *b = &t->buckets[at - 1];

    b->newer = 0;
    b->older = t->newest;
    if (t->newest != 0)
        t->buckets[t->newest - 1].newer = at;
    t->newest = at;
    if (t->oldest == 0)
        t->oldest = at;
}

static uint32_t *slot_of(struct throttle *t, struct tag key)
{
    return &t->slots[key.words[0] % t->max];
}

static uint32_t find_bucket(struct throttle *t, struct tag key)
{
    uint32_t at = *slot_of(t, key);

    while (at != 0 && !is_same(t->buckets[at - 1].key, key))
        at = t->buckets[at - 1].next;
    return at;
}

static void forget(struct throttle *t, uint32_t at)
{
    uint32_t *link = slot_of(t, t->buckets[at - 1].key);

    while (*link != at)
        link = &t->buckets[*link - 1].next;
    *link = t->buckets[at - 1].next;
    unlink_use(t, at);
}

static uint32_t add_bucket(struct throttle *t, struct tag key)
{
    uint32_t *slot = slot_of(t, key);
    uint32_t at;

    if (t->used < t->max) {
        at = ++t->used;
    } else {
        at = t->oldest;
        forget(t, at);
    }
    t->buckets[at - 1] = (struct bucket){ .key = key, .next = *slot };
    *slot = at;
    return at;
}

bool throttle_take(struct throttle *t, struct str key, int64_t *out_retry_ms)
{
    struct tag tag = tag_of(t->secret, key);
    int64_t now = clock_steady_ns();
    struct bucket *b;
    int64_t full_at;
    uint32_t at;
    LOCKED(&t->lock);

    if (t->interval_ns == 0)
        return true;
    at = find_bucket(t, tag);
    if (at != 0)
        unlink_use(t, at);
    else
        at = add_bucket(t, tag);
    link_newest(t, at);

    b = &t->buckets[at - 1];
    full_at = MAX(b->full_at_ns, now) + t->interval_ns;
    if (full_at - now > t->burst_ns) {
        *out_retry_ms = (full_at - now - t->burst_ns + 999999) / 1000000;
        return false;
    }
    b->full_at_ns = full_at;
    return true;
}
