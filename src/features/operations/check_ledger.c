/* The check of an installation, from the money's side: nothing is held back for what has ended. */
#include "engine/ledger.h"
#include "features/operations/check.h"

static const char *const drift_words[] = {
    [LEDGER_STALE] = "held back for a job that has ended",
    [LEDGER_SUM] = "the user's sum is not that of his jobs",
};

struct drifts {
    struct check *check;
    struct field_list found; /* struct ledger_drift */
};

static bool find(struct db_tx *tx, void *arg, struct err *e)
{
    struct drifts *d = arg;

    return ledger_find_stale(tx, d->check->arena, &d->found, e);
}

static bool repair(struct db_tx *tx, void *arg, struct err *e)
{
    AUTO_ARENA a = { 0 };
    int64_t count;

    UNUSED(arg);
    return ledger_repair(tx, &a, &count, e);
}

static void report(struct check *c, const struct ledger_drift *drift)
{
    struct check_finding *finding = check_add(c, CHECK_STALE_RESERVATION, drift->job_id);

    finding->user_id = arena_str(c->arena, drift->user_id);
    finding->detail = arena_strf(c->arena, "%lld micro-dollars %s", (long long)drift->micros,
                                 drift_words[drift->kind]);
    finding->repaired = c->repair;
}

bool check_ledger(struct check *c, struct err *e)
{
    struct drifts d = { .check = c };
    size_t count;

    if (!db_read(c->db, find, &d, e) ||
        (c->repair && d.found.count > 0 && !db_write(c->db, repair, &d, e)))
        return false;
    count = MIN(d.found.count, (size_t)(CHECK_FINDINGS_MAX - CHECK_FILES_PAGE));
    for (size_t i = 0; i < count; i++)
        report(c, (const struct ledger_drift *)d.found.items + i);
    check_end_pass(c);
    return true;
}
