/* Replies whose body is made piece by piece: of memory and files, with waits, ranges and breaks. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/site.h"

#include "net/range.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

enum { PIECE = 1000, PIECES_MAX = 100 };

/*
 * What a source does is written in the query, a letter for each step: M a piece of memory, F one of
 * a file, E an empty part, W a wait that ends at once, w one that the test ends, X a failure, S a
 * file that ends early, + far more memory than is asked for. Behind "=" stands a length to promise.
 */
struct script {
    struct http_exchange *x;
    struct str steps;
    size_t at;
    int64_t position;
    int fd;
};

static struct site site; /* its server alone */
static struct buf got;
static char bytes[PIECES_MAX * PIECE];
static struct http_exchange *_Atomic waiting;
static atomic_int closed, done, broken;
static char broken_because[200];

static bool is_piece(char step)
{
    return step == 'M' || step == 'F' || step == 'S';
}

static enum http_next next(void *ctx, struct http_part *out, struct err *e)
{
    struct script *s = ctx;
    char step = s->at < s->steps.len ? s->steps.ptr[s->at++] : 'X';
    int64_t skip = s->position % PIECE;

    switch (step) {
    case 'E':
        return HTTP_NEXT_PART;
    case 'W':
        server_resume(site.server, s->x);
        return HTTP_NEXT_WAIT;
    case 'w':
        atomic_store(&waiting, s->x);
        return HTTP_NEXT_WAIT;
    case 'X':
        err_set(e, ERR_IO, "step %zu failed", s->at);
        return HTTP_NEXT_FAILED;
    case 'F':
    case 'S':
        out->fd = s->fd;
        out->offset = step == 'S' ? (int64_t)sizeof(bytes) - 10 : s->position;
        out->length = PIECE - skip;
        break;
    default:
        out->bytes = str_of(bytes + s->position, (size_t)(PIECE - skip));
    }
    if (step == '+')
        out->bytes = str_of(bytes + s->position, sizeof(bytes) - (size_t)s->position);
    s->position += PIECE - skip;
    return HTTP_NEXT_PART;
}

static void seek(void *ctx, int64_t position)
{
    struct script *s = ctx;
    int64_t passed = 0;

    s->position = position;
    for (s->at = 0; s->at < s->steps.len && passed + PIECE <= position; s->at++)
        passed += is_piece(s->steps.ptr[s->at]) ? PIECE : 0;
}

static void close_script(void *ctx)
{
    struct script *s = ctx;

    close(s->fd);
    atomic_fetch_add(&closed, 1);
}

static void on_head(void *ctx, struct http_exchange *x, struct http_body_policy *policy)
{
    UNUSED(ctx);
    UNUSED(x);
    UNUSED(policy);
}

static int64_t pieces_in(struct str steps)
{
    int64_t count = 0;

    for (size_t i = 0; i < steps.len; i++)
        count += is_piece(steps.ptr[i]);
    return count;
}

static void on_request(void *ctx, struct http_exchange *x)
{
    struct script *s = arena_new(&x->arena, struct script);
    struct str length;
    int64_t promised;

    UNUSED(ctx);
    x->reply.status = 200;
    if (!str_eq(x->request.path, STR("/script"))) {
        x->reply.body = STR("hello");
        server_answer(site.server, x);
        return;
    }
    *s = (struct script){ .x = x, .fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) };
    CHECK(write(s->fd, bytes, sizeof(bytes)) == sizeof(bytes));
    str_cut(x->request.query, '=', &s->steps, &length);
    promised = pieces_in(s->steps) * PIECE;
    if (!str_is_null(length))
        CHECK(str_to_i64(length, 0, INT64_MAX, &promised));
    x->reply.source = (struct http_source){ next, close_script, seek, s };
    x->reply.source_bytes = promised;
    range_apply(x, STR("\"e\""), promised);
    server_answer(site.server, x);
}

static void on_done(void *ctx, struct http_exchange *x)
{
    UNUSED(ctx);
    if (x->broken != NULL) {
        snprintf(broken_because, sizeof(broken_because), "%s", x->broken->msg);
        atomic_fetch_add(&broken, 1);
    }
    atomic_fetch_add(&done, 1);
}

static int begin(void **state)
{
    struct server_options options = {
        .listen = STR("127.0.0.1:0"),
        .loops = 1,
        .spool_folder = "/tmp",
        .handler = { .head = on_head, .request = on_request, .done = on_done }
    };
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)('a' + i % 23);
    atomic_store(&waiting, NULL);
    atomic_store(&closed, 0);
    atomic_store(&done, 0);
    atomic_store(&broken, 0);
    buf_init(&got, 64 * MIB);
    CHECK_OK(server_start(&options, &site.server, &e));
    return 0;
}

static int forget(void **state)
{
    UNUSED(state);
    buf_deinit(&got);
    return 0;
}

static int end(void **state)
{
    server_stop(site.server, PATIENCE_MS);
    return forget(state);
}

