/* The service: helpers come and go, and none of what one can do reaches its caller as more than an
 * error. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/thread.h"
#include "helper.h"
#include "image/bare.h"
#include "pictures.h"

static struct arena arena;
static struct str small_png, large_png;
static struct err e;

static int set_up(void **state)
{
    struct drawing d = draw(&arena, 60, 40, 1, false);

    UNUSED(state);
    small_png = png_of(&arena, &d, &(struct png_kind){ .depth = 8, .colour_type = 2 });
    d = draw(&arena, 600, 400, 1, false);
    large_png = png_of(&arena, &d, &(struct png_kind){ .depth = 8, .colour_type = 2 });
    return 0;
}

static int tear_down(void **state)
{
    UNUSED(state);
    arena_deinit(&arena);
    return 0;
}

static bool probe(struct image_service *s, struct err *error)
{
    AUTO_ARENA a = { 0 };
    AUTO_FD fd = file_of(small_png);
    struct image_info info;

    if (!image_probe(s, fd, &a, &info, error))
        return false;
    CHECK_I64(info.width, 60);
    CHECK_I64(info.height, 40);
    return true;
}

static bool misbehave(struct image_service *s, enum image_misdeed misdeed, struct err *error)
{
    AUTO_FD fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct process_call call = { .request = { .operation = IMAGE_OP_MISBEHAVE, .misdeed = misdeed },
                                 .fds = { fd },
                                 .fd_count = 1 };
    struct image_reply reply;
    struct str payload;

    return image_service_call(s, &call, &reply, &payload, error);
}

static void what_a_helper_does_wrong_is_an_error_in_words_and_the_next_call_works(void **state)
{
    static const struct {
        enum image_misdeed misdeed;
        enum err_code code;
        const char *message;
    } cases[] = {
        { IMAGE_MISDEED_EXIT, ERR_UNAVAILABLE, "the picture helper ended by itself (exit code 5)" },
        { IMAGE_MISDEED_LIE, ERR_INVALID,
          "the picture could not be read: its decoder gave a senseless answer" },
        { IMAGE_MISDEED_HANG, ERR_TIMEOUT, "the picture could not be read within 2 s" },
        { IMAGE_MISDEED_SILENT, ERR_TIMEOUT, "the picture could not be read within 2 s" },
        { IMAGE_MISDEED_FILL_DISK, ERR_STORAGE_FULL, "the file is full" },
    };
    struct image_service *s =
        service_with((struct image_options){ .max_processes = 1, .time_limit_ms = 2000 });

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK_FAILS(misbehave(s, cases[i].misdeed, &e), cases[i].code, cases[i].message);
        CHECK_OK(probe(s, &e));
    }
    image_service_destroy(s);
}

struct caller {
    struct image_service *service;
    pthread_t thread;
    bool misbehaves;
    int failures;
};

static void *call_often(void *arg)
{
    struct caller *c = arg;

    for (int i = 0; i < 10; i++) {
        struct err error = { 0 };
        bool is_done = c->misbehaves ? misbehave(c->service, IMAGE_MISDEED_EXIT, &error)
                                     : probe(c->service, &error);

        c->failures += !is_done;
    }
    return NULL;
}

static void a_caller_whose_helper_dies_does_not_disturb_the_others(void **state)
{
    struct caller callers[8];
    pid_t pids[16];

    UNUSED(state);
    struct image_service *s = service_with((struct image_options){ .max_processes = 2 });
    for (size_t i = 0; i < COUNT(callers); i++) {
        callers[i] = (struct caller){ .service = s, .misbehaves = i % 4 == 0 };
        thread_start(&callers[i].thread, "caller", call_often, &callers[i]);
    }
    for (size_t i = 0; i < COUNT(callers); i++)
        thread_join(callers[i].thread);
    for (size_t i = 0; i < COUNT(callers); i++)
        CHECK_I64(callers[i].failures, callers[i].misbehaves ? 10 : 0);
    CHECK(helpers_running(pids, COUNT(pids)) <= 2);
    image_service_destroy(s);
    CHECK_I64(helpers_running(pids, COUNT(pids)), 0);
}

static void a_helper_starts_with_the_first_call_and_is_gone_when_idle(void **state)
{
    struct image_service *s = service_with((struct image_options){ .idle_ms = 50 });
    pid_t pids[4];

    UNUSED(state);
    CHECK_I64(helpers_running(pids, COUNT(pids)), 0);
    for (int i = 0; i < 2; i++) {
        CHECK_OK(probe(s, &e));
        /* It may be idle for long enough already. */
        if (helpers_running(pids, COUNT(pids)) == 1)
            CHECK(has_ended(pids[0]));
    }
    image_service_destroy(s);
}

