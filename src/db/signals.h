/* Signals inside db/: the topics of a transaction, and the listeners of a database. */
#ifndef DB_SIGNALS_H
#define DB_SIGNALS_H

#include "db/db_ops.h"

/* All that a transaction signalled, a line each: "event:admin\njob\n". */
struct str db_tx_topics(const struct db_tx *tx);

/* Tells every listener each line of topics, in order. On a thread of the database. */
void db_hear(struct db *db, struct str topics);

#endif
