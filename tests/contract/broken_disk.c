/* A disk that breaks when a test says so: SQLite's own file layer with faults between. */
#include "broken_disk.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int broken;
static sqlite3_vfs *real, disk;

/* The real layer has several sets of methods (with and without locks), all with the same xWrite and
 * xSync. */
static struct {
    const sqlite3_io_methods *of;
    sqlite3_io_methods broken;
} sets[4];
static sqlite3_io_methods real_methods;

static int write_or_break(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset)
{
    switch (atomic_load(&broken)) {
    case DISK_IS_FULL:
        return SQLITE_FULL;
    case DISK_FAILS_WRITES:
        return SQLITE_IOERR_WRITE;
    default:
        return real_methods.xWrite(file, bytes, count, offset);
    }
}

static int sync_or_break(sqlite3_file *file, int flags)
{
    if (atomic_load(&broken) == DISK_FAILS_SYNCS)
        return SQLITE_IOERR_FSYNC;
    return real_methods.xSync(file, flags);
}

/* The set that breaks in place of this one. Called while SQLite opens a file: one thread at a time
 * in these tests. */
static const sqlite3_io_methods *breakable(const sqlite3_io_methods *of)
{
    size_t i = 0;

    while (sets[i].of != NULL && sets[i].of != of)
        i++;
    assert(i + 1 < sizeof(sets) / sizeof(sets[0]));
    if (sets[i].of == NULL) {
        real_methods = *of;
        sets[i].broken = *of;
        sets[i].broken.xWrite = write_or_break;
        sets[i].broken.xSync = sync_or_break;
        sets[i].of = of;
    }
    assert(of->xWrite == real_methods.xWrite && of->xSync == real_methods.xSync);
    return &sets[i].broken;
}

static int open_with_faults(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                            int *out_flags)
{
    int rc = real->xOpen(real, name, file, flags, out_flags);

    (void)vfs;
    if (file->pMethods != NULL)
        file->pMethods = breakable(file->pMethods);
    return rc;
}

void broken_disk_install(void)
{
    real = sqlite3_vfs_find(NULL);
    disk = *real;
    disk.zName = "broken-disk";
    disk.xOpen = open_with_faults;
    sqlite3_vfs_register(&disk, 1);
}

void broken_disk_set(enum broken how)
{
    atomic_store(&broken, how);
}
