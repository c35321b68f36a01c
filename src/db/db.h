/* The database, whichever it is: named queries with structs in and out, read snapshots, write
 * transactions. */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"
#include "base/thread.h"
#include "db/query_text.h"

#include "queries.h" /* made by sql2c: enum query { Q_..., QUERY_COUNT } */

struct db;    /* a database with its threads and connections; any thread may use it */
struct db_tx; /* one transaction or read snapshot; one thread, inside its function only */

enum { DB_CONNECTIONS_MAX = 64, DB_ROWS_MAX = 100000 };

struct db_options {
    struct str url;  /* "sqlite:<path>" or "postgres://..." (also "postgresql://") */
    int connections; /* PostgreSQL: size of the pool, at least 3; 0: what suits the machine */
    int queue_max;   /* transactions that may wait, default 4096 */
};

MUST_CHECK bool db_open(const struct db_options *options, struct db **out, struct err *e);
/* Finishes what is queued, then closes. NULL is fine. */
void db_close(struct db *db);

enum db_dialect db_dialect(const struct db *db);
enum db_dialect db_tx_dialect(const struct db_tx *tx);

/*
 * Work to be done in a transaction. true commits, false rolls back and *e says why. It may be run
 * more than once (because others failed, or were faster), so it must start from scratch each time;
 * it never opens or ends transactions, and never calls db_write or db_read.
 *
 * After a query that failed with anything but ERR_NOT_FOUND the transaction can only be rolled
 * back, on both databases: later queries fail with the same error, and true from fn becomes that
 * error. To go on after a conflict, write INSERT ... ON CONFLICT DO NOTHING and look at db_changed.
 */
typedef bool (*db_tx_fn)(struct db_tx *tx, void *arg, struct err *e);

/* Runs fn in a write transaction and returns after the commit is durable. Not for loop threads.
 * ERR_BUSY: the queue is full. */
MUST_CHECK bool db_write(struct db *db, db_tx_fn fn, void *arg, struct err *e);
/* Runs fn on a snapshot that sees one state of the data. On SQLite quick enough for a loop thread.
 */
MUST_CHECK bool db_read(struct db *db, db_tx_fn fn, void *arg, struct err *e);

/*
 * The same without waiting: fn runs on a thread of the database, then done is called there, once,
 * after the commit. The owner keeps the struct alive until then. ERR_BUSY when too many wait
 * (nothing is called).
 */
struct db_task {
    struct queue_item item; /* the database's */
    bool is_read;
    db_tx_fn fn;
    void (*done)(struct db_task *task); /* look at ok and err; quick, never blocks */
    void *arg;
    bool ok;
    struct err err;
};
MUST_CHECK bool db_submit(struct db *db, struct db_task *task, struct err *e);

/* Is db_read short enough to be called on a loop thread? (SQLite: yes.) */
bool db_read_is_quick(const struct db *db);

/* Does this process hear of every change before its author is answered? (SQLite: yes.) Then what
 * was read may be remembered until a signal says otherwise. */
bool db_hears_first(const struct db *db);

/*
 * Inside a transaction. Parameters are taken by name from the struct `params` as `param_fields`
 * describes it (NULL and NULL for a query without any); a parameter without an entry is a bug and
 * aborts. Texts must be UTF-8 without NUL. Columns go by name into the struct at out; column texts
 * are copied to the arena. A column without an entry, or of another type, is ERR_INTERNAL; members
 * without a column keep what they hold.
 *
 * A row that exists already, or a reference to one that does not: ERR_CONFLICT. Null or a value
 * that a column refuses: ERR_INVALID.
 */
MUST_CHECK bool db_exec(struct db_tx *tx, enum query query, const struct field *param_fields,
                        const void *params, struct err *e);
int64_t db_changed(const struct db_tx *tx); /* rows that the last query changed */

/* Exactly the first row; ERR_NOT_FOUND without one. */
MUST_CHECK bool db_row(struct db_tx *tx, struct arena *a, enum query query,
                       const struct field *param_fields, const void *params,
                       const struct field *columns, void *out, struct err *e);

/* All rows as an array of structs; a query without its own LIMIT may give DB_ROWS_MAX, more is an
 * error. */
MUST_CHECK bool db_rows(struct db_tx *tx, struct arena *a, enum query query,
                        const struct field *param_fields, const void *params,
                        const struct field *columns, size_t item_bytes, struct field_list *out,
                        struct err *e);

/*
 * The query for each of count items, in their order; *out has the rows of all of them. Only for
 * queries marked `-- many`: on PostgreSQL they run once, and each parameter is the array of that
 * member of all items. db_changed gives the sum.
 */
MUST_CHECK bool db_exec_many(struct db_tx *tx, enum query query, const struct field *param_fields,
                             const void *items, size_t item_bytes, size_t count, struct err *e);
