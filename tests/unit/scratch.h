/* Places of a test's own in /tmp: a folder that goes with all that is in it, or one file. */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCRATCH_SIZE = 64, SCRATCH_RANDOM = 6 };

/* /tmp/albumen-WHAT- and the letters that mkdtemp and mkstemp replace. */
static inline char *scratch_template(char out[SCRATCH_SIZE], const char *what)
{
    int length = snprintf(out, SCRATCH_SIZE - SCRATCH_RANDOM, "/tmp/albumen-%s-", what);

    memset(out + length, 'X', SCRATCH_RANDOM);
    out[length + SCRATCH_RANDOM] = '\0';
    return out;
}

static inline bool scratch_make(char out[SCRATCH_SIZE], const char *what)
{
    return mkdtemp(scratch_template(out, what)) != NULL;
}

static inline int scratch_remove_one(const char *path, const struct stat *info, int kind,
                                     struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

/* 0, or -1 as a teardown says it. */
static inline int scratch_remove(const char *folder)
{
    return nftw(folder, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* An empty file, open; the caller unlinks it. */
static inline int scratch_file(char out[SCRATCH_SIZE], const char *what)
{
    return mkstemp(scratch_template(out, what));
}

#endif
