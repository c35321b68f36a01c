/* Randomness from the system, and ids that sort by time. */
#include "base/random.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/thread.h"

static atomic_ullong test_state; /* 0: the system's randomness */

static uint64_t test_next(void)
{
    uint64_t z = atomic_fetch_add(&test_state, 0x9e3779b97f4a7c15u) + 0x9e3779b97f4a7c15u;

    /* splitmix64: every state gives a different well-mixed number. */
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void random_set_seed(uint64_t seed)
{
    atomic_store(&test_state, seed);
}

void random_bytes(void *out, size_t bytes)
{
    char *at = out;

    if (atomic_load(&test_state) != 0) {
        for (; bytes > 0; at += MIN(bytes, 8), bytes -= MIN(bytes, 8)) {
            uint64_t word = test_next();

            memcpy(at, &word, MIN(bytes, 8));
        }
        return;
    }
    while (bytes > 0) {
        ssize_t got = getrandom(at, bytes, 0);

        if (got < 0 && errno == EINTR)
            continue;
        assert(got > 0); /* cannot fail for a seeded pool */
        at += got;
        bytes -= (size_t)got;
    }
}

uint64_t random_u64(void)
{
    uint64_t value;

    random_bytes(&value, sizeof(value));
    return value;
}

int64_t random_below(int64_t bound)
{
    uint64_t limit;
    uint64_t value;

    assert(bound > 0);
    limit =
        UINT64_MAX - UINT64_MAX % (uint64_t)bound; /* values past it would favour the low results */
    do {
        value = random_u64();
    } while (value >= limit);
    return (int64_t)(value % (uint64_t)bound);
}

/*
 * Milliseconds in the high 48 bits and a 12-bit counter below, as one number that only rises:
 * within a millisecond the counter counts, and when it runs over, the time part is ahead of the
 * clock by one.
 */
static _Atomic uint64_t last_stamp;

static uint64_t next_stamp(void)
{
    uint64_t now = (uint64_t)clock_now_ms() << 12;
    uint64_t last = atomic_load(&last_stamp);
    uint64_t next;

    do {
        next = MAX(now, last + 1);
    } while (!atomic_compare_exchange_weak(&last_stamp, &last, next));
    return next;
}

void uuid_write(char out[UUID_LEN + 1])
{
    static const char digits[] = "0123456789abcdef";
    uint64_t stamp = next_stamp();
    uint8_t bytes[16];
    char *at = out;

    random_bytes(bytes + 8, 8);
    for (int i = 0; i < 6; i++)
        bytes[i] = (uint8_t)(stamp >> (52 - 8 * i));
    bytes[6] = (uint8_t)(0x70 | (stamp >> 8 & 0x0F));
    bytes[7] = (uint8_t)stamp;
    bytes[8] = (uint8_t)(0x80 | (bytes[8] & 0x3F));
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = digits[bytes[i] >> 4];
        *at++ = digits[bytes[i] & 15];
    }
    *at = '\0';
}

struct str uuid_new(struct arena *a)
{
    char *text = arena_alloc(a, UUID_LEN + 1);

    uuid_write(text);
    return str_of(text, UUID_LEN);
}

bool uuid_is_valid(struct str s)
{
    if (s.len != UUID_LEN)
        return false;
    for (size_t i = 0; i < UUID_LEN; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        char c = s.ptr[i];

        if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
    }
    return true;
}

int64_t uuid_time_ms(struct str s)
{
    int64_t ms = 0;

    assert(uuid_is_valid(s));
    for (size_t i = 0; i < 13; i++) {
        char c = s.ptr[i];

        if (c != '-')
            ms = ms << 4 | (c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return ms;
}

struct str uuid_first_at(struct arena *a, int64_t ms)
{
    unsigned long long time = (unsigned long long)MIN(MAX(ms, 0), 0xFFFFFFFFFFFF);

    return arena_strf(a, "%08llx-%04llx-7000-8000-000000000000", time >> 16, time & 0xFFFF);
}
