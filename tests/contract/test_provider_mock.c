/* What the mock's words bring about, so that tests above it can rely on them; and a server that
 * does not keep to its own rules. */
#include "provider_world.h"

#include "provider/mock.h"

enum { LONG_MS = 30 * 1000 };

static bool is_http(void)
{
    return current->script != NULL;
}

static void pictures_are_as_many_as_large_and_as_bad_as_asked_for(void **state)
{
    static const struct {
        const char *prompt, *begins;
        size_t images;
        int64_t size; /* 0: any */
    } cases[] = {
        { "a cat", "\x89PNG", 1, 0 },
        { "a cat count:3", "\x89PNG", 3, 0 },
        { "bytes:5000000", "\x89PNG", 1, 5000000 },
        { "bytes:5000000 truncate", "\x89PNG", 1, 2500000 },
        { "html", "<!doctype html>", 1, 0 },
        { "svg", "<svg", 1, 0 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_WORLD_RUN w = { 0 };
        struct gen_result result = { 0 };
        struct err e = { 0 };

        world_run_init(&w, LONG_MS);
        CHECK_OK(generate(&w, cases[i].prompt, &result, &e));
        CHECK_I64(result.image_count, cases[i].images);
        CHECK(cases[i].size == 0 || result.images[0].size == cases[i].size);
        CHECK(str_starts(result.images[0].bytes, str_from(cases[i].begins)));
        CHECK_STR(result.images[0].media_type, STR("image/png"));
        gen_result_deinit(&result);
    }
}

static void more_pictures_than_the_run_takes_are_refused(void **state)
{
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    world_run_init(&w, LONG_MS);
    w.run.max_images = 2;
    CHECK(!generate(&w, "count:3", &result, &e));
    CHECK(gen_failure_of(e.code) == GEN_FINAL || gen_failure_of(e.code) == GEN_ELSEWHERE);
}

static void slow_pictures_tell_how_far_they_are(void **state)
{
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    world_run_init(&w, LONG_MS);
    CHECK_OK(generate(&w, "resume slow:200ms", &result, &e));
    CHECK(w.progresses >= 2);
    CHECK(is_http() || w.previews == 4);
    CHECK(!w.progress_before_save);
}

static void every_status_can_be_asked_for(void **state)
{
    static const struct {
        const char *prompt;
        enum err_code code;
    } cases[] = {
        { "fail:400", ERR_REJECTED },     { "fail:401", ERR_MISCONFIGURED },
        { "fail:429", ERR_RATE_LIMITED }, { "fail:500", ERR_UPSTREAM },
        { "fail:503", ERR_UNAVAILABLE },  { "fail:504", ERR_OUTCOME_UNKNOWN },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_WORLD_RUN w = { 0 };
        struct gen_result result = { 0 };
        struct err e = { 0 };

        world_run_init(&w, LONG_MS);
        CHECK_FAILS(generate(&w, cases[i].prompt, &result, &e), cases[i].code, NULL);
    }
    CHECK_I64(purchases(), 0);
}

static void an_option_scripts_like_the_prompt(void **state)
{
    struct json_member member = { STR("script"), { .type = JSON_STR, .str = STR("refuse") } };
    struct json options = { .type = JSON_OBJECT, .object = { &member, 1 } };
    struct gen_request request = { .prompt = STR("a cat"), .options = &options };
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    world_run_init(&w, LONG_MS);
    CHECK_FAILS(provider_generate(provider, &request, &w.run, &arena, &result, &e), ERR_REFUSED,
                NULL);
}

static void a_server_that_answers_badly_is_classed_and_told(void **state)
{
    static const struct {
        const char *prompt;
        enum err_code code;
        int64_t purchases;
        bool remembered; /* the id is still saved afterwards */
    } cases[] = {
        { "broken", ERR_OUTCOME_UNKNOWN, 1, false }, { "lost", ERR_REJECTED, 1, false },
        { "fails", ERR_REJECTED, 1, false },         { "image-404", ERR_REJECTED, 1, true },
        { "cut:20", ERR_UPSTREAM, 1, true },         { "fail-times:1", ERR_UPSTREAM, 0, false },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases) && is_http(); i++) {
        AUTO_WORLD_RUN w = { 0 };
        struct gen_result result = { 0 };
        struct err e = { 0 };
        int64_t before = purchases();

        world_run_init(&w, LONG_MS);
        CHECK_FAILS(generate(&w, cases[i].prompt, &result, &e), cases[i].code, NULL);
        CHECK_I64(purchases() - before, cases[i].purchases);
        CHECK_I64(w.saved[0] != '\0', cases[i].remembered);
    }
}

static void questions_that_fail_are_asked_again(void **state)
{
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    world_run_init(&w, LONG_MS);
    CHECK_OK(generate(&w, "poll-fail:4", &result, &e));
    CHECK_I64(purchases(), 1);
}

