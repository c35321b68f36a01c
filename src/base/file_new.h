/* New files that appear whole, under a name that nobody has yet, or not at all. */
#ifndef BASE_FILE_NEW_H
#define BASE_FILE_NEW_H

#include "base/arena.h"
#include "base/err.h"

/* Written through fd. It has no name, or where the file system cannot do that a hidden one beside
 * its later place. */
struct file_new {
    int fd;
    char *hidden; /* in the arena; NULL: it has no name */
};

/* In the folder that it will stay in. */
MUST_CHECK bool file_new_open(struct arena *a, const char *folder, int mode, struct file_new *out,
                              struct err *e);
/* On disk first, then the name, in one step; ERR_CONFLICT when something has it, and another may be
 * tried. */
MUST_CHECK bool file_new_publish(struct file_new *f, const char *path, struct err *e);
void file_new_close(struct file_new *f); /* what was not published is gone */
#define AUTO_FILE_NEW CLEANUP(file_new_close) struct file_new

#endif
