/* The backends as people see them: what they can do, what they cost, how they are, and a test. */
#include "api/api.h"
#include "base/clock.h"
#include "features/jobs/jobs.h"
#include "work/services.h"

/* A slow thread is shared with others and with the end of the server: no longer than this. */
enum { TEST_TIMEOUT_MS = 5000, FIELDS_MAX = 16 };

struct sizes_view {
    struct opt_i64 min_side, max_side, side_step;
};

static const struct field sizes_json[] = {
    { FIELD(struct sizes_view, min_side), .unit = "px", .help = "null: no size can be asked for" },
    { FIELD(struct sizes_view, max_side), .unit = "px" },
    { FIELD(struct sizes_view, side_step), .unit = "px", .help = "sides are multiples of it" },
    { 0 },
};

struct price_view {
    enum gen_price kind;
    struct opt_i64 cost_micros, estimate_micros;
    struct str currency;
};

static const struct field price_json[] = {
    { FIELD_ENUM(struct price_view, kind, gen_price_names),
      .help = "told: the provider says it afterwards" },
    { FIELD(struct price_view, cost_micros),
      .help = "of one picture, megapixel, second or million tokens, in millionths; null: not "
              "known beforehand" },
    { FIELD(struct price_view, estimate_micros),
      .help = "what a picture is taken for until its price is known, or null" },
    { FIELD(struct price_view, currency) },
    { 0 },
};

static const struct field limits_json[] = {
    { FIELD(struct backend_limits, concurrency), .help = "calls at once" },
    { FIELD(struct backend_limits, requests_per_minute), .help = "0 is no limit" },
    { FIELD(struct backend_limits, timeout_ms), .unit = "ms" },
    { FIELD(struct backend_limits, max_image_bytes), .unit = "bytes" },
    { 0 },
};

struct health_view {
    enum breaker_state state;
    int64_t failures_in_a_row, retry_in_ms, running, last_success_at, last_failure_at;
    struct str last_error;
};

static const struct field health_json[] = {
    { FIELD_ENUM(struct health_view, state, breaker_state_names),
      .help = "open: it rests after failures; half_open: one call finds out whether it is back" },
    { FIELD(struct health_view, failures_in_a_row) },
    { FIELD(struct health_view, retry_in_ms), .unit = "ms", .help = "until a call may pass" },
    { FIELD(struct health_view, running), .help = "calls of this server now" },
    { FIELD_TIME(struct health_view, last_success_at) },
    { FIELD_TIME(struct health_view, last_failure_at) },
    { FIELD(struct health_view, last_error) },
    { 0 },
};

struct backend_view {
    struct str name, type, title, model;
    struct str_list honours, ignores, fallback;
    struct sizes_view sizes;
    int64_t max_prompt, max_references;
    bool progress, previews;
    enum gen_remote resume;
    struct price_view price;
    struct backend_limits limits;
    struct health_view health;
};

static const struct field backend_json[] = {
    { FIELD(struct backend_view, name), .required = true },
    { FIELD(struct backend_view, type), .required = true },
    { FIELD(struct backend_view, title), .required = true },
    { FIELD(struct backend_view, model), .help = "as the configuration names it, or null" },
    { FIELD(struct backend_view, honours),
      .help = "fields of a request that have an effect, besides the prompt" },
    { FIELD(struct backend_view, ignores), .help = "fields of a request that have none" },
    { FIELD_OBJECT(struct backend_view, sizes, sizes_json) },
    { FIELD(struct backend_view, max_prompt), .help = "characters" },
    { FIELD(struct backend_view, max_references), .help = "pictures to go by" },
    { FIELD(struct backend_view, progress), .help = "tells how far it is" },
    { FIELD(struct backend_view, previews) },
    { FIELD_ENUM(struct backend_view, resume, gen_remote_names),
      .help = "how a call that was cut off is found again: by an id that the backend has given, by "
              "one of our own, or not" },
    { FIELD_OBJECT(struct backend_view, price, price_json) },
    { FIELD_OBJECT(struct backend_view, limits, limits_json) },
    { FIELD(struct backend_view, fallback), .help = "backends that stand in for it, in order" },
    { FIELD_OBJECT(struct backend_view, health, health_json), .help = "as this server sees it" },
    { 0 },
};
const struct shape backend_shape = { "Backend", backend_json, sizeof(struct backend_view) };

/* Names as requests have them here. */
struct str_list jobs_field_names(struct arena *a, unsigned fields)
{
    struct str_list list = { arena_array(a, struct str, FIELDS_MAX), 0 };
    char camel[FIELD_NAME_MAX + 1];

    for (unsigned bit = 1; bit <= GEN_FIELD_LAST; bit <<= 1) {
        if ((fields & bit) == 0)
            continue;
        field_camel(gen_field_name((enum gen_field)bit), camel);
        list.items[list.count++] = arena_str(a, str_from(camel));
    }
    return list;
}

