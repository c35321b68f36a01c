/* A server to be tested and a client to test it with: blocking, with deadlines, never a sleep. */
#ifndef TESTS_UNIT_NET_SITE_H
#define TESTS_UNIT_NET_SITE_H

#include <sched.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/thread.h"
#include "check.h"
#include "net/server.h"

/* Waits longer than this mean that the test has failed. */
enum { PATIENCE_MS = 10000 };

/* Polls a counter that another thread moves; poll() with no descriptor gives the processor away. */
#define WAIT_FOR(condition)                                                                        \
    do {                                                                                           \
        int64_t end_ = clock_steady_ms() + PATIENCE_MS;                                            \
        while (!(condition)) {                                                                     \
            if (clock_steady_ms() > end_)                                                          \
                fail_msg("did not come true: %s", #condition);                                     \
            sched_yield();                                                                         \
        }                                                                                          \
    } while (0)

/*
 * What the handler does with a path: /hello answers in place, /echo with what it got, /away gives
 * the exchange to the test (site_take), /file, /source and /large send 1,000,000 bytes, /early
 * answers from the head, /spool takes 100 MB into a file, /stream opens a stream in place, /thread
 * answers from another thread through the test. /stranger echoes what a stranger sends; /ask echoes
 * too, once the test, which gets its head, has taken the body.
 */
struct site {
    struct server *server;
    struct server_options options;
    struct lock lock; /* guards held */
    struct http_exchange *held[64];
    size_t held_count;
    atomic_int done, sources_closed;
};

/* Options that are not set get small, quick values. Fails the test when it cannot start. */
void site_start(struct site *s, struct server_options options);
void site_stop(struct site *s);
void *site_stop_thread(void *site); /* the same, for thread_start */
/* The next exchange of /away or /ask. */
struct http_exchange *site_take(struct site *s);
void site_answer(struct site *s, struct http_exchange *x, const char *body);
void site_wait_done(struct site *s, int count);
/* Waits for the condition, asked again and again without a pause. */
void site_wait_streams(struct site *s, int64_t count);
void site_wait_connections(struct site *s, int64_t count);

int client_open(const struct site *s);
void client_send(int fd, struct str bytes);
/* Appends bytes to out until it holds the text, or to the end for NULL. False: the time is over. */
bool client_read_until(int fd, struct buf *out, const char *text);
/* One whole reply with its Content-Length; gives the status, and the body without the head. */
int client_reply(int fd, struct buf *out);
/* Opens, sends, reads to the end, closes; gives the status of the first reply, 0 without one. */
int client_ask(const struct site *s, struct str bytes, struct buf *out);
bool client_is_at_end(int fd); /* waits for it */

#define SEND(fd, text) client_send((fd), STR(text))

#endif
