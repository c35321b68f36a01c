/* From the members of a struct to the parameters of a query. */
#ifndef DB_PARAMS_H
#define DB_PARAMS_H

#include "db/db_ops.h"

/*
 * Fills values in the order of the query's parameters. Texts are borrowed from params or live in
 * tx->scratch. Aborts when the table lacks a parameter; ERR_INVALID for text that no database
 * takes.
 */
MUST_CHECK bool params_collect(struct db_tx *tx, struct db_stmt *stmt, const struct field *table,
                               const void *params, struct db_value values[DB_PARAMS_MAX],
                               struct err *e);

/* The same for many items: each value is the array of one member of all of them, as PostgreSQL
 * writes arrays. */
MUST_CHECK bool params_collect_arrays(struct db_tx *tx, struct db_stmt *stmt,
                                      const struct field *table, const char *items,
                                      size_t item_bytes, size_t count,
                                      struct db_value values[DB_PARAMS_MAX], struct err *e);

#endif
