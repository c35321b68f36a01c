/* How many of something each client has, say connections, so that one cannot take all of them. */
#ifndef NET_SERVER_PEERS_H
#define NET_SERVER_PEERS_H

#include "base/str.h"

struct peers;

/* Clients are told apart by peer_network. Any thread may call these. NULL where there is no limit
 * (max_each 0): then all are welcome. */
struct peers *peers_create(int max_each);
void peers_destroy(struct peers *p);
MUST_CHECK bool peers_add(struct peers *p, struct str address); /* false: it has its share */
void peers_remove(struct peers *p, struct str address);

#endif