MUST_CHECK bool db_rows_many(struct db_tx *tx, struct arena *a, enum query query,
                             const struct field *param_fields, const void *items, size_t item_bytes,
                             size_t count, const struct field *columns, size_t row_bytes,
                             struct field_list *out, struct err *e);

/*
 * The same without waiting for the answer: a failure is that of a later query of the transaction,
 * or of its commit. For who looks neither at rows nor at db_changed. DB_ONE_EACH: it is
 * ERR_CONFLICT when the number of rows that change is not that of the items.
 */
enum db_change { DB_ANY_CHANGE, DB_ONE_EACH };
MUST_CHECK bool db_post(struct db_tx *tx, enum query query, const struct field *param_fields,
                        const void *params, struct err *e);
MUST_CHECK bool db_post_many(struct db_tx *tx, enum query query, const struct field *param_fields,
                             const void *items, size_t item_bytes, size_t count,
                             enum db_change change, struct err *e);

/*
 * What is taken for granted: the query finds exactly one row. Answered as db_post is, also in a
 * read, and ERR_EXPECTATION otherwise - which is then the error of the transaction, whatever fn
 * made of it.
 */
MUST_CHECK bool db_expect(struct db_tx *tx, enum query query, const struct field *param_fields,
                          const void *params, struct err *e);

/*
 * Work that costs less for many at once. An item is copied and put off to the end of the
 * transaction; there, before the commit, run is called with all items of the batch - and since the
 * database commits waiting transactions together, with those of all of them. Batches run in the
 * order of their numbers. An error of run fails the transaction.
 *
 * What is put off with is_seen is done before any query that follows, by whomever, unless the query
 * is marked `-- apart`: all see what they would see if it had been done at once. The rest is for
 * the end alone, so that what many wait for is locked late, and in one order.
 */
struct db_batch {
    int order;
    bool is_seen;
    size_t item_bytes;
    bool (*run)(struct db_tx *tx, struct arena *a, void *items, size_t count, struct err *e);
};
MUST_CHECK bool db_put_off(struct db_tx *tx, const struct db_batch *batch, const void *item,
                           struct err *e);
struct arena *db_put_off_arena(struct db_tx *tx); /* for what an item points to */

/*
 * Signals: after the commit of this transaction, and only then, every listener of every process
 * that uses the database hears the topic, once; transactions that are committed together may be
 * heard as one. For write transactions. A topic is up to DB_TOPIC_MAX bytes of UTF-8 without
 * controls; past DB_TOPICS_MAX of one transaction all of them become DB_TOPIC_ANY. On PostgreSQL
 * transactions that signal commit one after the other.
 */
#define DB_TOPIC_ANY    STR("*") /* anything may have changed */
#define DB_TOPIC_MISSED STR("?") /* signals may have been lost; DB_TOPIC_ANY follows */
enum { DB_TOPIC_MAX = 120, DB_TOPICS_MAX = 64, DB_LISTENERS_MAX = 8 };
MUST_CHECK bool db_signal(struct db_tx *tx, struct str topic, struct err *e);

/*
 * From the return of this call on, heard is called for each topic of each commit, in the order of
 * the commits, on a thread of the database: it is quick, never blocks, and asks the database
 * nothing. On SQLite it is called before the transaction's caller has its answer; on PostgreSQL
 * shortly before or after. When the listening connection was lost, listeners hear DB_TOPIC_MISSED
 * and DB_TOPIC_ANY as soon as there is a new one. One thread registers, up to DB_LISTENERS_MAX;
 * there is no way back but db_close, and ctx has to live until then.
 */
MUST_CHECK bool db_listen(struct db *db, void (*heard)(void *ctx, struct str topic), void *ctx,
                          struct err *e);

/*
 * What follows from a change can ride along with it, without a commit of its own. Before write
 * transactions are committed, board is asked with each of their topics until it gives a task, which
 * then runs after them; when that fails, they are committed without it. Its done is called after
 * all listeners have heard and all others are answered. board is called as heard is. One rider per
 * database, registered as listeners are.
 */
typedef struct db_task *(*db_board_fn)(void *ctx, struct str topic);
void db_ride(struct db *db, db_board_fn board, void *ctx);

/* Brings the schema up to date: each step in one transaction; ERR_CONFLICT when the schema is newer
 * than we are. */
MUST_CHECK bool db_migrate(struct db *db, struct err *e);
/* Where it stands and where this program would bring it. */
MUST_CHECK bool db_schema_version(struct db *db, int *out_have, int *out_want, struct err *e);

/* Answers: for /readyz. */
MUST_CHECK bool db_ping(struct db *db, struct err *e);

#endif
