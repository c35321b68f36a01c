/* Events on every database: numbers without holes, bounded history, and the hub that sends them. */
#include "check.h"
#include "scratch.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/event_hub.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/fault.h"
#include "engine/retention.h"

enum { PATIENCE_S = 20, TEXT_BYTES = 48 * 1024 * 1024 };

static bool on_postgres;
static char folder[SCRATCH_SIZE], url[512];
static struct db *db;

static void run_on_server(const char *verb, const char *rest)
{
    PGconn *server = PQconnectdb(getenv("ALBUMEN_TEST_POSTGRES_URL"));
    char sql[128];

    snprintf(sql, sizeof(sql), "SET client_min_messages = error; %s SCHEMA albumen_events_%d %s",
             verb, (int)getpid(), rest);
    PGresult *result = PQexec(server, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        fail_msg("%s: %s", sql, PQresultErrorMessage(result));
    PQclear(result);
    PQfinish(server);
}

static int set_up(void **state)
{
    struct db_options options = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK(scratch_make(folder, "events"));
    snprintf(url, sizeof(url), "sqlite:%s/test.db", folder);
    if (on_postgres) {
        run_on_server("CREATE", "");
        snprintf(url, sizeof(url), "%s?options=-csearch_path%%3Dalbumen_events_%d",
                 getenv("ALBUMEN_TEST_POSTGRES_URL"), (int)getpid());
    }
    options.url = str_from(url);
    CHECK_OK(db_open(&options, &db, &e));
    CHECK_OK(db_migrate(db, &e));
    return 0;
}

static int tear_down(void **state)
{
    UNUSED(state);
    db_close(db);
    if (on_postgres)
        run_on_server("DROP", "CASCADE");
    return scratch_remove(folder);
}

/* Several events of one transaction. */
struct adding {
    const char *channel, *result;
    int count;
    bool refuse;
};

static bool add(struct db_tx *tx, void *arg, struct err *e)
{
    const struct adding *w = arg;
    AUTO_ARENA a = { 0 };

    for (int i = 0; i < w->count; i++)
        if (!event_add(tx, &a, str_from(w->channel), "test", str_from(w->result), e))
            return false;
    return !w->refuse || err_set(e, ERR_CONFLICT, "refused");
}

static void add_events(const char *channel, int count)
{
    struct adding w = { channel, "{}", count, false };
    struct err e = { 0 };

    CHECK_OK(db_write(db, add, &w, &e));
}

struct reading {
    struct arena arena;
    const char *channel;
    int64_t after, limit, last;
    struct field_list events;
};

static bool read_all(struct db_tx *tx, void *arg, struct err *e)
{
    struct reading *r = arg;

    return event_last(tx, &r->arena, str_from(r->channel), &r->last, e) &&
           event_read(tx, &r->arena, str_from(r->channel), r->after, r->limit, &r->events, e);
}

static struct reading read_events(const char *channel, int64_t after, int64_t limit)
{
    struct reading r = { .channel = channel, .after = after, .limit = limit };
    struct err e = { 0 };

    CHECK_OK(db_read(db, read_all, &r, &e));
    return r;
}

/* The channel holds exactly the numbers first to last. */
static void check_numbers(const char *channel, int64_t first, int64_t last)
{
    struct reading r = read_events(channel, 0, 100000);
    const struct event *events = r.events.items;

    CHECK_I64(r.last, last);
    CHECK_I64(r.events.count, last - first + 1);
    for (size_t i = 0; i < r.events.count; i++)
        CHECK_I64(events[i].number, first + (int64_t)i);
    arena_deinit(&r.arena);
}

static void each_channel_counts_for_itself_and_what_was_rolled_back_does_not_count(void **state)
{
    struct adding refused = { "admin", "{}", 3, true };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_I64(read_events("admin", 0, 10).last, 0);
    add_events("admin", 2);
    CHECK_FAILS(db_write(db, add, &refused, &e), ERR_CONFLICT, "refused");
    add_events("user:1", 1);
    add_events("admin", 1);
    check_numbers("admin", 1, 3);
    check_numbers("user:1", 1, 1);
    struct reading r = read_events("admin", 1, 1);
    CHECK_I64(r.events.count, 1);
    CHECK_I64(((const struct event *)r.events.items)->number, 2);
    CHECK_STR(((const struct event *)r.events.items)->body,
              STR("{\"type\":\"test\",\"result\":{}}"));
    arena_deinit(&r.arena);
}

enum { WRITERS = 8, WRITES = 50 };

static void *write_some(void *arg)
{
    UNUSED(arg);
    for (int i = 0; i < WRITES; i++) {
        add_events("admin", 1 + i % 3);
        add_events("user:1", 1);
    }
    return NULL;
}

static void writers_at_the_same_time_leave_no_hole(void **state)
{
    pthread_t threads[WRITERS];

    UNUSED(state);
    for (int i = 0; i < WRITERS; i++)
        thread_start(&threads[i], "writer", write_some, NULL);
    for (int i = 0; i < WRITERS; i++)
        thread_join(threads[i]);
    check_numbers("user:1", 1, WRITERS * WRITES);
    check_numbers("admin", 1, WRITERS * (WRITES * 2 - 1));
}

static void what_would_break_the_stream_is_refused(void **state)
{
    static char large[EVENT_BODY_MAX + 1];
    const struct {
        const char *result, *message;
    } cases[] = {
        { "{\n}", "an event must be one line of JSON" },
        { "{\r}", "an event must be one line of JSON" },
        { "{}\n\ndata: {}", "an event must be one line of JSON" },
        { large, "an event has 16409 bytes, 16384 are the most" },
    };
    struct err e = { 0 };

    UNUSED(state);
    memset(large, ' ', sizeof(large) - 1);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct adding w = { "admin", cases[i].result, 1, false };

        CHECK_FAILS(db_write(db, add, &w, &e), ERR_INTERNAL, cases[i].message);
    }
    CHECK_I64(read_events("admin", 0, 10).last, 0);
}

