/* Whom a limit counts as one: an address of IPv4, a network of IPv6. */
#ifndef NET_PEER_NETWORK_H
#define NET_PEER_NETWORK_H

#include "base/str.h"

enum { PEER_NETWORK_BYTES = 48 };

/*
 * Of IPv6 the first 64 bits: a line or a machine is given all addresses that begin with them, and
 * could come from a new one each time. Everything else stays as it is.
 */
void peer_network(struct str address, char out[PEER_NETWORK_BYTES]);

#endif
