/* What every database must do with who rides along: the same commit, no harm, an answer. */
#include "db_gate.h"

#include <stdio.h>

#include "base/fault.h"

enum { RIDERS_FIRST = 1000, WRITERS = 20 };

/* One task at a time, for the topic "ride": inserts a note and puts another one off. */
struct rider {
    struct db_task task;
    struct lock lock;
    bool is_aboard, refuses, stumbles, holds;
    int asked, runs, answers, good;
    int64_t seen; /* notes, by its last run */
    struct err err;
};

static struct rider rider;

static bool add_late(struct db_tx *tx, struct arena *a, void *items, size_t count, struct err *e)
{
    UNUSED(a);
    return db_exec_many(tx, Q_NOTE_INSERT_MANY, note_fields, items, sizeof(struct note), count, e);
}

static const struct db_batch late = { 1, false, sizeof(struct note), add_late };

static struct note note_of(struct arena *a, int64_t number)
{
    return (struct note){ .number = number,
                          .body = arena_strf(a, "note %lld", (long long)number),
                          .rank = 1 };
}

static bool look(struct db_tx *tx, struct rider *r, struct err *e)
{
    struct note counted = { 0 };
    AUTO_ARENA a = { 0 };

    if (!db_row(tx, &a, Q_NOTE_COUNT, NULL, NULL, note_fields, &counted, e))
        return false;
    r->seen = counted.number;
    return true;
}

static bool ride(struct db_tx *tx, void *arg, struct err *e)
{
    struct rider *r = arg;
    struct arena *a = db_put_off_arena(tx);
    struct note own = note_of(a, RIDERS_FIRST + r->good * 2), put_off = note_of(a, own.number + 1);

    r->runs++;
    if (!look(tx, r, e))
        return false;
    if (r->refuses)
        return err_set(e, ERR_BUSY, "not now");
    if (!db_exec(tx, Q_NOTE_INSERT, note_fields, &own, e) || !db_put_off(tx, &late, &put_off, e))
        return false;
    return !r->stumbles || db_exec(tx, Q_NOTE_INSERT, note_fields, &own, e);
}

static void arrived(struct db_task *task)
{
    struct rider *r = CONTAINER_OF(task, struct rider, task);
    LOCKED(&r->lock);

    r->is_aboard = false;
    r->answers++;
    r->good += task->ok;
    r->err = task->err;
    lock_broadcast(&r->lock);
}

static struct db_task *board(void *ctx, struct str topic)
{
    struct rider *r = ctx;
    LOCKED(&r->lock);

    r->asked++;
    if (!str_eq(topic, STR("ride")) || r->is_aboard || r->holds)
        return NULL;
    r->is_aboard = true;
    r->task = (struct db_task){ .fn = ride, .done = arrived, .arg = r };
    return &r->task;
}

/* Until it has been answered so many times. */
static void wait_for_answers(int count)
{
    LOCKED(&rider.lock);

    while (rider.answers < count)
        CHECK(lock_wait_ms(&rider.lock, 10000));
    CHECK(!rider.is_aboard);
}

/* Nobody rides from here on. */
static void wait_for_the_last_ride(void)
{
    LOCKED(&rider.lock);

    rider.holds = true;
    while (rider.is_aboard)
        CHECK(lock_wait_ms(&rider.lock, 10000));
}

static int ride_setup(void **state)
{
    if (place_setup(state) != 0)
        return -1;
    rider = (struct rider){ 0 };
    lock_init(&rider.lock);
    db_ride(place.db, board, &rider);
    return 0;
}

static int ride_teardown(void **state)
{
    fault_set(NULL);
    int failed = place_teardown(state);

    lock_deinit(&rider.lock);
    return failed;
}

/* Inserts a note, and says a topic. */
struct writer {
    struct db_task task;
    const char *topic;
    int64_t number;
    int runs, *left;
    struct lock *lock;
};

static bool write_note(struct db_tx *tx, void *arg, struct err *e)
{
    struct writer *w = arg;
    struct note n = note_of(db_put_off_arena(tx), w->number);

    w->runs++;
    return db_signal(tx, str_from(w->topic), e) && db_exec(tx, Q_NOTE_INSERT, note_fields, &n, e);
}

/* A note whose topic calls the rider; until he has been answered so many times. How often it ran.
 */
static int write_and_call(int64_t number, int answers)
{
    struct writer w = { .topic = "ride", .number = number };
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, write_note, &w, &e));
    wait_for_answers(answers);
    return w.runs;
}

