/* Waiting, polling and stopping; requests within their bounds. */
#include "check.h"

#include <poll.h>

#include "base/clock.h"
#include "base/yaml.h"
#include "provider/mock.h"

static struct gen_cancel cancel;
static struct gen_run run;

static int setup(void **state)
{
    UNUSED(state);
    gen_cancel_init(&cancel);
    run = (struct gen_run){ .cancel = &cancel, .deadline_ms = clock_steady_ms() + 20 * 1000 };
    return 0;
}

static int teardown(void **state)
{
    UNUSED(state);
    gen_cancel_deinit(&cancel);
    return 0;
}

static void a_wait_lasts_as_long_as_it_was_asked_to(void **state)
{
    int64_t began = clock_steady_ms();
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(run_wait(&run, 30, &e));
    CHECK(clock_steady_ms() - began >= 30);
    CHECK_OK(run_wait(&run, 0, &e));
}

static void *cancel_it(void *arg)
{
    gen_cancel_set(arg);
    return NULL;
}

static void a_wait_ends_with_a_cancel(void **state)
{
    int64_t began = clock_steady_ms();
    pthread_t thread;
    struct err e = { 0 };

    UNUSED(state);
    thread_start(&thread, "cancel", cancel_it, &cancel);
    CHECK_FAILS(run_wait(&run, 15 * 1000, &e), ERR_CANCELLED, NULL);
    CHECK(clock_steady_ms() - began < 5000);
    thread_join(thread);
    CHECK_FAILS(run_wait(&run, 15 * 1000, &e), ERR_CANCELLED, NULL);
}

static bool can_be_read(int fd, int wait_ms)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };

    return poll(&p, 1, wait_ms) == 1;
}

static void a_cancel_can_be_waited_for_beside_a_socket(void **state)
{
    pthread_t thread;
    int fd;

    UNUSED(state);
    fd = gen_cancel_fd(&cancel);
    CHECK(fd >= 0 && !can_be_read(fd, 0));
    CHECK_I64(gen_cancel_fd(&cancel), fd);
    thread_start(&thread, "cancel", cancel_it, &cancel);
    CHECK(can_be_read(fd, 15 * 1000));
    thread_join(thread);
    CHECK(can_be_read(fd, 0));
}

static void a_cancel_that_came_first_is_seen_there(void **state)
{
    UNUSED(state);
    gen_cancel_set(&cancel);
    CHECK(can_be_read(gen_cancel_fd(&cancel), 0));
}

static void a_wait_ends_at_the_deadline(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    run.deadline_ms = clock_steady_ms() + 20;
    CHECK_FAILS(run_wait(&run, 15 * 1000, &e), ERR_TIMEOUT, NULL);
    CHECK_I64(run_left_ms(&run, 100), 0);
    run.deadline_ms = 0;
    CHECK_I64(run_left_ms(&run, 100), 100);
}

/* Answers as its script says, one letter for each question. */
struct questions {
    const char *script;
    int asked;
};

static bool answer(void *ctx, bool *out_done, struct err *e)
{
    struct questions *q = ctx;

    switch (q->script[q->asked++]) {
    case 'd':
        *out_done = true;
        return true;
    case 'b':
        return err_set(e, ERR_UPSTREAM, "bad gateway");
    case 'l':
        err_set(e, ERR_RATE_LIMITED, "slow down");
        e->retry_after_ms = 40;
        return false;
    case 'f':
        return err_set(e, ERR_REJECTED, "it has failed");
    default:
        return true;
    }
}

static bool poll_by(struct questions *q, struct err *e)
{
    struct run_poll how = { .first_ms = 1, .max_ms = 2, .poll = answer, .ctx = q };

    return run_poll(&run, &how, e);
}

static void a_poll_asks_until_it_is_done(void **state)
{
    struct questions q = { .script = "....d" };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(poll_by(&q, &e));
    CHECK_I64(q.asked, 5);
}

static void questions_that_fail_for_now_do_not_end_a_poll(void **state)
{
    struct questions q = { .script = "b.bbbbbbbbbbbbbbbb.ld" };
    int64_t began = clock_steady_ms();
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(poll_by(&q, &e));
    CHECK_I64(q.asked, 21);
    CHECK(clock_steady_ms() - began >= 40); /* what was asked for */
}

struct own_wait {
    int waits, questions;
};

static bool ask_thrice(void *ctx, bool *out_done, struct err *e)
{
    struct own_wait *w = ctx;

    *out_done = ++w->questions == 3;
    return w->questions != 1 || err_set(e, ERR_UPSTREAM, "not yet");
}

static bool count_wait(void *ctx, int64_t ms, struct err *e)
{
    struct own_wait *w = ctx;

    w->waits += ms > 1000;
    return run_check(&run, e);
}

static void a_poll_may_have_its_own_way_to_wait(void **state)
{
    struct own_wait w = { 0 };
    struct run_poll how = { 15 * 1000, 20 * 1000, ask_thrice, &w, .wait = count_wait };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(run_poll(&run, &how, &e));
    CHECK_I64(w.questions, 3);
    CHECK_I64(w.waits, 2);
}

