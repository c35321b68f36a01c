/* What the files of the ledger share. Only they include this. */
#ifndef ENGINE_LEDGER_ROW_H
#define ENGINE_LEDGER_ROW_H

#include "engine/budget.h"
#include "engine/ledger.h"

enum ledger_outcome { LEDGER_OPEN, LEDGER_SPENT, LEDGER_REFUNDED, LEDGER_ASSUMED };

struct ledger_row {
    struct str id, job_id, user_id, backend, door, remote;
    enum ledger_outcome outcome;
    enum job_state state;
    int64_t reserved, pictures, now, limit;
    int64_t failed, took_ms; /* for the usage: 1 without a picture; how long its worker had it */
    struct opt_i64 spent;    /* not set: what was reserved */
    bool opens_again;        /* the job was in the ledger before */
};
extern const struct field ledger_fields[];

/* ledger_sums.c: adds what was opened and settled to the sums of its users, and of all together. */
MUST_CHECK bool ledger_add_up(struct db_tx *tx, struct arena *a, const struct ledger_row *opened,
                              size_t opened_count, const struct ledger_row *settled,
                              size_t settled_count, struct err *e);

/* budget.c: with one picture more of this price, would a budget of his, or of all, be overdrawn? */
MUST_CHECK bool budget_check(struct db_tx *tx, struct arena *a, struct str user_id, int64_t micros,
                             struct err *e);
/* What a commit holds back: for one user, and for all together. */
struct budget_claim {
    int64_t own, all;
    bool may_refuse; /* not when all that he does is over already */
};

/* After the sums have changed: refuses what overdraws, and warns once a period of what is nearly
 * used up. */
MUST_CHECK bool budget_enforce(struct db_tx *tx, struct arena *a, struct str user_id,
                               const struct budget_claim *claim, struct err *e);

#endif
