/* What sql2c makes of the .sql files: one table of queries and one of migrations per program. */
#ifndef DB_QUERY_TEXT_H
#define DB_QUERY_TEXT_H

#include "base/base.h"

enum db_dialect { DB_SQLITE, DB_POSTGRES, DB_DIALECT_COUNT };

enum { DB_PARAMS_MAX = 64 }; /* of one query; sql2c knows it too */

struct query_text {
    const char *name;                  /* "user_by_id" */
    const char *sql[DB_DIALECT_COUNT]; /* NULL: the query is not for that database */
    const char *const
        *params[DB_DIALECT_COUNT]; /* names in order of their numbers, NULL at the end */
    bool returns_rows;
    bool is_listing; /* walks an index: never a full scan, never a sort in memory */
    bool is_apart;   /* has nothing to do with what transactions put off */
    bool is_many;    /* for many items at once: on PostgreSQL its parameters are arrays */
};

struct migration {
    const char *name;
    const char *sha256[DB_DIALECT_COUNT]; /* of the file, in hexadecimal */
    const char *const *statements[DB_DIALECT_COUNT];
};

/* By enum query; src/db/db.sql comes first, so that the layer's own queries have one number in all
 * programs. */
extern const struct query_text query_table[];
extern const size_t query_table_count;

/* In order: the first makes version 1. */
extern const struct migration migration_table[];
extern const size_t migration_table_count;

#endif
