/* Writing replies: the head, and a body from memory, a file, or a source's pieces. */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "net/server_conn.h"

enum {
    JOINED_BYTES = 16 * 1024, /* a body up to this is copied behind its head */
    TURN_BYTES = 1024 * 1024, /* after so much the others have their turn */
    CALL_BYTES = 16 * 1024,   /* what a call counts at least: many small pieces take time too */
    SENDFILE_BYTES = 512 * 1024,
};

static enum send_result failed(struct conn *c)
{
    if (errno != EAGAIN)
        return SEND_LOST;
    c->writable = false;
    return SEND_BLOCKED;
}

static enum send_result sent_some(struct conn *c, size_t bytes)
{
    c->fresh = true;
    count_add(&c->loop->counters.bytes_sent, (int64_t)bytes);
    return SEND_DONE;
}

/* One call; SEND_DONE when it took anything. When it took less than all, the socket is full. */
enum send_result send_iov(struct conn *c, struct iovec *iov, size_t count, int flags, size_t *sent)
{
    struct msghdr message = { .msg_iov = iov, .msg_iovlen = count };
    size_t wanted = 0;
    ssize_t n;

    for (size_t i = 0; i < count; i++)
        wanted += iov[i].iov_len;
    do {
        n = FAULT(net_write) ? (errno = EIO, -1) : sendmsg(c->fd, &message, MSG_NOSIGNAL | flags);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return failed(c);
    *sent = (size_t)n;
    if (*sent < wanted)
        c->writable = false;
    return sent_some(c, *sent);
}

static void put_header(struct buf *out, struct str name, struct str value)
{
    buf_put(out, name);
    buf_put(out, STR(": "));
    buf_put(out, value);
    buf_put(out, STR("\r\n"));
}

static void put_status_line(struct buf *out, int status)
{
    if (status == 200) {
        buf_put(out, STR("HTTP/1.1 200 OK\r\n"));
        return;
    }
    buf_put(out, STR("HTTP/1.1 "));
    buf_put_i64(out, status);
    buf_put_char(out, ' ');
    buf_put(out, str_from(http_reason(status)));
    buf_put(out, STR("\r\n"));
}

static int64_t body_bytes(const struct http_reply *r)
{
    if (r->source.next != NULL)
        return r->source_bytes;
    return r->file_fd >= 0 ? r->file_bytes : (int64_t)r->body.len;
}

static bool has_header(const struct http_reply *r, struct str name)
{
    for (size_t i = 0; i < r->header_count; i++) {
        if (str_eq_nocase(r->headers[i].name, name))
            return true;
    }
    return false;
}

static void put_stream_headers(struct buf *out, const struct http_reply *r)
{
    if (!has_header(r, STR("content-type")))
        buf_put(out, STR("Content-Type: text/event-stream\r\n"));
    if (!has_header(r, STR("cache-control")))
        buf_put(out, STR("Cache-Control: no-store\r\n"));
}

static void put_head(struct conn *c, const struct exchange *x, int64_t body)
{
    const struct http_reply *r = &x->x.reply;
    bool has_no_length = r->status == 204 || r->status == 304 || x->is_stream;

    put_status_line(&c->out, r->status);
    buf_put(&c->out, c->loop->date);
    for (size_t i = 0; i < r->header_count; i++)
        put_header(&c->out, r->headers[i].name, r->headers[i].value);
    if (x->is_stream)
        put_stream_headers(&c->out, r);
    if (!has_no_length) {
        buf_put(&c->out, STR("Content-Length: "));
        buf_put_i64(&c->out, body);
        buf_put(&c->out, STR("\r\n"));
    }
    buf_put(&c->out, c->closing ? STR("Connection: close\r\n\r\n") : STR("\r\n"));
}

/* The output borrows the loop's spare buffer while it is needed: idle connections own none. */
static void take_output(struct conn *c)
{
    struct buf *spare = &c->loop->spare;

    if (c->out.cap > 0 || spare->cap == 0)
        return;
    c->out = *spare;
    *spare = (struct buf){ .max_bytes = spare->max_bytes };
}

static void give_output(struct conn *c)
{
    struct buf *spare = &c->loop->spare;

    if (spare->cap == 0 && c->out.cap > 0) {
        *spare = c->out;
        buf_clear(spare);
        c->out = (struct buf){ .max_bytes = c->out.max_bytes };
    } else {
        buf_deinit(&c->out);
    }
}

void reply_begin(struct conn *c)
{
    struct exchange *x = c->current;
    struct http_reply *r = &x->x.reply;
    int64_t body = body_bytes(r);

    assert(r->status >= 200 && r->status <= 599);
    take_output(c);
    put_head(c, x, body);
    if (x->x.request.method == HTTP_HEAD || r->status == 204 || r->status == 304)
        body = 0;
    x->left = body;
    if (r->source.next == NULL) {
        x->part = (struct http_part){
            .bytes = r->body, .fd = r->file_fd, .offset = r->file_offset, .length = r->file_bytes
        };
        if (r->file_fd < 0 && body <= JOINED_BYTES) {
            buf_put(&c->out, str_slice(r->body, 0, (size_t)body));
            x->left = 0;
        }
    }
    assert(!c->out.overflowed);
}

static int64_t part_bytes(const struct http_part *p)
{
    return p->fd < 0 ? (int64_t)p->bytes.len : p->length;
}

/* The length that was promised cannot be kept: all that is left is to say so. */
static enum send_result break_off(struct exchange *x, const struct err *e)
{
    struct err *kept = arena_new(&x->x.arena, struct err);

