/* A WebSocket against a server that does what servers do, and what they should not. The key of the
 * handshake is foreseeable here, so that the answers can stand in a table. */
#include "check.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/encode.h"
#include "base/file.h"
#include "base/random.h"
#include "base/sha1.h"
#include "net/websocket.h"
#include "net/websocket_hello.h"
#include "upstream.h"

enum { SEED = 7, LONG_MS = 30 * 1000, SHORT_MS = 60, MAX_MESSAGE = 1000 };

static struct upstream_page pages[] = {
    { "/talk",
      "\x81\x05hello\x01\x01"
      "a\x89\x02hi\x80\x01"
      "b",
      THEN_HOLD, NULL },
    { "/bye",
      "\x88\x05\x0f\xa0"
      "bye",
      THEN_HOLD, NULL },
    { "/cut", "\x81\x05hel", THEN_CLOSE, NULL },
    { "/pings", "\x89\x01x", THEN_DRIP, "\x89\x01x" },
    { "/flood", "\x81\x01x", THEN_REPEAT, "\x89\x01x" },
    { "/masked",
      "\x81\x81"
      "abcdx",
      THEN_HOLD, NULL },
    { "/large", "\x82\x7e\x03\xe9", THEN_HOLD, NULL },
    { "/still", "", THEN_HOLD, NULL },
    { NULL, NULL, THEN_CLOSE, NULL },
};

