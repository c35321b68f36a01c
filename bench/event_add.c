/* How many events a second a database takes: transactions of many events, one after the other. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "engine/event.h"

enum { PER_TRANSACTION = 750, TRANSACTIONS = 400 };

static NO_RETURN void fail(const struct err *e)
{
    fprintf(stderr, "bench_event_add: %s\n", e->msg);
    exit(1);
}

struct work {
    int channels;
    int64_t at;
};

static bool add_some(struct db_tx *tx, void *arg, struct err *e)
{
    struct work *work = arg;
    AUTO_ARENA a = { 0 };

    for (int i = 0; i < PER_TRANSACTION; i++) {
        struct arena_mark mark = arena_mark(&a);
        struct str channel = arena_strf(&a, "user:0190f1d8-0000-7000-8000-%012d",
                                        (int)(work->at++ % work->channels));
        struct str result =
            arena_strf(&a,
                       "{\"jobId\":\"0190f1d8-0000-7000-8000-%012d\",\"kind\":\"generate\","
                       "\"status\":\"running\",\"progress\":50}",
                       i);

        if (!event_add(tx, &a, channel, "job", result, e))
            return false;
        arena_rewind(&a, mark);
    }
    return true;
}

/* bench_event_add <database URL> <channels> */
int main(int argc, char **argv)
{
    struct db_options options = { .url = str_from(argc > 1 ? argv[1] : "") };
    struct work work = { .channels = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 1 };
    struct db *db;
    struct err e = { 0 };

    if (!crypto_init(&e) || !db_open(&options, &db, &e) || !db_migrate(db, &e))
        fail(&e);
    int64_t began = clock_steady_ns();
    for (int i = 0; i < TRANSACTIONS; i++)
        if (!db_write(db, add_some, &work, &e))
            fail(&e);
    double seconds = (double)(clock_steady_ns() - began) / 1e9;
    double cpu = (double)clock() / CLOCKS_PER_SEC;
    printf("%d channels: %.0f events/s, %.2f us of CPU each\n", work.channels,
           (double)work.at / seconds, cpu * 1e6 / (double)work.at);
    db_close(db);
    return 0;
}
