/* fetch from hop to hop: how far, with which method, and what stays behind. */
#include "check.h"

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>

#include "base/file.h"
#include "net/fetch.h"
#include "upstream.h"

#define OK "HTTP/1.1 200 OK\r\n"

static const struct upstream_page pages[] = {
    { "/ok", OK "Content-Length: 5\r\n\r\nhello", THEN_CLOSE, NULL },
    { "/echo", OK, THEN_ECHO, NULL },
    { "/301", "HTTP/1.1 301 Moved\r\n", THEN_LOCATION, NULL },
    { "/302", "HTTP/1.1 302 Found\r\n", THEN_LOCATION, NULL },
    { "/303", "HTTP/1.1 303 See Other\r\n", THEN_LOCATION, NULL },
    { "/307", "HTTP/1.1 307 Temporary\r\n", THEN_LOCATION, NULL },
    { "/308", "HTTP/1.1 308 Permanent\r\n", THEN_LOCATION, NULL },
    { "/chain-1", "HTTP/1.1 302 Found\r\nLocation: chain-2?q=1\r\nContent-Length: 0\r\n\r\n",
      THEN_CLOSE, NULL },
    { "/chain-2", "HTTP/1.1 307 Temporary\r\nLocation: ./a/../chain-3\r\n\r\n", THEN_HOLD, NULL },
    { "/chain-3", "HTTP/1.1 301 Moved\r\nLocation: /ok#part\r\n\r\n", THEN_CLOSE, NULL },
    { "/loop", "HTTP/1.1 302 Found\r\nLocation: /loop\r\n\r\n", THEN_CLOSE, NULL },
    { "/no-location", "HTTP/1.1 302 Found\r\nContent-Length: 3\r\n\r\n...", THEN_CLOSE, NULL },
    { "/300", "HTTP/1.1 300 Choices\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n", THEN_CLOSE,
      NULL },
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

static void a_body_is_sent_from_a_file_and_again_after_a_redirect(void **state)
{
    enum { BYTES = 3 * 1024 * 1024 };
    AUTO_ARENA a = { 0 };
    AUTO_FD fd = memfd_create("body", MFD_CLOEXEC);
    char *body = arena_alloc(&a, BYTES);
    struct fetch_request request = get(&a, "/307");
    struct fetch_reply reply = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < BYTES; i++)
        body[i] = (char)('a' + i % 23);
    CHECK_OK(file_write_all(fd, str_of(body, BYTES), &e));
    upstream_lead_to(&server, STR("/echo"));
    request.method = HTTP_POST;
    request.body_fd = fd;
    request.body_bytes = BYTES;
    request.max_redirects = 1;
    CHECK_OK(fetch(&a, &request, &reply, NULL, &e));
    CHECK(str_starts(reply.body, STR("POST /echo ")));
    CHECK(str_ends(reply.body, str_of(body, BYTES)));
    request.body_bytes = BYTES + 1; /* the file is shorter than was said */
    CHECK_FAILS(fetch(&a, &request, &reply, NULL, &e), ERR_IO, NULL);
}

static void redirects_are_followed_as_far_as_allowed(void **state)
{
    static const struct {
        const char *path;
        int max, status;
        const char *final_path; /* NULL: too often */
    } cases[] = {
        { "/chain-1", 3, 200, "/ok" }, { "/chain-1", 10, 200, "/ok" },
        { "/chain-1", 2, 0, NULL },    { "/chain-1", 0, 302, "/chain-1" },
        { "/loop", 5, 0, NULL },       { "/no-location", 5, 302, "/no-location" },
        { "/300", 5, 300, "/300" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct fetch_request request = get(&a, cases[i].path);
        struct fetch_reply reply = { 0 };
        int before = upstream_count(&server, &server.requests);
        struct err e = { 0 };

        request.max_redirects = cases[i].max;
        if (cases[i].final_path == NULL) {
            CHECK_FAILS(fetch(&a, &request, &reply, NULL, &e), ERR_UPSTREAM,
                        "'127.0.0.1' redirects too often");
            CHECK_I64(upstream_count(&server, &server.requests) - before, cases[i].max + 1);
        } else {
            CHECK_OK(fetch(&a, &request, &reply, NULL, &e));
            CHECK_I64(reply.status, cases[i].status);
            CHECK_STR(reply.final_url, url_of(&a, &server, cases[i].final_path));
        }
    }
}

static void the_method_after_a_redirect_depends_on_the_status(void **state)
{
    static const struct {
        const char *path;
        enum http_method method;
        const char *line;
        bool body;
    } cases[] = {
        { "/301", HTTP_POST, "GET /echo ", false },  { "/302", HTTP_POST, "GET /echo ", false },
        { "/303", HTTP_POST, "GET /echo ", false },  { "/303", HTTP_PUT, "GET /echo ", false },
        { "/307", HTTP_POST, "POST /echo ", true },  { "/308", HTTP_POST, "POST /echo ", true },
        { "/308", HTTP_PUT, "PUT /echo ", true },    { "/302", HTTP_GET, "GET /echo ", false },
        { "/307", HTTP_GET, "GET /echo ", false },   { "/303", HTTP_HEAD, "HEAD /echo ", false },
        { "/301", HTTP_HEAD, "HEAD /echo ", false },
    };

    UNUSED(state);
    upstream_lead_to(&server, STR("/echo"));
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct http_header headers[] = { { STR("Content-Type"), STR("text/x-mine") },
                                         { STR("X-Key"), STR("k") } };
        struct fetch_request request = get(&a, cases[i].path);
        struct fetch_reply reply = { 0 };
        struct str seen;
        struct err e = { 0 };

        request.method = cases[i].method;
        request.body = STR("the body");
        request.headers = headers;
        request.header_count = COUNT(headers);
        request.max_redirects = 1;
        CHECK_OK(fetch(&a, &request, &reply, NULL, &e));
        seen = upstream_last(&server, &a);
        if (!str_starts(seen, str_from(cases[i].line)))
            fail_msg("%s %s: " STR_FMT, http_method_names[cases[i].method], cases[i].path,
                     STR_ARG(seen));
        CHECK((str_find(seen, STR("the body")) < seen.len) == cases[i].body);
        CHECK((str_find(seen, STR("text/x-mine")) < seen.len) == cases[i].body);
        CHECK(str_find(seen, STR("X-Key: k")) < seen.len); /* the same origin may see it */
    }
}

