/* Whom a limit counts as one. */
#include "net/peer_network.h"

#include <arpa/inet.h>
#include <string.h>

void peer_network(struct str address, char out[PEER_NETWORK_BYTES])
{
    size_t length = MIN(address.len, (size_t)PEER_NETWORK_BYTES - 1);
    struct in6_addr v6;

    memcpy(out, address.ptr, length);
    out[length] = '\0';
    if (inet_pton(AF_INET6, out, &v6) != 1)
        return;
    if (IN6_IS_ADDR_V4MAPPED(&v6)) {
        inet_ntop(AF_INET, &v6.s6_addr[12], out, PEER_NETWORK_BYTES);
        return;
    }
    memset(&v6.s6_addr[8], 0, 8);
    inet_ntop(AF_INET6, &v6, out, PEER_NETWORK_BYTES);
}
