/* What every database must do while its schema is brought up to date. */
#include "db_place.h"

#include <stdio.h>

#include "base/fault.h"

enum { NEWEST = 3 }; /* migrations in probe/ */

static int version_of(struct db *db)
{
    struct err e = { 0 };
    int have = -1, want = -1;

    CHECK_OK(db_schema_version(db, &have, &want, &e));
    CHECK_I64(want, NEWEST);
    return have;
}

static void an_empty_database_gets_every_step_and_a_second_run_none(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    CHECK_I64(version_of(place.db), 0);
    CHECK_OK(db_migrate(place.db, &e));
    CHECK_I64(version_of(place.db), NEWEST);
    CHECK_OK(note_insert(place.db, 1, &e));
    CHECK_OK(db_migrate(place.db, &e));
    CHECK_I64(version_of(place.db), NEWEST);
    CHECK_I64(note_count(place.db), 1);
    CHECK_I64(ask_number(place.db, Q_TALLY_COUNT), 2); /* its trigger came as a whole */
}

static void a_statement_that_fails_leaves_whole_steps_and_can_be_tried_again(void **state)
{
    /* Steps that are complete when the n-th statement fails: 1, 3, and then 3 or 4 statements. */
    static const int complete[] = { 0, 1, 1, 1, 2, 2, 2, 2 };
    size_t statements = place_dialect == DB_SQLITE ? 7 : 8;
    struct err e = { 0 };

    for (size_t n = 0; n < statements; n++) {
        char spec[64];

        snprintf(spec, sizeof(spec), "db_migrate_statement:%zu:fail", n + 1);
        fault_set(spec);
        CHECK_FAILS(db_migrate(place.db, &e), ERR_IO, NULL);
        CHECK(str_starts(str_from(e.msg), STR("migration: ")));
        fault_set(NULL);
        CHECK_I64(version_of(place.db), complete[n]);
        CHECK_OK(db_migrate(place.db, &e));
        CHECK_I64(version_of(place.db), NEWEST);
        CHECK_OK(note_insert(place.db, 1, &e));
        place_teardown(state);
        place_setup_empty(state);
    }
}

struct change {
    enum query query;
    struct note what;
};

static bool change_steps(struct db_tx *tx, void *arg, struct err *e)
{
    struct change *c = arg;

    return db_exec(tx, c->query, note_fields, &c->what, e);
}

static void a_schema_that_is_newer_or_not_ours_is_refused(void **state)
{
    static const struct {
        struct change change;
        const char *message;
    } cases[] = {
        { { Q_STEP_INSERT, { .number = 4, .body = { "later", 5 } } },
          "the database was made by a newer version (schema 4, this program knows 3): upgrade albumen or restore a backup" },
        { { Q_STEP_SPOIL, { .number = 2 } },
          "migration 2 (note) is not the one that made this database: it was changed after its release" },
    };
    struct err e = { 0 };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct change change = cases[i].change;

        CHECK_OK(db_migrate(place.db, &e));
        CHECK_OK(db_write(place.db, change_steps, &change, &e));
        CHECK_FAILS(db_migrate(place.db, &e), ERR_CONFLICT, cases[i].message);
        place_teardown(state);
        place_setup_empty(state);
    }
}

struct migrator {
    bool ok;
    struct err err;
};

static void *migrate_own(void *arg)
{
    struct migrator *m = arg;
    struct db *db = place_open(0);

    m->ok = db_migrate(db, &m->err);
    db_close(db);
    return NULL;
}

static void two_who_migrate_at_once_both_succeed(void **state)
{
    enum { ROUNDS = 10 };

    for (int round = 0; round < ROUNDS; round++) {
        pthread_t threads[2];
        struct migrator both[2] = { 0 };
        struct err e = { 0 };

        for (size_t i = 0; i < COUNT(threads); i++)
            thread_start(&threads[i], "migrate", migrate_own, &both[i]);
        for (size_t i = 0; i < COUNT(threads); i++)
            thread_join(threads[i]);
        for (size_t i = 0; i < COUNT(threads); i++) {
            CHECK_TEXT(both[i].err.msg, "");
            CHECK(both[i].ok);
        }
        CHECK_I64(version_of(place.db), NEWEST);
        CHECK_OK(note_insert(place.db, 1, &e));
        place_teardown(state);
        place_setup_empty(state);
    }
}

#define ON_EMPTY(name) cmocka_unit_test_setup_teardown(name, place_setup_empty, place_teardown)

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        ON_EMPTY(an_empty_database_gets_every_step_and_a_second_run_none),
        ON_EMPTY(a_statement_that_fails_leaves_whole_steps_and_can_be_tried_again),
        ON_EMPTY(a_schema_that_is_newer_or_not_ours_is_refused),
        ON_EMPTY(two_who_migrate_at_once_both_succeed),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
