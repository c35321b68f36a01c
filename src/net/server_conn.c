/* The life of a connection: its states, its timers, and how it ends. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "net/server_conn.h"
#include "net/server_peers.h"

enum {
    STEPS_PER_TURN = 16,             /* then the others have their turn */
    LINGER_BYTES = 16 * 1024 * 1024, /* what is thrown away so that the peer sees the answer */
    LINGER_STEP_BYTES = 1024 * 1024,
};

/* For any loop, on any loop's thread; conn_start then runs on its own. */
struct conn *conn_create(struct loop *l, int fd, const char *peer)
{
    struct conn *c = mem_alloc(sizeof(*c));

    c->loop = l;
    c->fd = fd;
    c->timer_kind = TIMER_NONE;
    c->writable = true;
    memcpy(c->peer, peer, MIN(strlen(peer), sizeof(c->peer) - 1));
    buf_init(&c->in, (size_t)l->server->options.max_head_bytes + SCRATCH_BYTES);
    buf_init(&c->out, MIB);
    atomic_fetch_add(&l->counters.connections, 1);
    return c;
}

void conn_start(struct conn *c)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                                 .data.ptr = c };

    list_append(&c->loop->connections, &c->all);
    if (c->loop->stopping || FAULT(net_watch) ||
        epoll_ctl(c->loop->epoll_fd, EPOLL_CTL_ADD, c->fd, &event) < 0)
        conn_close(c);
    else
        conn_run(c);
}

void conn_free(struct conn *c)
{
    link_remove(&c->all);
    free(c);
}

static bool is_lent(const struct conn *c)
{
    return c->state == CONN_AWAY || c->state == CONN_WAIT;
}

/* The struct stays until the end of the round: events and callers may still point to it. */
void conn_close(struct conn *c)
{
    struct server *s = c->loop->server;

    if (c->fd < 0)
        return;
    if (c->current != NULL && is_lent(c)) {
        atomic_store(&c->current->x.gone, true);
        c->current->conn = NULL; /* whoever gives it back now gives it to nobody */
        c->current = NULL;
    }
    /* By itself it goes with the last descriptor, and a child between fork and exec has one too. */
    epoll_ctl(c->loop->epoll_fd, EPOLL_CTL_DEL, c->fd, NULL);
    close(c->fd);
    c->fd = -1;
    link_remove(&c->timer);
    link_remove(&c->again);
    link_remove(&c->all);
    list_append(&c->loop->dead, &c->all);
    buf_deinit(&c->in);
    buf_deinit(&c->out);
    if (c->stream != NULL)
        stream_close(c->stream);
    if (c->current != NULL)
        exchange_end(c->current);
    atomic_fetch_sub(&c->loop->counters.connections, 1);
    atomic_fetch_sub(&s->connections, 1);
    peers_remove(s->peers, str_from(c->peer));
}

void conn_run_later(struct conn *c)
{
    if (c->fd >= 0 && !link_is_in_list(&c->again))
        list_append(&c->loop->again, &c->again);
}

/* Everything is said. A close with unread input would reset the connection under the answer. */
static bool finish(struct conn *c)
{
    if (!c->lingering && !c->unread && c->in.len == 0) {
        conn_close(c);
        return false;
    }
    shutdown(c->fd, SHUT_WR);
    buf_deinit(&c->in);
    c->unread = false;
    c->discard_bytes = LINGER_BYTES;
    c->state = CONN_LINGER;
    return true;
}

static bool linger(struct conn *c)
{
    ssize_t n;

    if (!c->readable)
        return false;
    n = recv(c->fd, NULL, LINGER_STEP_BYTES, MSG_TRUNC); /* thrown away without a copy */
    if (n < 0 && errno == EAGAIN) {
        c->readable = false;
        return false;
    }
    c->discard_bytes -= n;
    if (n > 0 && c->discard_bytes > 0)
        return true;
    conn_close(c);
    return false;
}

static bool write_reply(struct conn *c)
{
    struct exchange *x = c->current;

    /* A short reply of many goes out when the input has run dry, together with the others. */
    if (!c->closing && x->left == 0) {
        exchange_end(x);
        c->state = c->discard_bytes > 0 ? CONN_DISCARD : CONN_HEAD;
        return true;
    }
    switch (send_all(c)) {
    case SEND_BLOCKED:
        return false;
    case SEND_LOST:
        conn_close(c);
        return false;
    case SEND_DONE:
        break;
    }
    exchange_end(x);
    if (c->closing)
        return finish(c);
    c->state = c->discard_bytes > 0 ? CONN_DISCARD : CONN_HEAD;
    return true;
}

