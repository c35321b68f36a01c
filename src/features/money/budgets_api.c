/* Handlers of the routes of budgets: admins manage them, everybody sees those that hold for
 * himself. */
#include "api/api.h"
#include "base/clock.h"
#include "engine/budget.h"
#include "features/money/money.h"

#define LIMIT_MAX_MICROS 1e15 /* a thousand million dollars */

static const char *const scope_names[] = { "total", "user", NULL };
enum scope { SCOPE_TOTAL, SCOPE_USER };

struct budget_view {
    struct str id, user_id, user_name;
    enum scope scope;
    enum period period;
    int64_t limit_micros, spent_micros, reserved_micros, left_micros;
    int64_t renews_at, created_at, updated_at;
};

static const struct field budget_json[] = {
    { FIELD(struct budget_view, id), .required = true },
    { FIELD_ENUM(struct budget_view, scope, scope_names), .help = "total: of all users together" },
    { FIELD(struct budget_view, user_id), .help = "null: of all together" },
    { FIELD(struct budget_view, user_name) },
    { FIELD_ENUM(struct budget_view, period, period_names), .help = "UTC; weeks begin on Monday" },
    { FIELD(struct budget_view, limit_micros), .required = true, .help = "in millionths" },
    { FIELD(struct budget_view, spent_micros), .required = true, .help = "in this period" },
    { FIELD(struct budget_view, reserved_micros), .required = true,
      .help = "held back for jobs that wait or run" },
    { FIELD(struct budget_view, left_micros), .required = true,
      .help = "negative: something was dearer than expected" },
    { FIELD_TIME(struct budget_view, renews_at), .required = true },
    { FIELD_TIME(struct budget_view, created_at), .required = true },
    { FIELD_TIME(struct budget_view, updated_at), .required = true },
    { 0 },
};
const struct shape budget_shape = { "Budget", budget_json, sizeof(struct budget_view) };

struct budget_body {
    struct str user_id;
    enum period period;
    int64_t limit_micros;
};

static const struct field budget_set_json[] = {
    { FIELD(struct budget_body, user_id), .min = 1, .max = 64, .help = "default: all together" },
    { FIELD_ENUM(struct budget_body, period, period_names), .help = "default: month" },
    { FIELD(struct budget_body, limit_micros), .required = true, .min = 0, .max = LIMIT_MAX_MICROS,
      .help = "in millionths of a dollar" },
    { 0 },
};
static const struct budget_body budget_set_defaults = { .period = PERIOD_MONTH };
const struct shape budget_set_shape = { "BudgetSet", budget_set_json, sizeof(struct budget_body),
                                        &budget_set_defaults };

static struct budget_view view(const struct budget *b)
{
    bool is_user = b->scope.len > 0;

    return (struct budget_view){
        .id = b->id,
        .scope = is_user ? SCOPE_USER : SCOPE_TOTAL,
        .user_id = is_user ? b->scope : (struct str){ 0 },
        .user_name = b->user_name,
        .period = b->period,
        .limit_micros = b->limit_micros,
        .spent_micros = b->spent,
        .reserved_micros = b->reserved,
        .left_micros = budget_left(b),
        .renews_at = period_end(b->period, clock_now_ms()),
        .created_at = b->created_at,
        .updated_at = b->updated_at,
    };
}

static struct field_list views_of(struct arena *a, struct field_list rows)
{
    struct budget_view *views = arena_array(a, struct budget_view, rows.count);

    for (size_t i = 0; i < rows.count; i++)
        views[i] = view((const struct budget *)rows.items + i);
    return (struct field_list){ views, rows.count };
}

bool budgets_get(struct api_call *call, struct err *e)
{
    struct field_list rows;
    struct str after;
    int64_t limit;

    if (!call_begin_page(call, &after, &limit, e) ||
        !budget_list(call->tx, call->arena, after, limit, &rows, e))
        return false;
    call_end_page(call, views_of(call->arena, rows), sizeof(struct budget_view),
                  offsetof(struct budget_view, id));
    return true;
}

bool budgets_mine_get(struct api_call *call, struct err *e)
{
    struct field_list rows;

    if (!budget_list_of_user(call->tx, call->arena, call->who.user.id, &rows, e))
        return false;
    call->list = views_of(call->arena, rows);
    return true;
}

bool budgets_put(struct api_call *call, struct err *e)
{
    const struct budget_body *want = call->body;
    struct budget_view *out = arena_new(call->arena, struct budget_view);
    struct str scope = str_is_null(want->user_id) ? STR("") : want->user_id;
    struct budget budget;

    if (!budget_set(call->tx, call->arena, scope, want->period, want->limit_micros, &budget, e))
        return false;
    *out = view(&budget);
    call->answer = out;
    return true;
}

bool budget_remove(struct api_call *call, struct err *e)
{
    return budget_delete(call->tx, call_param(call, "id"), e);
}
