/* One loop thread: waits for sockets, messages and the nearest deadline, and for nothing else. */
#include "net/server_loop.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "net/server_conn.h"
#include "net/server_listen.h"

enum {
    EVENTS_PER_ROUND = 256,
    SPARE_BYTES = 128 * 1024, /* a larger output buffer is not kept for the next one */
    HEARTBEAT_SLACK_MS = 500, /* heartbeats that are nearly due go along, for fewer wake-ups */
};

static _Thread_local struct loop *here;

struct loop *loop_here(void)
{
    return here;
}

bool loop_init(struct loop *l, struct server *s, struct err *e)
{
    struct epoll_event wake = { .events = EPOLLIN | EPOLLET, .data.ptr = &l->wake_fd };

    *l = (struct loop){ .server = s, .epoll_fd = -1, .wake_fd = -1 };
    lock_init(&l->inbox_lock);
    hub_init(&l->hub);
    for (size_t i = 0; i < TIMER_KIND_COUNT; i++)
        list_init(&l->timers[i]);
    list_init(&l->connections);
    list_init(&l->again);
    list_init(&l->dead);
    buf_init(&l->spare, MIB);
    l->scratch = mem_alloc(SCRATCH_BYTES);
    l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (l->epoll_fd < 0 || l->wake_fd < 0 ||
        epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, l->wake_fd, &wake) < 0)
        return err_set_errno(e, errno, "make", "an event loop");
    return listen_watch(l, e);
}

static void drop_message(struct message m)
{
    if (m.kind == MESSAGE_NOTICE)
        notice_release(m.subject);
    if (m.kind == MESSAGE_CONNECTION) {
        conn_close(m.subject);
        conn_free(m.subject);
    }
}

void loop_deinit(struct loop *l)
{
    for (size_t i = 0; i < l->inbox.count; i++)
        drop_message(l->inbox.items[i]);
    free(l->inbox.items);
    free(l->batch.items);
    fd_close(&l->epoll_fd);
    fd_close(&l->wake_fd);
    hub_deinit(&l->hub);
    buf_deinit(&l->spare);
    free(l->scratch);
    lock_deinit(&l->inbox_lock);
}

static void put_message(struct inbox *box, struct message m)
{
    if (box->count == box->cap) {
        box->cap = MAX(box->cap * 2, (size_t)16);
        box->items = mem_realloc(box->items, box->cap * sizeof(*box->items));
    }
    box->items[box->count++] = m;
}

/* The lock is held to the end: once the message is read, the loop may end and be freed. */
void loop_post(struct loop *l, enum message_kind kind, void *subject)
{
    static const uint64_t one = 1;

    LOCKED(&l->inbox_lock);
    put_message(&l->inbox, (struct message){ kind, subject });
    /* The counter is never read: each write is an edge, and 2^64 of them do not happen. */
    if (!atomic_exchange(&l->woken, true) && l != here && write(l->wake_fd, &one, sizeof(one)) < 0)
        assert(errno == EAGAIN || errno == EINTR);
}

static void stop(struct loop *l)
{
    l->stopping = true;
    listen_unwatch(l);
    for (struct link *at = l->connections.next, *next; at != &l->connections; at = next) {
        next = at->next;
        conn_stop(CONTAINER_OF(at, struct conn, all));
    }
}

static void handle(struct loop *l, struct message m)
{
    switch (m.kind) {
    case MESSAGE_CONNECTION:
        conn_start(m.subject);
        break;
    case MESSAGE_ANSWER:
        conn_answered(m.subject);
        break;
    case MESSAGE_BODY:
        conn_body_wanted(m.subject);
        break;
    case MESSAGE_RESUME:
        conn_resumed(m.subject);
        break;
    case MESSAGE_NOTICE:
        hub_take(l, m.subject);
        break;
    case MESSAGE_STOP:
        stop(l);
        break;
    }
}

static void read_inbox(struct loop *l)
{
    struct inbox batch;

    if (!atomic_load(&l->woken))
        return;
    lock_take(&l->inbox_lock);
    batch = l->inbox;
    l->inbox = l->batch;
    atomic_store(&l->woken, false);
    lock_give(&l->inbox_lock);

    for (size_t i = 0; i < batch.count; i++)
        handle(l, batch.items[i]);
    hub_deliver(l);
    batch.count = 0;
    l->batch = batch;
}

