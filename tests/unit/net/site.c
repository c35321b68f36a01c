/* A server to be tested and a client to test it with: blocking, with deadlines, never a sleep. */
#include "net/site.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LARGE_BYTES = 1000000 };

static char large[LARGE_BYTES];

static bool path_is(const struct http_exchange *x, const char *path)
{
    return str_eq(x->request.path, str_from(path));
}

static void hold(struct site *s, struct http_exchange *x)
{
    LOCKED(&s->lock);
    assert_true(s->held_count < COUNT(s->held));
    s->held[s->held_count++] = x;
    lock_broadcast(&s->lock);
}

static void on_head(void *ctx, struct http_exchange *x, struct http_body_policy *policy)
{
    policy->max_bytes = 100000;
    policy->is_strangers = path_is(x, "/stranger");
    if (path_is(x, "/spool")) {
        policy->max_bytes = 100 * 1000 * 1000;
        policy->spool = true;
    }
    if (path_is(x, "/early")) {
        x->reply.status = 401;
        x->reply.body = STR("early");
    }
    if (path_is(x, "/ask")) {
        policy->wait = true;
        hold(ctx, x);
    }
}

struct pieces {
    struct site *site;
    int fd;
    int64_t sent;
};

/* Memory and file by turns, in odd sizes. */
static enum http_next next_piece(void *ctx, struct http_part *out, struct err *e)
{
    struct pieces *p = ctx;
    int64_t bytes = MIN((int64_t)77777, LARGE_BYTES - p->sent);

    if (bytes == 0) {
        err_set(e, ERR_IO, "no more pieces");
        return HTTP_NEXT_FAILED;
    }
    out->fd = p->sent % 2 == 0 ? -1 : p->fd;
    out->bytes = str_of(large + p->sent, (size_t)bytes);
    out->offset = p->sent;
    out->length = bytes;
    p->sent += bytes;
    return HTTP_NEXT_PART;
}

static void close_pieces(void *ctx)
{
    struct pieces *p = ctx;

    close(p->fd);
    atomic_fetch_add(&p->site->sources_closed, 1);
}

static int large_file(void)
{
    int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (write(fd, large, LARGE_BYTES) != LARGE_BYTES)
        abort();
    return fd;
}

static void reply_with_source(struct site *s, struct http_exchange *x)
{
    struct pieces *p = arena_new(&x->arena, struct pieces);
    int64_t promised = str_eq(x->request.query, STR("short")) ? LARGE_BYTES + 1 : LARGE_BYTES;

    *p = (struct pieces){ .site = s, .fd = large_file() };
    x->reply.source = (struct http_source){ .next = next_piece, .close = close_pieces, .ctx = p };
    x->reply.source_bytes = promised;
}

static void reply_with_echo(struct http_exchange *x)
{
    const struct http_request *r = &x->request;

    x->reply.body = arena_strf(
        &x->arena, "%s " STR_FMT "?" STR_FMT " host=" STR_FMT " peer=" STR_FMT "%s " STR_FMT,
        http_method_names[r->method], STR_ARG(r->path), STR_ARG(r->query), STR_ARG(r->host),
        STR_ARG(r->peer), r->secure ? " secure" : "", STR_ARG(r->body));
}

static void reply_with_spooled(struct http_exchange *x)
{
    char bytes[65536];
    int64_t sum = 0;
    ssize_t n;

    while ((n = read(x->request.body_fd, bytes, sizeof(bytes))) > 0) {
        for (ssize_t i = 0; i < n; i++)
            sum += bytes[i];
    }
    x->reply.body =
        arena_strf(&x->arena, "%lld %lld", (long long)x->request.body_bytes, (long long)sum);
}

static void on_request(void *ctx, struct http_exchange *x)
{
    struct site *s = ctx;

    if (path_is(x, "/away")) {
        hold(s, x);
        return;
    }
    x->reply.status = 200;
    if (path_is(x, "/hello")) {
        x->reply.body = STR("hello");
    } else if (path_is(x, "/echo") || path_is(x, "/stranger") || path_is(x, "/ask")) {
        reply_with_echo(x);
    } else if (path_is(x, "/spool")) {
        reply_with_spooled(x);
    } else if (path_is(x, "/large")) {
        x->reply.body = str_of(large, LARGE_BYTES);
    } else if (path_is(x, "/file")) {
        x->reply.file_fd = large_file();
        x->reply.file_offset = 1000;
        x->reply.file_bytes =
            str_eq(x->request.query, STR("short")) ? LARGE_BYTES : LARGE_BYTES - 1000;
    } else if (path_is(x, "/source")) {
        reply_with_source(s, x);
    } else if (path_is(x, "/stream")) {
        x->reply.body = STR("retry: 1\n\n");
        server_open_stream(s->server, x, STR("news"), 0, STR("token"));
        return;
    } else {
        x->reply.status = path_is(x, "/nothing") ? 204 : 404;
    }
    server_answer(s->server, x);
}

static void on_done(void *ctx, struct http_exchange *x)
{
    struct site *s = ctx;

    UNUSED(x);
    atomic_fetch_add(&s->done, 1);
}

