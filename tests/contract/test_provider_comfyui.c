/* What is ComfyUI's own: servers of every age, its failures in words, references, and a shared
 * queue in which only our own job is touched. */
#include "comfyui_world.h"

static void every_failure_says_what_to_do(void **state)
{
    static const struct {
        const char *prompt;
        enum err_code code;
        const char *message; /* NULL: anything */
        int64_t purchases;
        bool remembered; /* the next attempt asks for this job */
    } cases[] = {
        { "oom", ERR_REJECTED,
          "ComfyUI has run out of graphics memory: ask for a smaller picture, or take a smaller "
          "model",
          1, false },
        { "raises", ERR_REJECTED, "ComfyUI's node KSampler has failed: a bad thing (ValueError)", 1,
          false },
        { "interrupted", ERR_REJECTED, "somebody has interrupted the job at ComfyUI", 1, false },
        { "no-output", ERR_REJECTED,
          "ComfyUI has made no picture: nothing in the workflow saves one, or it was the same as "
          "before",
          1, false },
        { "forgets", ERR_UPSTREAM,
          "ComfyUI does not know the job any more: it was restarted, or somebody has removed it", 1,
          false },
        { "image-404", ERR_REJECTED, "the picture is not in ComfyUI's output folder any more", 1,
          false },
        { "count:17", ERR_REJECTED, "the workflow makes 17 pictures, and at most 4 are taken", 1,
          false },
        { "cut:20", ERR_UPSTREAM, NULL, 1, true },
        { "unknown", ERR_UPSTREAM, NULL, 1, true },
        { "broken", ERR_UPSTREAM, "ComfyUI's answer to the job cannot be read", 1, true },
        { "fail:500", ERR_UPSTREAM, "HTTP 500: as scripted", 0, true },
        { "fail:504", ERR_UPSTREAM, "HTTP 504: as scripted", 0, true },
        { "fail:503 retry-after:2", ERR_UNAVAILABLE, "HTTP 503: as scripted", 0, true },
        { "fail:404", ERR_REJECTED, "HTTP 404: as scripted", 0, false },
        { "fail:413", ERR_REJECTED, "HTTP 413: as scripted", 0, false },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_WORLD_RUN w = { 0 };
        struct gen_result result = { 0 };
        struct err e = { 0 };
        int64_t before = purchases();

        world_run_init(&w, LONG_MS);
        CHECK_FAILS(generate(&w, cases[i].prompt, &result, &e), cases[i].code, cases[i].message);
        CHECK_I64(purchases() - before, cases[i].purchases);
        CHECK_I64(w.saved[0] != '\0', cases[i].remembered);
    }
}

static void a_graph_that_is_refused_names_what_is_wrong(void **state)
{
    static const struct {
        const char *settings, *options;
        int64_t width;
        enum err_code code;
        const char *message;
    } cases[] = {
        { SETTINGS(""), "{\"model\":\"gone.safetensors\"}", 64, ERR_MISCONFIGURED,
          "ComfyUI does not have this model; put it into its folder or name another: ckpt_name: "
          "'gone.safetensors' not in ['model.safetensors', 'other.safetensors']" },
        { SETTINGS(""), "{\"sampler\":\"guess\"}", 64, ERR_REJECTED,
          "ComfyUI's node KSampler does not take a value: Value not in list: sampler_name: 'guess' "
          "not in ['euler', 'dpmpp_2m']" },
        { "workflow: flux\n" SETTINGS(""), "{}", 64, ERR_MISCONFIGURED,
          "ComfyUI does not have this model; put it into its folder or name another: unet_name: "
          "'model.safetensors' not in ['flux1-schnell.safetensors']" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct gen_request request = { .prompt = STR("a kite"),
                                       .options = options(cases[i].options),
                                       .width = cases[i].width,
                                       .height = 64 };
        AUTO_WORLD_RUN w = { 0 };
        struct gen_result result = { 0 };
        struct err e = { 0 };

        use(cases[i].settings);
        world_run_init(&w, LONG_MS);
        CHECK_FAILS(provider_generate(provider, &request, &w.run, &arena, &result, &e),
                    cases[i].code, cases[i].message);
        CHECK_TEXT(w.saved, "");
        CHECK_I64(purchases(), 0);
    }
}

static void references_are_sent_before_the_job_that_goes_by_them(void **state)
{
    static const struct {
        const char *settings, *place, *name;
    } cases[] = {
        { SETTINGS("plain"), "/plain", "albumen-92b2fa58028958317e408bd84ecfa70f.jpg" },
        { SETTINGS("renames"), "/renames", "albumen-92b2fa58028958317e408bd84ecfa70f (1).jpg" },
    };
    struct gen_reference reference = { STR("a picture"), STR("image/jpeg"), STR("subject"), { 0 } };
    struct gen_request request = { .prompt = STR("a kite"),
                                   .references = &reference,
                                   .reference_count = 1,
                                   .options = options("{\"denoise\":0.5,\"count\":2}") };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (int again = 0; again < 2; again++) {
            AUTO_WORLD_RUN w = { 0 };
            struct gen_result result = { 0 };
            struct err e = { 0 };

            use(cases[i].settings);
            world_run_init(&w, LONG_MS);
            CHECK_OK(provider_generate(provider, &request, &w.run, &arena, &result, &e));
            CHECK_I64(result.image_count, 2);
            gen_result_deinit(&result);
        }
        const struct json *graph = last_graph(cases[i].place);
        struct json uploads = ask(arena_strf(&arena, "%s/uploads", cases[i].place).ptr);

        CHECK_STR(input(graph, "picture", "image")->str, str_from(cases[i].name));
        CHECK(input(graph, "sampler", "denoise")->real == 0.5);
        CHECK_I64(uploads.object.count, 1); /* the same bytes again are the same file */
        CHECK_I64(counted(cases[i].place, "upload"), 2);
    }
}

