/* Reading requests: from the socket through head and body to the handler. */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "net/server_conn.h"

enum {
    HEAD_STEP_BYTES = 16 * 1024, /* read at once behind the beginning of a head */
    DISCARD_BYTES = 64 * 1024,   /* an unwanted body up to this is read to keep the connection */
};

static bool refuse(struct conn *c, enum err_code code, const char *message)
{
    struct err e = { 0 };

    err_set(&e, code, "%s", message);
    conn_refuse(c, &e);
    return false;
}

/* What follows is skipped when it is little, else not read at all. */
void conn_answer_early(struct conn *c, struct exchange *x)
{
    bool has_body = x->x.request.has_body;

    if (has_body && !x->head.chunked && !x->head.expects_continue &&
        x->head.content_length <= DISCARD_BYTES) {
        c->discard_bytes = x->head.content_length;
    } else if (has_body) {
        x->x.reply.close = true;
        c->lingering = true;
    }
    exchange_settle(x);
    c->lingering |= c->closing && has_body;
}

static void begin_body(struct conn *c, struct exchange *x)
{
    struct err e = { 0 };

    if (!exchange_open_body(x, &e)) {
        conn_refuse(c, &e);
        return;
    }
    c->state = CONN_BODY;
    if (x->head.expects_continue)
        buf_put(&c->out, STR("HTTP/1.1 100 Continue\r\n\r\n"));
}

static void take_rest(struct conn *c, struct exchange *x)
{
    if (x->x.request.has_body)
        begin_body(c, x);
    else
        exchange_call(x);
}

void conn_body_wanted(struct exchange *x)
{
    struct conn *c = x->conn;

    x->loop->lent--;
    if (c == NULL) {
        exchange_end(x);
        return;
    }
    x->policy.wait = false;
    take_rest(c, x);
    conn_run(c);
}

static void take_head(struct conn *c, struct str head)
{
    const struct http_handler *h = &c->loop->server->options.handler;
    struct exchange *x = exchange_create(c);
    struct err e = { 0 };

    c->fresh = true;
    c->scanner = (struct http_scanner){ 0 };
    if (!exchange_read_head(x, head, &e)) {
        conn_refuse(c, &e);
        return;
    }
    h->head(h->ctx, &x->x, &x->policy);
    if (x->policy.wait) { /* first: another thread may be writing the reply already */
        c->state = CONN_AWAY;
        c->loop->lent++;
    } else if (x->x.reply.status != 0) {
        conn_answer_early(c, x);
    } else {
        take_rest(c, x);
    }
}

/* These three give how many bytes they used; 0: more are needed first, or it is over. */
static size_t use_head(struct conn *c, struct str bytes)
{
    size_t used = 0;

    switch (http_scan(&c->scanner, bytes, (size_t)c->loop->server->options.max_head_bytes, &used)) {
    case HTTP_SCAN_MORE:
        return 0;
    case HTTP_SCAN_BAD:
        return refuse(c, ERR_MALFORMED, "this is not an HTTP/1.1 request");
    case HTTP_SCAN_TOO_LARGE:
        return refuse(c, ERR_HEADERS_TOO_LARGE, "the head of the request is too large");
    case HTTP_SCAN_DONE:
        break;
    }
    take_head(c, str_slice(bytes, 0, used));
    return used;
}

/* Each fragment gives the next one its time, but what all of them may take is earned by bytes. */
static bool is_too_slow(const struct exchange *x)
{
    const struct server_options *o = &x->loop->server->options;
    int64_t earned_ms = x->x.request.body_bytes * 1000 / o->body_bytes_per_second;

    return x->loop->now_ms - x->body_began_ms > o->body_grace_ms + earned_ms;
}

static bool add_body(struct conn *c, struct str bytes)
{
    struct err e = { 0 };

    c->fresh = true;
    if (!exchange_add_body(c->current, bytes, &e)) {
        conn_refuse(c, &e);
        return false;
    }
    return !is_too_slow(c->current) ||
           refuse(c, ERR_TIMEOUT, "the body of the request did not come in time");
}

