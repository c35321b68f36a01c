/* A fresh database for each test, on whichever server the program was started with. */
#include "db_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/crypto.h"
#include "db/db_ops.h"

struct place place;
enum db_dialect place_dialect;

static const char *server_url;

struct db *place_open(int queue_max)
{
    struct err e = { 0 };
    struct db_options options = { .url = str_from(place.url), .queue_max = queue_max };
    struct db *db = NULL;

    CHECK_OK(db_open(&options, &db, &e));
    return db;
}

/* A schema of this process on the server, so that programs can run beside each other. */
static bool run_on_schema(struct db_tx *tx, void *arg, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct str sql = arena_strf(&a, "%s SCHEMA albumen_test_%d", (char *)arg, (int)getpid());

    if (str_starts(sql, STR("DROP")))
        sql = arena_strf(&a, STR_FMT " CASCADE", STR_ARG(sql));
    return db_exec(tx, Q_DB_PING, NULL, NULL, e) && tx->db->ops->run_text(tx, sql.ptr, e);
}

static void change_schema(bool make)
{
    char create[] = "CREATE", drop[] = "DROP";
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, run_on_schema, make ? create : drop, &e));
}

int place_setup_empty(void **state)
{
    UNUSED(state);
    if (place_dialect == DB_SQLITE) {
        CHECK(scratch_make(place.folder, "db"));
        snprintf(place.url, sizeof(place.url), "sqlite:%s/test.db", place.folder);
        place.db = place_open(0);
        return 0;
    }
    /* The name tells the connections of this program from those of others beside it. */
    snprintf(place.url, sizeof(place.url),
             "%s%soptions=-csearch_path%%3Dalbumen_test_%d&application_name=albumen_test_%d",
             server_url, strchr(server_url, '?') != NULL ? "&" : "?", (int)getpid(), (int)getpid());
    place.db = place_open(0);
    change_schema(true);
    return 0;
}

int place_setup(void **state)
{
    struct err e = { 0 };

    place_setup_empty(state);
    CHECK_OK(db_migrate(place.db, &e));
    return 0;
}

int place_teardown(void **state)
{
    UNUSED(state);
    if (place_dialect == DB_POSTGRES)
        change_schema(false);
    db_close(place.db);
    place.db = NULL;
    return place_dialect == DB_SQLITE ? scratch_remove(place.folder) : 0;
}

static bool run_text(struct db_tx *tx, void *arg, struct err *e)
{
    return db_exec(tx, Q_DB_PING, NULL, NULL, e) && tx->db->ops->run_text(tx, arg, e);
}

void place_run(const char *sql)
{
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, run_text, (void *)(uintptr_t)sql, &e));
}

int place_main(int argc, char **argv, const struct CMUnitTest *tests, size_t count)
{
    struct err e = { 0 };
    int failed = 0;

    server_url = getenv("ALBUMEN_TEST_POSTGRES_URL");
    if (argc < 2 || !crypto_init(&e)) {
        fprintf(stderr, "usage: %s sqlite|postgres ...\n", argv[0]);
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        place_dialect = strcmp(argv[i], "sqlite") == 0 ? DB_SQLITE : DB_POSTGRES;
        if (place_dialect == DB_POSTGRES && server_url == NULL) {
            fprintf(stderr,
                    "ALBUMEN_TEST_POSTGRES_URL is not set: run it under postgres_cluster\n");
            return 2;
        }
        failed += _cmocka_run_group_tests(argv[i], tests, count, NULL, NULL);
    }
    return failed;
}
