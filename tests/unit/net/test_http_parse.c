/* The request reader: what it takes, what it refuses with which status, and that splits never
 * matter. */
#include <stdio.h>

#include "check.h"
#include "net/http_reading.h"

#define HOST     "Host: a\r\n"
#define POST     "POST /p HTTP/1.1\r\n" HOST
#define CHUNKED  POST "Transfer-Encoding: chunked\r\n\r\n"
#define FILL_50  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define FILL_500 FILL_50 FILL_50 FILL_50 FILL_50 FILL_50 FILL_50 FILL_50 FILL_50 FILL_50 FILL_50

/* Literals that may hold NUL bytes. */
#define CASE(status, text)                                                                         \
    {                                                                                              \
        status,                                                                                    \
        {                                                                                          \
            text, sizeof(text) - 1                                                                 \
        }                                                                                          \
    }

static const struct refusal {
    int status;
    struct str bytes;
} refusals[] = {
    /* the twenty shapes by which requests are smuggled past a front, or a reader is confused */
    CASE(400, POST "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
    CASE(400, POST "Content-Length: 5, 6\r\n\r\nhello!"),
    CASE(400, POST "Content-Length: +5\r\n\r\nhello"),
    CASE(400, POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
    CASE(501, POST "Transfer-Encoding: cow\r\n\r\n"),
    CASE(400, POST "Content-Length : 5\r\n\r\nhello"),
    CASE(400, "GET / HTTP/1.1\r\n" HOST "X: a\r\n folded\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\nX: a\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\n" HOST "Host: b\r\n\r\n"),
    CASE(400, CHUNKED "ffffffffffffffff1\r\nx"),
    CASE(400, CHUNKED "0x5\r\nhello\r\n0\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\n" HOST "\r\n"),
    CASE(400, "GET / HTTP/1.1\r\n" HOST "\n"),
    CASE(400, CHUNKED "5\nhello\r\n0\r\n\r\n"),
    CASE(400, "GET / HTTP/3.7\r\n" HOST "\r\n"),
    CASE(400, "G\"T / HTTP/1.1\r\n" HOST "\r\n"),
    CASE(400, "GET /\x01 HTTP/1.1\r\n" HOST "\r\n"),

    /* request lines */
    CASE(400, "\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n"),
    CASE(400, " GET / HTTP/1.1\r\n" HOST "\r\n"),
    CASE(400, "GET  / HTTP/1.1\r\n" HOST "\r\n"),
    CASE(400, "GET / HTTP/1.1 \r\n" HOST "\r\n"),
    CASE(400, "GET /\r\n" HOST "\r\n"),
    CASE(400, "GET\r\n" HOST "\r\n"),
    CASE(400, "GET / x HTTP/1.1\r\n" HOST "\r\n"),
    CASE(400, "GET / http/1.1\r\n" HOST "\r\n"),
    CASE(400, "GET / HTTP/2.0\r\n" HOST "\r\n"),
    CASE(400, "GET / HTTP/1.10\r\n" HOST "\r\n"),
    CASE(400, "GET /#part HTTP/1.1\r\n" HOST "\r\n"),
    CASE(400, "GET /\xc3\xa4 HTTP/1.1\r\n" HOST "\r\n"),
    CASE(400, "GET /\x7f HTTP/1.1\r\n" HOST "\r\n"),
    CASE(400, "GET path HTTP/1.1\r\n" HOST "\r\n"),
    CASE(400, "GET * HTTP/1.1\r\n" HOST "\r\n"),
    CASE(400, "OPTIONS * HTTP/1.1\r\n" HOST "\r\n"),
    CASE(400, "GET ftp://a/ HTTP/1.1\r\n" HOST "\r\n"),
    CASE(400, "GET http://b/ HTTP/1.1\r\n" HOST "\r\n"),
    CASE(400, "GET http:/// HTTP/1.1\r\n" HOST "\r\n"),
    CASE(400, "GET http://user@a/ HTTP/1.1\r\n" HOST "\r\n"),
    CASE(501, "CONNECT a:443 HTTP/1.1\r\n" HOST "\r\n"),
    CASE(501, "TRACE / HTTP/1.1\r\n" HOST "\r\n"),
    CASE(501, "get / HTTP/1.1\r\n" HOST "\r\n"),
    CASE(400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    CASE(400, "\x16\x03\x01\x02"),

    /* headers */
    CASE(400, "GET / HTTP/1.1\r\n" HOST ": x\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\n" HOST "no colon\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\n" HOST "X\xc3: x\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\n " HOST "\r\n"),
    CASE(400, "GET / HTTP/1.1\r\n" HOST "X: a\x0b"
              "b\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\n" HOST "X: a\x7f\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\nHost: a:port\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
    CASE(400, "GET / HTTP/1.1\r\nHost: [a]b\r\n\r\n"),
    CASE(417, POST "Expect: the-unexpected\r\nContent-Length: 1\r\n\r\nx"),
    CASE(400, POST "Expect: 100-continue\r\nExpect: 100-continue\r\n\r\n"),
    CASE(431,
         "GET / HTTP/1.1\r\n" HOST "X: " FILL_500 FILL_500 FILL_500 FILL_500 FILL_500 "\r\n\r\n"),

    /* bodies */
    CASE(400, POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
    CASE(400, POST "Content-Length:\r\n\r\n"),
    CASE(400, POST "Content-Length: 5\t\r\n\r\nhello"),
    CASE(400, POST "Content-Length: -1\r\n\r\n"),
    CASE(400, POST "Content-Length: 0x5\r\n\r\nhello"),
    CASE(400, POST "Content-Length: 5 5\r\n\r\nhello"),
    CASE(400, POST "Content-Length: 99999999999999999999\r\n\r\nhello"),
    CASE(501, POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
    CASE(501, POST "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
    CASE(501, POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    CASE(501, POST "Transfer-Encoding:\r\n\r\n"),
    CASE(501, POST "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
    CASE(400, POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    CASE(400, "POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    CASE(400, CHUNKED "\r\n"),
    CASE(400, CHUNKED " 5\r\nhello\r\n0\r\n\r\n"),
    CASE(400, CHUNKED "5 \r\nhello\r\n0\r\n\r\n"),
    CASE(400, CHUNKED "-5\r\nhello\r\n0\r\n\r\n"),
    CASE(400, CHUNKED "5\r\nhello0\r\n\r\n"),
    CASE(400, CHUNKED "5\r\nhello\n0\r\n\r\n"),
    CASE(400, CHUNKED "5\rhello\r\n0\r\n\r\n"),
    CASE(400, CHUNKED "0000000000000005\r\nhello\r\n0\r\n\r\n"),
    CASE(400, CHUNKED "5;\r\nhello\r\n0\r\n\r\n"),
    CASE(400, CHUNKED "5;a=\r\nhello\r\n0\r\n\r\n"),
    CASE(400, CHUNKED "5;a=b=c\r\nhello\r\n0\r\n\r\n"),
    CASE(400, CHUNKED "5;a\nb\r\nhello\r\n0\r\n\r\n"),
    CASE(400, CHUNKED "0\r\n\n"),
    CASE(400, CHUNKED "0\r\nnot a header\r\n\r\n"),
    CASE(400, CHUNKED "0\r\nX: a\0\r\n\r\n"),
    CASE(400, CHUNKED "0\r\nX: a\n\r\n"),
    CASE(400, CHUNKED "0\r\nX: a\r\nContent-length: 5\r\n\r\n"),
    CASE(400, CHUNKED "0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    CASE(400, CHUNKED "0\r\n folded: x\r\n\r\n"),
};

static const struct acceptance {
    const char *bytes, *notes;
} acceptances[] = {
    { "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
      "GET / ?  host example.org keep\nHost=example.org\n\nend\n" },
    { "\r\nGET /a/b?c=d?e HTTP/1.1\r\nhOST:  [::1]:80  \r\nX:\t \r\nY: \ta\tb\t \r\n\r\n",
      "GET /a/b ? c=d?e host [::1]:80 keep\nhOST=[::1]:80\nX=\nY=a\tb\n\nend\n" },
    { "DELETE http://A/x?y HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n",
      "DELETE /x ? y host a\nHost=a\nConnection=x, Close\n\nend\n" },
    { "GET https://a HTTP/1.1\r\nHost: a\r\n\r\n", "GET / ?  host a keep\nHost=a\n\nend\n" },
    { "HEAD /? HTTP/1.0\r\n\r\n", "HEAD / ?  host \n\nend\n" },
    { "GET /{|}\\^` HTTP/1.1\r\nHost: a\r\nX: \xc3\xa4\r\n\r\n",
      "GET /{|}\\^` ?  host a keep\nHost=a\nX=\xc3\xa4\n\nend\n" },
    { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 005\r\nExpect: 100-Continue\r\n\r\nhello",
      "POST / ?  host a keep expects\nHost=a\nContent-Length=005\nExpect=100-Continue\nhello\nend\n" },
    { "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "00a;x;y=z\r\n0123456789\r\n1\r\n!\r\n000;end\r\nT: 1\r\nU:\r\n\r\n"
      "OPTIONS /next HTTP/1.1\r\nHost: a\r\n\r\n",
      "PUT / ?  host a keep\nHost=a\nTransfer-Encoding=Chunked\n0123456789!\nend\n"
      "OPTIONS /next ?  host a keep\nHost=a\n\nend\n" },
    { "PATCH / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nabGET /2 HTTP/1.1\r\nHost: b\r\n\r\n",
      "PATCH / ?  host a keep\nHost=a\nContent-Length=2\nab\nend\n"
      "GET /2 ?  host b keep\nHost=b\n\nend\n" },
};

/* Feeds in pieces of `step` bytes, after a first piece of `first`. */
static void read_in_pieces(struct reading *r, struct str bytes, size_t first, size_t step)
{
    reading_init(r);
    reading_feed(r, str_slice(bytes, 0, first));
    for (size_t at = first; at < bytes.len; at += step)
        reading_feed(r, str_slice(bytes, at, at + step));
}

static void check_notes(struct str bytes, size_t first, size_t step, struct str want)
{
    struct reading r;

    read_in_pieces(&r, bytes, first, step);
    CHECK_STR(buf_str(&r.notes), want);
    reading_deinit(&r);
}

static void every_hostile_shape_is_refused_with_its_status(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT(refusals); i++) {
        struct reading r;
        char want[32];

        read_in_pieces(&r, refusals[i].bytes, refusals[i].bytes.len, 1);
        snprintf(want, sizeof(want), "refused %d\n", refusals[i].status);
        if (!str_ends(buf_str(&r.notes), str_from(want)))
            fail_msg("\"" STR_FMT "\" should be %s, got: " STR_FMT, STR_ARG(refusals[i].bytes),
                     want, STR_ARG(buf_str(&r.notes)));
        reading_deinit(&r);
    }
}

static void proper_requests_are_understood(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT(acceptances); i++) {
        struct str bytes = str_from(acceptances[i].bytes);

        check_notes(bytes, bytes.len, 1, str_from(acceptances[i].notes));
    }
}

static void check_all_splits(struct str bytes)
{
    struct reading whole;

    read_in_pieces(&whole, bytes, bytes.len, 1);
    for (size_t split = 0; split < bytes.len; split++)
        check_notes(bytes, split, bytes.len, buf_str(&whole.notes));
    for (size_t step = 1; step < 8; step++)
        check_notes(bytes, 0, step, buf_str(&whole.notes));
    reading_deinit(&whole);
}

static void no_split_changes_what_is_understood(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT(refusals); i++)
        check_all_splits(refusals[i].bytes);
    for (size_t i = 0; i < COUNT(acceptances); i++)
        check_all_splits(str_from(acceptances[i].bytes));
}

static void the_limit_of_a_head_counts_to_the_byte(void **state)
{
    static const size_t around[] = { READING_MAX_HEAD - 1, READING_MAX_HEAD, READING_MAX_HEAD + 1 };
    struct str start = STR("GET / HTTP/1.1\r\nHost: a\r\nX: "), end = STR("\r\n\r\n");

    UNUSED(state);
    for (size_t i = 0; i < COUNT(around); i++) {
        struct buf head;
        struct reading r;

        buf_init(&head, MIB);
        buf_put(&head, start);
        while (head.len < around[i] - end.len)
            buf_put_char(&head, 'x');
        buf_put(&head, end);
        for (size_t step = 1; step <= head.len; step += 1000) {
            read_in_pieces(&r, buf_str(&head), 0, step);
            CHECK(str_ends(buf_str(&r.notes), STR("end\n")) == (around[i] <= READING_MAX_HEAD));
            CHECK(str_ends(buf_str(&r.notes), STR("refused 431\n")) ==
                  (around[i] > READING_MAX_HEAD));
            reading_deinit(&r);
        }
        buf_deinit(&head);
    }
}

static void more_than_a_hundred_headers_are_too_many(void **state)
{
    UNUSED(state);
    for (int count = HTTP_MAX_HEADERS - 1; count <= HTTP_MAX_HEADERS; count++) {
        struct buf head;
        struct reading r;

        buf_init(&head, MIB);
        buf_put(&head, STR("GET / HTTP/1.1\r\nHost: a\r\n"));
        for (int i = 0; i < count; i++)
            buf_put(&head, STR("X: y\r\n"));
        buf_put(&head, STR("\r\n"));
        read_in_pieces(&r, buf_str(&head), head.len, 1);
        CHECK(str_ends(buf_str(&r.notes),
                       count < HTTP_MAX_HEADERS ? STR("end\n") : STR("refused 431\n")));
        reading_deinit(&r);
        buf_deinit(&head);
    }
}

static void extensions_and_trailers_are_skipped_up_to_a_limit(void **state)
{
    static const struct str starts[] = { { "1;", 2 }, { "0\r\nX: ", 6 } };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(starts); i++) {
        struct http_chunked chunked = { 0 };
        struct str in = starts[i], out;

        CHECK(http_chunked_next(&chunked, &in, &out) == HTTP_CHUNK_MORE);
        for (int k = 0; k < 4000; k++) {
            in = STR("x");
            CHECK(http_chunked_next(&chunked, &in, &out) == HTTP_CHUNK_MORE);
        }
        for (int k = 0; k < 96; k++) {
            in = STR("x");
            UNUSED(http_chunked_next(&chunked, &in, &out));
        }
        in = STR("x");
        CHECK(http_chunked_next(&chunked, &in, &out) == HTTP_CHUNK_BAD);
    }
}

static void headers_and_cookies_are_found_by_name(void **state)
{
    static const struct http_header headers[] = {
        { { "Accept", 6 }, { "first", 5 } },
        { { "cookie", 6 }, { "a=1; bb=2=3;c=", 14 } },
        { { "ACCEPT", 6 }, { "second", 6 } },
        { { "Cookie", 6 }, { "d=4", 3 } },
    };
    const struct http_request request = { .headers = headers, .header_count = COUNT(headers) };

    UNUSED(state);
    CHECK_STR(http_header_get(&request, "accept"), STR("first"));
    CHECK(str_is_null(http_header_get(&request, "accep")));
    CHECK_STR(http_cookie_get(&request, "a"), STR("1"));
    CHECK_STR(http_cookie_get(&request, "bb"), STR("2=3"));
    CHECK_STR(http_cookie_get(&request, "c"), STR(""));
    CHECK_STR(http_cookie_get(&request, "d"), STR("4"));
    CHECK(str_is_null(http_cookie_get(&request, "b")));
    CHECK(str_is_null(http_cookie_get(&request, "A")));
}

static void values_with_control_characters_are_not_safe(void **state)
{
    UNUSED(state);
    CHECK(http_value_is_safe(STR("a\tb \xc3\xa4~")));
    CHECK(http_value_is_safe(STR("")));
    CHECK(!http_value_is_safe(STR("a\r\nSet-Cookie: x")));
    CHECK(!http_value_is_safe(STR("a\0b")));
    CHECK(!http_value_is_safe(STR("a\x7f")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_hostile_shape_is_refused_with_its_status),
        TEST(proper_requests_are_understood),
        TEST(no_split_changes_what_is_understood),
        TEST(the_limit_of_a_head_counts_to_the_byte),
        TEST(more_than_a_hundred_headers_are_too_many),
        TEST(extensions_and_trailers_are_skipped_up_to_a_limit),
        TEST(headers_and_cookies_are_found_by_name),
        TEST(values_with_control_characters_are_not_safe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
