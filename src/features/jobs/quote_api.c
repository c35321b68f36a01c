/* Quotes: what a request would cost, and whether there is money for it. */
#include "api/api.h"
#include "engine/budget.h"
#include "features/jobs/jobs.h"
#include "features/jobs/submit.h"

const struct field quote_json[] = {
    { FIELD(struct quote, cost_micros), .help = "in millionths; null: not known beforehand" },
    { FIELD(struct quote, reserved_micros),
      .help = "what is held back until the price is known; null: nothing" },
    { FIELD(struct quote, currency) },
    { FIELD_ENUM(struct quote, basis, gen_price_names),
      .help = "told: the provider says it afterwards" },
    { 0 },
};

/* What is asked for without being ordered. */
struct quote_answer {
    struct str backend;
    struct quote quote;
    struct opt_i64 left_micros;
    bool covered;
};

static const struct field quote_answer_json[] = {
    { FIELD(struct quote_answer, backend), .required = true },
    { FIELD_NAMED(struct quote_answer, quote.cost_micros, "cost_micros"),
      .help = "in millionths; null: not known beforehand" },
    { FIELD_NAMED(struct quote_answer, quote.reserved_micros, "reserved_micros"),
      .help = "what would be held back until the price is known; null: nothing" },
    { FIELD_NAMED(struct quote_answer, quote.currency, "currency") },
    { .name = "basis",
      .type = FIELD_ENUM,
      .names = gen_price_names,
      .offset = offsetof(struct quote_answer, quote.basis),
      .help = "told: the provider says it afterwards" },
    { FIELD(struct quote_answer, left_micros),
      .help = "what may still be spent by all budgets that hold for me; null: there is none" },
    { FIELD(struct quote_answer, covered), .required = true,
      .help = "false: ordered now, it would be refused" },
    { 0 },
};
const struct shape quote_shape = { "Quote", quote_answer_json, sizeof(struct quote_answer) };

struct quote quote_for(struct arena *a, const struct backend *backend, const struct order *order,
                       int64_t images)
{
    const struct gen_pricing *pricing = &backend_can(backend)->price;
    struct gen_request request = order_worded(a, backend, order);
    struct quote quote = { .currency = STR(GEN_CURRENCY),
                           .basis = pricing->kind,
                           .cost_micros = backend_quote(backend, &request),
                           .reserved_micros = backend_reserve(backend, &request) };

    quote.cost_micros.value *= images;
    quote.reserved_micros.value *= images;
    return quote;
}

/* The least that is left in any of the budgets that hold for the user. */
static bool load_left(struct api_call *call, struct opt_i64 *out, struct err *e)
{
    struct field_list list;
    const struct budget *budgets;

    if (!budget_list_of_user(call->tx, call->arena, call->who.user.id, &list, e))
        return false;
    budgets = list.items;
    for (size_t i = 0; i < list.count; i++) {
        int64_t left = MAX(budget_left(&budgets[i]), 0);

        *out = (struct opt_i64){ true, out->set ? MIN(out->value, left) : left };
    }
    return true;
}

bool quote_post(struct api_call *call, struct err *e)
{
    const struct job_submit *want = call->body;
    struct quote_answer *out = arena_new(call->arena, struct quote_answer);
    struct order order = submit_order(call);
    struct backend *backend;

    if (!submit_check(call, &order, &backend, e) || !load_left(call, &out->left_micros, e))
        return false;
    out->backend = backend_name(backend);
    out->quote = quote_for(call->arena, backend, &order, want->count);
    /* What has no price yet needs room for something. */
    out->covered = !out->quote.reserved_micros.set || !out->left_micros.set ||
                   out->left_micros.value >= MAX(out->quote.reserved_micros.value, 1);
    call->answer = out;
    return true;
}
