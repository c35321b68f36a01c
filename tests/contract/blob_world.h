/* What the tests of blob stores share: every kind of store on an empty place, and system calls that
 * fail on demand. */
#ifndef TESTS_CONTRACT_BLOB_WORLD_H
#define TESTS_CONTRACT_BLOB_WORLD_H

#include "check.h"
#include "scratch.h"

#include "blob/blob.h"

/* A kind of store under test. */
struct blob_place {
    const char *name;
    bool (*open)(struct blob_store **out, struct err *e);
    bool is_local; /* files below `place`, written with system calls */
};

extern const struct blob_place blob_places[];
extern const size_t blob_place_count;

extern const struct blob_place *current; /* what the tests run on */
extern char place[SCRATCH_SIZE];         /* an empty folder of this test */
extern struct blob_store *store;
extern struct arena arena;

int blob_setup(void **state);
int blob_teardown(void **state);
#define BLOB_TEST(name) cmocka_unit_test_setup_teardown(name, blob_setup, blob_teardown)

void reopen(void);
/* All files in the place, complete or not, listed or not. */
int files_in_place(void);
struct str read_key(const char *key);
bool key_is_there(const char *key);

/* The next calls of one kind fail with this errno, until it is 0 again. */
extern _Atomic int write_error, mkdirat_error, openat_error, renameat2_error, unlinkat_error;
extern _Atomic int openat2_error;
extern _Atomic bool writes_are_short;

#endif
