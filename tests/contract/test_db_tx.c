/* What every database must do with transactions, alone and among others. */
#include "db_gate.h"

#include <stdatomic.h>
#include <stdio.h>

#include "base/fault.h"

/* A submitted task that inserts a note, and counts how often it was answered. */
struct job {
    struct db_task task;
    struct note note;
    struct err refuse; /* fn fails with it after the insert */
    atomic_int answers;
    atomic_int runs;
    atomic_int *open_jobs;
    struct lock *lock;
    bool visible; /* another connection saw the row when done was called */
};

static bool job_run(struct db_tx *tx, void *arg, struct err *e)
{
    struct job *job = arg;

    atomic_fetch_add(&job->runs, 1);
    if (!db_exec(tx, Q_NOTE_INSERT, note_fields, &job->note, e))
        return false;
    if (job->refuse.code == ERR_NONE)
        return true;
    *e = job->refuse;
    return false;
}

static void job_done(struct db_task *task)
{
    struct job *job = CONTAINER_OF(task, struct job, task);

    atomic_fetch_add(&job->answers, 1);
    lock_take(job->lock);
    atomic_fetch_sub(job->open_jobs, 1);
    lock_broadcast(job->lock);
    lock_give(job->lock);
}

/* Several jobs and the wait for their answers. */
struct jobs {
    struct arena arena;
    struct lock lock;
    atomic_int open_jobs;
    struct job *items;
    size_t count;
};

static void jobs_init(struct jobs *jobs, size_t count)
{
    *jobs = (struct jobs){ .count = count };
    lock_init(&jobs->lock);
    jobs->items = arena_array(&jobs->arena, struct job, count);
    for (size_t i = 0; i < count; i++) {
        struct job *job = &jobs->items[i];

        job->task = (struct db_task){ .fn = job_run, .done = job_done, .arg = job };
        job->note = (struct note){ .number = (int64_t)i + 1 };
        job->note.body = arena_strf(&jobs->arena, "job %zu", i);
        job->open_jobs = &jobs->open_jobs;
        job->lock = &jobs->lock;
    }
}

static void jobs_submit(struct jobs *jobs, size_t index)
{
    struct err e = { 0 };

    atomic_fetch_add(&jobs->open_jobs, 1);
    CHECK_OK(db_submit(place.db, &jobs->items[index].task, &e));
}

static void jobs_wait(struct jobs *jobs)
{
    LOCKED(&jobs->lock);

    while (atomic_load(&jobs->open_jobs) > 0)
        lock_wait(&jobs->lock);
}

static void jobs_deinit(struct jobs *jobs)
{
    lock_deinit(&jobs->lock);
    arena_deinit(&jobs->arena);
}

static void a_task_that_fails_leaves_the_others_of_its_group(void **state)
{
    struct jobs jobs;
    struct gate gate;

    UNUSED(state);
    jobs_init(&jobs, 9);
    gate_shut(&gate, 1); /* the rest queues up behind it: one group on SQLite */
    err_set(&jobs.items[2].refuse, ERR_FORBIDDEN, "not this one");
    jobs.items[5].note.number = 0; /* is there already */
    jobs.items[7].note.rank = 10;  /* refused by a check */
    for (size_t i = 0; i < jobs.count; i++)
        jobs_submit(&jobs, i);
    gate_open(&gate);
    jobs_wait(&jobs);

    for (size_t i = 0; i < jobs.count; i++) {
        CHECK_I64(jobs.items[i].task.ok, i != 2 && i != 5 && i != 7);
        CHECK_I64(atomic_load(&jobs.items[i].answers), 1);
    }
    CHECK_I64(jobs.items[2].task.err.code, ERR_FORBIDDEN);
    CHECK_TEXT(jobs.items[2].task.err.msg, "not this one");
    CHECK_I64(jobs.items[5].task.err.code, ERR_CONFLICT);
    CHECK_I64(jobs.items[7].task.err.code, ERR_INVALID);
    CHECK_I64(note_count(place.db), 6);
    jobs_deinit(&jobs);
}

