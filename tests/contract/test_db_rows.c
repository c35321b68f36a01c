/* What every database must do with structs and rows. */
#include "db_place.h"

#include <float.h>
#include <math.h>

#include "base/json.h"
#include "db/recall.h"

enum colour { RED, GREEN };
static const char *const colour_names[] = { "red", "green", NULL };

struct probe {
    struct str id;
    bool flag;
    int64_t whole;
    double ratio;
    struct str words;
    struct opt_bool maybe_flag;
    struct opt_i64 maybe_whole;
    struct opt_f64 maybe_ratio;
    struct str_list tags;
    const struct json *tree;
    int64_t seen_at;
    enum colour colour;
};

static const struct field probe_fields[] = {
    { FIELD(struct probe, id) },
    { FIELD(struct probe, flag) },
    { FIELD(struct probe, whole) },
    { FIELD(struct probe, ratio) },
    { FIELD(struct probe, words) },
    { FIELD(struct probe, maybe_flag) },
    { FIELD(struct probe, maybe_whole) },
    { FIELD(struct probe, maybe_ratio) },
    { FIELD(struct probe, tags) },
    { FIELD(struct probe, tree) },
    { FIELD_TIME(struct probe, seen_at) },
    { FIELD_ENUM(struct probe, colour, colour_names) },
    { 0 },
};

/* One query on one struct, in and out. */
struct call {
    enum query query;
    struct arena arena;
    struct probe probe;
    int64_t changed;
};

static bool run_exec(struct db_tx *tx, void *arg, struct err *e)
{
    struct call *c = arg;

    return db_exec(tx, c->query, probe_fields, &c->probe, e);
}

static bool run_row(struct db_tx *tx, void *arg, struct err *e)
{
    struct call *c = arg;

    return db_row(tx, &c->arena, c->query, probe_fields, &c->probe, probe_fields, &c->probe, e);
}

static struct probe write_and_read(struct arena *a, struct probe probe)
{
    struct call c = { .query = Q_PROBE_INSERT, .probe = probe };
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, run_exec, &c, &e));
    memset(&c.probe, 0x55, sizeof(c.probe)); /* whatever is not read stands out */
    c.query = Q_PROBE_BY_ID;
    c.probe.id = probe.id;
    c.arena = *a;
    CHECK_OK(db_read(place.db, run_row, &c, &e));
    *a = c.arena;
    return c.probe;
}

static void every_type_comes_back_as_it_was_written(void **state)
{
    static const struct {
        int64_t whole;
        double ratio;
        const char *words;
    } cases[] = {
        { 0, 0.0, "" },
        { 1, 0.1, "plain" },
        { INT64_MAX, DBL_MAX, "\xf0\x9f\x96\xbc \xc3\xa9 \xe6\xbc\xa2 quote ' \" \\ ;" },
        { INT64_MIN, -1e-300, "line\nfeed\ttab \x01" },
        { -1, 1e15 / 3, ":name ?1 $1 %s" },
    };
    AUTO_ARENA a = { 0 };
    struct str words[] = { STR("one"), STR(""), STR("\xf0\x9f\x90\xb1 \"3\"") };
    struct json tree;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(json_parse(&a, STR("{\"b\":[1,2.5,null,\"x\"],\"a\":9007199254740993}"), &tree, &e));
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct probe in = {
            .id = arena_strf(&a, "case %zu", i),
            .flag = i % 2 == 0,
            .whole = cases[i].whole,
            .ratio = cases[i].ratio,
            .words = str_from(cases[i].words),
            .maybe_flag = { true, i % 2 == 1 },
            .maybe_whole = { true, cases[i].whole },
            .maybe_ratio = { true, cases[i].ratio },
            .tags = { words, COUNT(words) },
            .tree = &tree,
            .seen_at = 1763713800000,
            .colour = GREEN,
        };
        struct probe out = write_and_read(&a, in);

        CHECK_STR(out.id, in.id);
        CHECK_I64(out.flag, in.flag);
        CHECK_I64(out.whole, in.whole);
        CHECK(out.ratio == in.ratio);
        CHECK_STR(out.words, in.words);
        CHECK(!str_is_null(out.words));
        CHECK(out.maybe_flag.set && out.maybe_flag.value == in.maybe_flag.value);
        CHECK(out.maybe_whole.set && out.maybe_whole.value == in.whole);
        CHECK(out.maybe_ratio.set && out.maybe_ratio.value == in.ratio);
        CHECK_I64(out.tags.count, COUNT(words));
        for (size_t w = 0; w < COUNT(words); w++)
            CHECK_STR(out.tags.items[w], words[w]);
        CHECK_I64(json_get_i64(out.tree, "a", 0), 9007199254740993);
        CHECK_I64(json_get(out.tree, "b")->array.count, 4);
        CHECK_I64(out.seen_at, in.seen_at);
        CHECK_I64(out.colour, GREEN);
    }
}

