/* ComfyUI's WebSocket: what is heard on it is told, and whatever becomes of it the job is not lost
 * and not made twice. */
#include "comfyui_world.h"

#include "base/clock.h"

static void make(struct world_run *w, const char *prompt)
{
    struct gen_result result = { 0 };
    struct err e = { 0 };

    CHECK_OK(generate(w, prompt, &result, &e));
    CHECK_I64(result.image_count, 1);
    gen_result_deinit(&result);
}

static void percent_words_and_previews_are_told_and_little_is_asked(void **state)
{
    AUTO_WORLD_RUN w = { 0 };

    UNUSED(state);
    use(SETTINGS("heard"));
    world_run_init(&w, LONG_MS);
    make(&w, "a boat slow:900ms");
    CHECK(w.fraction > 0.7 && w.fraction < 1);
    CHECK_I64(w.falls, 0);
    CHECK(strstr(w.notes, "loading the model;") != NULL);
    CHECK(strstr(w.notes, "drawing, step 10 of 20;") != NULL);
    CHECK(w.previews > 10);
    CHECK_I64(w.odd_previews, 0);
    CHECK(counted("/heard", "queue") <= 5);
    CHECK_I64(counted("/heard", "history"), 1);
    CHECK_I64(counted("/heard", "ws"), 1);
    CHECK_I64(counted("/heard", "ws-faults"), 0);
}

static void without_it_the_job_is_asked_for_as_before(void **state)
{
    static const struct {
        const char *settings, *place;
        int64_t asked; /* questions at least */
    } cases[] = {
        { SETTINGS("ws-refused"), "/ws-refused", 3 },
        { SETTINGS("ws-mute"), "/ws-mute", 3 },
        { SETTINGS("ws-deaf"), "/ws-deaf", 2 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_WORLD_RUN w = { 0 };

        use(cases[i].settings);
        world_run_init(&w, LONG_MS);
        make(&w, "a boat slow:1500ms");
        CHECK(w.fraction == 0);
        CHECK_I64(w.previews, 0);
        CHECK_I64(counted(cases[i].place, "submit"), 1);
        CHECK(counted(cases[i].place, "ws") >= 1);
        if (counted(cases[i].place, "queue") < cases[i].asked)
            fail_msg("%s: %lld questions", cases[i].place,
                     (long long)counted(cases[i].place, "queue"));
    }
}

static void one_that_is_cut_is_opened_again_and_nothing_is_lost(void **state)
{
    static const struct {
        const char *settings, *place;
        double least;
    } cases[] = {
        { SETTINGS("ws-cut:1"), "/ws-cut:1", 0.8 },
        { SETTINGS("ws-cut:20"), "/ws-cut:20", 0.8 },
        { SETTINGS("ws-cuts:5"), "/ws-cuts:5", 0 }, /* comes as far as it comes */
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_WORLD_RUN w = { 0 };

        use(cases[i].settings);
        world_run_init(&w, LONG_MS);
        make(&w, "a boat slow:900ms");
        CHECK(w.fraction > cases[i].least);
        CHECK_I64(w.falls, 0);
        CHECK_I64(counted(cases[i].place, "submit"), 1);
        CHECK(counted(cases[i].place, "ws") >= 2);
    }
}

static void frames_of_every_make_are_understood(void **state)
{
    AUTO_WORLD_RUN w = { 0 };

    UNUSED(state);
    use(SETTINGS("ws-parts%20ws-large"));
    world_run_init(&w, LONG_MS);
    make(&w, "a boat slow:450ms");
    CHECK(w.fraction > 0.5);
    CHECK(w.previews > 10 && w.previews < 20); /* one is as large as no preview should be */
    CHECK_I64(w.odd_previews, 0);
    CHECK(counted("/ws-parts%20ws-large", "ws-pongs") > 20);
    CHECK_I64(counted("/ws-parts%20ws-large", "ws"), 1);
}

static void the_jobs_of_others_are_neither_shown_nor_waited_for(void **state)
{
    AUTO_WORLD_RUN w = { 0 };

    UNUSED(state);
    use(SETTINGS("foreign"));
    world_run_init(&w, LONG_MS);
    make(&w, "a boat slow:900ms");
    CHECK(w.previews > 10);
    CHECK_I64(w.odd_previews, 0);
    CHECK_I64(w.falls, 0);
    CHECK_I64(counted("/foreign", "history"), 1);
}

static void the_outcome_is_asked_for_when_it_is_there_and_not_before(void **state)
{
    AUTO_WORLD_RUN w = { 0 };

    UNUSED(state);
    use(SETTINGS("late"));
    world_run_init(&w, LONG_MS);
    make(&w, "a boat slow:100ms late:500ms");
    CHECK_I64(counted("/late", "history"), 1);
}

static void a_run_without_work_has_its_pictures_too(void **state)
{
    AUTO_WORLD_RUN w = { 0 };

    UNUSED(state);
    use(SETTINGS("cached"));
    world_run_init(&w, LONG_MS);
    make(&w, "a boat all-cached slow:400ms");
    CHECK(w.fraction > 0.5);
    CHECK_I64(w.previews, 0);
    CHECK_I64(counted("/cached", "history"), 1);
}

static void its_place_in_the_queue_is_told(void **state)
{
    AUTO_WORLD_RUN w = { 0 };

    UNUSED(state);
    use(SETTINGS("waits"));
    world_run_init(&w, LONG_MS);
    make(&w, "a boat waits:2500ms slow:200ms");
    CHECK(strstr(w.notes, "waiting at ComfyUI, 1 before it;") != NULL);
    CHECK(strstr(w.notes, "drawing, step 20 of 20;") != NULL);
}

static void previews_are_left_out_where_nobody_wants_them(void **state)
{
    AUTO_WORLD_RUN w = { 0 };

    UNUSED(state);
    use("previews: false\n" SETTINGS("previews-always"));
    CHECK(!provider->can.previews && provider->can.progress);
    world_run_init(&w, LONG_MS);
    make(&w, "a boat slow:200ms");
    CHECK_I64(w.previews, 0);
    CHECK(w.fraction > 0.5);
}

/* Somebody has deleted it there: that is found out as soon as without the socket. */
static void a_job_that_vanishes_is_missed_soon(void **state)
{
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };
    int64_t began_ms = clock_steady_ms();

    UNUSED(state);
    use("base_url: http://127.0.0.1:%d/vanishes\nmodel: model.safetensors\npoll_ms: 200\n"
        "default_width: 64\ndefault_height: 64\n");
    world_run_init(&w, LONG_MS);
    CHECK_FAILS(generate(&w, "a boat slow:60000ms vanishes:1500ms", &result, &e), ERR_UPSTREAM,
                NULL);
    CHECK(w.fraction >= 0);
    CHECK(clock_steady_ms() - began_ms < 12000);
}