static void a_helper_is_kept_while_it_is_used(void **state)
{
    struct image_service *s = service_with((struct image_options){ .max_processes = 3 });
    pid_t first[4], later[4];

    UNUSED(state);
    CHECK_OK(probe(s, &e));
    CHECK_I64(helpers_running(first, COUNT(first)), 1);
    for (int i = 0; i < 5; i++)
        CHECK_OK(probe(s, &e));
    CHECK_I64(helpers_running(later, COUNT(later)), 1);
    CHECK_I64(later[0], first[0]);
    image_service_destroy(s);
}

static atomic_bool is_read_enough;

/* Another program that cuts the file and writes it again, over and over. */
static void *cut_again(void *arg)
{
    int fd = *(int *)arg;

    while (!atomic_load(&is_read_enough)) {
        if (ftruncate(fd, 60) != 0 ||
            pwrite(fd, large_png.ptr, large_png.len, 0) != (ssize_t)large_png.len)
            abort();
    }
    return NULL;
}

static void a_file_that_is_cut_while_it_is_read_ends_no_helper(void **state)
{
    struct image_service *s = service_with((struct image_options){ .max_processes = 1 });
    AUTO_FD fd = file_of(large_png);
    pid_t first[2], later[2];
    struct image_info info;
    bool is_told = true;
    pthread_t thread;
    int cut = 0;

    UNUSED(state);
    CHECK_OK(probe(s, &e));
    CHECK_I64(helpers_running(first, COUNT(first)), 1);
    thread_start(&thread, "cutting", cut_again, &fd);
    while (cut < 50) {
        AUTO_ARENA a = { 0 };

        e = (struct err){ 0 };
        if (!image_probe(s, fd, &a, &info, &e)) {
            is_told = is_told && e.code == ERR_INVALID;
            cut++;
        }
    }
    atomic_store(&is_read_enough, true);
    thread_join(thread);
    CHECK(is_told);
    CHECK_I64(helpers_running(later, COUNT(later)), 1);
    CHECK_I64(later[0], first[0]);
    image_service_destroy(s);
}

static void a_helper_that_is_not_there_is_said_at_once(void **state)
{
    struct image_service *s =
        service_with((struct image_options){ .helper_path = "/nowhere/albumen-image" });

    UNUSED(state);
    CHECK_FAILS(probe(s, &e), ERR_NOT_FOUND,
                "cannot start '/nowhere/albumen-image': No such file or directory");
    CHECK_FAILS(probe(s, &e), ERR_NOT_FOUND, NULL);
    image_service_destroy(s);
}

static void a_program_that_is_no_helper_is_told_from_one(void **state)
{
    struct image_service *s = service_with((struct image_options){ .helper_path = "/bin/true" });

    UNUSED(state);
    CHECK_FAILS(
        probe(s, &e), ERR_UNAVAILABLE,
        "the picture helper does not start: the picture helper ended by itself (exit code 0)");
    image_service_destroy(s);
}

