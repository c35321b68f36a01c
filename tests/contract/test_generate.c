/* Generation on both databases: nothing is bought twice, whatever became of the worker, and nothing
 * that was bought is lost. */
#include "generate_world.h"

#include "base/fault.h"

static const char backends[] = "cloud:\n  type: mock\n  price: told\n"
                               "local:\n  type: mock\n  price: free\n";

#define SENT      "{\"backend\":\"%s\",\"sent\":true}"
#define WITH_ID   "{\"backend\":\"%s\",\"remote\":\"{\\\"id\\\":\\\"x\\\"}\"}"
#define ELSEWHERE "{\"backend\":\"gone\",\"remote\":\"{\\\"id\\\":\\\"x\\\"}\"}"

static const char *trail_of(const char *pattern, const char *name)
{
    struct str text = str_from(pattern);
    size_t at = str_find(text, STR("%s"));

    if (at == text.len)
        return pattern;
    return arena_strf(&memory, STR_FMT "%s" STR_FMT, STR_ARG(str_slice(text, 0, at)), name,
                      STR_ARG(str_slice(text, at + 2, text.len)))
        .ptr;
}

/* Each case has a backend of its own, named by its letter. */
static void a_killed_worker_leaves_a_trail_that_the_next_one_follows(void **state)
{
    static const struct {
        const char *price, *prompt, *trail;
        int kills;
        enum job_state end;
        int64_t bought;
        const char *code;
    } cases[] = {
        /* before anything was sent */
        { "told", "a cat", NULL, 1, JOB_COMPLETED, 1, NULL },
        { "free", "a cat", NULL, 1, JOB_COMPLETED, 1, NULL },
        /* between the call and its answer */
        { "told", "a cat", SENT, 1, JOB_FAILED, 0, "outcome_unknown" },
        { "told", "a cat", SENT, 9, JOB_FAILED, 0, "outcome_unknown" },
        /* with an id */
        { "told", "a cat resume", WITH_ID, 1, JOB_COMPLETED, 0, NULL },
        { "free", "a cat resume", WITH_ID, 9, JOB_COMPLETED, 0, NULL },
        { "told", "a cat resume", ELSEWHERE, 1, JOB_FAILED, 0, "outcome_unknown" },
        /* a job that kills its workers */
        { "told", "a cat", NULL, 12, JOB_FAILED, 0, "internal" },
    };
    struct job jobs[COUNT(cases)];
    struct str yaml = { 0 };
    char name[] = "a";

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        yaml = arena_strf(&memory, STR_FMT "%c:\n  type: mock\n  price: %s\n", STR_ARG(yaml),
                          (char)('a' + i), cases[i].price);
    open_backends(yaml.ptr);
    for (size_t i = 0; i < COUNT(cases); i++) {
        name[0] = (char)('a' + i);
        jobs[i] = order_prompt(name, cases[i].prompt);
        for (int kill = 0; kill < cases[i].kills; kill++)
            kill_worker_with(jobs[i],
                             cases[i].trail == NULL ? NULL : trail_of(cases[i].trail, name));
    }
    start_worker();
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct job done = wait_for_end(jobs[i], cases[i].end);

        name[0] = (char)('a' + i);
        CHECK_I64(bought(name), cases[i].bought);
        CHECK_I64(images_of(done).count, cases[i].end == JOB_COMPLETED);
        CHECK_STR(done.error_code, str_from(cases[i].code));
    }
}

static void an_unknown_outcome_is_told_and_tried_again_by_hand_alone(void **state)
{
    struct job job, done;

    UNUSED(state);
    open_backends(backends);
    start_worker();
    job = order_prompt("cloud", "unknown");
    done = wait_for_end(job, JOB_FAILED);
    CHECK_STR(done.error_code, STR("outcome_unknown"));
    CHECK_STR(
        done.error,
        STR("'cloud' may have made the picture and been paid for it, so it is not asked again "
            "by itself: retry the job for that (no answer, as the prompt says)"));
    CHECK_I64(done.attempt, 1);
    CHECK_I64(bought("cloud"), 1);

    retry_by_hand(job);
    done = wait_for_end(job, JOB_FAILED);
    CHECK_I64(done.attempt, 1);
    CHECK_I64(bought("cloud"), 2);
}

static void a_retry_by_hand_starts_clean(void **state)
{
    struct job job;

    UNUSED(state);
    open_backends(backends);
    job = order_prompt("cloud", "a cat");
    kill_worker_with(job, trail_of(SENT, "cloud"));
    start_worker();
    wait_for_end(job, JOB_FAILED);
    retry_by_hand(job);
    CHECK(str_is_null(load_job(job).remote) || load_job(job).state != JOB_QUEUED);
    wait_for_end(job, JOB_COMPLETED);
    CHECK_I64(bought("cloud"), 1);
}

static void what_costs_nothing_is_asked_again(void **state)
{
    struct job done;

    UNUSED(state);
    open_backends(backends);
    start_worker();
    done = wait_for_end(order_prompt("local", "unknown"), JOB_FAILED);
    CHECK_STR(done.error_code, STR("upstream"));
    CHECK_I64(done.attempt, JOB_MAX_ATTEMPTS);
    CHECK_I64(bought("local"), JOB_MAX_ATTEMPTS);
}

static void what_was_surely_not_bought_is_asked_again(void **state)
{
    struct job done;

    UNUSED(state);
    open_backends(backends);
    start_worker();
    done = wait_for_end(order_prompt("cloud", "fail:500"), JOB_FAILED);
    CHECK_STR(done.error_code, STR("upstream"));
    CHECK_I64(done.attempt, JOB_MAX_ATTEMPTS);
    CHECK(str_is_null(done.remote));
}

#if defined(ALBUMEN_FAULTS)
/* A disk that fails for a while costs time, never a picture that was paid. */
static void what_was_bought_waits_for_the_store(void **state)
{
    static const struct {
        const char *prompt;
        int64_t attempts;
    } cases[] = { { "a cat", 1 }, { "a cat resume", 2 } };

    UNUSED(state);
    open_backends(backends);
    start_worker();
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t before = bought("cloud");
        struct job done;

        fault_set("blob_write:1:fail");
        done = wait_for_end(order_prompt("cloud", cases[i].prompt), JOB_COMPLETED);
        CHECK(fault_passes(FAULT_blob_write) > 1);
        fault_set(NULL);
        CHECK_I64(done.attempt, cases[i].attempts);
        CHECK_I64(bought("cloud") - before, 1);
    }
}
#endif

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        GENERATE_TEST(a_killed_worker_leaves_a_trail_that_the_next_one_follows),
        GENERATE_TEST(an_unknown_outcome_is_told_and_tried_again_by_hand_alone),
        GENERATE_TEST(a_retry_by_hand_starts_clean),
        GENERATE_TEST(what_costs_nothing_is_asked_again),
        GENERATE_TEST(what_was_surely_not_bought_is_asked_again),
#if defined(ALBUMEN_FAULTS)
        GENERATE_TEST(what_was_bought_waits_for_the_store),
#endif
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
