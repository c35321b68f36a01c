/* First answers kept by key, so that a request that is sent again is not done again. */
#ifndef ENGINE_IDEMPOTENCY_H
#define ENGINE_IDEMPOTENCY_H

#include "db/db.h"

enum { IDEMPOTENCY_KEY_MAX = 200 };

struct idempotency {
    struct str user_id;
    struct str key;
    struct str route; /* "POST /api/users" */
    struct str body_hash;
    int64_t status;
    struct str answer;
};

/*
 * Takes the key for this transaction. *out_known: an earlier request had it, and w->status and
 * w->answer are its answer. ERR_CONFLICT: it was for something else. Two at once: the second waits
 * for the first or conflicts.
 */
MUST_CHECK bool idempotency_claim(struct db_tx *tx, struct arena *a, struct idempotency *w,
                                  bool *out_known, struct err *e);
/* Keeps the answer, in the transaction that did the work. */
MUST_CHECK bool idempotency_keep(struct db_tx *tx, const struct idempotency *w, struct err *e);
/* Forgets what is older than the rules (engine/retention.h) keep. */
MUST_CHECK bool idempotency_sweep(struct db_tx *tx, struct err *e);

#endif
