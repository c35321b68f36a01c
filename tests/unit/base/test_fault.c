/* Fault points: which pass fails, for how long, and that a spec which names nothing is not passed
 * over. */
#include "check.h"
#include "scratch.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"

static void only_the_named_pass_of_the_named_point_fails(void **state)
{
    UNUSED(state);
    fault_set("file_sync:3:fail");
    for (int pass = 1; pass <= 5; pass++) {
        CHECK(FAULT(file_sync) == (pass == 3));
        CHECK(!FAULT(file_write));
    }
    CHECK_I64(fault_passes(FAULT_file_sync), 5);
    CHECK_I64(fault_passes(FAULT_file_write), 5);
    fault_set(NULL);
    CHECK_I64(fault_passes(FAULT_file_sync), 0);
    for (int pass = 1; pass <= 5; pass++)
        CHECK(!FAULT(file_sync));
}

static void from_a_pass_on_all_fail(void **state)
{
    UNUSED(state);
    fault_set("db_step:2:from");
    CHECK(!FAULT(db_step) && FAULT(db_step) && FAULT(db_step) && FAULT(db_step));
    fault_set(NULL);
    CHECK(!FAULT(db_step));
}

/* The status of a child that runs fn. */
static int status_of(void (*fn)(const char *), const char *arg)
{
    pid_t child = fork();
    int status = 0;

    CHECK(child >= 0);
    if (child == 0) {
        close(STDERR_FILENO);
        fn(arg);
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child);
    return status;
}

static void pass_twice(const char *spec)
{
    fault_set(spec);
    _exit(FAULT(file_write) || FAULT(file_write) ? 1 : 0);
}

static void a_kill_ends_the_process_at_its_pass(void **state)
{
    int status = status_of(pass_twice, "file_write:2:kill");

    UNUSED(state);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    status = status_of(pass_twice, "file_write:3:kill");
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void set(const char *spec)
{
    fault_set(spec);
}

static void a_spec_that_names_nothing_aborts(void **state)
{
    static const char *const bad[] = { "",
                                       "x",
                                       "file_sync",
                                       "file_sync:1",
                                       "file_sync:0:fail",
                                       "file_sync:-1:fail",
                                       "file_sync:one:fail",
                                       "file_sync:1:explode",
                                       "file_sync:1:",
                                       "no_such_point:1:fail",
                                       "file_sync:1:fail:twice" };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(bad); i++) {
        int status = status_of(set, bad[i]);

        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
            fail_msg("'%s' was taken", bad[i]);
    }
}

/* The environment is read at the first pass, so a process of its own is needed. */
static void the_environment_arms_a_point(void **state)
{
    pid_t child = fork();
    int status;

    UNUSED(state);
    CHECK(child >= 0);
    if (child == 0) {
        setenv("ALBUMEN_FAULT", "file_write:1:fail", 1);
        execl("/proc/self/exe", "unit_base_fault", "child", (char *)NULL);
        _exit(9);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

/* What a commander outside writes, and reads. */
struct seen {
    char spec[64];
    unsigned generation, hits;
};

static void command(int fd, unsigned generation, const char *spec)
{
    struct seen order = { .generation = generation };

    snprintf(order.spec, sizeof(order.spec), "%s", spec);
    CHECK(pwrite(fd, order.spec, sizeof(order.spec), 0) == sizeof(order.spec));
    CHECK(pwrite(fd, &order.generation, sizeof(order.generation), sizeof(order.spec)) ==
          sizeof(order.generation));
}

/* In a process of its own. Ends with 0 when all is as commanded. */
static int obey(void)
{
    struct seen seen;
    AUTO_FD fd = open(getenv("ALBUMEN_FAULT_CONTROL"), O_RDWR);
    bool before = FAULT(file_write), second, after;

    command(fd, 1, "file_write:2:fail");
    second = !FAULT(file_write) && FAULT(file_write) && !FAULT(file_write);
    CHECK(pread(fd, &seen, sizeof(seen), 0) == sizeof(seen));
    command(fd, 2, "");
    after = FAULT(file_write) || FAULT(file_write);
    return !before && second && seen.hits == 1 && !after ? 0 : 1;
}

static void a_file_arms_points_while_the_process_runs(void **state)
{
    char path[SCRATCH_SIZE];
    AUTO_FD fd = scratch_file(path, "fault");
    pid_t child = fork();
    int status;

    UNUSED(state);
    CHECK(fd >= 0 && child >= 0);
    if (child == 0) {
        setenv("ALBUMEN_FAULT_CONTROL", path, 1);
        execl("/proc/self/exe", "unit_base_fault", "obey", (char *)NULL);
        _exit(9);
    }
    CHECK(waitpid(child, &status, 0) == child);
    unlink(path);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(only_the_named_pass_of_the_named_point_fails),
        TEST(from_a_pass_on_all_fail),
        TEST(a_kill_ends_the_process_at_its_pass),
        TEST(a_spec_that_names_nothing_aborts),
        TEST(the_environment_arms_a_point),
        TEST(a_file_arms_points_while_the_process_runs),
    };

    if (argc == 2 && strcmp(argv[1], "child") == 0)
        return FAULT(file_write) && !FAULT(file_write) ? 1 : 0;
    if (argc == 2 && strcmp(argv[1], "obey") == 0)
        return obey();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
