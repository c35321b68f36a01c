/* The configured backends: adapter, limits and health of each under its name. */
#include "provider/backend.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/throttle.h"

enum { LABEL_MAX_BYTES = 1024, FULL_RETRY_MS = 1000 };

struct backend {
    struct backend_list *list;
    struct str name, model;
    const struct provider_ops *ops;
    struct provider *provider; /* NULL until opened */
    struct backend_limits limits;
    struct throttle *rate;
    struct breaker breaker;
    struct lock lock;             /* guards health but its breaker */
    struct backend_health health; /* breaker is filled in when asked */
    struct histogram seconds;     /* of its calls */
    atomic_llong errors[ERR_CODE_COUNT];
};

struct backend_list {
    struct arena arena;
    struct backend *items;
    size_t count;
};

static const struct field limits_fields[] = {
    { FIELD(struct backend_limits, concurrency), .min = 1, .max = 1000, .help = "calls at once" },
    { FIELD(struct backend_limits, requests_per_minute), .min = 0, .max = 100000,
      .help = "0 is no limit" },
    { FIELD(struct backend_limits, timeout_ms), .min = 1000, .max = 86400000, .unit = "ms",
      .help = "the longest that one picture may take" },
    { FIELD(struct backend_limits, max_image_bytes), .min = 1024, .max = 1 << 30, .unit = "bytes",
      .help = "the largest picture that is taken" },
    { FIELD(struct backend_limits, fallback), .min = 0, .max = BACKEND_FALLBACKS_MAX,
      .help = "backends that stand in for it, in order" },
    { FIELD_NAMED(struct backend_limits, price.per_image, "price_per_image"), .min = 0,
      .max = PRICE_DOLLARS_MAX, .unit = "USD", .help = "what one picture costs" },
    { FIELD_NAMED(struct backend_limits, price.per_megapixel, "price_per_megapixel"), .min = 0,
      .max = PRICE_DOLLARS_MAX, .unit = "USD", .help = "what a million pixels cost" },
    { FIELD_NAMED(struct backend_limits, price.per_second, "price_per_second"), .min = 0,
      .max = PRICE_DOLLARS_MAX, .unit = "USD", .help = "what a second of its work costs" },
    { FIELD_NAMED(struct backend_limits, price.per_million_tokens, "price_per_million_tokens"),
      .min = 0, .max = PRICE_DOLLARS_MAX, .unit = "USD", .help = "what a million tokens cost" },
    { FIELD_NAMED(struct backend_limits, price.estimate, "price_estimate"), .min = 0,
      .max = PRICE_DOLLARS_MAX, .unit = "USD",
      .help = "what a picture is taken for until its price is known" },
    { 0 },
};

/* The members that the table knows, or all others. */
static const struct json *members_of(struct arena *a, const struct json *settings,
                                     const struct field *table, bool known)
{
    struct json *copy = arena_new(a, struct json);
    struct json_member *members = arena_array(a, struct json_member, settings->object.count);

    *copy = *settings;
    copy->object.members = members;
    copy->object.count = 0;
    for (size_t i = 0; i < settings->object.count; i++) {
        if ((field_find(table, settings->object.members[i].name) != NULL) == known)
            members[copy->object.count++] = settings->object.members[i];
    }
    return copy;
}

static const struct provider_ops *find_ops(const struct provider_ops *const *ops, struct str type)
{
    for (; *ops != NULL; ops++) {
        if (str_eq(str_from((*ops)->type), type))
            return *ops;
    }
    return NULL;
}

/* Credentials must not get into the log, whoever writes what about them. */
static void hide_secrets(const struct field *table, const struct json *settings)
{
    for (; table != NULL && table->type != FIELD_END; table++) {
        struct str value = json_get_str(settings, table->name);

        if (table->secret && value.len > 0)
            log_add_secret(value);
    }
}

static bool open_settings(struct arena *a, struct backend *b, const struct backend_config *c,
                          const struct guard *guard, struct err *e)
{
    static const struct json nothing = { .type = JSON_OBJECT };
    const struct json *settings = c->settings != NULL ? c->settings : &nothing;
    const char *key;

    hide_secrets(b->ops->settings, settings);
    b->model = json_get_str(settings, "model");
    if (!settings_decode(a, members_of(a, settings, limits_fields, true), limits_fields, &b->limits,
                         e) ||
        !b->ops->open(members_of(a, settings, limits_fields, false), guard, a, &b->provider, e))
        return false;
    return price_configure(&b->limits.price, &b->provider->can.price, &key) ||
           settings_complain(e, settings, key, "is a second price: one is enough");
}

static bool open_one(struct backend_list *l, struct backend *b, const struct backend_config *c,
                     const struct provider_ops *const *ops, const struct guard *guard,
                     struct err *e)
{
    char context[96];

