/* What PostgreSQL alone must do: connections break, transactions collide, and nothing is done
 * twice. */
#include "db_gate.h"

#include <stdatomic.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/thread.h"
#include "db/db_ops.h"

/* A transaction that changes two notes, and waits between them for the other to have changed its
 * first. */
struct collider {
    struct db *db; /* one each: transactions of one process may share a commit */
    int64_t first, second;
    atomic_int *arrived;
    struct lock *lock;
    int runs;
    bool ok;
    struct err err;
};

static bool set_rank(struct db_tx *tx, int64_t number, struct err *e)
{
    struct note n = { .number = number, .rank = 5 };

    return db_exec(tx, Q_NOTE_SET_RANK, note_fields, &n, e);
}

static bool collide(struct db_tx *tx, void *arg, struct err *e)
{
    struct collider *c = arg;

    c->runs++;
    if (!set_rank(tx, c->first, e))
        return false;
    lock_take(c->lock);
    atomic_fetch_add(c->arrived, 1);
    lock_broadcast(c->lock);
    while (atomic_load(c->arrived) < 2)
        lock_wait(c->lock);
    lock_give(c->lock);
    return set_rank(tx, c->second, e);
}

static void *run_collider(void *arg)
{
    struct collider *c = arg;

    c->ok = db_write(c->db, collide, c, &c->err);
    return NULL;
}

static void a_deadlock_is_run_again_and_both_succeed(void **state)
{
    struct lock lock;
    atomic_int arrived = 0;
    struct collider both[2] = { { .first = 1, .second = 2 }, { .first = 2, .second = 1 } };
    pthread_t threads[2];
    struct err e = { 0 };

    UNUSED(state);
    lock_init(&lock);
    CHECK_OK(note_insert(place.db, 1, &e));
    CHECK_OK(note_insert(place.db, 2, &e));
    for (size_t i = 0; i < 2; i++) {
        both[i].db = i == 0 ? place.db : place_open(0);
        both[i].arrived = &arrived;
        both[i].lock = &lock;
        thread_start(&threads[i], "collider", run_collider, &both[i]);
    }
    for (size_t i = 0; i < 2; i++)
        thread_join(threads[i]);
    for (size_t i = 0; i < 2; i++) {
        CHECK_TEXT(both[i].err.msg, "");
        CHECK(both[i].ok);
    }
    CHECK_I64(both[0].runs + both[1].runs, 3);
    db_close(both[1].db);
    lock_deinit(&lock);
}

/* A transaction whose connection is cut in its first run, before its last query. */
struct victim {
    struct db *other; /* cuts */
    int runs;
};

static bool end_backend(struct db_tx *tx, void *arg, struct err *e)
{
    AUTO_ARENA a = { 0 };

    return db_row(tx, &a, Q_BACKEND_END, note_fields, arg, note_fields, arg, e);
}

static bool insert_on_a_cut_connection(struct db_tx *tx, void *arg, struct err *e)
{
    struct victim *v = arg;
    struct note n = { .number = 1, .body = STR("one") }, pid = { 0 };
    AUTO_ARENA a = { 0 };

    v->runs++;
    if (!db_exec(tx, Q_NOTE_INSERT, note_fields, &n, e) ||
        !db_row(tx, &a, Q_BACKEND_PID, NULL, NULL, note_fields, &pid, e))
        return false;
    if (v->runs == 1 && !db_write(v->other, end_backend, &pid, e))
        return false;
    return set_rank(tx, 1, e);
}

static void a_connection_lost_before_the_commit_is_made_anew_and_the_work_run_again(void **state)
{
    struct victim v = { .other = place_open(0) };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_write(place.db, insert_on_a_cut_connection, &v, &e));
    CHECK_I64(v.runs, 2);
    CHECK_I64(note_count(place.db), 1);
    db_close(v.other);
}

static bool count_runs(struct db_tx *tx, void *arg, struct err *e)
{
    struct victim *v = arg;
    struct note n = { .number = v->runs + 1, .body = STR("one") };

    v->runs++;
    return db_exec(tx, Q_NOTE_INSERT, note_fields, &n, e);
}

static void a_commit_without_an_answer_is_unknown_and_never_run_again(void **state)
{
    struct victim v = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    fault_set("db_committed:1:fail");
    CHECK_FAILS(
        db_write(place.db, count_runs, &v, &e), ERR_UNAVAILABLE,
        "the connection to the database was lost during the commit: its outcome is unknown");
    fault_set(NULL);
    CHECK_I64(v.runs, 1);
    CHECK_I64(note_count(place.db), 1); /* it was, this time */
}

