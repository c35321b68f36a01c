/*
 * Opens many event streams, has events published, and times when each stream has each event: those
 * of bench_net_server, or with an admin's token the channel "admin" of the real program, where
 * adding a user makes an event.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"

enum { EVENTS = 20, BATCH = 512, TIMEOUT_MS = 5000, LINE = 4096 };

static char open_stream[LINE] = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";
static char publish[LINE] =
    "POST /publish HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
static const char *token;

static NO_RETURN void fail(const char *what)
{
    fprintf(stderr, "bench_stream_client: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int dial(int port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0)
        fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd;
}

static void say(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        fail("write");
}

/* The next user to be added. */
static void next_publish(void)
{
    static int added;
    char body[64];

    if (token == NULL)
        return;
    snprintf(body, sizeof(body), "{\"name\":\"bench-%d\"}", added++);
    snprintf(publish, sizeof(publish),
             "POST /api/users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
             "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
             token, strlen(body), body);
}

static int open_one(int port, int poll)
{
    struct epoll_event want = { .events = EPOLLIN };
    int fd = dial(port);
    char head[LINE];

    say(fd, open_stream);
    if (read(fd, head, sizeof(head)) <= 0 || strncmp(head, "HTTP/1.1 200", 12) != 0)
        fail("read the head");
    want.data.fd = fd;
    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &want);
    return fd;
}

/* One event: published, then read from every stream; the times go to *times on. */
static void time_event(int control, int poll, int streams, double *times)
{
    struct epoll_event ready[BATCH];
    char text[LINE];
    int waiting = streams;
    int64_t began;

    next_publish();
    began = clock_steady_ns();
    say(control, publish);
    while (waiting > 0) {
        int count = epoll_wait(poll, ready, BATCH, TIMEOUT_MS);

        if (count <= 0)
            fail("a stream did not get the event");
        for (int i = 0; i < count; i++) {
            if (read(ready[i].data.fd, text, sizeof(text)) <= 0)
                fail("a stream was closed");
            times[--waiting] = (double)(clock_steady_ns() - began) / 1e6;
        }
    }
    if (read(control, text, sizeof(text)) <= 0)
        fail("read the answer");
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
    int port, streams, poll, control;
    double *times;
    size_t count;

    if (argc < 3) {
        fprintf(stderr, "usage: bench_stream_client PORT STREAMS [TOKEN]\n");
        return 2;
    }
    if (argc > 3) {
        token = argv[3];
        snprintf(open_stream, sizeof(open_stream),
                 "GET /api/events?channel=admin HTTP/1.1\r\nHost: localhost\r\n"
                 "Authorization: Bearer %s\r\n\r\n",
                 token);
    }
    port = (int)strtol(argv[1], NULL, 10);
    streams = (int)strtol(argv[2], NULL, 10);
    poll = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < streams; i++)
        open_one(port, poll);
    control = dial(port);
    printf("open\n");
    fflush(stdout);
    if (getchar() == EOF)
        return 1;

    count = (size_t)streams * EVENTS;
    times = mem_alloc(count * sizeof(*times));
    for (int i = 0; i < EVENTS; i++)
        time_event(control, poll, streams, times + (size_t)i * (size_t)streams);
    qsort(times, count, sizeof(*times), by_size);
    printf("%.1f %.1f\n", times[count / 2], times[count * 99 / 100]);
    fflush(stdout);
    while (getchar() != EOF)
        ;
    return 0;
}
