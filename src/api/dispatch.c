/* One request from its head to its answer: on the loop thread, in a transaction, and back. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "api/event_hub.h"
#include "api/internal.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/log.h"
#include "engine/idempotency.h"
#include "net/peer_network.h"
#include "net/query.h"

enum { REQUEST_ID_LEN = 24 };

static bool is_id_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

static struct str new_id(struct api *api, struct arena *a)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t words[2] = { api->request_prefix, atomic_fetch_add(&api->request_count, 1) };
    char *text = arena_alloc(a, REQUEST_ID_LEN);

    for (size_t i = 0; i < REQUEST_ID_LEN; i++) {
        size_t nibble = i < 16 ? 15 - i : 15 - (i - 16) - 8;

        text[i] = digits[words[i / 16] >> (4 * nibble) & 15];
    }
    return str_of(text, REQUEST_ID_LEN);
}

/*
 * The caller's X-Request-Id when it is a plain word, so that a front's log and ours can be joined;
 * else our own: 16 digits of this process and 8 that count.
 */
static struct str request_id(struct api *api, struct http_exchange *x)
{
    struct str given = http_header_get(&x->request, "X-Request-Id");
    size_t plain = 0;

    while (plain < given.len && is_id_char(given.ptr[plain]))
        plain++;
    return given.len > 0 && given.len <= 64 && plain == given.len ? given : new_id(api, &x->arena);
}

static struct api_request *new_request(struct api *api, struct http_exchange *x)
{
    struct api_request *r = arena_new(&x->arena, struct api_request);

    r->call =
        (struct api_call){ .arena = &x->arena, .api = api, .exchange = x, .match = &r->match };
    r->id = request_id(api, x);
    r->began_ns = clock_steady_ns();
    x->user = r;
    return r;
}

static bool fail_method(struct api_request *r, struct err *e)
{
    struct arena *a = r->call.arena;
    struct str allow = { 0 };

    for (int i = 0; i < HTTP_METHOD_COUNT; i++) {
        if ((r->match.methods & 1u << i) != 0)
            allow = arena_strf(a, STR_FMT "%s%s", STR_ARG(allow), allow.len > 0 ? ", " : "",
                               http_method_names[i]);
    }
    r->allow = allow;
    return err_set(e, ERR_METHOD_NOT_ALLOWED, "this path takes " STR_FMT, STR_ARG(allow));
}

static bool find_route(struct api *api, struct api_request *r, struct err *e)
{
    struct http_exchange *x = r->call.exchange;

    switch (router_find(api->router, &x->arena, x->request.method, x->request.path, &r->match)) {
    case ROUTER_FOUND:
        r->target = (struct api_route *)(uintptr_t)r->match.target;
        r->call.route = r->target->route;
        return true;
    case ROUTER_NO_METHOD:
        return fail_method(r, e);
    case ROUTER_BAD_PATH:
        return err_set(e, ERR_MALFORMED, "the path has a broken escape or an empty segment");
    case ROUTER_NO_PATH:
        break;
    }
    return err_set(e, ERR_NOT_FOUND, "there is nothing at this path");
}

static bool take_address(struct api *api, const struct http_request *request, struct err *e)
{
    char network[PEER_NETWORK_BYTES];
    int64_t retry_ms = 0;

    peer_network(request->peer, network);
    if (throttle_take(api->per_address, str_from(network), &retry_ms))
        return true;
    err_set(e, ERR_RATE_LIMITED, "too many requests from this address");
    e->retry_after_ms = retry_ms;
    return false;
}

/* Health is asked for by balancers under any name. */
static bool is_health_path(struct str path)
{
    return str_eq(path, STR("/healthz")) || str_eq(path, STR("/readyz"));
}

/* Everything that can be refused by the head alone, cheapest first. */
static bool check_head(struct api *api, struct api_request *r, struct err *e)
{
    const struct http_request *request = &r->call.exchange->request;

    if (!is_health_path(request->path) && !auth_check_host(api, request, e))
        return false;
    if (!take_address(api, request, e) || !auth_check_origin(request, e) || !find_route(api, r, e))
        return false;
    if (r->call.route->who != WHO_ANYONE && !auth_has_credentials(request) &&
        !auth_is_signed(r->call.route, request))
        return err_set(e, ERR_UNAUTHENTICATED, "%s", err_text(ERR_UNAUTHENTICATED));
    return true;
}

static bool is_json_type(struct str type)
{
    struct str name, rest;

    str_cut(type, ';', &name, &rest);
    return str_eq_nocase(str_trim(name), STR("application/json"));
}

