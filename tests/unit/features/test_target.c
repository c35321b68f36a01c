/* Where pictures go: folder, file, standard output. */
#include "check.h"
#include "scratch.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "features/generate/target.h"

static char folder[SCRATCH_SIZE];

static void output_says_folder_file_or_stdout(void **state)
{
    static const struct {
        const char *output, *name;
        enum target_kind kind;
        const char *folder, *pattern;
    } cases[] = {
        { NULL, NULL, TARGET_FOLDER, "/pictures", "{slug}" },
        { "out", NULL, TARGET_FOLDER, "out", "{slug}" },
        { "out/", "hero", TARGET_FOLDER, "out", "hero" },
        { "/", NULL, TARGET_FOLDER, "/", "{slug}" },
        { "fox.png", NULL, TARGET_FILE, ".", "fox.png" },
        { "a/fox.JPG", NULL, TARGET_FILE, "a", "fox.JPG" },
        { "/fox.png", NULL, TARGET_FILE, "/", "fox.png" },
        { "~/fox.png", NULL, TARGET_FILE, "/home/ada", "fox.png" },
        { "~", NULL, TARGET_FOLDER, "/home/ada", "{slug}" },
        { "there.png", NULL, TARGET_FOLDER, "there.png", "{slug}" },
        { "-", NULL, TARGET_STDOUT, ".", NULL },
    };
    const struct command_setup setup = { .directory = STR("/pictures"), .naming = STR("{slug}") };

    (void)state;
    setenv("HOME", "/home/ada", 1);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct target got;
        struct err e = { 0 };

        CHECK_OK(
            target_read(&a, &setup, str_from(cases[i].output), str_from(cases[i].name), &got, &e));
        CHECK_I64(got.kind, cases[i].kind);
        CHECK_STR(got.folder, str_from(cases[i].folder));
        CHECK_STR(got.pattern, str_from(cases[i].pattern));
    }
}

static void a_file_has_a_name_already(void **state)
{
    const struct command_setup setup = { .directory = STR("."), .naming = STR("{slug}") };
    AUTO_ARENA a = { 0 };
    struct target got;
    struct err e = { 0 };

    (void)state;
    CHECK_FAILS(target_read(&a, &setup, STR("a.png"), STR("b"), &got, &e), ERR_INVALID,
                "--output names a file already: leave --name out");
    CHECK_FAILS(target_read(&a, &setup, STR(""), (struct str){ 0 }, &got, &e), ERR_INVALID,
                "--output is empty");
    CHECK_FAILS(target_read(&a, &setup, STR("a"), STR("{x}"), &got, &e), ERR_INVALID,
                "--name has the unknown placeholder {x}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(output_says_folder_file_or_stdout),
        TEST(a_file_has_a_name_already),
    };
    int failed;

    if (!scratch_make(folder, "target") || chdir(folder) != 0 || mkdir("there.png", 0700) != 0)
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    return chdir("/") != 0 || scratch_remove(folder) != 0 ? 1 : failed;
}
