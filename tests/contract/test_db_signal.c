/* What every database must do with signals: heard after the commit, once, everywhere, in order. */
#include "db_place.h"

#include <stdio.h>

#include "base/fault.h"
#include "base/thread.h"

enum { HEARD_BYTES = 1 << 20, PATIENCE_MS = 10000 };

/* All that one listener heard, a line each. */
struct ear {
    struct lock lock;
    char text[HEARD_BYTES];
    size_t len;
    struct db *db;
};

static struct ear ears[DB_LISTENERS_MAX];

static void heard(void *ctx, struct str topic)
{
    struct ear *ear = ctx;
    LOCKED(&ear->lock);

    CHECK(ear->len + topic.len + 1 < HEARD_BYTES);
    memcpy(ear->text + ear->len, topic.ptr, topic.len);
    ear->len += topic.len;
    ear->text[ear->len++] = '\n';
    lock_broadcast(&ear->lock);
}

static void listen_with(struct ear *ear, struct db *db)
{
    struct err e = { 0 };

    ear->len = 0;
    ear->db = db;
    lock_init(&ear->lock);
    CHECK_OK(db_listen(db, heard, ear, &e));
}

/* What was heard up to and with the line `last`, which has to come. The rest stays. */
static struct str hear_until(struct arena *a, struct ear *ear, const char *last)
{
    struct str want = arena_strf(a, "%s\n", last);
    LOCKED(&ear->lock);

    for (;;) {
        struct str all = str_of(ear->text, ear->len);
        size_t at = 0;

        while (at < all.len && !str_starts(str_slice(all, at, all.len), want))
            at = str_find_char(all, '\n', at) + 1;
        if (at < all.len) {
            struct str out = arena_str(a, str_slice(all, 0, at + want.len));

            ear->len -= out.len;
            memmove(ear->text, ear->text + out.len, ear->len);
            return out;
        }
        if (!lock_wait_ms(&ear->lock, PATIENCE_MS))
            fail_msg("never heard '%s', but: %.*s", last, STR_ARG(all));
    }
}

/* Topics of one transaction, which also inserts a note unless its number is 0. */
struct speech {
    const char *const *topics;
    size_t count;
    int64_t note;
    bool refuse;
    int runs;
};

static bool speak(struct db_tx *tx, void *arg, struct err *e)
{
    struct speech *s = arg;
    AUTO_ARENA a = { 0 };
    struct note n = { .number = s->note };

    s->runs++;
    n.body = arena_strf(&a, "note %lld", (long long)s->note);
    for (size_t i = 0; i < s->count; i++)
        if (!db_signal(tx, str_from(s->topics[i]), e))
            return false;
    if (s->note != 0 && !db_exec(tx, Q_NOTE_INSERT, note_fields, &n, e))
        return false;
    return !s->refuse || err_set(e, ERR_CONFLICT, "refused");
}

static void say(struct db *db, const char *topic)
{
    struct speech s = { &topic, 1, 0, false, 0 };
    struct err e = { 0 };

    CHECK_OK(db_write(db, speak, &s, &e));
}

static void a_transaction_is_heard_in_order_and_each_topic_once(void **state)
{
    static const char *const topics[] = { "b", "a", "b", "event:user:1", "a", "a longer: topic" };
    struct speech s = { topics, COUNT(topics), 1, false, 0 };
    struct err e = { 0 };
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    listen_with(&ears[0], place.db);
    CHECK_OK(db_write(place.db, speak, &s, &e));
    say(place.db, "end");
    CHECK_STR(hear_until(&a, &ears[0], "end"), STR("b\na\nevent:user:1\na longer: topic\nend\n"));
}

static void a_transaction_that_was_rolled_back_is_not_heard(void **state)
{
    static const char *const topics[] = { "never" };
    struct speech refused = { topics, 1, 1, true, 0 }, twice = { topics, 1, 7, false, 0 };
    struct err e = { 0 };
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    listen_with(&ears[0], place.db);
    CHECK_FAILS(db_write(place.db, speak, &refused, &e), ERR_CONFLICT, "refused");
    CHECK_OK(note_insert(place.db, 7, &e));
    CHECK_FAILS(db_write(place.db, speak, &twice, &e), ERR_CONFLICT, NULL);
    fault_set("db_commit:1:fail");
    twice.note = 8;
    CHECK_FAILS(db_write(place.db, speak, &twice, &e), ERR_IO, NULL);
    fault_set(NULL);
    say(place.db, "end");
    CHECK_STR(hear_until(&a, &ears[0], "end"), STR("end\n"));
}

