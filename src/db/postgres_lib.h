/* libpq, loaded when the first PostgreSQL URL is opened: who uses SQLite does not pay its memory.
 */
#ifndef DB_POSTGRES_LIB_H
#define DB_POSTGRES_LIB_H

#include <libpq-fe.h>

#include "base/err.h"

/* X(result, name, parameters): what is taken from the library. */
#define PQ_FUNCTIONS(X)                                                                            \
    X(PGconn *, PQconnectdbParams, (const char *const *, const char *const *, int))                \
    X(PQconninfoOption *, PQconninfoParse, (const char *, char **))                                \
    X(void, PQconninfoFree, (PQconninfoOption *))                                                  \
    X(void, PQfreemem, (void *))                                                                   \
    X(void, PQfinish, (PGconn *))                                                                  \
    X(ConnStatusType, PQstatus, (const PGconn *))                                                  \
    X(char *, PQerrorMessage, (const PGconn *))                                                    \
    X(PQnoticeProcessor, PQsetNoticeProcessor, (PGconn *, PQnoticeProcessor, void *))              \
    X(int, PQsocket, (const PGconn *))                                                             \
    X(int, PQconsumeInput, (PGconn *))                                                             \
    X(PGnotify *, PQnotifies, (PGconn *))                                                          \
    X(PGresult *, PQexec, (PGconn *, const char *))                                                \
    X(PGresult *, PQprepare, (PGconn *, const char *, const char *, int, const Oid *))             \
    X(PGresult *, PQdescribePrepared, (PGconn *, const char *))                                    \
    X(int, PQsendQueryPrepared,                                                                    \
      (PGconn *, const char *, int, const char *const *, const int *, const int *, int))           \
    X(int, PQsendQueryParams,                                                                      \
      (PGconn *, const char *, int, const Oid *, const char *const *, const int *, const int *,    \
       int))                                                                                       \
    X(PGresult *, PQgetResult, (PGconn *))                                                         \
    X(int, PQenterPipelineMode, (PGconn *))                                                        \
    X(int, PQexitPipelineMode, (PGconn *))                                                         \
    X(int, PQpipelineSync, (PGconn *))                                                             \
    X(ExecStatusType, PQresultStatus, (const PGresult *))                                          \
    X(char *, PQresultErrorField, (const PGresult *, int))                                         \
    X(int, PQntuples, (const PGresult *))                                                          \
    X(int, PQnfields, (const PGresult *))                                                          \
    X(char *, PQfname, (const PGresult *, int))                                                    \
    X(Oid, PQftype, (const PGresult *, int))                                                       \
    X(char *, PQgetvalue, (const PGresult *, int, int))                                            \
    X(int, PQgetlength, (const PGresult *, int, int))                                              \
    X(int, PQgetisnull, (const PGresult *, int, int))                                              \
    X(int, PQgetCopyData, (PGconn *, char **, int))                                                \
    X(int, PQputCopyData, (PGconn *, const char *, int))                                           \
    X(int, PQputCopyEnd, (PGconn *, const char *))                                                 \
    X(char *, PQcmdTuples, (PGresult *))                                                           \
    X(char *, PQcmdStatus, (PGresult *))                                                           \
    X(void, PQclear, (PGresult *))

struct postgres_lib {
#define PQ_MEMBER(result, name, params) result(*name) params;
    PQ_FUNCTIONS(PQ_MEMBER)
#undef PQ_MEMBER
};

/* Set by postgres_lib_load, which any thread may call any number of times. */
extern struct postgres_lib pq;

/* ERR_UNAVAILABLE names the package to install. */
MUST_CHECK bool postgres_lib_load(struct err *e);

#endif