static void an_upload_that_is_refused_buys_nothing(void **state)
{
    struct gen_reference reference = { STR("a picture"), STR("image/png"), { 0 }, { 0 } };
    struct gen_request request = { .prompt = STR("a kite"),
                                   .references = &reference,
                                   .reference_count = 1 };
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    use(SETTINGS("refuses-upload"));
    world_run_init(&w, LONG_MS);
    CHECK_FAILS(provider_generate(provider, &request, &w.run, &arena, &result, &e), ERR_REJECTED,
                "sending a reference: HTTP 400");
    CHECK_I64(w.saves, 0);
    CHECK_I64(purchases(), 0);
}

/* The first attempt ends before or after it has heard of its job; the second one asks, on servers
 * that take our id and on those that give one of their own. */
static void a_job_is_found_again_by_its_id_or_by_who_has_sent_it(void **state)
{
    static const struct {
        const char *settings, *prompt;
        int64_t first_ms; /* of the first attempt */
    } cases[] = {
        { SETTINGS("a"), "unknown slow:400ms", LONG_MS },
        { SETTINGS("b"), "unknown", LONG_MS },
        { SETTINGS("old"), "unknown slow:400ms", LONG_MS },
        { SETTINGS("old%20a"), "unknown", LONG_MS },
        { SETTINGS("c"), "slow:600ms", 200 },
        { SETTINGS("old%20b"), "slow:600ms", 200 },
        { SETTINGS("d"), "broken", LONG_MS },
        { SETTINGS("big%20old"), "slow:600ms", 200 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_WORLD_RUN first = { 0 };
        AUTO_WORLD_RUN second = { 0 };
        struct gen_result result = { 0 };
        struct err e = { 0 };
        int64_t before = purchases();

        use(cases[i].settings);
        world_run_init(&first, cases[i].first_ms);
        world_run_init(&second, LONG_MS);
        CHECK(!generate(&first, cases[i].prompt, &result, &e));
        second.run.saved_remote = str_from(first.saved);
        CHECK_OK(generate(&second, cases[i].prompt, &result, &e));
        CHECK_I64(purchases() - before, 1);
        gen_result_deinit(&result);
    }
}

/* Nothing had arrived: it is sent now, under the same id. */
static void a_job_that_never_arrived_is_sent_again(void **state)
{
    AUTO_WORLD_RUN first = { 0 };
    AUTO_WORLD_RUN second = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    world_run_init(&first, LONG_MS);
    world_run_init(&second, LONG_MS);
    CHECK_FAILS(generate(&first, "fail-times:1", &result, &e), ERR_UPSTREAM, NULL);
    second.run.saved_remote = str_from(first.saved);
    CHECK_OK(generate(&second, "fail-times:1", &result, &e));
    CHECK_I64(purchases(), 1);
    CHECK_I64(second.saves, 0);
    gen_result_deinit(&result);
}

static void what_an_earlier_version_has_saved_and_nobody_can_read_is_begun_anew(void **state)
{
    static const char *const saved[] = { "{}", "nonsense", "{\"id\":\"x\",\"promptId\":\"y\"}" };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(saved); i++) {
        AUTO_WORLD_RUN w = { 0 };
        struct gen_result result = { 0 };
        struct err e = { 0 };

        world_run_init(&w, LONG_MS);
        w.run.saved_remote = str_from(saved[i]);
        CHECK_OK(generate(&w, "a kite", &result, &e));
        CHECK_OK(provider->ops->cancel_remote(provider, str_from(saved[i]), &w.run, &e));
        gen_result_deinit(&result);
    }
}

static void questions_that_fail_or_break_off_are_asked_again(void **state)
{
    static const char *const settings[] = { SETTINGS("poll-fail:4"), SETTINGS("poll-broken:4"),
                                            SETTINGS("big"), SETTINGS("outputs-dropped") };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(settings); i++) {
        AUTO_WORLD_RUN w = { 0 };
        struct gen_result result = { 0 };
        struct err e = { 0 };

        use(settings[i]);
        world_run_init(&w, LONG_MS);
        CHECK_OK(generate(&w, "a kite slow:800ms", &result, &e));
        CHECK_I64(purchases(), i + 1);
        CHECK(w.progresses > 0 && !w.progress_before_save);
        CHECK_I64(str_find(result.metadata, STR("PreviewImage")) < result.metadata.len, i == 3);
        gen_result_deinit(&result);
    }
}

