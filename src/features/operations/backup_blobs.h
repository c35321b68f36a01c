/* The stored files of a backup: what the list names, and the backup does not have yet. */
#ifndef FEATURES_OPERATIONS_BACKUP_BLOBS_H
#define FEATURES_OPERATIONS_BACKUP_BLOBS_H

#include "blob/blob.h"

struct backup_tally {
    int64_t seen, copied, copied_bytes, missing;
    int64_t blobs, bytes; /* that the backup holds */
};

/* Told after each file; key without value, unless the file is missing or damaged. */
typedef void (*backup_tell_fn)(void *ctx, const struct backup_tally *tally, struct str key,
                               const char *what);

/*
 * Goes through the list of a snapshot and writes that of the backup, `to_list`. A file that is gone
 * or is not what was stored is told, counted and left out.
 */
MUST_CHECK bool backup_blobs(struct blob_store *from, struct blob_store *to, const char *from_list,
                             const char *to_list, backup_tell_fn tell, void *ctx,
                             struct backup_tally *tally, struct err *e);

#endif