static void what_is_not_set_is_null_and_comes_back_unset(void **state)
{
    AUTO_ARENA a = { 0 };
    struct probe out = write_and_read(&a, (struct probe){ .id = STR("empty") });

    UNUSED(state);
    CHECK(str_is_null(out.words));
    CHECK(!out.maybe_flag.set && !out.maybe_whole.set && !out.maybe_ratio.set);
    CHECK_I64(out.tags.count, 0);
    CHECK(out.tree == NULL);
    CHECK_I64(out.seen_at, 0);
    CHECK_I64(out.colour, RED);
}

static void a_parameter_that_is_named_twice_gets_one_number(void **state)
{
    AUTO_ARENA a = { 0 };
    struct call c = { .query = Q_PROBE_SWAP,
                      .probe = { .id = STR("I"), .words = STR("W"), .whole = 41 } };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_read(place.db, run_row, &c, &e));
    a = c.arena;
    CHECK_STR(c.probe.words, STR("W/I/W"));
    CHECK_I64(c.probe.whole, 41);
    CHECK_I64(c.probe.maybe_whole.value, 42);
}

static void text_that_no_database_should_hold_is_refused(void **state)
{
    static const struct {
        struct probe probe;
        const char *message;
    } cases[] = {
        { { .id = { "a\0b", 3 } }, "'id' holds a NUL byte" },
        { { .id = { "a", 1 }, .words = { "\0", 1 } }, "'words' holds a NUL byte" },
        { { .id = { "a\xff", 2 } }, "'id' is not valid UTF-8" },
        { { .id = { "a", 1 }, .words = { "\xed\xa0\x80", 3 } }, "'words' is not valid UTF-8" },
        { { .id = { "a", 1 }, .ratio = (double)INFINITY }, "'ratio' is not a finite number" },
        { { .id = { "a", 1 }, .maybe_ratio = { true, (double)NAN } },
          "'maybe_ratio' is not a finite number" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct call c = { .query = Q_PROBE_INSERT, .probe = cases[i].probe };
        struct err e = { 0 };

        CHECK_FAILS(db_write(place.db, run_exec, &c, &e), ERR_INVALID, cases[i].message);
        CHECK(e.field[0] != '\0');
    }
}

static void a_column_that_the_struct_cannot_take_is_named(void **state)
{
    static const struct {
        enum query query;
        const char *message;
    } cases[] = {
        { Q_PROBE_STRANGER, "query probe_stranger: column 'stranger' has no field in the table" },
        { Q_PROBE_NULLS,
          "query probe_nulls: column 'whole' is null, and its field has no way to say so" },
        { Q_PROBE_TEXT_AS_NUMBER,
          "query probe_text_as_number: column 'whole' holds text that its field cannot take" },
        { Q_PROBE_NUMBER_AS_ENUM,
          "query probe_number_as_enum: column 'colour' holds text that its field cannot take" },
    };
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    write_and_read(&a, (struct probe){ .id = STR("x"), .words = STR("12 monkeys") });
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct call c = { .query = cases[i].query, .probe = { .id = STR("x") } };
        struct err e = { 0 };

        CHECK_FAILS(db_read(place.db, run_row, &c, &e), ERR_INTERNAL, cases[i].message);
        arena_deinit(&c.arena);
    }
}