static bool sleep_shortly(struct db_tx *tx, void *arg, struct err *e)
{
    UNUSED(arg);
    return db_exec(tx, Q_BACKEND_HURRY, NULL, NULL, e) &&
           db_exec(tx, Q_BACKEND_SLEEP, NULL, NULL, e);
}

static void a_query_that_takes_too_long_is_a_timeout(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(db_write(place.db, sleep_shortly, NULL, &e), ERR_TIMEOUT,
                "backend_sleep: the query took too long");
    CHECK_OK(note_insert(place.db, 1, &e));
}

enum { READERS = 4, READS = 200, PATIENCE_MS = 20000 };

static void *read_often(void *arg)
{
    for (int i = 0; i < READS; i++)
        CHECK_I64(note_count(arg), 1);
    return NULL;
}

/* The end of a read goes with the next one, or right away when there is none. */
static void reads_leave_no_transaction_open(void **state)
{
    struct db *other = place_open(0);
    pthread_t threads[READERS];
    struct err e = { 0 };
    int64_t until = clock_steady_ms() + PATIENCE_MS, open = 1;

    UNUSED(state);
    CHECK_OK(note_insert(place.db, 1, &e));
    for (size_t i = 0; i < READERS; i++)
        thread_start(&threads[i], "reader", read_often, place.db);
    for (size_t i = 0; i < READERS; i++)
        thread_join(threads[i]);
    while (open > 0 && clock_steady_ms() < until)
        open = ask_number(other, Q_BACKENDS_IN_TRANSACTION);
    CHECK_I64(open, 0);
    db_close(other);
}

static void a_read_whose_connection_broke_since_the_last_one_is_run_again(void **state)
{
    struct db *other = place_open(0);
    pthread_t threads[READERS];
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(note_insert(place.db, 1, &e));
    for (int round = 0; round < 5; round++) {
        CHECK_I64(note_count(place.db), 1);
        for (size_t i = 0; i < READERS; i++)
            thread_start(&threads[i], "reader", read_often, place.db);
        CHECK(ask_number(other, Q_BACKENDS_END) > 0);
        for (size_t i = 0; i < READERS; i++)
            thread_join(threads[i]);
    }
    db_close(other);
}

/* Two reads by one thread, the second of a table that somebody holds who wants the first one's. */
struct standoff {
    struct db *db;
    struct lock lock;
    struct db_task reads[2];
    int answered, runs[2], holds;
    bool is_open;
};

static bool read_the_first(struct db_tx *tx, void *arg, struct err *e)
{
    struct standoff *s = arg;
    struct note count = { 0 };
    AUTO_ARENA a = { 0 };

    s->runs[0]++;
    if (!db_row(tx, &a, Q_NOTE_COUNT, NULL, NULL, note_fields, &count, e))
        return false;
    LOCKED(&s->lock);
    while (!s->is_open)
        lock_wait(&s->lock);
    return true;
}

static bool read_the_second(struct db_tx *tx, void *arg, struct err *e)
{
    struct standoff *s = arg;
    struct note count = { 0 };
    AUTO_ARENA a = { 0 };

    s->runs[1]++;
    return db_row(tx, &a, Q_TALLY_COUNT, NULL, NULL, note_fields, &count, e);
}

static void count_answer(struct db_task *task)
{
    struct standoff *s = task->arg;
    LOCKED(&s->lock);

    s->answered++;
    lock_broadcast(&s->lock);
}

static bool begin_both(struct standoff *s, struct err *e)
{
    static const db_tx_fn reads[] = { read_the_first, read_the_second };

    for (size_t i = 0; i < COUNT(reads); i++) {
        s->reads[i] =
            (struct db_task){ .is_read = true, .fn = reads[i], .done = count_answer, .arg = s };
        if (!db_submit(s->db, &s->reads[i], e))
            return false;
    }
    LOCKED(&s->lock);
    s->is_open = true;
    lock_broadcast(&s->lock);
    return true;
}

static bool hold_both(struct db_tx *tx, void *arg, struct err *e)
{
    int64_t until = clock_steady_ms() + PATIENCE_MS;
    struct standoff *s = arg;
    struct note waiting = { 0 };
    AUTO_ARENA a = { 0 };

    if (!db_exec(tx, Q_DB_PING, NULL, NULL, e) || !tx->db->ops->run_text(tx, "LOCK tally", e) ||
        (s->holds++ == 0 && !begin_both(s, e)))
        return false;
    while (waiting.number == 0 && clock_steady_ms() < until) {
        if (!db_row(tx, &a, Q_TALLY_WAITING, NULL, NULL, note_fields, &waiting, e))
            return false;
    }
    return tx->db->ops->run_text(tx, "LOCK note", e);
}

