/* The server over real sockets: requests and replies, refusals, peers that leave, draining. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/site.h"

#define GET(path)  "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define LAST(path) "GET " path " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

static struct site site;
static struct buf got;

static int start_plain(void **state)
{
    UNUSED(state);
    buf_init(&got, 64 * MIB);
    site_start(&site, (struct server_options){ 0 });
    return 0;
}

static int forget(void **state)
{
    UNUSED(state);
    buf_deinit(&got);
    return 0;
}

static int stop(void **state)
{
    site_stop(&site);
    return forget(state);
}

static int start_two_loops(void **state)
{
    UNUSED(state);
    buf_init(&got, 64 * MIB);
    site_start(&site, (struct server_options){ .loops = 2 });
    return 0;
}

static void *stop_site_now(void *arg)
{
    struct site *s = arg;

    server_stop(s->server, 0);
    lock_deinit(&s->lock);
    return NULL;
}

static void a_request_is_answered_with_date_and_length(void **state)
{
    UNUSED(state);
    CHECK_I64(client_ask(&site, STR(LAST("/hello")), &got), 200);
    CHECK(str_starts(buf_str(&got), STR("HTTP/1.1 200 OK\r\nDate: ")));
    CHECK(str_ends(buf_str(&got),
                   STR(" GMT\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")));
}

static void every_kind_of_reply_arrives_whole(void **state)
{
    static const struct {
        const char *path;
        size_t bytes;
    } cases[] = { { "/large", 1000000 }, { "/file", 999000 }, { "/source", 1000000 } };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char request[100];
        int fd = client_open(&site);

        snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", cases[i].path);
        for (int twice = 0; twice < 2; twice++) {
            client_send(fd, str_from(request));
            CHECK_I64(client_reply(fd, &got), 200);
            CHECK_I64(got.len, cases[i].bytes);
            for (size_t k = 0; k < got.len; k++) {
                size_t at = k + 1000000 - cases[i].bytes;

                if (got.ptr[k] != (char)('a' + at % 26))
                    fail_msg("%s: wrong byte at %zu", cases[i].path, k);
            }
        }
        close(fd);
    }
    site_wait_done(&site, 6);
    CHECK_I64(atomic_load(&site.sources_closed), 2);
}

static void a_head_request_gets_no_body(void **state)
{
    static const char *const paths[] = { "/hello", "/large", "/file", "/source", "/nothing" };
    int fd = client_open(&site);

    UNUSED(state);
    for (size_t i = 0; i < COUNT(paths); i++) {
        char request[100];

        snprintf(request, sizeof(request), "HEAD %s HTTP/1.1\r\nHost: a\r\n\r\n", paths[i]);
        client_send(fd, str_from(request));
    }
    SEND(fd, LAST("/nothing"));
    CHECK(client_read_until(fd, &got, NULL));
    CHECK(str_find(buf_str(&got), STR("Content-Length: 5\r\n\r\nHTTP/1.1 200")) < got.len);
    CHECK(str_find(buf_str(&got), STR("Content-Length: 999000\r\n\r\nHTTP/1.1 200")) < got.len);
    CHECK(str_ends(buf_str(&got), STR("GMT\r\nConnection: close\r\n\r\n")));
    site_wait_done(&site, COUNT(paths) + 1);
    CHECK_I64(atomic_load(&site.sources_closed), 1);
    close(fd);
}

static void a_pipeline_is_answered_in_order(void **state)
{
    int fd = client_open(&site);

    UNUSED(state);
    SEND(fd, GET("/echo?1") GET("/away") GET("/echo?3") GET("/source") LAST("/echo?5"));
    CHECK_I64(client_reply(fd, &got), 200);
    CHECK(str_starts(buf_str(&got), STR("GET /echo?1 ")));
    site_answer(&site, site_take(&site), "two");
    CHECK_I64(client_reply(fd, &got), 200);
    CHECK_STR(buf_str(&got), STR("two"));
    CHECK_I64(client_reply(fd, &got), 200);
    CHECK(str_starts(buf_str(&got), STR("GET /echo?3 ")));
    CHECK_I64(client_reply(fd, &got), 200);
    CHECK_I64(got.len, 1000000);
    CHECK_I64(client_reply(fd, &got), 200);
    CHECK(str_starts(buf_str(&got), STR("GET /echo?5 ")));
    CHECK(client_is_at_end(fd));
    close(fd);
}

/* More than the server keeps of unwritten replies, sent before anything is read. */
static void a_long_pipeline_waits_for_its_reader(void **state)
{
    enum { REQUESTS = 20000 };
    int fd = client_open(&site);
    pid_t child = fork();

    UNUSED(state);
    if (child == 0) {
        for (int i = 0; i < REQUESTS; i++)
            SEND(fd, GET("/hello"));
        SEND(fd, LAST("/hello"));
        _exit(0);
    }
    CHECK(client_read_until(fd, &got, NULL));
    CHECK_I64(server_stats(site.server).requests, REQUESTS + 1);
    CHECK(str_ends(buf_str(&got), STR("Connection: close\r\n\r\nhello")));
    CHECK_I64(waitpid(child, NULL, 0), child);
    close(fd);
}