static void a_row_that_is_not_there_is_not_found_and_changes_nothing(void **state)
{
    struct call c = { .query = Q_PROBE_BY_ID, .probe = { .id = STR("nobody"), .whole = 7 } };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(db_read(place.db, run_row, &c, &e), ERR_NOT_FOUND, "not found");
    CHECK_I64(c.probe.whole, 7);
}

struct pages {
    struct arena arena;
    struct note ask;
    struct field_list got;
    enum query query;
};

static bool read_rows(struct db_tx *tx, void *arg, struct err *e)
{
    struct pages *p = arg;

    return db_rows(tx, &p->arena, p->query, note_fields, &p->ask, note_fields, sizeof(struct note),
                   &p->got, e);
}

static void rows_come_in_order_and_as_many_as_there_are(void **state)
{
    static const int64_t counts[] = { 1, 15, 16, 17, 1000, DB_ROWS_MAX };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(counts); i++) {
        struct pages p = { .query = Q_NUMBERS, .ask = { .number = counts[i] } };
        struct err e = { 0 };

        CHECK_OK(db_read(place.db, read_rows, &p, &e));
        CHECK_I64(p.got.count, counts[i]);
        for (int64_t n = 0; n < counts[i]; n++)
            CHECK_I64(((struct note *)p.got.items)[n].number, n + 1);
        arena_deinit(&p.arena);
    }
}

static void no_rows_are_an_empty_list(void **state)
{
    struct pages p = { .query = Q_NOTE_LIST, .ask = { .rank = 77 } };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_read(place.db, read_rows, &p, &e));
    CHECK_I64(p.got.count, 0);
}

static void too_many_rows_are_an_error_and_not_a_cut_list(void **state)
{
    struct pages p = { .query = Q_NUMBERS, .ask = { .number = DB_ROWS_MAX + 1 } };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(db_read(place.db, read_rows, &p, &e), ERR_INTERNAL,
                "query numbers gives more than 100000 rows: it needs a LIMIT");
    arena_deinit(&p.arena);
}

static bool count_changes(struct db_tx *tx, void *arg, struct err *e)
{
    int64_t *changed = arg;
    AUTO_ARENA a = { 0 };
    struct note n = { .number = 5, .body = STR("five"), .rank = 1 };
    struct note got = { 0 };
    struct field_list raised = { 0 };

    if (!db_row(tx, &a, Q_NOTE_ADD, note_fields, &n, note_fields, &got, e))
        return false;
    changed[0] = db_changed(tx);
    CHECK_STR(got.body, STR("five"));
    n = (struct note){ .number = 6, .body = STR("six"), .rank = 1 };
    if (!db_exec(tx, Q_NOTE_INSERT_ONCE, note_fields, &n, e))
        return false;
    changed[1] = db_changed(tx);
    if (!db_exec(tx, Q_NOTE_INSERT_ONCE, note_fields, &n, e))
        return false;
    changed[2] = db_changed(tx);
    if (!db_row(tx, &a, Q_NOTE_RAISE, note_fields, &n, note_fields, &got, e))
        return false;
    changed[3] = db_changed(tx); /* two rows changed, one was asked for */
    n.rank = 2;
    if (!db_rows(tx, &a, Q_NOTE_RAISE, note_fields, &n, note_fields, sizeof(n), &raised, e))
        return false;
    changed[4] = db_changed(tx);
    n.number = 999;
    if (!db_exec(tx, Q_NOTE_DELETE, note_fields, &n, e))
        return false;
    changed[5] = db_changed(tx);
    return true;
}

static void changed_rows_are_counted_with_and_without_returning(void **state)
{
    static const int64_t want[] = { 1, 1, 0, 2, 2, 0 };
    int64_t got[COUNT(want)];
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_write(place.db, count_changes, got, &e));
    for (size_t i = 0; i < COUNT(want); i++)
        CHECK_I64(got[i], want[i]);
}