/* Anything but JSON on a route that takes files. */
static bool is_upload(const struct api_request *r)
{
    const struct http_request *request = &r->call.exchange->request;

    return r->call.route != NULL && r->call.route->upload &&
           !is_json_type(http_header_get(request, "Content-Type"));
}

static void count_status(struct api *api, int status)
{
    atomic_fetch_add_explicit(&api->statuses[MIN(status / 100, 5)], 1, memory_order_relaxed);
}

void dispatch_fail_head(struct api_request *r, const struct err *e)
{
    struct http_exchange *x = r->call.exchange;

    reply_error(x, e, r->id);
    if (e->code == ERR_METHOD_NOT_ALLOWED)
        http_reply_header(x, "Allow", r->allow);
    count_status(r->call.api, x->reply.status);
}

void dispatch_head(void *ctx, struct http_exchange *x, struct http_body_policy *policy)
{
    struct api *api = ctx;
    struct api_request *r = new_request(api, x);
    struct err e = { 0 };

    log_set_request(r->id);
    *policy = (struct http_body_policy){ .max_bytes = api->options.max_json_bytes };
    if (!check_head(api, r, &e)) {
        if (e.code != ERR_NOT_FOUND || !static_reply(api, x))
            dispatch_fail_head(r, &e);
        else
            reply_common_headers(x, r->id);
    } else {
        if (is_upload(r))
            *policy = (struct http_body_policy){ api->options.max_upload_bytes, .spool = true };
        admit_body(r, policy);
    }
    log_set_request(STR(""));
}

void dispatch_refuse(void *ctx, struct http_exchange *x, const struct err *e)
{
    struct api *api = ctx;

    reply_error(x, e, request_id(api, x));
    count_status(api, x->reply.status);
}

/* Its caller has the head already and sees no more than the end: the log is told. */
void dispatch_done(void *ctx, struct http_exchange *x)
{
    const struct api_request *r = x->user;

    UNUSED(ctx);
    if (x->broken != NULL)
        reply_broken(x, r != NULL ? r->id : STR(""));
}

static const struct field no_fields[] = { { 0 } };

/* The struct that a body or query is decoded into, with the defaults of its shape. */
static void *new_input(struct api_request *r, const struct shape *shape)
{
    void *input = arena_alloc(r->call.arena, shape != NULL ? shape->bytes : 1);

    if (shape != NULL && shape->defaults != NULL)
        memcpy(input, shape->defaults, shape->bytes);
    return input;
}

static bool decode_body(struct api_request *r, struct err *e)
{
    const struct http_request *request = &r->call.exchange->request;
    const struct shape *shape = r->call.route->body;
    const struct field *fields = shape != NULL ? shape->fields : no_fields;
    void *body = new_input(r, shape);
    struct json tree = { .type = JSON_OBJECT };

    if (is_upload(r))
        return true;
    r->call.body = body;
    if (request->method == HTTP_GET || request->method == HTTP_HEAD)
        return request->body_bytes == 0 || err_set(e, ERR_MALFORMED, "a GET request takes no body");
    if (request->body_bytes > 0) {
        if (!is_json_type(http_header_get(request, "Content-Type")))
            return err_set(e, ERR_UNSUPPORTED_TYPE, "the body must be application/json");
        if (!json_parse(r->call.arena, request->body, &tree, e))
            return false;
    }
    return json_decode(r->call.arena, &tree, fields, JSON_STRICT, r->target->feature->spelling,
                       body, e);
}

static bool decode_query(struct api_request *r, struct err *e)
{
    const struct shape *shape = r->call.route->query;
    void *query = new_input(r, shape);

    r->call.query = query;
    return query_decode(r->call.arena, r->call.exchange->request.query,
                        shape != NULL ? shape->fields : no_fields, query, e);
}

/* A second run, after a serialization failure or a wrong guess, begins where the first began. */
static void start_over(struct api_request *r)
{
    struct http_reply *reply = &r->call.exchange->reply;

    arena_rewind(r->call.arena, r->mark);
    fd_close(&reply->file_fd);
    reply->status = 0;
    reply->header_count = r->header_count;
    r->call.answer = NULL;
    r->call.answer_shape = NULL;
    r->call.list = (struct field_list){ 0 };
    r->call.next_cursor = r->call.text = r->call.stream.channel = (struct str){ 0 };
}

static bool idempotency_key(struct api_request *r, struct idempotency *out, bool *out_wanted,
                            struct err *e)
{
    const struct http_request *request = &r->call.exchange->request;
    struct str key = http_header_get(request, "Idempotency-Key");
    struct arena *a = r->call.arena;

