/* What the files of api/ share. */
#ifndef API_INTERNAL_H
#define API_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "api/api.h"
#include "api/known.h"
#include "base/throttle.h"

enum {
    API_MAX_ROUTES = 512,
    API_SLOW_THREADS = 2,
    API_UPLOAD_THREADS = 3,
    API_LANE_THREADS_MAX = 3,
    API_LANE_QUEUE = 64
};

/* A route with the feature it belongs to: the router's target. */
struct api_route {
    const struct route *route;
    const struct feature *feature;
    atomic_llong calls, nanoseconds;
};

/* Threads for what takes its time before the transaction. */
struct api_lane {
    struct queue queue;
    pthread_t threads[API_LANE_THREADS_MAX];
    int thread_count;
};

struct api {
    struct api_options options;
    struct router *router;
    struct api_route *routes;
    size_t route_count;
    struct arena paths; /* of aliases */
    struct server *server;
    struct event_hub *hub;
    struct known *known;
    struct throttle *per_address, *per_user, *per_token, *per_login;
    struct api_lane slow, uploads; /* so that nobody waits for somebody's slow line to sign in */
    uint64_t request_prefix;
    atomic_ullong request_count;
    atomic_llong statuses[6]; /* by hundreds */
    int64_t started_ms;
};

/* The life of one request above HTTP; lives in the exchange's arena. */
struct api_request {
    struct api_call call;
    struct api_route *target;
    struct router_match match;
    struct str id;
    const struct user *as; /* api_perform: who is asking is known */
    struct db_task task;
    struct queue_item lane_item;
    struct arena_mark mark; /* what a second run rewinds to */
    size_t header_count;
    bool is_counted; /* against the limits of who is asking, once however often it is run */
    enum { GUESS_NONE, GUESS_MADE, GUESS_WRONG } guess; /* of who is asking */
    struct str allow;                                   /* methods, for 405 */
    int64_t began_ns;
};

/* call.c: who opened a stream, "<user>/<credential>" */
struct str stream_token(struct arena *a, struct str user_id, struct str credential_id);

/* admit.c: what is taken of the body behind a head that may pass; or the reply is filled. */
void admit_body(struct api_request *r, struct http_body_policy *policy);

/* auth.c */
MUST_CHECK bool auth_check_host(const struct api *api, const struct http_request *request,
                                struct err *e);
MUST_CHECK bool auth_check_origin(const struct http_request *request, struct err *e);
bool auth_has_credentials(const struct http_request *request);
/* Does the route take a signature, and is there one? What it is worth is for the handler to say. */
bool auth_is_signed(const struct route *route, const struct http_request *request);
/* Is he who asks among those seen lately? Asks nobody. */
bool auth_is_known(struct api_request *r);
/* Looks him up, whom auth_is_known will then know for a while. */
MUST_CHECK bool auth_meet(struct api_request *r, struct err *e);
MUST_CHECK bool auth_identify(struct api_request *r, struct err *e);
/* After a failure: is it to be run once more, because it was guessed wrongly who is asking? Not
 * guessed from then on. */
bool auth_may_ask_again(struct api_request *r, const struct err *e);

/* reply.c */
void reply_error(struct http_exchange *x, const struct err *e, struct str request_id);
void reply_answer(struct api_request *r);
void reply_broken(const struct http_exchange *x, struct str request_id);
void reply_common_headers(struct http_exchange *x, struct str request_id);

/* static.c: true when the path is a file of the user interface. */
bool static_reply(const struct api *api, struct http_exchange *x);

/* dispatch.c */
void dispatch_head(void *ctx, struct http_exchange *x, struct http_body_policy *policy);
void dispatch_fail_head(struct api_request *r, const struct err *e); /* fills the reply */
void dispatch_request(void *ctx, struct http_exchange *x);
void dispatch_refuse(void *ctx, struct http_exchange *x, const struct err *e);
void dispatch_done(void *ctx, struct http_exchange *x);
void dispatch_stream_ended(void *ctx, struct str channel);
void *dispatch_lane_thread(void *arg); /* struct api_lane */

#endif