void site_start(struct site *s, struct server_options options)
{
    struct err e = { 0 };

    for (size_t i = 0; i < LARGE_BYTES; i++)
        large[i] = (char)('a' + i % 26);
    *s = (struct site){ .options = options };
    lock_init(&s->lock);
    if (s->options.listen.len == 0)
        s->options.listen = STR("127.0.0.1:0");
    if (s->options.loops == 0)
        s->options.loops = 1;
    s->options.spool_folder = "/tmp";
    s->options.handler.ctx = s;
    s->options.handler.head = on_head;
    s->options.handler.request = on_request;
    s->options.handler.done = on_done;
    CHECK_OK(server_start(&s->options, &s->server, &e));
}

void site_stop(struct site *s)
{
    server_stop(s->server, PATIENCE_MS);
    lock_deinit(&s->lock);
}

void *site_stop_thread(void *site)
{
    site_stop(site);
    return NULL;
}

struct http_exchange *site_take(struct site *s)
{
    struct http_exchange *x;

    LOCKED(&s->lock);
    while (s->held_count == 0) {
        if (!lock_wait_ms(&s->lock, PATIENCE_MS))
            fail_msg("no exchange came to the handler");
    }
    x = s->held[0];
    memmove(s->held, s->held + 1, --s->held_count * sizeof(x));
    return x;
}

void site_answer(struct site *s, struct http_exchange *x, const char *body)
{
    x->reply.status = 200;
    x->reply.body = str_from(body);
    server_answer(s->server, x);
}

void site_wait_done(struct site *s, int count)
{
    WAIT_FOR(atomic_load(&s->done) >= count);
}

void site_wait_streams(struct site *s, int64_t count)
{
    WAIT_FOR(server_stats(s->server).streams == count);
}

void site_wait_connections(struct site *s, int64_t count)
{
    WAIT_FOR(server_stats(s->server).connections == count);
}

int client_open(const struct site *s)
{
    struct str port = server_address(s->server);
    struct sockaddr_in to = { .sin_family = AF_INET };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int64_t number = 0;

    port = str_slice(port, str_find_char(port, ':', 0) + 1, port.len);
    assert_true(str_to_i64(port, 1, 65535, &number));
    to.sin_port = htons((uint16_t)number);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    return fd;
}

void client_send(int fd, struct str bytes)
{
    while (bytes.len > 0) {
        ssize_t n = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);

        if (n < 0)
            return; /* the server has closed; the test sees it in what it reads */
        bytes = str_slice(bytes, (size_t)n, bytes.len);
    }
}

/* 1: bytes came, 0: the end, -1: broken or too late. */
static int read_some(int fd, struct buf *out)
{
    struct pollfd ready = { .fd = fd, .events = POLLIN };
    ssize_t n;

    if (poll(&ready, 1, PATIENCE_MS) != 1)
        return -1;
    n = recv(fd, buf_reserve(out, 65536), 65536, 0);
    if (n > 0)
        buf_advance(out, (size_t)n);
    return n > 0 ? 1 : (int)n;
}

bool client_read_until(int fd, struct buf *out, const char *text)
{
    int more = 1;

    while (more == 1) {
        if (text != NULL && str_find(buf_str(out), str_from(text)) < out->len)
            return true;
        more = read_some(fd, out);
    }
    return text == NULL && more == 0;
}

static int64_t length_in(struct str head)
{
    struct str key = STR("Content-Length: ");
    size_t at = str_find(head, key) + key.len;
    int64_t length = 0;

    if (at < head.len &&
        !str_to_i64(str_slice(head, at, str_find_char(head, '\r', at)), 0, INT64_MAX, &length))
        fail_msg("the length is no number");
    return length;
}

static int status_of(struct str reply)
{
    int64_t status = 0;

    if (!str_starts(reply, STR("HTTP/1.1 ")) ||
        !str_to_i64(str_slice(reply, 9, 12), 100, 599, &status))
        return 0;
    return (int)status;
}

/* Reads byte by byte up to the end of the head, so that a following reply stays in the socket. */
int client_reply(int fd, struct buf *out)
{
    struct pollfd ready = { .fd = fd, .events = POLLIN };
    char head[4096];
    size_t bytes = 0;
    int64_t left;

    buf_clear(out);
    while (bytes < 4 || memcmp(head + bytes - 4, "\r\n\r\n", 4) != 0) {
        if (bytes == sizeof(head) || poll(&ready, 1, PATIENCE_MS) != 1 ||
            recv(fd, head + bytes, 1, 0) != 1)
            return 0;
        bytes++;
    }
    left = length_in(str_of(head, bytes));
    while (left > 0) {
        ssize_t n = poll(&ready, 1, PATIENCE_MS) == 1
                        ? recv(fd, buf_reserve(out, (size_t)left), (size_t)left, 0)
                        : -1;
        if (n <= 0)
            return 0;
        buf_advance(out, (size_t)n);
        left -= n;
    }
    return status_of(str_of(head, bytes));
}

int client_ask(const struct site *s, struct str bytes, struct buf *out)
{
    int fd = client_open(s);

    client_send(fd, bytes);
    if (!client_read_until(fd, out, NULL))
        fail_msg("the connection did not end: " STR_FMT, STR_ARG(buf_str(out)));
    close(fd);
    return status_of(buf_str(out));
}

bool client_is_at_end(int fd)
{
    struct pollfd ready = { .fd = fd, .events = POLLIN };
    char byte;

    return poll(&ready, 1, PATIENCE_MS) == 1 && recv(fd, &byte, 1, 0) <= 0;
}
