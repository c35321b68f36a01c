/* Fault points: which pass fails, for how long, and that a spec which names nothing is not passed
 * over. */
#include "check.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"

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

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(only_the_named_pass_of_the_named_point_fails),
        TEST(from_a_pass_on_all_fail),
        TEST(a_kill_ends_the_process_at_its_pass),
        TEST(a_spec_that_names_nothing_aborts),
        TEST(the_environment_arms_a_point),
    };

    if (argc == 2 && strcmp(argv[1], "child") == 0)
        return FAULT(file_write) && !FAULT(file_write) ? 1 : 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
