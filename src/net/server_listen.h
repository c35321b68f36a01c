/* The listening socket: one for all loops, each of which may stop looking at it. */
#ifndef NET_SERVER_LISTEN_H
#define NET_SERVER_LISTEN_H

#include "net/server_loop.h"

MUST_CHECK bool listen_open(struct server *s, struct err *e);
MUST_CHECK bool listen_watch(struct loop *l, struct err *e);
void listen_unwatch(struct loop *l);
void listen_accept(struct loop *l);

#endif
