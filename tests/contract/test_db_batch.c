/* What every database must do for many at once: one query for many items, and work that is put off
 * to the end of the transactions that are committed together. */
#include "db_gate.h"

#include "base/thread.h"

/* Many items. */

static bool write_notes(struct db_tx *tx, void *arg, struct err *e)
{
    const struct field_list *notes = arg;

    if (!db_exec_many(tx, Q_NOTE_INSERT_MANY, note_fields, notes->items, sizeof(struct note),
                      notes->count, e))
        return false;
    CHECK_I64(db_changed(tx), (int64_t)notes->count);
    return true;
}

struct page {
    struct arena arena;
    struct field_list rows;
};

static bool read_notes(struct db_tx *tx, void *arg, struct err *e)
{
    struct page *page = arg;
    const struct note from = { .number = 1 };

    return db_rows(tx, &page->arena, Q_NOTE_ALL, note_fields, &from, note_fields,
                   sizeof(struct note), &page->rows, e);
}

static struct field_list all_notes(struct arena *a)
{
    struct page page = { .arena = *a };
    struct err e = { 0 };

    CHECK_OK(db_read(place.db, read_notes, &page, &e));
    *a = page.arena;
    return page.rows;
}

static void every_item_comes_back_as_it_was_written(void **state)
{
    static const struct note notes[] = {
        { .number = 1, .body = { "plain", 5 } },
        { .number = 2, .body = { "", 0 }, .rank = -3 },
        { .number = 3, .body = { "NULL", 4 }, .parent = { true, 1 } },
        { .number = 4, .body = { "{a,\"b\\c\"}", 9 } },
        { .number = 5, .body = { "\\", 1 }, .parent = { true, 4 } },
        { .number = 6, .body = { "\"\"", 2 } },
        { .number = 7, .body = { " two\nlines\t ", 12 } },
        { .number = 8, .body = { "caf\xC3\xA9 \xE2\x98\x83", 9 } },
    };
    struct field_list want = { (void *)(uintptr_t)notes, COUNT(notes) }, got;
    struct err e = { 0 };
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    CHECK_OK(db_write(place.db, write_notes, &want, &e));
    got = all_notes(&a);
    CHECK_I64(got.count, want.count);
    for (size_t i = 0; i < COUNT(notes); i++) {
        const struct note *note = (const struct note *)got.items + i;

        CHECK_I64(note->number, notes[i].number);
        CHECK_STR(note->body, notes[i].body);
        CHECK_I64(note->rank, notes[i].rank);
        CHECK_I64(note->parent.set, notes[i].parent.set);
        CHECK_I64(note->parent.value, notes[i].parent.value);
    }
}

static struct field_list numbered_notes(struct arena *a, int64_t first, size_t count)
{
    struct note *notes = arena_array(a, struct note, count);

    for (size_t i = 0; i < count; i++) {
        notes[i].number = first + (int64_t)i;
        notes[i].body = arena_strf(a, "note %lld", (long long)notes[i].number);
    }
    return (struct field_list){ notes, count };
}

static void no_items_and_a_thousand_are_as_good_as_one(void **state)
{
    static const size_t cases[] = { 0, 1, 255, 256, 257, 1000 };
    struct err e = { 0 };
    AUTO_ARENA a = { 0 };
    int64_t written = 0;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct field_list notes = numbered_notes(&a, written + 1, cases[i]);

        CHECK_OK(db_write(place.db, write_notes, &notes, &e));
        written += (int64_t)cases[i];
        CHECK_I64(note_count(place.db), written);
    }
}

static void one_bad_item_keeps_all_out(void **state)
{
    AUTO_ARENA a = { 0 };
    struct field_list notes = numbered_notes(&a, 1, 20);
    struct err e = { 0 };

    UNUSED(state);
    ((struct note *)notes.items)[13].rank = 10;
    CHECK_FAILS(db_write(place.db, write_notes, &notes, &e), ERR_INVALID, NULL);
    CHECK_I64(note_count(place.db), 0);
    ((struct note *)notes.items)[13].rank = 0;
    ((struct note *)notes.items)[13].body = STR("a\xff");
    CHECK_FAILS(db_write(place.db, write_notes, &notes, &e), ERR_INVALID,
                "'body' is not valid UTF-8");
    CHECK_I64(note_count(place.db), 0);
}

