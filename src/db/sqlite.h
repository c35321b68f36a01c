/* SQLite inside db/: connections, and who may use which. */
#ifndef DB_SQLITE_H
#define DB_SQLITE_H

#include <sqlite3.h>

#include "db/group.h"

struct sqlite_stmt {
    struct db_stmt stmt; /* first member */
    sqlite3_stmt *handle;
    bool done;
};

/* One thread at a time. */
struct sqlite_conn {
    sqlite3 *handle;
    struct sqlite_stmt *stmts; /* by enum query, prepared at first use */
    struct sqlite_conn *next;  /* among idle readers */
    int64_t began_ns;          /* of a reader's snapshot: when, steady, and at which commit */
    uint64_t commit;
};

/*
 * The writer thread alone writes and makes every checkpoint: a second checkpointer can lose data
 * with SQLite before 3.51 (the WAL-reset bug). Readers are a pool; they never write, not even at
 * close.
 */
struct sqlite_db {
    struct db db; /* first member */
    char *path;

    struct queue writes;
    pthread_t writer_thread;
    struct sqlite_conn *writer;   /* the writer thread's */
    int wal_pages, checkpoint_at; /* the writer thread's */
    bool may_restart;             /* the writer thread's: all of the log is in the file */
    struct db_group group;        /* the writer thread's */

    struct queue reads;
    pthread_t reader_thread;
    struct lock lock;         /* guards what follows */
    struct sqlite_conn *idle; /* most recently used first */
    int readers;
};

enum { SQLITE_READERS_MAX = 64, SQLITE_GROUP_MAX = 256 };

MUST_CHECK bool sqlite_conn_open(const char *path, bool is_writer, struct sqlite_conn **out,
                                 struct err *e);
void sqlite_conn_close(struct sqlite_conn *conn); /* NULL is fine */

/* One of the layer's own statements, without parameters or rows. */
MUST_CHECK bool sqlite_run(struct sqlite_conn *conn, enum query query, struct err *e);

/* Translates a result code; what tells who asked. Does not return when an fsync failed. Gives
 * false. */
bool sqlite_failed(sqlite3 *handle, int rc, const char *what, struct err *e);

void *sqlite_writer_run(void *db); /* the writer thread */
void *sqlite_reader_run(void *db); /* the thread for reads that were submitted */
/* For each query of a read; the first takes the snapshot that all see. */
MUST_CHECK bool sqlite_begin_read(struct sqlite_conn *conn, struct err *e);
/* After each commit, before anybody is told of it: older snapshots are not used again. */
void sqlite_outdate_reads(void);
/* Ends the snapshots that idle readers keep: they would hold up a checkpoint, or the log from
 * starting over. */
void sqlite_end_idle_reads(struct sqlite_db *s);
MUST_CHECK bool sqlite_read(struct db *db, db_tx_fn fn, void *arg, struct err *e);

/* The steps of one statement, for db_ops. */
bool sqlite_stmt_prepare(struct db_tx *tx, enum query query, struct db_stmt **out, struct err *e);
bool sqlite_stmt_start(struct db_tx *tx, struct db_stmt *stmt, const struct db_value *params,
                       struct err *e);
bool sqlite_stmt_step(struct db_tx *tx, struct db_stmt *stmt, bool *out_row, struct err *e);
void sqlite_stmt_column(struct db_stmt *stmt, int index, struct db_value *out);
void sqlite_stmt_finish(struct db_tx *tx, struct db_stmt *stmt);
bool sqlite_export(struct db_tx *tx, const char *path, struct err *e); /* sqlite_copy.c */
bool sqlite_run_text(struct db_tx *tx, const char *sql, struct err *e);

#endif