/* -1: nothing is due, ever. */
static int64_t nearest_deadline(struct loop *l)
{
    int64_t nearest = l->listen_again_ms > 0 && !l->stopping ? l->listen_again_ms : INT64_MAX;

    for (size_t i = 0; i < TIMER_KIND_COUNT; i++) {
        if (!list_is_empty(&l->timers[i]))
            nearest =
                MIN(nearest, CONTAINER_OF(l->timers[i].next, struct conn, timer)->deadline_ms);
    }
    if (l->stopping && !list_is_empty(&l->connections))
        nearest = MIN(nearest, atomic_load(&l->server->stop_at_ms));
    return nearest == INT64_MAX ? -1 : nearest;
}

static int timeout_of(struct loop *l)
{
    int64_t nearest;

    if (!list_is_empty(&l->again) || atomic_load(&l->woken))
        return 0;
    nearest = nearest_deadline(l);
    if (nearest < 0)
        return -1;
    return (int)MIN(MAX(nearest - clock_steady_ms(), (int64_t)0), (int64_t)INT32_MAX);
}

static void expire(struct loop *l)
{
    for (size_t kind = 0; kind < TIMER_KIND_COUNT; kind++) {
        int64_t until = l->now_ms + (kind == TIMER_HEARTBEAT ? HEARTBEAT_SLACK_MS : 0);

        while (!list_is_empty(&l->timers[kind])) {
            struct conn *c = CONTAINER_OF(l->timers[kind].next, struct conn, timer);

            if (c->deadline_ms > until)
                break;
            link_remove(&c->timer);
            c->timer_kind = TIMER_NONE;
            conn_timeout(c, (enum timer_kind)kind);
        }
    }
}

static void cut_all(struct loop *l)
{
    while (!list_is_empty(&l->connections))
        conn_close(CONTAINER_OF(l->connections.next, struct conn, all));
}

/* What had too much to do in its turn goes on, once each. */
static void run_again(struct loop *l)
{
    struct link round;

    if (list_is_empty(&l->again))
        return;
    list_init(&round);
    while (!list_is_empty(&l->again))
        list_append(&round, list_take_first(&l->again));
    while (!list_is_empty(&round))
        conn_run(CONTAINER_OF(list_take_first(&round), struct conn, again));
}

static void handle_events(struct loop *l, const struct epoll_event *events, int count)
{
    for (int i = 0; i < count; i++) {
        void *subject = events[i].data.ptr;

        if (subject == &l->server->listen_fd)
            listen_accept(l);
        else if (subject != &l->wake_fd)
            conn_ready(subject, events[i].events);
    }
}

static void end_round(struct loop *l)
{
    if (l->listen_again_ms > 0 && l->now_ms >= l->listen_again_ms && !l->stopping) {
        struct err e;

        l->listen_again_ms = listen_watch(l, &e) ? 0 : l->now_ms + 100;
    }
    if (l->stopping && l->now_ms >= atomic_load(&l->server->stop_at_ms))
        cut_all(l);
    while (!list_is_empty(&l->dead))
        conn_free(CONTAINER_OF(list_take_first(&l->dead), struct conn, all));
    if (l->lent == 0)
        hub_forget_recent(&l->hub);
    if (l->spare.cap > SPARE_BYTES)
        buf_deinit(&l->spare);
}

/* Signals are the main thread's; and sendfile knows no MSG_NOSIGNAL. */
static void block_signals(void)
{
    static const int ours[] = { SIGPIPE, SIGINT, SIGTERM, SIGHUP };
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < COUNT(ours); i++)
        sigaddset(&set, ours[i]);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void *loop_run(void *loop)
{
    struct loop *l = loop;
    struct epoll_event events[EVENTS_PER_ROUND];

    here = l;
    block_signals();
    while (!l->stopping || l->lent > 0 || !list_is_empty(&l->connections)) {
        int count = epoll_wait(l->epoll_fd, events, EVENTS_PER_ROUND, timeout_of(l));

        l->now_ms = clock_steady_ms();
        loop_refresh_date(l);
        handle_events(l, events, count);
        run_again(l);
        read_inbox(l);
        expire(l);
        end_round(l);
    }
    here = NULL;
    return NULL;
}

void loop_refresh_date(struct loop *l)
{
    int64_t second = clock_now_ms() / 1000;
    AUTO_ARENA arena = { 0 };
    struct buf line = { .ptr = l->date_text, .cap = sizeof(l->date_text), .max_bytes = 48 };

    if (second == l->date_second)
        return;
    buf_put(&line, STR("Date: "));
    buf_put(&line, clock_format_http(&arena, second * 1000));
    buf_put(&line, STR("\r\n"));
    l->date = buf_str(&line);
    l->date_second = second;
}
