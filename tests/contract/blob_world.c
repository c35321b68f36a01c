/* What the tests of blob stores share. The program is linked with --wrap for the calls below. */
#include "blob_world.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/fault.h"
#include "base/file.h"
#include "blob/blob_folder.h"

const struct blob_place *current;
char place[SCRATCH_SIZE];
struct blob_store *store;
struct arena arena;

_Atomic int write_error, mkdirat_error, openat_error, renameat2_error, unlinkat_error;
_Atomic int openat2_error;
_Atomic bool writes_are_short;

ssize_t __real_write(int fd, const void *bytes, size_t count);
ssize_t __wrap_write(int fd, const void *bytes, size_t count);
int __real_mkdirat(int fd, const char *path, mode_t mode);
int __wrap_mkdirat(int fd, const char *path, mode_t mode);
int __real_openat64(int fd, const char *path, int flags, ...);
int __wrap_openat64(int fd, const char *path, int flags, ...);
int __real_renameat2(int from, const char *old, int to, const char *new, unsigned flags);
int __wrap_renameat2(int from, const char *old, int to, const char *new, unsigned flags);
int __real_unlinkat(int fd, const char *path, int flags);
int __wrap_unlinkat(int fd, const char *path, int flags);

long __real_syscall(long number, long a, long b, long c, long d, long e, long f);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f);

static int failing(int error)
{
    errno = error;
    return -1;
}

ssize_t __wrap_write(int fd, const void *bytes, size_t count)
{
    if (write_error != 0 && fd > 2)
        return failing(write_error);
    return __real_write(fd, bytes, writes_are_short && fd > 2 && count > 1 ? count / 2 : count);
}

int __wrap_mkdirat(int fd, const char *path, mode_t mode)
{
    return mkdirat_error != 0 ? failing(mkdirat_error) : __real_mkdirat(fd, path, mode);
}

int __wrap_openat64(int fd, const char *path, int flags, ...)
{
    return openat_error != 0 && (flags & O_CREAT) != 0 ? failing(openat_error)
                                                       : __real_openat64(fd, path, flags, 0600);
}

int __wrap_renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
    return renameat2_error != 0 ? failing(renameat2_error)
                                : __real_renameat2(from, old, to, new, flags);
}

long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    return number == SYS_openat2 && openat2_error != 0 ? failing(openat2_error)
                                                       : __real_syscall(number, a, b, c, d, e, f);
}

int __wrap_unlinkat(int fd, const char *path, int flags)
{
    return unlinkat_error != 0 ? failing(unlinkat_error) : __real_unlinkat(fd, path, flags);
}

static bool open_folder(struct blob_store **out, struct err *e)
{
    struct json_member member = { STR("path"), { .type = JSON_STR, .str = str_from(place) } };
    struct json settings = { .type = JSON_OBJECT, .object = { &member, 1 } };

    return blob_open(&blob_folder, &settings, NULL, out, e);
}

const struct blob_place blob_places[] = {
    { "folder", open_folder, true },
};
const size_t blob_place_count = COUNT(blob_places);

int blob_setup(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    if (!crypto_init(&e) || !scratch_make(place, "blob"))
        return -1;
    return current->open(&store, &e) ? 0 : -1;
}

int blob_teardown(void **state)
{
    UNUSED(state);
    fault_set(NULL);
    openat2_error = 0;
    write_error = mkdirat_error = openat_error = renameat2_error = unlinkat_error = 0;
    writes_are_short = false;
    blob_close(store);
    store = NULL;
    arena_deinit(&arena);
    return scratch_remove(place);
}

void reopen(void)
{
    struct err e = { 0 };

    blob_close(store);
    store = NULL;
    CHECK_OK(current->open(&store, &e));
}

static int counted;

static int count_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    UNUSED(path);
    UNUSED(info);
    UNUSED(where);
    counted += kind != FTW_D;
    return 0;
}

int files_in_place(void)
{
    counted = 0;
    CHECK(nftw(place, count_one, 16, FTW_PHYS) == 0);
    return counted;
}

struct str read_key(const char *key)
{
    struct str content = { 0 };
    struct err e = { 0 };

    CHECK_OK(blob_read(store, &arena, str_from(key), 16 * MIB, &content, &e));
    return content;
}

bool key_is_there(const char *key)
{
    struct blob_file file = { .fd = -1 };
    struct err e = { 0 };

    if (!blob_open_read(store, str_from(key), &file, &e)) {
        CHECK_I64(e.code, ERR_NOT_FOUND);
        return false;
    }
    fd_close(&file.fd);
    return true;
}
