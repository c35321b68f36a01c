/* The configured backends: adapter, limits and health of each under its name. */
#ifndef PROVIDER_BACKEND_H
#define PROVIDER_BACKEND_H

#include "base/histogram.h"
#include "provider/breaker.h"
#include "provider/price.h"
#include "provider/provider.h"

enum { BACKEND_FALLBACKS_MAX = 16 };

/* The keys that every backend's section may have beside those of its adapter. */
struct backend_limits {
    int64_t concurrency;         /* calls at once, in all processes together; default 2 */
    int64_t requests_per_minute; /* 0: no limit */
    int64_t timeout_ms;          /* of one call; default 10 min */
    int64_t max_image_bytes;     /* default 64 MiB */
    struct str_list fallback;    /* names of the backends that stand in for it, in order */
    struct price_settings price; /* what it costs, where the adapter does not know */
};

/* As the configuration has it. */
struct backend_config {
    struct str name, type;
    const struct json *settings;
    uint32_t line;
};

struct backend;
struct backend_list;

/*
 * Opens them all; ops ends with NULL. ERR_INVALID names backend, line and field. configs and guard
 * outlive the list.
 */
MUST_CHECK bool backend_list_open(const struct provider_ops *const *ops,
                                  const struct backend_config *configs, size_t count,
                                  const struct guard *guard, struct backend_list **out,
                                  struct err *e);
void backend_list_close(struct backend_list *l); /* takes NULL; no call is under way any more */
struct backend *backend_find(struct backend_list *l, struct str name); /* or NULL */
size_t backend_count(const struct backend_list *l);
struct backend *backend_at(struct backend_list *l, size_t index); /* in order of the file */

struct str backend_name(const struct backend *b);
/* The `model` of its section, for people; no value without one. */
struct str backend_model(const struct backend *b);
const struct backend_limits *backend_limits(const struct backend *b);
struct provider *backend_provider(struct backend *b);
const struct gen_capabilities *backend_can(const struct backend *b);
/* What the pictures of this request will cost; not set: nobody knows beforehand. */
struct opt_i64 backend_quote(const struct backend *b, const struct gen_request *request);
/* What they may cost at most, made here or by a backend that stands in: held back until the price
 * is known. Not set: none of them costs anything. */
struct opt_i64 backend_reserve(const struct backend *b, const struct gen_request *request);

/*
 * Before and after each call of this process. ERR_BUSY with retry_after_ms: the breaker, the rate
 * or the number of calls stands against it. error NULL: it went well.
 */
MUST_CHECK bool backend_enter(struct backend *b, struct breaker_pass *out, struct err *e);
void backend_leave(struct backend *b, struct breaker_pass pass, const struct err *error);

struct backend_health {
    struct breaker_view breaker;
    int64_t running;         /* calls of this process */
    int64_t well_ms, ill_ms; /* when a call last went well or not; 0: never */
    char last_error[232];    /* of the last that did not, or empty */
};
/* How long its calls took and how they failed, as Prometheus text, for all of them. */
void backend_print_metrics(struct backend_list *l, struct buf *out);
void backend_health(struct backend *b, struct backend_health *out);

#endif
