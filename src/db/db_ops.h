/* What a database must be able to do, seen from the facade. Only files of db/ include this. */
#ifndef DB_DB_OPS_H
#define DB_DB_OPS_H

#include <stdatomic.h>

#include "base/buf.h"
#include "db/db.h"

/* A value on its way in or out. Text is borrowed: from the parameters, or from the statement until
 * its next step. */
struct db_value {
    enum { DB_NULL, DB_I64, DB_F64, DB_TEXT } type;
    int64_t i64;
    double f64;
    struct str text;
};

/*
 * A prepared query of one connection; each database embeds it. The facade keeps here which field
 * belongs to which parameter and column, so that names are compared once per table and not once per
 * row.
 */
struct db_stmt {
    const struct query_text *text;
    int column_count;
    char **column_names;
    const struct field *param_table, *column_table; /* the tables that the maps were made for */
    const struct field **param_map, **column_map;
};

/* Makes room for the names; they are the statement's own copies. */
void db_stmt_init(struct db_stmt *stmt, const struct query_text *text, int column_count);
void db_stmt_deinit(struct db_stmt *stmt);

/* How many rows a query changes, or finds; -1: any number. */
struct db_expected {
    int64_t rows;
    enum err_code otherwise;
};

struct db_ops {
    enum db_dialect dialect;
    bool read_is_quick, hears_first;
    bool takes_arrays; /* a query marked `-- many` runs once for all items */
    bool (*open)(const struct db_options *options, struct db **out, struct err *e);
    void (*close)(struct db *db);
    bool (*read)(struct db *db, db_tx_fn fn, void *arg, struct err *e);
    bool (*submit)(struct db *db, struct db_task *task, struct err *e);

    /* One statement of a transaction at a time: prepare, start, step until there is no row, finish
     * in any case. */
    bool (*prepare)(struct db_tx *tx, enum query query, struct db_stmt **out, struct err *e);
    bool (*start)(struct db_tx *tx, struct db_stmt *stmt, const struct db_value *params,
                  struct err *e);
    /* Instead of all that: sent, and answered no later than by the commit, that a query which
     * changes, or finds, other than the expected rows does not reach. NULL: it would save nothing.
     */
    bool (*post)(struct db_tx *tx, struct db_stmt *stmt, const struct db_value *params,
                 struct db_expected expected, struct err *e);
    /* All that was posted is answered. NULL: it is at once. */
    bool (*await)(struct db_tx *tx, struct err *e);
    bool (*step)(struct db_tx *tx, struct db_stmt *stmt, bool *out_row, struct err *e);
    void (*column)(struct db_stmt *stmt, int index, struct db_value *out);
    void (*finish)(struct db_tx *tx, struct db_stmt *stmt);
    /* A statement of a migration. */
    bool (*run_text)(struct db_tx *tx, const char *sql, struct err *e);
    /* All rows as a file, and back (NULL: the file is the database). */
    bool (*export)(struct db_tx *tx, const char *path, struct err *e);
    bool (*import)(struct db_tx *tx, const char *path, struct err *e);
    /* From now on db_hear is called for what other processes signal too; NULL: there are none. */
    bool (*listen)(struct db *db, struct err *e);
};

extern const struct db_ops db_sqlite, db_postgres;

/* Each database embeds it as its first member. */
struct db {
    const struct db_ops *ops;
    struct db_listener {
        void (*heard)(void *ctx, struct str topic);
        void *ctx;
    } listeners[DB_LISTENERS_MAX];
    atomic_int listener_count;
    struct db_facts *facts; /* recall.h */
    db_board_fn board;
    void *board_ctx;
    atomic_bool has_rider; /* the two above are set */
};

struct db_group; /* group.h */

/* Lives on the stack of the thread that runs the transaction. */
struct db_tx {
    struct db *db;
    void *conn; /* the database's own connection */
    struct arena scratch;
    struct db_group *group; /* NULL: it only reads */
    size_t first_topic;     /* of the group's, the first that it signalled itself */
    int64_t changed;
    bool has_changed;    /* it has changed rows, or the schema, or done what was put off */
    bool is_catching_up; /* its queries do what was put off */
    bool has_expected;   /* that a query finds one row */
    struct err failure;  /* of the first query that failed; from then on nothing else runs */
};

void db_tx_begin(struct db_tx *tx, struct db *db, void *conn, struct db_group *group);
/* Runs fn; true only when it said so, no query failed on the way, and what was expected is so. */
bool db_tx_run(struct db_tx *tx, db_tx_fn fn, void *arg, struct err *e);
void db_tx_end(struct db_tx *tx);

/* The first steps of the schema, in this transaction, of a database without any. */
MUST_CHECK bool db_migrate_to(struct db_tx *tx, size_t version, struct err *e);

/* The state on disk is unknown (a failed fsync): one line to stderr, then the process ends. */
NO_RETURN void db_stop_process(const char *why);

/* Set while this thread runs transactions for others: waiting for one there would wait for itself.
 */
extern _Thread_local const struct db *db_worker_of;

enum { DB_QUEUE_MAX = 4096 };

#endif
