/* The store that needs nothing: a folder whose files appear complete or not at all. */
#include "blob/blob_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "base/random.h"
#include "base/settings.h"
#include "blob/folder_path.h"

#define INCOMING ".incoming" /* no key begins with a dot */

enum { PIECE_BYTES = 1 << 16, TRIES = 100 };

static struct folder_store *folder_of(struct blob_store *store)
{
    return CONTAINER_OF(store, struct folder_store, store);
}

static int write_piece(int fd, struct str piece)
{
    while (piece.len > 0) {
        ssize_t n = FAULT(blob_write) ? (errno = EIO, -1) : write(fd, piece.ptr, piece.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        piece = str_slice(piece, (size_t)n, piece.len);
    }
    return 0;
}

static int copy_file(int to, int from, int64_t size)
{
    char piece[PIECE_BYTES];

    for (int64_t at = 0; at < size;) {
        ssize_t n = pread(from, piece, (size_t)MIN(size - at, PIECE_BYTES), at);
        int error;

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) /* shorter than it was said to be */
            return n < 0 ? errno : EIO;
        error = write_piece(to, str_of(piece, (size_t)n));
        if (error != 0)
            return error;
        at += n;
    }
    return 0;
}

/*
 * The lock tells a sweep that somebody is still writing, also from another process, and ends with
 * the process. A sweep that came between creating and locking has unlinked the file: another one.
 */
static int create_incoming(struct folder_store *s, char name[UUID_LEN + 1], int *out_fd)
{
    for (int i = 0; i < TRIES; i++) {
        AUTO_FD fd = -1;
        struct stat info;

        uuid_write(name);
        fd = FAULT(blob_create)
                 ? (errno = EIO, -1)
                 : openat(s->incoming, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                          0600);
        if (fd < 0 && errno != EEXIST)
            return errno;
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &info) == 0 &&
            info.st_nlink == 1) {
            *out_fd = fd_take(&fd);
            return 0;
        }
    }
    return EBUSY;
}

static int fill_incoming(int fd, const struct blob_content *content)
{
    int error = content->fd >= 0 ? copy_file(fd, content->fd, content->size)
                                 : write_piece(fd, content->bytes);

    if (error != 0)
        return error;
    return FAULT(blob_sync) ? EIO : fsync(fd) < 0 ? errno : 0;
}

