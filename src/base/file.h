/* Files and folders: whole reads, durable writes, locks. Every step is a named fault point. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"
#include "base/err.h"

/* fd_close takes a pointer, accepts -1 and sets -1; fd_take hands the number over and leaves -1. */
void fd_close(int *fd);
int fd_take(int *fd);
#define AUTO_FD CLEANUP(fd_close) int

MUST_CHECK bool file_open(const char *path, int flags, int mode, int *out_fd, struct err *e);
/* The whole file, at most max_bytes (ERR_TOO_LARGE); ERR_NOT_FOUND when there is none. */
MUST_CHECK bool file_read(struct arena *a, const char *path, size_t max_bytes, struct str *out,
                          struct err *e);
/* 0, or an errno. *out_got is less than bytes where the file is shorter. The place in the file
 * stays as it is: it may be shared. */
int file_read_first(int fd, char *out, size_t bytes, size_t *out_got);
/*
 * Old content or new content, never a part, also across a power cut: a temporary file beside the
 * target, fsync, rename, fsync of the folder.
 */
MUST_CHECK bool file_write_atomic(const char *path, struct str content, int mode, struct err *e);
/* Removes what calls of it that were killed have left in this folder before before_ms. */
MUST_CHECK bool file_sweep_leftovers(const char *folder, int64_t before_ms, int64_t *out_removed,
                                     struct err *e);
/* Which they are: *out holds their names. */
MUST_CHECK bool file_list_leftovers(const char *folder, int64_t before_ms, struct arena *a,
                                    struct str_list *out, struct err *e);
MUST_CHECK bool file_write_all(int fd, struct str content, struct err *e);
MUST_CHECK bool file_sync(int fd, struct err *e);
MUST_CHECK bool file_sync_folder_of(const char *path, struct err *e);
/* 0, or an errno. A file system that cannot sync folders (shared ones of virtual machines) is taken
 * as it is, as databases do. */
int folder_sync_fd(int fd);
MUST_CHECK bool file_rename(const char *from, const char *to, struct err *e);
bool file_exists(const char *path);
int64_t file_size(int fd); /* -1 on failure */

/* Like mkdir -p, durable; the last folder gets the mode. */
MUST_CHECK bool folder_make(const char *path, int mode, struct err *e);

/* An exclusive lock for as long as *out_fd is open; ERR_BUSY when another process holds it. */
MUST_CHECK bool file_lock(const char *path, int *out_fd, struct err *e);

/* Maps errno to a code (ENOENT not found, ENOSPC storage full, ...) with "cannot <doing> '<path>':
 * <reason>". */
bool err_set_errno(struct err *e, int error, const char *doing, const char *path);
/* The same for a file that is open: the caller knows which it is. */
bool err_set_unwritten(struct err *e, int error);

#endif