    *out_wanted = r->call.route->idempotent && !str_is_null(key);
    if (!*out_wanted)
        return true;
    if (key.len == 0 || key.len > IDEMPOTENCY_KEY_MAX || !str_is_utf8(key))
        return err_set(e, ERR_MALFORMED, "Idempotency-Key must have from 1 to %d bytes of UTF-8",
                       IDEMPOTENCY_KEY_MAX);
    *out = (struct idempotency){
        .user_id = r->call.who.user.id,
        .key = key,
        .route = arena_strf(a, "%s " STR_FMT, http_method_names[request->method],
                            STR_ARG(request->path)),
        .body_hash = sha256_hex(a, request->body),
    };
    return true;
}

/* The answer of an earlier request with this key, byte for byte. */
static void reply_again(struct api_request *r, const struct idempotency *first)
{
    struct http_exchange *x = r->call.exchange;

    x->reply.status = (int)first->status;
    x->reply.body = first->answer;
    if (first->answer.len > 0)
        http_reply_header(x, "Content-Type", STR("application/json"));
    http_reply_header(x, "Cache-Control", STR("no-store"));
    http_reply_header(x, "Idempotent-Replay", STR("true"));
    reply_common_headers(x, r->id);
}

static bool run_handler(struct api_request *r, struct err *e)
{
    struct idempotency key = { 0 };
    bool wanted, known = false;

    if (!idempotency_key(r, &key, &wanted, e) ||
        (wanted && !idempotency_claim(r->call.tx, r->call.arena, &key, &known, e)))
        return false;
    if (known) {
        reply_again(r, &key);
        return true;
    }
    if (!r->call.route->handler(&r->call, e))
        return false;
    reply_answer(r);
    key.status = r->call.exchange->reply.status;
    key.answer = r->call.exchange->reply.body;
    return !wanted || idempotency_keep(r->call.tx, &key, e);
}

/* The whole of a request inside its snapshot or transaction. */
static bool run_in_tx(struct db_tx *tx, void *arg, struct err *e)
{
    struct api_request *r = arg;
    bool ok;

    log_set_request(r->id);
    start_over(r);
    r->call.tx = tx;
    ok = auth_identify(r, e) && run_handler(r, e);
    if (ok && r->call.route->kind == ROUTE_WRITE && r->call.signed_in && r->as == NULL &&
        clock_now_ms() - r->call.who.last_used_at > TOUCH_EVERY_MS)
        ok = identity_touch(tx, &r->call.who, e);
    log_set_request(STR(""));
    return ok;
}

/* A read cannot note that its credential was used; a small write of its own does, once a minute. */
struct touch {
    struct db_task task;
    struct arena arena;
    struct identity who;
};

static bool run_touch(struct db_tx *tx, void *arg, struct err *e)
{
    struct touch *t = arg;

    return identity_touch(tx, &t->who, e);
}

static void end_touch(struct db_task *task)
{
    struct touch *t = CONTAINER_OF(task, struct touch, task);
    struct arena arena = t->arena;

    arena_deinit(&arena);
}

static void touch_after_read(struct api_request *r)
{
    const struct api_call *call = &r->call;
    struct arena arena = { 0 };
    struct touch *t;
    struct err e;

    if (!call->signed_in || r->as != NULL || call->route->kind == ROUTE_WRITE ||
        clock_now_ms() - call->who.last_used_at <= TOUCH_EVERY_MS)
        return;
    t = arena_new(&arena, struct touch);
    t->who = (struct identity){ .credential_id = arena_str(&arena, call->who.credential_id),
                                .is_session = call->who.is_session };
    t->task = (struct db_task){ .fn = run_touch, .done = end_touch, .arg = t };
    t->arena = arena;
    if (!db_submit(call->api->options.db, &t->task, &e))
        arena_deinit(&arena); /* busy: the next request will note it */
}

/* What is new from now on is published to it; what came before stands in its replay. */
static void open_stream(struct api_request *r)
{
    const struct api_call *call = &r->call;
    struct str token = stream_token(call->arena, call->who.user.id, call->who.credential_id);

    event_hub_subscribe(call->api->hub, call->stream.channel, call->stream.after);
    server_open_stream(call->api->server, call->exchange, call->stream.channel, call->stream.after,
                       token);
}

void dispatch_stream_ended(void *ctx, struct str channel)
{
    struct api *api = ctx;

    event_hub_unsubscribe(api->hub, channel);
}

