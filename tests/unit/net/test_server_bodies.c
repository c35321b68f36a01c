/* Bodies that drip, bodies of strangers, and bodies that are asked about before they are read. */
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "net/site.h"

enum { BODIES_PER_PEER = 16, DRIP_PAUSE_MS = 5 };

static struct site site;
static struct buf got;

static void start(struct server_options options)
{
    buf_init(&got, 1 * MIB);
    site_start(&site, options);
}

static void stop(void)
{
    site_stop(&site);
    buf_deinit(&got);
}

/* A head that announces a body, and nothing more. */
static int begin(const char *path, int bytes, const char *header)
{
    char head[256];
    int fd = client_open(&site);

    snprintf(head, sizeof(head), "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n%s\r\n",
             path, bytes, header);
    client_send(fd, str_from(head));
    return fd;
}

/* The server has said that it reads the body. */
static int begin_awaited(const char *path, int bytes)
{
    int fd = begin(path, bytes, "Expect: 100-continue\r\n");

    buf_clear(&got);
    CHECK(client_read_until(fd, &got, " 100 Continue\r\n\r\n"));
    return fd;
}

static void send_many(int fd, size_t bytes)
{
    static char many[65536];

    assert_true(bytes <= sizeof(many));
    client_send(fd, str_of(many, bytes));
}

/* Byte by byte, until all are sent or there is an answer; gives its status. */
static int drip(int fd, int bytes)
{
    struct pollfd ready = { .fd = fd, .events = POLLIN };

    while (bytes-- > 0 && poll(&ready, 1, DRIP_PAUSE_MS) == 0)
        send_many(fd, 1);
    return client_reply(fd, &got);
}

static void a_body_that_drips_gets_408_though_it_never_stops(void **state)
{
    static const char *const paths[] = { "/echo", "/spool", "/stranger" };

    UNUSED(state);
    start((struct server_options){ .body_grace_ms = 50, .body_bytes_per_second = 1000000 });
    for (size_t i = 0; i < COUNT(paths); i++) {
        int fd = begin(paths[i], 300, "");

        CHECK_I64(drip(fd, 300), 408);
        CHECK(client_is_at_end(fd));
        close(fd);
    }
    stop();
}

