/* A whole database as one file, and back: what is the same for all. */
#include "db/copy.h"

#include "db/db_ops.h"

bool db_export(struct db_tx *tx, const char *path, struct err *e)
{
    return tx->db->ops->export(tx, path, e) || err_wrap(e, "copy the database");
}

struct import {
    const char *path;
    size_t version;
};

static bool import(struct db_tx *tx, void *arg, struct err *e)
{
    const struct import *want = arg;

    return db_migrate_to(tx, want->version, e) && tx->db->ops->import(tx, want->path, e);
}

bool db_import(struct db *db, const char *path, int version, struct err *e)
{
    struct import want = { path, (size_t)version };

    if (db->ops->import == NULL)
        return err_set(e, ERR_NOT_IMPLEMENTED,
                       "a database of SQLite is put in its place as a file");
    return db_write(db, import, &want, e) || err_wrap(e, "fill the database");
}

struct verdict {
    struct str integrity_check;
};

static const struct field verdict_columns[] = {
    { FIELD(struct verdict, integrity_check) },
    { 0 },
};

struct loose_end {
    struct str table;
};

static const struct field loose_end_columns[] = {
    { FIELD(struct loose_end, table) },
    { 0 },
};

static bool check(struct db_tx *tx, void *arg, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct verdict verdict = { 0 };
    struct loose_end end = { 0 };
    struct err why = { 0 };

    UNUSED(arg);
    if (!db_row(tx, &a, Q_DB_INTEGRITY, NULL, NULL, verdict_columns, &verdict, e))
        return false;
    if (!str_eq(verdict.integrity_check, STR("ok")))
        return err_set(e, ERR_INTERNAL, "the database is damaged: " STR_FMT,
                       STR_ARG(verdict.integrity_check));
    if (db_row(tx, &a, Q_DB_LOOSE_ENDS, NULL, NULL, loose_end_columns, &end, &why))
        return err_set(e, ERR_INTERNAL, "a row of '" STR_FMT "' refers to nothing",
                       STR_ARG(end.table));
    if (why.code == ERR_NOT_FOUND)
        return true;
    *e = why;
    return false;
}

bool db_check(struct db *db, struct err *e)
{
    return db->ops->dialect != DB_SQLITE || db_read(db, check, NULL, e);
}
