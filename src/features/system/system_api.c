/* Routes of health, readiness, metrics and the API's own description. */
#include "features/system/system.h"

#include "api/api.h"
#include "features/system/metrics.h"
#include "work/services.h"

enum { TEXT_MAX_BYTES = 8 * 1024 * 1024 };

static bool health_get(struct api_call *call, struct err *e)
{
    UNUSED(e);
    call->text = STR("ok\n");
    return true;
}

static bool ready_prepare(struct api_call *call, struct err *e)
{
    const struct work_services *services = api_options(call->api)->services;

    return blob_check(services->store, e) || err_wrap(e, "the store does not answer");
}

/* The dispatcher has opened a snapshot for us: the database answers, too. */
static bool ready_get(struct api_call *call, struct err *e)
{
    struct user first;

    if (!user_load_first_admin(call->tx, call->arena, &first, e) && e->code != ERR_NOT_FOUND)
        return false;
    call->text = STR("ready\n");
    return true;
}

/* What a proxy hands on comes from elsewhere, also when nobody has told us of the proxy. */
static bool is_from_here(const struct http_request *request)
{
    return (str_starts(request->peer, STR("127.")) || str_eq(request->peer, STR("::1"))) &&
           str_is_null(http_header_get(request, "X-Forwarded-For"));
}

static bool metrics_get(struct api_call *call, struct err *e)
{
    bool admin =
        call->signed_in && call->who.user.role == USER_ADMIN && call->who.scope == SCOPE_ADMIN;
    AUTO_BUF text = { 0 };

    buf_init(&text, TEXT_MAX_BYTES);
    if (!admin && !is_from_here(&call->exchange->request))
        return err_set(e, call->signed_in ? ERR_FORBIDDEN : ERR_UNAUTHENTICATED,
                       "metrics are for admins, and for this machine itself");
    api_print_metrics(call->api, &text);
    if (!metrics_put_state(call, &text, e))
        return false;
    call->text = arena_str(call->arena, buf_str(&text));
    return true;
}

static bool openapi_get(struct api_call *call, struct err *e)
{
    AUTO_BUF text = { 0 };

    UNUSED(e);
    buf_init(&text, TEXT_MAX_BYTES);
    api_print_openapi(call->api, &text);
    call->text = arena_str(call->arena, buf_str(&text));
    return true;
}

static const struct route routes[] = {
    { HTTP_GET, "/healthz", WHO_ANYONE, ROUTE_PLAIN, health_get,
      .text_type = "text/plain; charset=utf-8", .summary = "Alive" },
    { HTTP_GET, "/readyz", WHO_ANYONE, ROUTE_READ, ready_get, .prepare = ready_prepare,
      .text_type = "text/plain; charset=utf-8", .summary = "Ready to work: the database answers" },
    { HTTP_GET, "/metrics", WHO_ANYONE, ROUTE_READ, metrics_get,
      .text_type = "text/plain; version=0.0.4",
      .summary = "Prometheus metrics, for admins or from the machine itself" },
    { HTTP_GET, "/api/openapi.json", WHO_ANYONE, ROUTE_PLAIN, openapi_get,
      .text_type = "application/json", .summary = "This description" },
    { 0 },
};

const struct feature system_feature = { .name = "system",
                                        .spelling = JSON_CAMEL,
                                        .routes = routes };
