/* The life of an exchange: from a head through the handler to its reply, or to a refusal. */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "net/server_conn.h"
#include "net/server_peers.h"

struct exchange *exchange_create(struct conn *c)
{
    struct exchange *x = mem_alloc(sizeof(*x));

    x->loop = c->loop;
    x->conn = c;
    x->x.request.body_fd = -1;
    x->x.request.peer = arena_str(&x->x.arena, str_from(c->peer));
    x->x.reply.file_fd = -1;
    x->part.fd = -1;
    c->current = x;
    return x;
}

/* The last entry of a list in one or several headers: the one that the nearest proxy wrote. */
static struct str last_entry(const struct http_request *r, struct str name)
{
    struct str entry = { 0 }, rest;

    for (size_t i = 0; i < r->header_count; i++) {
        if (!str_eq_nocase(r->headers[i].name, name))
            continue;
        rest = r->headers[i].value;
        while (!str_is_null(rest))
            str_cut(rest, ',', &entry, &rest);
    }
    return str_trim(entry);
}

static void believe_proxy(struct exchange *x)
{
    struct http_request *r = &x->x.request;
    struct str peer = last_entry(r, STR("x-forwarded-for"));
    char text[INET6_ADDRSTRLEN] = "", binary[16];

    if (peer.len > 0 && peer.len < sizeof(text)) {
        memcpy(text, peer.ptr, peer.len);
        if (inet_pton(AF_INET, text, binary) == 1 || inet_pton(AF_INET6, text, binary) == 1)
            r->peer = peer;
    }
    r->secure = str_eq_nocase(last_entry(r, STR("x-forwarded-proto")), STR("https"));
}

bool exchange_read_head(struct exchange *x, struct str head, struct err *e)
{
    struct str peer = x->x.request.peer;

    if (!http_head_parse(&x->x.arena, arena_str(&x->x.arena, head), &x->head, e))
        return false;
    x->x.request = x->head.request;
    x->x.request.peer = peer;
    x->x.request.has_body = x->head.chunked || x->head.content_length > 0;
    if (x->loop->server->options.behind_proxy)
        believe_proxy(x);
    return true;
}

static bool refuse_for_now(struct err *e, enum err_code code, const char *whose)
{
    err_set(e, code, "too many requests%s are being received, try again", whose);
    e->retry_after_ms = 1000;
    return false;
}

/* Of strangers each may have a few bodies on their way. */
static bool count_stranger(struct exchange *x, struct err *e)
{
    if (!x->policy.is_strangers)
        return true;
    x->is_counted = peers_add(x->loop->server->strangers, x->x.request.peer);
    return x->is_counted || refuse_for_now(e, ERR_RATE_LIMITED, " from this address");
}

static void discount_stranger(struct exchange *x)
{
    if (x->is_counted)
        peers_remove(x->loop->server->strangers, x->x.request.peer);
    x->is_counted = false;
}

bool exchange_open_body(struct exchange *x, struct err *e)
{
    const char *folder = x->loop->server->spool_folder;

    if (x->head.content_length > x->policy.max_bytes)
        return err_set(e, ERR_TOO_LARGE, "the body is larger than %lld bytes",
                       (long long)x->policy.max_bytes);
    if (!count_stranger(x, e))
        return false;
    x->body_began_ms = x->loop->now_ms;
    buf_init(&x->body, (size_t)MAX(x->policy.max_bytes, (int64_t)0));
    if (!x->policy.spool)
        return true;
    return file_open(folder, O_TMPFILE | O_RDWR, 0600, &x->x.request.body_fd, e);
}

/* Many bodies of allowed size are too much all the same: they share limits. */
static bool take_room(struct room *room, size_t bytes, struct err *e)
{
    return atomic_fetch_add(&room->used_bytes, (int64_t)bytes) + (int64_t)bytes <=
               room->max_bytes ||
           refuse_for_now(e, ERR_BUSY, "");
}

/* Strangers have their own, so that they cannot keep those who are known from being served. */
static struct room *memory_for(const struct exchange *x)
{
    struct server *s = x->loop->server;

    return x->policy.is_strangers ? &s->strangers_memory : &s->memory;
}

static bool keep_in_memory(struct exchange *x, struct str bytes, struct err *e)
{
    size_t before = x->body.cap;

    buf_put(&x->body, bytes);
    x->x.request.body = buf_str(&x->body);
    return x->body.cap == before || take_room(memory_for(x), x->body.cap - before, e);
}

