/* Budgets: how much a user, or all together, may spend in a day, a week or a month (UTC). Money is
 * in micro-dollars. */
#ifndef ENGINE_BUDGET_H
#define ENGINE_BUDGET_H

#include "db/db.h"
#include "engine/period.h"

struct budget {
    struct str id;
    struct str scope;     /* a user's id; "" is all users together */
    struct str user_name; /* no value for all together */
    enum period period;
    int64_t limit_micros;
    int64_t spent;    /* in this period */
    int64_t reserved; /* for what is open now, whenever it began */
    int64_t created_at, updated_at;
};

enum { BUDGET_WARN_PERCENT = 80 };

/* Up to limit budgets with an id above `after`, in the order in which they were made. */
MUST_CHECK bool budget_list(struct db_tx *tx, struct arena *a, struct str after, int64_t limit,
                            struct field_list *out, struct err *e);
/* Those that hold for a user: his own and those of all together. */
MUST_CHECK bool budget_list_of_user(struct db_tx *tx, struct arena *a, struct str user_id,
                                    struct field_list *out, struct err *e);
/* The budget of this scope and period, made or changed; what was spent before counts. ERR_INVALID
 * for a user who is not there. */
MUST_CHECK bool budget_set(struct db_tx *tx, struct arena *a, struct str scope, enum period period,
                           int64_t limit_micros, struct budget *out, struct err *e);
MUST_CHECK bool budget_delete(struct db_tx *tx, struct str id, struct err *e);
MUST_CHECK bool budget_delete_of_user(struct db_tx *tx, struct str user_id, struct err *e);

/* What may still be spent; negative when it is overdrawn. */
int64_t budget_left(const struct budget *budget);

#endif
