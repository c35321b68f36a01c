/* A web server for tests: one thread, one connection at a time, pages from a table. */
#ifndef TESTS_UNIT_NET_UPSTREAM_H
#define TESTS_UNIT_NET_UPSTREAM_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/thread.h"

/* What happens when the reply of a page is sent. */
enum upstream_then {
    THEN_CLOSE,
    THEN_HOLD,     /* silence until the client goes */
    THEN_REPEAT,   /* `more` again and again until the client goes */
    THEN_DRIP,     /* `more` every 20 ms until the client goes */
    THEN_ECHO,     /* the request as the body */
    THEN_LOCATION, /* a Location header with the test's own target ends the head */
};

struct upstream_page {
    const char *path, *reply;
    enum upstream_then then;
    const char *more;
};

struct upstream {
    const struct upstream_page *pages; /* path NULL ends the table */
    struct lock lock;                  /* guards what follows */
    int listener, port, connections, requests;
    char location[512];
    struct buf last; /* the last request, head and body */
    pthread_t thread;
};

/* Listens on a port of its own choice; page tables and servers outlive each other's threads. */
void upstream_start(struct upstream *u, const struct upstream_page *pages, const char *address);
void upstream_stop(struct upstream *u);
/* One of the counters, read under the lock. */
int upstream_count(struct upstream *u, const int *counter);
/* Where the pages with THEN_LOCATION lead from now on. */
void upstream_lead_to(struct upstream *u, struct str location);
/* A copy of the last request. */
struct str upstream_last(struct upstream *u, struct arena *a);

#endif