static bool run_stream(struct conn *c)
{
    if (c->hung_up) {
        conn_close(c);
        return false;
    }
    if (c->current != NULL) {
        enum send_result result = send_all(c);

        if (result == SEND_LOST)
            conn_close(c);
        if (result != SEND_DONE)
            return false;
        exchange_end(c->current);
    }
    stream_flush(c->stream);
    return false;
}

/* One move; false when there is nothing to do before the next event. */
static bool step(struct conn *c)
{
    switch (c->state) {
    case CONN_HEAD:
    case CONN_BODY:
    case CONN_DISCARD:
        return conn_read(c);
    case CONN_AWAY:
        /* Earlier replies of a pipeline do not wait for this one. */
        if (c->hung_up || send_all(c) == SEND_LOST)
            conn_close(c);
        return false;
    case CONN_WAIT:
        if (send_all(c) == SEND_LOST)
            conn_close(c);
        return false;
    case CONN_REPLY:
        return write_reply(c);
    case CONN_STREAM:
        return run_stream(c);
    case CONN_LINGER:
        return linger(c);
    }
    return false;
}

static enum timer_kind timer_wanted(const struct conn *c)
{
    if (c->state == CONN_LINGER)
        return TIMER_LINGER;
    if (is_lent(c) && c->out.len == 0)
        return TIMER_NONE;
    if (c->out.len > 0 || c->state == CONN_REPLY)
        return TIMER_WRITE;
    if (c->state == CONN_STREAM)
        return c->current != NULL || stream_is_behind(c->stream) ? TIMER_WRITE : TIMER_HEARTBEAT;
    if (c->state == CONN_HEAD)
        return c->in.len > 0 ? TIMER_HEAD : TIMER_IDLE;
    return TIMER_BODY;
}

static void set_timer(struct conn *c)
{
    enum timer_kind kind = timer_wanted(c);
    bool begins_anew = c->fresh && kind != TIMER_HEARTBEAT && kind != TIMER_LINGER;

    c->fresh = false;
    if (kind == c->timer_kind && !begins_anew)
        return;
    link_remove(&c->timer);
    c->timer_kind = kind;
    if (kind == TIMER_NONE)
        return;
    c->deadline_ms = c->loop->now_ms + c->loop->server->timer_ms[kind];
    list_append(&c->loop->timers[kind], &c->timer);
}

void conn_run(struct conn *c)
{
    int steps = 0;

    while (c->fd >= 0 && step(c)) {
        if (++steps == STEPS_PER_TURN) {
            conn_run_later(c);
            break;
        }
    }
    if (c->fd >= 0)
        set_timer(c);
}

void conn_ready(struct conn *c, uint32_t events)
{
    if (c->fd < 0)
        return;
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
        conn_close(c);
        return;
    }
    c->readable |= (events & (EPOLLIN | EPOLLRDHUP)) != 0;
    c->writable |= (events & EPOLLOUT) != 0;
    c->hung_up |= (events & EPOLLRDHUP) != 0;
    conn_run(c);
}

void conn_answered(struct exchange *x)
{
    struct conn *c = x->conn;

    x->loop->lent--;
    if (c != NULL && x->policy.wait)
        conn_answer_early(c, x);
    else
        exchange_settle(x);
    if (c != NULL)
        conn_run(c);
}

void conn_resumed(struct exchange *x)
{
    struct conn *c = x->conn;

    x->loop->lent--;
    if (c == NULL) {
        exchange_end(x);
        return;
    }
    c->state = CONN_REPLY;
    conn_run(c);
}

static void too_slow(struct conn *c, const char *what)
{
    struct err e = { 0 };

    err_set(&e, ERR_TIMEOUT, "%s did not come in time", what);
    conn_refuse(c, &e);
}

void conn_timeout(struct conn *c, enum timer_kind kind)
{
    if (kind == TIMER_HEARTBEAT)
        stream_heartbeat(c->stream);
    else if (kind == TIMER_HEAD)
        too_slow(c, "the head of the request");
    else if (kind == TIMER_BODY && c->state == CONN_BODY)
        too_slow(c, "the body of the request");
    else
        conn_close(c);
    if (c->fd >= 0)
        conn_run(c);
}

void conn_stop(struct conn *c)
{
    bool is_idle = c->state == CONN_HEAD && c->in.len == 0 && c->out.len == 0;

    if (is_idle || c->state == CONN_STREAM)
        conn_close(c);
}