    *b = (struct backend){
        .list = l,
        .name = arena_str(&l->arena, c->name),
        .ops = find_ops(ops, c->type),
        .limits = { .concurrency = 2,
                    .timeout_ms = 10 * 60 * 1000,
                    .max_image_bytes = 64 * (int64_t)MIB },
    };
    lock_init(&b->lock);
    breaker_init(&b->breaker, &(struct breaker_rules){ 0 });
    l->count++; /* from here on closing the list closes it */
    if (b->ops == NULL)
        return err_set(e, ERR_INVALID,
                       "line %u: backend '" STR_FMT "' has the unknown type '%.60s'", c->line,
                       STR_ARG(c->name), arena_cstr(&l->arena, c->type));
    snprintf(context, sizeof(context), "backend '" STR_FMT "'", STR_ARG(c->name));
    if (!open_settings(&l->arena, b, c, guard, e))
        return err_wrap(e, context);
    /* Claims keep the rate, for all processes together, but calls come a little later than their
     * claims: no more of them bunch up than can be under way. This holds what stands in for others.
     */
    b->rate =
        throttle_create(b->limits.requests_per_minute,
                        MAX(b->limits.requests_per_minute / 10, 1) + b->limits.concurrency, 1);
    return true;
}

static bool check_fallbacks(struct backend_list *l, const struct backend_config *configs,
                            struct err *e)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct str_list *names = &l->items[i].limits.fallback;

        for (size_t k = 0; k < names->count; k++) {
            const struct backend *other = backend_find(l, names->items[k]);

            if (other != NULL && other != &l->items[i])
                continue;
            settings_complain(e, configs[i].settings, "fallback",
                              other == NULL ? "names a backend that is not there"
                                            : "must not name the backend itself");
            return err_wrap(
                e, arena_strf(&l->arena, "backend '" STR_FMT "'", STR_ARG(l->items[i].name)).ptr);
        }
    }
    return true;
}

bool backend_list_open(const struct provider_ops *const *ops, const struct backend_config *configs,
                       size_t count, const struct guard *guard, struct backend_list **out,
                       struct err *e)
{
    struct backend_list *l = mem_alloc(sizeof(*l));
    bool ok = true;

    l->items = arena_array(&l->arena, struct backend, count);
    for (size_t i = 0; i < count && ok; i++)
        ok = open_one(l, &l->items[i], &configs[i], ops, guard, e);
    if (!ok || !check_fallbacks(l, configs, e)) {
        backend_list_close(l);
        return false;
    }
    *out = l;
    return true;
}

void backend_list_close(struct backend_list *l)
{
    if (l == NULL)
        return;
    for (size_t i = 0; i < l->count; i++) {
        struct backend *b = &l->items[i];

        if (b->provider != NULL && b->ops->close != NULL)
            b->ops->close(b->provider);
        throttle_destroy(b->rate);
        breaker_deinit(&b->breaker);
        lock_deinit(&b->lock);
    }
    arena_deinit(&l->arena);
    free(l);
}

struct backend *backend_find(struct backend_list *l, struct str name)
{
    for (size_t i = 0; i < l->count; i++) {
        if (str_eq(l->items[i].name, name))
            return &l->items[i];
    }
    return NULL;
}

size_t backend_count(const struct backend_list *l)
{
    return l->count;
}

struct backend *backend_at(struct backend_list *l, size_t index)
{
    return &l->items[index];
}

struct str backend_model(const struct backend *b)
{
    return b->model;
}

struct str backend_name(const struct backend *b)
{
    return b->name;
}

const struct backend_limits *backend_limits(const struct backend *b)
{
    return &b->limits;
}

const struct gen_capabilities *backend_can(const struct backend *b)
{
    return &b->provider->can;
}

struct provider *backend_provider(struct backend *b)
{
    return b->provider;
}

struct opt_i64 backend_quote(const struct backend *b, const struct gen_request *request)
{
    return price_quote(&b->provider->can.price, request, provider_count(b->provider, request));
}

static struct opt_i64 reserve(const struct backend *b, const struct gen_request *request)
{
    return price_reserve(&b->provider->can.price, request, provider_count(b->provider, request));
}

struct opt_i64 backend_reserve(const struct backend *b, const struct gen_request *request)
{
    struct opt_i64 most = reserve(b, request);

    for (size_t i = 0; i < b->limits.fallback.count; i++) {
        const struct backend *other = backend_find(b->list, b->limits.fallback.items[i]);
        struct opt_i64 one = reserve(other, request);

        if (one.set && (!most.set || one.value > most.value))
            most = one;
    }
    return most;
}

static bool busy(const struct backend *b, const char *why, int64_t retry_ms, struct err *e)
{
    err_set(e, ERR_BUSY, "backend '" STR_FMT "' %s", STR_ARG(b->name), why);
    e->retry_after_ms = MAX(retry_ms, 1);
    return false;
}

/* More than its own lane's jobs may want it: it stands in for others. */
static bool take_place(struct backend *b)
{
    LOCKED(&b->lock);

    if (b->health.running >= b->limits.concurrency)
        return false;
    b->health.running++;
    return true;
}