static size_t use_chunked(struct conn *c, struct exchange *x, struct str bytes)
{
    struct str rest = bytes, data;

    switch (http_chunked_next(&x->chunked, &rest, &data)) {
    case HTTP_CHUNK_DATA:
        if (!add_body(c, data))
            return 0;
        break;
    case HTTP_CHUNK_END:
        exchange_call(x);
        break;
    case HTTP_CHUNK_BAD:
        return refuse(c, ERR_MALFORMED, "the chunks of the body are broken");
    case HTTP_CHUNK_MORE:
        break;
    }
    return bytes.len - rest.len;
}

static size_t use_body(struct conn *c, struct str bytes)
{
    struct exchange *x = c->current;
    uint64_t left;

    if (x->head.chunked)
        return use_chunked(c, x, bytes);
    left = (uint64_t)(x->head.content_length - x->x.request.body_bytes);
    bytes = str_slice(bytes, 0, (size_t)MIN(left, (uint64_t)bytes.len));
    if (!add_body(c, bytes))
        return 0;
    if (bytes.len == left)
        exchange_call(x);
    return bytes.len;
}

static size_t use_unwanted(struct conn *c, struct str bytes)
{
    size_t used = (size_t)MIN((uint64_t)c->discard_bytes, (uint64_t)bytes.len);

    c->fresh = true;
    c->discard_bytes -= (int64_t)used;
    if (c->discard_bytes == 0)
        c->state = CONN_HEAD;
    return used;
}

/* Small replies leave the connection reading, so that those to a pipeline are written together. */
static bool is_reading(struct conn *c)
{
    if (c->fd >= 0 && c->state == CONN_REPLY && !c->closing && c->current->left == 0) {
        exchange_end(c->current);
        c->state = c->discard_bytes > 0 ? CONN_DISCARD : CONN_HEAD;
    }
    return c->fd >= 0 && c->state <= CONN_DISCARD && c->out.len < BATCH_BYTES;
}

static size_t use(struct conn *c, struct str bytes)
{
    size_t used = 0, n = 1;

    while (is_reading(c) && used < bytes.len && n > 0) {
        struct str rest = str_slice(bytes, used, bytes.len);

        if (c->state == CONN_HEAD)
            n = use_head(c, rest);
        else
            n = c->state == CONN_BODY ? use_body(c, rest) : use_unwanted(c, rest);
        used += n;
    }
    c->unread = used < bytes.len && !is_reading(c);
    return used;
}

/* What stays is the beginning of a head, or requests that have to wait. */
static void use_kept(struct conn *c)
{
    size_t used = use(c, buf_str(&c->in));

    if (c->fd < 0)
        return;
    if (used == c->in.len)
        buf_deinit(&c->in);
    else
        buf_consume(&c->in, used);
}

static void use_scratch(struct conn *c, size_t bytes)
{
    struct str got = str_of(c->loop->scratch, bytes);
    size_t used = use(c, got);

    if (c->fd >= 0 && used < bytes)
        buf_put(&c->in, str_slice(got, used, bytes));
}

static bool receive(struct conn *c)
{
    bool goes_behind = c->in.len > 0;
    size_t room = goes_behind ? HEAD_STEP_BYTES : SCRATCH_BYTES;
    char *to = goes_behind ? buf_reserve(&c->in, room) : c->loop->scratch;
    ssize_t n;

    assert(to != NULL);
    n = FAULT(net_read) ? (errno = EIO, -1) : recv(c->fd, to, room, 0);
    if (n < 0 && errno == EINTR)
        return true;
    if (n < 0 && errno == EAGAIN) {
        c->readable = false;
        return false;
    }
    if (n <= 0) { /* the peer ended, or broke off: there is nobody to answer */
        conn_close(c);
        return false;
    }
    count_add(&c->loop->counters.bytes_received, n);
    c->readable = (size_t)n == room || c->hung_up; /* less than asked for: the socket is empty */
    if (goes_behind) {
        buf_advance(&c->in, (size_t)n);
        use_kept(c);
    } else {
        use_scratch(c, (size_t)n);
    }
    return true;
}

bool conn_read(struct conn *c)
{
    bool wait_for_more = !c->unread || c->out.len >= BATCH_BYTES;

    if (c->out.len > 0 && wait_for_more) {
        enum send_result result = send_all(c);

        if (result == SEND_LOST)
            conn_close(c);
        return result == SEND_DONE;
    }
    if (c->unread) {
        use_kept(c);
        return true;
    }
    return c->readable ? receive(c) : false;
}