static void a_channel_keeps_its_newest_events_at_any_rate(void **state)
{
    struct reading r;

    UNUSED(state);
    add_events("admin", EVENT_KEPT + EVENT_TRIM_EVERY - 1);
    check_numbers("admin", 1, EVENT_KEPT + EVENT_TRIM_EVERY - 1);
    add_events("admin", 1);
    check_numbers("admin", EVENT_TRIM_EVERY + 1, EVENT_KEPT + EVENT_TRIM_EVERY);
    for (int i = 0; i < 5; i++) {
        add_events("admin", 1000);
        r = read_events("admin", 0, 100000);
        CHECK(r.events.count >= EVENT_KEPT && r.events.count < EVENT_KEPT + EVENT_TRIM_EVERY);
        arena_deinit(&r.arena);
    }
}

struct sweep {
    struct arena arena;
    struct str from, next;
};

static bool sweep(struct db_tx *tx, void *arg, struct err *e)
{
    struct sweep *s = arg;

    return event_sweep(tx, &s->arena, s->from, &s->next, e);
}

static void what_is_older_than_a_day_is_swept_piece_by_piece_and_numbers_go_on(void **state)
{
    enum { CHANNELS = 25 };
    int64_t now = clock_now_ms();
    struct err e = { 0 };
    struct sweep s = { .next = STR("") };
    char channel[32];
    int pieces = 0;

    UNUSED(state);
    clock_set_virtual(now - retention_defaults.events_ms - 1000);
    for (int i = 0; i < CHANNELS; i++) {
        snprintf(channel, sizeof(channel), "user:%d", i);
        add_events(channel, 100);
    }
    clock_set_virtual(-1);
    add_events("user:1", 5);
    for (; !str_is_null(s.next); pieces++) {
        s.from = s.next;
        CHECK_OK(db_write(db, sweep, &s, &e));
    }
    CHECK(pieces > 1);
    check_numbers("user:1", 101, 105);
    for (int i = 0; i < CHANNELS; i++) {
        snprintf(channel, sizeof(channel), "user:%d", i);
        if (i != 1)
            add_events(channel, 1);
        check_numbers(channel, 101, i == 1 ? 105 : 101);
    }
    arena_deinit(&s.arena);
}

/* A server with a hub: each request opens a stream of the channel "user:1". */
struct house {
    struct event_hub *hub;
    struct server *server;
};

static struct house house;

static void on_head(void *ctx, struct http_exchange *x, struct http_body_policy *policy)
{
    UNUSED(ctx);
    UNUSED(x);
    UNUSED(policy);
}

static void on_request(void *ctx, struct http_exchange *x)
{
    struct reading r = read_events("user:1", 0, 1);

    UNUSED(ctx);
    x->reply.body = STR("open\n\n");
    event_hub_subscribe(house.hub, STR("user:1"), r.last);
    server_open_stream(house.server, x, STR("user:1"), r.last, STR("user/token"));
    arena_deinit(&r.arena);
}

static void on_end(void *ctx, struct str channel)
{
    UNUSED(ctx);
    event_hub_unsubscribe(house.hub, channel);
}

