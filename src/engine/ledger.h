/*
 * The ledger of jobs that cost money: what is held back for each while it is open, and what it has
 * cost in the end. Written in the transactions of the jobs' states, whoever makes them. Money is in
 * micro-dollars.
 */
#ifndef ENGINE_LEDGER_H
#define ENGINE_LEDGER_H

#include "engine/job.h"

/* Holds job->reserved back for it, unless that is not set: what costs nothing is not in the ledger,
 * and its end only counted (engine/usage.h). ERR_BUDGET_EXHAUSTED here, or at the end of the
 * transaction when others were faster. */
MUST_CHECK bool ledger_open(struct db_tx *tx, struct arena *a, const struct job *job,
                            struct err *e);
/* The same for a job that was in the ledger before. */
MUST_CHECK bool ledger_open_again(struct db_tx *tx, struct arena *a, const struct job *job,
                                  struct err *e);

/* The job has got what it asked for. NULL: it has cost what was reserved. */
MUST_CHECK bool ledger_spend(struct db_tx *tx, const struct job *job,
                             const struct job_charge *charge, struct err *e);
/* It has ended without: when its `remote` says that something may have been bought, what was
 * reserved is taken for spent, and else given back. */
MUST_CHECK bool ledger_end(struct db_tx *tx, const struct job *job, struct err *e);
/* The same for all that a user has open, who is about to be deleted. */
MUST_CHECK bool ledger_end_of_user(struct db_tx *tx, struct arena *a, struct str user_id,
                                   struct err *e);

/* What a job of this user has cost, all its attempts together; 0 for what costs nothing. */
MUST_CHECK bool ledger_cost(struct db_tx *tx, struct arena *a, struct str user_id,
                            struct str job_id, int64_t *out_micros, struct err *e);

/* What does not fit together, which no crash should ever leave behind. */
enum ledger_drift_kind {
    LEDGER_STALE, /* held back for a job that has ended, or is gone */
    LEDGER_SUM,   /* a user's sum of what is held back is not that of his entries */
};
struct ledger_drift {
    enum ledger_drift_kind kind;
    struct str user_id; /* "" for the sum of all users */
    struct str job_id;  /* LEDGER_STALE */
    int64_t micros;     /* held back; LEDGER_SUM: too much, or too little when negative */
};
enum { LEDGER_DRIFTS_MAX = 1000 }; /* that are found at once */
/* As struct ledger_drift; costs by what is open, not by what ever was. */
MUST_CHECK bool ledger_find_stale(struct db_tx *tx, struct arena *a, struct field_list *out,
                                  struct err *e);
/* Settles what is stale as its job has ended, and adds up anew. In a transaction of its own. */
MUST_CHECK bool ledger_repair(struct db_tx *tx, struct arena *a, int64_t *out_count, struct err *e);

#endif