/* The exchange that stands at a 'w'. */
static struct http_exchange *take_waiting(void)
{
    struct http_exchange *x = NULL;

    WAIT_FOR((x = atomic_exchange(&waiting, NULL)) != NULL);
    return x;
}

static void wait_for(atomic_int *counter, int value)
{
    WAIT_FOR(atomic_load(counter) >= value);
}

static void pieces_arrive_in_their_order_whatever_they_are(void **state)
{
    static const char *const scripts[] = {
        "M", "F", "MMM", "FFF", "MFMFMF", "EEMEFE", "WM", "WWFWWMW", "MWFWMWFWEWM", "WEWEWM", "M+",
    };
    int fd = client_open(&site);

    UNUSED(state);
    for (size_t i = 0; i < COUNT(scripts); i++) {
        int64_t total = pieces_in(str_from(scripts[i])) * PIECE;
        char request[200];

        snprintf(request, sizeof(request), GET("/script?%s"), scripts[i]);
        client_send(fd, str_from(request));
        CHECK_I64(client_reply(fd, &got), 200);
        CHECK_STR(buf_str(&got), str_of(bytes, (size_t)total));
    }
    close(fd);
    wait_for(&done, COUNT(scripts));
    CHECK_I64(atomic_load(&closed), COUNT(scripts));
    CHECK_I64(atomic_load(&broken), 0);
}

static void any_range_begins_in_the_middle_of_a_piece(void **state)
{
    int fd = client_open(&site);

    UNUSED(state);
    for (int first = 0; first < 6 * PIECE; first += 333) {
        for (int last = first; last < 6 * PIECE; last += 1234) {
            char request[200];

            snprintf(request, sizeof(request),
                     "GET /script?MFWFMWF+ HTTP/1.1\r\nHost: a\r\nRange: bytes=%d-%d\r\n\r\n",
                     first, last);
            client_send(fd, str_from(request));
            CHECK_I64(client_reply(fd, &got), first < 5 * PIECE ? 206 : 416);
            CHECK_STR(buf_str(&got),
                      str_slice(str_of(bytes, 5 * PIECE), (size_t)first, (size_t)last + 1));
        }
    }
    close(fd);
}

static void no_more_is_sent_than_was_promised(void **state)
{
    int fd = client_open(&site);

    UNUSED(state);
    SEND(fd, GET("/script?+=1500") GET("/hello"));
    CHECK_I64(client_reply(fd, &got), 200);
    CHECK_STR(buf_str(&got), str_of(bytes, 1500));
    CHECK_I64(client_reply(fd, &got), 200);
    CHECK_STR(buf_str(&got), STR("hello"));
    close(fd);
}

static void a_wait_holds_up_nobody_else(void **state)
{
    int slow = client_open(&site), other = client_open(&site);
    struct http_exchange *x;

    UNUSED(state);
    SEND(slow, GET("/script?MwF"));
    x = take_waiting();
    for (int i = 0; i < 10; i++) {
        SEND(other, GET("/hello"));
        CHECK_I64(client_reply(other, &got), 200);
    }
    server_resume(site.server, x);
    CHECK_I64(client_reply(slow, &got), 200);
    CHECK_STR(buf_str(&got), str_of(bytes, 2 * PIECE));
    close(slow);
    close(other);
}

static void what_stands_before_a_wait_is_sent(void **state)
{
    int fd = client_open(&site);

    UNUSED(state);
    SEND(fd, GET("/hello") GET("/script?MwM"));
    CHECK_I64(client_reply(fd, &got), 200);
    CHECK_STR(buf_str(&got), STR("hello"));
    buf_clear(&got);
    CHECK(client_read_until(fd, &got, "\r\n\r\nabcdefghijklm"));
    server_resume(site.server, take_waiting());
    while (!str_ends(buf_str(&got), str_of(bytes + 2 * PIECE - 20, 20)))
        CHECK(client_read_until(fd, &got, NULL) || got.len > 2 * PIECE);
    close(fd);
}

static void a_peer_that_leaves_in_a_wait_is_not_missed(void **state)
{
    struct http_exchange *x;
    int fd = client_open(&site);

    UNUSED(state);
    SEND(fd, GET("/script?w=1000"));
    x = take_waiting();
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){ .l_onoff = 1 }, sizeof(struct linger));
    close(fd); /* a reset: the server hears of it without writing */
    site_wait_connections(&site, 0);
    CHECK(atomic_load(&x->gone));
    CHECK_I64(atomic_load(&closed), 0);
    server_resume(site.server, x);
    wait_for(&done, 1);
    wait_for(&closed, 1);
    CHECK_I64(atomic_load(&broken), 0);
}

static void *stop_now(void *unused)
{
    UNUSED(unused);
    server_stop(site.server, 0);
    return NULL;
}

