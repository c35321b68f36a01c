/* What the tests of files share: an empty folder to work in, and a look at what is there. */
#ifndef TESTS_UNIT_BASE_FILE_WORLD_H
#define TESTS_UNIT_BASE_FILE_WORLD_H

#include "check.h"
#include "scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

static struct arena arena;
static char folder[SCRATCH_SIZE], start_folder[1024];

static inline int setup(void **state)
{
    UNUSED(state);
    if (getcwd(start_folder, sizeof(start_folder)) == NULL || !scratch_make(folder, "file"))
        return -1;
    return chdir(folder);
}

static inline int teardown(void **state)
{
    UNUSED(state);
    arena_deinit(&arena);
    return chdir(start_folder) != 0 ? -1 : scratch_remove(folder);
}

static inline struct str content_of(const char *path)
{
    struct str content = { 0 };
    struct err e = { 0 };

    CHECK_OK(file_read(&arena, path, MIB, &content, &e));
    return content;
}

static inline int files_here(void)
{
    DIR *dir = opendir(".");
    int count = 0;

    CHECK(dir != NULL);
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count - 2; /* . and .. */
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
