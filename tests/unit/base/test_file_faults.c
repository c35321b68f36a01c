/* Files under every fault and every kill. */
#include "file_world.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/fault.h"

static const char *const points[] = { "file_open", "file_write", "file_sync", "file_rename",
                                      "folder_sync" };

/* Fails each pass of each point, until the write needs no pass that fails any more. */
static void after_any_fault_there_is_old_or_new_and_nothing_beside(void **state)
{
    struct err e = { 0 };
    int failures = 0;

    UNUSED(state);
    for (size_t p = 0; p < COUNT(points); p++) {
        bool ok = false;

        for (int pass = 1; !ok; pass++) {
            char spec[64];

            CHECK_OK(file_write_atomic("f", STR("old"), 0600, &e));
            snprintf(spec, sizeof(spec), "%s:%d:fail", points[p], pass);
            fault_set(spec);
            ok = file_write_atomic("f", STR("new content"), 0600, &e);
            fault_set(NULL);
            CHECK(pass < 10);
            failures += !ok;
            if (ok)
                CHECK_STR(content_of("f"), STR("new content"));
            else
                CHECK(e.code == ERR_IO && (str_eq(content_of("f"), STR("old")) ||
                                           str_eq(content_of("f"), STR("new content"))));
            CHECK_I64(files_here(), 1);
        }
    }
    CHECK_I64(failures, 6); /* open twice: the file and its folder */
}

static void after_a_kill_there_is_old_or_new(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    for (size_t p = 0; p < COUNT(points); p++) {
        pid_t child;
        int status;

        CHECK_OK(file_write_atomic("f", STR("old"), 0600, &e));
        child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            char spec[64];

            snprintf(spec, sizeof(spec), "%s:1:kill", points[p]);
            fault_set(spec);
            _exit(file_write_atomic("f", STR("new"), 0600, &e) ? 0 : 1);
        }
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        CHECK_STR(content_of("f"), strcmp(points[p], "folder_sync") == 0 ? STR("new") : STR("old"));
    }
}

static void reads_that_fail_are_reported(void **state)
{
    struct str out;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(file_write_atomic("f", STR("content"), 0600, &e));
    fault_set("file_read:1:fail");
    CHECK_FAILS(file_read(&arena, "f", 100, &out, &e), ERR_IO,
                "cannot read 'f': Input/output error");
    fault_set(NULL);
}

static void a_folder_that_cannot_be_made_is_reported(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    fault_set("folder_make:1:fail");
    CHECK_FAILS(folder_make("new", 0700, &e), ERR_IO, NULL);
    fault_set(NULL);
    CHECK(!file_exists("new"));
}

static void every_new_folder_is_seen_to_the_disk_or_not_there(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    fault_set(NULL);
    CHECK_OK(folder_make("a/b/c", 0700, &e));
    CHECK_I64(fault_passes(FAULT_folder_sync), 3);
    CHECK_OK(folder_make("a/b/c", 0700, &e));
    CHECK_I64(fault_passes(FAULT_folder_sync), 3);
    fault_set("folder_sync:2:fail");
    CHECK_FAILS(folder_make("d/e", 0700, &e), ERR_IO, NULL);
    fault_set(NULL);
    CHECK(!file_exists("d/e"));
    CHECK_OK(folder_make("d/e", 0700, &e));
    CHECK_I64(fault_passes(FAULT_folder_sync), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(after_any_fault_there_is_old_or_new_and_nothing_beside),
        FILE_TEST(after_a_kill_there_is_old_or_new),
        FILE_TEST(reads_that_fail_are_reported),
        FILE_TEST(a_folder_that_cannot_be_made_is_reported),
        FILE_TEST(every_new_folder_is_seen_to_the_disk_or_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
