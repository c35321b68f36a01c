/* What every provider must do, whatever it talks to. */
#include "provider_world.h"

#include <stdio.h>

#include "base/clock.h"

enum { LONG_MS = 30 * 1000, IMAGES_MAX = 100 };

/* The prompt of that purpose, or leaves the test: this fake has no such script. */
#define PROMPT(member)                                                                             \
    current->prompts.member;                                                                       \
    if (current->prompts.member == NULL)                                                           \
    return

static void a_prompt_becomes_a_picture(void **state)
{
    const char *prompt = PROMPT(plain);
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    world_run_init(&w, LONG_MS);
    CHECK_OK(generate(&w, prompt, &result, &e));
    CHECK_I64(result.image_count, 1);
    CHECK(result.images[0].size > 50);
    CHECK(str_starts(result.images[0].bytes, STR("\x89PNG")));
    CHECK_I64(result.ignored.count, 0);
    CHECK_I64(purchases(), 1);
    gen_result_deinit(&result);
}

static void what_is_not_honoured_is_named_and_nothing_else(void **state)
{
    const char *prompt = PROMPT(plain);
    struct gen_reference reference = { STR("bytes"), STR("image/png"), STR("subject") };
    struct gen_request request = {
        .prompt = str_from(prompt),
        .negative_prompt = STR("fog"),
        .style = STR("oil"),
        .width = 64,
        .height = 64,
        .seed = { true, 7 },
        .steps = { true, 20 },
        .guidance = { true, 3.5 },
        .references = &reference,
        .reference_count = (provider->can.honours & GEN_REFERENCES) != 0,
    };
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };
    unsigned ignored = 0, all = 2 * GEN_REFERENCES - 1;

    UNUSED(state);
    if (request.reference_count == 0)
        all &= ~(unsigned)GEN_REFERENCES;
    world_run_init(&w, LONG_MS);
    CHECK_OK(provider_generate(provider, &request, &w.run, &arena, &result, &e));
    for (unsigned bit = 1; bit <= GEN_REFERENCES; bit <<= 1) {
        for (size_t i = 0; i < result.ignored.count; i++)
            ignored |= str_eq(result.ignored.items[i], str_from(gen_field_name(bit))) ? bit : 0;
    }
    CHECK_I64(ignored, all & ~provider->can.honours);
    if ((provider->can.honours & GEN_SEED) != 0)
        CHECK(result.images[0].seed.set && result.images[0].seed.value == 7);
    gen_result_deinit(&result);
}

/* Without them it would be another picture altogether: that is no field to ignore. */
static void references_that_cannot_be_taken_are_refused(void **state)
{
    struct gen_reference references[IMAGES_MAX] = { 0 };
    struct gen_request request = { .prompt = STR("a lighthouse"),
                                   .references = references,
                                   .reference_count = COUNT(references) };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(provider_check_request(provider, &request, &e), ERR_INVALID, NULL);
    CHECK_TEXT(e.field, "references");
}

static void the_same_seed_gives_the_same_picture_and_another_one_another(void **state)
{
    const char *prompt = PROMPT(plain);
    struct str pictures[3];
    static const int64_t seeds[] = { 7, 7, 8 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(seeds) && (provider->can.honours & GEN_SEED) != 0; i++) {
        struct gen_request request = { .prompt = str_from(prompt), .seed = { true, seeds[i] } };
        AUTO_WORLD_RUN w = { 0 };
        struct gen_result result = { 0 };
        struct err e = { 0 };

        world_run_init(&w, LONG_MS);
        CHECK_OK(provider_generate(provider, &request, &w.run, &arena, &result, &e));
        pictures[i] = result.images[0].bytes;
        CHECK(i != 1 || str_eq(pictures[0], pictures[1]));
        CHECK(i != 2 || !str_eq(pictures[0], pictures[2]));
    }
}

static void a_picture_beyond_the_bound_is_refused(void **state)
{
    const char *prompt = PROMPT(large);
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    world_run_init(&w, LONG_MS);
    w.run.max_image_bytes = 99999;
    CHECK_FAILS(generate(&w, prompt, &result, &e), ERR_TOO_LARGE, NULL);
    CHECK_I64(result.image_count, 0);
    w.run.max_image_bytes = 100000;
    w.run.saved_remote = str_from(w.saved);
    CHECK_OK(generate(&w, prompt, &result, &e));
    CHECK_I64(result.images[0].size, 100000);
    gen_result_deinit(&result);
}

struct canceller {
    pthread_t thread;
    struct world_run *run;
    int64_t when_ms;
};

/* Cancels as soon as the remote id is saved: then the call is waiting, or about to. */
static void *cancel_when_saved(void *arg)
{
    struct canceller *c = arg;

    lock_take(&c->run->lock);
    while (c->run->saves == 0)
        lock_wait(&c->run->lock);
    lock_give(&c->run->lock);
    c->when_ms = clock_steady_ms();
    gen_cancel_set(&c->run->cancel);
    return NULL;
}