static void pictures_that_were_only_for_looking_are_taken_when_there_are_no_others(void **state)
{
    static const struct {
        const char *prompt, *metadata;
    } cases[] = {
        { "a kite", "\"type\":\"output\"" },
        { "temp-only", "{\"filename\":\"preview.png\",\"subfolder\":\"\",\"type\":\"temp\"}" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_WORLD_RUN w = { 0 };
        struct gen_result result = { 0 };
        struct err e = { 0 };

        world_run_init(&w, LONG_MS);
        CHECK_OK(generate(&w, cases[i].prompt, &result, &e));
        CHECK_I64(result.image_count, 1);
        CHECK(str_find(result.images[0].metadata, str_from(cases[i].metadata)) <
              result.images[0].metadata.len);
        gen_result_deinit(&result);
    }
}

static void a_cancel_stops_our_job_and_nobody_elses(void **state)
{
    static const struct {
        const char *settings, *place, *prompt;
        int64_t wait_ms, deletes, interrupts;
    } cases[] = {
        { SETTINGS("shared"), "/shared", "waits", 200, 1, 0 },
        { SETTINGS("shared%20old"), "/shared%20old", "waits", 200, 1, 0 },
        { SETTINGS("running"), "/running", "hang", 200, 0, 1 },
        { SETTINGS("old"), "/old", "hang", 200, 0, 1 },
        { SETTINGS("done"), "/done", "a kite", LONG_MS, 0, 0 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_WORLD_RUN w = { 0 };
        AUTO_WORLD_RUN fresh = { 0 };
        struct gen_result result = { 0 };
        struct err e = { 0 };

        use(cases[i].settings);
        world_run_init(&w, cases[i].wait_ms);
        world_run_init(&fresh, LONG_MS);
        CHECK_I64(generate(&w, cases[i].prompt, &result, &e), cases[i].wait_ms == LONG_MS);
        for (int again = 0; again < 2; again++)
            CHECK_OK(provider->ops->cancel_remote(provider, str_from(w.saved), &fresh.run, &e));
        CHECK_I64(counted(cases[i].place, "delete"), cases[i].deletes);
        CHECK_I64(counted(cases[i].place, "interrupt"), cases[i].interrupts);
        gen_result_deinit(&result);
    }
}

static void what_is_not_comfyui_is_told(void **state)
{
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    use("base_url: http://127.0.0.1:%d/a/b\nmodel: m\n");
    world_run_init(&w, LONG_MS);
    CHECK_FAILS(generate(&w, "a kite", &result, &e), ERR_MISCONFIGURED,
                "there is no ComfyUI at base_url: HTTP 404");
    CHECK_I64(w.saves, 0);
}

static void a_credential_is_sent_with_every_call(void **state)
{
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    use("authorization: Bearer test-key\n" SETTINGS("guarded"));
    world_run_init(&w, LONG_MS);
    CHECK_OK(provider->ops->check(provider, &w.run, &e));
    CHECK_OK(generate(&w, "a kite", &result, &e));
    gen_result_deinit(&result);
}

static void a_secret_header_is_not_shown(void **state)
{
    AUTO_WORLD_RUN w = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    use("secret_headers: ['X-Front-Key:  of-the-front']\n" SETTINGS("guarded"));
    world_run_init(&w, LONG_MS);
    CHECK_FAILS(provider->ops->check(provider, &w.run, &e), ERR_MISCONFIGURED,
                "HTTP 401: the key *** is wrong");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROVIDER_TEST(every_failure_says_what_to_do),
        PROVIDER_TEST(a_graph_that_is_refused_names_what_is_wrong),
        PROVIDER_TEST(references_are_sent_before_the_job_that_goes_by_them),
        PROVIDER_TEST(an_upload_that_is_refused_buys_nothing),
        PROVIDER_TEST(a_job_is_found_again_by_its_id_or_by_who_has_sent_it),
        PROVIDER_TEST(a_job_that_never_arrived_is_sent_again),
        PROVIDER_TEST(what_an_earlier_version_has_saved_and_nobody_can_read_is_begun_anew),
        PROVIDER_TEST(questions_that_fail_or_break_off_are_asked_again),
        PROVIDER_TEST(pictures_that_were_only_for_looking_are_taken_when_there_are_no_others),
        PROVIDER_TEST(a_cancel_stops_our_job_and_nobody_elses),
        PROVIDER_TEST(what_is_not_comfyui_is_told),
        PROVIDER_TEST(a_credential_is_sent_with_every_call),
        PROVIDER_TEST(a_secret_header_is_not_shown),
    };
    int failures = 0;

    RUN_COMFYUI_TESTS(tests, failures)
    return failures;
}