struct raising {
    struct arena arena;
    struct field_list rows;
    int64_t changed;
};

static bool raise_some(struct db_tx *tx, void *arg, struct err *e)
{
    static const struct note wanted[] = { { .number = 2, .rank = 4 },
                                          { .number = 77, .rank = 1 },
                                          { .number = 3, .rank = 1 } };
    struct raising *r = arg;

    if (!db_rows_many(tx, &r->arena, Q_NOTE_RAISE_MANY, note_fields, wanted, sizeof(wanted[0]),
                      COUNT(wanted), note_fields, sizeof(struct note), &r->rows, e))
        return false;
    r->changed = db_changed(tx);
    return true;
}

static void rows_of_many_items_come_together_and_are_counted(void **state)
{
    struct raising r = { .changed = 0 };
    AUTO_ARENA a = { 0 };
    struct field_list notes = numbered_notes(&a, 1, 3);
    int64_t ranks = 0;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_write(place.db, write_notes, &notes, &e));
    CHECK_OK(db_write(place.db, raise_some, &r, &e));
    CHECK_I64(r.rows.count, 2);
    CHECK_I64(r.changed, 2);
    for (size_t i = 0; i < r.rows.count; i++)
        ranks += ((const struct note *)r.rows.items)[i].rank;
    CHECK_I64(ranks, 5);
    arena_deinit(&r.arena);
}

/* What is put off. */

static int runs;       /* of the batch of notes; a database has one thread at a time in it here */
static size_t largest; /* items of one run */
static char order_seen[64]; /* letters of the batches that ran */

static void note_letter(char letter)
{
    size_t at = strlen(order_seen);

    CHECK(at + 1 < sizeof(order_seen));
    order_seen[at] = letter;
    order_seen[at + 1] = '\0';
}

static bool insert_notes(struct db_tx *tx, struct arena *a, void *items, size_t count,
                         struct err *e)
{
    UNUSED(a);
    runs++;
    largest = MAX(largest, count);
    note_letter('n');
    return db_exec_many(tx, Q_NOTE_INSERT_MANY, note_fields, items, sizeof(struct note), count, e);
}

static const struct db_batch notes_batch = { 2, false, sizeof(struct note), insert_notes };
static const struct db_batch seen_batch = { 3, true, sizeof(struct note), insert_notes };

static int64_t quiet_sum; /* numbers of notes that it was given */

static bool change_nothing(struct db_tx *tx, struct arena *a, void *items, size_t count,
                           struct err *e)
{
    UNUSED(tx);
    UNUSED(a);
    UNUSED(e);
    for (size_t i = 0; i < count; i++)
        quiet_sum += ((const struct note *)items)[i].number;
    return true;
}

static const struct db_batch quiet_batch = { 3, true, sizeof(struct note), change_nothing };

static bool make_more(struct db_tx *tx, struct arena *a, void *items, size_t count, struct err *e)
{
    const int64_t *numbers = items;

    note_letter('m');
    for (size_t i = 0; i < count; i++) {
        struct note n = { .number = numbers[i],
                          .body = arena_strf(a, "more %lld", (long long)numbers[i]) };

        if (!db_put_off(tx, &notes_batch, &n, e))
            return false;
    }
    return true;
}

static const struct db_batch more_batch = { 1, false, sizeof(int64_t), make_more };

static int64_t count_by(struct db_tx *tx, enum query query)
{
    struct note sum = { 0 };
    struct err e = { 0 };
    AUTO_ARENA a = { 0 };

    CHECK_OK(db_row(tx, &a, query, NULL, NULL, note_fields, &sum, &e));
    return sum.number;
}

/* A task that puts off a note, or as many as it is asked for. */
struct writer {
    struct db_task task;
    int64_t first, count;
    int64_t rank;
    bool is_seen;   /* they are */
    bool is_quiet;  /* and nothing is written of them */
    int64_t before; /* notes that were there, when it was asked to count */
    bool count_first;
    bool refuse;       /* fails after it has put them off */
    bool change_first; /* and has written something before */
    struct lock *lock;
    int *open;
};

static const struct db_batch *batch_of(const struct writer *w)
{
    if (w->is_quiet)
        return &quiet_batch;
    return w->is_seen ? &seen_batch : &notes_batch;
}

