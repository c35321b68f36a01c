/* The trash is emptied: what has lain in it long enough goes for good, rows and bytes. */
#ifndef WORK_TRASH_H
#define WORK_TRASH_H

#include "blob/blob.h"
#include "db/db.h"

/*
 * What was deleted before that moment. The rows go first: bytes that a dying process leaves behind
 * are orphans, and swept.
 */
MUST_CHECK bool trash_empty(struct db *db, struct blob_store *store, int64_t before_ms,
                            int64_t *out_count, struct err *e);

#endif
