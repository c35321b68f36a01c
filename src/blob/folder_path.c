/* Keys as paths below one folder: each segment is opened by itself and never through a link. */
#include "blob/folder_path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"

int folder_sync(int fd)
{
    return FAULT(blob_folder_sync) ? EIO : folder_sync_fd(fd);
}

int64_t folder_changed_ms(const struct stat *info)
{
    return (int64_t)info->st_mtim.tv_sec * 1000 + info->st_mtim.tv_nsec / 1000000;
}

/*
 * A folder that is there may still be lost in a power cut: whoever made it, another thread or a
 * process that died since, may not have come to the sync of its parent. So each process syncs the
 * parent once for every folder it puts something into, and remembers that here. A slot that is
 * overwritten costs one more sync.
 */
static atomic_uint_least64_t *durable_slot(struct folder_store *s, uint64_t hash)
{
    return &s->durable[hash % COUNT(s->durable)];
}

static int make_durable(struct folder_store *s, int parent, struct str path, bool is_new)
{
    uint64_t hash = str_hash(path);
    int error;

    if (!is_new && atomic_load(durable_slot(s, hash)) == hash)
        return 0;
    error = folder_sync(parent);
    if (error == 0)
        atomic_store(durable_slot(s, hash), hash);
    return error;
}

static void forget_durable(struct folder_store *s, struct str path)
{
    atomic_store(durable_slot(s, str_hash(path)), 0);
}

static int open_folder(int parent, const char *name, int *out_fd)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    *out_fd = fd;
    return fd < 0 ? errno : 0;
}

/* Replaces *fd by the folder called name in it; path is what leads there from the root. */
static int step_down(struct folder_store *s, int *fd, const char *name, struct str path, bool make)
{
    AUTO_FD below = -1;
    bool is_new = false;
    int error = open_folder(*fd, name, &below);

    if (error == ENOENT && make) {
        if (FAULT(blob_folder_make))
            return EIO;
        is_new = mkdirat(*fd, name, 0700) == 0;
        if (!is_new && errno != EEXIST)
            return errno;
        error = open_folder(*fd, name, &below);
    }
    if (error == 0 && make)
        error = make_durable(s, *fd, path, is_new);
    if (error != 0)
        return error;
    fd_close(fd);
    *fd = fd_take(&below);
    return 0;
}

int folder_open_parent(struct folder_store *s, struct str key, bool make, int *out_fd,
                       char name[BLOB_SEGMENT_MAX + 1])
{
    AUTO_FD fd = fcntl(s->root, F_DUPFD_CLOEXEC, 3);
    struct str segment, rest = key;

    if (fd < 0)
        return errno;
    while (str_cut(rest, '/', &segment, &rest)) {
        struct str path = str_of(key.ptr, (size_t)(segment.ptr - key.ptr) + segment.len);
        int error;

        snprintf(name, BLOB_SEGMENT_MAX + 1, STR_FMT, STR_ARG(segment));
        error = step_down(s, &fd, name, path, make);
        if (error != 0)
            return error;
    }
    snprintf(name, BLOB_SEGMENT_MAX + 1, STR_FMT, STR_ARG(segment));
    *out_fd = fd_take(&fd);
    return 0;
}

static int open_step_by_step(struct folder_store *s, struct str key, int flags, int *out_fd)
{
    char name[BLOB_SEGMENT_MAX + 1];
    AUTO_FD parent = -1;
    int error = folder_open_parent(s, key, false, &parent, name);

    if (error != 0)
        return error;
    *out_fd = openat(parent, name, flags);
    return *out_fd < 0 ? errno : 0;
}

/* Pictures are looked at often: the kernel walks the whole way in one call, and refuses links on it
 * as our own steps do. Where it is too old for that, or a sandbox does not know the call, we walk.
 */
int folder_open_file(struct folder_store *s, struct str key, int *out_fd)
{
    static const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    struct open_how how = { .flags = (uint64_t)flags,
                            .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };
    char path[BLOB_KEY_MAX + 1];

    if (FAULT(blob_open))
        return EIO;
    snprintf(path, sizeof(path), STR_FMT, STR_ARG(key));
    *out_fd = (int)syscall(SYS_openat2, s->root, path, &how, sizeof(how));
    if (*out_fd < 0 && (errno == ENOSYS || errno == EPERM))
        return open_step_by_step(s, key, flags, out_fd);
    return *out_fd < 0 ? errno : 0;
}

static struct str without_last(struct str path)
{
    while (path.len > 0 && path.ptr[path.len - 1] != '/')
        path.len--;
    return str_slice(path, 0, path.len > 0 ? path.len - 1 : 0);
}

/* True when there is no such folder any more. Forgets before and after: whoever marks the folder in
 * between marks one that is about to go. */
static bool prune_one(struct folder_store *s, struct str path)
{
    char name[BLOB_SEGMENT_MAX + 1];
    AUTO_FD parent = -1;
    int error = folder_open_parent(s, path, false, &parent, name);

    if (error != 0)
        return error == ENOENT;
    forget_durable(s, path);
    error = unlinkat(parent, name, AT_REMOVEDIR) == 0 ? 0 : errno;
    forget_durable(s, path);
    return error == 0 || error == ENOENT;
}

void folder_prune(struct folder_store *s, struct str key)
{
    for (struct str path = without_last(key); path.len > 0; path = without_last(path)) {
        if (!prune_one(s, path))
            return;
    }
}

/* What users cannot mend is not theirs to be told as forbidden. */
bool folder_fail(struct err *e, int error, const char *doing, struct str key)
{
    char name[BLOB_KEY_MAX + 1];

    snprintf(name, sizeof(name), STR_FMT, STR_ARG(key));
    err_set_errno(e, error, doing, name);
    if (error == EACCES || error == EPERM || error == EROFS)
        e->code = ERR_UNAVAILABLE;
    return false;
}
