/* New files that appear whole, under a name that nobody has yet, or not at all. */
#include "base/file_new.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "base/random.h"

static bool open_hidden(struct arena *a, const char *folder, int mode, struct file_new *out,
                        struct err *e)
{
    struct str name = arena_strf(a, "%s/.new-%016llx", folder, (unsigned long long)random_u64());
    char *path = arena_cstr(a, name);

    if (!file_open(path, O_RDWR | O_CREAT | O_EXCL, mode, &out->fd, e))
        return false;
    out->hidden = path;
    return true;
}

bool file_new_open(struct arena *a, const char *folder, int mode, struct file_new *out,
                   struct err *e)
{
    struct err why = { 0 };

    *out = (struct file_new){ .fd = -1 };
    if (file_open(folder, O_TMPFILE | O_RDWR, mode, &out->fd, &why))
        return true;
    if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)
        return open_hidden(a, folder, mode, out, e);
    *e = why;
    return false;
}

/* A file without a name gets its first one; a hidden one moves, and neither replaces anything. */
static int give_name(const struct file_new *f, const char *path)
{
    char self[40];

    if (f->hidden != NULL) {
        if (renameat2(AT_FDCWD, f->hidden, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
            return 0;
        return errno == EINVAL || errno == ENOSYS ? link(f->hidden, path) : -1;
    }
    snprintf(self, sizeof(self), "/proc/self/fd/%d", f->fd);
    return linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

bool file_new_publish(struct file_new *f, const char *path, struct err *e)
{
    if (!file_sync(f->fd, e))
        return false;
    if (FAULT(file_new_name))
        return err_set_errno(e, EIO, "write", path);
    if (give_name(f, path) != 0)
        return err_set_errno(e, errno, "write", path);
    return file_sync_folder_of(path, e);
}

void file_new_close(struct file_new *f)
{
    if (f->hidden != NULL)
        unlink(f->hidden); /* gone already where it was moved */
    f->hidden = NULL;
    fd_close(&f->fd);
}
