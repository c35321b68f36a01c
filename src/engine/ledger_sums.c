/* The sums over the ledger: what each user and all together have spent and have held back, and what
 * was made on each day. */
#include <stdlib.h>

#include "base/clock.h"
#include "engine/ledger_row.h"
#include "engine/period.h"
#include "engine/usage.h"

enum { SCOPES = 2 }; /* everybody, and the user */

struct sum_row {
    struct str user_id, name;
    enum usage_by dimension;
    int64_t reserved, spent, jobs, pictures;
    int64_t day, day_start, week_start, month_start;
};

static const struct field sum_fields[] = {
    { FIELD(struct sum_row, user_id) },
    { FIELD(struct sum_row, name) },
    { FIELD_ENUM(struct sum_row, dimension, usage_by_names) },
    { FIELD(struct sum_row, reserved) },
    { FIELD(struct sum_row, spent) },
    { FIELD(struct sum_row, jobs) },
    { FIELD(struct sum_row, pictures) },
    { FIELD(struct sum_row, day) },
    { FIELD(struct sum_row, day_start) },
    { FIELD(struct sum_row, week_start) },
    { FIELD(struct sum_row, month_start) },
    { 0 },
};

struct sums {
    struct sum_row *rows;
    size_t count;
};

static int by_key(const void *a, const void *b)
{
    const struct sum_row *x = a, *y = b;
    int order = str_cmp(x->user_id, y->user_id);

    if (order == 0)
        order = (x->dimension > y->dimension) - (x->dimension < y->dimension);
    return order != 0 ? order : str_cmp(x->name, y->name);
}

static void add(struct sums *sums, const struct sum_row *row)
{
    sums->rows[sums->count++] = *row;
}

/* One row for each key. Everybody locks them in one order, that of all users first: so nobody waits
 * in a ring. */
static void add_up(struct sums *sums)
{
    size_t last = 0;

    if (sums->count == 0)
        return;
    qsort(sums->rows, sums->count, sizeof(*sums->rows), by_key);
    for (size_t i = 1; i < sums->count; i++) {
        const struct sum_row *row = &sums->rows[i];
        struct sum_row *sum = &sums->rows[last];

        if (by_key(sum, row) != 0) {
            sums->rows[++last] = *row;
            continue;
        }
        sum->reserved += row->reserved;
        sum->spent += row->spent;
        sum->jobs += row->jobs;
        sum->pictures += row->pictures;
    }
    sums->count = last + 1;
}

static void add_spending(struct sums *sums, struct str user_id, int64_t reserved, int64_t spent)
{
    const struct str scopes[SCOPES] = { STR(""), user_id };

    for (size_t i = 0; i < SCOPES; i++)
        add(sums,
            &(struct sum_row){
                .user_id = scopes[i], .name = STR(""), .reserved = reserved, .spent = spent });
}

static void add_usage(struct sums *sums, const struct ledger_row *row)
{
    const struct str scopes[SCOPES] = { STR(""), row->user_id };
    const struct str names[] = { [USAGE_BY_BACKEND] = row->backend,
                                 [USAGE_BY_DOOR] = row->door,
                                 [USAGE_BY_USER] = row->user_id };

    for (size_t i = 0; i < SCOPES; i++) {
        for (enum usage_by by = 0; by < COUNT(names); by++)
            add(sums, &(struct sum_row){ .user_id = scopes[i],
                                         .dimension = by,
                                         .name = names[by],
                                         .jobs = 1,
                                         .pictures = row->pictures,
                                         .spent = row->spent.value });
    }
}

static bool store(struct db_tx *tx, enum query query, struct sums *sums, struct err *e)
{
    int64_t now = clock_now_ms();

    add_up(sums);
    for (size_t i = 0; i < sums->count; i++) {
        struct sum_row *row = &sums->rows[i];

        row->day = row->day_start = period_start(PERIOD_DAY, now);
        row->week_start = period_start(PERIOD_WEEK, now);
        row->month_start = period_start(PERIOD_MONTH, now);
    }
    return sums->count == 0 || db_post_many(tx, query, sum_fields, sums->rows, sizeof(*sums->rows),
                                            sums->count, DB_ANY_CHANGE, e);
}

static bool store_spending(struct db_tx *tx, struct sums *sums, struct err *e)
{
    return store(tx, Q_SPENDING_ADD, sums, e);
}

static bool store_usage(struct db_tx *tx, struct sums *sums, struct err *e)
{
    return store(tx, Q_USAGE_ADD, sums, e);
}

bool ledger_add_up(struct db_tx *tx, struct arena *a, const struct ledger_row *opened,
                   size_t opened_count, const struct ledger_row *settled, size_t settled_count,
                   struct err *e)
{
    size_t dimensions = USAGE_DIMENSIONS;
    struct sums spending = {
        arena_array(a, struct sum_row, (opened_count + settled_count) * SCOPES), 0
    };
    struct sums usage = { arena_array(a, struct sum_row, settled_count * SCOPES * dimensions), 0 };

    for (size_t i = 0; i < opened_count; i++)
        add_spending(&spending, opened[i].user_id, opened[i].reserved, 0);
    for (size_t i = 0; i < settled_count; i++) {
        add_spending(&spending, settled[i].user_id, -settled[i].reserved, settled[i].spent.value);
        if (settled[i].outcome != LEDGER_REFUNDED)
            add_usage(&usage, &settled[i]);
    }
    return store_spending(tx, &spending, e) && store_usage(tx, &usage, e);
}
