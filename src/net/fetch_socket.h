/*
 * A connection as a stream of bytes, for what is no exchange of a request and a reply: through the
 * same guard, TLS and limits as every fetch. One thread at a time.
 */
#ifndef NET_FETCH_SOCKET_H
#define NET_FETCH_SOCKET_H

#include "net/fetch.h"

struct fetch_socket_request {
    struct str url; /* http or https */
    enum fetch_trust trust;
    const struct guard *guard;
    /* Optional, both: a wait ends when it is true, at once when wake_fd can be read, else within
     * 100 ms. */
    const atomic_bool *cancel;
    int wake_fd; /* -1: none */
};

struct fetch_socket;

/* Connected, TLS included, before deadline_ms on the steady clock. Errors as fetch has them. */
MUST_CHECK bool fetch_socket_open(const struct fetch_socket_request *request, int64_t deadline_ms,
                                  struct fetch_socket **out, struct err *e);
void fetch_socket_close(struct fetch_socket *s); /* takes NULL */

/* "host" or "host:port", and path with query, as a request writes them; they live with s. */
struct str fetch_socket_host(const struct fetch_socket *s);
struct str fetch_socket_target(const struct fetch_socket *s);

/* Sends them all. ERR_TIMEOUT, ERR_CANCELLED, ERR_UPSTREAM: the connection is over. */
MUST_CHECK bool fetch_socket_send(struct fetch_socket *s, struct str bytes, int64_t deadline_ms,
                                  struct err *e);
/* What is there, as soon as there is something: *out_got is 0 when the deadline came first.
 * ERR_CANCELLED, ERR_UPSTREAM: the other side has ended it. */
MUST_CHECK bool fetch_socket_receive(struct fetch_socket *s, char *room, size_t bytes,
                                     int64_t deadline_ms, size_t *out_got, struct err *e);

#endif