static void open_house(void)
{
    struct server_options options = {
        .listen = STR("127.0.0.1:0"),
        .loops = 2,
        .handler = { .head = on_head, .request = on_request, .stream_ended = on_end },
    };
    struct err e = { 0 };

    CHECK_OK(event_hub_create(db, &house.hub, &e));
    CHECK_OK(server_start(&options, &house.server, &e));
    event_hub_start(house.hub, house.server);
}

/* As the program does it. */
static int close_house(void **state)
{
    int status;

    event_hub_stop(house.hub);
    server_stop(house.server, 1000);
    status = tear_down(state);
    event_hub_destroy(house.hub);
    return status;
}

static int listener(int receive_bytes)
{
    static const char ask[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    struct sockaddr_in to = { .sin_family = AF_INET };
    struct timeval patience = { .tv_sec = PATIENCE_S };
    struct str host, port, address = server_address(house.server);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int64_t number = 0;

    str_cut(address, ':', &host, &port);
    CHECK(str_to_i64(port, 1, 65535, &number));
    to.sin_port = htons((uint16_t)number);
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    if (receive_bytes > 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof(receive_bytes));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    CHECK_I64(connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
    CHECK_I64(write(fd, ask, sizeof(ask) - 1), sizeof(ask) - 1);
    return fd;
}

/* Reads until the text is there, or to the end for NULL. */
static struct str read_until(int fd, struct buf *got, const char *text)
{
    size_t from = 0; /* searched already, but for a text that was cut */

    for (;;) {
        char piece[65536];
        ssize_t n;
        struct str fresh = str_slice(buf_str(got), from, got->len);

        if (text != NULL && str_find(fresh, str_from(text)) < fresh.len)
            return buf_str(got);
        from = got->len - MIN(got->len, text != NULL ? strlen(text) : 0);
        n = read(fd, piece, sizeof(piece));
        if (n < 0 || (n == 0 && text != NULL))
            fail_msg("'%s' did not come", text != NULL ? text : "the end");
        if (n == 0)
            return buf_str(got);
        buf_put(got, str_of(piece, (size_t)n));
        CHECK(!got->overflowed);
    }
}

/* Counts the frames and sees that their numbers follow each other. */
static int64_t check_frames(struct str text, int64_t after)
{
    size_t at;

    while ((at = str_find(text, STR("id: "))) < text.len) {
        struct str number, rest;
        int64_t got = 0;

        if (!str_cut(str_slice(text, at + 4, text.len), '\n', &number, &rest) ||
            str_find(rest, STR("\n\n")) == rest.len)
            break; /* the last one was cut */
        CHECK(str_to_i64(number, 1, INT64_MAX, &got));
        CHECK_I64(got, after + 1);
        after = got;
        text = rest;
    }
    return after;
}

static void what_is_committed_is_sent_in_order(void **state)
{
    AUTO_BUF got = { 0 };
    int fd;

    UNUSED(state);
    buf_init(&got, TEXT_BYTES);
    open_house();
    add_events("user:1", 3);
    fd = listener(0);
    read_until(fd, &got, "open\n\n");
    for (int i = 0; i < 50; i++) {
        add_events("user:2", 1); /* nobody listens */
        add_events("user:1", 1 + i % 5);
    }
    add_events("user:1", 500); /* several pages */
    read_until(fd, &got, "id: 653\ndata: {\"type\":\"test\",\"result\":{}}\n\n");
    CHECK_I64(check_frames(buf_str(&got), 3), 653);
    close(fd);
}

enum { ROUNDS = 200 };

static void a_reader_that_takes_nothing_is_cut_and_others_are_not(void **state)
{
    static char large[15000];
    struct adding w = { "user:1", large, 3, false }; /* a burst that fits into any socket */
    struct err e = { 0 };
    AUTO_BUF got = { 0 }, cut = { 0 };
    int quick, slow;

    UNUSED(state);
    buf_init(&got, TEXT_BYTES);
    buf_init(&cut, TEXT_BYTES);
    memset(large, 'x', sizeof(large) - 1);
    open_house();
    quick = listener(0);
    slow = listener(4096);
    read_until(quick, &got, "open\n\n");
    read_until(slow, &cut, "open\n\n");
    for (int i = 1; i <= ROUNDS; i++) {
        char last[32];

        CHECK_OK(db_write(db, add, &w, &e));
        snprintf(last, sizeof(last), "id: %d\n", i * w.count);
        read_until(quick, &got, last);
    }
    CHECK(check_frames(buf_str(&got), 0) >= ROUNDS * w.count - 1); /* the last is on its way */
    read_until(slow, &cut, NULL);
    CHECK(check_frames(buf_str(&cut), 0) < ROUNDS * w.count);
    close(slow);
    close(quick);
}

/* Called before the hub's: the next thing that begins is the hub's read. */
static void fail_the_next_read(void *ctx, struct str topic)
{
    atomic_int *left = ctx;

    UNUSED(topic);
    if (atomic_fetch_sub(left, 1) > 0)
        fault_set("db_begin:1:fail");
}

static void a_read_that_fails_is_made_again_and_nothing_is_lost(void **state)
{
    static atomic_int left;
    struct err e = { 0 };
    AUTO_BUF got = { 0 };
    int fd;

    UNUSED(state);
    atomic_store(&left, 0);
    buf_init(&got, TEXT_BYTES);
    CHECK_OK(db_listen(db, fail_the_next_read, &left, &e));
    open_house();
    fd = listener(0);
    read_until(fd, &got, "open\n\n");
    for (int i = 1; i <= 3; i++) {
        char last[32];

        atomic_store(&left, 1);
        add_events("user:1", 2);
        snprintf(last, sizeof(last), "id: %d\n", i * 2);
        read_until(fd, &got, last);
        fault_set(NULL);
    }
    add_events("user:1", 1);
    read_until(fd, &got, "id: 7\ndata: {\"type\":\"test\",\"result\":{}}\n\n");
    CHECK_I64(check_frames(buf_str(&got), 0), 7);
    close(fd);
}

static bool signal_much(struct db_tx *tx, void *arg, struct err *e)
{
    char topic[16];

    for (int i = 0; i <= DB_TOPICS_MAX; i++) {
        snprintf(topic, sizeof(topic), "t%d", i);
        if (!db_signal(tx, str_from(topic), e))
            return false;
    }
    return add(tx, arg, e);
}

static void a_signal_for_anything_is_enough(void **state)
{
    struct adding w = { "user:1", "{}", 1, false };
    struct err e = { 0 };
    AUTO_BUF got = { 0 };
    int fd;

    UNUSED(state);
    buf_init(&got, TEXT_BYTES);
    open_house();
    fd = listener(0);
    read_until(fd, &got, "open\n\n");
    CHECK_OK(db_write(db, signal_much, &w, &e));
    read_until(fd, &got, "id: 1\n");
    close(fd);
}

static bool end_streams(struct db_tx *tx, void *arg, struct err *e)
{
    AUTO_ARENA a = { 0 };

    return event_close_streams(tx, &a, str_from(arg), e);
}

static void streams_end_by_the_beginning_of_their_token(void **state)
{
    char other[] = "user/other", all[] = "user/";
    struct err e = { 0 };
    AUTO_BUF got = { 0 };
    int fd;

    UNUSED(state);
    buf_init(&got, TEXT_BYTES);
    open_house();
    fd = listener(0);
    read_until(fd, &got, "open\n\n");
    CHECK_OK(db_write(db, end_streams, other, &e));
    add_events("user:1", 1);
    read_until(fd, &got, "id: 1\n");
    CHECK_OK(db_write(db, end_streams, all, &e));
    read_until(fd, &got, NULL);
    close(fd);
}

#define FRESH(name)  cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define HOUSED(name) cmocka_unit_test_setup_teardown(name, set_up, close_house)

static const struct CMUnitTest tests[] = {
    FRESH(each_channel_counts_for_itself_and_what_was_rolled_back_does_not_count),
    FRESH(writers_at_the_same_time_leave_no_hole),
    FRESH(what_would_break_the_stream_is_refused),
    FRESH(a_channel_keeps_its_newest_events_at_any_rate),
    FRESH(what_is_older_than_a_day_is_swept_piece_by_piece_and_numbers_go_on),
    HOUSED(what_is_committed_is_sent_in_order),
    HOUSED(a_reader_that_takes_nothing_is_cut_and_others_are_not),
    HOUSED(a_read_that_fails_is_made_again_and_nothing_is_lost),
    HOUSED(a_signal_for_anything_is_enough),
    HOUSED(streams_end_by_the_beginning_of_their_token),
};

int main(int argc, char **argv)
{
    struct err e = { 0 };
    int failed = 0;

    if (argc < 2 || !crypto_init(&e)) {
        fprintf(stderr, "usage: %s sqlite|postgres ...\n", argv[0]);
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        on_postgres = strcmp(argv[i], "postgres") == 0;
        failed += _cmocka_run_group_tests(argv[i], tests, COUNT(tests), NULL, NULL);
    }
    return failed;
}
