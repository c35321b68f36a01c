/* Generation when backends fail, rest or refuse: who stands in for whom, and what that costs. */
#include "generate_world.h"

/* A backend whose every call ends as the script says, and its stand-in. */
static void open_pair(const char *script, const char *script_of_second)
{
    open_backends(arena_strf(&memory,
                             "first:\n  type: mock\n  script: \"%s\"\n  fallback: [second]\n"
                             "second:\n  type: mock\n  script: \"%s\"\n",
                             script, script_of_second)
                      .ptr);
}

struct outcome {
    const char *first, *second; /* scripts */
    enum job_state end;
    int64_t attempts, bought_first, bought_second;
    const char *made_by, *error;
};

static void check_outcome(const struct outcome *want)
{
    struct job done;
    struct field_list images;

    open_pair(want->first, want->second);
    start_worker();
    done = wait_for_end(order_prompt("first", "a cat"), want->end);
    images = images_of(done);
    CHECK_STR(done.error, str_from(want->error));
    CHECK_I64(done.attempt, want->attempts);
    CHECK_I64(bought("first"), want->bought_first);
    CHECK_I64(bought("second"), want->bought_second);
    CHECK_I64(images.count, want->made_by != NULL);
    if (want->made_by != NULL) {
        const struct image *image = images.items;
        struct str told = arena_strf(&memory, "{\"backend\":\"%s\"", want->made_by);

        CHECK_STR(image->backend, str_from(want->made_by));
        CHECK(str_starts(image->recipe, told));
    }
}

/* One test for each, because each has backends and a worker of its own. */
#define OUTCOME(name, ...)                                                                         \
    static void name(void **state)                                                                 \
    {                                                                                              \
        static const struct outcome want = { __VA_ARGS__ };                                        \
                                                                                                   \
        UNUSED(state);                                                                             \
        check_outcome(&want);                                                                      \
    }

OUTCOME(what_one_backend_does_not_take_the_next_one_makes, "fail:401", "", JOB_COMPLETED, 1, 0, 1,
        "second", NULL)
OUTCOME(what_may_pass_is_left_to_a_backend_once, "fail:500", "", JOB_COMPLETED, 2, 0, 1, "second",
        NULL)
OUTCOME(an_unknown_outcome_goes_nowhere_else, "unknown", "", JOB_FAILED, 1, 1, 0, NULL,
        "'first' may have made the picture and been paid for it, so it is not asked again by "
        "itself: retry the job for that (no answer, as the prompt says)")
OUTCOME(a_refusal_goes_nowhere_else, "refuse", "", JOB_FAILED, 1, 0, 0, NULL,
        "the prompt asks for a refusal")
OUTCOME(the_first_reason_is_told_when_nobody_takes_it, "fail:401", "fail:403", JOB_FAILED, 1, 0, 0,
        NULL, "backend 'first': HTTP 401: as the prompt says")
OUTCOME(what_may_pass_counts_more_than_what_will_not, "fail:401", "fail:500", JOB_FAILED,
        JOB_MAX_ATTEMPTS, 0, 0, NULL, "backend 'second': HTTP 500: as the prompt says")

/* Until its breaker opens. */
static void wear_out(const char *name)
{
    struct backend *b = backend_find(services.backends, str_from(name));
    struct err ill = { .code = ERR_UPSTREAM };
    struct backend_health health;
    struct breaker_pass pass;
    struct err e = { 0 };

    do {
        CHECK_OK(backend_enter(b, &pass, &e));
        backend_leave(b, pass, &ill);
        backend_health(b, &health);
    } while (health.breaker.state == BREAKER_CLOSED);
}

static void a_backend_that_rests_is_stood_in_for_at_once(void **state)
{
    struct job done;

    UNUSED(state);
    open_pair("", "");
    wear_out("first");
    start_worker();
    done = wait_for_end(order_prompt("first", "a cat"), JOB_COMPLETED);
    CHECK_I64(done.attempt, 1);
    CHECK_I64(bought("first"), 0);
    CHECK_I64(bought("second"), 1);
}

/* The breaker lets one call find out after its cool-down of some seconds. */
static void jobs_wait_for_a_backend_that_rests_without_losing_attempts(void **state)
{
    struct job jobs[6];
    struct backend_health health;

    UNUSED(state);
    open_backends("alone:\n  type: mock\n");
    wear_out("alone");
    start_worker();
    for (size_t i = 0; i < COUNT(jobs); i++)
        jobs[i] = order_prompt("alone", "a cat");
    wait_for_error(jobs[0], "busy");
    CHECK_I64(load_job(jobs[0]).state, JOB_QUEUED);
    CHECK_I64(load_job(jobs[0]).attempt, 0);
    /* No more than have a place in the lane had to find out. */
    CHECK(str_is_null(load_job(jobs[COUNT(jobs) - 1]).error_code));
    for (size_t i = 0; i < COUNT(jobs); i++)
        CHECK_I64(wait_for_end(jobs[i], JOB_COMPLETED).attempt, 1);
    CHECK_I64(bought("alone"), COUNT(jobs));
    backend_health(backend_find(services.backends, STR("alone")), &health);
    CHECK_I64(health.breaker.state, BREAKER_CLOSED);
}

static void an_id_belongs_to_the_backend_that_gave_it(void **state)
{
    struct job job, done;

    UNUSED(state);
    open_pair("", "");
    job = order_prompt("first", "a cat resume");
    kill_worker_with(job, "{\"backend\":\"second\",\"remote\":\"{\\\"id\\\":\\\"x\\\"}\"}");
    start_worker();
    done = wait_for_end(job, JOB_COMPLETED);
    CHECK_STR(((const struct image *)images_of(done).items)->backend, STR("second"));
    CHECK_I64(bought("first"), 0);
    CHECK_I64(bought("second"), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        GENERATE_TEST(what_one_backend_does_not_take_the_next_one_makes),
        GENERATE_TEST(what_may_pass_is_left_to_a_backend_once),
        GENERATE_TEST(an_unknown_outcome_goes_nowhere_else),
        GENERATE_TEST(a_refusal_goes_nowhere_else),
        GENERATE_TEST(the_first_reason_is_told_when_nobody_takes_it),
        GENERATE_TEST(what_may_pass_counts_more_than_what_will_not),
        GENERATE_TEST(a_backend_that_rests_is_stood_in_for_at_once),
        GENERATE_TEST(jobs_wait_for_a_backend_that_rests_without_losing_attempts),
        GENERATE_TEST(an_id_belongs_to_the_backend_that_gave_it),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
