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

/* Two words with one FNV-1a hash: anyone can make a word that meets somebody's name or address. */
static void keys_that_were_made_to_meet_do_not_share(void **state)
{
    struct str one = STR("8yn0iYCKYHlIj4-BwPqk"), other = STR("GReLUrM4wMqfg9yzV3KQ");
    struct throttle *t = throttle_create(60, 1, 100);
    int64_t retry_ms = 0;

    UNUSED(state);
    CHECK(str_hash(one) == str_hash(other));
    clock_set_virtual(1000000);
    CHECK(throttle_take(t, one, &retry_ms));
    CHECK(throttle_take(t, other, &retry_ms));
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
        TEST(keys_that_were_made_to_meet_do_not_share),
        TEST(the_key_unused_for_longest_is_forgotten),
        TEST(many_keys_in_any_order_keep_their_own_count),
        TEST(no_rate_lets_everything_pass),
    };

    return cmocka_run_group_tests(tests, NULL, give_back_clock);
}
