/* Budgets: how much a user, or all together, may spend in a day, a week or a month (UTC). */
#include "engine/budget.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/random.h"
#include "engine/event.h"
#include "engine/ledger_row.h"

enum { MICROS = 1000 * 1000 };

/* What the queries of this file take and give. */
struct budget_row {
    struct budget budget;
    struct str after;
    int64_t limit, now, start, warned_start;
    int64_t day_start, day_spent, week_start, week_spent, month_start, month_spent;
};

static const struct field budget_fields[] = {
    { FIELD_NAMED(struct budget_row, budget.id, "id") },
    { FIELD_NAMED(struct budget_row, budget.scope, "scope") },
    { FIELD_NAMED(struct budget_row, budget.user_name, "user_name") },
    { .name = "period",
      .type = FIELD_ENUM,
      .names = period_names,
      .offset = offsetof(struct budget_row, budget.period) },
    { FIELD_NAMED(struct budget_row, budget.limit_micros, "limit_micros") },
    { FIELD_NAMED(struct budget_row, budget.reserved, "reserved") },
    { FIELD_NAMED(struct budget_row, budget.created_at, "created_at") },
    { FIELD_NAMED(struct budget_row, budget.updated_at, "updated_at") },
    { FIELD(struct budget_row, after) },
    { FIELD(struct budget_row, limit) },
    { FIELD(struct budget_row, now) },
    { FIELD(struct budget_row, start) },
    { FIELD(struct budget_row, warned_start) },
    { FIELD(struct budget_row, day_start) },
    { FIELD(struct budget_row, day_spent) },
    { FIELD(struct budget_row, week_start) },
    { FIELD(struct budget_row, week_spent) },
    { FIELD(struct budget_row, month_start) },
    { FIELD(struct budget_row, month_spent) },
    { 0 },
};

/* The sums belong to the period in which something was spent last: later ones begin at nothing. */
static void fill_spent(struct budget_row *row)
{
    const struct {
        int64_t start, spent;
    } sums[] = {
        [PERIOD_DAY] = { row->day_start, row->day_spent },
        [PERIOD_WEEK] = { row->week_start, row->week_spent },
        [PERIOD_MONTH] = { row->month_start, row->month_spent },
    };
    enum period period = row->budget.period;

    row->start = period_start(period, clock_now_ms());
    row->budget.spent = sums[period].start >= row->start ? sums[period].spent : 0;
}

static bool list_rows(struct db_tx *tx, struct arena *a, enum query query,
                      const struct budget_row *row, struct field_list *out, struct err *e)
{
    struct field_list found;

    if (!db_rows(tx, a, query, budget_fields, row, budget_fields, sizeof(*row), &found, e))
        return false;
    for (size_t i = 0; i < found.count; i++)
        fill_spent((struct budget_row *)found.items + i);
    *out = found;
    return true;
}

/* Without what is of no interest outside. */
static struct field_list budgets_of(struct arena *a, struct field_list rows)
{
    struct budget *budgets = arena_array(a, struct budget, rows.count);

    for (size_t i = 0; i < rows.count; i++)
        budgets[i] = ((const struct budget_row *)rows.items)[i].budget;
    return (struct field_list){ budgets, rows.count };
}

bool budget_list(struct db_tx *tx, struct arena *a, struct str after, int64_t limit,
                 struct field_list *out, struct err *e)
{
    struct budget_row row = { .after = after, .limit = limit };
    struct field_list rows;

    if (!list_rows(tx, a, Q_BUDGET_PAGE, &row, &rows, e))
        return false;
    *out = budgets_of(a, rows);
    return true;
}

static bool list_of_user(struct db_tx *tx, struct arena *a, struct str user_id,
                         struct field_list *out, struct err *e)
{
    struct budget_row row = { .budget.scope = user_id };

    return list_rows(tx, a, Q_BUDGET_OF_USER, &row, out, e);
}

bool budget_list_of_user(struct db_tx *tx, struct arena *a, struct str user_id,
                         struct field_list *out, struct err *e)
{
    struct field_list rows;

    if (!list_of_user(tx, a, user_id, &rows, e))
        return false;
    *out = budgets_of(a, rows);
    return true;
}

bool budget_set(struct db_tx *tx, struct arena *a, struct str scope, enum period period,
                int64_t limit_micros, struct budget *out, struct err *e)
{
    struct budget_row row = { .budget = { .id = uuid_new(a),
                                          .scope = scope,
                                          .period = period,
                                          .limit_micros = limit_micros },
                              .now = clock_now_ms() };
    struct budget_row found = row;

    if (scope.len > 0 &&
        !db_row(tx, a, Q_BUDGET_SCOPE_EXISTS, budget_fields, &row, budget_fields, &found, e))
        return e->code == ERR_NOT_FOUND
                   ? err_set_field(e, ERR_INVALID, STR("userId"), "there is no such user")
                   : false;
    if (!db_exec(tx, Q_BUDGET_PUT, budget_fields, &row, e) ||
        !db_row(tx, a, Q_BUDGET_OF_SCOPE, budget_fields, &row, budget_fields, &found, e))
        return false;
    fill_spent(&found);
    *out = found.budget;
    return true;
}

