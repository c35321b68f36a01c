/* Transactions of one commit, inside db/: what they signal, what they put off, how they are run. */
#ifndef DB_GROUP_H
#define DB_GROUP_H

#include "db/db_ops.h"

enum { DB_BATCHES_MAX = 16 };

/* Items that wait for their batch. */
struct db_list {
    const struct db_batch *batch;
    char *items;
    size_t count, room;
};

/* One thread's; from the begin to the end of one transaction of the database itself. */
struct db_group {
    struct arena arena; /* of all that is put off */
    struct str *topics; /* signalled so far, each once */
    size_t topic_count, topic_room;
    struct db_list lists[DB_BATCHES_MAX];
    size_t list_count;
    struct db_task *rider; /* NULL: nobody has come aboard */
    bool is_ride_over;     /* until the next group nobody rides, or he has arrived */
};

/* Forgets everything but the rider, for the next transaction. */
void db_group_clear(struct db_group *g);

/*
 * All of a transaction but its commit: runs each task of the chain on conn, and sets its ok and
 * err; then whoever rides along; then what all of them put off. Who fails without a trace leaves
 * the others alone. false: somebody failed after he had changed something, or with his query:
 * nothing may stay.
 */
MUST_CHECK bool db_group_run(struct db_group *g, struct db *db, void *conn,
                             struct queue_item *chain, struct err *e);
/* One task with all that it put off; when it fails, the group is as it was before. */
MUST_CHECK bool db_group_run_one(struct db_group *g, struct db *db, void *conn,
                                 struct db_task *task);
/* Does what was put off: as much of it as queries may see, or all. */
MUST_CHECK bool db_catch_up(struct db_tx *tx, struct err *e);
MUST_CHECK bool db_catch_up_all(struct db_tx *tx, struct err *e);

/* The transaction is committed (why: NULL), or nothing of it was kept: the ride is over. true:
 * there was one. */
bool db_group_end_ride(struct db_group *g, const struct err *why);
/* Answers the rider, after everybody else. */
void db_group_answer_rider(struct db_group *g);

/* Tells every listener each topic. On a thread of the database. */
void db_hear_group(struct db *db, const struct db_group *g);
/* The same with a line for each topic. */
void db_hear(struct db *db, struct str topics);

static inline struct db_task *db_task_of(struct queue_item *item)
{
    return CONTAINER_OF(item, struct db_task, item);
}

#endif
