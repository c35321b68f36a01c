/* Values of the whole installation that live in its database: its id, its signing key. */
#ifndef ENGINE_SETTING_H
#define ENGINE_SETTING_H

#include "db/db.h"

/* The stored value; when there is none, `fresh` is stored and returned. Safe for several servers at
 * once. */
MUST_CHECK bool setting_load_or_store(struct db_tx *tx, struct arena *a, struct str name,
                                      struct str fresh, struct str *out, struct err *e);
/* ERR_NOT_FOUND when nothing was stored. */
MUST_CHECK bool setting_load(struct db_tx *tx, struct arena *a, struct str name, struct str *out,
                             struct err *e);

#endif
