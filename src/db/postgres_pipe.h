/* Queries on their way to PostgreSQL: several are sent before the answer to the first is there. */
#ifndef DB_POSTGRES_PIPE_H
#define DB_POSTGRES_PIPE_H

#include "db/postgres.h"

/* Sends a query without waiting for its answer. */
MUST_CHECK bool pipe_send(struct postgres_conn *conn, const struct postgres_sent *query,
                          const char *const *values, int count, struct err *e);
/* Waits for all answers. *out is that of the last query, for the caller to clear; an error is that
 * of the first that failed, or what is said of the rows that one should change or find. */
MUST_CHECK bool pipe_receive(struct postgres_conn *conn, PGresult **out, struct err *e);
/* The same for who needs none of the answers; nothing may be on its way. */
MUST_CHECK bool pipe_drain(struct postgres_conn *conn, struct err *e);
/* Is the change of rows expected of anything on its way? */
bool pipe_expects(const struct postgres_conn *conn);

#endif
