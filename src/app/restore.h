/* From a backup to a data folder: everything is compared first, then put beside its place, then
 * moved into it. */
#ifndef APP_RESTORE_H
#define APP_RESTORE_H

#include "app/config.h"
#include "base/err.h"

struct restore_options {
    const struct config *config; /* where to */
    const char *folder;          /* the backup */
    bool replace; /* what is in the data folder is moved aside, into "replaced-<time>" in it */
    void (*tell)(void *ctx, const char *what, int64_t done, int64_t total);
    void *ctx;
};

struct restore_result {
    int64_t blobs, bytes, database_bytes, created_at; /* of the backup */
    struct str replaced; /* the folder with what was there, or no value */
};

/*
 * ERR_INVALID: the backup is damaged or of another database. ERR_CONFLICT: the data folder, or the
 * PostgreSQL database, is not empty. ERR_BUSY: a server uses it. When it is broken off, servers
 * refuse the data folder, and the next restore goes on.
 */
MUST_CHECK bool restore_run(const struct restore_options *options, struct arena *a,
                            struct restore_result *out, struct err *e);

/* For app_open: ERR_CONFLICT when a restore into this data folder was broken off. */
MUST_CHECK bool restore_check_whole(const struct config *config, struct err *e);

#endif
