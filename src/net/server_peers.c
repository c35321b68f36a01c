/* How many of something each client has, so that one cannot take all of them. */
#include "net/server_peers.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/thread.h"
#include "net/peer_network.h"

enum { PEER_BUCKETS = 1024 };

struct peer {
    struct peer *next;
    int count;
    char network[PEER_NETWORK_BYTES];
};

struct peers {
    struct lock lock; /* guards the rest */
    int max_each;
    struct peer *buckets[PEER_BUCKETS];
};

struct peers *peers_create(int max_each)
{
    struct peers *p;

    if (max_each <= 0)
        return NULL;
    p = mem_alloc(sizeof(*p));
    lock_init(&p->lock);
    p->max_each = max_each;
    return p;
}

void peers_destroy(struct peers *p)
{
    if (p == NULL)
        return;
    for (size_t i = 0; i < PEER_BUCKETS; i++) {
        while (p->buckets[i] != NULL) {
            struct peer *next = p->buckets[i]->next;

            free(p->buckets[i]);
            p->buckets[i] = next;
        }
    }
    lock_deinit(&p->lock);
    free(p);
}

/* Where the peer hangs, or where it would be put. They are few, at most max_connections. */
static struct peer **find(struct peers *p, const char *network)
{
    struct peer **at = &p->buckets[str_hash(str_from(network)) % PEER_BUCKETS];

    while (*at != NULL && strcmp((*at)->network, network) != 0)
        at = &(*at)->next;
    return at;
}

bool peers_add(struct peers *p, struct str address)
{
    char network[PEER_NETWORK_BYTES];
    struct peer **at;

    if (p == NULL)
        return true;
    peer_network(address, network);
    LOCKED(&p->lock);
    at = find(p, network);
    if (*at == NULL) {
        *at = mem_alloc(sizeof(**at));
        memcpy((*at)->network, network, sizeof(network));
    }
    if ((*at)->count >= p->max_each)
        return false;
    (*at)->count++;
    return true;
}

void peers_remove(struct peers *p, struct str address)
{
    char network[PEER_NETWORK_BYTES];
    struct peer **at, *gone;

    if (p == NULL)
        return;
    peer_network(address, network);
    LOCKED(&p->lock);
    at = find(p, network);
    if (*at == NULL || --(*at)->count > 0)
        return;
    gone = *at;
    *at = gone->next;
    free(gone);
}
