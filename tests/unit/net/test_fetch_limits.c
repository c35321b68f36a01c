/* fetch and its limits: on bytes and time, by cancelling, and by who receives the body. */
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "net/fetch.h"
#include "upstream.h"

#define OK  "HTTP/1.1 200 OK\r\n"
#define X64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct upstream_page pages[] = {
    { "/ok", OK "Content-Length: 5\r\nX-A: 1\r\nx-a: 2\r\nX-B:  b \r\n\r\nhello", THEN_CLOSE,
      NULL },
    { "/until-close", OK "\r\nto the end", THEN_CLOSE, NULL },
    { "/chunked",
      OK "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Trailer: t\r\n\r\n",
      THEN_CLOSE, NULL },
    { "/huge", OK "Content-Length: 99999999999\r\n\r\n", THEN_REPEAT, X64 },
    { "/endless", OK "\r\n", THEN_REPEAT, X64 },
    { "/endless-chunks", OK "Transfer-Encoding: chunked\r\n\r\n", THEN_REPEAT,
      "40\r\n" X64 "\r\n" },
    { "/silent", "", THEN_HOLD, NULL },
    { "/stall", OK "Content-Length: 100\r\n\r\nthen nothing", THEN_HOLD, NULL },
    { "/drip", OK "Content-Length: 100000\r\n\r\n", THEN_DRIP, "." },
    { NULL, NULL, THEN_CLOSE, NULL },
};

static struct upstream server;

static struct str local_items[] = { { "127.0.0.1", 9 } };
static const struct guard local_guard = { .allow = { local_items, 1 } };

static struct fetch_request get(struct arena *a, const char *path)
{
    struct fetch_request request =
        fetch_get(arena_strf(a, "http://127.0.0.1:%d%s", server.port, path), &local_guard);

    request.timeout_ms = 20 * 1000; /* a hang fails soon */
    return request;
}

static void a_body_past_the_limit_is_refused_with_little_read(void **state)
{
    static const char *const paths[] = { "/huge", "/endless", "/endless-chunks" };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(paths); i++) {
        AUTO_ARENA a = { 0 };
        struct fetch_request request = get(&a, paths[i]);
        struct fetch_reply reply = { 0 };
        struct err e = { 0 };

        request.max_body_bytes = 100000;
        CHECK_FAILS(fetch(&a, &request, &reply, NULL, &e), ERR_TOO_LARGE,
                    "'127.0.0.1' sends more than is taken");
    }
}

static void a_body_of_just_the_limit_is_taken(void **state)
{
    static const char *const paths[] = { "/ok", "/chunked", "/until-close" };
    static const int64_t sizes[] = { 5, 5, 10 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(paths); i++) {
        AUTO_ARENA a = { 0 };
        struct fetch_request request = get(&a, paths[i]);
        struct fetch_reply reply = { 0 };
        struct err e = { 0 };

        request.max_body_bytes = sizes[i];
        CHECK_OK(fetch(&a, &request, &reply, NULL, &e));
        request.max_body_bytes--;
        CHECK_FAILS(fetch(&a, &request, &reply, NULL, &e), ERR_TOO_LARGE, NULL);
    }
}

static void time_runs_out_with_an_error_that_says_how(void **state)
{
    static const struct {
        const char *path;
        int64_t timeout_ms, stall_ms;
        const char *message;
    } cases[] = {
        { "/silent", 20000, 150, "'127.0.0.1' fell silent" },
        { "/stall", 20000, 150, "'127.0.0.1' fell silent" },
        { "/silent", 200, 20000, "'127.0.0.1' took too long" },
        { "/drip", 300, 20000, "'127.0.0.1' took too long" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct fetch_request request = get(&a, cases[i].path);
        struct fetch_reply reply = { 0 };
        int64_t start = clock_steady_ms();
        bool sent = false;
        struct err e = { 0 };

        request.timeout_ms = cases[i].timeout_ms;
        request.stall_timeout_ms = cases[i].stall_ms;
        CHECK_FAILS(fetch(&a, &request, &reply, &sent, &e), ERR_TIMEOUT, cases[i].message);
        CHECK(sent);
        CHECK(clock_steady_ms() - start >= 140);
        CHECK(clock_steady_ms() - start < 5000);
    }
}

struct canceller {
    atomic_bool cancel;
    int after; /* requests that the server has seen */
    int64_t at_ms;
};

/* Waits until the request is at the server, then cancels. */
static void *cancel_later(void *arg)
{
    struct canceller *c = arg;

    lock_take(&server.lock);
    while (server.requests < c->after)
        lock_wait(&server.lock);
    lock_give(&server.lock);
    c->at_ms = clock_steady_ms();
    atomic_store(&c->cancel, true);
    return NULL;
}

static void a_cancel_ends_the_call_at_once(void **state)
{
    static const char *const paths[] = { "/silent", "/stall", "/drip", "/endless" };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(paths); i++) {
        AUTO_ARENA a = { 0 };
        struct canceller c = { .after = upstream_count(&server, &server.requests) + 1 };
        struct fetch_request request = get(&a, paths[i]);
        struct fetch_reply reply = { 0 };
        pthread_t thread;
        bool sent = false;
        struct err e = { 0 };

        request.cancel = &c.cancel;
        request.max_body_bytes = INT64_MAX;
        request.out_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
        thread_start(&thread, "cancel", cancel_later, &c);
        CHECK_FAILS(fetch(&a, &request, &reply, &sent, &e), ERR_CANCELLED, NULL);
        thread_join(thread);
        CHECK(clock_steady_ms() - c.at_ms < 500); /* looked at every 100 */
        CHECK(sent);
        fd_close(&request.out_fd);
    }
}