static struct db *second_view;

static void look_and_done(struct db_task *task)
{
    struct job *job = CONTAINER_OF(task, struct job, task);

    job->visible = note_count(second_view) == 1;
    job_done(task);
}

static void done_is_called_once_and_after_others_can_see_the_commit(void **state)
{
    struct jobs jobs;

    UNUSED(state);
    jobs_init(&jobs, 1);
    second_view = place_open(0);
    jobs.items[0].task.done = look_and_done;
    jobs_submit(&jobs, 0);
    jobs_wait(&jobs);
    CHECK(jobs.items[0].task.ok);
    CHECK(jobs.items[0].visible);
    CHECK_I64(atomic_load(&jobs.items[0].answers), 1);
    db_close(second_view);
    jobs_deinit(&jobs);
}

enum { WRITERS = 16, WRITES = 500 };

static atomic_int failed_writes;

static void *write_many(void *arg)
{
    int64_t first = (int64_t)(intptr_t)arg * WRITES + 1;
    struct err e = { 0 };

    for (int64_t i = 0; i < WRITES; i++)
        if (!note_insert(place.db, first + i, &e))
            atomic_fetch_add(&failed_writes, 1);
    return NULL;
}

static void sixteen_threads_of_500_writes_lose_none(void **state)
{
    pthread_t threads[WRITERS];
    int64_t all = WRITERS * WRITES;

    UNUSED(state);
    atomic_store(&failed_writes, 0);
    for (intptr_t i = 0; i < WRITERS; i++)
        thread_start(&threads[i], "writer", write_many, (void *)i);
    for (size_t i = 0; i < WRITERS; i++)
        thread_join(threads[i]);
    CHECK_I64(atomic_load(&failed_writes), 0);
    CHECK_I64(note_count(place.db), all);
    CHECK_I64(ask_number(place.db, Q_NOTE_SUM), all * (all + 1) / 2);
    CHECK_I64(ask_number(place.db, Q_TALLY_COUNT), all + 1);
}

struct twice {
    int64_t first, second;
};

/* Another thread writes between the two looks. */
static bool look_twice(struct db_tx *tx, void *arg, struct err *e)
{
    struct twice *t = arg;
    struct note got = { 0 };
    AUTO_ARENA a = { 0 };
    pthread_t writer;

    if (!db_row(tx, &a, Q_NOTE_COUNT, NULL, NULL, note_fields, &got, e))
        return false;
    t->first = got.number;
    thread_start(&writer, "writer", write_many, (void *)(intptr_t)t->first);
    thread_join(writer);
    if (!db_row(tx, &a, Q_NOTE_COUNT, NULL, NULL, note_fields, &got, e))
        return false;
    t->second = got.number;
    return true;
}

static void a_reader_sees_one_state_of_the_data(void **state)
{
    struct twice t = { -1, -1 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_read(place.db, look_twice, &t, &e));
    CHECK_I64(t.first, 0);
    CHECK_I64(t.second, 0);
    CHECK_I64(note_count(place.db), WRITES);
}

struct single {
    enum query query;
    struct note note;
};

static bool run_single(struct db_tx *tx, void *arg, struct err *e)
{
    struct single *s = arg;

    return db_exec(tx, s->query, note_fields, &s->note, e);
}