/* A transaction that takes for granted that a note has this rank, and makes something of it. */
struct granted {
    int64_t number;
    bool looks, fails; /* it asks for something else, too; it says so, for a reason of its own */
    bool is_write;
    int64_t rank; /* that it saw */
};

static bool grant(struct db_tx *tx, void *arg, struct err *e)
{
    struct granted *g = arg;
    struct note note = { .number = g->number }, got = { 0 };
    AUTO_ARENA a = { 0 };

    if (!db_expect(tx, Q_NOTE_RANK, note_fields, &note, e))
        return false;
    note.number = 1;
    if (g->looks && !db_row(tx, &a, Q_NOTE_RANK, note_fields, &note, note_fields, &got, e))
        return err_set(e, ERR_NOT_FOUND, "no such note");
    g->rank = got.rank;
    if (g->is_write && !db_exec(tx, Q_NOTE_RAISE, note_fields, &got, e))
        return false;
    return !g->fails || err_set(e, ERR_INVALID, "a reason of its own");
}

static void what_is_expected_holds_or_is_the_error(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(note_insert(place.db, 1, &e));
    for (int i = 0; i < 8; i++) {
        struct granted there = { 1, (i & 1) != 0, (i & 2) != 0, (i & 4) != 0, 0 };
        struct granted gone = { 2, (i & 1) != 0, (i & 2) != 0, (i & 4) != 0, 0 };

        bool ok = there.is_write ? db_write(place.db, grant, &there, &e)
                                 : db_read(place.db, grant, &there, &e);
        CHECK(ok == !there.fails);
        CHECK(ok || e.code == ERR_INVALID);
        CHECK(there.rank == 0 || there.looks);
        CHECK_FAILS(gone.is_write ? db_write(place.db, grant, &gone, &e)
                                  : db_read(place.db, grant, &gone, &e),
                    ERR_EXPECTATION, NULL);
    }
}

/* Remembers a fact, and whether it knew one before. */
struct memory_of {
    struct db_fact fact, was;
    bool knew;
};

static bool recall_and_remember(struct db_tx *tx, void *arg, struct err *e)
{
    struct memory_of *m = arg;

    UNUSED(e);
    m->knew = db_recall(tx, STR("the answer"), &m->was);
    db_remember(tx, STR("the answer"), m->fact);
    return true;
}

static void facts_are_those_of_reads(void **state)
{
    struct memory_of in_read = { .fact = { 42, 1 } }, in_write = { .fact = { 43, 2 } };
    struct db *other = place_open(0);
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_write(place.db, recall_and_remember, &in_write, &e));
    CHECK_OK(db_read(place.db, recall_and_remember, &in_read, &e));
    CHECK(!in_write.knew && !in_read.knew);
    CHECK_OK(db_write(place.db, recall_and_remember, &in_write, &e));
    CHECK_OK(db_read(place.db, recall_and_remember, &in_read, &e));
    CHECK(!in_write.knew && in_read.knew);
    CHECK_I64(in_read.was.number, 42);
    CHECK_I64(in_read.was.hint, 1);
    CHECK_OK(db_read(other, recall_and_remember, &in_read, &e));
    CHECK(!in_read.knew); /* another database is another memory */
    db_close(other);
}

#define ON_FRESH(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        ON_FRESH(every_type_comes_back_as_it_was_written),
        ON_FRESH(what_is_not_set_is_null_and_comes_back_unset),
        ON_FRESH(a_parameter_that_is_named_twice_gets_one_number),
        ON_FRESH(text_that_no_database_should_hold_is_refused),
        ON_FRESH(a_column_that_the_struct_cannot_take_is_named),
        ON_FRESH(a_row_that_is_not_there_is_not_found_and_changes_nothing),
        ON_FRESH(rows_come_in_order_and_as_many_as_there_are),
        ON_FRESH(no_rows_are_an_empty_list),
        ON_FRESH(too_many_rows_are_an_error_and_not_a_cut_list),
        ON_FRESH(changed_rows_are_counted_with_and_without_returning),
        ON_FRESH(what_is_expected_holds_or_is_the_error),
        ON_FRESH(facts_are_those_of_reads),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
