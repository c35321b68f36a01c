/* One request over one new connection: the guard at its socket, limits on its time and bytes. */
#ifndef NET_FETCH_HOP_H
#define NET_FETCH_HOP_H

#include "base/buf.h"
#include "net/fetch.h"
#include "net/fetch_url.h"

enum {
    FETCH_MAX_HEAD_BYTES = 65536, /* all heads of one reply, interim ones included */
    FETCH_MAX_HEADERS = 256,
};

struct fetch_hop {
    const struct fetch_curl *curl;
    struct arena *arena;
    const struct fetch_request *request; /* its limits, its body, its receiver */
    const struct fetch_url *url;
    enum http_method method;
    const struct http_header *headers;
    size_t header_count;
    bool has_body;
    bool may_follow; /* stop behind the head of a redirect */
    int64_t deadline_ms;
    /* What came of it; sent is true as well when the call fails after the request went out. */
    int status;
    struct http_header *reply_headers;
    size_t reply_header_count;
    int64_t body_bytes;
    struct buf *body; /* the caller's; used when nobody else receives */
    bool sent;
};

bool fetch_is_redirect(int status);
MUST_CHECK bool fetch_hop_run(struct fetch_hop *hop, struct err *e);
struct str fetch_hop_header(const struct fetch_hop *hop, const char *name);

#endif