static bool keep_on_disk(struct exchange *x, struct str bytes, struct err *e)
{
    return take_room(&x->loop->server->disk, bytes.len, e) &&
           file_write_all(x->x.request.body_fd, bytes, e);
}

bool exchange_add_body(struct exchange *x, struct str bytes, struct err *e)
{
    struct http_request *r = &x->x.request;

    if ((int64_t)bytes.len > x->policy.max_bytes - r->body_bytes)
        return err_set(e, ERR_TOO_LARGE, "the body is larger than %lld bytes",
                       (long long)x->policy.max_bytes);
    r->body_bytes += (int64_t)bytes.len;
    return r->body_fd >= 0 ? keep_on_disk(x, bytes, e) : keep_in_memory(x, bytes, e);
}

void exchange_call(struct exchange *x)
{
    struct loop *l = x->loop;
    const struct http_handler *h = &l->server->options.handler;

    if (x->x.request.body_fd >= 0 && lseek(x->x.request.body_fd, 0, SEEK_SET) != 0)
        assert(false); /* an unnamed regular file can be wound back */
    discount_stranger(x);
    x->conn->state = CONN_AWAY;
    x->notices_seen = l->hub.seen;
    l->serving = x;
    l->answered_in_place = false;
    h->request(h->ctx, &x->x);
    l->serving = NULL;
    if (l->answered_in_place)
        exchange_settle(x);
    else
        l->lent++;
}

/* Text for people; the layer above has its own shape and gives `refuse`. */
static void refuse_plainly(struct exchange *x, const struct err *e)
{
    x->x.reply.status = err_status(e->code);
    x->x.reply.body = arena_strf(&x->x.arena, "%s\n", e->msg);
    http_reply_header(&x->x, "Content-Type", STR("text/plain; charset=utf-8"));
    if (e->retry_after_ms > 0)
        http_reply_header(
            &x->x, "Retry-After",
            arena_strf(&x->x.arena, "%lld", (long long)(e->retry_after_ms + 999) / 1000));
}

static void exchange_refuse(struct exchange *x, const struct err *e)
{
    const struct http_handler *h = &x->loop->server->options.handler;

    count_add(&x->loop->counters.refused, 1);
    x->x.reply = (struct http_reply){ .file_fd = -1 };
    if (h->refuse != NULL)
        h->refuse(h->ctx, &x->x, e);
    if (x->x.reply.status == 0)
        refuse_plainly(x, e);
    x->x.reply.close = true;
}

void conn_refuse(struct conn *c, const struct err *e)
{
    if (c->current == NULL)
        exchange_create(c);
    exchange_refuse(c->current, e);
    c->lingering = true; /* there may be more of the request on its way */
    exchange_settle(c->current);
}

static bool wants_close(const struct exchange *x)
{
    return !x->head.keep_alive || x->x.reply.close || x->is_stream || x->loop->stopping;
}

/* Decides what becomes of the connection, and begins to write. */
void exchange_settle(struct exchange *x)
{
    struct conn *c = x->conn;

    if (c == NULL) {
        exchange_end(x);
        return;
    }
    count_add(&x->loop->counters.requests, 1);
    if (x->is_stream && (x->x.request.method == HTTP_HEAD || x->loop->stopping))
        x->after = INT64_MAX; /* a head, or nothing more to come */
    c->closing = wants_close(x);
    reply_begin(c);
    c->state = CONN_REPLY;
    if (x->is_stream && x->after < INT64_MAX && stream_open(c, x) && c->fd >= 0)
        c->state = CONN_STREAM;
}

void exchange_end(struct exchange *x)
{
    const struct http_handler *h = &x->loop->server->options.handler;
    struct http_reply *r = &x->x.reply;

    if (x->conn != NULL)
        x->conn->current = NULL;
    if (x->is_stream && !x->has_begun)
        stream_note_end(x->loop, x->channel);
    if (h->done != NULL)
        h->done(h->ctx, &x->x);
    if (r->source.next != NULL && r->source.close != NULL)
        r->source.close(r->source.ctx);
    fd_close(&r->file_fd);
    if (x->x.request.body_fd >= 0)
        atomic_fetch_sub(&x->loop->server->disk.used_bytes, x->x.request.body_bytes);
    fd_close(&x->x.request.body_fd);
    atomic_fetch_sub(&memory_for(x)->used_bytes, (int64_t)x->body.cap);
    discount_stranger(x);
    buf_deinit(&x->body);
    arena_deinit(&x->x.arena);
    free(x);
}
