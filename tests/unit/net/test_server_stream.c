/* Event streams: nothing lost, doubled or out of order; slow readers and gaps end, and resume. */
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/site.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static struct site site;
static struct buf got;

static atomic_int ended;

static void note_end(void *ctx, struct str channel)
{
    UNUSED(ctx);
    CHECK_STR(channel, STR("news"));
    atomic_fetch_add(&ended, 1);
}

static int start(void **state)
{
    struct server_options options = { .loops = 2, .write_timeout_ms = 200 };

    UNUSED(state);
    buf_init(&got, 64 * MIB);
    atomic_store(&ended, 0);
    options.handler.stream_ended = note_end;
    site_start(&site, options);
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

static void publish(int64_t number)
{
    char frame[64];

    snprintf(frame, sizeof(frame), "id: %lld\n\n", (long long)number);
    server_publish(site.server, STR("news"), number, str_from(frame));
}

/* A stream that is in the handler's hands; site_take gives its exchange. */
static int ask_stream(struct http_exchange **out)
{
    int fd = client_open(&site);

    SEND(fd, GET("/away"));
    *out = site_take(&site);
    return fd;
}

static void open_stream(struct http_exchange *x, int64_t after)
{
    x->reply.body = STR("replay\n\n");
    server_open_stream(site.server, x, STR("news"), after, STR("token"));
}

static int begin_stream(int64_t after)
{
    struct http_exchange *x;
    int fd = ask_stream(&x);
    int64_t streams = server_stats(site.server).streams;

    open_stream(x, after);
    site_wait_streams(&site, streams + 1);
    return fd;
}

/* Everything behind the replay, up to the frame with this number, or to the end for 0. */
static struct str frames(int fd, int64_t last)
{
    char text[64];
    size_t replay;

    snprintf(text, sizeof(text), "id: %lld\n\n", (long long)last);
    buf_clear(&got);
    CHECK(client_read_until(fd, &got, last > 0 ? text : NULL));
    replay = str_find(buf_str(&got), STR("replay\n\n"));
    CHECK(replay < got.len);
    return str_slice(buf_str(&got), replay + 8, got.len);
}

static void a_stream_begins_with_its_head_and_replay(void **state)
{
    int fd = client_open(&site);

    UNUSED(state);
    SEND(fd, GET("/stream"));
    CHECK(client_read_until(fd, &got, "retry: 1\n\n"));
    CHECK(str_find(buf_str(&got),
                   STR("Content-Type: text/event-stream\r\nCache-Control: no-store\r\n")) <
          got.len);
    CHECK(str_find(buf_str(&got), STR("Content-Length")) == got.len);
    site_wait_done(&site, 1); /* the exchange does not live as long as the stream */
    publish(1);
    CHECK(client_read_until(fd, &got, "id: 1\n\n"));
    close(fd);
    site_wait_streams(&site, 0);
}

static void frames_follow_in_order_and_seen_ones_are_passed_over(void **state)
{
    int fd = begin_stream(10);

    UNUSED(state);
    for (int64_t i = 8; i <= 13; i++)
        publish(i);
    publish(13);
    publish(14);
    CHECK_STR(frames(fd, 14), STR("id: 11\n\nid: 12\n\nid: 13\n\nid: 14\n\n"));
    close(fd);
}

static void a_gap_ends_the_stream(void **state)
{
    int fd = begin_stream(10);

    UNUSED(state);
    publish(11);
    publish(13);
    publish(14);
    CHECK_STR(frames(fd, 0), STR("id: 11\n\n"));
    site_wait_streams(&site, 0);
    close(fd);
}

static void a_frame_without_number_is_for_everybody(void **state)
{
    int fd = begin_stream(10);

    UNUSED(state);
    server_publish(site.server, STR("news"), 0, STR("anything\n\n"));
    server_publish(site.server, STR("other"), 11, STR("not this\n\n"));
    publish(11);
    CHECK_STR(frames(fd, 11), STR("anything\n\nid: 11\n\n"));
    close(fd);
}

static void nothing_is_lost_between_replay_and_stream(void **state)
{
    struct http_exchange *x, *other;
    int fd, waiting;

    UNUSED(state);
    publish(10); /* before: the handler can read it */
    fd = ask_stream(&x);
    waiting = ask_stream(&other);
    for (int64_t i = 11; i <= 20; i++)
        publish(i);
    server_publish(site.server, STR("news"), 0, STR("once\n\n"));
    open_stream(x, 15); /* it read up to here */
    CHECK(str_starts(frames(fd, 20), STR("id: 16\n\nid: 17\n\nid: 18\n\nid: 19\n\nid: 20\n\n")));
    publish(21);
    CHECK(client_read_until(fd, &got, "once\n\nid: 21\n\n"));
    open_stream(other, 21);
    publish(22);
    CHECK(str_ends(frames(waiting, 22), STR("id: 22\n\n")));
    close(fd);
    close(waiting);
}

static void too_much_in_between_ends_the_stream_after_its_replay(void **state)
{
    struct http_exchange *x;
    int fd = ask_stream(&x);

    UNUSED(state);
    for (int64_t i = 1; i <= 3000; i++)
        server_publish(site.server, STR("other"), i, STR("x\n\n"));
    open_stream(x, 5);
    CHECK_STR(frames(fd, 0), STR(""));
    CHECK_I64(server_stats(site.server).streams, 0);
    close(fd);
}

static void a_revoked_token_ends_its_streams_also_the_one_that_is_opening(void **state)
{
    struct http_exchange *x;
    int open = begin_stream(0), opening = ask_stream(&x);

    UNUSED(state);
    publish(1);
    server_close_streams(site.server, STR("other"));
    server_close_streams(site.server, STR("token"));
    CHECK_STR(frames(open, 0), STR("id: 1\n\n"));
    open_stream(x, 1);
    CHECK_STR(frames(opening, 0), STR(""));
    CHECK_I64(server_stats(site.server).streams, 0);
    close(open);
    close(opening);
}

static void the_beginning_of_a_token_ends_all_that_begin_so(void **state)
{
    static const struct {
        const char *closed;
        bool ends;
    } cases[] = {
        { "token/1", false }, { "oken", false }, { "tokem", false },
        { "tok", true },      { "token", true }, { "", true },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        int fd = begin_stream(0);

        server_close_streams(site.server, str_from(cases[i].closed));
        publish(1);
        CHECK_STR(frames(fd, cases[i].ends ? 0 : 1), cases[i].ends ? STR("") : STR("id: 1\n\n"));
        close(fd);
        site_wait_streams(&site, 0); /* the next one counts from there */
    }
}

/* Opened, cut off by the peer, refused for a gap, gone before it was opened, or a HEAD. */
static void the_handler_is_told_once_of_the_end_of_each_stream(void **state)
{
    struct http_exchange *late, *gone;
    int open = begin_stream(0), gap = ask_stream(&late), away = ask_stream(&gone);

    UNUSED(state);
    CHECK_I64(atomic_load(&ended), 0);
    close(open);
    site_wait_streams(&site, 0);
    CHECK_I64(atomic_load(&ended), 1);

    for (int64_t i = 1; i <= 3000; i++)
        server_publish(site.server, STR("other"), i, STR("x\n\n"));
    open_stream(late, 5);
    CHECK_STR(frames(gap, 0), STR(""));
    site_wait_done(&site, 2);
    CHECK_I64(atomic_load(&ended), 2);
    close(gap);

    close(away);
    while (!atomic_load(&gone->gone))
        sched_yield();
    open_stream(gone, 0);
    site_wait_done(&site, 3);
    CHECK_I64(atomic_load(&ended), 3);

    int head = client_open(&site);
    SEND(head, "HEAD /away HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    open_stream(site_take(&site), 0);
    CHECK(client_read_until(head, &got, NULL));
    site_wait_done(&site, 4);
    CHECK_I64(atomic_load(&ended), 4);
    close(head);
}

static void one_event_reaches_two_hundred_streams(void **state)
{
    enum { STREAMS = 200, EVENTS = 50 };
    int fds[STREAMS];

    UNUSED(state);
    for (int i = 0; i < STREAMS; i++)
        fds[i] = begin_stream(0);
    for (int64_t i = 1; i <= EVENTS; i++)
        publish(i);
    for (int i = 0; i < STREAMS; i++) {
        struct str all = frames(fds[i], EVENTS);

        for (int64_t k = 1; k <= EVENTS; k++) {
            char text[64];

            snprintf(text, sizeof(text), "id: %lld\n\n", (long long)k);
            CHECK(str_starts(all, str_from(text)));
            all = str_slice(all, str_from(text).len, all.len);
        }
        CHECK_I64(all.len, 0);
        close(fds[i]);
    }
    site_wait_streams(&site, 0);
}

/* It reads nothing, so the frames fill its socket, then its 64 KiB; the others go on. */
static void a_slow_reader_is_cut_and_others_are_not(void **state)
{
    static char frame[8192];
    int slow = begin_stream(0), quick = begin_stream(0), number = 0;

    UNUSED(state);
    memset(frame, 'x', sizeof(frame));
    while (server_stats(site.server).streams == 2) {
        server_publish(site.server, STR("news"), ++number, str_of(frame, sizeof(frame)));
        buf_clear(&got);
        while (got.len < sizeof(frame)) {
            size_t before = got.len;
            ssize_t n = recv(quick, buf_reserve(&got, sizeof(frame)), sizeof(frame) - before, 0);

            CHECK(n > 0);
            buf_advance(&got, (size_t)n);
        }
    }
    CHECK_I64(server_stats(site.server).streams, 1);
    CHECK(number > 8);
    close(slow);
    close(quick);
}

static void a_replay_that_nobody_reads_is_cut_by_the_clock(void **state)
{
    enum { REPLAY = 16 * 1000 * 1000 };
    struct http_exchange *x;
    int fd = ask_stream(&x);

    UNUSED(state);
    x->reply.body = str_of(arena_alloc(&x->arena, REPLAY), REPLAY);
    server_open_stream(site.server, x, STR("news"), 0, STR("token"));
    site_wait_streams(&site, 1);
    publish(1);
    site_wait_streams(&site, 0);
    site_wait_done(&site, 1);
    close(fd);
}

static void a_reader_that_catches_up_stays(void **state)
{
    enum { FRAMES = 7, BYTES = 8192 };
    static char frame[BYTES];
    int fd = begin_stream(0);
    struct str end = STR("end\n\n");

    UNUSED(state);
    memset(frame, 'x', sizeof(frame));
    for (int round = 0; round < 100; round++) {
        for (int i = 1; i <= FRAMES; i++)
            server_publish(site.server, STR("news"), round * 8 + i, str_of(frame, BYTES));
        server_publish(site.server, STR("news"), round * 8 + 8, end);
        buf_clear(&got);
        CHECK(client_read_until(fd, &got, "end\n\n"));
        CHECK(got.len >= FRAMES * BYTES + end.len);
    }
    CHECK_I64(server_stats(site.server).streams, 1);
    close(fd);
}

static void a_reader_that_leaves_is_noticed_at_once(void **state)
{
    int fds[20];

    UNUSED(state);
    for (size_t i = 0; i < COUNT(fds); i++)
        fds[i] = begin_stream(0);
    for (size_t i = 0; i < COUNT(fds); i += 2)
        close(fds[i]);
    site_wait_streams(&site, COUNT(fds) / 2);
    for (size_t i = 1; i < COUNT(fds); i += 2)
        close(fds[i]);
    site_wait_streams(&site, 0);
    site_wait_connections(&site, 0);
}

static void a_silent_stream_gets_a_comment_every_fifteen_seconds(void **state)
{
    int first = begin_stream(0), second = begin_stream(0);
    int64_t start_ms = clock_steady_ms();

    UNUSED(state);
    for (int64_t i = 1; i <= 3; i++) {
        clock_set_virtual(start_ms + i * 16000);
        server_publish(site.server, STR("other"), i, STR("wakes the loops\n\n"));
        for (int k = 0; k < 2; k++) {
            buf_clear(&got);
            CHECK(client_read_until(k == 0 ? first : second, &got, ": \n\n"));
        }
    }
    clock_set_virtual(-1);
    close(first);
    close(second);
}

static void stopping_ends_streams_and_those_that_are_opening(void **state)
{
    struct http_exchange *x;
    int open = begin_stream(0), opening = ask_stream(&x);
    pthread_t stopper;

    UNUSED(state);
    thread_start(&stopper, "stopper", site_stop_thread, &site);
    CHECK_STR(frames(open, 0), STR(""));
    open_stream(x, 0);
    CHECK_STR(frames(opening, 0), STR(""));
    thread_join(stopper);
    close(open);
    close(opening);
}

#define STREAM(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STREAM(a_stream_begins_with_its_head_and_replay),
        STREAM(frames_follow_in_order_and_seen_ones_are_passed_over),
        STREAM(a_gap_ends_the_stream),
        STREAM(a_frame_without_number_is_for_everybody),
        STREAM(nothing_is_lost_between_replay_and_stream),
        STREAM(too_much_in_between_ends_the_stream_after_its_replay),
        STREAM(a_revoked_token_ends_its_streams_also_the_one_that_is_opening),
        STREAM(the_beginning_of_a_token_ends_all_that_begin_so),
        STREAM(the_handler_is_told_once_of_the_end_of_each_stream),
        STREAM(one_event_reaches_two_hundred_streams),
        STREAM(a_slow_reader_is_cut_and_others_are_not),
        STREAM(a_replay_that_nobody_reads_is_cut_by_the_clock),
        STREAM(a_reader_that_catches_up_stays),
        STREAM(a_reader_that_leaves_is_noticed_at_once),
        STREAM(a_silent_stream_gets_a_comment_every_fifteen_seconds),
        cmocka_unit_test_setup_teardown(stopping_ends_streams_and_those_that_are_opening, start,
                                        forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
