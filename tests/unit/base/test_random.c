/* Randomness and ids: unique, in order across threads, well formed; and repeatable when a test
 * asks. */
#include "check.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/thread.h"

enum { THREADS = 4, IDS_EACH = 25000, IDS = THREADS * IDS_EACH };

static char ids[IDS][UUID_LEN + 1];

static void *make_ids(void *arg)
{
    char(*mine)[UUID_LEN + 1] = arg;

    for (int i = 0; i < IDS_EACH; i++)
        uuid_write(mine[i]);
    return NULL;
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, UUID_LEN);
}

static void ids_are_unique_and_rise_across_threads(void **state)
{
    pthread_t threads[THREADS];
    char last[UUID_LEN + 1];

    UNUSED(state);
    for (int t = 0; t < THREADS; t++)
        thread_start(&threads[t], "ids", make_ids, ids[t * IDS_EACH]);
    for (int t = 0; t < THREADS; t++)
        thread_join(threads[t]);
    for (int i = 0; i < IDS; i++) {
        CHECK(uuid_is_valid(str_from(ids[i])));
        CHECK(ids[i][14] == '7' && strchr("89ab", ids[i][19]) != NULL);
        if (i % IDS_EACH > 0)
            CHECK(strcmp(ids[i - 1], ids[i]) < 0);
    }
    qsort(ids, IDS, sizeof(ids[0]), compare_ids);
    /* The time and the counter alone tell all apart: what makes them rise across threads. */
    for (int i = 1; i < IDS; i++)
        CHECK(memcmp(ids[i - 1], ids[i], 18) < 0);
    uuid_write(last);
    CHECK(strcmp(ids[IDS - 1], last) < 0);
}

static void ids_rise_when_the_clock_stands_still_or_goes_back(void **state)
{
    char before[UUID_LEN + 1], after[UUID_LEN + 1];

    UNUSED(state);
    uuid_write(before);
    clock_set_virtual(clock_now_ms() + 5000);
    for (int i = 0; i < 10000; i++) { /* more than the counter holds */
        uuid_write(after);
        CHECK(strcmp(before, after) < 0);
        memcpy(before, after, sizeof(before));
    }
    clock_set_virtual(1);
    uuid_write(after);
    CHECK(strcmp(before, after) < 0);
    clock_set_virtual(-1);
}

static void only_lower_case_ids_are_valid(void **state)
{
    static const char *const bad[] = {
        "",
        "01935e2a-0000-7000-8000-00000000000",
        "01935e2a-0000-7000-8000-0000000000000",
        "01935E2A-0000-7000-8000-000000000000",
        "01935e2a-0000-7000-8000-00000000000g",
        "01935e2a00000-7000-8000-000000000000",
        "{1935e2a-0000-7000-8000-00000000000}",
        "01935e2a-0000-7000-8000-0000000000\xC3\xA9",
        "01935e2a_0000_7000_8000_000000000000",
    };
    struct arena a = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(bad); i++)
        CHECK(!uuid_is_valid(str_from(bad[i])));
    CHECK(!uuid_is_valid(str_of("01935e2a-0000-7000-8000-00000000000\0", 36)));
    CHECK(!uuid_is_valid((struct str){ 0 }));
    CHECK(uuid_is_valid(STR("01935e2a-0000-7000-8000-000000000000")));
    CHECK(uuid_is_valid(uuid_new(&a)));
    arena_deinit(&a);
}

static void a_seed_repeats_and_its_end_gives_the_systems_randomness_back(void **state)
{
    uint64_t first[4], again[4], other;

    UNUSED(state);
    random_set_seed(77);
    for (int i = 0; i < 4; i++)
        first[i] = random_u64();
    random_set_seed(77);
    for (int i = 0; i < 4; i++)
        again[i] = random_u64();
    CHECK(memcmp(first, again, sizeof(first)) == 0);
    random_set_seed(78);
    CHECK(random_u64() != first[0]);
    random_set_seed(0);
    other = random_u64();
    CHECK(other != random_u64());
}

static void bounded_numbers_cover_their_range_evenly(void **state)
{
    int counts[7] = { 0 };

    UNUSED(state);
    random_set_seed(1);
    for (int i = 0; i < 70000; i++) {
        int64_t n = random_below(7);

        CHECK(n >= 0 && n < 7);
        counts[n]++;
    }
    for (int i = 0; i < 7; i++)
        CHECK(counts[i] > 9600 && counts[i] < 10400);
    CHECK_I64(random_below(1), 0);
    CHECK(random_below(INT64_MAX) >= 0);
    random_set_seed(0);
}

static void every_byte_of_every_length_is_filled(void **state)
{
    UNUSED(state);
    for (size_t len = 0; len < 40; len++) {
        unsigned char seen[40] = { 0 }, bytes[41];

        for (int i = 0; i < 64; i++) {
            memset(bytes, 0, sizeof(bytes));
            random_set_seed(i % 2 == 0 ? 0 : (uint64_t)i);
            random_bytes(bytes, len);
            CHECK(bytes[len] == 0);
            for (size_t k = 0; k < len; k++)
                seen[k] |= bytes[k];
        }
        for (size_t k = 0; k < len; k++)
            CHECK(seen[k] == 0xFF);
    }
    random_set_seed(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(ids_are_unique_and_rise_across_threads),
        TEST(ids_rise_when_the_clock_stands_still_or_goes_back),
        TEST(only_lower_case_ids_are_valid),
        TEST(a_seed_repeats_and_its_end_gives_the_systems_randomness_back),
        TEST(bounded_numbers_cover_their_range_evenly),
        TEST(every_byte_of_every_length_is_filled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