static void a_poll_gives_up_after_as_many_failures_as_it_may(void **state)
{
    struct questions few = { .script = "b.b.bd" }, enough = { .script = "b.b.d" };
    struct run_poll how = { 1, 2, answer, &few, 3 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(run_poll(&run, &how, &e), ERR_UPSTREAM, "bad gateway");
    CHECK_I64(few.asked, 5);
    how.ctx = &enough;
    e = (struct err){ 0 };
    CHECK_OK(run_poll(&run, &how, &e));
    CHECK_I64(enough.asked, 5);
}

static void an_answer_that_is_final_ends_a_poll(void **state)
{
    struct questions q = { .script = "..f" };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(poll_by(&q, &e), ERR_REJECTED, "it has failed");
    CHECK_I64(q.asked, 3);
}

static void a_poll_without_end_ends_at_the_deadline(void **state)
{
    struct questions q = { .script =
                               "................................................................"
                               "................................................................"
                               "................................................................" };
    struct err e = { 0 };

    UNUSED(state);
    run.deadline_ms = clock_steady_ms() + 50;
    CHECK_FAILS(poll_by(&q, &e), ERR_TIMEOUT, NULL);
    CHECK(q.asked > 1);
}

/* Opens a mock in this process, whose bounds are known. */
static struct provider *open_mock(struct arena *a)
{
    struct provider *p = NULL;
    struct err e = { 0 };

    CHECK_OK(provider_mock.open(NULL, NULL, a, &p, &e));
    return p;
}

static void requests_are_checked_without_asking_the_backend(void **state)
{
    static const struct {
        int64_t width, height;
        const char *options, *message, *field;
    } cases[] = {
        { 0, 0, NULL, NULL, NULL },
        { 2048, 1, NULL, NULL, NULL },
        { 64, 64, "{script: slow}", NULL, NULL },
        { 64, 0, NULL, "'width' and 'height' go together", "width" },
        { 64, 2049, NULL, "'height' must be from 1 to 2048", "height" },
        { -1, 64, NULL, "'width' must be from 1 to 2048", "width" },
        { 0, 0, "{scirpt: slow}", "options: unknown field 'scirpt' (did you mean 'script'?)",
          "options.scirpt" },
        { 0, 0, "{script: 7}", "options: 'script' must be text", "options.script" },
        { 0, 0, "[slow]", "options: expected an object, got a list", "options" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct provider *p = open_mock(&a);
        struct gen_request request = { .prompt = STR("x"),
                                       .width = cases[i].width,
                                       .height = cases[i].height };
        struct json options = { 0 };
        struct err e = { 0 };

        if (cases[i].options != NULL) {
            CHECK_OK(yaml_parse(&a, str_from(cases[i].options), &options, &e));
            request.options = &options;
        }
        if (cases[i].message == NULL) {
            CHECK_OK(provider_check_request(p, &request, &e));
            continue;
        }
        CHECK_FAILS(provider_check_request(p, &request, &e), ERR_INVALID, cases[i].message);
        CHECK_TEXT(e.field, cases[i].field);
    }
}

static void sizes_fit_the_step_and_references_the_number(void **state)
{
    struct provider p = {
        .ops = &provider_mock,
        .can = { .honours = GEN_SIZE | GEN_REFERENCES,
                 .min_side = 64,
                 .max_side = 1024,
                 .side_step = 8,
                 .max_prompt = 3,
                 .max_references = 1 },
    };
    struct gen_reference references[2] = { 0 };
    struct gen_request request = { .prompt = STR("\xc3\xbc\xc3\xbc\xc3\xbc"),
                                   .width = 512,
                                   .height = 516,
                                   .references = references,
                                   .reference_count = 1 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(provider_check_request(&p, &request, &e), ERR_INVALID,
                "'height' must be a multiple of 8");
    request.height = 520;
    CHECK_OK(provider_check_request(&p, &request, &e));
    request.reference_count = 2;
    CHECK_FAILS(provider_check_request(&p, &request, &e), ERR_INVALID,
                "there are 2 references, and this backend takes 1");
    p.can.honours = GEN_SIZE;
    request.reference_count = 1;
    CHECK_FAILS(provider_check_request(&p, &request, &e), ERR_INVALID,
                "there are 1 references, and this backend takes 0");
    request.prompt = STR("four");
    CHECK_FAILS(provider_check_request(&p, &request, &e), ERR_INVALID,
                "'prompt' must have at most 3 characters");
}

#define RUN_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_TEST(a_wait_lasts_as_long_as_it_was_asked_to),
        RUN_TEST(a_wait_ends_with_a_cancel),
        RUN_TEST(a_cancel_can_be_waited_for_beside_a_socket),
        RUN_TEST(a_cancel_that_came_first_is_seen_there),
        RUN_TEST(a_wait_ends_at_the_deadline),
        RUN_TEST(a_poll_may_have_its_own_way_to_wait),
        RUN_TEST(a_poll_asks_until_it_is_done),
        RUN_TEST(questions_that_fail_for_now_do_not_end_a_poll),
        RUN_TEST(a_poll_gives_up_after_as_many_failures_as_it_may),
        RUN_TEST(an_answer_that_is_final_ends_a_poll),
        RUN_TEST(a_poll_without_end_ends_at_the_deadline),
        TEST(requests_are_checked_without_asking_the_backend),
        TEST(sizes_fit_the_step_and_references_the_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
