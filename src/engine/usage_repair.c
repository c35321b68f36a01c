/* Where the sums of the usage do not fit to the ledger, or to each other: found, and put right. */
#include "engine/usage_tally.h"

#include <string.h>

struct look {
    int64_t day, limit;
};

static const struct field look_params[] = {
    { FIELD(struct look, day) },
    { FIELD(struct look, limit) },
    { 0 },
};

struct found_day {
    struct opt_i64 day;
};

static const struct field found_day_fields[] = {
    { FIELD(struct found_day, day) },
    { 0 },
};

bool usage_next_day(struct db_tx *tx, struct arena *a, int64_t from, struct opt_i64 *out,
                    struct err *e)
{
    const struct look look = { .day = from };
    struct found_day found = { 0 };

    if (!db_row(tx, a, Q_USAGE_NEXT_DAY, look_params, &look, found_day_fields, &found, e))
        return false;
    *out = found.day;
    return true;
}

static bool list_of(struct db_tx *tx, struct arena *a, enum query query, int64_t day,
                    struct field_list *out, struct err *e)
{
    const struct look look = { .day = day, .limit = USAGE_DRIFTS_MAX };

    return db_rows(tx, a, query, look_params, &look, usage_tally_fields, sizeof(struct usage_tally),
                   out, e);
}

bool usage_find_drift(struct db_tx *tx, struct arena *a, int64_t day, struct field_list *out_money,
                      struct field_list *out_sums, struct err *e)
{
    return list_of(tx, a, Q_USAGE_DRIFT_MONEY, day, out_money, e) &&
           list_of(tx, a, Q_USAGE_DRIFT_SUMS, day, out_sums, e);
}

bool usage_line_up(struct db_tx *tx, struct arena *a, struct err *e)
{
    struct usage_tally got;

    return db_row(tx, a, Q_USAGE_LINE_UP, usage_tally_fields, &(struct usage_tally){ 0 },
                  usage_tally_fields, &got, e);
}

static void *copy_of(struct arena *a, struct field_list list)
{
    struct usage_tally *copy = arena_array(a, struct usage_tally, list.count);

    if (list.count > 0)
        memcpy(copy, list.items, list.count * sizeof(*copy));
    return copy;
}

/* What is missing is added, so that what is counted meanwhile stays. With a user's row its sums are
 * corrected, too; those that are wrong by themselves are in out_sums. */
bool usage_repair(struct db_tx *tx, struct arena *a, int64_t day, struct field_list *out_money,
                  struct field_list *out_sums, struct err *e)
{
    return usage_line_up(tx, a, e) && usage_find_drift(tx, a, day, out_money, out_sums, e) &&
           usage_add(tx, a, copy_of(a, *out_money), out_money->count, e) &&
           usage_post(tx, copy_of(a, *out_sums), out_sums->count, e);
}
