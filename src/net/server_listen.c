/* The listening socket: one for all loops, and what happens when too many come. */
#include "net/server_listen.h"
#include <arpa/inet.h>

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "net/server_conn.h"
#include "net/server_peers.h"

enum {
    ACCEPTS_PER_ROUND = 64,
    LISTEN_PAUSE_MS = 100, /* when descriptors or memory ran out */
    UNREAD_MAX_BYTES = 1024 * 1024,
    UNFAIR = 8, /* more connections than the emptiest loop has, before handing over */
};

/* "host:port", a host in brackets when it holds colons. Numbers only: names could mean several. */
static struct addrinfo *read_address(const char *text, struct err *e)
{
    static const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                                           .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
    const char *colon = strrchr(text, ':');
    char host[INET6_ADDRSTRLEN + 2] = "";
    struct addrinfo *found = NULL;
    struct str name = str_of(text, colon != NULL ? (size_t)(colon - text) : 0);

    if (str_starts(name, STR("[")) && str_ends(name, STR("]")))
        name = str_slice(name, 1, name.len - 1);
    if (name.len > 0 && name.len < sizeof(host))
        memcpy(host, name.ptr, name.len);
    if (host[0] == '\0' || getaddrinfo(host, colon + 1, &hints, &found) != 0)
        err_set(e, ERR_INVALID, "'%s' is not an address like 127.0.0.1:8001", text);
    return found;
}

static bool write_address(struct server *s, struct err *e)
{
    struct sockaddr_storage bound = { 0 };
    socklen_t bytes = sizeof(bound);
    char host[INET6_ADDRSTRLEN], port[8];

    if (getsockname(s->listen_fd, (struct sockaddr *)&bound, &bytes) < 0)
        return err_set_errno(e, errno, "listen on", s->listen_text);
    getnameinfo((struct sockaddr *)&bound, bytes, host, sizeof(host), port, sizeof(port),
                NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(s->address, sizeof(s->address), bound.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s",
             host, port);
    return true;
}

bool listen_open(struct server *s, struct err *e)
{
    struct addrinfo *address = read_address(s->listen_text, e);
    int on = 1;
    bool bound;

    if (address == NULL)
        return false;
    s->listen_fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* No SO_REUSEPORT: a second server on this port has to fail, not to take half of the load. */
    setsockopt(s->listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    /* What it accepts inherits this. */
    setsockopt(s->listen_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    bound = bind(s->listen_fd, address->ai_addr, address->ai_addrlen) == 0 &&
            listen(s->listen_fd, SOMAXCONN) == 0;
    freeaddrinfo(address);
    if (!bound)
        return err_set(e, errno == EADDRINUSE ? ERR_CONFLICT : ERR_IO, "cannot listen on '%s': %s",
                       s->listen_text, strerror(errno));
    return write_address(s, e);
}

bool listen_watch(struct loop *l, struct err *e)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE,
                                 .data.ptr = &l->server->listen_fd };

    if (epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, l->server->listen_fd, &event) < 0)
        return err_set_errno(e, errno, "watch", l->server->address);
    return true;
}

void listen_unwatch(struct loop *l)
{
    epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, l->server->listen_fd, NULL);
}

static void write_peer(const struct sockaddr_storage *from, char out[PEER_TEXT_BYTES])
{
    struct sockaddr_in6 v6;
    struct sockaddr_in v4;

    memcpy(&v6, from, sizeof(v6));
    memcpy(&v4, from, sizeof(v4));
    if (from->ss_family == AF_INET)
        inet_ntop(AF_INET, &v4.sin_addr, out, PEER_TEXT_BYTES);
    else if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
        inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], out, PEER_TEXT_BYTES);
    else
        inet_ntop(AF_INET6, &v6.sin6_addr, out, PEER_TEXT_BYTES);
}

/* Too many: said in one attempt, without reading, so that it costs next to nothing. */
static void turn_away(struct loop *l, int fd)
{
    static const char busy[] = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n"
                               "Connection: close\r\nContent-Length: 0\r\n\r\n";

    count_add(&l->counters.refused, 1);
    if (send(fd, busy, sizeof(busy) - 1, MSG_NOSIGNAL) > 0)
        shutdown(fd, SHUT_WR);
    /* Unread bytes would turn the close into a reset, which overtakes the answer. */
    recv(fd, NULL, UNREAD_MAX_BYTES, MSG_TRUNC); /* thrown away without a copy */
    close(fd);
}

static struct loop *emptiest(struct loop *mine)
{
    struct server *s = mine->server;
    struct loop *best = mine;
    int64_t own = atomic_load(&mine->counters.connections), least = own - UNFAIR;

    for (int i = 0; i < s->loop_count; i++) {
        int64_t count = atomic_load(&s->loops[i].counters.connections);

        if (count < least) {
            least = count;
            best = &s->loops[i];
        }
    }
    return best;
}

static void welcome(struct loop *l, int fd, const struct sockaddr_storage *from)
{
    struct server *s = l->server;
    struct loop *target = emptiest(l);
    char peer[PEER_TEXT_BYTES] = "";
    struct conn *c;

    write_peer(from, peer);
    if (atomic_fetch_add(&s->connections, 1) >= s->options.max_connections ||
        !peers_add(s->peers, str_from(peer))) {
        atomic_fetch_sub(&s->connections, 1);
        turn_away(l, fd);
        return;
    }
    c = conn_create(target, fd, peer);
    if (target == l)
        conn_start(c);
    else
        loop_post(target, MESSAGE_CONNECTION, c);
}

/* Stops listening for a moment: what waits in the kernel's queue is not lost, and nothing spins. */
static void pause_listening(struct loop *l)
{
    listen_unwatch(l);
    l->listen_again_ms = l->now_ms + LISTEN_PAUSE_MS;
}

void listen_accept(struct loop *l)
{
    for (int i = 0; i < ACCEPTS_PER_ROUND; i++) {
        struct sockaddr_storage from = { 0 };
        socklen_t bytes = sizeof(from);
        int fd = FAULT(net_accept) ? (errno = EMFILE, -1)
                                   : accept4(l->server->listen_fd, (struct sockaddr *)&from, &bytes,
                                             SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd >= 0)
            welcome(l, fd, &from);
        else if (errno == EAGAIN)
            return;
        else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
            pause_listening(l);
            return;
        } /* else: this one connection broke before it was accepted */
    }
}
