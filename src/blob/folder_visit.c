/* All keys below a folder, as the folders come: however many there are, one name at a time. */
#include "blob/folder_path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

struct tour {
    blob_visit_fn visit;
    void *ctx;
    struct err *why;             /* the visitor's */
    char path[BLOB_KEY_MAX + 1]; /* of the folder being read: empty, or with a slash at the end */
    size_t path_len;
};

enum { ENDED_BY_VISITOR = -1 }; /* among values of errno */

static int tour_folder(struct tour *t, int fd);

/* What went away since its name was read is no error. */
static int tour_below(struct tour *t, int fd, const char *name, size_t len)
{
    AUTO_FD below = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int error;

    if (below < 0)
        return errno == ENOENT ? 0 : errno;
    memcpy(t->path + t->path_len, name, len);
    t->path[t->path_len + len] = '/';
    t->path_len += len + 1;
    error = tour_folder(t, fd_take(&below));
    t->path_len -= len + 1;
    return error;
}

static int tour_file(struct tour *t, const struct stat *info, const char *name, size_t len)
{
    struct blob_entry entry = { .key = { t->path, t->path_len + len },
                                .size = info->st_size,
                                .changed_ms = folder_changed_ms(info) };

    memcpy(t->path + t->path_len, name, len);
    return t->visit(t->ctx, &entry, t->why) ? 0 : ENDED_BY_VISITOR;
}

static int tour_name(struct tour *t, int fd, const char *name)
{
    size_t len = strlen(name);
    struct stat info;

    if (!blob_key_is_valid(str_of(name, len)) || t->path_len + len > BLOB_KEY_MAX)
        return 0;
    if (fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? 0 : errno;
    if (S_ISREG(info.st_mode))
        return tour_file(t, &info, name, len);
    if (S_ISDIR(info.st_mode) && t->path_len + len + 1 < BLOB_KEY_MAX)
        return tour_below(t, fd, name, len);
    return 0;
}

/* Closes fd. */
static int tour_folder(struct tour *t, int fd)
{
    DIR *dir = fdopendir(fd);
    const struct dirent *entry;
    int error = 0;

    if (dir == NULL) {
        error = errno;
        close(fd);
        return error;
    }
    errno = 0;
    while (error == 0 && (entry = readdir(dir)) != NULL) {
        error = tour_name(t, dirfd(dir), entry->d_name);
        errno = 0; /* what the visitor left there is not readdir's */
    }
    if (error == 0)
        error = errno;
    closedir(dir);
    return error;
}

bool folder_visit(struct blob_store *store, blob_visit_fn visit, void *ctx, struct err *e)
{
    struct folder_store *s = CONTAINER_OF(store, struct folder_store, store);
    struct tour tour = { .visit = visit, .ctx = ctx, .why = e };
    int fd = openat(s->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error = fd < 0 ? errno : tour_folder(&tour, fd);

    if (error == 0)
        return true;
    return error == ENDED_BY_VISITOR ? false : folder_fail(e, error, "go through", STR("all keys"));
}
