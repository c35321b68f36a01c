/* Keys as paths below one folder, without ever leaving it. Only blob/ includes this. */
#ifndef BLOB_FOLDER_PATH_H
#define BLOB_FOLDER_PATH_H

#include <stdatomic.h>
#include <sys/stat.h>

#include "blob/blob.h"

/* Shared by all threads; nothing but the marks changes after opening. */
struct folder_store {
    struct blob_store store;
    int root, incoming;
    /* Hashes of folders whose entry in their parent was seen to the disk: see folder_path.c. */
    atomic_uint_least64_t durable[1024];
};

/* These give 0 or an errno: who knows the operation makes the message. */

/* The folder of the key's last segment, and that segment in name. make: folders that are missing
 * are made, and all on the way are durable. */
int folder_open_parent(struct folder_store *s, struct str key, bool make, int *out_fd,
                       char name[BLOB_SEGMENT_MAX + 1]);
/* For reading; what is no file opens too, but does not block. */
int folder_open_file(struct folder_store *s, struct str key, int *out_fd);
int folder_sync(int fd);
int64_t folder_changed_ms(const struct stat *info);
/* Removes the folders above the key that have become empty. */
void folder_prune(struct folder_store *s, struct str key);

bool folder_list(struct blob_store *s, struct arena *a, struct str after, size_t limit,
                 struct blob_page *out, struct err *e);
bool folder_visit(struct blob_store *s, blob_visit_fn visit, void *ctx, struct err *e);
bool folder_fail(struct err *e, int error, const char *doing, struct str key);

#endif
