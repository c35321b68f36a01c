/* What the files of the usage share: the rows of its sums. Only they include this. */
#ifndef ENGINE_USAGE_TALLY_H
#define ENGINE_USAGE_TALLY_H

#include "engine/usage.h"

extern const struct field usage_tally_fields[]; /* of struct usage_tally */

/* Adds rows to those that are kept. Spoils them. */
MUST_CHECK bool usage_post(struct db_tx *tx, struct usage_tally *rows, size_t count, struct err *e);
/* Adds rows of users to theirs, and to the sums over them. Spoils the rows. */
MUST_CHECK bool usage_add(struct db_tx *tx, struct arena *a, struct usage_tally *rows, size_t count,
                          struct err *e);

#endif
