/* The breaker under a clock that stands still until it is moved, and the choice among backends. */
#include "check.h"

#include "base/clock.h"
#include "base/random.h"
#include "provider/fallback.h"

static struct breaker breaker;
static int64_t now;

static void move_to(int64_t ms)
{
    now = ms;
    clock_set_virtual(now);
}

static int setup(void **state)
{
    UNUSED(state);
    move_to(1000 * 1000);
    random_set_seed(3);
    breaker_init(&breaker, &(struct breaker_rules){ .failures_in_a_row = 3,
                                                    .cool_down_ms = 1000,
                                                    .cool_down_max_ms = 8000 });
    return 0;
}

static int teardown(void **state)
{
    UNUSED(state);
    breaker_deinit(&breaker);
    clock_set_virtual(-1);
    random_set_seed(0);
    return 0;
}

static bool enter(struct breaker_pass *out)
{
    int64_t retry_ms = 0;
    bool passed = breaker_enter(&breaker, out, &retry_ms);

    CHECK(passed || retry_ms > 0);
    return passed;
}

static void call(enum breaker_verdict verdict)
{
    struct breaker_pass pass;

    CHECK(enter(&pass));
    breaker_leave(&breaker, pass, verdict, 0);
}

static void open_it(void)
{
    for (int i = 0; i < 3; i++)
        call(VERDICT_ILL);
    CHECK_I64(breaker_look(&breaker).state, BREAKER_OPEN);
}

static void it_opens_after_so_many_failures_in_a_row(void **state)
{
    struct breaker_pass pass;

    UNUSED(state);
    call(VERDICT_ILL);
    call(VERDICT_ILL);
    call(VERDICT_WELL); /* the row is broken */
    call(VERDICT_ILL);
    call(VERDICT_NOTHING); /* and not by this */
    call(VERDICT_ILL);
    CHECK_I64(breaker_look(&breaker).state, BREAKER_CLOSED);
    CHECK_I64(breaker_look(&breaker).ready_in_ms, 0);
    call(VERDICT_ILL);
    CHECK_I64(breaker_look(&breaker).state, BREAKER_OPEN);
    CHECK(!enter(&pass));
}

static void it_opens_when_most_of_the_last_calls_failed(void **state)
{
    UNUSED(state);
    for (int i = 0; i < 3; i++) { /* two of three, never three in a row */
        call(VERDICT_ILL);
        call(VERDICT_ILL);
        call(VERDICT_WELL);
    }
    CHECK_I64(breaker_look(&breaker).state, BREAKER_CLOSED); /* nine calls are not enough to say */
    call(VERDICT_ILL);
    CHECK_I64(breaker_look(&breaker).state, BREAKER_OPEN);
}

static void old_failures_are_forgotten(void **state)
{
    UNUSED(state);
    for (int i = 0; i < 9; i++)
        call(VERDICT_WELL);
    for (int i = 0; i < 40; i++) { /* a third fails: below the bound for ever */
        call(VERDICT_ILL);
        call(VERDICT_WELL);
        call(VERDICT_WELL);
    }
    CHECK_I64(breaker_look(&breaker).state, BREAKER_CLOSED);
}

static void after_the_cool_down_one_call_passes_and_closes_it(void **state)
{
    struct breaker_pass probe, other;
    int64_t ready;

    UNUSED(state);
    open_it();
    ready = breaker_look(&breaker).ready_in_ms;
    CHECK(ready >= 750 && ready <= 1000);
    move_to(now + ready - 1);
    CHECK(!enter(&other));
    move_to(now + 1);
    CHECK(enter(&probe));
    CHECK(!enter(&other));
    CHECK(!enter(&other));
    CHECK_I64(breaker_look(&breaker).state, BREAKER_HALF_OPEN);
    breaker_leave(&breaker, probe, VERDICT_WELL, 0);
    CHECK_I64(breaker_look(&breaker).state, BREAKER_CLOSED);
    CHECK_I64(breaker_look(&breaker).in_a_row, 0);
    call(VERDICT_WELL);
}

static void each_probe_that_fails_doubles_the_pause_up_to_its_bound(void **state)
{
    static const int64_t pauses[] = { 1000, 2000, 4000, 8000, 8000, 8000 };

    UNUSED(state);
    open_it();
    for (size_t i = 0; i < COUNT(pauses); i++) {
        int64_t ready = breaker_look(&breaker).ready_in_ms;

        CHECK(ready >= pauses[i] / 4 * 3 && ready <= pauses[i]);
        move_to(now + ready);
        call(VERDICT_ILL);
    }
    move_to(now + breaker_look(&breaker).ready_in_ms);
    call(VERDICT_WELL);
    call(VERDICT_WELL);
    open_it(); /* and a time of health begins from the start */
    CHECK(breaker_look(&breaker).ready_in_ms <= 1000);
}

