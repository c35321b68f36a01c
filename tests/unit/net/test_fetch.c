/* fetch against a server that does what servers do, and what they should not. */
#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "net/fetch.h"
#include "upstream.h"

#define OK  "HTTP/1.1 200 OK\r\n"
#define X64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct upstream_page pages[] = {
    { "/ok", OK "Content-Length: 5\r\nX-A: 1\r\nx-a: 2\r\nX-B:  b \r\n\r\nhello", THEN_CLOSE,
      NULL },
    { "/empty", OK "Content-Length: 0\r\n\r\n", THEN_CLOSE, NULL },
    { "/none", "HTTP/1.1 204 No Content\r\n\r\n", THEN_CLOSE, NULL },
    { "/until-close", OK "\r\nto the end", THEN_CLOSE, NULL },
    { "/old", "HTTP/1.0 200 OK\r\n\r\nold", THEN_CLOSE, NULL },
    { "/teapot", "HTTP/1.1 418 I'm a teapot\r\nContent-Length: 3\r\n\r\ntea", THEN_CLOSE, NULL },
    { "/broken", "HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno", THEN_CLOSE, NULL },
    { "/chunked",
      OK "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Trailer: t\r\n\r\n",
      THEN_CLOSE, NULL },
    { "/interim",
      "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" OK
      "Content-Length: 2\r\nX-Late: 2\r\n\r\nhi",
      THEN_CLOSE, NULL },
    { "/gzip", OK "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b??", THEN_CLOSE,
      NULL },
    { "/echo", OK, THEN_ECHO, NULL },
    /* What goes wrong. */
    { "/close", "", THEN_CLOSE, NULL },
    { "/garbage", "hello world, this is no HTTP at all\r\n\r\n", THEN_CLOSE, NULL },
    { "/no-colon", OK "what is this\r\nContent-Length: 0\r\n\r\n", THEN_CLOSE, NULL },
    { "/folded", OK "X-A: 1\r\n X-B: 2\r\nContent-Length: 0\r\n\r\n", THEN_CLOSE, NULL },
    { "/switch", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nraw bytes", THEN_CLOSE, NULL },
    { "/half-head", OK "Content-Le", THEN_CLOSE, NULL },
    { "/short", OK "Content-Length: 100\r\n\r\nonly this", THEN_CLOSE, NULL },
    { "/short-chunk", OK "Transfer-Encoding: chunked\r\n\r\na\r\nonly", THEN_CLOSE, NULL },
    { "/no-last-chunk", OK "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", THEN_CLOSE, NULL },
    { "/bad-chunk", OK "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", THEN_CLOSE, NULL },
    { "/two-lengths", OK "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", THEN_CLOSE, NULL },
    { "/header-flood", OK, THEN_REPEAT, "X-Flood: " X64 X64 X64 X64 X64 X64 X64 X64 "\r\n" },
    { "/header-crowd", OK, THEN_REPEAT, "A:\r\n" },
    { "/long-header", OK "X-Long: ", THEN_REPEAT, X64 },
    { "/interim-flood", "", THEN_REPEAT, "HTTP/1.1 103 Early Hints\r\nLink: " X64 "\r\n\r\n" },
    { "/huge", OK "Content-Length: 99999999999\r\n\r\n", THEN_REPEAT, X64 },
    { "/302", "HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 4\r\n\r\nmove", THEN_CLOSE,
      NULL },
    { "/no-location", "HTTP/1.1 302 Found\r\nContent-Length: 3\r\n\r\n...", THEN_CLOSE, NULL },
    { NULL, NULL, THEN_CLOSE, NULL },
};

static struct upstream server, stranger; /* two origins */

static struct str local_items[] = { { "127.0.0.1", 9 } };
static const struct guard local_guard = { .allow = { local_items, 1 } };

static struct str url_of(struct arena *a, const struct upstream *u, const char *path)
{
    return arena_strf(a, "http://127.0.0.1:%d%s", u->port, path);
}

static struct fetch_request get(struct arena *a, const char *path)
{
    struct fetch_request request = fetch_get(url_of(a, &server, path), &local_guard);

