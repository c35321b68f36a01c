/* Signals: what a transaction wants to be known after its commit, and who wants to know. */
#include "db/signals.h"

#include <assert.h>

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

static bool is_known(const struct db_tx *tx, struct str topic)
{
    struct str rest = db_tx_topics(tx), line;

    while (str_cut(rest, '\n', &line, &rest)) {
        if (str_eq(line, topic) || str_eq(line, DB_TOPIC_ANY))
            return true;
    }
    return false;
}

bool db_signal(struct db_tx *tx, struct str topic, struct err *e)
{
    assert(!tx->is_read);
    if (tx->failure.code != ERR_NONE) {
        *e = tx->failure;
        return false;
    }
    if (!is_plain(topic))
        return fail_signal(tx, e);
    if (is_known(tx, topic))
        return true;
    if (tx->topic_count == DB_TOPICS_MAX || str_eq(topic, DB_TOPIC_ANY)) {
        buf_clear(&tx->topics);
        topic = DB_TOPIC_ANY;
    }
    buf_put(&tx->topics, topic);
    buf_put_char(&tx->topics, '\n');
    tx->topic_count++;
    return true;
}

struct str db_tx_topics(const struct db_tx *tx)
{
    return buf_str(&tx->topics);
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

void db_hear(struct db *db, struct str topics)
{
    int count = atomic_load(&db->listener_count);
    struct str topic;

    while (str_cut(topics, '\n', &topic, &topics)) {
        for (int i = 0; i < count; i++)
            db->listeners[i].heard(db->listeners[i].ctx, topic);
    }
}
