/* Caps and timeouts of the server, what it believes of a proxy, and system calls that fail. */
#include <sched.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "net/site.h"

#define GET(path)  "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define LAST(path) "GET " path " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

static struct site site;
static struct buf got;

static void start(struct server_options options)
{
    buf_init(&got, 64 * MIB);
    site_start(&site, options);
}

static void stop(void)
{
    site_stop(&site);
    buf_deinit(&got);
}

static void check_ends_with_408(int fd)
{
    buf_clear(&got);
    CHECK(client_read_until(fd, &got, NULL));
    CHECK(str_starts(buf_str(&got), STR("HTTP/1.1 408 ")));
    close(fd);
}

static void a_head_that_takes_too_long_gets_408(void **state)
{
    int fd;

    UNUSED(state);
    start((struct server_options){ .head_timeout_ms = 50, .idle_timeout_ms = 60000 });
    fd = client_open(&site);
    SEND(fd, "GET / HTTP/1.1\r\nHos");
    check_ends_with_408(fd);
    /* also behind a request that came in time, and with bytes that keep dripping */
    fd = client_open(&site);
    SEND(fd, GET("/hello") "G");
    CHECK_I64(client_reply(fd, &got), 200);
    check_ends_with_408(fd);
    stop();
}

static void a_body_that_stops_coming_gets_408(void **state)
{
    static const char *const paths[] = { "/echo", "/spool" };

    UNUSED(state);
    start((struct server_options){ .body_idle_timeout_ms = 50 });
    for (size_t i = 0; i < COUNT(paths); i++) {
        char request[128];
        int fd = client_open(&site);

        snprintf(request, sizeof(request),
                 "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nsome", paths[i]);
        client_send(fd, str_from(request));
        check_ends_with_408(fd);
    }
    stop();
}

static void an_idle_connection_is_closed_without_a_word(void **state)
{
    int fresh, used;

    UNUSED(state);
    start((struct server_options){ .idle_timeout_ms = 50 });
    fresh = client_open(&site);
    used = client_open(&site);
    SEND(used, GET("/hello"));
    CHECK_I64(client_reply(used, &got), 200);
    buf_clear(&got);
    CHECK(client_read_until(fresh, &got, NULL));
    CHECK(client_read_until(used, &got, NULL));
    CHECK_I64(got.len, 0);
    CHECK_I64(server_stats(site.server).refused, 0);
    close(fresh);
    close(used);
    stop();
}

static void a_reader_that_stands_still_is_cut(void **state)
{
    static const char *const requests[] = { GET("/large"), GET("/file"), GET("/source") };
    int fds[COUNT(requests)];

    UNUSED(state);
    start((struct server_options){ .write_timeout_ms = 50 });
    for (size_t i = 0; i < COUNT(requests); i++) {
        int small = 4096;

        fds[i] = client_open(&site);
        setsockopt(fds[i], SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
        for (int k = 0; k < 20; k++)
            client_send(fds[i], str_from(requests[i]));
    }
    site_wait_connections(&site, 0);
    site_wait_done(&site, COUNT(requests));
    for (size_t i = 0; i < COUNT(requests); i++)
        close(fds[i]);
    stop();
}

static void the_connection_after_the_last_gets_503(void **state)
{
    int first, second;

    UNUSED(state);
    start((struct server_options){ .max_connections = 2 });
    first = client_open(&site);
    second = client_open(&site);
    site_wait_connections(&site, 2);
    CHECK_I64(client_ask(&site, STR(""), &got), 503);
    CHECK(str_find(buf_str(&got), STR("Retry-After: 5\r\n")) < got.len);
    close(first);
    site_wait_connections(&site, 1);
    buf_clear(&got);
    CHECK_I64(client_ask(&site, STR(LAST("/hello")), &got), 200);
    close(second);
    stop();
}

static void one_address_has_its_share_of_connections(void **state)
{
    int fds[3];

    UNUSED(state);
    start((struct server_options){ .max_connections_per_peer = 3, .loops = 2 });
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT(fds); i++)
            fds[i] = client_open(&site);
        site_wait_connections(&site, 3);
        buf_clear(&got);
        CHECK_I64(client_ask(&site, STR(""), &got), 503);
        for (size_t i = 0; i < COUNT(fds); i++)
            close(fds[i]);
        site_wait_connections(&site, 0);
    }
    stop();
}

static void only_a_configured_proxy_is_believed(void **state)
{
    static const struct {
        bool behind_proxy;
        const char *headers, *seen;
    } cases[] = {
        { false, "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n", "peer=127.0.0.1 " },
        { true, "", "peer=127.0.0.1 " },
        { true, "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n",
          "peer=9.9.9.9 secure " },
        { true, "X-Forwarded-For: 1.1.1.1, 2.2.2.2\r\n", "peer=2.2.2.2 " },
        { true, "X-Forwarded-For: 1.1.1.1\r\nx-forwarded-for: fe80::1\r\n", "peer=fe80::1 " },
        { true, "X-Forwarded-For: 1.1.1.1, spoofed\r\n", "peer=127.0.0.1 " },
        { true, "X-Forwarded-For: 1.1.1.1,\r\n", "peer=127.0.0.1 " },
        { true, "X-Forwarded-For: 1.1.1.1 2.2.2.2\r\n", "peer=127.0.0.1 " },
        { true, "X-Forwarded-Proto: https, http\r\n", "peer=127.0.0.1 " },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char request[512];

        start((struct server_options){ .behind_proxy = cases[i].behind_proxy });
        snprintf(request, sizeof(request),
                 "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n%s\r\n", cases[i].headers);
        CHECK_I64(client_ask(&site, str_from(request), &got), 200);
        if (str_find(buf_str(&got), str_from(cases[i].seen)) == got.len)
            fail_msg("\"%s\" should give \"%s\": " STR_FMT, cases[i].headers, cases[i].seen,
                     STR_ARG(buf_str(&got)));
        stop();
    }
}