static void a_probe_that_says_nothing_makes_room_for_another(void **state)
{
    UNUSED(state);
    open_it();
    move_to(now + 1000);
    call(VERDICT_NOTHING);
    CHECK_I64(breaker_look(&breaker).state, BREAKER_HALF_OPEN);
    call(VERDICT_WELL);
    CHECK_I64(breaker_look(&breaker).state, BREAKER_CLOSED);
}

static void answers_of_an_earlier_state_do_not_count(void **state)
{
    struct breaker_pass early_well, early_ill, probe;

    UNUSED(state);
    CHECK(enter(&early_well));
    CHECK(enter(&early_ill));
    open_it();
    breaker_leave(&breaker, early_well, VERDICT_WELL, 0);
    CHECK_I64(breaker_look(&breaker).state, BREAKER_OPEN);
    move_to(now + 1000);
    CHECK(enter(&probe));
    breaker_leave(&breaker, early_ill, VERDICT_ILL, 0);
    CHECK_I64(breaker_look(&breaker).state, BREAKER_HALF_OPEN);
    breaker_leave(&breaker, probe, VERDICT_WELL, 0);
    CHECK_I64(breaker_look(&breaker).state, BREAKER_CLOSED);
}

static void what_the_backend_asks_for_is_waited_for(void **state)
{
    struct breaker_pass pass;

    UNUSED(state);
    call(VERDICT_ILL);
    call(VERDICT_ILL);
    CHECK(enter(&pass));
    breaker_leave(&breaker, pass, VERDICT_ILL, 60000);
    CHECK_I64(breaker_look(&breaker).ready_in_ms, 60000);
}

struct prober {
    pthread_t thread;
    int passed;
};

static void *try_to_probe(void *arg)
{
    struct prober *p = arg;
    struct breaker_pass pass;
    int64_t retry_ms;

    for (int i = 0; i < 1000; i++)
        p->passed += breaker_enter(&breaker, &pass, &retry_ms);
    return NULL;
}

static void of_many_threads_one_probes(void **state)
{
    struct prober probers[4] = { 0 };
    int passed = 0;

    UNUSED(state);
    open_it();
    move_to(now + 1000);
    for (size_t i = 0; i < COUNT(probers); i++)
        thread_start(&probers[i].thread, "probe", try_to_probe, &probers[i]);
    for (size_t i = 0; i < COUNT(probers); i++) {
        thread_join(probers[i].thread);
        passed += probers[i].passed;
    }
    CHECK_I64(passed, 1);
}

#define READY                                                                                      \
    {                                                                                              \
        BREAKER_CLOSED, 0, 0                                                                       \
    }
#define RESTS(ms)                                                                                  \
    {                                                                                              \
        BREAKER_OPEN, 5, ms                                                                        \
    }

static void the_first_that_can_do_it_gets_the_job(void **state)
{
    static const struct {
        struct fallback_option options[3];
        int pick;
        int64_t wait_ms;
    } cases[] = {
        { { { true, false, false, READY }, { true, false, false, READY } }, 0, 0 },
        { { { true, false, false, RESTS(500) }, { true, false, false, READY } }, 1, 0 },
        { { { true, true, false, READY }, { true, false, false, READY } }, 1, 0 },
        { { { false, false, false, READY }, { true, false, false, READY } }, 1, 0 },
        { { { true, false, true, READY }, { true, false, false, READY } }, 1, 0 },
        /* nobody now: who is soonest, the earlier one when equal */
        { { { true, false, false, RESTS(500) }, { true, false, false, RESTS(200) } }, 1, 200 },
        { { { true, false, false, RESTS(500) }, { true, false, false, RESTS(500) } }, 0, 500 },
        { { { true, false, false, RESTS(500) }, { true, false, true, READY } }, 1, 0 },
        { { { true, true, false, READY }, { true, false, false, RESTS(900) } }, 1, 900 },
        /* nobody at all */
        { { { true, true, false, READY }, { false, false, false, READY } }, -1, 0 },
        { { { 0 } }, -1, 0 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t wait_ms = -1;

        CHECK_I64(fallback_pick(cases[i].options, COUNT(cases[i].options), &wait_ms),
                  cases[i].pick);
        CHECK_I64(wait_ms, cases[i].wait_ms);
    }
}

#define BREAKER_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BREAKER_TEST(it_opens_after_so_many_failures_in_a_row),
        BREAKER_TEST(it_opens_when_most_of_the_last_calls_failed),
        BREAKER_TEST(old_failures_are_forgotten),
        BREAKER_TEST(after_the_cool_down_one_call_passes_and_closes_it),
        BREAKER_TEST(each_probe_that_fails_doubles_the_pause_up_to_its_bound),
        BREAKER_TEST(a_probe_that_says_nothing_makes_room_for_another),
        BREAKER_TEST(answers_of_an_earlier_state_do_not_count),
        BREAKER_TEST(what_the_backend_asks_for_is_waited_for),
        BREAKER_TEST(of_many_threads_one_probes),
        TEST(the_first_that_can_do_it_gets_the_job),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