static void a_cancel_beforehand_sends_nothing(void **state)
{
    AUTO_ARENA a = { 0 };
    atomic_bool cancel = true;
    struct fetch_request request = get(&a, "/ok");
    struct fetch_reply reply = { 0 };
    int before = upstream_count(&server, &server.connections);
    bool sent = true;
    struct err e = { 0 };

    UNUSED(state);
    request.cancel = &cancel;
    CHECK_FAILS(fetch(&a, &request, &reply, &sent, &e), ERR_CANCELLED, NULL);
    CHECK(!sent);
    CHECK_I64(upstream_count(&server, &server.connections), before);
}

static void a_body_goes_to_a_file(void **state)
{
    AUTO_ARENA a = { 0 };
    AUTO_FD fd = memfd_create("body", MFD_CLOEXEC);
    struct fetch_request request = get(&a, "/ok");
    struct fetch_reply reply = { 0 };
    struct err e = { 0 };
    char got[16];

    UNUSED(state);
    request.out_fd = fd;
    CHECK_OK(fetch(&a, &request, &reply, NULL, &e));
    CHECK_I64(reply.body_bytes, 5);
    CHECK_I64(reply.body.len, 0);
    CHECK_I64(pread(fd, got, sizeof(got), 0), 5);
    CHECK_STR(str_of(got, 5), STR("hello"));
}

static void a_full_disk_ends_the_call(void **state)
{
    AUTO_ARENA a = { 0 };
    AUTO_FD fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct fetch_request request = get(&a, "/endless");
    struct fetch_reply reply = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    request.out_fd = fd;
    CHECK_FAILS(fetch(&a, &request, &reply, NULL, &e), ERR_STORAGE_FULL, NULL);
}

struct counter {
    int64_t bytes, stop_at;
};

static bool count_bytes(void *ctx, struct str bytes, struct err *e)
{
    struct counter *c = ctx;

    c->bytes += (int64_t)bytes.len;
    return c->bytes < c->stop_at || err_set(e, ERR_CONFLICT, "that is enough");
}

static void a_receiver_gets_the_pieces_and_may_stop(void **state)
{
    AUTO_ARENA a = { 0 };
    struct counter c = { .stop_at = INT64_MAX };
    struct fetch_request request = get(&a, "/chunked");
    struct fetch_reply reply = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    request.on_data = count_bytes;
    request.ctx = &c;
    CHECK_OK(fetch(&a, &request, &reply, NULL, &e));
    CHECK_I64(c.bytes, 5);
    request = get(&a, "/endless");
    c = (struct counter){ .stop_at = 200000 };
    request.on_data = count_bytes;
    request.ctx = &c;
    CHECK_FAILS(fetch(&a, &request, &reply, NULL, &e), ERR_CONFLICT, "that is enough");
    CHECK(c.bytes >= 200000 && c.bytes < 300000);
}

static int start(void **state)
{
    UNUSED(state);
    signal(SIGPIPE, SIG_IGN);
    upstream_start(&server, pages, "127.0.0.1");
    return 0;
}

static int stop(void **state)
{
    UNUSED(state);
    upstream_stop(&server);
    fetch_deinit();
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_body_past_the_limit_is_refused_with_little_read),
        TEST(a_body_of_just_the_limit_is_taken),
        TEST(time_runs_out_with_an_error_that_says_how),
        TEST(a_cancel_ends_the_call_at_once),
        TEST(a_cancel_beforehand_sends_nothing),
        TEST(a_body_goes_to_a_file),
        TEST(a_full_disk_ends_the_call),
        TEST(a_receiver_gets_the_pieces_and_may_stop),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