bool budget_delete(struct db_tx *tx, struct str id, struct err *e)
{
    struct budget_row row = { .budget.id = id };

    if (!db_exec(tx, Q_BUDGET_DELETE, budget_fields, &row, e))
        return false;
    return db_changed(tx) == 1 || err_set(e, ERR_NOT_FOUND, "no such budget");
}

bool budget_delete_of_user(struct db_tx *tx, struct str user_id, struct err *e)
{
    struct budget_row row = { .budget.scope = user_id };

    return db_exec(tx, Q_BUDGET_DELETE_OF_USER, budget_fields, &row, e);
}

int64_t budget_left(const struct budget *budget)
{
    return budget->limit_micros - budget->spent - budget->reserved;
}

/* 0.40, 12.00, 0.0025: to the cent, and as far behind it as there is something. */
static struct str dollars(struct arena *a, int64_t micros)
{
    struct str text = arena_strf(a, "%.6f", (double)micros / MICROS);

    for (int beyond = 4; beyond > 0 && text.ptr[text.len - 1] == '0'; beyond--)
        text.len--;
    return text;
}

/* Says how far it is used up, when it begins anew, and what can be done until then. What is asked
 * for ("one job", "this") is not among what is held back. */
static bool fail_exhausted(struct arena *a, const struct budget *b, const char *what, int64_t needs,
                           struct err *e)
{
    char next[CLOCK_ISO_LEN + 1];
    const char *whose = b->scope.len > 0 ? "your" : "the common";
    struct str how_far;

    if (budget_left(b) > 0)
        how_far = arena_strf(a, "has " STR_FMT " USD left, and %s needs " STR_FMT,
                             STR_ARG(dollars(a, budget_left(b))), what, STR_ARG(dollars(a, needs)));
    else
        how_far = arena_strf(a, "is used up (" STR_FMT " spent, " STR_FMT " held back)",
                             STR_ARG(dollars(a, b->spent)), STR_ARG(dollars(a, b->reserved)));
    clock_format_iso(period_end(b->period, clock_now_ms()), next);
    return err_set(e, ERR_BUDGET_EXHAUSTED,
                   "%s budget of " STR_FMT " USD for this %s " STR_FMT
                   ": wait until %.10s, take a backend that costs nothing, or have an admin raise "
                   "it (albumen budget set)",
                   whose, STR_ARG(dollars(a, b->limit_micros)), period_names[b->period],
                   STR_ARG(how_far), next);
}

/* What has no price yet needs room too. */
bool budget_check(struct db_tx *tx, struct arena *a, struct str user_id, int64_t micros,
                  struct err *e)
{
    struct field_list rows;

    if (!list_of_user(tx, a, user_id, &rows, e))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct budget *b = &((const struct budget_row *)rows.items)[i].budget;

        if (budget_left(b) < MAX(micros, 1))
            return fail_exhausted(a, b, "one job", micros, e);
    }
    return true;
}

/* {"scope":"user","userId":...,"period":"month","spent":4000000,"limit":5000000}, in micro-dollars;
 * what is held back is among what is spent. */
struct warning {
    struct str scope, user_id, period;
    int64_t spent, limit;
};

static const struct field warning_json[] = {
    { FIELD(struct warning, scope) },  { FIELD(struct warning, user_id) },
    { FIELD(struct warning, period) }, { FIELD(struct warning, spent) },
    { FIELD(struct warning, limit) },  { 0 },
};

static bool tell(struct db_tx *tx, struct arena *a, const struct budget *b, struct err *e)
{
    bool is_own = b->scope.len > 0;
    struct warning warning = { .scope = is_own ? STR("user") : STR("total"),
                               .user_id = is_own ? b->scope : (struct str){ 0 },
                               .period = str_from(period_names[b->period]),
                               .spent = b->spent + b->reserved,
                               .limit = b->limit_micros };

    return (!is_own || event_add_struct(tx, a, event_user_channel(a, b->scope), "budget_warning",
                                        warning_json, &warning, e)) &&
           event_add_struct(tx, a, EVENT_CHANNEL_ADMIN, "budget_warning", warning_json, &warning,
                            e);
}

/* Whoever notes the warning tells it. */
static bool warn(struct db_tx *tx, struct arena *a, const struct budget_row *row, struct err *e)
{
    const struct budget *b = &row->budget;
    double used = (double)b->spent + (double)b->reserved;

    if (row->warned_start >= row->start ||
        used * 100 < (double)b->limit_micros * BUDGET_WARN_PERCENT)
        return true;
    if (!db_exec(tx, Q_BUDGET_WARN, budget_fields, row, e))
        return false;
    return db_changed(tx) == 0 || tell(tx, a, b, e);
}

bool budget_enforce(struct db_tx *tx, struct arena *a, struct str user_id,
                    const struct budget_claim *claim, struct err *e)
{
    struct field_list rows;

    if (!list_of_user(tx, a, user_id, &rows, e))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct budget_row *row = (const struct budget_row *)rows.items + i;

        if (claim->may_refuse && budget_left(&row->budget) < 0) {
            struct budget before = row->budget;
            int64_t needs = before.scope.len > 0 ? claim->own : claim->all;

            before.reserved -= needs;
            return fail_exhausted(a, &before, "this", needs, e);
        }
        if (!warn(tx, a, row, e))
            return false;
    }
    return true;
}
