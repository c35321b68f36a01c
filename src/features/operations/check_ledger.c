/* The check of an installation, the ledger's part: no money is held back for jobs that are over. */
#include <stdlib.h>

#include "engine/ledger.h"
#include "features/operations/check.h"

enum { MICROS = 1000 * 1000 };

struct audit {
    struct check *check;
    struct field_list drifts; /* struct ledger_drift */
};

static bool look(struct db_tx *tx, void *arg, struct err *e)
{
    struct audit *audit = arg;
    int64_t count;

    return ledger_find_stale(tx, audit->check->arena, &audit->drifts, e) &&
           (!audit->check->repair || ledger_repair(tx, audit->check->arena, &count, e));
}

static void add_finding(struct check *c, const struct ledger_drift *drift)
{
    bool is_stale = drift->kind == LEDGER_STALE;
    struct str whose = drift->user_id.len > 0 ? drift->user_id : STR("total");
    struct check_finding *finding = check_add(
        c, is_stale ? CHECK_STALE_RESERVATION : CHECK_WRONG_SUM, is_stale ? drift->job_id : whose);

    if (drift->user_id.len > 0)
        finding->user_id = drift->user_id;
    finding->detail = arena_strf(c->arena, "%.6f USD %s", (double)llabs(drift->micros) / MICROS,
                                 is_stale            ? "for a job that is over"
                                 : drift->micros > 0 ? "too much"
                                                     : "too little");
    finding->repaired = c->repair;
}

/* In one piece: it goes by what is open, however much was spent. A repair goes on until nothing is
 * left. */
bool check_ledger(struct check *c, struct err *e)
{
    struct audit audit = { .check = c };

    if (!(c->repair ? db_write(c->db, look, &audit, e) : db_read(c->db, look, &audit, e)))
        return false;
    for (size_t i = 0; i < audit.drifts.count; i++)
        add_finding(c, (const struct ledger_drift *)audit.drifts.items + i);
    if (!c->repair || audit.drifts.count < LEDGER_DRIFTS_MAX)
        check_end_pass(c);
    return true;
}