static void no_call_lends_a_picture_that_could_be_written(void **state)
{
    struct image_service *s =
        service_with((struct image_options){ .helper_path = IMAGE_HELPER_PRYING });
    AUTO_ARENA a = { 0 };
    AUTO_FD in = file_of(small_png);
    AUTO_FD other = file_of(small_png);
    AUTO_FD out = file_of(STR(""));
    struct image_thumbnail items[] = { { .box = 16, .out_fd = out }, { .box = 8, .out_fd = out } };
    struct image_target target = { .format = IMAGE_PNG };
    const int references[] = { in, other };
    struct image_render render = { .request = STR("{}"),
                                   .reference_fds = references,
                                   .reference_count = COUNT(references) };
    struct image_likeness likeness;
    struct image_info info;
    int width, height;

    UNUSED(state);
    CHECK_FAILS(image_probe(s, in, &a, &info, &e), ERR_FORBIDDEN, "r");
    CHECK_FAILS(image_thumbnails(s, in, items, 2, &a, &info, &e), ERR_FORBIDDEN, "rww");
    CHECK_FAILS(image_pixels(s, in, 16, out, &width, &height, &e), ERR_FORBIDDEN, "rw");
    CHECK_FAILS(image_convert(s, in, &target, out, &info, &e), ERR_FORBIDDEN, "rw");
    CHECK_FAILS(image_compare(s, in, other, &likeness, &e), ERR_FORBIDDEN, "rr");
    CHECK_FAILS(image_render(s, &render, out, &a, &info, &e), ERR_FORBIDDEN, "wrr");
    image_service_destroy(s);
}

static void *hang(void *arg)
{
    struct err error;
    bool is_done = misbehave(arg, IMAGE_MISDEED_HANG, &error);

    return is_done ? arg : NULL;
}

static atomic_bool is_over;

/* Takes the helper whenever it can: on a slow machine its start alone takes longer than anybody
 * waits. */
static void *hang_again(void *arg)
{
    struct err error;

    while (!atomic_load(&is_over)) {
        if (misbehave(arg, IMAGE_MISDEED_HANG, &error))
            abort();
    }
    return NULL;
}

static void who_waits_too_long_for_a_helper_is_told_to_come_back(void **state)
{
    struct image_service *s = service_with(
        (struct image_options){ .max_processes = 1, .wait_limit_ms = 30, .time_limit_ms = 1000 });
    pthread_t thread;

    UNUSED(state);
    thread_start(&thread, "hanging", hang_again, s);
    do {
        e = (struct err){ 0 };
    } while (probe(s, &e) || e.code != ERR_BUSY);
    CHECK_TEXT(e.msg, "too many pictures are waiting to be read");
    atomic_store(&is_over, true);
    thread_join(thread);
    image_service_destroy(s);
}

static void calls_under_way_are_waited_for_at_the_end(void **state)
{
    struct image_service *s =
        service_with((struct image_options){ .max_processes = 1, .time_limit_ms = 2000 });
    pthread_t thread;
    pid_t pids[4];

    UNUSED(state);
    CHECK_OK(probe(s, &e));
    thread_start(&thread, "hanging", hang, s);
    thread_join(thread); /* ended by the time limit */
    image_service_destroy(s);
    CHECK_I64(helpers_running(pids, COUNT(pids)), 0);
}

static void what_is_no_picture_is_refused_without_a_helper(void **state)
{
    static const struct {
        struct str bytes;
        const char *message;
    } cases[] = {
        { { "GIF89a", 6 }, "this is GIF: PNG, JPEG and WebP are read" },
        { { "<svg xmlns='x'>", 15 }, "this is SVG: PNG, JPEG and WebP are read" },
        { { "<!DOCTYPE html>", 15 }, "this is HTML: PNG, JPEG and WebP are read" },
        { { "hello", 5 }, "this is no picture: PNG, JPEG and WebP are read" },
    };
    struct image_service *s = service_with((struct image_options){ .helper_path = "/nowhere" });
    struct image_info info;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FD fd = file_of(cases[i].bytes);

        CHECK_FAILS(image_probe(s, fd, &arena, &info, &e), ERR_UNSUPPORTED_TYPE, cases[i].message);
    }
    AUTO_FD empty = file_of(STR(""));
    CHECK_FAILS(image_probe(s, empty, &arena, &info, &e), ERR_INVALID, "the picture is empty");
    AUTO_FD huge = file_of(small_png);
    CHECK(ftruncate(huge, 200000001) == 0);
    CHECK_FAILS(image_probe(s, huge, &arena, &info, &e), ERR_TOO_LARGE, NULL);
    int ends[2];
    CHECK(pipe(ends) == 0);
    CHECK_FAILS(image_probe(s, ends[0], &arena, &info, &e), ERR_IO, "the picture is no file");
    close(ends[0]);
    close(ends[1]);
    image_service_destroy(s);
}

