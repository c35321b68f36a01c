/* Ranges and entity tags: what is parsed, what matches, and the reply that comes of it. */
#include "check.h"

#include <fcntl.h>

#include "net/range.h"

static void a_range_is_parsed_as_rfc_9110_says(void **state)
{
    static const struct {
        const char *header;
        int64_t size;
        enum range_result result;
        int64_t start, bytes;
    } cases[] = {
        { "bytes=0-0", 10, RANGE_OK, 0, 1 },
        { "bytes=0-9", 10, RANGE_OK, 0, 10 },
        { "bytes=0-10", 10, RANGE_OK, 0, 10 },
        { "bytes=3-", 10, RANGE_OK, 3, 7 },
        { "bytes=9-", 10, RANGE_OK, 9, 1 },
        { "bytes=-3", 10, RANGE_OK, 7, 3 },
        { "bytes=-10", 10, RANGE_OK, 0, 10 },
        { "bytes=-11", 10, RANGE_OK, 0, 10 },
        { "BYTES=1-2", 10, RANGE_OK, 1, 2 },
        { "bytes= 1-2 ", 10, RANGE_OK, 1, 2 },
        { "bytes=0001-0002", 10, RANGE_OK, 1, 2 },
        { "bytes=5-99999999999999999999999", 10, RANGE_OK, 5, 5 },
        { "bytes=5-9223372036854775807", 10, RANGE_OK, 5, 5 },
        { "bytes=-99999999999999999999999", 10, RANGE_OK, 0, 10 },
        { "bytes=0-", INT64_MAX, RANGE_OK, 0, INT64_MAX },
        { "bytes=-1", INT64_MAX, RANGE_OK, INT64_MAX - 1, 1 },
        { "bytes=10-", 10, RANGE_UNSATISFIABLE, 0, 0 },
        { "bytes=10-20", 10, RANGE_UNSATISFIABLE, 0, 0 },
        { "bytes=-0", 10, RANGE_UNSATISFIABLE, 0, 0 },
        { "bytes=9223372036854775807-", 10, RANGE_UNSATISFIABLE, 0, 0 },
        { "bytes=9223372036854775808-", INT64_MAX, RANGE_UNSATISFIABLE, 0, 0 },
        { "bytes=99999999999999999999-99999999999999999999", 10, RANGE_UNSATISFIABLE, 0, 0 },
        { "bytes=0-", 0, RANGE_NONE, 0, 0 },
        { "bytes=-5", 0, RANGE_NONE, 0, 0 },
        { "bytes=5-", 0, RANGE_NONE, 0, 0 },
        { "bytes=2-1", 10, RANGE_NONE, 0, 0 },
        { "bytes=0-1,3-4", 10, RANGE_NONE, 0, 0 },
        { "bytes=0-1,", 10, RANGE_NONE, 0, 0 },
        { "bytes=-", 10, RANGE_NONE, 0, 0 },
        { "bytes=", 10, RANGE_NONE, 0, 0 },
        { "bytes", 10, RANGE_NONE, 0, 0 },
        { "", 10, RANGE_NONE, 0, 0 },
        { "=0-1", 10, RANGE_NONE, 0, 0 },
        { "bytes =0-1", 10, RANGE_NONE, 0, 0 },
        { "bytes=0 -1", 10, RANGE_NONE, 0, 0 },
        { "bytes=0- 1", 10, RANGE_NONE, 0, 0 },
        { "bytes=+0-1", 10, RANGE_NONE, 0, 0 },
        { "bytes=--1", 10, RANGE_NONE, 0, 0 },
        { "bytes=0--1", 10, RANGE_NONE, 0, 0 },
        { "bytes=0x1-2", 10, RANGE_NONE, 0, 0 },
        { "bytes=1-2-3", 10, RANGE_NONE, 0, 0 },
        { "bytes=1.5-2", 10, RANGE_NONE, 0, 0 },
        { "items=0-1", 10, RANGE_NONE, 0, 0 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct range got = { 0 };
        enum range_result result = range_parse(str_from(cases[i].header), cases[i].size, &got);

        if (result != cases[i].result || got.start != cases[i].start || got.bytes != cases[i].bytes)
            fail_msg("'%s' of %lld: got %d, %lld+%lld", cases[i].header, (long long)cases[i].size,
                     (int)result, (long long)got.start, (long long)got.bytes);
    }
}

static void if_none_match_compares_weakly_within_its_list(void **state)
{
    static const struct {
        const char *header, *etag;
        bool matches;
    } cases[] = {
        { "\"a\"", "\"a\"", true },
        { "W/\"a\"", "\"a\"", true },
        { "\"a\"", "W/\"a\"", true },
        { "\"x\", W/\"y\",\"a\"", "\"a\"", true },
        { " ,, \"x\" ,\t\"a\" , ", "\"a\"", true },
        { "*", "\"a\"", true },
        { " * ", "\"a\"", true },
        { "\"a,b\"", "\"a,b\"", true },
        { "\"\"", "\"\"", true },
        { "\"a,b\"", "\"a\"", false },
        { "\"x\"", "\"a\"", false },
        { "\"A\"", "\"a\"", false },
        { "w/\"a\"", "\"a\"", false },
        { "a", "\"a\"", false },
        { "\"a", "\"a\"", false },
        { "a\"", "\"a\"", false },
        { "\"x\"\"a\"", "\"a\"", false },
        { "\"x\" \"a\"", "\"a\"", false },
        { "\"x\", *", "\"a\"", false },
        { "W/", "\"a\"", false },
        { "", "\"a\"", false },
        { ",", "\"a\"", false },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (etag_matches(str_from(cases[i].header), str_from(cases[i].etag)) != cases[i].matches)
            fail_msg("%s against %s", cases[i].header, cases[i].etag);
    }
}

static struct str reply_header(const struct http_exchange *x, const char *name)
{
    for (size_t i = 0; i < x->reply.header_count; i++) {
        if (str_eq_nocase(x->reply.headers[i].name, str_from(name)))
            return x->reply.headers[i].value;
    }
    return (struct str){ 0 };
}

static void a_reply_becomes_the_right_one(void **state)
{
    static const struct {
        enum http_method method;
        const char *range, *if_range, *if_none_match, *etag;
        int status;
        const char *body, *content_range;
    } cases[] = {
        { HTTP_GET, NULL, NULL, NULL, "\"e\"", 200, "0123456789", NULL },
        { HTTP_GET, "bytes=2-4", NULL, NULL, "\"e\"", 206, "234", "bytes 2-4/10" },
        { HTTP_GET, "bytes=-1", NULL, NULL, NULL, 206, "9", "bytes 9-9/10" },
        { HTTP_GET, "bytes=2-4", "\"e\"", NULL, "\"e\"", 206, "234", "bytes 2-4/10" },
        { HTTP_GET, "bytes=2-4", "\"other\"", NULL, "\"e\"", 200, "0123456789", NULL },
        { HTTP_GET, "bytes=2-4", "W/\"e\"", NULL, "W/\"e\"", 200, "0123456789", NULL },
        { HTTP_GET, "bytes=2-4", "W/\"e\"", NULL, "\"e\"", 200, "0123456789", NULL },
        { HTTP_GET, "bytes=2-4", "Sun, 06 Nov 1994 08:49:37 GMT", NULL, "\"e\"", 200, "0123456789",
          NULL },
        { HTTP_GET, "bytes=2-4", "", NULL, "\"e\"", 200, "0123456789", NULL },
        { HTTP_GET, "bytes=99-", NULL, NULL, "\"e\"", 416, "", "bytes */10" },
        { HTTP_GET, "bytes=99-", "\"other\"", NULL, "\"e\"", 200, "0123456789", NULL },
        { HTTP_GET, "lines=1-2", NULL, NULL, "\"e\"", 200, "0123456789", NULL },
        { HTTP_GET, NULL, NULL, "W/\"e\"", "\"e\"", 304, "", NULL },
        { HTTP_GET, "bytes=2-4", NULL, "\"e\"", "\"e\"", 304, "", NULL },
        { HTTP_GET, "bytes=2-4", NULL, "\"x\"", "\"e\"", 206, "234", "bytes 2-4/10" },
        { HTTP_GET, NULL, NULL, "\"e\"", NULL, 200, "0123456789", NULL },
        { HTTP_HEAD, "bytes=2-4", NULL, NULL, "\"e\"", 200, "0123456789", NULL },
        { HTTP_HEAD, NULL, NULL, "\"e\"", "\"e\"", 304, "", NULL },
        { HTTP_POST, "bytes=2-4", NULL, "\"e\"", "\"e\"", 200, "0123456789", NULL },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_header headers[3];
        struct http_exchange x = { .request = { .method = cases[i].method, .headers = headers },
                                   .reply = {
                                       .status = 200, .file_fd = -1, .body = STR("0123456789") } };

        if (cases[i].range != NULL)
            headers[x.request.header_count++] =
                (struct http_header){ STR("range"), str_from(cases[i].range) };
        if (cases[i].if_range != NULL)
            headers[x.request.header_count++] =
                (struct http_header){ STR("if-range"), str_from(cases[i].if_range) };
        if (cases[i].if_none_match != NULL)
            headers[x.request.header_count++] =
                (struct http_header){ STR("if-none-match"), str_from(cases[i].if_none_match) };
        range_apply(&x, str_from(cases[i].etag), 10);
        CHECK_I64(x.reply.status, cases[i].status);
        CHECK_STR(x.reply.body, str_from(cases[i].body));
        CHECK_STR(reply_header(&x, "Content-Range"), str_from(cases[i].content_range));
        CHECK_STR(reply_header(&x, "ETag"), str_from(cases[i].etag));
        CHECK_STR(reply_header(&x, "Accept-Ranges"), STR("bytes"));
        arena_deinit(&x.arena);
    }
}

static void a_file_is_cut_relative_to_its_own_offset(void **state)
{
    struct http_header range = { STR("Range"), STR("bytes=10-19") };
    struct http_exchange x = {
        .request = { .method = HTTP_GET, .headers = &range, .header_count = 1 },
        .reply = { .status = 200, .file_fd = 77, .file_offset = 1000, .file_bytes = 50 },
    };

    UNUSED(state);
    range_apply(&x, STR("\"e\""), 50);
    CHECK_I64(x.reply.status, 206);
    CHECK_I64(x.reply.file_fd, 77);
    CHECK_I64(x.reply.file_offset, 1010);
    CHECK_I64(x.reply.file_bytes, 10);
    arena_deinit(&x.arena);
}

static void a_file_that_is_not_sent_is_closed(void **state)
{
    static const struct {
        const char *name, *value;
        int status;
    } cases[] = { { "If-None-Match", "*", 304 }, { "Range", "bytes=50-", 416 } };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_header header = { str_from(cases[i].name), str_from(cases[i].value) };
        int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        struct http_exchange x = {
            .request = { .method = HTTP_GET, .headers = &header, .header_count = 1 },
            .reply = { .status = 200, .file_fd = fd, .file_bytes = 50 },
        };

        CHECK(fd >= 0);
        range_apply(&x, STR("\"e\""), 50);
        CHECK_I64(x.reply.status, cases[i].status);
        CHECK_I64(x.reply.file_fd, -1);
        CHECK_I64(x.reply.file_bytes, 0);
        CHECK(fcntl(fd, F_GETFD) == -1);
        arena_deinit(&x.arena);
    }
}

