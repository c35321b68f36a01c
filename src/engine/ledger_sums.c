/* The sums over the ledger: what each user and all together have spent and have held back. */
#include <stdlib.h>

#include "base/clock.h"
#include "engine/ledger_row.h"
#include "engine/period.h"
#include "engine/usage.h"

enum { SCOPES = 2 }; /* everybody, and the user */

struct sum_row {
    struct str user_id;
    int64_t reserved, spent;
    int64_t day_start, week_start, month_start;
};

static const struct field sum_fields[] = {
    { FIELD(struct sum_row, user_id) },
    { FIELD(struct sum_row, reserved) },
    { FIELD(struct sum_row, spent) },
    { FIELD(struct sum_row, day_start) },
    { FIELD(struct sum_row, week_start) },
    { FIELD(struct sum_row, month_start) },
    { 0 },
};

struct sums {
    struct sum_row *rows;
    size_t count;
};

static int by_user(const void *a, const void *b)
{
    const struct sum_row *x = a, *y = b;

    return str_cmp(x->user_id, y->user_id);
}

/* One row for each user. Everybody locks them in one order, that of all users first: so nobody
 * waits in a ring. */
static void add_up(struct sums *sums)
{
    size_t last = 0;

    if (sums->count == 0)
        return;
    qsort(sums->rows, sums->count, sizeof(*sums->rows), by_user);
    for (size_t i = 1; i < sums->count; i++) {
        const struct sum_row *row = &sums->rows[i];
        struct sum_row *sum = &sums->rows[last];

        if (by_user(sum, row) != 0) {
            sums->rows[++last] = *row;
            continue;
        }
        sum->reserved += row->reserved;
        sum->spent += row->spent;
    }
    sums->count = last + 1;
}

static void add(struct sums *sums, struct str user_id, int64_t reserved, int64_t spent)
{
    const struct str scopes[SCOPES] = { STR(""), user_id };

    for (size_t i = 0; i < SCOPES; i++)
        sums->rows[sums->count++] =
            (struct sum_row){ .user_id = scopes[i], .reserved = reserved, .spent = spent };
}

static bool store(struct db_tx *tx, struct sums *sums, struct err *e)
{
    int64_t now = clock_now_ms();

    add_up(sums);
    for (size_t i = 0; i < sums->count; i++) {
        struct sum_row *row = &sums->rows[i];

        row->day_start = period_start(PERIOD_DAY, now);
        row->week_start = period_start(PERIOD_WEEK, now);
        row->month_start = period_start(PERIOD_MONTH, now);
    }
    return sums->count == 0 || db_post_many(tx, Q_SPENDING_ADD, sum_fields, sums->rows,
                                            sizeof(*sums->rows), sums->count, DB_ANY_CHANGE, e);
}

/* A cancelled job that cost nothing is not counted. */
static bool count(struct db_tx *tx, const struct ledger_row *row, struct err *e)
{
    const struct usage_end end = { .user_id = row->user_id,
                                   .backend = row->backend,
                                   .door = row->door,
                                   .ended_at = row->now,
                                   .failed = row->failed != 0,
                                   .pictures = row->pictures,
                                   .spent = row->spent.value,
                                   .took_ms = row->took_ms };

    return (row->outcome == LEDGER_REFUNDED && !end.failed) || usage_count(tx, &end, e);
}

bool ledger_add_up(struct db_tx *tx, struct arena *a, const struct ledger_row *opened,
                   size_t opened_count, const struct ledger_row *settled, size_t settled_count,
                   struct err *e)
{
    struct sums sums = { arena_array(a, struct sum_row, (opened_count + settled_count) * SCOPES),
                         0 };

    for (size_t i = 0; i < opened_count; i++)
        add(&sums, opened[i].user_id, opened[i].reserved, 0);
    for (size_t i = 0; i < settled_count; i++) {
        add(&sums, settled[i].user_id, -settled[i].reserved, settled[i].spent.value);
        if (!count(tx, &settled[i], e))
            return false;
    }
    return store(tx, &sums, e);
}