static void a_read_that_is_over_holds_nothing_while_the_next_is_prepared(void **state)
{
    struct db_options options = { .url = str_from(place.url), .connections = 1 };
    struct standoff s = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    lock_init(&s.lock);
    CHECK_OK(db_open(&options, &s.db, &e));
    CHECK_OK(db_write(place.db, hold_both, &s, &e));
    lock_take(&s.lock);
    while (s.answered < 2)
        lock_wait(&s.lock);
    lock_give(&s.lock);
    db_close(s.db);
    for (int i = 0; i < 2; i++) {
        CHECK_TEXT(s.reads[i].err.msg, "");
        CHECK_I64(s.runs[i], 1);
    }
    CHECK_I64(s.holds, 1);
    lock_deinit(&s.lock);
}

struct setting {
    struct note note;
    struct arena arena;
};

static bool read_setting(struct db_tx *tx, void *arg, struct err *e)
{
    struct setting *s = arg;

    return db_row(tx, &s->arena, Q_BACKEND_SETTING, note_fields, &s->note, note_fields, &s->note,
                  e);
}

static bool note_that_it_ran(struct db_tx *tx, void *arg, struct err *e)
{
    bool *ran = arg;

    *ran = true;
    return db_exec(tx, Q_DB_PING, NULL, NULL, e);
}

static void a_writer_that_stands_still_is_relieved(void **state)
{
    struct gate gate;
    struct err e = { 0 };
    bool ran = false;

    UNUSED(state);
    gate_shut(&gate, 1);
    CHECK_OK(db_write(place.db, note_that_it_ran, &ran, &e));
    CHECK(ran);
    gate_open(&gate);
}

static void every_connection_is_durable_and_limited(void **state)
{
    static const struct {
        const char *name, *value;
    } cases[] = {
        { "synchronous_commit", "on" },
        { "statement_timeout", "30s" },
        { "client_encoding", "UTF8" },
        { "max_parallel_workers_per_gather", "0" },
        { "jit", "off" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct setting s = { .note = { .body = str_from(cases[i].name) } };
        struct err e = { 0 };

        CHECK_OK(db_read(place.db, read_setting, &s, &e));
        CHECK_STR(s.note.body, str_from(cases[i].value));
        arena_deinit(&s.arena);
    }
}

static void a_password_is_in_no_error(void **state)
{
    static const struct {
        const char *url;
        enum err_code code;
    } cases[] = {
        { "postgres://me:hunter2@127.0.0.1:1/x", ERR_UNAVAILABLE },
        { "postgresql://me:hunter2@127.0.0.1:1/x?connect_timeout=2", ERR_UNAVAILABLE },
        { "postgres://me@127.0.0.1:1/x?password=hunter2", ERR_UNAVAILABLE },
        { "postgres://me:a@hunter2@127.0.0.1:1/x", ERR_INVALID },
        { "postgres://me:a/hunter2@127.0.0.1:1/x", ERR_INVALID },
        { "postgres://me:1/hunter2@127.0.0.1:1/x", ERR_INVALID },
        { "postgres://me:1?hunter2@127.0.0.1:1/x", ERR_UNAVAILABLE },
        { "postgres://me:hunter2%zz@127.0.0.1:1/x", ERR_INVALID },
        { "postgres://me:hunter2@[::1/x", ERR_INVALID },
        { "postgres://me:hunter2@127.0.0.1:port/x", ERR_INVALID },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct db_options options = { .url = str_from(cases[i].url) };
        struct db *db = NULL;
        struct err e = { 0 };

        CHECK_FAILS(db_open(&options, &db, &e), cases[i].code, NULL);
        CHECK_I64(str_find(str_from(e.msg), STR("hunter2")), strlen(e.msg));
    }
}

#define ON_FRESH(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        ON_FRESH(a_deadlock_is_run_again_and_both_succeed),
        ON_FRESH(a_connection_lost_before_the_commit_is_made_anew_and_the_work_run_again),
        ON_FRESH(a_commit_without_an_answer_is_unknown_and_never_run_again),
        ON_FRESH(a_query_that_takes_too_long_is_a_timeout),
        ON_FRESH(a_writer_that_stands_still_is_relieved),
        ON_FRESH(every_connection_is_durable_and_limited),
        ON_FRESH(reads_leave_no_transaction_open),
        ON_FRESH(a_read_that_is_over_holds_nothing_while_the_next_is_prepared),
        ON_FRESH(a_read_whose_connection_broke_since_the_last_one_is_run_again),
        cmocka_unit_test(a_password_is_in_no_error),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