static void what_the_schema_refuses_has_the_same_code_everywhere(void **state)
{
    static const struct {
        enum query query;
        struct note note;
        enum err_code code;
        const char *message; /* NULL: the database's own words */
    } cases[] = {
        { Q_NOTE_INSERT,
          { .number = 0, .body = { "new", 3 } },
          ERR_CONFLICT,
          "note_insert: there is such a row already" },
        { Q_NOTE_INSERT,
          { .number = 1, .body = { "it's; here", 10 } },
          ERR_CONFLICT,
          "note_insert: there is such a row already" },
        { Q_NOTE_INSERT,
          { .number = 1, .body = { "x", 1 }, .parent = { true, 404 } },
          ERR_CONFLICT,
          "note_insert: refers to what does not exist, or is referred to" },
        { Q_NOTE_DELETE,
          { .number = 100 },
          ERR_CONFLICT,
          "note_delete: refers to what does not exist, or is referred to" },
        { Q_NOTE_INSERT, { .number = 1 }, ERR_INVALID, NULL },
        { Q_NOTE_INSERT, { .number = 1, .body = { "x", 1 }, .rank = 10 }, ERR_INVALID, NULL },
    };
    struct single parent = { Q_NOTE_INSERT, { .number = 100, .body = STR("parent") } };
    struct single child = { Q_NOTE_INSERT,
                            { .number = 101, .body = STR("child"), .parent = { true, 100 } } };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_write(place.db, run_single, &parent, &e));
    CHECK_OK(db_write(place.db, run_single, &child, &e));
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct single s = { cases[i].query, cases[i].note };

        CHECK_FAILS(db_write(place.db, run_single, &s, &e), cases[i].code, cases[i].message);
    }
    CHECK_I64(note_count(place.db), 2);
}

static void a_reader_cannot_write(void **state)
{
    struct single s = { Q_NOTE_INSERT, { .number = 1, .body = STR("x") } };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(db_read(place.db, run_single, &s, &e), ERR_INTERNAL, NULL);
    CHECK_I64(note_count(place.db), 0);
}

static bool ignore_a_failure(struct db_tx *tx, void *arg, struct err *e)
{
    struct err ignored = { 0 };
    struct note n = { .number = 7, .body = STR("seven") };
    bool *later = arg;

    if (!db_exec(tx, Q_NOTE_INSERT, note_fields, &n, e))
        return false;
    if (db_exec(tx, Q_NOTE_INSERT, note_fields, &n, &ignored))
        return false;
    n.number = 8;
    n.body = STR("eight");
    *later = db_exec(tx, Q_NOTE_INSERT, note_fields, &n, &ignored);
    return true;
}

static void after_a_failed_query_the_transaction_is_over(void **state)
{
    bool later = true;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(db_write(place.db, ignore_a_failure, &later, &e), ERR_CONFLICT, NULL);
    CHECK(!later);
    CHECK_I64(note_count(place.db), 0);
}

static bool look_for_nobody_then_write(struct db_tx *tx, void *arg, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct note n = { .number = 9, .body = STR("nine") }, got = { 0 };

    UNUSED(arg);
    if (db_row(tx, &a, Q_NOTE_RANK, note_fields, &n, note_fields, &got, e) ||
        e->code != ERR_NOT_FOUND)
        return false;
    return db_exec(tx, Q_NOTE_INSERT, note_fields, &n, e);
}

static void a_row_that_is_not_there_does_not_end_the_transaction(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_write(place.db, look_for_nobody_then_write, NULL, &e));
    CHECK_I64(note_count(place.db), 1);
}

static void a_full_queue_is_busy_and_calls_nobody(void **state)
{
    enum { ROOM = 3 };
    struct jobs jobs;
    struct gate gate;
    struct err e = { 0 };

    UNUSED(state);
    db_close(place.db);
    place.db = place_open(ROOM);
    jobs_init(&jobs, ROOM + 1);
    gate_shut_for_all(&gate);
    for (size_t i = 0; i < ROOM; i++)
        jobs_submit(&jobs, i);
    CHECK_FAILS(db_submit(place.db, &jobs.items[ROOM].task, &e), ERR_BUSY,
                "the database has too much to do");
    CHECK_FAILS(note_insert(place.db, 77, &e), ERR_BUSY, NULL);
    gate_open(&gate);
    jobs_wait(&jobs);
    CHECK_I64(atomic_load(&jobs.items[ROOM].answers), 0);
    CHECK_I64(note_count(place.db), ROOM);
    jobs_deinit(&jobs);
}