/* What is no WebSocket at all; these have no answer to the handshake in front of them. */
static const struct upstream_page strangers[] = {
    { "/403", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", THEN_CLOSE, NULL },
    { "/200", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", THEN_CLOSE, NULL },
    { "/garbage", "SSH-2.0-OpenSSH_9.2\r\n\r\n", THEN_CLOSE, NULL },
    { "/gone", "", THEN_CLOSE, NULL },
    { "/endless", "HTTP/1.1 101 Up\r\n", THEN_REPEAT, "X: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n" },
    { "/mute", "", THEN_HOLD, NULL },
    { NULL, NULL, THEN_CLOSE, NULL },
};

static struct upstream server, stranger;
static struct arena page_arena;
static struct str local_items[] = { { "127.0.0.1", 9 } };
static const struct guard local_guard = { .allow = { local_items, 1 } };

static struct str answer_to_seed(void)
{
    uint8_t noise[WEBSOCKET_KEY_BYTES], digest[SHA1_BYTES];
    struct str key, accept;

    random_set_seed(SEED);
    random_bytes(noise, sizeof(noise));
    key = base64_encode(&page_arena, str_of(noise, sizeof(noise)));
    sha1(arena_strf(&page_arena, STR_FMT "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", STR_ARG(key)),
         digest);
    accept = base64_encode(&page_arena, str_of(digest, sizeof(digest)));
    return arena_strf(&page_arena,
                      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                      "Connection: Upgrade\r\nSec-WebSocket-Accept: " STR_FMT "\r\n\r\n",
                      STR_ARG(accept));
}

static int group_setup(void **state)
{
    struct str answer = answer_to_seed();

    UNUSED(state);
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; pages[i].path != NULL; i++)
        pages[i].reply = arena_strf(&page_arena, STR_FMT "%s", STR_ARG(answer), pages[i].reply).ptr;
    upstream_start(&server, pages, "127.0.0.1");
    upstream_start(&stranger, strangers, "127.0.0.1");
    return 0;
}

static int group_teardown(void **state)
{
    UNUSED(state);
    upstream_stop(&server);
    upstream_stop(&stranger);
    fetch_deinit();
    random_set_seed(0);
    arena_deinit(&page_arena);
    return 0;
}

static struct websocket_request to(struct arena *a, const struct upstream *u, const char *path)
{
    return (struct websocket_request){
        .to = { .url = arena_strf(a, "http://127.0.0.1:%d%s", u->port, path),
                .trust = FETCH_CONFIGURED,
                .guard = &local_guard,
                .wake_fd = -1 },
        .open_timeout_ms = LONG_MS,
        .silence_ms = LONG_MS,
        .max_message_bytes = MAX_MESSAGE,
    };
}

static struct websocket *open_at(struct arena *a, const char *path)
{
    struct websocket_request request = to(a, &server, path);
    struct websocket *w = NULL;
    struct err e = { 0 };

    random_set_seed(SEED);
    CHECK_OK(websocket_open(&request, &w, &e));
    return w;
}

static void messages_arrive_whole_with_pings_between_their_parts(void **state)
{
    AUTO_ARENA a = { 0 };
    struct websocket *w = open_at(&a, "/talk?x=1");
    struct websocket_message m;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(websocket_receive(w, clock_steady_ms() + LONG_MS, &m, &e));
    CHECK_I64(m.kind, WEBSOCKET_TEXT);
    CHECK_STR(m.bytes, STR("hello"));
    CHECK_OK(websocket_receive(w, clock_steady_ms() + LONG_MS, &m, &e));
    CHECK_STR(m.bytes, STR("ab"));
    CHECK_OK(websocket_send(w, WEBSOCKET_TEXT, STR("{}"), &e));
    CHECK_OK(websocket_receive(w, clock_steady_ms() + SHORT_MS, &m, &e));
    CHECK_I64(m.kind, WEBSOCKET_NOTHING);
    websocket_close(w);
}

static void the_request_has_the_callers_headers_and_no_origin(void **state)
{
    const struct http_header headers[] = { { STR("Authorization"), STR("Bearer secret") } };
    AUTO_ARENA a = { 0 };
    struct websocket_request request = to(&a, &server, "/still?clientId=7");
    struct websocket *w = NULL;
    struct err e = { 0 };
    struct str said;

    UNUSED(state);
    request.headers = headers;
    request.header_count = 1;
    random_set_seed(SEED);
    CHECK_OK(websocket_open(&request, &w, &e));
    websocket_close(w);
    said = upstream_last(&server, &a);
    CHECK(str_starts(said, STR("GET /still?clientId=7 HTTP/1.1\r\nHost: 127.0.0.1:")));
    CHECK(str_find(said, STR("Authorization: Bearer secret\r\n")) < said.len);
    CHECK_I64(str_find(said, STR("Origin")), said.len);
}

static void a_header_that_is_not_the_callers_to_write_is_refused(void **state)
{
    const struct http_header headers[] = { { STR("Upgrade"), STR("h2c") } };
    AUTO_ARENA a = { 0 };
    struct websocket_request request = to(&a, &server, "/still");
    struct websocket *w = NULL;
    struct err e = { 0 };

    UNUSED(state);
    request.headers = headers;
    request.header_count = 1;
    CHECK_FAILS(websocket_open(&request, &w, &e), ERR_INVALID,
                "a header of the request cannot be sent");
}

static void an_end_is_told_with_its_code(void **state)
{
    AUTO_ARENA a = { 0 };
    struct websocket *w = open_at(&a, "/bye");
    struct websocket_message m;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(websocket_receive(w, clock_steady_ms() + LONG_MS, &m, &e));
    CHECK_I64(m.kind, WEBSOCKET_CLOSE);
    CHECK_I64(m.close_code, 4000);
    CHECK_STR(m.bytes, STR("bye"));
    CHECK_FAILS(websocket_receive(w, clock_steady_ms() + LONG_MS, &m, &e), ERR_UPSTREAM,
                "the WebSocket is closed");
    CHECK_FAILS(websocket_send(w, WEBSOCKET_TEXT, STR("x"), &e), ERR_UPSTREAM,
                "the WebSocket is closed");
    websocket_close(w);
}

static void what_breaks_off_or_breaks_the_rules_ends_it(void **state)
{
    static const struct {
        const char *path;
        enum err_code code;
        const char *message;
    } cases[] = {
        { "/cut", ERR_UPSTREAM, "'127.0.0.1' has ended the connection" },
        { "/masked", ERR_UPSTREAM, "the WebSocket sent a masked frame" },
        { "/large", ERR_TOO_LARGE, "the WebSocket sent a message that is larger than is taken" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct websocket *w = open_at(&a, cases[i].path);
        struct websocket_message m;
        struct err e = { 0 };

        CHECK_FAILS(websocket_receive(w, clock_steady_ms() + LONG_MS, &m, &e), cases[i].code,
                    cases[i].message);
        CHECK_FAILS(websocket_receive(w, clock_steady_ms() + LONG_MS, &m, &e), ERR_UPSTREAM,
                    "the WebSocket is closed");
        websocket_close(w);
    }
}

static void a_deadline_holds_against_a_server_that_never_stops(void **state)
{
    static const char *const paths[] = { "/pings", "/flood" };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(paths); i++) {
        AUTO_ARENA a = { 0 };
        struct websocket *w = open_at(&a, paths[i]);
        struct websocket_message m = { .kind = WEBSOCKET_TEXT };
        struct err e = { 0 };

        while (m.kind == WEBSOCKET_TEXT)
            CHECK_OK(websocket_receive(w, clock_steady_ms() + SHORT_MS, &m, &e));
        CHECK_I64(m.kind, WEBSOCKET_NOTHING);
        websocket_close(w);
    }
}

static void silence_is_asked_about_and_then_believed(void **state)
{
    AUTO_ARENA a = { 0 };
    struct websocket_request request = to(&a, &server, "/still");
    struct websocket *w = NULL;
    struct websocket_message m;
    struct err e = { 0 };

    UNUSED(state);
    request.silence_ms = SHORT_MS;
    random_set_seed(SEED);
    CHECK_OK(websocket_open(&request, &w, &e));
    CHECK_OK(websocket_receive(w, clock_steady_ms() + SHORT_MS / 2, &m, &e));
    CHECK_I64(m.kind, WEBSOCKET_NOTHING);
    CHECK_FAILS(websocket_receive(w, clock_steady_ms() + LONG_MS, &m, &e), ERR_TIMEOUT,
                "the WebSocket fell silent");
    websocket_close(w);
}

static void what_is_no_websocket_is_named(void **state)
{
    static const struct {
        const char *path;
        enum err_code code;
        const char *message;
    } cases[] = {
        { "/403", ERR_UPSTREAM, "there is no WebSocket: HTTP 403" },
        { "/200", ERR_UPSTREAM, "there is no WebSocket: HTTP 200" },
        { "/garbage", ERR_UPSTREAM, "there is no WebSocket: the answer is no HTTP" },
        { "/gone", ERR_UPSTREAM, "'127.0.0.1' has ended the connection" },
        { "/endless", ERR_UPSTREAM, "there is no WebSocket: the answer has no end" },
        { "/mute", ERR_TIMEOUT, "there is no WebSocket: no answer came in time" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct websocket_request request = to(&a, &stranger, cases[i].path);
        struct websocket *w = NULL;
        struct err e = { 0 };

        if (cases[i].code == ERR_TIMEOUT)
            request.open_timeout_ms = 300;
        CHECK_FAILS(websocket_open(&request, &w, &e), cases[i].code, cases[i].message);
        CHECK(w == NULL);
    }
}

static void an_address_that_the_guard_refuses_is_never_asked(void **state)
{
    static const struct guard nobody;
    AUTO_ARENA a = { 0 };
    struct websocket_request request = to(&a, &server, "/talk");
    int before = upstream_count(&server, &server.connections);
    struct websocket *w = NULL;
    struct err e = { 0 };

    UNUSED(state);
    request.to.guard = &nobody;
    CHECK_FAILS(websocket_open(&request, &w, &e), ERR_FORBIDDEN, NULL);
    request.to.guard = &local_guard;
    request.to.trust = FETCH_FOREIGN;
    CHECK_FAILS(websocket_open(&request, &w, &e), ERR_FORBIDDEN, NULL);
    CHECK_I64(upstream_count(&server, &server.connections), before);
}

struct canceller {
    atomic_bool cancel;
    int wake_fd, waits_ms;
};

static void *cancel_soon(void *arg)
{
    struct canceller *c = arg;
    struct lock lock;

    lock_init(&lock);
    lock_take(&lock);
    while (lock_wait_ms(&lock, c->waits_ms))
        continue;
    lock_give(&lock);
    lock_deinit(&lock);
    atomic_store(&c->cancel, true);
    if (c->wake_fd >= 0)
        CHECK(eventfd_write(c->wake_fd, 1) == 0);
    return NULL;
}

static void a_cancel_ends_a_wait_with_and_without_something_that_wakes(void **state)
{
    UNUSED(state);
    for (int wakes = 0; wakes <= 1; wakes++) {
        AUTO_ARENA a = { 0 };
        AUTO_FD fd = wakes ? eventfd(0, EFD_CLOEXEC) : -1;
        struct canceller c = { .wake_fd = fd, .waits_ms = SHORT_MS };
        struct websocket_request request = to(&a, &server, "/still");
        struct websocket *w = NULL;
        struct websocket_message m;
        struct err e = { 0 };
        pthread_t thread;

        request.to.cancel = &c.cancel;
        request.to.wake_fd = fd;
        random_set_seed(SEED);
        CHECK_OK(websocket_open(&request, &w, &e));
        thread_start(&thread, "canceller", cancel_soon, &c);
        CHECK_FAILS(websocket_receive(w, clock_steady_ms() + LONG_MS, &m, &e), ERR_CANCELLED, NULL);
        thread_join(thread);
        websocket_close(w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(messages_arrive_whole_with_pings_between_their_parts),
        TEST(the_request_has_the_callers_headers_and_no_origin),
        TEST(a_header_that_is_not_the_callers_to_write_is_refused),
        TEST(an_end_is_told_with_its_code),
        TEST(what_breaks_off_or_breaks_the_rules_ends_it),
        TEST(a_deadline_holds_against_a_server_that_never_stops),
        TEST(silence_is_asked_about_and_then_believed),
        TEST(what_is_no_websocket_is_named),
        TEST(an_address_that_the_guard_refuses_is_never_asked),
        TEST(a_cancel_ends_a_wait_with_and_without_something_that_wakes),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
