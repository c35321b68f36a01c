/* What does not fit together in the ledger: found for those who check, and put right. */
#include "engine/ledger_row.h"
#include "engine/usage.h"

static bool list_by(struct db_tx *tx, struct arena *a, enum query query, struct field_list *out,
                    struct err *e)
{
    struct ledger_row row = { .limit = LEDGER_DRIFTS_MAX };

    return db_rows(tx, a, query, ledger_fields, &row, ledger_fields, sizeof(row), out, e);
}

bool ledger_find_stale(struct db_tx *tx, struct arena *a, struct field_list *out, struct err *e)
{
    struct field_list stale, sums;
    struct ledger_drift *drifts;
    size_t count = 0;

    if (!list_by(tx, a, Q_LEDGER_STALE, &stale, e) || !list_by(tx, a, Q_LEDGER_SUMS, &sums, e))
        return false;
    drifts = arena_array(a, struct ledger_drift, stale.count + sums.count);
    for (size_t i = 0; i < stale.count; i++) {
        const struct ledger_row *row = (const struct ledger_row *)stale.items + i;

        drifts[count++] =
            (struct ledger_drift){ LEDGER_STALE, row->user_id, row->job_id, row->reserved };
    }
    for (size_t i = 0; i < sums.count; i++) {
        const struct ledger_row *row = (const struct ledger_row *)sums.items + i;

        drifts[count++] = (struct ledger_drift){ .kind = LEDGER_SUM,
                                                 .user_id = row->user_id,
                                                 .micros = row->reserved };
    }
    *out = (struct field_list){ drifts, count };
    return true;
}

/* As it would have been with the end of its job; of one that is gone nobody knows more. */
static bool settle(struct db_tx *tx, const struct ledger_row *row, struct err *e)
{
    struct job job = { .id = row->job_id,
                       .user_id = row->user_id,
                       .remote = row->remote,
                       .state = row->state,
                       .reserved = { true, row->reserved } };

    return row->state == JOB_COMPLETED ? ledger_spend(tx, &job, NULL, e) : ledger_end(tx, &job, e);
}

/* Sums first, while they can be compared with what is there: what is settled goes into them at the
 * end of the transaction, and they stay right. */
bool ledger_repair(struct db_tx *tx, struct arena *a, int64_t *out_count, struct err *e)
{
    struct field_list stale, sums;

    if (!usage_line_up(tx, a, e) || !list_by(tx, a, Q_LEDGER_SUMS, &sums, e) ||
        !list_by(tx, a, Q_LEDGER_STALE, &stale, e))
        return false;
    for (size_t i = 0; i < sums.count; i++) {
        if (!db_exec(tx, Q_LEDGER_SUMS_CORRECT, ledger_fields,
                     (const struct ledger_row *)sums.items + i, e))
            return false;
    }
    for (size_t i = 0; i < stale.count; i++) {
        if (!settle(tx, (const struct ledger_row *)stale.items + i, e))
            return false;
    }
    *out_count = (int64_t)(sums.count + stale.count);
    return true;
}
