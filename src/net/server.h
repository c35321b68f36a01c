/*
 * The HTTP/1.1 server: one epoll loop thread per core, strict requests, spooled uploads, sendfile,
 * and event streams parked at a few hundred bytes each. It knows nothing of routes: a handler
 * decides.
 */
#ifndef NET_SERVER_H
#define NET_SERVER_H

#include "net/http.h"

/* What the handler says about a request's body before it is read. All zero: no body is taken. */
struct http_body_policy {
    int64_t max_bytes; /* beyond it: 413 */
    bool spool;        /* into an unnamed file instead of memory */
    bool is_strangers; /* shares a room of its own with all others like it, see max_body_memory */
    bool wait;         /* said later: the exchange is lent until then */
};

/*
 * All of them run on a loop thread and never block. A call of request() leads to exactly one
 * server_answer or server_open_stream, either before it returns or later from any thread:
 * reply.status alone means nothing there, because another thread may be writing it already.
 */
struct http_handler {
    void *ctx;
    /*
     * The head is read, the body is not. Setting reply.status answers at once, without the body.
     * policy->wait leads to exactly one server_take_body, or server_answer without the body; it is
     * set before another thread can know of the exchange.
     */
    void (*head)(void *ctx, struct http_exchange *x, struct http_body_policy *policy);
    /* The request is whole. */
    void (*request)(void *ctx, struct http_exchange *x);
    /* The last word: the reply is handed to the system, or the peer is gone. Optional. */
    void (*done)(void *ctx, struct http_exchange *x);
    /*
     * Fills x->reply for an error that the server found itself (a malformed head, 413, a timeout).
     * The request may be all zero then. Optional: without it, or when it leaves status 0, the
     * answer is plain text.
     */
    void (*refuse)(void *ctx, struct http_exchange *x, const struct err *e);
    /* Once for each server_open_stream: the stream is over, or never came to be. Optional. */
    void (*stream_ended)(void *ctx, struct str channel);
};

struct server_options {
    struct str listen;            /* "127.0.0.1:8001", "[::1]:0" */
    int loops;                    /* 0: one per core */
    int max_connections;          /* default 16000, below the limit of open files; beyond it: 503 */
    int max_connections_per_peer; /* default 0: no limit; not behind a proxy, which is one peer */
    /* Default 64 MiB of bodies that are not spooled, and a quarter more for those of strangers;
     * beyond it: 503. */
    int64_t max_body_memory;
    int64_t max_body_disk;        /* default 8 GiB of those that are: a hundred of 50 MiB fit */
    int64_t max_head_bytes;       /* default 32 KiB: beyond it 431 */
    int64_t head_timeout_ms;      /* default 10 s from the first byte to the end of the head */
    int64_t body_idle_timeout_ms; /* default 30 s without a byte of the body */
    /* For all of the body: default 30 s, and one more for each 4 KiB that have come. */
    int64_t body_grace_ms, body_bytes_per_second;
    int64_t idle_timeout_ms;  /* default 75 s between requests */
    int64_t write_timeout_ms; /* default 60 s without progress */
    const char *spool_folder; /* for O_TMPFILE */
    bool behind_proxy;        /* believe X-Forwarded-For (its last entry) and -Proto */
    struct http_handler handler;
};

struct server;

MUST_CHECK bool server_start(const struct server_options *options, struct server **out,
                             struct err *e);
/* "127.0.0.1:41873": what was bound. */
struct str server_address(const struct server *s);
/* Any thread; x->reply is filled. Where the peer is gone (x->gone), the answer goes nowhere. */
void server_answer(struct server *s, struct http_exchange *x);

/* After policy->wait: the body is read, then request() is called. Any thread. */
void server_take_body(struct server *s, struct http_exchange *x);

/* The reply's source, which gave HTTP_NEXT_WAIT, is asked again. Once for each wait; any thread. */
void server_resume(struct server *s, struct http_exchange *x);

/*
 * Turns the exchange into an event stream (text/event-stream; the reply's headers and body are sent
 * first, so replay is the reply's body). Any thread. channel is a name of at most 100 bytes; token
 * names who opened it.
 *
 * Nothing is lost between the caller's reading of the replay and the first frame: what is published
 * while an exchange is in the handler's hands is kept for it. From then on the stream gets the
 * channel's frames numbered after + 1, after + 2 and so on. A smaller number is passed over, a
 * larger one shows that something is missing and ends the stream, as does too much that was
 * published meanwhile: the client then comes again with its last id. So a number has to be
 * published after it can be read.
 */
void server_open_stream(struct server *s, struct http_exchange *x, struct str channel,
                        int64_t after, struct str token);
/*
 * One frame, formatted, to all streams of the channel; copied once, shared by all. Any thread. A
 * frame with number 0 stands outside of the order and is sent to everybody. A reader that is 64 KiB
 * behind is cut off.
 */
void server_publish(struct server *s, struct str channel, int64_t number, struct str frame);
/*
 * Ends the streams whose token begins with this, also those that are about to open (revoked, signed
 * out). An empty one ends all. Any thread.
 */
void server_close_streams(struct server *s, struct str token);

struct server_stats {
    int64_t connections, streams, requests, bytes_received, bytes_sent, refused;
};
struct server_stats server_stats(const struct server *s);

/*
 * Stops accepting, ends streams and idle connections, lets requests finish; connections are cut
 * after timeout_ms. Then waits until every exchange is answered (x->gone is set where the peer was
 * cut), and frees all.
 */
void server_stop(struct server *s, int64_t timeout_ms);

#endif