static void finish(struct api_request *r, bool ok, const struct err *e)
{
    struct api *api = r->call.api;
    struct http_exchange *x = r->call.exchange;

    log_set_request(r->id);
    if (ok)
        touch_after_read(r);
    else
        reply_error(x, e, r->id);
    count_status(api, x->reply.status);
    if (r->target != NULL) {
        atomic_fetch_add_explicit(&r->target->calls, 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&r->target->nanoseconds, clock_steady_ns() - r->began_ns,
                                  memory_order_relaxed);
    }
    log_debug("request", LOG_C("method", http_method_names[x->request.method]),
              LOG_S("path", x->request.path), LOG_N("status", x->reply.status));
    log_set_request(STR(""));
    if (ok && r->call.route->kind == ROUTE_STREAM)
        open_stream(r);
    else if (r->as == NULL)
        server_answer(api->server, x);
}

static void task_done(struct db_task *task)
{
    struct api_request *r = CONTAINER_OF(task, struct api_request, task);
    struct err e = task->err;

    if (!task->ok && auth_may_ask_again(r, &e) && db_submit(r->call.api->options.db, task, &e))
        return; /* it comes again */
    finish(r, task->ok, &e);
}

/* Loop threads wait for nothing: what may block goes to the database's threads. */
static void run_or_submit(struct api_request *r)
{
    struct db *db = r->call.api->options.db;
    enum route_kind kind = r->call.route->kind;
    struct err e = { 0 };

    if (kind != ROUTE_WRITE && db_read_is_quick(db)) {
        bool ok = db_read(db, run_in_tx, r, &e);

        finish(r, ok, &e);
        return;
    }
    r->task = (struct db_task){
        .is_read = kind != ROUTE_WRITE, .fn = run_in_tx, .done = task_done, .arg = r
    };
    if (!db_submit(db, &r->task, &e))
        finish(r, false, &e);
}

static void mark_start(struct api_request *r)
{
    r->mark = arena_mark(r->call.arena);
    r->header_count = r->call.exchange->reply.header_count;
}

void *dispatch_lane_thread(void *arg)
{
    struct api_lane *lane = arg;
    struct queue_item *item;

    while ((item = queue_take_all(&lane->queue, 1)) != NULL) {
        struct api_request *r = CONTAINER_OF(item, struct api_request, lane_item);
        struct err e = { 0 };

        log_set_request(r->id);
        if (r->call.route->prepare(&r->call, &e)) {
            mark_start(r);
            run_or_submit(r);
        } else {
            finish(r, false, &e);
        }
    }
    return NULL;
}

static bool run_plain(struct api_request *r, struct err *e)
{
    if (!r->call.route->handler(&r->call, e))
        return false;
    reply_answer(r);
    return true;
}

static struct api_lane *lane_of(struct api *api, const struct api_request *r)
{
    return r->call.route->upload ? &api->uploads : &api->slow;
}

void dispatch_request(void *ctx, struct http_exchange *x)
{
    struct api *api = ctx;
    struct api_request *r = x->user;
    struct err e = { 0 };

    if (!decode_query(r, &e) || !decode_body(r, &e)) {
        finish(r, false, &e);
        return;
    }
    mark_start(r);
    if (r->call.route->kind == ROUTE_PLAIN) {
        bool ok = run_plain(r, &e);

        finish(r, ok, &e);
    } else if (r->call.route->prepare == NULL) {
        run_or_submit(r);
    } else if (!queue_put(&lane_of(api, r)->queue, &r->lane_item)) {
        err_set(&e, ERR_BUSY, "too much to do at once, try again");
        finish(r, false, &e);
    }
}

static bool perform(struct api *api, struct api_request *r, struct err *e)
{
    if (!find_route(api, r, e) || !decode_query(r, e) || !decode_body(r, e))
        return false;
    mark_start(r);
    if (r->call.route->kind == ROUTE_STREAM)
        return err_set(e, ERR_NOT_IMPLEMENTED, "events are sent by a running server only");
    if (r->call.route->kind == ROUTE_PLAIN)
        return run_plain(r, e);
    if (r->call.route->prepare != NULL) {
        if (!r->call.route->prepare(&r->call, e))
            return false;
        mark_start(r);
    }
    if (r->call.route->kind == ROUTE_READ)
        return db_read(api->options.db, run_in_tx, r, e);
    return db_write(api->options.db, run_in_tx, r, e);
}

void api_perform(struct api *api, struct http_exchange *x, const struct user *as)
{
    struct api_request *r = new_request(api, x);
    struct err e = { 0 };
    bool ok;

    assert(as != NULL);
    r->as = as;
    ok = perform(api, r, &e);
    finish(r, ok, &e);
}
