/* Files and folders: whole reads, durable writes, locks. */
#include "base/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/random.h"

enum { LEFTOVERS_MAX = 1000 };

void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd); /* not again on EINTR: the number is free already */
    *fd = -1;
}

int fd_take(int *fd)
{
    int taken = *fd;

    *fd = -1;
    return taken;
}

static enum err_code code_of_errno(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    case ENOSPC:
    case EDQUOT:
        return ERR_STORAGE_FULL;
    case EROFS:
        return ERR_UNAVAILABLE;
    case EACCES:
    case EPERM:
        return ERR_FORBIDDEN;
    case EEXIST:
        return ERR_CONFLICT;
    case ENAMETOOLONG:
        return ERR_INVALID;
    default:
        return ERR_IO;
    }
}

bool err_set_errno(struct err *e, int error, const char *doing, const char *path)
{
    char reason[96];

    return err_set(e, code_of_errno(error), "cannot %s '%s': %s", doing, path,
                   strerror_r(error, reason, sizeof(reason)));
}

bool err_set_unwritten(struct err *e, int error)
{
    char reason[96];

    return err_set(e, code_of_errno(error), "cannot write: %s",
                   strerror_r(error, reason, sizeof(reason)));
}

/* What a passed fault point makes of the call: the failure that a disk would give. */
static int faulty(bool hit, int result)
{
    if (!hit)
        return result;
    errno = EIO;
    return -1;
}

bool file_open(const char *path, int flags, int mode, int *out_fd, struct err *e)
{
    int fd = FAULT(file_open) ? faulty(true, 0) : open(path, flags | O_CLOEXEC, mode);

    if (fd < 0)
        return err_set_errno(e, errno, "open", path);
    *out_fd = fd;
    return true;
}

int file_read_first(int fd, char *out, size_t bytes, size_t *out_got)
{
    ssize_t n = 1;

    *out_got = 0;
    while (*out_got < bytes && n != 0) {
        n = faulty(FAULT(file_read), 0) < 0
                ? -1
                : pread(fd, out + *out_got, bytes - *out_got, (off_t)*out_got);
        if (n < 0 && errno != EINTR)
            return errno;
        *out_got += (size_t)MAX(n, 0);
    }
    return 0;
}

bool file_read(struct arena *a, const char *path, size_t max_bytes, struct str *out, struct err *e)
{
    AUTO_FD fd = -1;
    struct stat info;
    size_t size, got;
    char *content;
    int error;

    if (!file_open(path, O_RDONLY | O_NONBLOCK, 0, &fd, e)) /* a pipe must not hold us up */
        return false;
    if (fstat(fd, &info) < 0)
        return err_set_errno(e, errno, "read", path);
    if (!S_ISREG(info.st_mode))
        return err_set(e, ERR_INVALID, "'%s' is not a file", path);
    size = (size_t)info.st_size;
    if (size > max_bytes)
        return err_set(e, ERR_TOO_LARGE, "'%s' is larger than %zu bytes", path, max_bytes);

    content = arena_alloc(a, size + 1);
    error = file_read_first(fd, content, size, &got);
    if (error != 0)
        return err_set_errno(e, error, "read", path);
    *out = str_of(content, got);
    return true;
}

bool file_write_all(int fd, struct str content, struct err *e)
{
    while (content.len > 0) {
        ssize_t n = faulty(FAULT(file_write), 0) < 0 ? -1 : write(fd, content.ptr, content.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set_unwritten(e, errno);
        content = str_slice(content, (size_t)n, content.len);
    }
    return true;
}

bool file_sync(int fd, struct err *e)
{
    if (faulty(FAULT(file_sync), 0) < 0 || fsync(fd) < 0)
        return err_set_errno(e, errno, "sync", "file");
    return true;
}

/* The folder part of a path, "." when there is none. */
static struct str folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return STR(".");
    return slash == path ? STR("/") : str_of(path, (size_t)(slash - path));
}

int folder_sync_fd(int fd)
{
    return fsync(fd) < 0 && errno != EINVAL ? errno : 0;
}

bool file_sync_folder_of(const char *path, struct err *e)
{
    AUTO_ARENA a = { 0 };
    AUTO_FD fd = -1;
    const char *folder = arena_cstr(&a, folder_of(path));
    int error;

    if (!file_open(folder, O_RDONLY | O_DIRECTORY, 0, &fd, e))
        return false;
    error = faulty(FAULT(folder_sync), 0) < 0 ? errno : folder_sync_fd(fd);
    return error == 0 || err_set_errno(e, error, "sync", folder);
}

bool file_rename(const char *from, const char *to, struct err *e)
{
    if (faulty(FAULT(file_rename), 0) < 0 || rename(from, to) < 0)
        return err_set_errno(e, errno, "rename to", to);
    return true;
}