    request.timeout_ms = 20 * 1000; /* a hang fails soon */
    return request;
}

static void an_answer_arrives_with_status_headers_and_body(void **state)
{
    static const struct {
        const char *path;
        int status;
        const char *body, *header, *value;
    } cases[] = {
        { "/ok", 200, "hello", "x-A", "1" },
        { "/ok?with=query", 200, "hello", "X-b", "b" },
        { "/empty", 200, "", "Content-Length", "0" },
        { "/none", 204, "", "X-None", NULL },
        { "/until-close", 200, "to the end", NULL, NULL },
        { "/old", 200, "old", NULL, NULL },
        { "/teapot", 418, "tea", NULL, NULL },
        { "/broken", 500, "no", NULL, NULL },
        { "/missing", 404, "", NULL, NULL },
        { "/chunked", 200, "abcde", "X-Trailer", NULL },
        { "/interim", 200, "hi", "X-Late", "2" },
        { "/interim", 200, "hi", "X-Early", NULL },
        { "/gzip", 200, "\x1f\x8b??", "Content-Encoding", "gzip" },
        { "/no-location", 302, "...", NULL, NULL },
        { "/302", 302, "move", NULL, NULL }, /* redirects are not followed unless asked for */
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct fetch_request request = get(&a, cases[i].path);
        struct fetch_reply reply = { 0 };
        bool sent = false;
        struct err e = { 0 };

        CHECK_OK(fetch(&a, &request, &reply, &sent, &e));
        CHECK_I64(reply.status, cases[i].status);
        CHECK_STR(reply.body, str_from(cases[i].body));
        CHECK_I64(reply.body_bytes, strlen(cases[i].body));
        CHECK(sent);
        CHECK_STR(reply.final_url, request.url);
        if (cases[i].header != NULL)
            CHECK_STR(fetch_header(&reply, cases[i].header), str_from(cases[i].value));
    }
}

static void a_reply_that_breaks_the_rules_is_an_upstream_error(void **state)
{
    static const struct {
        const char *path, *message;
    } cases[] = {
        { "/close", "'127.0.0.1' broke off" },
        { "/garbage", NULL },
        { "/no-colon", NULL },
        { "/folded", "'127.0.0.1' sent a header that cannot be read" },
        { "/switch", NULL },
        { "/half-head", NULL },
        { "/short", "'127.0.0.1' broke off" },
        { "/short-chunk", "'127.0.0.1' broke off" },
        { "/no-last-chunk", "'127.0.0.1' broke off" },
        { "/bad-chunk", "'127.0.0.1' broke off" },
        { "/header-flood", "'127.0.0.1' sent too large a head" },
        { "/header-crowd", "'127.0.0.1' sent too many headers" },
        { "/interim-flood", "'127.0.0.1' sent too large a head" },
        { "/long-header", NULL },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct fetch_request request = get(&a, cases[i].path);
        struct fetch_reply reply = { 0 };
        bool sent = false;
        struct err e = { 0 };

        if (fetch(&a, &request, &reply, &sent, &e))
            fail_msg("%s is taken", cases[i].path);
        if (e.code != ERR_UPSTREAM ||
            (cases[i].message != NULL && strcmp(e.msg, cases[i].message) != 0))
            fail_msg("%s: %s (%s)", cases[i].path, e.msg, err_name(e.code));
        CHECK(sent);
        CHECK_I64(reply.status, 0);
    }
}

