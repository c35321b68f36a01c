/* The test server itself; see upstream.h. */
#include "upstream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "check.h"

static bool send_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, text, len, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        text += sent;
        len -= (size_t)sent;
    }
    return true;
}

/* True when the client has closed its end within timeout_ms (-1: for as long as it takes). */
static bool is_gone(int fd, int timeout_ms)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    char drop[4096];

    while (poll(&p, 1, timeout_ms) > 0) {
        if (recv(fd, drop, sizeof(drop), 0) <= 0)
            return true;
    }
    return false;
}

static bool read_request(int fd, struct buf *out)
{
    size_t want = SIZE_MAX; /* bytes of the whole request, once its head is there */

    while (out->len < want) {
        char *room = buf_reserve(out, 65536);
        ssize_t got = room != NULL ? recv(fd, room, 65536, 0) : -1;
        size_t end;

        if (got <= 0)
            return false;
        buf_advance(out, (size_t)got);
        if (out->ptr[0] < 'A' || out->ptr[0] > 'Z') /* not HTTP: a TLS hello */
            return false;
        end = str_find(buf_str(out), STR("\r\n\r\n"));
        if (end < out->len && want == SIZE_MAX) {
            size_t length = str_find(buf_str(out), STR("Content-Length: "));
            int64_t bytes = 0;

            if (length < end) {
                struct str rest = str_slice(buf_str(out), length + 16, end + 2);

                if (!str_to_i64(str_slice(rest, 0, str_find_char(rest, '\r', 0)), 0, INT32_MAX,
                                &bytes))
                    return false;
            }
            want = end + 4 + (size_t)bytes;
        }
    }
    return true;
}

static void finish_page(struct upstream *u, const struct upstream_page *page, int fd)
{
    char head[1024];
    int len;

    switch (page->then) {
    case THEN_CLOSE:
        return;
    case THEN_HOLD:
        is_gone(fd, -1);
        return;
    case THEN_REPEAT:
        while (send_all(fd, page->more, strlen(page->more)))
            ;
        return;
    case THEN_DRIP:
        while (!is_gone(fd, 20) && send_all(fd, page->more, strlen(page->more)))
            ;
        return;
    case THEN_ECHO:
        len = snprintf(head, sizeof(head), "Content-Length: %zu\r\n\r\n", u->last.len);
        if (send_all(fd, head, (size_t)len))
            send_all(fd, u->last.ptr, u->last.len);
        return;
    case THEN_LOCATION:
        lock_take(&u->lock);
        len = snprintf(head, sizeof(head), "Location: %s\r\nContent-Length: 4\r\n\r\nmove",
                       u->location);
        lock_give(&u->lock);
        send_all(fd, head, (size_t)len);
        return;
    }
}

static const struct upstream_page *find_page(const struct upstream *u, struct str head)
{
    struct str method, target, path;
    const struct upstream_page *page = u->pages;

    str_cut(head, ' ', &method, &head);
    str_cut(head, ' ', &target, &head);
    path = str_slice(target, 0, str_find_char(target, '?', 0));
    while (page->path != NULL && !str_eq(path, str_from(page->path)))
        page++;
    return page;
}

static void answer(struct upstream *u, int fd)
{
    const struct upstream_page *page;
    AUTO_BUF request = { 0 };

    buf_init(&request, 64 * MIB);
    if (read_request(fd, &request)) {
        page = find_page(u, buf_str(&request));
        lock_take(&u->lock);
        buf_clear(&u->last);
        buf_put(&u->last, buf_str(&request));
        u->requests++;
        lock_broadcast(&u->lock);
        lock_give(&u->lock);
        if (page->path == NULL)
            send_all(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 45);
        else if (send_all(fd, page->reply, strlen(page->reply)))
            finish_page(u, page, fd);
    }
    shutdown(fd, SHUT_WR);
    is_gone(fd, 2000); /* let it read; closing with unread bytes would reset */
}

static void *run(void *arg)
{
    struct upstream *u = arg;

    for (;;) {
        AUTO_FD fd = accept(u->listener, NULL, NULL);

        if (fd < 0)
            return NULL;
        lock_take(&u->lock);
        u->connections++;
        lock_give(&u->lock);
        answer(u, fd);
    }
}

void upstream_start(struct upstream *u, const struct upstream_page *pages, const char *address)
{
    struct sockaddr_in local = { .sin_family = AF_INET };
    socklen_t len = sizeof(local);

    *u = (struct upstream){ .pages = pages };
    lock_init(&u->lock);
    buf_init(&u->last, 64 * MIB);
    u->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(inet_pton(AF_INET, address, &local.sin_addr) == 1);
    CHECK(bind(u->listener, (struct sockaddr *)&local, sizeof(local)) == 0);
    CHECK(listen(u->listener, 16) == 0);
    CHECK(getsockname(u->listener, (struct sockaddr *)&local, &len) == 0);
    u->port = ntohs(local.sin_port);
    thread_start(&u->thread, "upstream", run, u);
}

void upstream_stop(struct upstream *u)
{
    shutdown(u->listener, SHUT_RDWR);
    thread_join(u->thread);
    fd_close(&u->listener);
    buf_deinit(&u->last);
    lock_deinit(&u->lock);
}

int upstream_count(struct upstream *u, const int *counter)
{
    LOCKED(&u->lock);

    return *counter;
}

void upstream_lead_to(struct upstream *u, struct str location)
{
    LOCKED(&u->lock);

    CHECK(location.len < sizeof(u->location));
    snprintf(u->location, sizeof(u->location), STR_FMT, STR_ARG(location));
}

/* A copy of the last request. */
struct str upstream_last(struct upstream *u, struct arena *a)
{
    LOCKED(&u->lock);

    return arena_str(a, buf_str(&u->last));
}
