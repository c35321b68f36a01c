/* The database as it stands at one moment, and the list of what the store has to hold for it. */
#ifndef FEATURES_OPERATIONS_SNAPSHOT_H
#define FEATURES_OPERATIONS_SNAPSHOT_H

#include "db/db.h"

struct snapshot {
    struct str database, list; /* names of the files, in the data folder */
    struct str store_id;
    int64_t blobs;
};

/*
 * Both files are of one snapshot, while others go on writing. A line of the list is
 * "<sha256 or -> <bytes or -> <key>": of thumbnails nothing is known beforehand. Their names are
 * those of leftovers: what nobody fetches is swept away.
 */
MUST_CHECK bool snapshot_make(struct db *db, struct arena *a, const char *folder,
                              struct snapshot *out, struct err *e);

#endif
