/* A fresh database for each test, on whichever server the program was started with. */
#ifndef TESTS_CONTRACT_DB_PLACE_H
#define TESTS_CONTRACT_DB_PLACE_H

#include "check.h"
#include "scratch.h"

#include "db/db.h"

/* The test's place; a database is open in it from the start. */
struct place {
    char url[512];
    char folder[SCRATCH_SIZE]; /* SQLite */
    struct db *db;
};
extern struct place place;
extern enum db_dialect place_dialect;

int place_setup(void **state);       /* fresh, with the schema of the tests */
int place_setup_empty(void **state); /* fresh, without any schema */
int place_teardown(void **state);
struct db *place_open(int queue_max); /* one more on the same data */
void place_run(const char *sql);      /* what the program itself has no query for */

/*
 * main of a test program: runs the tests on each database that the command line names, "sqlite" (a
 * temporary folder) or "postgres" (the server of ALBUMEN_TEST_POSTGRES_URL). Returns the number of
 * failures.
 */
int place_main(int argc, char **argv, const struct CMUnitTest *tests, size_t count);

/* What the notes of the tests are in C. */
struct note {
    int64_t number;
    struct str body;
    int64_t rank;
    struct opt_i64 parent;
};
extern const struct field note_fields[];

int64_t note_count(struct db *db);
bool note_insert(struct db *db, int64_t number, struct err *e);
int64_t ask_number(struct db *db, enum query query); /* the column "number" of the only row */
#endif