static struct sizes_view view_sizes(const struct gen_capabilities *can)
{
    bool has = (can->honours & GEN_SIZE) != 0;

    return (struct sizes_view){
        .min_side = { has, can->min_side },
        .max_side = { has, can->max_side },
        .side_step = { has, MAX(can->side_step, 1) },
    };
}

static struct health_view view_health(struct arena *a, struct backend *b)
{
    struct backend_health health;
    struct health_view view;

    backend_health(b, &health);
    view = (struct health_view){
        .state = health.breaker.state,
        .failures_in_a_row = health.breaker.in_a_row,
        .retry_in_ms = health.breaker.ready_in_ms,
        .running = health.running,
        .last_success_at = health.well_ms,
        .last_failure_at = health.ill_ms,
    };
    if (health.last_error[0] != '\0')
        view.last_error = arena_str(a, str_from(health.last_error));
    return view;
}

static struct price_view view_price(const struct gen_pricing *pricing)
{
    bool in_book = pricing->kind < PRICE_TOLD;

    return (struct price_view){
        .kind = pricing->kind,
        .cost_micros = { in_book,
                         in_book && pricing->kind != PRICE_FREE ? pricing->unit_micros : 0 },
        .estimate_micros = { pricing->estimate_micros > 0, pricing->estimate_micros },
        .currency = STR(GEN_CURRENCY),
    };
}

static struct backend_view view_backend(struct arena *a, struct backend *b)
{
    const struct provider *p = backend_provider(b);
    const struct gen_capabilities *can = &p->can;
    return (struct backend_view){
        .name = backend_name(b),
        .type = str_from(p->ops->type),
        .title = str_from(p->ops->title),
        .model = backend_model(b),
        .honours = jobs_field_names(a, can->honours),
        .ignores = jobs_field_names(a, ~can->honours),
        .sizes = view_sizes(can),
        .max_prompt = can->max_prompt,
        .max_references = gen_max_references(can),
        .progress = can->progress,
        .previews = can->previews,
        .resume = can->remote,
        .price = view_price(&can->price),
        .limits = *backend_limits(b),
        .fallback = backend_limits(b)->fallback,
        .health = view_health(a, b),
    };
}

struct backend_list *jobs_backends(const struct api_call *call)
{
    const struct work_services *services = api_options(call->api)->services;

    return services->backends;
}

bool backends_get(struct api_call *call, struct err *e)
{
    struct backend_list *list = jobs_backends(call);
    size_t count = backend_count(list);
    struct backend_view *views = arena_array(call->arena, struct backend_view, count);

    UNUSED(e);
    for (size_t i = 0; i < count; i++)
        views[i] = view_backend(call->arena, backend_at(list, i));
    call->list = (struct field_list){ views, count };
    return true;
}

struct backend_test {
    bool ok;
    int64_t latency_ms;
    struct str code, message;
};

static const struct field backend_test_json[] = {
    { FIELD(struct backend_test, ok), .required = true },
    { FIELD(struct backend_test, latency_ms), .unit = "ms", .required = true },
    { FIELD(struct backend_test, code), .help = "of what is wrong, or null" },
    { FIELD(struct backend_test, message), .help = "what is wrong, or null" },
    { 0 },
};
const struct shape backend_test_shape = { "BackendTest", backend_test_json,
                                          sizeof(struct backend_test) };

static void check_backend(struct arena *a, struct provider *p, struct backend_test *out)
{
    int64_t began = clock_steady_ms();
    struct gen_cancel never;
    struct gen_run run = { .cancel = &never, .deadline_ms = began + TEST_TIMEOUT_MS };
    struct err why = { 0 };

    gen_cancel_init(&never);
    out->ok = p->ops->check(p, &run, &why);
    gen_cancel_deinit(&never);
    out->latency_ms = clock_steady_ms() - began;
    if (out->ok)
        return;
    out->code = str_from(err_name(why.code));
    out->message = arena_str(a, str_from(why.msg));
}

/* It goes out into the network: on a thread of its own, and for nobody but who may. */
bool backend_test_prepare(struct api_call *call, struct err *e)
{
    struct str name = call_param(call, "name");
    struct backend_test *result = arena_new(call->arena, struct backend_test);
    struct backend *b;

    if (!api_identify(call, e))
        return false;
    b = backend_find(jobs_backends(call), name);
    if (b == NULL)
        return err_set(e, ERR_NOT_FOUND, "there is no backend '" STR_FMT "'", STR_ARG(name));
    check_backend(call->arena, backend_provider(b), result);
    call->prepared = result;
    return true;
}

bool backend_test_post(struct api_call *call, struct err *e)
{
    UNUSED(e);
    call->answer = call->prepared;
    return true;
}