static void the_headers_for_a_proxy_are_sent_on_it(void **state)
{
    AUTO_WORLD_RUN w = { 0 };

    UNUSED(state);
    use("authorization: Bearer test-key\n" SETTINGS("guarded"));
    world_run_init(&w, LONG_MS);
    make(&w, "a boat slow:200ms");
    CHECK_I64(counted("/guarded", "ws"), 1);
    CHECK(w.fraction > 0.5);
}

static void *cancel_soon(void *arg)
{
    struct world_run *w = arg;

    lock_take(&w->lock);
    while (w->previews == 0)
        lock_wait(&w->lock);
    lock_give(&w->lock);
    gen_cancel_set(&w->cancel);
    return NULL;
}

static void a_cancel_ends_the_listening_at_once(void **state)
{
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };
    pthread_t thread;

    UNUSED(state);
    use(SETTINGS("listens"));
    world_run_init(&w, LONG_MS);
    thread_start(&thread, "canceller", cancel_soon, &w);
    CHECK_FAILS(generate(&w, "hang", &result, &e), ERR_CANCELLED, NULL);
    thread_join(thread);
}

static void who_comes_back_to_a_job_listens_again(void **state)
{
    AUTO_WORLD_RUN first = { 0 };
    AUTO_WORLD_RUN second = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    use(SETTINGS("again"));
    world_run_init(&first, 1000);
    CHECK_FAILS(generate(&first, "a boat slow:1200ms sockets:2", &result, &e), ERR_TIMEOUT, NULL);
    world_run_init(&second, LONG_MS);
    second.run.saved_remote = str_from(first.saved);
    make(&second, "a boat slow:1200ms sockets:2");
    CHECK(second.fraction > 0.8);
    CHECK(second.previews > 0);
    CHECK_I64(counted("/again", "submit"), 1);
    CHECK_I64(counted("/again", "ws"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROVIDER_TEST(percent_words_and_previews_are_told_and_little_is_asked),
        PROVIDER_TEST(without_it_the_job_is_asked_for_as_before),
        PROVIDER_TEST(one_that_is_cut_is_opened_again_and_nothing_is_lost),
        PROVIDER_TEST(frames_of_every_make_are_understood),
        PROVIDER_TEST(the_jobs_of_others_are_neither_shown_nor_waited_for),
        PROVIDER_TEST(the_outcome_is_asked_for_when_it_is_there_and_not_before),
        PROVIDER_TEST(a_run_without_work_has_its_pictures_too),
        PROVIDER_TEST(its_place_in_the_queue_is_told),
        PROVIDER_TEST(previews_are_left_out_where_nobody_wants_them),
        PROVIDER_TEST(a_job_that_vanishes_is_missed_soon),
        PROVIDER_TEST(the_headers_for_a_proxy_are_sent_on_it),
        PROVIDER_TEST(a_cancel_ends_the_listening_at_once),
        PROVIDER_TEST(who_comes_back_to_a_job_listens_again),
    };
    int failures = 0;

    RUN_COMFYUI_TESTS(tests, failures)
    return failures;
}