static void give_place(struct backend *b)
{
    LOCKED(&b->lock);

    b->health.running--;
}

/* The rate last: a call that does not take place must not use it up. */
bool backend_enter(struct backend *b, struct breaker_pass *out, struct err *e)
{
    struct breaker_pass pass;
    int64_t retry_ms = 0;

    if (!breaker_enter(&b->breaker, &pass, &retry_ms))
        return busy(b, "has failed too often and rests", retry_ms, e);
    if (!take_place(b)) {
        breaker_leave(&b->breaker, pass, VERDICT_NOTHING, 0);
        return busy(b, "has as many calls as it may", FULL_RETRY_MS, e);
    }
    if (!throttle_take(b->rate, b->name, &retry_ms)) {
        give_place(b);
        breaker_leave(&b->breaker, pass, VERDICT_NOTHING, 0);
        return busy(b, "has had its calls of this minute", retry_ms, e);
    }
    *out = pass;
    out->began_us = clock_steady_ns() / 1000;
    return true;
}

/* A refusal comes from a backend that works; a cancel, or our own disk, tells nothing. */
static enum breaker_verdict verdict_of(const struct err *error)
{
    switch (error != NULL ? error->code : ERR_NONE) {
    case ERR_NONE:
    case ERR_REFUSED:
    case ERR_REJECTED:
        return VERDICT_WELL;
    case ERR_UPSTREAM:
    case ERR_UNAVAILABLE:
    case ERR_RATE_LIMITED:
    case ERR_TIMEOUT:
    case ERR_MISCONFIGURED:
    case ERR_OUTCOME_UNKNOWN:
        return VERDICT_ILL;
    default:
        return VERDICT_NOTHING;
    }
}

void backend_leave(struct backend *b, struct breaker_pass pass, const struct err *error)
{
    enum breaker_verdict verdict = verdict_of(error);

    breaker_leave(&b->breaker, pass, verdict, error != NULL ? error->retry_after_ms : 0);
    histogram_add(&b->seconds, clock_steady_ns() / 1000 - pass.began_us);
    if (error != NULL)
        atomic_fetch_add_explicit(&b->errors[error->code], 1, memory_order_relaxed);
    LOCKED(&b->lock);
    b->health.running--;
    if (verdict == VERDICT_WELL)
        b->health.well_ms = clock_now_ms();
    if (verdict == VERDICT_ILL) {
        b->health.ill_ms = clock_now_ms();
        snprintf(b->health.last_error, sizeof(b->health.last_error), "%s", error->msg);
    }
}

void backend_health(struct backend *b, struct backend_health *out)
{
    struct breaker_view view = breaker_look(&b->breaker);
    LOCKED(&b->lock);

    *out = b->health;
    out->breaker = view;
}

static void put_seconds(struct backend *b, struct buf *out)
{
    AUTO_BUF label = { 0 };

    buf_init(&label, LABEL_MAX_BYTES);
    metric_label(&label, "backend", b->name);
    histogram_print(&b->seconds, "albumen_provider_seconds", buf_str(&label), out);
}

static void put_errors(struct backend *b, struct buf *out)
{
    for (int code = 0; code < ERR_CODE_COUNT; code++) {
        long long count = atomic_load_explicit(&b->errors[code], memory_order_relaxed);

        if (count == 0)
            continue;
        buf_put(out, STR("albumen_provider_errors_total{"));
        metric_label(out, "backend", b->name);
        buf_putf(out, ",code=\"%s\"} %lld\n", err_name((enum err_code)code), count);
    }
}

static void put_gauge(struct backend *b, const char *name, int64_t value, struct buf *out)
{
    buf_putf(out, "%s{", name);
    metric_label(out, "backend", b->name);
    buf_putf(out, "} %lld\n", (long long)value);
}

void backend_print_metrics(struct backend_list *l, struct buf *out)
{
    struct backend_health health;

    metric_head(out, "albumen_provider_seconds", "histogram", "time of calls of backends");
    for (size_t i = 0; i < l->count; i++)
        put_seconds(&l->items[i], out);
    metric_head(out, "albumen_provider_errors_total", "counter", "calls of backends that failed");
    for (size_t i = 0; i < l->count; i++)
        put_errors(&l->items[i], out);
    metric_head(out, "albumen_provider_running", "gauge", "calls of backends now");
    for (size_t i = 0; i < l->count; i++) {
        backend_health(&l->items[i], &health);
        put_gauge(&l->items[i], "albumen_provider_running", health.running, out);
    }
    metric_head(out, "albumen_provider_resting", "gauge", "1 for a backend that failed too often");
    for (size_t i = 0; i < l->count; i++) {
        backend_health(&l->items[i], &health);
        put_gauge(&l->items[i], "albumen_provider_resting", health.breaker.state == BREAKER_OPEN,
                  out);
    }
}
