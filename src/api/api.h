/* The dispatcher between HTTP and the features: hosts, origins, identity, limits, decoding,
 * transactions, answers. */
#ifndef API_API_H
#define API_API_H

#include "api/route.h"
#include "base/buf.h"
#include "net/assets.h"
#include "net/server.h"

struct event_hub;

enum { SIGNING_KEY_BYTES = 32 };

struct api_options {
    struct db *db;
    void *services; /* struct work_services, for the features that make pictures */
    void (*print_metrics)(void *services, struct buf *out); /* more of them; NULL: none */
    const char *spool_folder;              /* for unnamed files; made by whoever serves */
    const struct feature *const *features; /* NULL at the end */
    const struct asset *assets;
    size_t asset_count;
    uint8_t signing_key[SIGNING_KEY_BYTES];
    struct str_list hosts; /* besides loopback names: "studio.example.org", with or without port */
    struct str public_url; /* no value: what the request says */
    int64_t max_json_bytes, max_upload_bytes;
    int64_t session_ms, login_link_ms;
    bool passwords; /* may people sign in by name and password? */
    int64_t address_per_minute, user_per_minute, token_per_minute, login_per_minute;
};

MUST_CHECK bool api_create(const struct api_options *options, struct api **out, struct err *e);
/* After the server has stopped and before the database is closed: nothing of it runs any more. */
void api_stop(struct api *api); /* NULL is fine, here and below */
/* After the database is closed, because its signals come to it until then. */
void api_destroy(struct api *api);

/* What the server gets, and which server answers go to. */
struct http_handler api_handler(struct api *api);
void api_set_server(struct api *api, struct server *server);
/* Without one there are no streams. It outlives the server. */
void api_set_hub(struct api *api, struct event_hub *hub);

const struct api_options *api_options(const struct api *api);
struct server *api_server(const struct api *api); /* NULL inside a command */

/* For commands: performs x->request as this user, without HTTP, on the calling thread. */
void api_perform(struct api *api, struct http_exchange *x, const struct user *as);

/* For prepare: finds out who is asking, into call->who, as the dispatcher will again in the
 * transaction. */
MUST_CHECK bool api_identify(struct api_call *call, struct err *e);

/* Takes one try of this name from this address; ERR_RATE_LIMITED when there were too many. */
MUST_CHECK bool api_login_attempt(struct api *api, struct str address, struct str name,
                                  struct err *e);

/* OpenAPI 3.1 of all routes, as JSON. */
void api_print_openapi(const struct api *api, struct buf *out);
/* Prometheus text. */
void api_print_metrics(const struct api *api, struct buf *out);

/* For lists in another order than that of ids: the page as it is, and the place behind it, without
 * value at the end. call_begin_page gives it back. */
void call_set_page(struct api_call *call, struct field_list rows, struct str next);

#endif
