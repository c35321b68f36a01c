/* What PostgreSQL alone must do: connections break, transactions collide, and nothing is done
 * twice. */
#include "db_gate.h"

#include <stdatomic.h>
#include <stdio.h>

#include "base/fault.h"
#include "base/thread.h"

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
        cmocka_unit_test(a_password_is_in_no_error),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
