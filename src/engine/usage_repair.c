/* Where the sums of the usage do not fit to the ledger, or to each other: found, and put right. */
#include "engine/usage_tally.h"

#include <string.h>

struct look {
    int64_t limit;
};

static const struct field look_params[] = {
    { FIELD(struct look, limit) },
    { 0 },
};

static bool list_by(struct db_tx *tx, struct arena *a, enum query query, struct field_list *out,
                    struct err *e)
{
    const struct look look = { .limit = USAGE_DRIFTS_MAX };

    return db_rows(tx, a, query, look_params, &look, usage_tally_fields, sizeof(struct usage_tally),
                   out, e);
}

bool usage_find_drift(struct db_tx *tx, struct arena *a, struct field_list *out_money,
                      struct field_list *out_sums, struct err *e)
{
    return list_by(tx, a, Q_USAGE_DRIFT_MONEY, out_money, e) &&
           list_by(tx, a, Q_USAGE_DRIFT_SUMS, out_sums, e);
}

/* What is missing is added, so that what is counted meanwhile stays. A user's row takes its sums
 * along: that they are wrong by themselves was found beside it. */
bool usage_repair(struct db_tx *tx, struct arena *a, struct field_list *out_money,
                  struct field_list *out_sums, struct err *e)
{
    struct usage_tally *missing;

    if (!usage_find_drift(tx, a, out_money, out_sums, e))
        return false;
    missing = arena_array(a, struct usage_tally, out_money->count);
    if (out_money->count > 0)
        memcpy(missing, out_money->items, out_money->count * sizeof(*missing));
    return (out_money->count == 0 || usage_add(tx, a, missing, out_money->count, e)) &&
           (out_sums->count == 0 ||
            db_post_many(tx, Q_USAGE_ADD, usage_tally_fields, out_sums->items, sizeof(*missing),
                         out_sums->count, DB_ANY_CHANGE, e));
}