static void secrets_stay_with_the_first_origin(void **state)
{
    static const char *const statuses[] = { "/302", "/307" };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(statuses); i++) {
        AUTO_ARENA a = { 0 };
        const struct http_header headers[] = {
            { STR("authorization"), STR("Bearer secret") },
            { STR("Cookie"), STR("s=secret") },
            { STR("X-Api-Key"), STR("secret") },
            { STR("Accept"), STR("image/png") },
            { STR("Proxy-Authorization"), STR("secret") },
            { STR("User-Agent"), STR("me/1") },
        };
        struct fetch_request request = get(&a, statuses[i]);
        struct fetch_reply reply = { 0 };
        struct str seen;
        struct err e = { 0 };

        request.headers = headers;
        request.header_count = COUNT(headers);
        request.max_redirects = 2;
        /* To the stranger, and from there back to the first. */
        upstream_lead_to(&server, url_of(&a, &stranger, "/302"));
        upstream_lead_to(&stranger, url_of(&a, &server, "/echo"));
        CHECK_OK(fetch(&a, &request, &reply, NULL, &e));
        seen = upstream_last(&stranger, &a);
        CHECK(str_starts(seen, STR("GET /302 ")));
        CHECK(str_find(seen, STR("secret")) == seen.len);
        CHECK(str_find(seen, STR("Accept: image/png\r\n")) < seen.len);
        CHECK(str_find(seen, STR("User-Agent: me/1\r\n")) < seen.len);
        CHECK(str_starts(reply.body, STR("GET /echo ")));
        CHECK(str_find(reply.body, STR("secret")) == reply.body.len);
    }
}

static void a_redirect_to_what_is_not_allowed_is_refused(void **state)
{
    static const char *const targets[] = {
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1:25/",
        "dict://127.0.0.1/",
        "http://user:pw@127.0.0.1/",
        "//user@127.0.0.1/",
        "javascript:alert(1)",
        "http://",
        "http://[::1%25lo]/",
        "http://127.0.0.1:0/",
        "http://127.0.0.2/",
        "http://127.1.1.1/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://0/",
        "//0x7f.2/",
        "http://192.168.0.1:80/",
        "http://[::ffff:10.0.0.1]/",
    };
    int before = upstream_count(&stranger, &stranger.connections);

    UNUSED(state);
    for (size_t i = 0; i < COUNT(targets); i++) {
        AUTO_ARENA a = { 0 };
        struct fetch_request request = get(&a, "/302");
        struct fetch_reply reply = { 0 };
        bool sent = false;
        struct err e = { 0 };

        upstream_lead_to(&server, str_from(targets[i]));
        request.max_redirects = 3;
        if (fetch(&a, &request, &reply, &sent, &e))
            fail_msg("%s is followed", targets[i]);
        if (e.code != ERR_FORBIDDEN)
            fail_msg("%s: %s (%s)", targets[i], e.msg, err_name(e.code));
        CHECK(sent); /* the first hop was */
    }
    CHECK_I64(upstream_count(&stranger, &stranger.connections), before);
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
        TEST(a_body_is_sent_from_a_file_and_again_after_a_redirect),
        TEST(redirects_are_followed_as_far_as_allowed),
        TEST(the_method_after_a_redirect_depends_on_the_status),
        TEST(secrets_stay_with_the_first_origin),
        TEST(a_redirect_to_what_is_not_allowed_is_refused),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
