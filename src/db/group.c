/* Transactions of one commit: each runs by itself; what they put off is done at the end, once for
 * all. */
#include "db/group.h"

#include <assert.h>
#include <string.h>

enum { BATCH_ITEMS_MAX = 4096, ROOM_FIRST = 16 };

void db_group_clear(struct db_group *g)
{
    struct arena arena = g->arena;

    arena_rewind(&arena, (struct arena_mark){ 0 });
    *g = (struct db_group){ .arena = arena, .rider = g->rider, .is_ride_over = g->is_ride_over };
}

/* How much there was before a task ran. */
struct mark {
    size_t topics, counts[DB_BATCHES_MAX];
};

static struct mark mark_of(const struct db_group *g)
{
    struct mark mark = { .topics = g->topic_count };

    for (size_t i = 0; i < g->list_count; i++)
        mark.counts[i] = g->lists[i].count;
    return mark;
}

static void take_back(struct db_group *g, const struct mark *mark)
{
    g->topic_count = mark->topics;
    for (size_t i = 0; i < g->list_count; i++)
        g->lists[i].count = MIN(g->lists[i].count, mark->counts[i]);
}

static bool run_without_harm(struct db_group *g, struct db *db, void *conn, struct db_task *task)
{
    struct mark before = mark_of(g);
    struct db_tx tx;

    db_tx_begin(&tx, db, conn, g);
    task->err = (struct err){ 0 };
    task->ok = db_tx_run(&tx, task->fn, task->arg, &task->err);
    db_tx_end(&tx);
    if (!task->ok)
        take_back(g, &before);
    return task->ok || (tx.failure.code == ERR_NONE && !tx.has_changed);
}

bool db_group_run_one(struct db_group *g, struct db *db, void *conn, struct db_task *task)
{
    struct mark before = mark_of(g);
    struct db_tx tx;

    db_tx_begin(&tx, db, conn, g);
    task->err = (struct err){ 0 };
    task->ok = db_tx_run(&tx, task->fn, task->arg, &task->err) && db_catch_up_all(&tx, &task->err);
    db_tx_end(&tx);
    if (!task->ok)
        take_back(g, &before);
    return task->ok;
}

/* What is signalled by what was put off counts, too. */
static bool board(struct db_group *g, struct db *db, void *conn, struct err *e)
{
    struct db_tx tx;

    db_tx_begin(&tx, db, conn, g);
    bool ok = db_catch_up(&tx, e);
    db_tx_end(&tx);
    for (size_t i = 0; ok && i < g->topic_count && g->rider == NULL; i++)
        g->rider = db->board(db->board_ctx, g->topics[i]);
    return ok;
}

/* Whoever does, if anybody does. */
static bool ride(struct db_group *g, struct db *db, void *conn, struct err *e)
{
    if (g->is_ride_over || g->topic_count == 0 || !atomic_load(&db->has_rider))
        return true;
    if (g->rider == NULL && !board(g, db, conn, e))
        return false;
    if (g->rider == NULL || run_without_harm(g, db, conn, g->rider))
        return true;
    *e = g->rider->err;
    return false;
}

static bool run_chain(struct db_group *g, struct db *db, void *conn, struct queue_item *chain)
{
    for (struct queue_item *item = chain; item != NULL; item = item->next) {
        if (!run_without_harm(g, db, conn, db_task_of(item)))
            return false;
    }
    return true;
}

static bool finish(struct db_group *g, struct db *db, void *conn, struct err *e)
{
    struct db_tx tx;

    db_tx_begin(&tx, db, conn, g);
    bool ok = db_catch_up_all(&tx, e);
    db_tx_end(&tx);
    return ok;
}

bool db_group_run(struct db_group *g, struct db *db, void *conn, struct queue_item *chain,
                  struct err *e)
{
    return run_chain(g, db, conn, chain) && ride(g, db, conn, e) && finish(g, db, conn, e);
}

bool db_group_end_ride(struct db_group *g, const struct err *why)
{
    if (g->rider == NULL || g->is_ride_over)
        return false;
    g->is_ride_over = true;
    if (why != NULL && g->rider->ok) {
        g->rider->ok = false;
        g->rider->err = *why;
    }
    return true;
}

void db_group_answer_rider(struct db_group *g)
{
    struct db_task *rider = g->rider;

    g->rider = NULL;
    g->is_ride_over = false;
    if (rider != NULL)
        rider->done(rider);
}

/* The list of a batch, in the order of the batches. */
static struct db_list *list_of(struct db_group *g, const struct db_batch *batch)
{
    size_t at = 0;

    while (at < g->list_count && g->lists[at].batch != batch)
        at++;
    if (at == g->list_count) {
        assert(at < DB_BATCHES_MAX);
        g->lists[g->list_count++] = (struct db_list){ .batch = batch };
    }
    return &g->lists[at];
}

static void grow(struct arena *a, struct db_list *list)
{
    size_t room = MAX(list->room * 2, (size_t)ROOM_FIRST);
    char *items = arena_alloc_array(a, room, list->batch->item_bytes);

    if (list->count > 0)
        memcpy(items, list->items, list->count * list->batch->item_bytes);
    list->items = items;
    list->room = room;
}

bool db_put_off(struct db_tx *tx, const struct db_batch *batch, const void *item, struct err *e)
{
    struct db_list *list;

    assert(tx->group != NULL);
    if (tx->failure.code != ERR_NONE) {
        *e = tx->failure;
        return false;
    }
    list = list_of(tx->group, batch);
    if (list->count == BATCH_ITEMS_MAX && !db_catch_up_all(tx, e))
        return false;
    if (list->count == list->room)
        grow(&tx->group->arena, list);
    memcpy(list->items + list->count++ * batch->item_bytes, item, batch->item_bytes);
    return true;
}

struct arena *db_put_off_arena(struct db_tx *tx)
{
    assert(tx->group != NULL);
    return &tx->group->arena;
}

/* The first of those that have something to do, or NULL. */
static struct db_list *next_list(struct db_group *g, bool seen_only)
{
    struct db_list *first = NULL;

    for (size_t i = 0; i < g->list_count; i++) {
        struct db_list *list = &g->lists[i];

        if (list->count > 0 && (list->batch->is_seen || !seen_only) &&
            (first == NULL || list->batch->order < first->batch->order))
            first = list;
    }
    return first;
}

static bool run_lists(struct db_tx *tx, bool seen_only, struct err *e)
{
    struct db_group *g = tx->group;
    struct db_list *next;

    while (tx->failure.code == ERR_NONE && (next = next_list(g, seen_only)) != NULL) {
        struct db_list list = *next;

        *next = (struct db_list){ .batch = list.batch }; /* run may put off more of the same */
        tx->has_changed = true; /* others' items are gone with it: that cannot be taken back */
        if (!list.batch->run(tx, &g->arena, list.items, list.count, e) &&
            tx->failure.code == ERR_NONE)
            tx->failure = *e;
    }
    if (tx->failure.code == ERR_NONE)
        return true;
    *e = tx->failure;
    return false;
}

static bool catch_up(struct db_tx *tx, bool seen_only, struct err *e)
{
    if (tx->group == NULL || tx->is_catching_up)
        return true;
    tx->is_catching_up = true;
    bool ok = run_lists(tx, seen_only, e);
    tx->is_catching_up = false;
    return ok;
}

bool db_catch_up(struct db_tx *tx, struct err *e)
{
    return catch_up(tx, true, e);
}

bool db_catch_up_all(struct db_tx *tx, struct err *e)
{
    return catch_up(tx, false, e);
}
