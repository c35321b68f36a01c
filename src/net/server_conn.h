/* One connection and the exchange on it; owned by the loop thread. */
#ifndef NET_SERVER_CONN_H
#define NET_SERVER_CONN_H

#include <sys/uio.h>

#include "net/http_parse.h"
#include "net/server_loop.h"

enum {
    SCRATCH_BYTES = 64 * 1024, /* what one read takes at most */
    BATCH_BYTES = 64 * 1024,   /* replies of a pipeline that wait to be written together */
    PEER_TEXT_BYTES = 46,
};

enum conn_state {
    CONN_HEAD,    /* between requests, or inside a head */
    CONN_BODY,    /* reading the body for current */
    CONN_DISCARD, /* reading a short body that was answered without being wanted */
    CONN_AWAY,    /* current is lent, whole or before its body; nothing is read */
    CONN_REPLY,   /* writing current's reply */
    CONN_WAIT,    /* the same, but its source waits: current is lent */
    CONN_STREAM,  /* current, if any, is the replay being written */
    CONN_LINGER,  /* all is said; the peer gets time to read it */
};

struct conn {
    struct link all, timer, again;
    struct loop *loop;
    int fd; /* -1: closed, and freed at the end of the round */
    enum conn_state state;
    enum timer_kind timer_kind;
    bool readable, writable, hung_up; /* epoll tells of changes only: this is what it said */
    bool unread;                      /* `in` holds bytes that nobody looked at yet */
    bool fresh;                       /* there was progress: the timer begins anew */
    bool closing, lingering;
    int64_t deadline_ms;
    int64_t discard_bytes; /* a body nobody wants, or what may still come while lingering */
    struct http_scanner scanner;
    struct buf in, out; /* with memory only while there is something in them */
    struct exchange *current;
    struct stream *stream;
    char peer[PEER_TEXT_BYTES];
};

struct exchange {
    struct http_exchange x; /* first: what the handler sees */
    struct loop *loop;
    struct conn *conn; /* NULL: the peer is gone */
    struct http_head head;
    struct http_chunked chunked;
    struct http_body_policy policy;
    struct buf body;
    int64_t body_began_ms;
    bool is_counted;       /* in server.strangers */
    uint64_t notices_seen; /* by the hub when the exchange was lent */
    struct http_part part; /* of the reply's body, what is being written */
    int64_t left;          /* bytes of the reply's body that are not written yet */
    bool is_stream;        /* by server_open_stream, with: */
    bool has_begun;        /* there is, or was, a struct stream */
    struct str channel, token;
    int64_t after;
};

struct conn *conn_create(struct loop *l, int fd, const char *peer);
void conn_start(struct conn *c);
void conn_ready(struct conn *c, uint32_t events);
void conn_run(struct conn *c); /* as far as it goes now */
void conn_run_later(struct conn *c);
void conn_answered(struct exchange *x);    /* by another thread; the peer may be gone */
void conn_resumed(struct exchange *x);     /* its source may have more; the peer may be gone */
void conn_body_wanted(struct exchange *x); /* said by another thread; the peer may be gone */
void conn_timeout(struct conn *c, enum timer_kind kind);
void conn_stop(struct conn *c); /* the server stops: what is idle goes now */
void conn_close(struct conn *c);
void conn_free(struct conn *c);

/* Reads and uses; false: nothing more to be had now. */
bool conn_read(struct conn *c);
void conn_answer_early(struct conn *c, struct exchange *x); /* from the head alone */
void conn_refuse(struct conn *c, const struct err *e);

struct exchange *exchange_create(struct conn *c);
MUST_CHECK bool exchange_read_head(struct exchange *x, struct str head, struct err *e);
MUST_CHECK bool exchange_open_body(struct exchange *x, struct err *e);
MUST_CHECK bool exchange_add_body(struct exchange *x, struct str bytes, struct err *e);
void exchange_call(struct exchange *x);   /* the handler's request() */
void exchange_settle(struct exchange *x); /* the answer is there */
void exchange_end(struct exchange *x);

/* Puts the head, and a short body, into the connection's output. */
void reply_begin(struct conn *c);
enum send_result { SEND_DONE, SEND_BLOCKED, SEND_LOST };
enum send_result send_all(struct conn *c);
enum send_result send_iov(struct conn *c, struct iovec *iov, size_t count, int flags, size_t *sent);

#endif