/* Nine bodies of 10 kB where 64 kB are allowed: the last ones hear it before their time. */
static void bodies_in_memory_share_a_limit(void **state)
{
    static char half[10000];
    int fds[9];
    int refused = 0;

    UNUSED(state);
    start((struct server_options){ .max_body_memory = 65536 });
    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = client_open(&site);
        SEND(fds[i], "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10001\r\n\r\n");
        client_send(fds[i], str_of(half, sizeof(half)));
    }
    while (server_stats(site.server).bytes_received < (int64_t)(COUNT(fds) * sizeof(half)))
        sched_yield();
    for (size_t i = 0; i < COUNT(fds); i++) {
        SEND(fds[i], "x");
        refused += client_reply(fds[i], &got) == 503;
        close(fds[i]);
    }
    CHECK(refused > 0 && refused < (int)COUNT(fds));
    site_wait_connections(&site, 0);
    buf_clear(&got); /* nothing of it stays counted */
    CHECK_I64(client_ask(&site,
                         STR("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
                             "Connection: close\r\n\r\nbody"),
                         &got),
              200);
    stop();
}

static void bodies_on_disk_share_a_limit_too(void **state)
{
    static const char head[] = "PUT /spool HTTP/1.1\r\nHost: a\r\nContent-Length: 40001\r\n\r\n";
    static char most[40000];
    int fds[2];

    UNUSED(state);
    start((struct server_options){ .max_body_disk = 65536 });
    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = client_open(&site);
        client_send(fds[i], str_of(head, sizeof(head) - 1));
        client_send(fds[i], str_of(most, sizeof(most)));
        while (i == 0 && server_stats(site.server).bytes_received < (int64_t)sizeof(most))
            sched_yield();
    }
    CHECK_I64(client_reply(fds[1], &got), 503);
    close(fds[1]);
    site_wait_connections(&site, 1);
    SEND(fds[0], "x");
    CHECK_I64(client_reply(fds[0], &got), 200);
    close(fds[0]);
    site_wait_connections(&site, 0);
    buf_clear(&got); /* nothing of it stays counted */
    CHECK_I64(client_ask(&site,
                         STR("PUT /spool HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
                             "Connection: close\r\n\r\nbody"),
                         &got),
              200);
    stop();
}

static void the_largest_head_is_configured(void **state)
{
    UNUSED(state);
    start((struct server_options){ .max_head_bytes = 60 });
    CHECK_I64(client_ask(&site, STR(LAST("/hello")), &got), 200);
    buf_clear(&got);
    CHECK_I64(client_ask(&site, STR(LAST("/hello?0123456789")), &got), 431);
    stop();
}

#if defined(ALBUMEN_FAULTS)
static void without_descriptors_the_queue_waits_and_nothing_spins(void **state)
{
    UNUSED(state);
    start((struct server_options){ 0 });
    fault_set("net_accept:1:fail");
    CHECK_I64(client_ask(&site, STR(LAST("/hello")), &got), 200);
    CHECK_I64(fault_passes(FAULT_net_accept), 3); /* failed, accepted, and then there was no more */
    fault_set(NULL);
    stop();
}

static void a_failing_socket_ends_its_connection_alone(void **state)
{
    static const char *const faults[] = { "net_read:1:fail", "net_write:1:fail",
                                          "net_write:2:fail" };
    static const char *const requests[] = { GET("/hello"), GET("/file"), GET("/source"),
                                            GET("/stream") };

    UNUSED(state);
    start((struct server_options){ 0 });
    for (size_t i = 0; i < COUNT(faults) * COUNT(requests); i++) {
        int fd = client_open(&site);

        fault_set(faults[i / COUNT(requests)]);
        client_send(fd, str_from(requests[i % COUNT(requests)]));
        client_send(fd, str_from(requests[i % COUNT(requests)]));
        shutdown(fd, SHUT_WR);
        buf_clear(&got);
        UNUSED(client_read_until(fd, &got, NULL));
        fault_set(NULL);
        close(fd);
        buf_clear(&got);
        CHECK_I64(client_ask(&site, STR(LAST("/hello")), &got), 200);
    }
    site_wait_connections(&site, 0);
    stop();
}

static void a_full_disk_refuses_the_upload(void **state)
{
    UNUSED(state);
    start((struct server_options){ 0 });
    fault_set("file_write:1:fail");
    CHECK_I64(client_ask(&site,
                         STR("PUT /spool HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"),
                         &got),
              500);
    fault_set("file_open:1:fail");
    buf_clear(&got);
    CHECK_I64(client_ask(&site,
                         STR("PUT /spool HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"),
                         &got),
              500);
    fault_set(NULL);
    stop();
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_head_that_takes_too_long_gets_408),
        TEST(a_body_that_stops_coming_gets_408),
        TEST(an_idle_connection_is_closed_without_a_word),
        TEST(a_reader_that_stands_still_is_cut),
        TEST(the_connection_after_the_last_gets_503),
        TEST(one_address_has_its_share_of_connections),
        TEST(only_a_configured_proxy_is_believed),
        TEST(bodies_in_memory_share_a_limit),
        TEST(bodies_on_disk_share_a_limit_too),
        TEST(the_largest_head_is_configured),
#if defined(ALBUMEN_FAULTS)
        TEST(without_descriptors_the_queue_waits_and_nothing_spins),
        TEST(a_failing_socket_ends_its_connection_alone),
        TEST(a_full_disk_refuses_the_upload),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