static void a_chunked_body_that_drips_gets_408_too(void **state)
{
    int fd, status = 0;

    UNUSED(state);
    start((struct server_options){ .body_grace_ms = 50, .body_bytes_per_second = 1000000 });
    fd = client_open(&site);
    SEND(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
    for (int i = 0; i < 300 && status == 0; i++) {
        struct pollfd ready = { .fd = fd, .events = POLLIN };

        SEND(fd, "1\r\na\r\n");
        if (poll(&ready, 1, DRIP_PAUSE_MS) == 1)
            status = client_reply(fd, &got);
    }
    CHECK_I64(status, 408);
    close(fd);
    stop();
}

static void what_has_come_earns_time_for_the_rest(void **state)
{
    int fd;

    UNUSED(state);
    start((struct server_options){ .body_grace_ms = 20, .body_bytes_per_second = 1 });
    fd = begin("/echo", 50, "");
    send_many(fd, 20);
    CHECK_I64(drip(fd, 30), 200);
    close(fd);
    stop();
}

static void strangers_take_no_room_from_those_who_are_known(void **state)
{
    int first, second, known;

    UNUSED(state);
    start((struct server_options){ .max_body_memory = 65536 });
    first = begin_awaited("/stranger", 10001);
    send_many(first, 10000);
    WAIT_FOR(server_stats(site.server).bytes_received > 10000);
    second = begin("/stranger", 10001, "");
    send_many(second, 10000);
    CHECK_I64(client_reply(second, &got), 503);
    known = begin("/echo", 30000, "");
    send_many(known, 30000);
    CHECK_I64(client_reply(known, &got), 200);
    SEND(first, "x");
    CHECK_I64(client_reply(first, &got), 200);
    close(first);
    close(second);
    site_wait_connections(&site, 1);
    first = begin("/stranger", 10000, ""); /* nothing of it stays counted */
    send_many(first, 10000);
    CHECK_I64(client_reply(first, &got), 200);
    close(first);
    close(known);
    stop();
}

static void strangers_from_one_address_send_a_few_bodies_at_once(void **state)
{
    int fds[BODIES_PER_PEER], other;

    UNUSED(state);
    start((struct server_options){ 0 });
    for (size_t i = 0; i < COUNT(fds); i++)
        fds[i] = begin_awaited("/stranger", 4);
    other = begin("/stranger", 4, "");
    CHECK_I64(client_reply(other, &got), 429);
    close(other);
    other = begin_awaited("/echo", 4);
    SEND(other, "body");
    CHECK_I64(client_reply(other, &got), 200);
    close(other);
    SEND(fds[0], "body"); /* one is whole, one breaks off: there is room for two */
    CHECK_I64(client_reply(fds[0], &got), 200);
    close(fds[0]);
    close(fds[1]);
    site_wait_connections(&site, BODIES_PER_PEER - 2);
    fds[0] = begin_awaited("/stranger", 4);
    fds[1] = begin_awaited("/stranger", 4);
    for (size_t i = 0; i < COUNT(fds); i++)
        close(fds[i]);
    stop();
}

static void a_body_waits_until_it_is_taken(void **state)
{
    int fd;

    UNUSED(state);
    start((struct server_options){ 0 });
    fd = begin("/ask", 4, "");
    SEND(fd, "bodyGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    server_take_body(site.server, site_take(&site));
    CHECK_I64(client_reply(fd, &got), 200);
    CHECK(str_ends(buf_str(&got), STR(" body")));
    CHECK_I64(client_reply(fd, &got), 200);
    CHECK_STR(buf_str(&got), STR("hello"));
    close(fd);
    stop();
}

static void a_body_may_be_refused_later_than_its_head_was_read(void **state)
{
    struct http_exchange *x;
    int fd;

    UNUSED(state);
    start((struct server_options){ 0 });
    fd = begin("/ask", 4, "");
    SEND(fd, "bodyGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"); /* a short one is passed over */
    x = site_take(&site);
    x->reply.status = 401;
    server_answer(site.server, x);
    CHECK_I64(client_reply(fd, &got), 401);
    CHECK_I64(client_reply(fd, &got), 200);
    close(fd);
    fd = begin("/ask", 4, "Expect: 100-continue\r\n"); /* this one is never asked for */
    x = site_take(&site);
    x->reply.status = 401;
    server_answer(site.server, x);
    CHECK_I64(client_reply(fd, &got), 401);
    CHECK(client_is_at_end(fd));
    close(fd);
    stop();
}

static void who_leaves_while_his_body_is_asked_about_is_forgotten(void **state)
{
    UNUSED(state);
    start((struct server_options){ 0 });
    for (int i = 0; i < 2; i++) {
        int fd = begin("/ask", 4, "");
        struct http_exchange *x = site_take(&site);

        close(fd);
        site_wait_connections(&site, 0);
        CHECK(atomic_load(&x->gone));
        if (i == 0)
            server_take_body(site.server, x);
        else
            site_answer(&site, x, "nobody hears this");
        site_wait_done(&site, i + 1);
    }
    stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_body_that_drips_gets_408_though_it_never_stops),
        TEST(a_chunked_body_that_drips_gets_408_too),
        TEST(what_has_come_earns_time_for_the_rest),
        TEST(strangers_take_no_room_from_those_who_are_known),
        TEST(strangers_from_one_address_send_a_few_bodies_at_once),
        TEST(a_body_waits_until_it_is_taken),
        TEST(a_body_may_be_refused_later_than_its_head_was_read),
        TEST(who_leaves_while_his_body_is_asked_about_is_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
