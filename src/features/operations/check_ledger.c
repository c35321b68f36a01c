/* The check of an installation, the ledger's part: no money is held back for jobs that are over,
 * and the usage adds up to what was spent. */
#include <stdlib.h>

#include "base/clock.h"
#include "engine/ledger.h"
#include "engine/usage.h"
#include "features/operations/check.h"

enum { MICROS = 1000 * 1000, DATE_LEN = 10, DAY_MS = 24 * 3600 * 1000 };

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

struct recount {
    struct check *check;
    struct opt_i64 day;            /* no value: there is none left */
    struct field_list money, sums; /* struct usage_tally */
};

static bool look_at_usage(struct db_tx *tx, void *arg, struct err *e)
{
    struct recount *r = arg;
    struct arena *a = r->check->arena;
    int64_t from;

    if (!str_to_i64(r->check->after, 0, INT64_MAX, &from))
        from = 0; /* at first */
    if (!usage_next_day(tx, a, from, &r->day, e) || !r->day.set)
        return e->code == ERR_NONE;
    return r->check->repair ? usage_repair(tx, a, r->day.value, &r->money, &r->sums, e)
                            : usage_find_drift(tx, a, r->day.value, &r->money, &r->sums, e);
}

/* "2026-11-21", of a user or of all, and what is wrong there. */
static void add_usage_finding(struct check *c, const struct usage_tally *drift, bool is_sum)
{
    char day[CLOCK_ISO_LEN + 1];
    struct check_finding *finding;

    clock_format_iso(drift->day, day);
    day[DATE_LEN] = '\0';
    finding = check_add(c, CHECK_WRONG_USAGE, str_from(day));
    if (drift->user_id.len > 0)
        finding->user_id = drift->user_id;
    if (is_sum)
        finding->detail = STR("a sum of the day is not that of its rows");
    else
        finding->detail = arena_strf(
            c->arena, "%.6f USD %s, made by '" STR_FMT "'", (double)llabs(drift->spent) / MICROS,
            drift->spent > 0 ? "too little" : "too much", STR_ARG(drift->backend));
    finding->repaired = c->repair;
}

/* A day at a time. A repair looks at one again until nothing is left. */
bool check_usage(struct check *c, struct err *e)
{
    struct recount r = { .check = c };
    bool again;

    if (!(c->repair ? db_write(c->db, look_at_usage, &r, e) : db_read(c->db, look_at_usage, &r, e)))
        return false;
    for (size_t i = 0; i < r.money.count; i++)
        add_usage_finding(c, (const struct usage_tally *)r.money.items + i, false);
    for (size_t i = 0; i < r.sums.count; i++)
        add_usage_finding(c, (const struct usage_tally *)r.sums.items + i, true);
    again = c->repair && MAX(r.money.count, r.sums.count) == USAGE_DRIFTS_MAX;
    if (!r.day.set)
        check_end_pass(c);
    else
        c->after = arena_strf(c->arena, "%lld", (long long)r.day.value + (again ? 0 : DAY_MS));
    return true;
}