static enum http_next give_nothing(void *ctx, struct http_part *out, struct err *e)
{
    UNUSED(ctx);
    UNUSED(out);
    UNUSED(e);
    return HTTP_NEXT_FAILED;
}

static void count_close(void *ctx)
{
    ++*(int *)ctx;
}

static void note_position(void *ctx, int64_t position)
{
    *(int *)ctx = (int)position;
}

static void a_source_that_can_seek_is_cut(void **state)
{
    static const struct {
        const char *range;
        int status, position;
        int64_t bytes;
    } cases[] = { { "bytes=3-5", 206, 3, 3 },
                  { "bytes=-1", 206, 9, 1 },
                  { "bytes=0-", 206, 0, 10 },
                  { "lines=1-", 200, -1, 10 } };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_header header = { STR("Range"), str_from(cases[i].range) };
        int position = -1;
        struct http_exchange x = {
            .request = { .method = HTTP_GET, .headers = &header, .header_count = 1 },
            .reply = { .status = 200,
                       .file_fd = -1,
                       .source_bytes = 10,
                       .source = { .next = give_nothing,
                                   .seek = note_position,
                                   .ctx = &position } },
        };

        range_apply(&x, STR("\"e\""), 10);
        CHECK_I64(x.reply.status, cases[i].status);
        CHECK_I64(x.reply.source_bytes, cases[i].bytes);
        CHECK_I64(position, cases[i].position);
        CHECK_STR(reply_header(&x, "Accept-Ranges"), STR("bytes"));
        arena_deinit(&x.arena);
    }
}