static void he_is_in_the_commit_of_what_called_him(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    fault_set("db_commit:2:fail");
    CHECK_I64(write_and_call(1, 1), 1);
    CHECK_FAILS(note_insert(place.db, 2, &e), ERR_IO, NULL); /* the second commit */
    CHECK_I64(rider.good, 1);
    CHECK_I64(rider.runs, 1);
    CHECK_I64(rider.seen, 1); /* the note that is not committed yet */
    CHECK_I64(note_count(place.db), 3);
}

static void nobody_is_asked_without_a_topic_or_after_a_failure(void **state)
{
    struct writer other = { .topic = "other", .number = 1 },
                  again = { .topic = "ride", .number = 1 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(note_insert(place.db, 7, &e));
    CHECK_I64(rider.asked, 0);
    CHECK_OK(db_write(place.db, write_note, &other, &e));
    CHECK_I64(rider.asked, 1);
    CHECK_FAILS(db_write(place.db, write_note, &again, &e), ERR_CONFLICT, NULL);
    CHECK_I64(rider.runs, 0);
    CHECK_I64(note_count(place.db), 2);
}

static void who_does_not_want_to_is_left_behind(void **state)
{
    UNUSED(state);
    rider.refuses = true;
    CHECK_I64(write_and_call(1, 1), 1); /* nothing had to be done again */
    CHECK_I64(rider.good, 0);
    CHECK_I64(rider.err.code, ERR_BUSY);
    CHECK_I64(note_count(place.db), 1);
}

static void who_fails_does_no_harm(void **state)
{
    UNUSED(state);
    rider.stumbles = true;
    CHECK_I64(write_and_call(1, 1), 2);
    CHECK_I64(rider.good, 0);
    CHECK_I64(rider.err.code, ERR_CONFLICT);
    CHECK_I64(rider.runs, 1);
    CHECK_I64(note_count(place.db), 1);
    rider.stumbles = false;
    CHECK_I64(write_and_call(2, 2), 1);
    CHECK_I64(rider.good, 1);
    CHECK_I64(note_count(place.db), 4);
}

static void a_commit_that_fails_is_tried_without_him(void **state)
{
    UNUSED(state);
    fault_set("db_commit:1:fail");
    CHECK_I64(write_and_call(1, 1), 2);
    CHECK_I64(rider.good, 0);
    CHECK_I64(rider.err.code, ERR_IO);
    CHECK_I64(note_count(place.db), 1);
}

static void writer_done(struct db_task *task)
{
    struct writer *w = CONTAINER_OF(task, struct writer, task);
    LOCKED(w->lock);

    --*w->left;
    lock_broadcast(w->lock);
}

/* Of the notes, those of riders: two for each that arrived. */
static void many_at_once_have_one_rider_and_keep_their_own_ends(void **state)
{
    struct writer writers[WRITERS];
    struct err e = { 0 };
    struct lock lock;
    struct gate gate;
    int left = WRITERS, good = 0;

    UNUSED(state);
    lock_init(&lock);
    gate_shut_for_all(&gate);
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){
            .task = { .fn = write_note, .done = writer_done, .arg = &writers[i] },
            .topic = i % 2 == 0 ? "ride" : "other",
            .number = i % 7 == 6 ? 1 : i + 1, /* some are there already */
            .left = &left,
            .lock = &lock,
        };
        CHECK_OK(db_submit(place.db, &writers[i].task, &e));
    }
    gate_open(&gate);
    lock_take(&lock);
    while (left > 0)
        CHECK(lock_wait_ms(&lock, 10000));
    lock_give(&lock);
    for (int i = 0; i < WRITERS; i++) {
        CHECK_I64(writers[i].task.ok, i % 7 != 6);
        good += writers[i].task.ok;
    }
    wait_for_the_last_ride();
    CHECK_I64(note_count(place.db), good + 2 * rider.good);
    lock_deinit(&lock);
}

#define RIDING(name) cmocka_unit_test_setup_teardown(name, ride_setup, ride_teardown)

static const struct CMUnitTest tests[] = {
    RIDING(he_is_in_the_commit_of_what_called_him),
    RIDING(nobody_is_asked_without_a_topic_or_after_a_failure),
    RIDING(who_does_not_want_to_is_left_behind),
    RIDING(who_fails_does_no_harm),
    RIDING(a_commit_that_fails_is_tried_without_him),
    RIDING(many_at_once_have_one_rider_and_keep_their_own_ends),
};

int main(int argc, char **argv)
{
    return place_main(argc, argv, tests, COUNT(tests));
}