static bool put_notes_off(struct db_tx *tx, void *arg, struct err *e)
{
    struct writer *w = arg;
    struct arena *kept = db_put_off_arena(tx);

    if (w->count_first)
        w->before = count_by(tx, Q_NOTE_COUNT);
    if (w->change_first) {
        struct note n = { .number = 1000000 + w->first,
                          .body = arena_strf(kept, "at once %lld", (long long)w->first) };

        if (!db_exec(tx, Q_NOTE_INSERT, note_fields, &n, e))
            return false;
    }
    for (int64_t i = 0; i < w->count; i++) {
        struct note n = { .number = w->first + i, .rank = w->rank };

        n.body = arena_strf(kept, "later %lld", (long long)n.number);
        if (!db_put_off(tx, batch_of(w), &n, e))
            return false;
    }
    return !w->refuse || err_set(e, ERR_FORBIDDEN, "not this one");
}

static int start_afresh(void **state)
{
    runs = 0;
    largest = 0;
    quiet_sum = 0;
    order_seen[0] = '\0';
    return place_setup(state);
}

static void what_is_put_off_is_there_after_the_commit(void **state)
{
    struct writer w = { .first = 1, .count = 5 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_write(place.db, put_notes_off, &w, &e));
    CHECK_I64(note_count(place.db), 5);
    CHECK_I64(runs, 1);
}

static void what_a_failed_transaction_put_off_is_not_done(void **state)
{
    struct writer w = { .first = 1, .count = 5, .refuse = true };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(db_write(place.db, put_notes_off, &w, &e), ERR_FORBIDDEN, "not this one");
    w = (struct writer){ .first = 1, .count = 5, .rank = 10 };
    CHECK_FAILS(db_write(place.db, put_notes_off, &w, &e), ERR_INVALID, NULL);
    CHECK_I64(note_count(place.db), 0);
    w.rank = 0;
    CHECK_OK(db_write(place.db, put_notes_off, &w, &e));
    CHECK_I64(note_count(place.db), 5);
}

static void more_than_fits_is_done_on_the_way(void **state)
{
    struct writer w = { .first = 1, .count = 10000 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_write(place.db, put_notes_off, &w, &e));
    CHECK_I64(note_count(place.db), 10000);
    CHECK(runs > 1);
}

static bool put_off_and_look(struct db_tx *tx, void *arg, struct err *e)
{
    const struct note seen = { .number = 1, .body = STR("seen") };
    const struct note unseen = { .number = 2, .body = STR("unseen") };

    UNUSED(arg);
    if (!db_put_off(tx, &notes_batch, &unseen, e) || !db_put_off(tx, &seen_batch, &seen, e))
        return false;
    CHECK_I64(count_by(tx, Q_NOTE_COUNT_APART), 0);
    CHECK_I64(count_by(tx, Q_NOTE_COUNT), 1);
    CHECK_I64(count_by(tx, Q_NOTE_COUNT_APART), 1);
    return true;
}

static void what_is_to_be_seen_is_done_before_any_query_that_may_look(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_write(place.db, put_off_and_look, NULL, &e));
    CHECK_I64(note_count(place.db), 2);
    CHECK_I64(runs, 2);
}

static bool mix(struct db_tx *tx, void *arg, struct err *e)
{
    struct note n = { .number = 1, .body = STR("first put off") };
    int64_t number = 2;

    UNUSED(arg);
    return db_put_off(tx, &notes_batch, &n, e) && db_put_off(tx, &more_batch, &number, e);
}

static void batches_run_in_their_order_and_may_put_off_more(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_write(place.db, mix, NULL, &e));
    CHECK_TEXT(order_seen, "mn");
    CHECK_I64(note_count(place.db), 2);
}

/* Many transactions, queued up behind one that waits so that they are committed together. */

static void answered(struct db_task *task)
{
    struct writer *w = CONTAINER_OF(task, struct writer, task);
    LOCKED(w->lock);

    (*w->open)--;
    lock_broadcast(w->lock);
}

