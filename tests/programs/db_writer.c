/*
 * Writes numbered rows and prints the number of each that was acknowledged, until somebody kills
 * it. For db_kill.py, and to measure: how many commits a second.
 *
 *   db_writer <url> migrate           brings the schema up to date
 *   db_writer <url> list <from>       prints "have <number>" for each row from there on, and "tally
 * <count>" db_writer <url> write <from>      writes without end: "ack <number>", "lost <number>"
 * when the outcome is unknown db_writer <url> bench <writes>    writes that many and prints the
 * rate
 */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "db/db.h"

enum { LANES = 64 };

struct row {
    int64_t number;
    struct str body;
    int64_t rank;
};

static const struct field row_fields[] = {
    { FIELD(struct row, number) },
    { FIELD(struct row, body) },
    { FIELD(struct row, rank) },
    { 0 },
};

/* One write at a time; when it is answered, the same lane sends the next. */
struct lane {
    struct db_task task;
    struct row row;
    char body[256];
};

static struct db *db;
static struct lane lanes[LANES];
static atomic_llong next_number, answered;
static int64_t last_number = INT64_MAX;
static bool is_quiet;
static struct lock finished;

static NO_RETURN void give_up(const char *what, const struct err *e)
{
    fprintf(stderr, "db_writer: %s: %s\n", what, e->msg);
    _exit(3);
}

/* One line in one write: what a killed process has said is whole. */
static void say(const char *word, int64_t number)
{
    dprintf(STDOUT_FILENO, "%s %" PRId64 "\n", word, number);
}

/* The table of notes keeps a tally: good to find half transactions, but its one row would be what
 * is measured. */
static bool insert(struct db_tx *tx, void *arg, struct err *e)
{
    return db_exec(tx, is_quiet ? Q_PROBE_ADD : Q_NOTE_INSERT_ONCE, row_fields, arg, e);
}

static void send_next(struct lane *lane)
{
    struct err e = { 0 };
    int64_t number = atomic_fetch_add(&next_number, 1);

    if (number > last_number)
        return;
    int used = snprintf(lane->body, sizeof(lane->body), "%" PRId64 " ", number);
    memset(lane->body + used, 'x', sizeof(lane->body) - (size_t)used);
    lane->row = (struct row){ .number = number, .body = { lane->body, sizeof(lane->body) } };
    if (!db_submit(db, &lane->task, &e))
        give_up("submit", &e);
}

static void was_answered(struct db_task *task)
{
    struct lane *lane = CONTAINER_OF(task, struct lane, task);

    if (!task->ok && task->err.code != ERR_UNAVAILABLE)
        give_up("write", &task->err);
    if (!is_quiet)
        say(task->ok ? "ack" : "lost", lane->row.number);
    send_next(lane);
    LOCKED(&finished);
    atomic_fetch_add(&answered, 1);
    lock_signal(&finished);
}

static void write_from(int64_t from, int64_t count)
{
    atomic_store(&next_number, from);
    if (count > 0)
        last_number = from + count - 1;
    lock_init(&finished);
    for (size_t i = 0; i < LANES; i++) {
        lanes[i].task =
            (struct db_task){ .fn = insert, .done = was_answered, .arg = &lanes[i].row };
        send_next(&lanes[i]);
    }
    LOCKED(&finished);
    while (count == 0 || atomic_load(&answered) < count)
        lock_wait(&finished);
}

static bool list(struct db_tx *tx, void *arg, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct field_list rows = { 0 };
    struct row ask = { .number = *(const int64_t *)arg }, count = { 0 }, tally = { 0 };

    if (!db_rows(tx, &a, Q_NOTE_NUMBERS, row_fields, &ask, row_fields, sizeof(struct row), &rows,
                 e) ||
        !db_row(tx, &a, Q_NOTE_COUNT, NULL, NULL, row_fields, &count, e) ||
        !db_row(tx, &a, Q_TALLY_COUNT, NULL, NULL, row_fields, &tally, e))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        printf("have %" PRId64 "\n", ((const struct row *)rows.items)[i].number);
    printf("count %" PRId64 "\n", count.number);
    printf("tally %" PRId64 "\n", tally.number);
    return true;
}

static void bench(int64_t count)
{
    int64_t start_ns = clock_steady_ns();

    is_quiet = true;
    write_from(1, count);
    int64_t taken_ms = MAX((clock_steady_ns() - start_ns) / 1000000, 1);
    printf("%" PRId64 " commits acknowledged in %" PRId64 " ms: %" PRId64 " per second\n", count,
           taken_ms, count * 1000 / taken_ms);
}

int main(int argc, char **argv)
{
    struct db_options options = { .url = str_from(argc > 1 ? argv[1] : NULL) };
    const char *command = argc > 2 ? argv[2] : "";
    int64_t number = 0;
    struct err e = { 0 };

    if (argc > 3 && !str_to_i64(str_from(argv[3]), 0, INT64_MAX, &number))
        return 2;
    if (!crypto_init(&e) || !db_open(&options, &db, &e))
        give_up("open", &e);
    if (!db_migrate(db, &e))
        give_up("migrate", &e);
    if (strcmp(command, "list") == 0 && !db_read(db, list, &number, &e))
        give_up("list", &e);
    if (strcmp(command, "write") == 0)
        write_from(number, 0);
    if (strcmp(command, "bench") == 0)
        bench(number);
    db_close(db);
    return 0;
}