static void no_descriptor_is_left_open(void **state)
{
    struct image_service *s = service_with((struct image_options){ 0 });
    int before, after;

    UNUSED(state);
    CHECK_OK(probe(s, &e));
    before = dup(0);
    close(before);
    for (int i = 0; i < 50; i++) {
        CHECK_OK(probe(s, &e));
        CHECK(!misbehave(s, i % 10 == 0 ? IMAGE_MISDEED_EXIT : IMAGE_MISDEED_FILL_DISK, &e));
    }
    CHECK_OK(probe(s, &e));
    after = dup(0);
    close(after);
    CHECK_I64(after, before);
    image_service_destroy(s);
}

static void a_failing_start_and_a_failing_exchange_are_errors_once(void **state)
{
    static const struct {
        const char *fault;
        const char *message;
    } cases[] = {
        { "image_start:1:fail", "the picture helper does not start: Input/output error" },
        { "image_exchange:1:fail", "the picture helper was killed" },
        { "image_exchange:2:fail", "the picture helper was killed" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct image_service *s = service_with((struct image_options){ 0 });

        fault_set(cases[i].fault);
        if (i == 2)
            CHECK_OK(probe(s, &e));
        CHECK_FAILS(probe(s, &e), ERR_UNAVAILABLE, cases[i].message);
        CHECK_OK(probe(s, &e));
        fault_set(NULL);
        image_service_destroy(s);
    }
}

/* In a process of its own: tells the helper's id, and waits to be killed. */
static NO_RETURN void serve_until_killed(int out_fd)
{
    struct image_service *s = service_with((struct image_options){ 0 });
    pid_t pid = 0;

    if (!probe(s, &e) || helpers_running(&pid, 1) != 1 || write(out_fd, &pid, sizeof(pid)) < 0)
        _exit(1);
    for (;;)
        pause();
}

static void a_server_that_is_killed_leaves_no_helper_behind(void **state)
{
    int ends[2];
    pid_t server, helper = 0;

    UNUSED(state);
    CHECK(pipe(ends) == 0);
    server = fork();
    if (server == 0)
        serve_until_killed(ends[1]);
    close(ends[1]);
    CHECK(read(ends[0], &helper, sizeof(helper)) == sizeof(helper));
    close(ends[0]);
    kill(server, SIGKILL);
    CHECK(waitpid(server, NULL, 0) == server);
    CHECK(has_ended(helper));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_a_helper_does_wrong_is_an_error_in_words_and_the_next_call_works),
        TEST(a_caller_whose_helper_dies_does_not_disturb_the_others),
        TEST(a_helper_starts_with_the_first_call_and_is_gone_when_idle),
        TEST(a_helper_is_kept_while_it_is_used),
        TEST(a_file_that_is_cut_while_it_is_read_ends_no_helper),
        TEST(a_helper_that_is_not_there_is_said_at_once),
        TEST(a_program_that_is_no_helper_is_told_from_one),
        TEST(no_call_lends_a_picture_that_could_be_written),
        TEST(who_waits_too_long_for_a_helper_is_told_to_come_back),
        TEST(calls_under_way_are_waited_for_at_the_end),
        TEST(what_is_no_picture_is_refused_without_a_helper),
        TEST(no_descriptor_is_left_open),
        TEST(a_failing_start_and_a_failing_exchange_are_errors_once),
        TEST(a_server_that_is_killed_leaves_no_helper_behind),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
