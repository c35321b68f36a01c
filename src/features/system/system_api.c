/* Routes of health, readiness, metrics and the API's own description. */
#include "features/system/system.h"

#include "api/api.h"
#include "features/system/metrics.h"

enum { TEXT_MAX_BYTES = 8 * 1024 * 1024 };

static bool health_get(struct api_call *call, struct err *e)
{
    UNUSED(e);
    call->text = STR("ok\n");
    return true;
}

/* The dispatcher has opened a snapshot for us: the database answers. */
static bool ready_get(struct api_call *call, struct err *e)
{
    struct user first;

    if (!user_load_first_admin(call->tx, call->arena, &first, e) && e->code != ERR_NOT_FOUND)
        return false;
    call->text = STR("ready\n");
    return true;
}

static bool is_loopback(struct str peer)
{
    return str_starts(peer, STR("127.")) || str_eq(peer, STR("::1"));
}

static bool metrics_get(struct api_call *call, struct err *e)
{
    bool admin =
        call->signed_in && call->who.user.role == USER_ADMIN && call->who.scope == SCOPE_ADMIN;
    AUTO_BUF text;

    buf_init(&text, TEXT_MAX_BYTES);
    if (!admin && !is_loopback(call->exchange->request.peer))
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
    AUTO_BUF text;

    UNUSED(e);
    buf_init(&text, TEXT_MAX_BYTES);
    api_print_openapi(call->api, &text);
    call->text = arena_str(call->arena, buf_str(&text));
    return true;
}

static const struct route routes[] = {
    { HTTP_GET, "/healthz", WHO_ANYONE, ROUTE_PLAIN, health_get,
      .text_type = "text/plain; charset=utf-8", .summary = "Alive" },
    { HTTP_GET, "/readyz", WHO_ANYONE, ROUTE_READ, ready_get,
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
