/* Which addresses the server may connect to on behalf of somebody: global ones, and what the
 * configuration allows. */
#ifndef NET_GUARD_H
#define NET_GUARD_H

#include <sys/socket.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * Entries: "127.0.0.1:8188", "[::1]:8188", "10.1.0.0/16", "[fd00::/8]:80", "10.1.2.3", "mrock:8188"
 * (the name as it stands in the URL; it may lead anywhere). Without a port, every port is allowed.
 */
struct guard {
    struct str_list allow;
};

/* Checks the configured entries; the message names the bad one. */
MUST_CHECK bool guard_check_entries(const struct guard *g, struct err *e);

/*
 * Is the address of the public internet? Mapped and translated IPv4 (::ffff:0:0/96, 64:ff9b::/96)
 * is looked at as IPv4; tunnels (6to4, Teredo), every block of the special-purpose registries, and
 * everything that is not IP are not public.
 */
bool guard_is_global(const struct sockaddr *address);

/* The decision for one connection about to be made; host and port as in the URL. ERR_FORBIDDEN says
 * why. */
MUST_CHECK bool guard_permits(const struct guard *g, struct str host, int port,
                              const struct sockaddr *address, struct err *e);

#endif
