/* PostgreSQL inside db/: connections, and the pool of threads that own them. */
#ifndef DB_POSTGRES_H
#define DB_POSTGRES_H

#include "db/group.h"
#include "db/postgres_lib.h"

struct postgres_stmt {
    struct db_stmt stmt; /* first member */
    char name[16];       /* on the server; empty: not prepared yet */
    PGresult *result;    /* from start to finish */
    int row;             /* the current one */
};

/* What a failure means for the transaction as a whole. */
enum trouble {
    TROUBLE_NONE,
    TROUBLE_AGAIN,   /* rolled back for the sake of others: run it again */
    TROUBLE_LOST,    /* the connection is gone, and nothing was committed */
    TROUBLE_UNKNOWN, /* the connection went while it committed */
};

enum { POSTGRES_SENT_MAX = 24 };

#define ANY_ROWS ((struct db_expected){ .rows = -1 })

/* A query that was sent and is not answered yet. */
struct postgres_sent {
    const char *what;     /* for messages */
    const char *prepared; /* the statement's name, or NULL: */
    const char *sql;
    struct db_expected expected;
};

/* One thread at a time. */
struct postgres_conn {
    PGconn *handle;              /* NULL: not connected */
    struct postgres_stmt *stmts; /* by enum query */
    struct postgres_sent sent[POSTGRES_SENT_MAX];
    int sent_count;      /* 0: the connection is not in pipeline mode */
    bool is_read, begun; /* the transaction; it begins together with its first query */
    bool has_one_plan;   /* for each query, until the end of the transaction */
    bool is_over;        /* it only read and is complete: COMMIT goes with what is sent next */
    enum trouble trouble;
};

struct postgres_db {
    struct db db; /* first member */
    char *url;
    struct queue reads, writes;
    struct postgres_worker *workers;
    int worker_count;
    struct postgres_listener *listener; /* NULL until somebody listens */

    struct lock lock; /* guards what follows */
    bool closing;
    int64_t writing_since_ms; /* steady: the writer's chain; 0: it has none */
    bool relief_rests;        /* and is woken when the writer begins */
    bool is_down; /* patience is used up: until a connection works again, tasks fail at once */
    int64_t failed_at_ms;
};

/*
 * One thread with its connection. Most read. One writes, so that what waits is committed together
 * and nobody waits for a row that the other holds; when it has stood still for a while, the relief
 * goes on with what waits.
 */
enum postgres_role { POSTGRES_WRITER, POSTGRES_RELIEF, POSTGRES_READER };

struct postgres_worker {
    struct postgres_db *db;
    enum postgres_role role;
    struct postgres_conn conn;
    struct db_group group;
    pthread_t thread;
};

enum {
    POSTGRES_READERS_MIN = 4, /* unless it is told otherwise: on two cores or one */
    POSTGRES_READERS_MAX = 6, /* on more */
    POSTGRES_GROUP_MAX = 256, /* transactions in one commit */
};

/* ERR_INVALID for a URL that cannot be read. No message holds a part of the URL that may be secret.
 */
MUST_CHECK bool postgres_check_url(const char *url, struct err *e);
MUST_CHECK bool postgres_connect(struct postgres_conn *conn, const char *url, struct err *e);
void postgres_disconnect(struct postgres_conn *conn);

/* Ends the transaction, if it ever began. false: see conn->trouble. */
MUST_CHECK bool postgres_commit(struct postgres_conn *conn, struct err *e);
void postgres_rollback(struct postgres_conn *conn);
/* Of one that only read; nobody waits for the end of such a one. */
void postgres_leave_read(struct postgres_conn *conn);
/* Ends it at once, if there is one, and not with what is sent next. */
MUST_CHECK bool postgres_end_read(struct postgres_conn *conn, struct err *e);

/* Translates a result that is an error, or a broken connection, and notes the trouble. Gives false.
 */
bool postgres_failed(struct postgres_conn *conn, const PGresult *result, const char *what,
                     struct err *e);

void *postgres_worker_run(void *worker);

/* postgres_listen.c: sends a transaction's topics with it; hears those of all processes. */
MUST_CHECK bool postgres_notify(struct db_tx *tx, struct err *e);
bool postgres_listen(struct db *db, struct err *e);
void postgres_stop_listening(struct postgres_db *p);

/* The steps of one statement, for db_ops. */
bool postgres_stmt_prepare(struct db_tx *tx, enum query query, struct db_stmt **out, struct err *e);
bool postgres_stmt_start(struct db_tx *tx, struct db_stmt *stmt, const struct db_value *params,
                         struct err *e);
bool postgres_stmt_post(struct db_tx *tx, struct db_stmt *stmt, const struct db_value *params,
                        struct db_expected expected, struct err *e);
bool postgres_stmt_await(struct db_tx *tx, struct err *e);
bool postgres_stmt_step(struct db_tx *tx, struct db_stmt *stmt, bool *out_row, struct err *e);
void postgres_stmt_column(struct db_stmt *stmt, int index, struct db_value *out);
void postgres_stmt_finish(struct db_tx *tx, struct db_stmt *stmt);
bool postgres_run_text(struct db_tx *tx, const char *sql, struct err *e);

/* postgres_copy.c */
bool postgres_export(struct db_tx *tx, const char *path, struct err *e);
bool postgres_import(struct db_tx *tx, const char *path, struct err *e);

#endif
