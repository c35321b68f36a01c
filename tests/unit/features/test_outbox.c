/* What is still to be sent: kept once, in order, and nothing else of the folder is touched. */
#include "check.h"
#include "scratch.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "features/cloud/outbox.h"

#define FIRST  STR("01900000-0000-7000-8000-000000000001")
#define SECOND STR("01900000-0000-7000-8000-000000000002")

static struct arena arena;
static char folder[SCRATCH_SIZE];
static struct outbox outbox;

static int setup(void **state)
{
    UNUSED(state);
    if (!scratch_make(folder, "outbox"))
        return -1;
    outbox = outbox_of(&arena, str_from(folder), "pictures");
    return 0;
}

static int teardown(void **state)
{
    UNUSED(state);
    arena_deinit(&arena);
    return scratch_remove(folder);
}

static void one_that_nobody_has_used_is_empty(void **state)
{
    struct str_list ids;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(outbox_list(&arena, &outbox, &ids, &e));
    CHECK_I64(ids.count, 0);
}

static void what_is_put_in_comes_out_in_order_and_once(void **state)
{
    struct str_list ids;
    struct str text;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(outbox_put(&arena, &outbox, SECOND, STR("b"), &e));
    CHECK_OK(outbox_put(&arena, &outbox, FIRST, STR("a"), &e));
    CHECK_OK(outbox_put(&arena, &outbox, FIRST, STR("a again"), &e));
    CHECK_OK(
        file_write_atomic(arena_strf(&arena, STR_FMT "/strange.json", STR_ARG(outbox.folder)).ptr,
                          STR("x"), 0600, &e));
    CHECK_OK(outbox_list(&arena, &outbox, &ids, &e));
    CHECK_I64(ids.count, 2);
    CHECK_STR(ids.items[0], FIRST);
    CHECK_STR(ids.items[1], SECOND);
    CHECK_OK(outbox_read(&arena, &outbox, FIRST, &text, &e));
    CHECK_STR(text, STR("a again"));
    outbox_remove(&arena, &outbox, FIRST);
    outbox_remove(&arena, &outbox, FIRST);
    CHECK_OK(outbox_list(&arena, &outbox, &ids, &e));
    CHECK_I64(ids.count, 1);
    CHECK_FAILS(outbox_read(&arena, &outbox, FIRST, &text, &e), ERR_NOT_FOUND, NULL);
}

static void what_a_killed_process_left_half_written_goes_after_a_day(void **state)
{
    static const struct {
        const char *name;
        int hours;
        bool stays;
    } cases[] = {
        { "a.json.01900000-0000-7000-8000-00000000000a.tmp", 25, false },
        { "b.json.01900000-0000-7000-8000-00000000000b.tmp", 1, true },
        { "somebody's.tmp", 25, true },
    };
    struct outbox own = outbox_of(&arena, str_from(folder), "half");
    struct str_list ids;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(outbox_put(&arena, &own, FIRST, STR("a"), &e));
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *path =
            arena_strf(&arena, STR_FMT "/%s", STR_ARG(own.folder), cases[i].name).ptr;
        time_t changed = (time_t)(clock_now_ms() / 1000) - cases[i].hours * 3600;
        struct timespec times[] = { { .tv_sec = changed }, { .tv_sec = changed } };

        CHECK_OK(file_write_atomic(path, STR("half"), 0600, &e));
        CHECK_I64(utimensat(AT_FDCWD, path, times, 0), 0);
    }
    CHECK_OK(outbox_list(&arena, &own, &ids, &e));
    CHECK_I64(ids.count, 1);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK(file_exists(
                  arena_strf(&arena, STR_FMT "/%s", STR_ARG(own.folder), cases[i].name).ptr) ==
              cases[i].stays);
}

static void an_id_that_would_leave_the_folder_is_refused(void **state)
{
    static const char *const ids[] = { "", "../x", "01900000-0000-7000-8000-00000000000/" };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(ids); i++) {
        struct err e = { 0 };

        CHECK_FAILS(outbox_put(&arena, &outbox, str_from(ids[i]), STR("x"), &e), ERR_INVALID,
                    "the picture has no id");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_that_nobody_has_used_is_empty),
        TEST(what_is_put_in_comes_out_in_order_and_once),
        TEST(what_a_killed_process_left_half_written_goes_after_a_day),
        TEST(an_id_that_would_leave_the_folder_is_refused),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
