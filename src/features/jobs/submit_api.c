/* The plain way to generate: a request and a backend become jobs. */
#include <stdio.h>

#include "api/api.h"
#include "base/random.h"
#include "engine/budget.h"
#include "features/jobs/jobs.h"
#include "work/order.h"
#include "work/preset.h"

enum {
    COUNT_MAX = 16,
    SEED_MAX = 1 << 30,
};

static const char *const priority_names[] = { "high", "normal", "low", NULL };

struct job_submit {
    struct str backend;
    struct generate_request request;
    int64_t count;
    enum job_band priority;
};

static const struct field job_submit_json[] = {
    { FIELD(struct job_submit, backend), .max = 120, .help = "default: the first one configured" },
    { FIELD_OBJECT(struct job_submit, request, generate_request_json), .required = true },
    { FIELD(struct job_submit, count), .min = 1, .max = COUNT_MAX, .help = "pictures, default 1" },
    { FIELD_ENUM(struct job_submit, priority, priority_names),
      .help = "default normal; high is for admins" },
    { 0 },
};
static const struct job_submit job_submit_defaults = { .count = 1, .priority = JOB_NORMAL };
const struct shape job_submit_shape = { "JobSubmit", job_submit_json, sizeof(struct job_submit),
                                        &job_submit_defaults };

/* What it will cost, as far as anybody knows beforehand. */
struct quote {
    struct opt_i64 cost_micros, reserved_micros;
    struct str currency;
    enum gen_price basis;
};

