/* The handshake of the WebSocket protocol: what a client says first, and whether the answer is one.
 */
#ifndef NET_WEBSOCKET_HELLO_H
#define NET_WEBSOCKET_HELLO_H

#include "base/buf.h"
#include "net/http.h"

enum { WEBSOCKET_KEY_BYTES = 16, WEBSOCKET_HELLO_MAX = 16 * 1024 };

struct websocket_hello {
    struct str host, target, key; /* the key in base64 */
    const struct http_header *headers;
    size_t header_count;
};

void websocket_hello_put(const struct websocket_hello *h, struct buf *out);
/*
 * Reads the answer off the front of what has come: *out_bytes of it, or 0 while its head is not
 * whole. ERR_UPSTREAM for every other answer than the one to this key, without a protocol and
 * without extensions: none were asked for.
 */
MUST_CHECK bool websocket_hello_read(struct str came, struct str key, size_t *out_bytes,
                                     struct err *e);

#endif
