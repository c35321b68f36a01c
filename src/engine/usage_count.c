/* Counts what has ended into the sums of its day: those of one commit are added up before they are
 * written, and everybody locks the rows in one order. */
#include <stdlib.h>

#include "engine/batch.h"
#include "engine/period.h"
#include "engine/usage_tally.h"

enum { ROWS_EACH = 3 }; /* of the user, of his day, and of all users */

const struct field usage_tally_fields[] = {
    { FIELD(struct usage_tally, user_id) },  { FIELD(struct usage_tally, backend) },
    { FIELD(struct usage_tally, door) },     { FIELD(struct usage_tally, day) },
    { FIELD(struct usage_tally, jobs) },     { FIELD(struct usage_tally, failed) },
    { FIELD(struct usage_tally, pictures) }, { FIELD(struct usage_tally, spent) },
    { FIELD(struct usage_tally, took_ms) },  { 0 },
};

static int by_key(const void *a, const void *b)
{
    const struct usage_tally *x = a, *y = b;
    int order = str_cmp(x->user_id, y->user_id);

    if (order == 0)
        order = (x->day > y->day) - (x->day < y->day);
    if (order == 0)
        order = str_cmp(x->backend, y->backend);
    return order != 0 ? order : str_cmp(x->door, y->door);
}

static void add(struct usage_tally *sum, const struct usage_tally *row)
{
    sum->jobs += row->jobs;
    sum->failed += row->failed;
    sum->pictures += row->pictures;
    sum->spent += row->spent;
    sum->took_ms += row->took_ms;
}

/* Mostly the jobs of one commit are alike: before anything is sorted they are one row. */
static size_t add_up_neighbours(struct usage_tally *rows, size_t count)
{
    size_t last = 0;

    for (size_t i = 1; i < count; i++) {
        if (by_key(&rows[last], &rows[i]) == 0)
            add(&rows[last], &rows[i]);
        else
            rows[++last] = rows[i];
    }
    return last + 1;
}

static size_t add_up(struct usage_tally *rows, size_t count)
{
    if (count > 0)
        count = add_up_neighbours(rows, count);
    if (count <= 1)
        return count;
    qsort(rows, count, sizeof(*rows), by_key);
    return add_up_neighbours(rows, count);
}

bool usage_post(struct db_tx *tx, struct usage_tally *rows, size_t count, struct err *e)
{
    count = add_up(rows, count);
    return count == 0 || db_post_many(tx, Q_USAGE_ADD, usage_tally_fields, rows, sizeof(*rows),
                                      count, DB_ANY_CHANGE, e);
}

bool usage_add(struct db_tx *tx, struct arena *a, struct usage_tally *rows, size_t count,
               struct err *e)
{
    struct usage_tally *all;

    count = add_up(rows, count);
    all = arena_array(a, struct usage_tally, count * ROWS_EACH);
    for (size_t i = 0; i < count; i++) {
        struct usage_tally *each = &all[i * ROWS_EACH];

        each[0] = each[1] = each[2] = rows[i];
        each[1].backend = each[1].door = STR("");
        each[2].user_id = STR("");
    }
    return usage_post(tx, all, count * ROWS_EACH, e);
}

static bool add_all(struct db_tx *tx, struct arena *a, void *items, size_t count, struct err *e)
{
    return usage_add(tx, a, items, count, e);
}

static const struct db_batch usage_batch = { .order = BATCH_USAGE,
                                             .item_bytes = sizeof(struct usage_tally),
                                             .run = add_all };

bool usage_count(struct db_tx *tx, const struct usage_end *end, struct err *e)
{
    struct arena *kept = db_put_off_arena(tx);
    struct usage_tally row = { .user_id = arena_str(kept, end->user_id),
                               .backend = arena_str(kept, end->backend),
                               .door = arena_str(kept, end->door),
                               .day = period_start(PERIOD_DAY, end->ended_at),
                               .jobs = 1,
                               .failed = end->failed,
                               .pictures = end->pictures,
                               .spent = end->spent,
                               .took_ms = end->took_ms };

    return db_put_off(tx, &usage_batch, &row, e);
}
