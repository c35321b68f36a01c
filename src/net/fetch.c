/* Walks from hop to hop: which URL, which method and which headers come next. */
#include "net/fetch.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "net/fetch_hop.h"

/* One call of fetch on its way. */
struct chain {
    const struct fetch_curl *curl;
    struct arena *arena;
    const struct fetch_request *request;
    int64_t deadline_ms;
    struct buf *body;
    bool sent;
    struct fetch_url url;
    struct http_header *headers; /* those still sent */
    size_t header_count;
    enum http_method method;
    bool has_body;
    int redirects;
};

void fetch_deinit(void)
{
    fetch_curl_unload();
}

struct fetch_request fetch_get(struct str url, const struct guard *guard)
{
    return (struct fetch_request){
        .method = HTTP_GET,
        .url = url,
        .body_fd = -1,
        .trust = FETCH_CONFIGURED,
        .guard = guard,
        .connect_timeout_ms = 10 * 1000,
        .timeout_ms = 60 * 1000,
        .stall_timeout_ms = 30 * 1000,
        .max_body_bytes = 64 * (int64_t)MIB,
        .out_fd = -1,
    };
}

static bool is_one_of(struct str name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (str_eq_nocase(name, str_from(*names)))
            return true;
    }
    return false;
}

/* The transfer writes these itself; a second one would make the request ambiguous. */
static const char *const own_headers[] = { "Host",
                                           "Content-Length",
                                           "Transfer-Encoding",
                                           "Connection",
                                           "Expect",
                                           "TE",
                                           "Upgrade",
                                           "Trailer",
                                           "Sec-WebSocket-Key",
                                           "Sec-WebSocket-Version",
                                           "Sec-WebSocket-Extensions",
                                           "Sec-WebSocket-Protocol",
                                           NULL };

bool fetch_check_headers(const struct http_header *headers, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        struct http_header h = headers[i];
        bool bad_name = h.name.len == 0;

        for (size_t k = 0; k < h.name.len; k++)
            bad_name = bad_name || h.name.ptr[k] <= ' ' || h.name.ptr[k] >= 0x7f ||
                       strchr("()<>@,;:\\\"/[]?={}", h.name.ptr[k]) != NULL;
        if (bad_name || is_one_of(h.name, own_headers) || !http_value_is_safe(h.value))
            return err_set(e, ERR_INVALID, "a header of the request cannot be sent");
    }
    return true;
}

/* Methods that make something say how much follows, even when it is nothing. */
static bool has_body(const struct fetch_request *request)
{
    switch (request->method) {
    case HTTP_GET:
    case HTTP_HEAD:
        return false;
    case HTTP_POST:
    case HTTP_PUT:
    case HTTP_PATCH:
        return true;
    default:
        return request->body_fd >= 0 || request->body.len > 0;
    }
}

/* Headers that tell a stranger nothing that he must not know. */
static const char *const plain_headers[] = { "Accept", "Accept-Language", "User-Agent", "Range",
                                             NULL };
static const char *const body_headers[] = { "Content-Type", "Content-Language", "Content-Encoding",
                                            NULL };

static void drop_headers(struct chain *c, bool to_stranger)
{
    size_t kept = 0;

    for (size_t i = 0; i < c->header_count; i++) {
        bool of_body = is_one_of(c->headers[i].name, body_headers);

        if (of_body ? c->has_body : !to_stranger || is_one_of(c->headers[i].name, plain_headers))
            c->headers[kept++] = c->headers[i];
    }
    c->header_count = kept;
}

static bool leads_on(const struct chain *c, const struct fetch_hop *hop)
{
    return c->request->max_redirects > 0 && fetch_is_redirect(hop->status) &&
           !str_is_null(fetch_hop_header(hop, "Location"));
}

static bool follow(struct chain *c, const struct fetch_hop *hop, struct err *e)
{
    struct str location = fetch_hop_header(hop, "Location");
    struct fetch_url next;

    if (++c->redirects > c->request->max_redirects)
        return err_set(e, ERR_UPSTREAM, "'" STR_FMT "' redirects too often", STR_ARG(c->url.host));
    if (!fetch_url_parse(c->curl, c->arena, c->url.text, location, &next, e)) {
        if (e->code == ERR_INVALID) /* not the caller's fault */
            e->code = ERR_FORBIDDEN;
        return err_wrap(e, "redirect");
    }
    if (c->request->trust == FETCH_FOREIGN && c->url.secure && !next.secure)
        return err_set(e, ERR_FORBIDDEN, "'" STR_FMT "' redirects from https to http",
                       STR_ARG(c->url.host));
    if (hop->status <= 303 && c->method != HTTP_HEAD) {
        c->method = HTTP_GET;
        c->has_body = false;
    }
    drop_headers(c, !fetch_url_same_origin(&c->url, &next));
    c->url = next;
    return true;
}

static bool run_hop(struct chain *c, struct fetch_hop *hop, struct err *e)
{
    bool ok;

    *hop = (struct fetch_hop){
        .curl = c->curl,
        .arena = c->arena,
        .request = c->request,
        .url = &c->url,
        .method = c->method,
        .headers = c->headers,
        .header_count = c->header_count,
        .has_body = c->has_body,
        .may_follow = c->request->max_redirects > 0,
        .deadline_ms = c->deadline_ms,
        .body = c->body,
    };
    ok = fetch_hop_run(hop, e);
    c->sent = c->sent || hop->sent;
    return ok;
}

static bool begin(struct chain *c, struct err *e)
{
    const struct fetch_request *request = c->request;

    assert(request->timeout_ms > 0 && request->connect_timeout_ms > 0);
    assert(request->stall_timeout_ms > 0 && request->max_body_bytes >= 0);
    if (!fetch_check_headers(request->headers, request->header_count, e) ||
        !fetch_curl_load(&c->curl, e) ||
        !fetch_url_parse(c->curl, c->arena, (struct str){ 0 }, request->url, &c->url, e))
        return false;
    c->deadline_ms = clock_steady_ms() + request->timeout_ms;
    c->method = request->method;
    c->has_body = has_body(request);
    c->headers = arena_array(c->arena, struct http_header, request->header_count);
    for (size_t i = 0; i < request->header_count; i++)
        c->headers[c->header_count++] = request->headers[i];
    return true;
}

static bool walk(struct chain *c, struct fetch_reply *out, struct err *e)
{
    struct fetch_hop hop;

    if (!begin(c, e) || !run_hop(c, &hop, e))
        return false;
    while (leads_on(c, &hop)) {
        if (!follow(c, &hop, e) || !run_hop(c, &hop, e))
            return false;
    }
    *out = (struct fetch_reply){
        .status = hop.status,
        .headers = hop.reply_headers,
        .header_count = hop.reply_header_count,
        .body = arena_str(c->arena, buf_str(c->body)),
        .body_bytes = hop.body_bytes,
        .final_url = c->url.text,
    };
    return true;
}

bool fetch(struct arena *a, const struct fetch_request *request, struct fetch_reply *out,
           bool *out_sent, struct err *e)
{
    AUTO_BUF body = { 0 };
    struct chain c = { .arena = a, .request = request, .body = &body };
    bool ok;

    buf_init(&body, (size_t)request->max_body_bytes);
    ok = walk(&c, out, e);
    if (out_sent != NULL)
        *out_sent = c.sent;
    return ok;
}

struct str fetch_header(const struct fetch_reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        if (str_eq_nocase(reply->headers[i].name, str_from(name)))
            return reply->headers[i].value;
    }
    return (struct str){ 0 };
}
