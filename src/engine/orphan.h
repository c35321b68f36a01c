/* Bytes in the store that no picture's row knows: left behind by a process that died between the
 * two.
 */
#ifndef ENGINE_ORPHAN_H
#define ENGINE_ORPHAN_H

#include "db/db.h"

enum { ORPHAN_PAGE_MAX = 256 };

/*
 * Which of these keys, at most ORPHAN_PAGE_MAX, belong to no row, neither as a picture nor as one
 * of its thumbnails? *out holds struct str.
 */
MUST_CHECK bool orphan_list(struct db_tx *tx, struct arena *a, const struct str *keys, size_t count,
                            struct field_list *out, struct err *e);

/* When the job was claimed that has been running the longest, or INT64_MAX: what is older than this
 * belongs to no job that may still write its row. */
MUST_CHECK bool orphan_horizon(struct db_tx *tx, int64_t *out_ms, struct err *e);

#endif
