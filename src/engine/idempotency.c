/* First answers kept by key, so that a request that is sent again is not done again. */
#include "engine/idempotency.h"

#include "base/clock.h"
#include "engine/retention.h"

struct idempotency_row {
    struct idempotency it;
    int64_t created_at, oldest;
};

static const struct field idempotency_fields[] = {
    { FIELD_NAMED(struct idempotency_row, it.user_id, "user_id") },
    { FIELD_NAMED(struct idempotency_row, it.key, "key") },
    { FIELD_NAMED(struct idempotency_row, it.route, "route") },
    { FIELD_NAMED(struct idempotency_row, it.body_hash, "body_hash") },
    { FIELD_NAMED(struct idempotency_row, it.status, "status") },
    { FIELD_NAMED(struct idempotency_row, it.answer, "answer") },
    { FIELD_TIME(struct idempotency_row, created_at) },
    { FIELD_TIME(struct idempotency_row, oldest) },
    { 0 },
};

bool idempotency_claim(struct db_tx *tx, struct arena *a, struct idempotency *w, bool *out_known,
                       struct err *e)
{
    int64_t now = clock_now_ms();
    struct idempotency_row row = { .it = *w,
                                   .created_at = now,
                                   .oldest = now - retention_rules_get()->idempotency_ms };
    struct idempotency_row first = { .it.user_id = w->user_id, .it.key = w->key };

    if (!db_exec(tx, Q_IDEMPOTENCY_EXPIRE, idempotency_fields, &row, e) ||
        !db_exec(tx, Q_IDEMPOTENCY_INSERT, idempotency_fields, &row, e))
        return false;
    *out_known = db_changed(tx) == 0;
    if (!*out_known)
        return true;

    if (!db_row(tx, a, Q_IDEMPOTENCY_FIND, idempotency_fields, &row, idempotency_fields, &first, e))
        return false;
    if (!str_eq(first.it.route, w->route) || !str_eq(first.it.body_hash, w->body_hash))
        return err_set(e, ERR_CONFLICT, "this Idempotency-Key was used for another request");
    *w = first.it;
    return true;
}

bool idempotency_keep(struct db_tx *tx, const struct idempotency *w, struct err *e)
{
    struct idempotency_row row = { .it = *w };

    return db_exec(tx, Q_IDEMPOTENCY_KEEP, idempotency_fields, &row, e);
}

bool idempotency_sweep(struct db_tx *tx, struct err *e)
{
    struct idempotency_row row = { .oldest =
                                       clock_now_ms() - retention_rules_get()->idempotency_ms };

    return db_exec(tx, Q_IDEMPOTENCY_SWEEP, idempotency_fields, &row, e);
}