static void stopping_waits_for_a_source_that_waits(void **state)
{
    struct http_exchange *x;
    pthread_t stopper;
    int fd = client_open(&site);

    UNUSED(state);
    SEND(fd, GET("/script?w=1000"));
    x = take_waiting();
    thread_start(&stopper, "stopper", stop_now, NULL);
    CHECK(client_read_until(fd, &got, NULL)); /* the head, and the end */
    CHECK_I64(atomic_load(&closed), 0);
    server_resume(site.server, x);
    thread_join(stopper);
    CHECK_I64(atomic_load(&closed), 1);
    close(fd);
}

static void a_body_that_breaks_off_says_why_once(void **state)
{
    static const struct {
        const char *steps, *why;
        size_t sent;
    } cases[] = {
        { "X=1000", "step 1 failed", 0 },
        { "MMX=9000", "step 3 failed", 2 * PIECE },
        { "WMWX=9000", "step 4 failed", PIECE },
        { "MS", "a file ended 990 bytes before the end of the reply", PIECE + 10 },
        { "M=1001", "step 1 failed", PIECE },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char request[300];
        size_t body;

        snprintf(request, sizeof(request), GET("/hello") GET("/script?%s"), cases[i].steps);
        buf_clear(&got);
        CHECK_I64(client_ask(&site, str_from(request), &got), 200);
        wait_for(&done, 2 * (int)i + 2);
        CHECK_I64(atomic_load(&broken), i + 1);
        CHECK_TEXT(broken_because, str_from(cases[i].why).ptr);
        CHECK(str_find(buf_str(&got), STR("hello")) < got.len);
        body = str_find(buf_str(&got), STR("ETag:"));
        CHECK(body < got.len);
        body += str_find(str_slice(buf_str(&got), body, SIZE_MAX), STR("\r\n\r\n")) + 4;
        CHECK_I64(got.len - body, cases[i].sent);
    }
}

static void heads_and_tags_need_no_piece(void **state)
{
    int fd = client_open(&site);

    UNUSED(state);
    SEND(fd, "HEAD /script?X=5000000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(client_read_until(fd, &got, "Content-Length: 5000000000\r\n\r\n"));
    SEND(fd, "GET /script?X=1 HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"e\"\r\n\r\n");
    buf_clear(&got);
    CHECK(client_read_until(fd, &got, "\r\n\r\n"));
    CHECK(str_starts(buf_str(&got), STR("HTTP/1.1 304")));
    wait_for(&closed, 2);
    CHECK_I64(atomic_load(&broken), 0);
    close(fd);
}

/* Reads whatever comes until it is told to stop by the end of the connection. */
static void *read_all(void *socket)
{
    static char sink[1 << 20];
    int fd = *(int *)socket;

    while (read(fd, sink, sizeof(sink)) > 0)
        continue;
    return NULL;
}

static void a_greedy_reader_leaves_turns_to_others(void **state)
{
    char request[PIECES_MAX + 200] = "GET /script?";
    int greedy = client_open(&site), other = client_open(&site);
    pthread_t reader;

    UNUSED(state);
    memset(request + strlen(request), 'M', PIECES_MAX);
    snprintf(request + strlen(request), 100, " HTTP/1.1\r\nHost: a\r\n\r\n");
    thread_start(&reader, "reader", read_all, &greedy);
    for (int i = 0; i < 200; i++)
        client_send(greedy, str_from(request));
    for (int i = 0; i < 50; i++) {
        SEND(other, GET("/hello"));
        CHECK_I64(client_reply(other, &got), 200);
    }
    shutdown(greedy, SHUT_RDWR);
    thread_join(reader);
    close(greedy);
    close(other);
}

static void an_attachment_has_both_of_its_names(void **state)
{
    static const struct {
        const char *name, *value;
    } cases[] = {
        { "a.zip", "attachment; filename=\"a.zip\"; filename*=UTF-8''a.zip" },
        { "F\xc3\xbc"
          "chse.zip",
          "attachment; filename=\"F__chse.zip\"; filename*=UTF-8''F%C3%BCchse.zip" },
        { "a\"b\\c%d e.zip",
          "attachment; filename=\"a_b_c_d e.zip\"; filename*=UTF-8''a%22b%5Cc%25d%20e.zip" },
    };
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_STR(http_attachment(&a, str_from(cases[i].name)), str_from(cases[i].value));
}

#define SERVED(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        SERVED(pieces_arrive_in_their_order_whatever_they_are),
        SERVED(any_range_begins_in_the_middle_of_a_piece),
        SERVED(no_more_is_sent_than_was_promised),
        SERVED(a_wait_holds_up_nobody_else),
        SERVED(what_stands_before_a_wait_is_sent),
        SERVED(a_peer_that_leaves_in_a_wait_is_not_missed),
        cmocka_unit_test_setup_teardown(stopping_waits_for_a_source_that_waits, begin, forget),
        SERVED(a_body_that_breaks_off_says_why_once),
        SERVED(heads_and_tags_need_no_piece),
        SERVED(a_greedy_reader_leaves_turns_to_others),
        TEST(an_attachment_has_both_of_its_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