static void closing_finishes_what_is_queued(void **state)
{
    struct jobs jobs;

    UNUSED(state);
    jobs_init(&jobs, 700); /* more than one group */
    for (size_t i = 0; i < jobs.count; i++)
        jobs_submit(&jobs, i);
    db_close(place.db);
    for (size_t i = 0; i < jobs.count; i++) {
        CHECK(jobs.items[i].task.ok);
        CHECK_I64(atomic_load(&jobs.items[i].answers), 1);
    }
    place.db = place_open(0);
    CHECK_I64(note_count(place.db), 700);
    jobs_deinit(&jobs);
}

static bool count_in_task(struct db_tx *tx, void *arg, struct err *e)
{
    struct job *job = arg;
    AUTO_ARENA a = { 0 };

    return db_row(tx, &a, Q_NOTE_COUNT, NULL, NULL, note_fields, &job->note, e);
}

static void a_read_can_be_submitted_too(void **state)
{
    struct jobs jobs;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(note_insert(place.db, 1, &e));
    jobs_init(&jobs, 1);
    jobs.items[0].task.is_read = true;
    jobs.items[0].task.fn = count_in_task;
    jobs_submit(&jobs, 0);
    jobs_wait(&jobs);
    CHECK(jobs.items[0].task.ok);
    CHECK_I64(jobs.items[0].note.number, 1);
    jobs_deinit(&jobs);
}

static void a_commit_that_fails_is_acknowledged_to_nobody(void **state)
{
    struct jobs jobs;
    struct gate gate;
    struct err e = { 0 };

    UNUSED(state);
    jobs_init(&jobs, 5);
    fault_set("db_commit:1:from");
    gate_shut(&gate, 1);
    for (size_t i = 0; i < jobs.count; i++)
        jobs_submit(&jobs, i);
    gate_open(&gate);
    jobs_wait(&jobs);
    fault_set(NULL);
    for (size_t i = 0; i < jobs.count; i++) {
        CHECK(!jobs.items[i].task.ok);
        CHECK_I64(jobs.items[i].task.err.code, ERR_IO);
        CHECK_I64(atomic_load(&jobs.items[i].answers), 1);
    }
    CHECK_I64(note_count(place.db), 0);
    CHECK_OK(note_insert(place.db, 1, &e)); /* and it goes on */
    jobs_deinit(&jobs);
}

static void each_step_that_fails_is_an_error_and_changes_nothing(void **state)
{
    static const char *const faults[] = { "db_begin:1:fail", "db_step:1:fail", "db_commit:1:fail" };
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(faults); i++) {
        fault_set(faults[i]);
        CHECK_FAILS(note_insert(place.db, 1, &e), ERR_IO, NULL);
        fault_set(NULL);
        CHECK_I64(note_count(place.db), 0);
    }
}

static void it_answers_a_ping(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_ping(place.db, &e));
    CHECK_I64(db_dialect(place.db), place_dialect);
    CHECK_I64(db_read_is_quick(place.db), place_dialect == DB_SQLITE);
    CHECK_I64(db_hears_first(place.db), place_dialect == DB_SQLITE);
}

#define ON_FRESH(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        ON_FRESH(it_answers_a_ping),
        ON_FRESH(a_task_that_fails_leaves_the_others_of_its_group),
        ON_FRESH(done_is_called_once_and_after_others_can_see_the_commit),
        ON_FRESH(sixteen_threads_of_500_writes_lose_none),
        ON_FRESH(a_reader_sees_one_state_of_the_data),
        ON_FRESH(what_the_schema_refuses_has_the_same_code_everywhere),
        ON_FRESH(a_reader_cannot_write),
        ON_FRESH(after_a_failed_query_the_transaction_is_over),
        ON_FRESH(a_row_that_is_not_there_does_not_end_the_transaction),
        ON_FRESH(a_full_queue_is_busy_and_calls_nobody),
        ON_FRESH(closing_finishes_what_is_queued),
        ON_FRESH(a_read_can_be_submitted_too),
        ON_FRESH(a_commit_that_fails_is_acknowledged_to_nobody),
        ON_FRESH(each_step_that_fails_is_an_error_and_changes_nothing),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
