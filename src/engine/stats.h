/* Numbers of the whole installation, for whoever watches it: read from sums that are kept, never by
 * going through what they count. */
#ifndef ENGINE_STATS_H
#define ENGINE_STATS_H

#include "db/db.h"

struct stats {
    int64_t pictures, trashed; /* as the catalogue has them: a moment late */
    /* In micro-dollars, of all users together. */
    int64_t reserved, spent_today, spent_this_month;
};

MUST_CHECK bool stats_load(struct db_tx *tx, struct stats *out, struct err *e);

#endif