static void a_cancel_ends_a_call_within_a_second(void **state)
{
    const char *prompt = PROMPT(hang);
    AUTO_WORLD_RUN w = { 0 };
    AUTO_WORLD_RUN fresh = { 0 };
    struct canceller c = { .run = &w };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    world_run_init(&w, LONG_MS);
    world_run_init(&fresh, LONG_MS);
    thread_start(&c.thread, "cancel", cancel_when_saved, &c);
    CHECK_FAILS(generate(&w, prompt, &result, &e), ERR_CANCELLED, NULL);
    thread_join(c.thread);
    CHECK(clock_steady_ms() - c.when_ms < 1000);
    CHECK_I64(gen_failure_of(e.code), GEN_FINAL);
    for (int i = 0; i < 2 && provider->ops->cancel_remote != NULL; i++)
        CHECK_OK(provider->ops->cancel_remote(provider, str_from(w.saved), &fresh.run, &e));
}

static void a_call_that_is_cancelled_before_it_begins_buys_nothing(void **state)
{
    const char *prompt = PROMPT(plain);
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    world_run_init(&w, LONG_MS);
    gen_cancel_set(&w.cancel);
    CHECK_FAILS(generate(&w, prompt, &result, &e), ERR_CANCELLED, NULL);
    CHECK_I64(purchases(), 0);
}

static void a_call_ends_at_its_deadline(void **state)
{
    const char *prompt = PROMPT(hang);
    int64_t began = clock_steady_ms();
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    world_run_init(&w, 300);
    CHECK_FAILS(generate(&w, prompt, &result, &e), ERR_TIMEOUT, NULL);
    CHECK(clock_steady_ms() - began >= 300 && clock_steady_ms() - began < 1300);
    CHECK_I64(gen_failure_of(e.code), GEN_RETRY);
}

static void what_was_saved_is_found_again_and_not_bought_twice(void **state)
{
    const char *prompt = PROMPT(slow);
    AUTO_WORLD_RUN first = { 0 };
    AUTO_WORLD_RUN second = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    if (provider->can.remote == REMOTE_NONE)
        return;
    world_run_init(&first, 300);
    CHECK_FAILS(generate(&first, prompt, &result, &e), ERR_TIMEOUT, NULL);
    CHECK_I64(first.saves, 1);
    CHECK(!first.progress_before_save);
    CHECK_I64(purchases(), 1);
    if (current->script != NULL) { /* and the server forgets nothing when it is killed */
        stop_server();
        start_server();
    }

    world_run_init(&second, LONG_MS);
    second.run.saved_remote = str_from(first.saved);
    CHECK_OK(generate(&second, prompt, &result, &e));
    CHECK_I64(result.image_count, 1);
    CHECK_I64(purchases(), 1);
    gen_result_deinit(&result);
}

static void an_id_that_cannot_be_saved_fails_the_call(void **state)
{
    const char *prompt = PROMPT(slow);
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    world_run_init(&w, LONG_MS);
    w.save_fails = ERR_STORAGE_FULL;
    CHECK_FAILS(generate(&w, prompt, &result, &e), ERR_STORAGE_FULL, "cannot save");
    CHECK_I64(w.progresses, 0);
}

static void failures_have_their_class(void **state)
{
    const struct provider_prompts *p = &current->prompts;
    const struct {
        const char *prompt;
        enum err_code code;
        enum gen_failure class;
        int64_t retry_after_ms, purchases;
    } cases[] = {
        { p->refused, ERR_REFUSED, GEN_FINAL, 0, 0 },
        { p->limited, ERR_RATE_LIMITED, GEN_RETRY, 2000, 0 },
        { p->unknown, ERR_OUTCOME_UNKNOWN, GEN_UNKNOWN, 0, 1 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_WORLD_RUN w = { 0 };
        struct gen_result result = { 0 };
        struct err e = { 0 };
        int64_t before = purchases();

        world_run_init(&w, LONG_MS);
        if (cases[i].prompt == NULL)
            continue;
        CHECK_FAILS(generate(&w, cases[i].prompt, &result, &e), cases[i].code, NULL);
        CHECK_I64(e.retry_after_ms, cases[i].retry_after_ms);
        CHECK_I64(gen_failure_of(e.code), cases[i].class);
        CHECK_I64(purchases() - before, cases[i].purchases);
    }
}

/* A process that dies between the two has to know afterwards that it was about to buy. */
static void a_purchase_that_nobody_could_find_is_marked_before_it_is_sent(void **state)
{
    const struct provider_prompts *p = &current->prompts;
    const struct {
        const char *prompt;
        bool ok, bought;
    } cases[] = { { p->plain, true, true },
                  { p->limited, false, false },
                  { p->unknown, false, true } };
    bool own = provider->can.remote == REMOTE_OWN;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_WORLD_RUN w = { 0 };
        struct gen_result result = { 0 };
        struct err e = { 0 };

        world_run_init(&w, LONG_MS);
        if (cases[i].prompt == NULL)
            continue;
        CHECK_I64(generate(&w, cases[i].prompt, &result, &e), cases[i].ok);
        CHECK(own || !cases[i].bought || w.marks == 1);
        CHECK_I64(w.marked, cases[i].bought && !own);
        CHECK(!own || w.saves >= 1); /* the id stands for the mark */
        gen_result_deinit(&result);
    }
}