/* Not every file system can rename without overwriting; every one that matters can link. */
static int move_new(int from_folder, const char *from, int to_folder, const char *to)
{
    if (FAULT(blob_rename))
        return EIO;
    if (renameat2(from_folder, from, to_folder, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
    if (linkat(from_folder, from, to_folder, to, 0) < 0)
        return errno;
    unlinkat(from_folder, from, 0); /* else the sweep does */
    return 0;
}

static int move_in(struct folder_store *s, const char *incoming, struct str key)
{
    char name[BLOB_SEGMENT_MAX + 1];
    AUTO_FD parent = -1;
    int error = folder_open_parent(s, key, true, &parent, name);

    if (error == 0)
        error = move_new(s->incoming, incoming, parent, name);
    if (error != 0)
        return error;
    error = folder_sync(parent);
    if (error != 0) /* nobody knows whether it is there after a power cut: then it had better not */
        unlinkat(parent, name, 0);
    return error;
}

static int store_new(struct folder_store *s, struct str key, const struct blob_content *content)
{
    char incoming[UUID_LEN + 1];
    AUTO_FD fd = -1;
    int error = create_incoming(s, incoming, &fd);

    if (error != 0)
        return error;
    error = fill_incoming(fd, content);
    if (error == 0) {
        /* The folder may be pruned between being opened and being used. */
        for (int i = 0; i < TRIES && (i == 0 || error == ENOENT); i++)
            error = move_in(s, incoming, key);
    }
    if (error != 0)
        unlinkat(s->incoming, incoming, 0);
    return error;
}

static bool is_there(struct folder_store *s, struct str key)
{
    char name[BLOB_SEGMENT_MAX + 1];
    AUTO_FD parent = -1;
    struct stat info;

    return folder_open_parent(s, key, false, &parent, name) == 0 &&
           fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool put(struct blob_store *store, struct str key, const struct blob_content *content,
                struct err *e)
{
    struct folder_store *s = folder_of(store);
    int error = is_there(s, key) ? EEXIST : store_new(s, key, content);

    if (error == 0)
        return true;
    if (error == ENOTDIR || error == ELOOP) /* a file or a link where a folder should be */
        error = EEXIST;
    if (error != EEXIST)
        folder_prune(s, key);
    return folder_fail(e, error, "store", key);
}

static int open_file(struct folder_store *s, struct str key, struct blob_file *out)
{
    AUTO_FD fd = -1;
    struct stat info;
    int error = folder_open_file(s, key, &fd);

    if (error != 0)
        return error;
    if (fstat(fd, &info) < 0)
        return errno;
    if (!S_ISREG(info.st_mode))
        return ENOENT;
    *out = (struct blob_file){ .fd = fd_take(&fd), .size = info.st_size };
    return 0;
}

static bool open_read(struct blob_store *store, struct str key, struct blob_file *out,
                      struct err *e)
{
    int error = open_file(folder_of(store), key, out);

    if (error == 0)
        return true;
    return folder_fail(e, error == ELOOP || error == ENXIO ? ENOENT : error, "open", key);
}

static int remove_file(struct folder_store *s, struct str key)
{
    char name[BLOB_SEGMENT_MAX + 1];
    AUTO_FD parent = -1;
    int error = folder_open_parent(s, key, false, &parent, name);

    if (error != 0)
        return error;
    if (FAULT(blob_remove))
        return EIO;
    if (unlinkat(parent, name, 0) < 0)
        return errno;
    return folder_sync(parent);
}

static bool remove_key(struct blob_store *store, struct str key, struct err *e)
{
    struct folder_store *s = folder_of(store);
    int error = remove_file(s, key);

    if (error == ENOENT || error == ENOTDIR || error == ELOOP || error == EISDIR)
        return true; /* under the key there is nothing */
    if (error != 0)
        return folder_fail(e, error, "remove", key);
    folder_prune(s, key);
    return true;
}

/* 1 when the file is garbage and, unless it was only to be counted, gone. */
static int sweep_one(struct folder_store *s, const char *name, bool remove)
{
    AUTO_FD fd = openat(s->incoming, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
        return 0;
    return !remove || unlinkat(s->incoming, name, 0) == 0;
}

static bool sweep(struct blob_store *store, bool remove, int64_t *out_count, struct err *e)
{
    struct folder_store *s = folder_of(store);
    int copy = openat(s->incoming, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *entry;

    if (dir == NULL) {
        fd_close(&copy);
        return folder_fail(e, errno, "sweep", STR(INCOMING));
    }
    while ((entry = readdir(dir)) != NULL) {
        if (uuid_is_valid(str_from(entry->d_name)))
            *out_count += sweep_one(s, entry->d_name, remove);
    }
    closedir(dir);
    return true;
}

/* Another clock than ours may stamp the files, a file server's say: so it is asked by a file. */
static bool now(struct blob_store *store, int64_t *out_ms, struct err *e)
{
    struct folder_store *s = folder_of(store);
    char incoming[UUID_LEN + 1];
    AUTO_FD fd = -1;
    struct stat info;
    int error = create_incoming(s, incoming, &fd);

    if (error != 0)
        return folder_fail(e, error, "write into", STR(INCOMING));
    error = fstat(fd, &info) < 0 ? errno : 0;
    unlinkat(s->incoming, incoming, 0); /* else the sweep does */
    if (error != 0)
        return folder_fail(e, error, "read", STR(INCOMING));
    *out_ms = folder_changed_ms(&info);
    return true;
}

/* A folder that was removed, or whose disk is gone, is open still. */
static bool check(struct blob_store *store, struct err *e)
{
    struct stat info;

    return fstatat(folder_of(store)->root, INCOMING, &info, AT_SYMLINK_NOFOLLOW) == 0 ||
           folder_fail(e, errno, "reach", STR(INCOMING));
}

static void close_folder(struct blob_store *store)
{
    struct folder_store *s = folder_of(store);

    fd_close(&s->incoming);
    fd_close(&s->root);
    free(s);
}

static int open_incoming(struct folder_store *s)
{
    if (mkdirat(s->root, INCOMING, 0700) < 0 && errno != EEXIST)
        return errno;
    s->incoming = openat(s->root, INCOMING, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return s->incoming < 0 ? errno : 0;
}

bool blob_folder_open(struct str path, struct blob_store **out, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct folder_store *s = mem_alloc(sizeof(*s));
    const char *folder = arena_cstr(&a, path);
    int error;

    *s = (struct folder_store){ .store.ops = &blob_folder, .root = -1, .incoming = -1 };
    if (!folder_make(folder, 0700, e) || !file_sync_folder_of(folder, e) ||
        !file_open(folder, O_RDONLY | O_DIRECTORY, 0, &s->root, e)) {
        close_folder(&s->store);
        if (e->code == ERR_FORBIDDEN)
            e->code = ERR_UNAVAILABLE;
        return err_wrap(e, "blob store");
    }
    error = open_incoming(s);
    if (error != 0) {
        close_folder(&s->store);
        return folder_fail(e, error, "open for writing", path);
    }
    *out = &s->store;
    return true;
}

struct settings {
    struct str path;
};

static const struct field settings_fields[] = {
    { FIELD(struct settings, path), .required = true, .min = 1, .max = 1000,
      .help = "the folder, made when it is missing" },
    { 0 },
};

static bool open_configured(const struct json *settings, const struct guard *guard,
                            struct blob_store **out, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct settings want = { 0 };

    UNUSED(guard);
    return settings_decode(&a, settings, settings_fields, &want, e) &&
           blob_folder_open(want.path, out, e);
}

const struct blob_store_ops blob_folder = {
    .type = "folder",
    .title = "Folder",
    .settings = settings_fields,
    .open = open_configured,
    .close = close_folder,
    .put = put,
    .open_read = open_read,
    .remove = remove_key,
    .list = folder_list,
    .visit = folder_visit,
    .now = now,
    .check = check,
    .sweep = sweep,
};
