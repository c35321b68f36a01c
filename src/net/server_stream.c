/* An event stream: frames in the order of their numbers, written at once or queued. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "net/server_conn.h"

enum { FRAMES_PER_WRITE = 64 };

static void drop_pending(struct stream *s, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        s->pending_bytes -= s->pending[i]->frame.len;
        notice_release(s->pending[i]);
    }
    s->pending_count -= count;
    memmove(s->pending, s->pending + count, s->pending_count * sizeof(*s->pending));
    if (s->pending_count > 0)
        return;
    free(s->pending); /* a stream that keeps up holds nothing */
    s->pending = NULL;
    s->pending_cap = 0;
}

void stream_note_end(struct loop *l, struct str channel)
{
    const struct http_handler *h = &l->server->options.handler;

    if (h->stream_ended != NULL)
        h->stream_ended(h->ctx, channel);
}

void stream_close(struct stream *s)
{
    stream_note_end(s->conn->loop, str_of(s->channel->name, s->channel->name_bytes));
    count_add(&s->conn->loop->counters.streams, -1);
    channel_leave(s->channel, s);
    s->conn->stream = NULL;
    if (s->pending_count > 0)
        drop_pending(s, s->pending_count);
    free(s);
}

bool stream_is_behind(const struct stream *s)
{
    return s->pending_count > 0;
}

/* Does the number follow? A frame without one is for everybody; a seen one is passed over. */
enum follow { FOLLOWS, SEEN, GAP };

static enum follow follow(struct stream *s, const struct notice *n)
{
    if (n->number == 0)
        return FOLLOWS;
    if (n->number <= s->last)
        return SEEN;
    if (n->number > s->last + 1)
        return GAP;
    s->last = n->number;
    return FOLLOWS;
}

static void enqueue(struct stream *s, struct notice *n)
{
    if (s->pending_count == s->pending_cap) {
        s->pending_cap = MAX(s->pending_cap * 2, (size_t)4);
        s->pending = mem_realloc(s->pending, s->pending_cap * sizeof(struct notice *));
    }
    atomic_fetch_add(&n->references, 1);
    s->pending[s->pending_count++] = n;
    s->pending_bytes += n->frame.len;
}

/* Writes frames, the first one from `skip` on; gives the bytes that the peer took, or -1. */
static ssize_t write_frames(struct conn *c, struct notice *const *frames, size_t count, size_t skip)
{
    struct iovec iov[FRAMES_PER_WRITE];
    size_t sent = 0;

    count = MIN(count, (size_t)FRAMES_PER_WRITE);
    for (size_t i = 0; i < count; i++) {
        struct str frame = str_slice(frames[i]->frame, i == 0 ? skip : 0, SIZE_MAX);

        iov[i] = (struct iovec){ (char *)(uintptr_t)frame.ptr, frame.len };
    }
    return send_iov(c, iov, count, 0, &sent) == SEND_LOST ? -1 : (ssize_t)sent;
}

/* How many frames are written whole by `sent` bytes, the first one beginning at *at; *at moves. */
static size_t whole_frames(struct notice *const *frames, size_t count, size_t sent, size_t *at)
{
    size_t done = 0;

    *at += sent;
    while (done < count && *at >= frames[done]->frame.len)
        *at -= frames[done++]->frame.len;
    return done;
}

void stream_flush(struct stream *s)
{
    struct conn *c = s->conn;

    while (s->pending_count > 0 && c->writable) {
        ssize_t sent = write_frames(c, s->pending, s->pending_count, s->sent);

        if (sent < 0) {
            conn_close(c);
            return;
        }
        drop_pending(s, whole_frames(s->pending, s->pending_count, (size_t)sent, &s->sent));
    }
}

/* May it write right now, with nothing waiting before? */
static bool is_clear(const struct conn *c)
{
    return c->state == CONN_STREAM && c->current == NULL && c->stream->pending_count == 0 &&
           c->writable;
}