static void what_was_cancelled_at_the_server_is_not_waited_for(void **state)
{
    AUTO_WORLD_RUN w = { 0 };
    AUTO_WORLD_RUN fresh = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    if (!is_http())
        return;
    world_run_init(&w, 200);
    world_run_init(&fresh, LONG_MS);
    CHECK_FAILS(generate(&w, "hang", &result, &e), ERR_TIMEOUT, NULL);
    CHECK_OK(provider->ops->cancel_remote(provider, str_from(w.saved), &fresh.run, &e));
    CHECK_OK(provider->ops->cancel_remote(provider, STR("{\"id\":\"gone\"}"), &fresh.run, &e));
    CHECK_OK(provider->ops->cancel_remote(provider, STR("nonsense"), &fresh.run, &e));
    fresh.run.saved_remote = str_from(w.saved);
    CHECK_FAILS(generate(&fresh, "hang", &result, &e), ERR_REJECTED,
                "the job was cancelled at the provider");
}

/* The answer would have been the picture: whoever does not wait for it does not know. */
static void a_single_call_that_is_not_waited_for_may_have_bought(void **state)
{
    static const struct {
        const char *prompt;
        enum err_code code;
        bool may_have_bought;
    } cases[] = {
        { "hang", ERR_OUTCOME_UNKNOWN, true },     { "cut:20", ERR_OUTCOME_UNKNOWN, true },
        { "fail:504", ERR_OUTCOME_UNKNOWN, true }, { "fail:500", ERR_UPSTREAM, false },
        { "refuse", ERR_REFUSED, false },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases) && provider->can.remote == REMOTE_NONE; i++) {
        AUTO_WORLD_RUN w = { 0 };
        struct gen_result result = { 0 };
        struct err e = { 0 };

        world_run_init(&w, 400);
        CHECK_FAILS(generate(&w, cases[i].prompt, &result, &e), cases[i].code, NULL);
        CHECK_I64(w.marked, cases[i].may_have_bought);
    }
}

/* Whether the first attempt's call arrived or not, the second one asks and buys at most once. */
static void an_own_id_is_asked_for_before_it_is_sent_again(void **state)
{
    static const struct {
        const char *prompt, *saved; /* NULL: of a first attempt, whose call arrives unanswered */
    } cases[] = {
        { "unknown", NULL },
        { "a cat", "{\"id\":\"01900000-0000-7000-8000-000000000001\"}" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases) && provider->can.remote == REMOTE_OWN; i++) {
        AUTO_WORLD_RUN first = { 0 };
        AUTO_WORLD_RUN second = { 0 };
        struct gen_result result = { 0 };
        struct err e = { 0 };
        int64_t before = purchases();

        world_run_init(&first, LONG_MS);
        world_run_init(&second, LONG_MS);
        if (cases[i].saved == NULL)
            CHECK_FAILS(generate(&first, cases[i].prompt, &result, &e), ERR_UPSTREAM, NULL);
        second.run.saved_remote = str_from(cases[i].saved != NULL ? cases[i].saved : first.saved);
        CHECK_OK(generate(&second, cases[i].prompt, &result, &e));
        CHECK_I64(purchases() - before, 1);
        gen_result_deinit(&result);
    }
}

static void an_own_id_that_was_refused_is_forgotten(void **state)
{
    static const struct {
        const char *prompt;
        bool remembered;
    } cases[] = { { "refuse", false },  { "fail:400", false }, { "fail:402", false },
                  { "fail:429", true }, { "fail:500", true },  { "unknown", true } };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases) && provider->can.remote == REMOTE_OWN; i++) {
        AUTO_WORLD_RUN w = { 0 };
        struct gen_result result = { 0 };
        struct err e = { 0 };

        world_run_init(&w, LONG_MS);
        CHECK(!generate(&w, cases[i].prompt, &result, &e));
        CHECK_I64(w.saved[0] != '\0', cases[i].remembered);
    }
}

int main(void)
{
    const struct CMUnitTest ways[] = {
        PROVIDER_TEST(a_single_call_that_is_not_waited_for_may_have_bought),
        PROVIDER_TEST(an_own_id_is_asked_for_before_it_is_sent_again),
        PROVIDER_TEST(an_own_id_that_was_refused_is_forgotten),
    };
    const struct CMUnitTest tests[] = {
        PROVIDER_TEST(pictures_are_as_many_as_large_and_as_bad_as_asked_for),
        PROVIDER_TEST(more_pictures_than_the_run_takes_are_refused),
        PROVIDER_TEST(slow_pictures_tell_how_far_they_are),
        PROVIDER_TEST(every_status_can_be_asked_for),
        PROVIDER_TEST(an_option_scripts_like_the_prompt),
        PROVIDER_TEST(a_server_that_answers_badly_is_classed_and_told),
        PROVIDER_TEST(questions_that_fail_are_asked_again),
        PROVIDER_TEST(what_was_cancelled_at_the_server_is_not_waited_for),
    };
    int failures = 0;

    for (size_t i = 0; i < provider_place_count; i++) {
        current = &provider_places[i];
        if (current->ops != &provider_mock)
            continue;
        if (strstr(current->settings, "remote:") == NULL) /* as the words are described */
            failures += cmocka_run_group_tests_name(current->name, tests, NULL, NULL);
        else
            failures += cmocka_run_group_tests_name(current->name, ways, NULL, NULL);
    }
    return failures;
}
