/* What this process remembers of the database. */
#ifndef DB_RECALL_H
#define DB_RECALL_H

#include "db/db.h"

/*
 * A number that never changes once it is committed, nor is another's when it is gone - the id
 * behind a name - need not be asked for again by this process. The hint beside it may be out of
 * date, by a minute at most. For reads: a write sees what is not committed yet, so nothing is
 * remembered of it, or recalled to it.
 */
struct db_fact {
    int64_t number, hint;
};
bool db_recall(const struct db_tx *tx, struct str name, struct db_fact *out);
void db_remember(const struct db_tx *tx, struct str name, struct db_fact fact);

/* For db_open and db_close; NULL is fine. */
struct db_facts;
struct db_facts *db_facts_create(void);
void db_facts_destroy(struct db_facts *facts);

#endif
