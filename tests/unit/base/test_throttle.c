/* Rates per key. */
#include "check.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/throttle.h"

static int give_back_clock(void **state)
{
    UNUSED(state);
    clock_set_virtual(-1);
    return 0;
}

static void a_burst_passes_and_then_the_rate_holds(void **state)
{
    struct throttle *t = throttle_create(60, 5, 100);
    int64_t retry_ms = 0;

    UNUSED(state);
    clock_set_virtual(1000000);
    for (int i = 0; i < 5; i++)
        CHECK(throttle_take(t, STR("ada"), &retry_ms));
    CHECK(!throttle_take(t, STR("ada"), &retry_ms));
    CHECK_I64(retry_ms, 1000);

    clock_set_virtual(1000000 + 999);
    CHECK(!throttle_take(t, STR("ada"), &retry_ms));
    clock_set_virtual(1000000 + 1000);
    CHECK(throttle_take(t, STR("ada"), &retry_ms));
    CHECK(!throttle_take(t, STR("ada"), &retry_ms));
    throttle_destroy(t);
}

static void keys_do_not_share(void **state)
{
    struct throttle *t = throttle_create(60, 1, 100);
    int64_t retry_ms = 0;

    UNUSED(state);
    clock_set_virtual(1000000);
    CHECK(throttle_take(t, STR("ada"), &retry_ms));
    CHECK(!throttle_take(t, STR("ada"), &retry_ms));
    CHECK(throttle_take(t, STR("bob"), &retry_ms));
    throttle_destroy(t);
}

static void the_key_unused_for_longest_is_forgotten(void **state)
{
    AUTO_ARENA a = { 0 };
    struct throttle *t = throttle_create(1, 1, 8);
    int64_t retry_ms = 0;

    UNUSED(state);
    clock_set_virtual(1000000);
    for (int i = 0; i < 8; i++)
        CHECK(throttle_take(t, arena_strf(&a, "key %d", i), &retry_ms));
    CHECK(!throttle_take(t, STR("key 0"), &retry_ms)); /* used again: key 1 is the oldest now */
    CHECK(throttle_take(t, STR("key 8"), &retry_ms));
    CHECK(!throttle_take(t, STR("key 0"), &retry_ms));
    CHECK(throttle_take(t, STR("key 1"), &retry_ms));
    throttle_destroy(t);
}

static void many_keys_in_any_order_keep_their_own_count(void **state)
{
    AUTO_ARENA a = { 0 };
    struct throttle *t = throttle_create(60, 3, 64);
    int64_t retry_ms = 0;

    UNUSED(state);
    clock_set_virtual(1000000);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 64; i++)
            CHECK(throttle_take(t, arena_strf(&a, "%d", (i * 37) % 64), &retry_ms));
    }
    for (int i = 0; i < 64; i++)
        CHECK(!throttle_take(t, arena_strf(&a, "%d", i), &retry_ms));
    throttle_destroy(t);
}

static void no_rate_lets_everything_pass(void **state)
{
    struct throttle *t = throttle_create(0, 0, 1);
    int64_t retry_ms = 0;

    UNUSED(state);
    for (int i = 0; i < 1000; i++)
        CHECK(throttle_take(t, STR("ada"), &retry_ms));
    throttle_destroy(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_burst_passes_and_then_the_rate_holds),
        TEST(keys_do_not_share),
        TEST(the_key_unused_for_longest_is_forgotten),
        TEST(many_keys_in_any_order_keep_their_own_count),
        TEST(no_rate_lets_everything_pass),
    };

    return cmocka_run_group_tests(tests, NULL, give_back_clock);
}