static void bodies_arrive_plain_and_chunked_in_any_split(void **state)
{
    static const char *const requests[] = {
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nsome body",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5;x=y\r\nsome \r\n4\r\nbody\r\n0\r\nT: v\r\n\r\n",
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(requests); i++) {
        struct str request = str_from(requests[i]);
        int fd = client_open(&site);

        for (size_t split = 1; split < request.len; split++) {
            client_send(fd, str_slice(request, 0, split));
            SEND(fd, "");
            client_send(fd, str_slice(request, split, request.len));
            CHECK_I64(client_reply(fd, &got), 200);
            CHECK(str_starts(buf_str(&got), STR("POST /echo? host=a peer=127.0.0.1 ")));
            CHECK(str_ends(buf_str(&got), STR(" some body")));
        }
        close(fd);
    }
}

static void continue_is_said_once_the_head_is_accepted(void **state)
{
    int fd = client_open(&site);

    UNUSED(state);
    SEND(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client_read_until(fd, &got, "\r\n\r\n"));
    CHECK_STR(buf_str(&got), STR("HTTP/1.1 100 Continue\r\n\r\n"));
    SEND(fd, "body");
    CHECK_I64(client_reply(fd, &got), 200);
    CHECK(str_ends(buf_str(&got), STR(" body")));
    close(fd);

    buf_clear(&got);
    CHECK_I64(client_ask(&site,
                         STR("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
                             "Expect: 100-continue\r\n\r\n"),
                         &got),
              401);
}

