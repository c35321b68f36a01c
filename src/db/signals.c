/* Signals: what a transaction wants to be known after its commit, and who wants to know. */
#include <assert.h>
#include <string.h>

#include "db/group.h"

static bool fail_signal(struct db_tx *tx, struct err *e)
{
    err_set(&tx->failure, ERR_INTERNAL, "a signal's topic must have from 1 to %d plain characters",
            DB_TOPIC_MAX);
    *e = tx->failure;
    return false;
}

static bool is_plain(struct str topic)
{
    for (size_t i = 0; i < topic.len; i++) {
        if ((unsigned char)topic.ptr[i] < ' ')
            return false;
    }
    return topic.len > 0 && topic.len <= DB_TOPIC_MAX && str_is_utf8(topic);
}

static bool is_known(const struct db_group *g, struct str topic)
{
    for (size_t i = 0; i < g->topic_count; i++) {
        if (str_eq(g->topics[i], topic) || str_eq(g->topics[i], DB_TOPIC_ANY))
            return true;
    }
    return false;
}

static void add_topic(struct db_group *g, struct str topic)
{
    if (g->topic_count == g->topic_room) {
        size_t room = MAX(g->topic_room * 2, (size_t)8);
        struct str *topics = arena_array(&g->arena, struct str, room);

        if (g->topic_count > 0)
            memcpy(topics, g->topics, g->topic_count * sizeof(*topics));
        g->topics = topics;
        g->topic_room = room;
    }
    g->topics[g->topic_count++] = arena_str(&g->arena, topic);
}

bool db_signal(struct db_tx *tx, struct str topic, struct err *e)
{
    struct db_group *g = tx->group;

    assert(g != NULL);
    if (tx->failure.code != ERR_NONE) {
        *e = tx->failure;
        return false;
    }
    if (!is_plain(topic))
        return fail_signal(tx, e);
    if (is_known(g, topic))
        return true;
    if (g->topic_count - tx->first_topic == DB_TOPICS_MAX || str_eq(topic, DB_TOPIC_ANY)) {
        g->topic_count = tx->first_topic;
        topic = DB_TOPIC_ANY;
    }
    add_topic(g, topic);
    return true;
}

bool db_listen(struct db *db, void (*heard)(void *ctx, struct str topic), void *ctx, struct err *e)
{
    int count = atomic_load(&db->listener_count);

    assert(count < DB_LISTENERS_MAX);
    if (count == 0 && db->ops->listen != NULL && !db->ops->listen(db, e))
        return false;
    db->listeners[count] = (struct db_listener){ heard, ctx };
    atomic_store(&db->listener_count, count + 1); /* the database's threads may look already */
    return true;
}

void db_ride(struct db *db, db_board_fn board, void *ctx)
{
    assert(!atomic_load(&db->has_rider));
    db->board = board;
    db->board_ctx = ctx;
    atomic_store(&db->has_rider, true); /* the database's threads may look already */
}

static void hear_one(struct db *db, struct str topic)
{
    int count = atomic_load(&db->listener_count);

    for (int i = 0; i < count; i++)
        db->listeners[i].heard(db->listeners[i].ctx, topic);
}

void db_hear_group(struct db *db, const struct db_group *g)
{
    for (size_t i = 0; i < g->topic_count; i++)
        hear_one(db, g->topics[i]);
}

void db_hear(struct db *db, struct str topics)
{
    struct str topic;

    while (str_cut(topics, '\n', &topic, &topics))
        hear_one(db, topic);
}
