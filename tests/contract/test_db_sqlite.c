/* What SQLite alone must do: the disk breaks, the log is kept short, and other files are left
 * alone. */
#include "db_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broken_disk.h"

static int64_t size_of(const char *file)
{
    char path[128];
    struct stat st;

    snprintf(path, sizeof(path), "%s/%s", place.folder, file);
    return stat(path, &st) == 0 ? st.st_size : -1;
}

static void a_write_to_a_broken_disk_is_an_error_and_is_not_kept(void **state)
{
    static const struct {
        enum broken how;
        enum err_code code;
    } cases[] = {
        { DISK_IS_FULL, ERR_STORAGE_FULL },
        { DISK_FAILS_WRITES, ERR_IO },
    };
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t before = note_count(place.db);

        broken_disk_set(cases[i].how);
        CHECK_FAILS(note_insert(place.db, 1000, &e), cases[i].code, NULL);
        CHECK_I64(note_count(place.db), before); /* reading goes on */
        broken_disk_set(DISK_WORKS);
        CHECK_OK(note_insert(place.db, (int64_t)i + 1, &e));
        CHECK_I64(note_count(place.db), before + 1);
    }
}

/* In a child, because the process has to end: its exit status, and what it wrote to stderr. */
static int status_of_write_without_sync(char *text, size_t room)
{
    int ends[2];
    struct err e = { 0 };
    pid_t child;
    int status = 0;
    ssize_t got;

    CHECK_I64(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        struct db *db = place_open(0);
        broken_disk_set(DISK_FAILS_SYNCS);
        _exit(note_insert(db, 1, &e) ? 0 : 1);
    }
    close(ends[1]);
    got = read(ends[0], text, room - 1);
    text[got > 0 ? got : 0] = '\0';
    close(ends[0]);
    CHECK_I64(waitpid(child, &status, 0), child);
    return status;
}

static void a_failed_sync_ends_the_process_with_a_sentence(void **state)
{
    char text[256];
    int status;

    UNUSED(state);
    db_close(place.db);
    place.db = NULL;
    status = status_of_write_without_sync(text, sizeof(text));
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    CHECK_TEXT(
        text,
        "albumen: the database cannot go on: fsync failed, so what is on the disk is unknown\n");
    place.db = place_open(0); /* what it left can be opened */
    CHECK(note_count(place.db) <= 1);
}

struct pile {
    int64_t first, count;
    struct str body;
};

static bool add_pile(struct db_tx *tx, void *arg, struct err *e)
{
    struct pile *pile = arg;
    AUTO_ARENA a = { 0 };

    for (int64_t i = 0; i < pile->count; i++) {
        struct note n = { .number = pile->first + i };

        n.body = arena_strf(&a, "%lld" STR_FMT, (long long)n.number, STR_ARG(pile->body));
        if (!db_exec(tx, Q_NOTE_INSERT, note_fields, &n, e))
            return false;
    }
    return true;
}

static void the_log_does_not_grow_with_what_is_written(void **state)
{
    enum { ROUNDS = 40, EACH = 500, MIB_64 = 64 << 20 };
    char body[4000];
    struct pile pile = { .count = EACH, .body = { body, sizeof(body) } };
    struct err e = { 0 };

    UNUSED(state);
    memset(body, 'x', sizeof(body));
    for (int i = 0; i < ROUNDS; i++) {
        pile.first = 1 + (int64_t)i * EACH;
        CHECK_OK(db_write(place.db, add_pile, &pile, &e));
        CHECK_I64(note_count(place.db), (i + 1) * EACH); /* who read holds nothing up */
    }
    CHECK(size_of("test.db") > MIB_64); /* 150 MB went through */
    CHECK(size_of("test.db-wal") < MIB_64 / 3);
}

static void the_log_is_emptied_when_nothing_is_to_do_and_gone_after_close(void **state)
{
    struct err e = { 0 };
    struct lock pause;

    UNUSED(state);
    CHECK_OK(note_insert(place.db, 1, &e));
    CHECK(size_of("test.db-wal") > 0);
    CHECK_I64(note_count(place.db), 1);
    lock_init(&pause);
    lock_take(&pause);
    for (int i = 0; i < 200 && size_of("test.db-wal") > 0; i++)
        lock_wait_ms(&pause, 50);
    lock_give(&pause);
    CHECK_I64(size_of("test.db-wal"), 0);
    lock_deinit(&pause);
    CHECK_OK(note_insert(place.db, 2, &e));
    db_close(place.db);
    CHECK_I64(size_of("test.db-wal"), -1);
    CHECK_I64(size_of("test.db-shm"), -1);
    place.db = place_open(0);
    CHECK_I64(note_count(place.db), 2);
}

static void a_new_database_is_for_its_owner_alone(void **state)
{
    char path[128];
    struct stat st;

    UNUSED(state);
    snprintf(path, sizeof(path), "%s/test.db", place.folder);
    CHECK_I64(stat(path, &st), 0);
    CHECK_I64(st.st_mode & 0777, 0600);
    snprintf(path, sizeof(path), "%s/test.db-wal", place.folder);
    CHECK_I64(stat(path, &st), 0);
    CHECK_I64(st.st_mode & 0777, 0600);
}

static void a_url_that_opens_nothing_says_why(void **state)
{
    static const struct {
        const char *url;
        enum err_code code;
        const char *message;
    } cases[] = {
        { "", ERR_INVALID,
          "the database URL must begin with sqlite: or postgres:// (or postgresql://)" },
        { "mysql://x", ERR_INVALID,
          "the database URL must begin with sqlite: or postgres:// (or postgresql://)" },
        { "sqlite:", ERR_INVALID, "the database URL needs a file: sqlite:<path>" },
        { "sqlite::memory:", ERR_INVALID, "the database URL needs a file: sqlite:<path>" },
        { "sqlite:/nonexistent-folder/x.db", ERR_NOT_FOUND, NULL },
        { "sqlite:/dev/null/x.db", ERR_NOT_FOUND, NULL },
        { "sqlite:/etc/hostname", ERR_INTERNAL, NULL },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct db_options options = { .url = str_from(cases[i].url) };
        struct db *db = NULL;
        struct err e = { 0 };

        CHECK_FAILS(db_open(&options, &db, &e), cases[i].code, cases[i].message);
        CHECK(db == NULL);
    }
}

#define ON_FRESH(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        ON_FRESH(a_write_to_a_broken_disk_is_an_error_and_is_not_kept),
        ON_FRESH(a_failed_sync_ends_the_process_with_a_sentence),
        ON_FRESH(the_log_does_not_grow_with_what_is_written),
        ON_FRESH(the_log_is_emptied_when_nothing_is_to_do_and_gone_after_close),
        ON_FRESH(a_new_database_is_for_its_owner_alone),
        cmocka_unit_test(a_url_that_opens_nothing_says_why),
    };

    broken_disk_install();
    return place_main(argc, argv, tests, COUNT(tests));
}
