/*
 * Outgoing HTTP: one blocking call with limits, streaming and cancel. The fetch*.c files alone know
 * libcurl, which is loaded with the first call.
 */
#ifndef NET_FETCH_H
#define NET_FETCH_H

#include <stdatomic.h>

#include "net/guard.h"
#include "net/http.h"

/* Who chose the URL decides how far it is trusted. */
enum fetch_trust {
    FETCH_CONFIGURED, /* the administrator's configuration: the guard's allow list counts */
    FETCH_FOREIGN,    /* a user or a web page: public addresses only */
};

struct fetch_request {
    enum http_method method;
    struct str url; /* http or https; no user info */
    const struct http_header *headers;
    size_t header_count;
    struct str body; /* or */
    int body_fd;     /* body_bytes from offset 0; -1 for none */
    int64_t body_bytes;
    enum fetch_trust trust;
    const struct guard *guard;
    int64_t connect_timeout_ms; /* default 10 s */
    int64_t timeout_ms;         /* whole call, default 60 s */
    int64_t stall_timeout_ms;   /* no byte for so long, default 30 s */
    int64_t max_body_bytes;     /* default 64 MiB: beyond it ERR_TOO_LARGE */
    int max_redirects;          /* default 0: a redirect is a reply like any other */
    const atomic_bool *cancel;  /* optional: looked at at least every 100 ms */
    int out_fd;                 /* body goes here instead of memory; -1 for memory */
    /* Optional: each piece as it comes, instead of memory or out_fd. False stops with *e. */
    bool (*on_data)(void *ctx, struct str bytes, struct err *e);
    void *ctx;
};

struct fetch_reply {
    int status;
    const struct http_header *headers;
    size_t header_count;
    struct str body;
    int64_t body_bytes;
    struct str final_url;
};

/* A request with the defaults filled in. */
struct fetch_request fetch_get(struct str url, const struct guard *guard);

/*
 * ERR_FORBIDDEN: the guard, or a redirect to where it must not go. ERR_TIMEOUT, ERR_CANCELLED,
 * ERR_TOO_LARGE, ERR_UPSTREAM (no connection, broken reply), ERR_INVALID (the URL or a header of
 * the request). Any HTTP status is a success here. *out_sent tells whether the request may have
 * reached the other side (may be NULL): false means it provably did not. Messages hold host and
 * reason, never path, query or credentials.
 *
 * Every hop is a new connection whose address the guard sees right before connecting. 301, 302 and
 * 303 become GET without a body, 307 and 308 repeat the request. Behind the first other origin only
 * headers without secrets are sent (Accept, Accept-Language, User-Agent, Range, those about the
 * body). FETCH_FOREIGN refuses to go from https to http. Bodies come as they were sent: no
 * compression is asked for. No proxy, cookie store, .netrc or HTTP/2. Blocks: never on a loop
 * thread; the process must ignore SIGPIPE.
 */
MUST_CHECK bool fetch(struct arena *a, const struct fetch_request *request, struct fetch_reply *out,
                      bool *out_sent, struct err *e);

/*
 * What can be said about a URL for FETCH_FOREIGN before anybody is asked: ERR_INVALID for its form,
 * ERR_FORBIDDEN for an address or name that is this machine's or a private network's. The guard
 * looks again at every connection.
 */
MUST_CHECK bool fetch_check_foreign(struct arena *a, struct str url, struct err *e);

struct str fetch_header(const struct fetch_reply *reply, const char *name);

/* ERR_INVALID for a header that a request of ours must not have: what the transfer writes itself,
 * and what is no name or no value. */
MUST_CHECK bool fetch_check_headers(const struct http_header *headers, size_t count, struct err *e);

/* Authorities (a file of PEM certificates) that are trusted beside those of the system's folder;
 * "": none. Before the first fetch; the name outlives them all. */
void fetch_trust_also(const char *file);

/* Lets go of what fetches keep for the next one, libcurl itself too. Not while one is under way. */
void fetch_deinit(void);

#endif