static void a_check_costs_nothing(void **state)
{
    AUTO_WORLD_RUN w = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    world_run_init(&w, LONG_MS);
    CHECK_OK(provider->ops->check(provider, &w.run, &e));
    CHECK_I64(purchases(), 0);
}

static void a_wrong_credential_is_told_and_not_shown(void **state)
{
    struct provider *other = NULL;
    struct gen_request request = { .prompt = STR("a lighthouse") };
    struct gen_result result = { 0 };
    AUTO_WORLD_RUN w = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    if (current->wrong_key == NULL)
        return;
    world_run_init(&w, LONG_MS);
    CHECK_OK(open_provider(current->wrong_key, &other, &e));
    CHECK_FAILS(other->ops->check(other, &w.run, &e), ERR_MISCONFIGURED,
                "HTTP 401: the key Bearer *** is wrong");
    CHECK_FAILS(provider_generate(other, &request, &w.run, &arena, &result, &e), ERR_MISCONFIGURED,
                NULL);
    CHECK(str_find(str_from(e.msg), STR("wrong-key")) == strlen(e.msg));
    CHECK_I64(gen_failure_of(e.code), GEN_ELSEWHERE);
}

static void a_server_that_is_not_there_has_sold_nothing(void **state)
{
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    if (current->script == NULL)
        return;
    stop_server();
    world_run_init(&w, LONG_MS);
    CHECK_FAILS(generate(&w, current->prompts.plain, &result, &e), ERR_UPSTREAM, NULL);
    CHECK_FAILS(provider->ops->check(provider, &w.run, &e), ERR_UPSTREAM, NULL);
}

struct caller {
    pthread_t thread;
    struct str picture;
    struct arena arena;
    char complaint[256];
};

static void *call(void *arg)
{
    struct caller *c = arg;
    struct gen_request request = { .prompt = str_from(current->prompts.plain),
                                   .seed = { true, 1 } };
    struct gen_result result = { 0 };
    AUTO_WORLD_RUN w = { 0 };
    struct err e = { 0 };

    world_run_init(&w, LONG_MS);
    if (!provider_generate(provider, &request, &w.run, &c->arena, &result, &e))
        snprintf(c->complaint, sizeof(c->complaint), "%s", e.msg);
    c->picture = result.image_count > 0 ? result.images[0].bytes : STR("");
    return NULL;
}

static void eight_callers_at_once_get_each_his_own(void **state)
{
    struct caller callers[8] = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(callers); i++)
        thread_start(&callers[i].thread, "caller", call, &callers[i]);
    for (size_t i = 0; i < COUNT(callers); i++)
        thread_join(callers[i].thread);
    for (size_t i = 0; i < COUNT(callers); i++) {
        CHECK_TEXT(callers[i].complaint, "");
        CHECK_STR(callers[i].picture, callers[0].picture);
    }
    CHECK_I64(purchases(), COUNT(callers));
    for (size_t i = 0; i < COUNT(callers); i++)
        arena_deinit(&callers[i].arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROVIDER_TEST(a_prompt_becomes_a_picture),
        PROVIDER_TEST(what_is_not_honoured_is_named_and_nothing_else),
        PROVIDER_TEST(references_that_cannot_be_taken_are_refused),
        PROVIDER_TEST(the_same_seed_gives_the_same_picture_and_another_one_another),
        PROVIDER_TEST(a_picture_beyond_the_bound_is_refused),
        PROVIDER_TEST(a_cancel_ends_a_call_within_a_second),
        PROVIDER_TEST(a_call_that_is_cancelled_before_it_begins_buys_nothing),
        PROVIDER_TEST(a_call_ends_at_its_deadline),
        PROVIDER_TEST(what_was_saved_is_found_again_and_not_bought_twice),
        PROVIDER_TEST(an_id_that_cannot_be_saved_fails_the_call),
        PROVIDER_TEST(failures_have_their_class),
        PROVIDER_TEST(a_purchase_that_nobody_could_find_is_marked_before_it_is_sent),
        PROVIDER_TEST(a_check_costs_nothing),
        PROVIDER_TEST(a_wrong_credential_is_told_and_not_shown),
        PROVIDER_TEST(a_server_that_is_not_there_has_sold_nothing),
        PROVIDER_TEST(eight_callers_at_once_get_each_his_own),
    };
    int failures = 0;

    for (size_t i = 0; i < provider_place_count; i++) {
        current = &provider_places[i];
        failures += cmocka_run_group_tests_name(current->name, tests, NULL, NULL);
    }
    return failures;
}