static bool write_and_sync(const char *path, struct str content, int mode, struct err *e)
{
    AUTO_FD fd = -1;

    if (!file_open(path, O_WRONLY | O_CREAT | O_EXCL, mode, &fd, e))
        return false;
    return file_write_all(fd, content, e) && file_sync(fd, e);
}

bool file_write_atomic(const char *path, struct str content, int mode, struct err *e)
{
    AUTO_ARENA a = { 0 };
    char id[UUID_LEN + 1];
    struct str temporary;

    uuid_write(id);
    temporary = arena_strf(&a, "%s.%s.tmp", path, id);
    if (!write_and_sync(temporary.ptr, content, mode, e) || !file_rename(temporary.ptr, path, e)) {
        unlink(temporary.ptr);
        return err_wrap(e, path);
    }
    return file_sync_folder_of(path, e);
}

static int64_t changed_ms(const struct stat *info)
{
    return (int64_t)info->st_mtim.tv_sec * 1000 + info->st_mtim.tv_nsec / 1000000;
}

/* "<name>.<id>.tmp", as file_write_atomic calls it. */
static bool is_leftover(struct str name)
{
    size_t ending = UUID_LEN + strlen("..tmp");

    return name.len > ending && str_ends(name, STR(".tmp")) && name.ptr[name.len - ending] == '.' &&
           uuid_is_valid(str_slice(name, name.len - ending + 1, name.len - strlen(".tmp")));
}

/* The name of the next one that was left before before_ms, or NULL. */
static const char *next_leftover(DIR *dir, int64_t before_ms)
{
    const struct dirent *entry;

    while ((entry = readdir(dir)) != NULL) {
        struct stat info;

        if (is_leftover(str_from(entry->d_name)) &&
            fstatat(dirfd(dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(info.st_mode) && changed_ms(&info) < before_ms)
            return entry->d_name;
    }
    return NULL;
}

bool file_list_leftovers(const char *folder, int64_t before_ms, struct arena *a,
                         struct str_list *out, struct err *e)
{
    DIR *dir = opendir(folder);
    struct str_list list = { arena_array(a, struct str, LEFTOVERS_MAX), 0 };
    const char *name;

    if (dir == NULL)
        return err_set_errno(e, errno, "read the folder", folder);
    while (list.count < LEFTOVERS_MAX && (name = next_leftover(dir, before_ms)) != NULL)
        list.items[list.count++] = arena_str(a, str_from(name));
    closedir(dir);
    *out = list;
    return true;
}

bool file_sweep_leftovers(const char *folder, int64_t before_ms, int64_t *out_removed,
                          struct err *e)
{
    DIR *dir = opendir(folder);
    const char *name;

    if (dir == NULL)
        return err_set_errno(e, errno, "read the folder", folder);
    *out_removed = 0;
    while ((name = next_leftover(dir, before_ms)) != NULL)
        *out_removed += unlinkat(dirfd(dir), name, 0) == 0;
    closedir(dir);
    return true;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

int64_t file_size(int fd)
{
    struct stat info;

    return fstat(fd, &info) < 0 ? -1 : (int64_t)info.st_size;
}

/* Like a file's, a folder's entry in its parent may be lost in a power cut until it is synced. */
static bool make_one(const char *path, int mode, struct err *e)
{
    struct stat info;

    if (faulty(FAULT(folder_make), 0) == 0 && mkdir(path, (mode_t)mode) == 0) {
        if (file_sync_folder_of(path, e))
            return true;
        rmdir(path);
        return false;
    }
    if (errno == EEXIST && stat(path, &info) == 0) {
        if (S_ISDIR(info.st_mode))
            return true;
        return err_set(e, ERR_CONFLICT, "'%s' is a file where a folder is needed", path);
    }
    return err_set_errno(e, errno, "make the folder", path);
}

bool folder_make(const char *path, int mode, struct err *e)
{
    AUTO_ARENA a = { 0 };
    char *partial = arena_cstr(&a, str_from(path));

    for (size_t len = strlen(partial); len > 1 && partial[len - 1] == '/'; len--)
        partial[len - 1] = '\0'; /* else the last folder would be made as one on the way */
    for (char *at = partial + 1; at[0] != '\0' && at[-1] != '\0'; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        if (!make_one(partial, 0755, e))
            return false;
        *at = '/';
    }
    return make_one(partial, mode, e);
}

bool file_lock(const char *path, int *out_fd, struct err *e)
{
    AUTO_FD fd = -1;

    if (!file_open(path, O_RDWR | O_CREAT, 0600, &fd, e))
        return false;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno == EWOULDBLOCK)
            return err_set(e, ERR_BUSY, "'%s' is locked by another process", path);
        return err_set_errno(e, errno, "lock", path);
    }
    *out_fd = fd_take(&fd);
    return true;
}