static void the_request_is_sent_as_it_was_asked_for(void **state)
{
    static const struct {
        enum http_method method;
        const char *body, *head;
        bool has_length;
    } cases[] = {
        { HTTP_GET, "", "GET /echo?a=b%20c HTTP/1.1\r\n", false },
        { HTTP_POST, "{\"a\":1}", "POST /echo?a=b%20c HTTP/1.1\r\n", true },
        { HTTP_POST, "", "POST /echo?a=b%20c HTTP/1.1\r\n", true },
        { HTTP_PUT, "x", "PUT /echo?a=b%20c HTTP/1.1\r\n", true },
        { HTTP_PATCH, "x", "PATCH /echo?a=b%20c HTTP/1.1\r\n", true },
        { HTTP_DELETE, "", "DELETE /echo?a=b%20c HTTP/1.1\r\n", false },
        { HTTP_DELETE, "x", "DELETE /echo?a=b%20c HTTP/1.1\r\n", true },
        { HTTP_OPTIONS, "", "OPTIONS /echo?a=b%20c HTTP/1.1\r\n", false },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct http_header headers[] = { { STR("Authorization"), STR("Bearer secret") },
                                         { STR("X-Empty"), STR("") },
                                         { STR("Content-Type"), STR("application/json") } };
        struct fetch_request request = get(&a, "/echo?a=b%20c#fragment");
        struct fetch_reply reply = { 0 };
        struct str length = arena_strf(&a, "\r\nContent-Length: %zu\r\n", strlen(cases[i].body));
        struct err e = { 0 };

        request.method = cases[i].method;
        request.body = str_from(cases[i].body);
        request.headers = headers;
        request.header_count = COUNT(headers);
        CHECK_OK(fetch(&a, &request, &reply, NULL, &e));
        CHECK(str_starts(reply.body, str_from(cases[i].head)));
        CHECK(str_ends(reply.body, arena_strf(&a, "\r\n\r\n%s", cases[i].body)));
        CHECK(str_find(reply.body, STR("\r\nAuthorization: Bearer secret\r\n")) < reply.body.len);
        CHECK(str_find(reply.body, STR("\r\nX-Empty:\r\n")) < reply.body.len);
        CHECK(str_find(reply.body, STR("\r\nUser-Agent: albumen/")) < reply.body.len);
        CHECK(str_find(reply.body, STR("Expect")) == reply.body.len);
        CHECK(str_find(reply.body, STR("Encoding")) == reply.body.len);
        CHECK((str_find(reply.body, length) < reply.body.len) == cases[i].has_length);
    }
}

static void head_asks_for_the_head_alone(void **state)
{
    AUTO_ARENA a = { 0 };
    struct fetch_request request = get(&a, "/huge");
    struct fetch_reply reply = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    request.method = HTTP_HEAD;
    CHECK_OK(fetch(&a, &request, &reply, NULL, &e));
    CHECK_STR(fetch_header(&reply, "Content-Length"), STR("99999999999"));
    CHECK_I64(reply.body_bytes, 0);
}

static void a_header_that_would_break_the_request_is_refused(void **state)
{
    const struct http_header bad[] = {
        { STR("X"), STR("a\r\nY: b") },  { STR("X"), STR("a\nb") },
        { STR("X"), STR("a\0b") },       { STR("X\r\nY"), STR("a") },
        { STR("X Y"), STR("a") },        { STR("X:"), STR("a") },
        { STR(""), STR("a") },           { STR("caf\xc3\xa9"), STR("a") },
        { STR("Host"), STR("evil") },    { STR("content-length"), STR("5") },
        { STR("Connection"), STR("x") }, { STR("Transfer-Encoding"), STR("chunked") },
    };
    int before = upstream_count(&server, &server.connections);

    UNUSED(state);
    for (size_t i = 0; i < COUNT(bad); i++) {
        AUTO_ARENA a = { 0 };
        struct fetch_request request = get(&a, "/ok");
        struct fetch_reply reply = { 0 };
        bool sent = true;
        struct err e = { 0 };

        request.headers = &bad[i];
        request.header_count = 1;
        CHECK_FAILS(fetch(&a, &request, &reply, &sent, &e), ERR_INVALID,
                    "a header of the request cannot be sent");
        CHECK(!sent);
    }
    CHECK_I64(upstream_count(&server, &server.connections), before);
}