static bool speak_too_much(struct db_tx *tx, void *arg, struct err *e)
{
    char topic[32];

    for (int i = 0; i < *(int *)arg; i++) {
        snprintf(topic, sizeof(topic), "topic %d", i);
        if (!db_signal(tx, str_from(topic), e))
            return false;
    }
    return db_signal(tx, STR("topic 0"), e);
}

static void more_topics_than_a_transaction_may_have_become_one_for_anything(void **state)
{
    int most = DB_TOPICS_MAX, more = DB_TOPICS_MAX + 1, many = 1000;
    struct err e = { 0 };
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    listen_with(&ears[0], place.db);
    CHECK_OK(db_write(place.db, speak_too_much, &most, &e));
    CHECK_OK(db_write(place.db, speak_too_much, &more, &e));
    CHECK_OK(db_write(place.db, speak_too_much, &many, &e));
    say(place.db, "end");
    struct str all = hear_until(&a, &ears[0], "topic 63");
    CHECK(str_starts(all, STR("topic 0\ntopic 1\n")));
    CHECK_STR(hear_until(&a, &ears[0], "end"), STR("*\n*\nend\n"));
}

static bool speak_longest(struct db_tx *tx, void *arg, struct err *e)
{
    char topic[DB_TOPIC_MAX + 1];

    UNUSED(arg);
    for (int i = 0; i < DB_TOPICS_MAX; i++) {
        memset(topic, 'x', DB_TOPIC_MAX);
        topic[0] = (char)('0' + i);
        topic[DB_TOPIC_MAX] = '\0';
        if (!db_signal(tx, str_from(topic), e))
            return false;
    }
    return true;
}

static void the_most_and_longest_topics_all_arrive(void **state)
{
    struct err e = { 0 };
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    listen_with(&ears[0], place.db);
    CHECK_OK(db_write(place.db, speak_longest, NULL, &e));
    say(place.db, "end");
    CHECK_I64(hear_until(&a, &ears[0], "end").len, DB_TOPICS_MAX * (DB_TOPIC_MAX + 1) + 4);
}

static void a_topic_that_is_none_fails_the_transaction(void **state)
{
    static char long_one[DB_TOPIC_MAX + 2];
    const char *const cases[] = { "", "a\nb", "a\tb", "\x01", "\xff", long_one };
    struct err e = { 0 };
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    memset(long_one, 'x', DB_TOPIC_MAX + 1);
    listen_with(&ears[0], place.db);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct speech s = { &cases[i], 1, 1, false, 0 };

        CHECK_FAILS(db_write(place.db, speak, &s, &e), ERR_INTERNAL,
                    "a signal's topic must have from 1 to 120 plain characters");
    }
    CHECK_I64(note_count(place.db), 0);
    say(place.db, "end");
    CHECK_STR(hear_until(&a, &ears[0], "end"), STR("end\n"));
}

static void every_listener_hears_everything(void **state)
{
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    for (int i = 0; i < DB_LISTENERS_MAX; i++)
        listen_with(&ears[i], place.db);
    say(place.db, "one");
    say(place.db, "two");
    for (int i = 0; i < DB_LISTENERS_MAX; i++)
        CHECK_STR(hear_until(&a, &ears[i], "two"), STR("one\ntwo\n"));
}

/* Who hears a topic sees what was committed with it. */
struct reader {
    struct lock lock;
    int waiting;
};

static void count_wakes(void *ctx, struct str topic)
{
    struct reader *r = ctx;
    LOCKED(&r->lock);

    r->waiting += str_eq(topic, STR("wake"));
    lock_broadcast(&r->lock);
}

static void who_hears_of_a_commit_sees_it(void **state)
{
    static const char *const topics[] = { "wake" };
    static struct reader reader;
    struct err e = { 0 };

    UNUSED(state);
    reader = (struct reader){ 0 };
    lock_init(&reader.lock);
    CHECK_OK(db_listen(place.db, count_wakes, &reader, &e));
    for (int64_t i = 1; i <= 50; i++) {
        struct speech s = { topics, 1, i, false, 0 };

        CHECK_OK(db_write(place.db, speak, &s, &e));
        lock_take(&reader.lock);
        while (reader.waiting < i)
            CHECK(lock_wait_ms(&reader.lock, PATIENCE_MS));
        lock_give(&reader.lock);
        CHECK_I64(note_count(place.db), i);
    }
}

