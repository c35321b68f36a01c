/* The words of the handshake, and answers that are none. */
#include "check.h"

#include "net/websocket_hello.h"

#define KEY    STR("dGhlIHNhbXBsZSBub25jZQ==")
#define STATUS "HTTP/1.1 101 Switching Protocols\r\n"
#define UP     "Upgrade: websocket\r\n"
#define CON    "Connection: Upgrade\r\n"
#define ACCEPT                                                                                     \
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" /* the RFC's own example              \
                                                              */
#define NONE "there is no WebSocket: "

static void the_request_asks_for_version_13_and_has_the_callers_headers(void **state)
{
    const struct http_header headers[] = { { STR("Authorization"), STR("Bearer x") } };
    struct websocket_hello hello = { STR("comfy:8188"), STR("/ws?clientId=a"), KEY, headers, 1 };
    AUTO_BUF out = { 0 };

    UNUSED(state);
    buf_init(&out, 4096);
    websocket_hello_put(&hello, &out);
    CHECK_STR(buf_str(&out),
              STR("GET /ws?clientId=a HTTP/1.1\r\nHost: comfy:8188\r\nUpgrade: websocket\r\n"
                  "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                  "Sec-WebSocket-Version: 13\r\nAuthorization: Bearer x\r\n"
                  "User-Agent: albumen/" ALBUMEN_VERSION "\r\n\r\n"));
}

static void an_answer_is_taken_when_every_part_is_there(void **state)
{
    static const char *const cases[] = {
        STATUS UP CON ACCEPT "\r\n",
        "HTTP/1.1 101\r\n" ACCEPT CON UP "\r\n",
        STATUS "upgrade: WebSocket\r\nCONNECTION: keep-alive ,  upgrade\r\n" ACCEPT "\r\n",
        STATUS UP CON ACCEPT "Server: a, b; c\r\n\r\n",
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str whole = str_from(cases[i]);
        struct err e = { 0 };
        size_t bytes = 7;

        for (size_t len = 0; len < whole.len; len++) {
            CHECK_OK(websocket_hello_read(str_slice(whole, 0, len), KEY, &bytes, &e));
            CHECK_I64(bytes, 0);
        }
        CHECK_OK(websocket_hello_read(whole, KEY, &bytes, &e));
        CHECK_I64(bytes, whole.len);
    }
}

static void every_other_answer_is_refused_with_its_reason(void **state)
{
    static const struct {
        const char *answer, *message;
    } cases[] = {
        { "HTTP/1.1 403 Forbidden\r\n\r\n", NONE "HTTP 403" },
        { "HTTP/1.1 200 OK\r\n" UP CON ACCEPT "\r\n", NONE "HTTP 200" },
        { "HTTP/1.0 101 Up\r\n" UP CON ACCEPT "\r\n", NONE "the answer is no HTTP" },
        { "HTTP/1.1 1010\r\n" UP CON ACCEPT "\r\n", NONE "the answer is no HTTP" },
        { "\r\n\r\n", NONE "the answer is no HTTP" },
        { STATUS CON ACCEPT "\r\n", NONE "the answer lacks a part" },
        { STATUS UP ACCEPT "\r\n", NONE "the answer lacks a part" },
        { STATUS UP CON "\r\n", NONE "the answer lacks a part" },
        { STATUS "Upgrade: h2c\r\n" CON ACCEPT "\r\n", NONE "the answer lacks a part" },
        { STATUS UP "Connection: upgraded\r\n" ACCEPT "\r\n", NONE "the answer lacks a part" },
        { STATUS UP CON ACCEPT ACCEPT "\r\n", NONE "the answer is not to this request" },
        { STATUS UP CON "Sec-WebSocket-Accept: AAAA\r\n\r\n",
          NONE "the answer is not to this request" },
        { STATUS UP CON ACCEPT "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
          NONE "the answer has what nobody has asked for" },
        { STATUS UP CON ACCEPT "Sec-WebSocket-Protocol: chat\r\n\r\n",
          NONE "the answer has what nobody has asked for" },
        { STATUS UP CON ACCEPT "what is this\r\n\r\n",
          NONE "a header of the answer cannot be read" },
        { STATUS UP CON ACCEPT " folded: x\r\n\r\n", NONE "a header of the answer cannot be read" },
        { STATUS UP CON ACCEPT "X: a\x01\r\n\r\n", NONE "a header of the answer cannot be read" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = { 0 };
        size_t bytes = 0;

        CHECK_FAILS(websocket_hello_read(str_from(cases[i].answer), KEY, &bytes, &e), ERR_UPSTREAM,
                    cases[i].message);
    }
}

static void an_answer_without_end_is_not_waited_for(void **state)
{
    static char endless[WEBSOCKET_HELLO_MAX];
    struct err e = { 0 };
    size_t bytes;

    UNUSED(state);
    memset(endless, 'x', sizeof(endless));
    CHECK_OK(websocket_hello_read(str_of(endless, sizeof(endless) - 1), KEY, &bytes, &e));
    CHECK_FAILS(websocket_hello_read(str_of(endless, sizeof(endless)), KEY, &bytes, &e),
                ERR_UPSTREAM, NONE "the answer has no end");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_request_asks_for_version_13_and_has_the_callers_headers),
        TEST(an_answer_is_taken_when_every_part_is_there),
        TEST(every_other_answer_is_refused_with_its_reason),
        TEST(an_answer_without_end_is_not_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
