/*
 * A WebSocket (RFC 6455) of which we are the client: through the same guard, TLS and rules for
 * headers as every fetch, without extensions. One thread at a time, and none of its own: pings are
 * answered, and silence is noticed, while somebody waits for a message.
 */
#ifndef NET_WEBSOCKET_H
#define NET_WEBSOCKET_H

#include "net/fetch_socket.h"
#include "net/websocket_frame.h"

struct websocket_request {
    struct fetch_socket_request to; /* its URL begins with http or https all the same */
    const struct http_header *headers;
    size_t header_count;
    int64_t open_timeout_ms; /* connection and handshake together */
    int64_t silence_ms;      /* then a ping; after as long again without a byte it is over */
    size_t max_message_bytes;
};

struct websocket;

/*
 * Errors as fetch has them; ERR_UPSTREAM also when the other side answers and does not speak
 * WebSocket. Whatever cancel and wake_fd point to outlives it.
 */
MUST_CHECK bool websocket_open(const struct websocket_request *request, struct websocket **out,
                               struct err *e);
/* Says goodbye, without waiting for an answer; takes NULL. */
void websocket_close(struct websocket *w);

/* TEXT or BINARY, as one frame. */
MUST_CHECK bool websocket_send(struct websocket *w, enum websocket_kind kind, struct str bytes,
                               struct err *e);
/*
 * The next message: TEXT, BINARY, or the CLOSE behind which nothing comes. NOTHING: the deadline on
 * the steady clock came first. ERR_CANCELLED; ERR_TIMEOUT: it fell silent; ERR_UPSTREAM,
 * ERR_TOO_LARGE: what came is against the rules, or it was cut. After an error there is only
 * websocket_close.
 */
MUST_CHECK bool websocket_receive(struct websocket *w, int64_t deadline_ms,
                                  struct websocket_message *out, struct err *e);

#endif