enum { WRITERS = 8, WRITES = 200 };

static void *write_much(void *arg)
{
    char topic[32];
    const char *topics[] = { topic };
    int lane = *(int *)arg;
    struct err e = { 0 };

    for (int i = 0; i < WRITES; i++) {
        struct speech s = { topics, 1, 1 + lane * WRITES + i, false, 0 };

        snprintf(topic, sizeof(topic), "%d-%04d", lane, i);
        CHECK_OK(db_write(place.db, speak, &s, &e));
    }
    return NULL;
}

/* The lines of one lane, as they were heard. */
static void check_lane(struct str all, int lane)
{
    char want[32];
    int next = 0;
    struct str line;

    while (str_cut(all, '\n', &line, &all)) {
        if (line.len != 6 || line.ptr[0] != '0' + lane)
            continue;
        snprintf(want, sizeof(want), "%d-%04d", lane, next++);
        CHECK_STR(line, str_from(want));
    }
    CHECK_I64(next, WRITES);
}

static void many_writers_at_once_lose_and_reorder_nothing(void **state)
{
    pthread_t threads[WRITERS];
    int lanes[WRITERS];
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    listen_with(&ears[0], place.db);
    for (int i = 0; i < WRITERS; i++) {
        lanes[i] = i;
        thread_start(&threads[i], "writer", write_much, &lanes[i]);
    }
    for (int i = 0; i < WRITERS; i++)
        thread_join(threads[i]);
    say(place.db, "end");
    struct str all = hear_until(&a, &ears[0], "end");
    for (int i = 0; i < WRITERS; i++)
        check_lane(all, i);
}

static void another_process_hears_it_too(void **state)
{
    struct db *other;
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    other = place_open(0);
    listen_with(&ears[0], place.db);
    listen_with(&ears[1], other);
    say(place.db, "from the one");
    hear_until(&a, &ears[1], "from the one");
    say(other, "from the other");
    CHECK_STR(hear_until(&a, &ears[0], "from the other"), STR("from the one\nfrom the other\n"));
    CHECK_STR(hear_until(&a, &ears[1], "from the other"), STR("from the other\n"));
    db_close(other);
    say(place.db, "alone again");
    hear_until(&a, &ears[0], "alone again");
}

static bool cut_listeners(struct db_tx *tx, void *arg, struct err *e)
{
    AUTO_ARENA a = { 0 };

    return db_row(tx, &a, Q_LISTENERS_END, NULL, NULL, note_fields, arg, e);
}

static void a_cut_connection_is_made_anew_and_what_was_missed_is_said(void **state)
{
    struct note ended = { 0 };
    struct err e = { 0 };
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    listen_with(&ears[0], place.db);
    for (int i = 0; i < 3; i++) {
        say(place.db, "before");
        hear_until(&a, &ears[0], "before");
        CHECK_OK(db_write(place.db, cut_listeners, &ended, &e));
        CHECK_I64(ended.number, 1);
        CHECK_STR(hear_until(&a, &ears[0], "*"), STR("?\n*\n"));
        say(place.db, "after");
        CHECK_STR(hear_until(&a, &ears[0], "after"), STR("after\n"));
    }
}

#define ON_FRESH(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

/* The last ones are about several processes on one database: for PostgreSQL. */
static const struct CMUnitTest tests[] = {
    ON_FRESH(a_transaction_is_heard_in_order_and_each_topic_once),
    ON_FRESH(a_transaction_that_was_rolled_back_is_not_heard),
    ON_FRESH(more_topics_than_a_transaction_may_have_become_one_for_anything),
    ON_FRESH(the_most_and_longest_topics_all_arrive),
    ON_FRESH(a_topic_that_is_none_fails_the_transaction),
    ON_FRESH(every_listener_hears_everything),
    ON_FRESH(who_hears_of_a_commit_sees_it),
    ON_FRESH(many_writers_at_once_lose_and_reorder_nothing),
    ON_FRESH(another_process_hears_it_too),
    ON_FRESH(a_cut_connection_is_made_anew_and_what_was_missed_is_said),
};
enum { FOR_POSTGRES = 2 };

int main(int argc, char **argv)
{
    int failed = argc < 2;

    for (int i = 1; i < argc; i++) {
        char *one[] = { argv[0], argv[i], NULL };
        bool has_processes = strcmp(argv[i], "postgres") == 0;

        failed += place_main(2, one, tests, COUNT(tests) - (has_processes ? 0 : FOR_POSTGRES));
    }
    return failed;
}
