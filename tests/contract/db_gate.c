#include "db_gate.h"

static bool wait_at_gate(struct db_tx *tx, void *arg, struct err *e)
{
    struct gate *g = arg;
    LOCKED(&g->lock);

    UNUSED(tx);
    UNUSED(e);
    g->waiting++;
    lock_broadcast(&g->lock);
    while (!g->is_open)
        lock_wait(&g->lock);
    return true;
}

static void answered(struct db_task *task)
{
    struct gate *g = task->arg;
    LOCKED(&g->lock);

    g->answered++;
    lock_broadcast(&g->lock);
}

void gate_shut(struct gate *g, int writers)
{
    struct err e = { 0 };

    *g = (struct gate){ .count = writers };
    lock_init(&g->lock);
    for (int i = 0; i < writers; i++) {
        g->stoppers[i] = (struct db_task){ .fn = wait_at_gate, .done = answered, .arg = g };
        CHECK_OK(db_submit(place.db, &g->stoppers[i], &e));
        LOCKED(&g->lock);
        while (g->waiting <= i)
            lock_wait(&g->lock);
    }
}

void gate_shut_for_all(struct gate *g)
{
    gate_shut(g, place_dialect == DB_SQLITE ? 1 : GATE_THREADS_MAX);
}

void gate_open(struct gate *g)
{
    lock_take(&g->lock);
    g->is_open = true;
    lock_broadcast(&g->lock);
    while (g->answered < g->count)
        lock_wait(&g->lock);
    lock_give(&g->lock);
    lock_deinit(&g->lock);
}