static void what_is_no_usable_url_is_refused_without_quoting_it(void **state)
{
    static const char *const bad[] = {
        "",
        "/",
        "x",
        "127.0.0.1",
        "//127.0.0.1/",
        "http://",
        "http:///",
        "http://:80/",
        "http:",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:65536/",
        "http://127.0.0.1:x/",
        "http://127.0.0.1:-1/",
        "http://user@127.0.0.1/",
        "http://user:secret@127.0.0.1/",
        "http://:secret@127.0.0.1/",
        "http://@127.0.0.1/",
        "http://a b/",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/\r\nX: y",
        "http://127.0.0.1/\x01",
        "http://127.0.0.1\t/",
        "http://127.0.0.1/\x7f",
        "http://a%00b/",
        "http://a%0ab/",
        "http://a%2fb/",
        "http://a\\b/",
        "http://a<b/",
        "http://a\"b/",
        "http://[::1/",
        "http://[::1]x/",
        "http://[]/",
        "http://[127.0.0.1]/",
        "http://[::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[v1.a]/",
        "http://a,b/",
        "http://*/",
        "http://{a,b}/",
        "http://[a-z]/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/secret",
        "gopher://127.0.0.1/",
        "dict://127.0.0.1/",
        "unix:/tmp/x",
        "ws://127.0.0.1/",
        "javascript:alert(1)",
        "data:text/plain,x",
        "smb://127.0.0.1/",
        "telnet://127.0.0.1/",
        "ldap://127.0.0.1/",
        "jar:http://127.0.0.1/",
        "http+unix://%2ftmp%2fx/",
        "http://\xff/",
        "http://127.0.0.1/\xff",
    };
    AUTO_ARENA a = { 0 };
    int before = upstream_count(&server, &server.connections);

    UNUSED(state);
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct fetch_request request = fetch_get(str_from(bad[i]), &local_guard);
        struct fetch_reply reply = { 0 };
        bool sent = true;
        struct err e = { 0 };

        if (fetch(&a, &request, &reply, &sent, &e))
            fail_msg("%s is fetched", bad[i]);
        if (e.code != ERR_INVALID || strstr(e.msg, "secret") != NULL)
            fail_msg("%s: %s (%s)", bad[i], e.msg, err_name(e.code));
        CHECK(!sent);
    }
    CHECK_I64(upstream_count(&server, &server.connections), before);
}

static void a_url_of_more_than_8192_bytes_is_refused(void **state)
{
    AUTO_ARENA a = { 0 };
    struct fetch_request request = get(&a, arena_strf(&a, "/ok?%08192d", 0).ptr);
    struct fetch_reply reply = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(fetch(&a, &request, &reply, NULL, &e), ERR_INVALID, NULL);
}

static void without_a_connection_nothing_was_sent(void **state)
{
    AUTO_ARENA a = { 0 };
    struct sockaddr_in local = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001) };
    socklen_t len = sizeof(local);
    AUTO_FD unheard = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); /* bound, not listening */
    struct fetch_request request;
    struct fetch_reply reply = { 0 };
    bool sent = true;
    struct err e = { 0 };

    UNUSED(state);
    CHECK(bind(unheard, (struct sockaddr *)&local, len) == 0);
    CHECK(getsockname(unheard, (struct sockaddr *)&local, &len) == 0);
    request = fetch_get(arena_strf(&a, "http://127.0.0.1:%d/?secret", ntohs(local.sin_port)),
                        &local_guard);
    CHECK_FAILS(fetch(&a, &request, &reply, &sent, &e), ERR_UPSTREAM,
                "'127.0.0.1' refuses the connection");
    CHECK(!sent);
    sent = true; /* a server that speaks no TLS gets a hello, and no request */
    request.url = arena_strf(&a, "https://127.0.0.1:%d/ok?secret", server.port);
    CHECK_FAILS(fetch(&a, &request, &reply, &sent, &e), ERR_UPSTREAM, NULL);
    CHECK(!sent);
    CHECK(strstr(e.msg, "secret") == NULL);
}

static void what_comes_from_outside_sees_only_the_public_internet(void **state)
{
    AUTO_ARENA a = { 0 };
    struct fetch_request request = get(&a, "/ok");
    struct fetch_reply reply = { 0 };
    int before = upstream_count(&server, &server.connections);
    bool sent = true;
    struct err e = { 0 };

    UNUSED(state);
    request.trust = FETCH_FOREIGN; /* the allow list does not count for it */
    CHECK_FAILS(fetch(&a, &request, &reply, &sent, &e), ERR_FORBIDDEN,
                "'127.0.0.1' is not in the public internet");
    CHECK(!sent);
    request.trust = FETCH_CONFIGURED;
    request.guard = NULL;
    CHECK_FAILS(fetch(&a, &request, &reply, &sent, &e), ERR_FORBIDDEN, NULL);
    CHECK_I64(upstream_count(&server, &server.connections), before);
}

