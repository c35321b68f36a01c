/* A server and its loop threads; each owns its connections; only loop_post reaches it. */
#ifndef NET_SERVER_LOOP_H
#define NET_SERVER_LOOP_H

#include "base/buf.h"
#include "base/thread.h"
#include "net/server.h"
#include "net/server_hub.h"

/* A connection waits in one of these lists. Each kind has one length, so the first is due first. */
enum timer_kind {
    TIMER_IDLE,
    TIMER_HEAD,
    TIMER_BODY,
    TIMER_WRITE,
    TIMER_LINGER,
    TIMER_HEARTBEAT,
    TIMER_KIND_COUNT,
    TIMER_NONE = TIMER_KIND_COUNT
};

enum message_kind {
    MESSAGE_CONNECTION, /* struct conn, accepted by another loop */
    MESSAGE_ANSWER,     /* struct exchange */
    MESSAGE_BODY,       /* struct exchange */
    MESSAGE_RESUME,     /* struct exchange */
    MESSAGE_NOTICE,     /* struct notice */
    MESSAGE_STOP,
};

struct inbox {
    struct message {
        enum message_kind kind;
        void *subject;
    } * items;
    size_t count, cap;
};

/* Written by the loop, read by anybody. */
struct counters {
    atomic_llong connections, streams, requests, bytes_received, bytes_sent, refused;
};

static inline void count_add(atomic_llong *counter, int64_t n)
{
    int64_t old = atomic_load_explicit(counter, memory_order_relaxed);

    atomic_store_explicit(counter, old + n, memory_order_relaxed); /* one writer: no lock prefix */
}

struct loop {
    struct server *server;
    pthread_t thread;
    int epoll_fd, wake_fd;
    struct lock inbox_lock;    /* guards inbox */
    struct inbox inbox, batch; /* batch: the one being worked on */
    atomic_bool woken;
    int64_t now_ms;
    int64_t date_second;
    struct str date; /* the whole header line */
    char date_text[48];
    struct link timers[TIMER_KIND_COUNT];
    struct link connections, again, dead;
    int64_t listen_again_ms; /* descriptors ran out: no accept before; 0: listening */
    bool stopping;
    struct exchange *serving; /* inside handler.request */
    bool answered_in_place;
    int64_t lent; /* exchanges that somebody else answers */
    struct hub hub;
    struct buf spare; /* an output buffer for whoever writes next */
    char *scratch;
    struct counters counters;
};

/* What bodies take up, of all exchanges together. */
struct room {
    atomic_llong used_bytes;
    int64_t max_bytes;
};

struct server {
    struct server_options options;
    char *listen_text, *spool_folder;
    int listen_fd;
    char address[64];
    struct loop *loops;
    int loop_count;
    atomic_int connections;
    struct room memory, strangers_memory, disk;
    struct peers *peers;
    struct peers *strangers; /* counts the bodies that are being read, not connections */
    atomic_llong stop_at_ms;
    int64_t timer_ms[TIMER_KIND_COUNT];
};

MUST_CHECK bool loop_init(struct loop *l, struct server *s, struct err *e);
void loop_deinit(struct loop *l); /* also what is left in the inbox */
void *loop_run(void *loop);
struct loop *loop_here(void); /* the one that this thread runs, or NULL */
void loop_post(struct loop *l, enum message_kind kind, void *subject);
void loop_refresh_date(struct loop *l);

#endif
