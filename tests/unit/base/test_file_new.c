/* New files: whole, under a name that nobody had, or not at all. */
#include "check.h"
#include "scratch.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_new.h"

static char folder[SCRATCH_SIZE];

static size_t count_files(void)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    size_t count = 0;

    CHECK(dir != NULL);
    while ((entry = readdir(dir)) != NULL)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return count;
}

static void a_name_that_is_taken_stays_what_it_is(void **state)
{
    AUTO_ARENA a = { 0 };
    struct str one = arena_strf(&a, "%s/one", folder), two = arena_strf(&a, "%s/two", folder), text;
    struct file_new first, second;
    struct err e = { 0 };

    (void)state;
    CHECK_OK(file_new_open(&a, folder, 0644, &first, &e));
    CHECK_OK(file_new_open(&a, folder, 0644, &second, &e));
    CHECK_OK(file_write_all(first.fd, STR("first"), &e));
    CHECK_OK(file_write_all(second.fd, STR("second"), &e));
    CHECK_I64(count_files() - (first.hidden != NULL ? 2 : 0), 0);
    CHECK_OK(file_new_publish(&first, one.ptr, &e));
    CHECK_FAILS(file_new_publish(&second, one.ptr, &e), ERR_CONFLICT, NULL);
    CHECK_OK(file_new_publish(&second, two.ptr, &e));
    file_new_close(&first);
    file_new_close(&second);
    CHECK_I64(count_files(), 2);
    CHECK_OK(file_read(&a, one.ptr, 100, &text, &e));
    CHECK_STR(text, STR("first"));
    CHECK_OK(file_read(&a, two.ptr, 100, &text, &e));
    CHECK_STR(text, STR("second"));
    unlink(one.ptr);
    unlink(two.ptr);
}

static void what_is_not_published_leaves_nothing(void **state)
{
    AUTO_ARENA a = { 0 };
    struct file_new file;
    struct err e = { 0 };

    (void)state;
    CHECK_OK(file_new_open(&a, folder, 0644, &file, &e));
    CHECK_OK(file_write_all(file.fd, STR("x"), &e));
    file_new_close(&file);
    file_new_close(&file);
    CHECK_I64(count_files(), 0);
    CHECK_FAILS(file_new_open(&a, "/nonexistent", 0644, &file, &e), ERR_NOT_FOUND, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_name_that_is_taken_stays_what_it_is),
        TEST(what_is_not_published_leaves_nothing),
    };
    int failed;

    if (!scratch_make(folder, "file-new"))
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    return rmdir(folder) != 0 ? 1 : failed;
}