static void a_source_is_sent_whole_or_closed_once(void **state)
{
    static const struct {
        const char *name, *value;
        int status, closed;
    } cases[] = { { "Range", "bytes=0-1", 200, 0 },
                  { "Range", "bytes=99-", 200, 0 },
                  { "If-None-Match", "\"e\"", 304, 1 } };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_header header = { str_from(cases[i].name), str_from(cases[i].value) };
        int closed = 0;
        struct http_exchange x = {
            .request = { .method = HTTP_GET, .headers = &header, .header_count = 1 },
            .reply = { .status = 200,
                       .file_fd = -1,
                       .source_bytes = 10,
                       .source = { .next = give_nothing, .close = count_close, .ctx = &closed } },
        };

        range_apply(&x, STR("\"e\""), 10);
        CHECK_I64(x.reply.status, cases[i].status);
        CHECK_I64(closed, cases[i].closed);
        CHECK((x.reply.source.next == NULL) == (closed == 1));
        CHECK(str_is_null(reply_header(&x, "Accept-Ranges")));
        arena_deinit(&x.arena);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_range_is_parsed_as_rfc_9110_says),
        TEST(if_none_match_compares_weakly_within_its_list),
        TEST(a_reply_becomes_the_right_one),
        TEST(a_file_is_cut_relative_to_its_own_offset),
        TEST(a_file_that_is_not_sent_is_closed),
        TEST(a_source_that_can_seek_is_cut),
        TEST(a_source_is_sent_whole_or_closed_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