static void the_environment_sets_no_proxy(void **state)
{
    static const char *const names[] = { "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY" };
    AUTO_ARENA a = { 0 };
    struct str proxy = url_of(&a, &stranger, "");
    int before = upstream_count(&stranger, &stranger.connections);
    struct fetch_request request = get(&a, "/ok");
    struct fetch_reply reply = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(names); i++)
        CHECK(setenv(names[i], proxy.ptr, 1) == 0);
    CHECK_OK(fetch(&a, &request, &reply, NULL, &e));
    for (size_t i = 0; i < COUNT(names); i++)
        CHECK(unsetenv(names[i]) == 0);
    CHECK_STR(reply.body, STR("hello"));
    CHECK_I64(upstream_count(&stranger, &stranger.connections), before);
}

static void *fetch_many(void *arg)
{
    int *good = arg;

    for (int i = 0; i < 20; i++) {
        AUTO_ARENA a = { 0 };
        struct fetch_request request = get(&a, i % 2 == 0 ? "/ok" : "/chunked");
        struct fetch_reply reply = { 0 };
        struct err e = { 0 };

        *good +=
            fetch(&a, &request, &reply, NULL, &e) && reply.status == 200 && reply.body.len == 5;
    }
    return NULL;
}

static void many_threads_fetch_at_the_same_time(void **state)
{
    pthread_t threads[8];
    int good[COUNT(threads)] = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(threads); i++)
        thread_start(&threads[i], "fetch", fetch_many, &good[i]);
    for (size_t i = 0; i < COUNT(threads); i++) {
        thread_join(threads[i]);
        CHECK_I64(good[i], 20);
    }
}

static void an_injected_fault_looks_like_a_broken_connection(void **state)
{
    AUTO_ARENA a = { 0 };
    struct fetch_request request = get(&a, "/ok");
    struct fetch_reply reply = { 0 };
    bool sent = true;
    struct err e = { 0 };

    UNUSED(state);
    fault_set("fetch_connect:1:fail");
    CHECK_FAILS(fetch(&a, &request, &reply, &sent, &e), ERR_UPSTREAM,
                "'127.0.0.1' refuses the connection");
    CHECK(!sent);
    fault_set("fetch_read:1:fail");
    CHECK_FAILS(fetch(&a, &request, &reply, &sent, &e), ERR_UPSTREAM, "'127.0.0.1' broke off");
    CHECK(sent);
    fault_set(NULL);
    CHECK_OK(fetch(&a, &request, &reply, &sent, &e));
}

static int start(void **state)
{
    UNUSED(state);
    signal(SIGPIPE, SIG_IGN);
    upstream_start(&server, pages, "127.0.0.1");
    upstream_start(&stranger, pages, "127.0.0.1");
    return 0;
}

static int stop(void **state)
{
    UNUSED(state);
    upstream_stop(&server);
    upstream_stop(&stranger);
    fetch_deinit();
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(an_answer_arrives_with_status_headers_and_body),
        TEST(a_reply_that_breaks_the_rules_is_an_upstream_error),
        TEST(the_request_is_sent_as_it_was_asked_for),
        TEST(head_asks_for_the_head_alone),
        TEST(a_header_that_would_break_the_request_is_refused),
        TEST(what_is_no_usable_url_is_refused_without_quoting_it),
        TEST(a_url_of_more_than_8192_bytes_is_refused),
        TEST(without_a_connection_nothing_was_sent),
        TEST(what_comes_from_outside_sees_only_the_public_internet),
        TEST(the_environment_sets_no_proxy),
        TEST(many_threads_fetch_at_the_same_time),
        TEST(an_injected_fault_looks_like_a_broken_connection),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
