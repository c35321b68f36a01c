/* The dispatcher's beginning and end, and its limits. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "api/internal.h"
#include "base/clock.h"
#include "base/random.h"
#include "net/peer_network.h"

#define API_PREFIX "/api"

enum { THROTTLE_KEYS = 16384, THROTTLE_BURST_PARTS = 6 /* a burst is ten seconds' worth */ };

static struct throttle *new_throttle(int64_t per_minute)
{
    return throttle_create(per_minute, MAX(per_minute / THROTTLE_BURST_PARTS, 5), THROTTLE_KEYS);
}

static size_t count_routes(const struct feature *const *features)
{
    size_t count = 0;

    for (; *features != NULL; features++) {
        for (const struct route *route = (*features)->routes; route->path != NULL; route++)
            count++;
    }
    return count;
}

/* The path of the route under its feature's alias, or NULL. */
static const char *alias_path(struct api *api, const struct feature *feature,
                              const struct route *route)
{
    struct str path = str_from(route->path);

    if (feature->alias == NULL || !str_starts(path, STR(API_PREFIX "/")))
        return NULL;
    path = str_slice(path, sizeof(API_PREFIX) - 1, path.len);
    return arena_strf(&api->paths, "%s" STR_FMT, feature->alias, STR_ARG(path)).ptr;
}

static bool add_route(struct api *api, const struct feature *feature, const struct route *route,
                      struct err *e)
{
    struct api_route *target = &api->routes[api->route_count++];
    const char *alias = alias_path(api, feature, route);

    target->route = route;
    target->feature = feature;
    if (!router_add(api->router, route->method, route->path, target, e))
        return err_wrap(e, route->path);
    return alias == NULL || router_add(api->router, route->method, alias, target, e) ||
           err_wrap(e, alias);
}

static bool add_routes(struct api *api, struct err *e)
{
    const struct feature *const *features = api->options.features;

    api->routes = mem_alloc(count_routes(features) * sizeof(*api->routes));
    api->router = router_create();
    for (; *features != NULL; features++) {
        for (const struct route *route = (*features)->routes; route->path != NULL; route++) {
            if (!add_route(api, *features, route, e))
                return false;
        }
    }
    return true;
}

/* On a thread of the database, before the change's author is answered. */
static void hear(void *ctx, struct str topic)
{
    struct api *api = ctx;

    if (str_eq(topic, IDENTITY_TOPIC) || str_eq(topic, DB_TOPIC_ANY))
        known_forget(api->known);
}

static bool listen_for_rights(struct api *api, struct err *e)
{
    struct db *db = api->options.db;

    return db == NULL || !db_hears_first(db) || db_listen(db, hear, api, e);
}

static void lane_start(struct api_lane *lane, const char *name, int thread_count)
{
    lane->thread_count = thread_count;
    queue_init(&lane->queue, API_LANE_QUEUE);
    for (int i = 0; i < thread_count; i++)
        thread_start(&lane->threads[i], name, dispatch_lane_thread, lane);
}

static void lane_stop(struct api_lane *lane)
{
    queue_close(&lane->queue);
    for (int i = 0; i < lane->thread_count; i++)
        thread_join(lane->threads[i]);
}

bool api_create(const struct api_options *options, struct api **out, struct err *e)
{
    struct api *api = mem_alloc(sizeof(*api));

    api->options = *options;
    api->request_prefix = random_u64();
    api->started_ms = clock_now_ms();
    api->known = known_create();
    api->per_address = new_throttle(options->address_per_minute);
    api->per_user = new_throttle(options->user_per_minute);
    api->per_token = new_throttle(options->token_per_minute);
    api->per_login = new_throttle(options->login_per_minute);
    lane_start(&api->slow, "albumen-slow", API_SLOW_THREADS);
    lane_start(&api->uploads, "albumen-upload", API_UPLOAD_THREADS);
    if (!add_routes(api, e) || !listen_for_rights(api, e)) {
        api_stop(api);
        api_destroy(api);
        return false;
    }
    *out = api;
    return true;
}

void api_stop(struct api *api)
{
    if (api == NULL)
        return;
    lane_stop(&api->slow);
    lane_stop(&api->uploads);
}

void api_destroy(struct api *api)
{
    if (api == NULL)
        return;
    queue_deinit(&api->slow.queue);
    queue_deinit(&api->uploads.queue);
    known_destroy(api->known);
    router_destroy(api->router);
    throttle_destroy(api->per_address);
    throttle_destroy(api->per_user);
    throttle_destroy(api->per_token);
    throttle_destroy(api->per_login);
    arena_deinit(&api->paths);
    free(api->routes);
    free(api);
}

struct http_handler api_handler(struct api *api)
{
    return (struct http_handler){
        .ctx = api,
        .head = dispatch_head,
        .request = dispatch_request,
        .done = dispatch_done,
        .refuse = dispatch_refuse,
        .stream_ended = dispatch_stream_ended,
    };
}

void api_set_server(struct api *api, struct server *server)
{
    api->server = server;
}

void api_set_hub(struct api *api, struct event_hub *hub)
{
    api->hub = hub;
}

const struct api_options *api_options(const struct api *api)
{
    return &api->options;
}

struct server *api_server(const struct api *api)
{
    return api->server;
}

/* As accounts are found: "Ada" and "ada" are one. */
static struct str login_key(struct arena *a, struct str name)
{
    struct str key = arena_strf(a, "name " STR_FMT, STR_ARG(name));
    char *folded = arena_cstr(a, key);

    for (size_t i = 0; i < key.len; i++) {
        if (folded[i] >= 'A' && folded[i] <= 'Z')
            folded[i] = (char)(folded[i] | 0x20);
    }
    return str_of(folded, key.len);
}

bool api_login_attempt(struct api *api, struct str address, struct str name, struct err *e)
{
    AUTO_ARENA a = { 0 };
    char network[PEER_NETWORK_BYTES];
    int64_t retry_ms = 0;

    peer_network(address, network);
    if (throttle_take(api->per_login, str_from(network), &retry_ms) &&
        throttle_take(api->per_login, login_key(&a, name), &retry_ms))
        return true;
    err_set(e, ERR_RATE_LIMITED, "too many tries to sign in, wait a little");
    e->retry_after_ms = retry_ms;
    return false;
}