static void http_1_0_gets_a_plain_answer_and_the_end(void **state)
{
    UNUSED(state);
    CHECK_I64(client_ask(&site, STR("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), &got),
              200);
    CHECK(str_ends(buf_str(&got), STR("Connection: close\r\n\r\nhello")));
}

static void an_answer_before_the_body_reaches_the_client(void **state)
{
    static char body[3000000];
    struct buf request;
    int fd = client_open(&site);

    UNUSED(state);
    /* little: read and thrown away, the connection goes on */
    SEND(fd, "POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345" GET("/hello"));
    CHECK_I64(client_reply(fd, &got), 401);
    CHECK_I64(client_reply(fd, &got), 200);
    close(fd);
    /* much: the client may send all of it and still sees the answer */
    buf_init(&request, 4 * MIB);
    buf_put(&request, STR("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n"));
    buf_put(&request, str_of(body, sizeof(body)));
    buf_clear(&got);
    CHECK_I64(client_ask(&site, buf_str(&request), &got), 401);
    buf_deinit(&request);
}

static void a_body_that_is_too_large_is_refused(void **state)
{
    static char chunk[70000];
    struct buf request;

    UNUSED(state);
    CHECK_I64(client_ask(&site,
                         STR("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n"),
                         &got),
              413);
    buf_clear(&got);
    buf_init(&request, MIB);
    buf_put(&request, STR("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 2; i++) {
        buf_putf(&request, "%zx\r\n", sizeof(chunk));
        buf_put(&request, str_of(chunk, sizeof(chunk)));
        buf_put(&request, STR("\r\n"));
    }
    CHECK_I64(client_ask(&site, buf_str(&request), &got), 413);
    buf_deinit(&request);
}

static void the_servers_own_refusals_have_their_status(void **state)
{
    static const struct {
        int status;
        const char *request;
    } cases[] = {
        { 400, "GET / HTTP/1.1\r\n\r\n" },
        { 400, "nonsense\n" },
        { 400, "\x16\x03\x01" },
        { 400, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n" },
        { 417, "GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n" },
        { 501, "BREW / HTTP/1.1\r\nHost: a\r\n\r\n" },
        { 404, LAST("/unknown") },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        buf_clear(&got);
        CHECK_I64(client_ask(&site, str_from(cases[i].request), &got), cases[i].status);
    }
}

static void a_head_of_200_kilobytes_gets_431(void **state)
{
    struct buf request;

    UNUSED(state);
    buf_init(&request, MIB);
    buf_put(&request, STR("GET / HTTP/1.1\r\nHost: a\r\nX: "));
    for (int i = 0; i < 200000; i++)
        buf_put_char(&request, 'x');
    buf_put(&request, STR("\r\n\r\n"));
    CHECK_I64(client_ask(&site, buf_str(&request), &got), 431);
    buf_deinit(&request);
}

/* A thousand connections that break off anywhere in a request, or send something broken. */
static void a_thousand_hostile_connections_leave_nothing_behind(void **state)
{
    static const char *const requests[] = {
        "POST /away HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "POST /spool HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "GET /large HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /source HTTP/1.1\r\nHost: a\r\n\r\n",
    };

    UNUSED(state);
    for (size_t i = 0; i < 1000; i++) {
        struct str request = str_from(requests[i % COUNT(requests)]);
        int fd = client_open(&site);

        client_send(fd, str_slice(request, 0, request.len - i / COUNT(requests) % request.len));
        close(fd);
    }
    site_wait_connections(&site, 0);
    CHECK_I64(client_ask(&site, STR(LAST("/hello")), &got), 200);
}

static void a_peer_that_hangs_up_is_noticed_and_its_exchange_lives_on(void **state)
{
    int fd = client_open(&site);
    struct http_exchange *x;

    UNUSED(state);
    SEND(fd, GET("/away"));
    x = site_take(&site);
    CHECK(!atomic_load(&x->gone));
    close(fd);
    site_wait_connections(&site, 0);
    CHECK(atomic_load(&x->gone));
    CHECK_STR(x->request.path, STR("/away"));
    CHECK_I64(atomic_load(&site.done), 0);
    site_answer(&site, x, "to nobody");
    site_wait_done(&site, 1);
}

/* Answers what it is given with the query that came with it, until it is asked to end. */
static void *answerer(void *unused)
{
    bool ends = false;

    UNUSED(unused);
    while (!ends) {
        struct http_exchange *x = site_take(&site);

        ends = str_eq(x->request.query, STR("end"));
        x->reply.status = 200;
        x->reply.body = x->request.query;
        server_answer(site.server, x);
    }
    return NULL;
}

static void answers_of_many_threads_reach_their_own_connections(void **state)
{
    enum { CONNECTIONS = 32, ROUNDS = 50, THREADS = 4 };
    int fds[CONNECTIONS];
    pthread_t threads[THREADS];

    UNUSED(state);
    for (int i = 0; i < THREADS; i++)
        thread_start(&threads[i], "answerer", answerer, NULL);
    for (int i = 0; i < CONNECTIONS; i++)
        fds[i] = client_open(&site);
    for (int k = 0; k < ROUNDS * CONNECTIONS; k++) {
        char request[100];

        snprintf(request, sizeof(request), "GET /away?%d HTTP/1.1\r\nHost: a\r\n\r\n", k);
        client_send(fds[k % CONNECTIONS], str_from(request));
    }
    for (int k = 0; k < ROUNDS * CONNECTIONS; k++) {
        int64_t number = -1;

        CHECK_I64(client_reply(fds[k % CONNECTIONS], &got), 200);
        CHECK(str_to_i64(buf_str(&got), 0, INT64_MAX, &number));
        CHECK_I64(number, k);
    }
    for (int i = 0; i < THREADS; i++)
        SEND(fds[i], GET("/away?end"));
    for (int i = 0; i < THREADS; i++)
        thread_join(threads[i]);
    for (int i = 0; i < CONNECTIONS; i++)
        close(fds[i]);
}

/* As a helper does between fork and exec: a child holds copies of all descriptors for a moment. */
static void a_closed_connection_that_a_child_still_holds_is_forgotten(void **state)
{
    int fd = client_open(&site), hold[2];
    char byte;
    pid_t child;

    UNUSED(state);
    SEND(fd, GET("/hello"));
    CHECK_I64(client_reply(fd, &got), 200);
    CHECK_I64(pipe(hold), 0);
    child = fork();
    if (child == 0) {
        close(hold[1]);
        _exit(read(hold[0], &byte, 1) == 0 ? 0 : 1);
    }
    SEND(fd, LAST("/hello"));
    CHECK_I64(client_reply(fd, &got), 200);
    site_wait_connections(&site, 0);
    SEND(fd, "more"); /* the socket is open as long as the child has it */
    buf_clear(&got);
    CHECK_I64(client_ask(&site, STR(LAST("/hello")), &got), 200);
    close(hold[0]);
    close(hold[1]);
    CHECK_I64(waitpid(child, NULL, 0), child);
    close(fd);
}

static void uploads_are_spooled_into_a_file(void **state)
{
    enum { UPLOADS = 6, BYTES = 5000000, PIECE = 50000 };
    static char piece[PIECE];
    int fds[UPLOADS];
    struct rusage before, after;

    UNUSED(state);
    memset(piece, 1, sizeof(piece));
    getrusage(RUSAGE_SELF, &before);
    for (int i = 0; i < UPLOADS; i++) {
        fds[i] = client_open(&site);
        SEND(fds[i], "PUT /spool HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n");
    }
    for (int sent = 0; sent < BYTES; sent += PIECE) {
        for (int i = 0; i < UPLOADS; i++)
            client_send(fds[i], str_of(piece, PIECE));
    }
    for (int i = 0; i < UPLOADS; i++) {
        CHECK_I64(client_reply(fds[i], &got), 200);
        CHECK_STR(buf_str(&got), STR("5000000 5000000"));
        close(fds[i]);
    }
    getrusage(RUSAGE_SELF, &after);
    CHECK(after.ru_maxrss - before.ru_maxrss < 8 * 1024);
}

static void a_body_that_ends_early_cuts_the_connection(void **state)
{
    static const char *const requests[] = { GET("/file?short"), GET("/source?short") };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(requests); i++) {
        int fd = client_open(&site);

        client_send(fd, str_from(requests[i]));
        buf_clear(&got);
        UNUSED(client_read_until(fd, &got, NULL));
        CHECK(got.len > 900000 && got.len < 1000300);
        close(fd);
    }
}

static void stopping_lets_requests_finish(void **state)
{
    int idle = client_open(&site), busy = client_open(&site), half = client_open(&site);
    struct http_exchange *x;
    pthread_t stopper;

    UNUSED(state);
    SEND(idle, GET("/hello"));
    CHECK_I64(client_reply(idle, &got), 200);
    SEND(half, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
    SEND(busy, GET("/away"));
    x = site_take(&site);
    thread_start(&stopper, "stopper", site_stop_thread, &site);
    CHECK(client_is_at_end(idle)); /* from here on the server is stopping */
    SEND(half, "body");
    CHECK_I64(client_reply(half, &got), 200);
    CHECK(client_is_at_end(half));
    x->reply.status = 200;
    server_answer(site.server, x);
    CHECK(client_read_until(busy, &got, NULL));
    CHECK(str_find(buf_str(&got), STR("Connection: close")) < got.len);
    thread_join(stopper);
    close(idle);
    close(busy);
    close(half);
}

static void stopping_cuts_what_does_not_finish(void **state)
{
    int slow = client_open(&site), away = client_open(&site);
    struct http_exchange *x;
    pthread_t stopper;

    UNUSED(state);
    SEND(slow, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
    SEND(away, GET("/away"));
    x = site_take(&site);
    site_wait_connections(&site, 2);
    thread_start(&stopper, "stopper", stop_site_now, &site);
    CHECK(client_is_at_end(slow));
    CHECK(client_is_at_end(away));
    CHECK(atomic_load(&x->gone)); /* the server still waits for this one */
    site_answer(&site, x, "too late");
    thread_join(stopper);
    close(slow);
    close(away);
}

static void a_second_server_on_the_port_is_refused(void **state)
{
    struct server_options options = site.options;
    struct server *second;
    struct err e = { 0 };

    UNUSED(state);
    options.listen = server_address(site.server);
    CHECK_FAILS(server_start(&options, &second, &e), ERR_CONFLICT, NULL);
    options.listen = STR("localhost:8001");
    CHECK_FAILS(server_start(&options, &second, &e), ERR_INVALID,
                "'localhost:8001' is not an address like 127.0.0.1:8001");
    options.listen = STR("[::1]:0");
    if (server_start(&options, &second, &e)) { /* not every machine has IPv6 */
        CHECK(str_starts(server_address(second), STR("[::1]:")));
        server_stop(second, 0);
    }
}

#define WITH(name, start) cmocka_unit_test_setup_teardown(name, start, stop)
#define PLAIN(name)       WITH(name, start_plain)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAIN(a_request_is_answered_with_date_and_length),
        PLAIN(every_kind_of_reply_arrives_whole),
        PLAIN(a_head_request_gets_no_body),
        PLAIN(a_pipeline_is_answered_in_order),
        PLAIN(a_long_pipeline_waits_for_its_reader),
        PLAIN(bodies_arrive_plain_and_chunked_in_any_split),
        PLAIN(continue_is_said_once_the_head_is_accepted),
        PLAIN(http_1_0_gets_a_plain_answer_and_the_end),
        PLAIN(an_answer_before_the_body_reaches_the_client),
        PLAIN(a_body_that_is_too_large_is_refused),
        PLAIN(the_servers_own_refusals_have_their_status),
        PLAIN(a_head_of_200_kilobytes_gets_431),
        WITH(a_thousand_hostile_connections_leave_nothing_behind, start_two_loops),
        PLAIN(a_peer_that_hangs_up_is_noticed_and_its_exchange_lives_on),
        WITH(answers_of_many_threads_reach_their_own_connections, start_two_loops),
        WITH(uploads_are_spooled_into_a_file, start_two_loops),
        PLAIN(a_closed_connection_that_a_child_still_holds_is_forgotten),
        PLAIN(a_body_that_ends_early_cuts_the_connection),
        cmocka_unit_test_setup_teardown(stopping_lets_requests_finish, start_plain, forget),
        cmocka_unit_test_setup_teardown(stopping_cuts_what_does_not_finish, start_plain, forget),
        PLAIN(a_second_server_on_the_port_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