/* All of them behind the gate, then through it. */
static void write_together(struct writer *writers, size_t count)
{
    struct lock lock;
    int open = (int)count;
    struct gate gate;
    struct err e = { 0 };

    lock_init(&lock);
    gate_shut_for_all(&gate);
    for (size_t i = 0; i < count; i++) {
        writers[i].lock = &lock;
        writers[i].open = &open;
        writers[i].task =
            (struct db_task){ .fn = put_notes_off, .done = answered, .arg = &writers[i] };
        CHECK_OK(db_submit(place.db, &writers[i].task, &e));
    }
    gate_open(&gate);
    lock_take(&lock);
    while (open > 0)
        lock_wait(&lock);
    lock_give(&lock);
    lock_deinit(&lock);
}

static void transactions_that_wait_are_done_at_once(void **state)
{
    struct writer writers[50] = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(writers); i++)
        writers[i] = (struct writer){ .first = 1 + 2 * (int64_t)i, .count = 2 };
    write_together(writers, COUNT(writers));
    for (size_t i = 0; i < COUNT(writers); i++)
        CHECK(writers[i].task.ok);
    CHECK_I64(note_count(place.db), 100);
    CHECK_I64(largest, 100);
}

static void transactions_of_one_commit_see_each_other(void **state)
{
    struct writer writers[10] = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(writers); i++)
        writers[i] = (struct writer){
            .first = 1 + 10 * (int64_t)i, .count = 2, .is_seen = true, .count_first = i % 3 == 2
        };
    write_together(writers, COUNT(writers));
    for (size_t i = 0; i < COUNT(writers); i++) {
        CHECK(writers[i].task.ok);
        CHECK_I64(writers[i].before, writers[i].count_first ? 2 * (int64_t)i : 0);
    }
    CHECK_I64(note_count(place.db), 20);
}

static void who_fails_does_not_take_the_others_along(void **state)
{
    struct writer writers[30] = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(writers); i++)
        writers[i] = (struct writer){ .first = 1 + (int64_t)i, .count = 1 };
    writers[3].refuse = true;        /* before anything was changed */
    writers[7].rank = 10;            /* refused by a check, when what was put off is done */
    writers[11].change_first = true; /* after a change of its own */
    writers[11].refuse = true;
    writers[20].change_first = true;
    write_together(writers, COUNT(writers));
    for (size_t i = 0; i < COUNT(writers); i++)
        CHECK_I64(writers[i].task.ok, i != 3 && i != 7 && i != 11);
    CHECK_I64(writers[3].task.err.code, ERR_FORBIDDEN);
    CHECK_I64(writers[7].task.err.code, ERR_INVALID);
    CHECK_I64(writers[11].task.err.code, ERR_FORBIDDEN);
    CHECK_I64(note_count(place.db), 28); /* 27 put off, and one at once */
}

/* The second one has the first one's items done, looks, and fails without having changed a row. */
static void what_a_failure_put_off_is_dropped_after_the_others_were_done(void **state)
{
    struct writer writers[] = {
        { .first = 1, .count = 1, .is_quiet = true },
        { .first = 100, .count = 1, .is_quiet = true, .count_first = true, .refuse = true },
    };

    UNUSED(state);
    write_together(writers, COUNT(writers));
    CHECK(writers[0].task.ok);
    CHECK_I64(writers[1].task.err.code, ERR_FORBIDDEN);
    CHECK(quiet_sum >= 1 && quiet_sum < 100);
}

#define ON_FRESH(name) cmocka_unit_test_setup_teardown(name, start_afresh, place_teardown)

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        ON_FRESH(every_item_comes_back_as_it_was_written),
        ON_FRESH(no_items_and_a_thousand_are_as_good_as_one),
        ON_FRESH(one_bad_item_keeps_all_out),
        ON_FRESH(rows_of_many_items_come_together_and_are_counted),
        ON_FRESH(what_is_put_off_is_there_after_the_commit),
        ON_FRESH(what_a_failed_transaction_put_off_is_not_done),
        ON_FRESH(more_than_fits_is_done_on_the_way),
        ON_FRESH(what_is_to_be_seen_is_done_before_any_query_that_may_look),
        ON_FRESH(transactions_of_one_commit_see_each_other),
        ON_FRESH(batches_run_in_their_order_and_may_put_off_more),
        ON_FRESH(transactions_that_wait_are_done_at_once),
        ON_FRESH(who_fails_does_not_take_the_others_along),
        ON_FRESH(what_a_failure_put_off_is_dropped_after_the_others_were_done),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