/* Puts behind what waits; a peer that is too far behind is cut, and resumes by its last id. */
static void queue_frames(struct stream *s, struct notice *const *frames, size_t count, size_t sent)
{
    struct conn *c = s->conn;

    if (count == 0)
        return;
    if (s->pending_count == 0)
        s->sent = sent;
    for (size_t i = 0; i < count; i++)
        enqueue(s, frames[i]);
    if (s->pending_bytes > STREAM_PENDING_BYTES)
        conn_close(c);
    else
        conn_run_later(c);
}

static bool send_or_queue(struct stream *s, struct notice *const *frames, size_t count)
{
    struct conn *c = s->conn;
    size_t done = 0, at = 0;

    if (count > 0 && is_clear(c)) {
        ssize_t sent = write_frames(c, frames, count, 0);

        if (sent < 0) {
            conn_close(c);
            return false;
        }
        done = whole_frames(frames, count, (size_t)sent, &at);
    }
    queue_frames(s, frames + done, count - done, at);
    return c->fd >= 0;
}

void stream_deliver(struct stream *s, struct notice *const *news, size_t count)
{
    struct conn *c = s->conn;
    size_t start = 0;

    for (size_t i = 0; i < count; i++) {
        enum follow kind = follow(s, news[i]);

        if (kind == FOLLOWS)
            continue;
        if (!send_or_queue(s, news + start, i - start))
            return;
        if (kind == GAP) {
            conn_close(c);
            return;
        }
        start = i + 1;
    }
    send_or_queue(s, news + start, count - start);
}

/* What was published while the exchange was away; false when the stream has to end. */
static bool catch_up(struct stream *s, const struct hub *h, uint64_t seen)
{
    const struct conn *c = s->conn;

    for (uint64_t i = seen + 1; i <= h->seen; i++) {
        struct notice *n = h->recent[i % HUB_RECENT];
        struct str channel = str_of(s->channel->name, s->channel->name_bytes);

        if (n->ends_streams && str_starts(str_of(s->token, s->token_bytes), n->name))
            return false;
        if (n->ends_streams || !str_eq(n->name, channel))
            continue;
        stream_deliver(s, &n, 1);
        if (c->fd < 0)
            return true; /* cut: the stream is gone already */
    }
    return true;
}

bool stream_open(struct conn *c, struct exchange *x)
{
    struct hub *h = &c->loop->hub;
    struct stream *s;

    hub_deliver(c->loop); /* news of this round are in recent as well: not twice */
    if (hub_has_gap(h, x->notices_seen))
        return false;
    s = mem_alloc(sizeof(*s) + x->token.len);
    s->conn = c;
    s->last = x->after;
    s->token_bytes = x->token.len;
    if (x->token.len > 0)
        memcpy(s->token, x->token.ptr, x->token.len);
    c->stream = s;
    x->has_begun = true;
    count_add(&c->loop->counters.streams, 1);
    channel_join(hub_channel(h, x->channel, true), s);
    if (catch_up(s, h, x->notices_seen))
        return true;
    stream_close(s);
    return false;
}

void stream_heartbeat(struct stream *s)
{
    static char comment[] = ": \n\n";
    struct iovec iov = { comment, sizeof(comment) - 1 };
    struct conn *c = s->conn;
    size_t sent = 0;

    if (!is_clear(c))
        return;
    if (send_iov(c, &iov, 1, 0, &sent) == SEND_LOST || (sent > 0 && sent < sizeof(comment) - 1))
        conn_close(c); /* half a comment would spoil the next frame */
}

void stream_end_all_of(struct loop *l, struct str token)
{
    for (struct link *at = l->connections.next, *next; at != &l->connections; at = next) {
        struct conn *c = CONTAINER_OF(at, struct conn, all);
        struct stream *s = c->stream;

        next = at->next;
        if (s != NULL && str_starts(str_of(s->token, s->token_bytes), token))
            conn_close(c);
    }
}