static const struct field quote_json[] = {
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

struct jobs_submitted {
    struct str_list job_ids;
    struct str group_id;
    struct quote quote;
};

static const struct field jobs_submitted_json[] = {
    { FIELD(struct jobs_submitted, job_ids) },
    { FIELD(struct jobs_submitted, group_id), .help = "null for a single job" },
    { FIELD_OBJECT(struct jobs_submitted, quote, quote_json),
      .help = "what the backend that was asked for takes for all of them" },
    { 0 },
};
const struct shape jobs_submitted_shape = { "JobsSubmitted", jobs_submitted_json,
                                            sizeof(struct jobs_submitted) };

static struct quote quote_for(struct arena *a, const struct backend *backend,
                              const struct order *order, int64_t images)
{
    const struct gen_pricing *pricing = &backend_can(backend)->price;
    struct gen_request request = order_worded(a, backend, order);
    struct quote quote = { .currency = STR(GEN_CURRENCY),
                           .basis = pricing->kind,
                           .cost_micros = price_quote(pricing, &request),
                           .reserved_micros = backend_reserve(backend, &request) };

    quote.cost_micros.value *= images;
    quote.reserved_micros.value *= images;
    return quote;
}

/* Picture k of a batch has seed + k, so that each can be made again by itself. */
static bool submit_all(struct api_call *call, const struct backend *backend, struct order *order,
                       struct jobs_submitted *out, struct err *e)
{
    struct opt_i64 *seed = &order->request.seed;
    uint64_t first;

    if (!seed->set)
        *seed = (struct opt_i64){ true, random_below(SEED_MAX) };
    first = (uint64_t)seed->value;
    for (size_t i = 0; i < out->job_ids.count; i++) {
        struct job queued;

        seed->value = (int64_t)(first + i); /* behind the largest comes the least */
        if (!order_submit(call->tx, call->arena, backend, order, &queued, e))
            return false;
        out->job_ids.items[i] = queued.id;
    }
    return true;
}

/* The names that this request may have found us under. */
static struct str_list own_hosts(struct api_call *call)
{
    const struct api_options *options = api_options(call->api);
    struct str_list hosts = { arena_array(call->arena, struct str, options->hosts.count + 2), 0 };
    struct str public_url = options->public_url;
    size_t from = str_find(public_url, STR("://"));

    for (size_t i = 0; i < options->hosts.count; i++)
        hosts.items[hosts.count++] = options->hosts.items[i];
    hosts.items[hosts.count++] = call->exchange->request.host;
    if (from < public_url.len)
        hosts.items[hosts.count++] =
            str_slice(public_url, from + 3, str_find_char(public_url, '/', from + 3));
    return hosts;
}

/* Below this route, what is wrong with an order is a member of "request". */
static bool fail_in_request(struct err *e)
{
    char field[sizeof(e->field)];

    if (e->field[0] == '\0' || str_eq(str_from(e->field), STR("backend")))
        return false;
    snprintf(field, sizeof(field), "request.%.50s", e->field);
    snprintf(e->field, sizeof(e->field), "%s", field);
    return false;
}

static bool check(struct api_call *call, struct order *order, struct backend **out, struct err *e)
{
    return order_check(api_options(call->api)->services, order, out, e) &&
           order_take_references(call->tx, call->arena, order, e);
}

static struct order order_of(struct api_call *call)
{
    const struct work_services *services = api_options(call->api)->services;
    const struct job_submit *want = call->body;

    return (struct order){ .user_id = call->who.user.id,
                           .backend = want->backend,
                           .request = want->request,
                           .presets = services->presets,
                           .hosts = own_hosts(call),
                           .band = want->priority };
}

/* What would be sent, where, and what of it would have no effect. */
struct job_check {
    struct str backend, provider, title, preset;
    struct generate_request request;
    struct str_list ignored;
    struct quote quote;
};

static const struct field job_check_json[] = {
    { FIELD(struct job_check, backend), .required = true },
    { FIELD(struct job_check, provider), .required = true },
    { FIELD(struct job_check, title), .required = true },
    { FIELD(struct job_check, preset), .help = "the style whose words are in the request" },
    { FIELD_OBJECT(struct job_check, request, generate_request_json) },
    { FIELD(struct job_check, ignored), .help = "fields that are set and have no effect there" },
    { FIELD_OBJECT(struct job_check, quote, quote_json) },
    { 0 },
};
const struct shape job_check_shape = { "JobCheck", job_check_json, sizeof(struct job_check) };

bool job_check_post(struct api_call *call, struct err *e)
{
    const struct work_services *services = api_options(call->api)->services;
    const struct job_submit *want = call->body;
    struct job_check *out = arena_new(call->arena, struct job_check);
    struct order order = order_of(call);
    const struct preset *preset;
    const struct provider *provider;
    struct gen_request request;
    struct backend *backend;

    if (!check(call, &order, &backend, e))
        return fail_in_request(e);
    provider = backend_provider(backend);
    preset = preset_apply(services->presets, call->arena, &provider->can, &order.request);
    request = generate_to_provider(&order.request);
    request.reference_count = order.request.references.count;
    *out = (struct job_check){
        .backend = backend_name(backend),
        .provider = str_from(provider->ops->type),
        .title = str_from(provider->ops->title),
        .preset = preset != NULL ? preset->name : (struct str){ 0 },
        .request = order.request,
        .ignored = gen_ignored(call->arena, &request, provider->can.honours),
        .quote = quote_for(call->arena, backend, &order, want->count),
    };
    call->answer = out;
    return true;
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
    struct order order = order_of(call);
    struct backend *backend;

    if (!check(call, &order, &backend, e))
        return fail_in_request(e);
    out->backend = backend_name(backend);
    out->quote = quote_for(call->arena, backend, &order, want->count);
    call->answer = out;
    if (!load_left(call, &out->left_micros, e))
        return false;
    /* What has no price yet needs room for something. */
    out->covered = !out->quote.reserved_micros.set || !out->left_micros.set ||
                   out->left_micros.value >= MAX(out->quote.reserved_micros.value, 1);
    return true;
}

bool jobs_post(struct api_call *call, struct err *e)
{
    const struct job_submit *want = call->body;
    struct jobs_submitted *out = arena_new(call->arena, struct jobs_submitted);
    struct order order = order_of(call);
    struct backend *backend;

    if (!check(call, &order, &backend, e))
        return fail_in_request(e);
    if (!order_check_room(call->tx, backend, e))
        return false;
    if (want->priority == JOB_HIGH && call->who.user.role != USER_ADMIN)
        return err_set_field(e, ERR_FORBIDDEN, STR("priority"), "high priority is for admins");
    out->job_ids.count = (size_t)want->count;
    out->job_ids.items = arena_array(call->arena, struct str, out->job_ids.count);
    if (want->count > 1 && !job_group_create(call->tx, call->arena, call->who.user.id, STR("jobs"),
                                             want->count, &order.group_id, e))
        return false;
    out->group_id = order.group_id;
    out->quote = quote_for(call->arena, backend, &order, want->count);
    call->answer = out;
    return submit_all(call, backend, &order, out, e);
}