    *kept = *e;
    x->x.broken = kept;
    return SEND_LOST;
}

static enum send_result file_failed(struct exchange *x, const char *what)
{
    struct err e = { 0 };

    err_set(&e, ERR_IO, "a file %s %lld bytes before the end of the reply", what,
            (long long)x->left);
    return break_off(x, &e);
}

/* Lent until server_resume, as it was while it was answered. */
static enum send_result wait_for_source(struct conn *c)
{
    assert(c->state == CONN_REPLY);
    c->state = CONN_WAIT;
    c->loop->lent++;
    if (c->out.len > 0)
        conn_run_later(c); /* it goes out meanwhile */
    else
        give_output(c);
    return SEND_BLOCKED;
}

/* Sees to it that x->part holds what comes next. */
static enum send_result find_part(struct conn *c, struct exchange *x)
{
    struct http_source *source = &x->x.reply.source;
    struct err e = { 0 };

    while (part_bytes(&x->part) == 0) {
        struct http_part part = { .fd = -1 };

        if (source->next == NULL)
            return file_failed(x, "ended");
        switch (source->next(source->ctx, &part, &e)) {
        case HTTP_NEXT_PART:
            x->part = part;
            break;
        case HTTP_NEXT_WAIT:
            return wait_for_source(c);
        case HTTP_NEXT_FAILED:
            return break_off(x, &e);
        }
    }
    return SEND_DONE;
}

static void part_sent(struct exchange *x, size_t bytes)
{
    x->left -= (int64_t)bytes;
    if (x->part.fd < 0) {
        x->part.bytes = str_slice(x->part.bytes, bytes, SIZE_MAX);
    } else {
        x->part.offset += (int64_t)bytes;
        x->part.length -= (int64_t)bytes;
    }
}

static enum send_result send_file(struct conn *c, struct exchange *x, size_t *sent)
{
    int64_t want = MIN(MIN(x->left, x->part.length), (int64_t)SENDFILE_BYTES);
    off_t offset = x->part.offset;
    ssize_t n;

    if (FAULT(net_write))
        return SEND_LOST;
    do {
        n = sendfile(c->fd, x->part.fd, &offset, (size_t)want);
    } while (n < 0 && errno == EINTR);
    if (n == 0 || (n < 0 && errno == EIO))
        return file_failed(x, n == 0 ? "ended" : "could not be read");
    if (n < 0)
        return failed(c);
    *sent = (size_t)n;
    part_sent(x, *sent);
    return sent_some(c, *sent);
}

static enum send_result send_memory(struct conn *c, struct exchange *x, size_t *sent)
{
    struct iovec iov[2];
    size_t count = 0, of_out = c->out.len, of_part = 0;
    enum send_result result;

    if (of_out > 0)
        iov[count++] = (struct iovec){ c->out.ptr, of_out };
    if (x != NULL && x->left > 0 && x->part.fd < 0) {
        of_part = (size_t)MIN((uint64_t)x->left, x->part.bytes.len);
        iov[count++] = (struct iovec){ (char *)(uintptr_t)x->part.bytes.ptr, of_part };
    }
    result = send_iov(c, iov, count, x != NULL && x->left > (int64_t)of_part ? MSG_MORE : 0, sent);
    if (result != SEND_DONE)
        return result;
    of_out = MIN(of_out, *sent);
    buf_consume(&c->out, of_out);
    if (x != NULL && *sent > of_out)
        part_sent(x, *sent - of_out);
    return SEND_DONE;
}

/* Everything that is ready: the output, then the body of the reply that is being written. */
enum send_result send_all(struct conn *c)
{
    struct exchange *x = c->state == CONN_REPLY || c->state == CONN_STREAM ? c->current : NULL;
    size_t total = 0;

    while (c->out.len > 0 || (x != NULL && x->left > 0)) {
        enum send_result result = SEND_DONE;
        size_t sent = 0;

        if (!c->writable)
            return SEND_BLOCKED;
        if (total >= TURN_BYTES) {
            conn_run_later(c);
            return SEND_BLOCKED;
        }
        if (x != NULL && x->left > 0)
            result = find_part(c, x);
        if (result == SEND_LOST && c->out.len > 0)
            send_memory(c, NULL, &sent); /* what was said before is still true */
        if (result == SEND_DONE)
            result = c->out.len > 0 || x->part.fd < 0 ? send_memory(c, x, &sent)
                                                      : send_file(c, x, &sent);
        if (result != SEND_DONE)
            return result;
        total += MAX(sent, (size_t)CALL_BYTES);
    }
    give_output(c);
    return SEND_DONE;
}
