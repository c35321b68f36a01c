/* Brings the schema up to date, one transaction per step, so that a kill at any moment leaves a
 * whole step or none. */
#include "base/clock.h"
#include "base/fault.h"
#include "db/db_ops.h"

struct step {
    int64_t version;
    struct str name, sha256;
    int64_t applied_at;
};

static const struct field step_columns[] = {
    { FIELD(struct step, version) },
    { FIELD(struct step, name) },
    { FIELD(struct step, sha256) },
    { FIELD_TIME(struct step, applied_at) },
    { 0 },
};

struct table_count {
    int64_t tables;
};

struct ids_sorted {
    bool ordered;
};

static const struct field ids_sorted_columns[] = {
    { FIELD(struct ids_sorted, ordered) },
    { 0 },
};

static const struct field table_count_columns[] = {
    { FIELD(struct table_count, tables) },
    { 0 },
};

static bool check_step(enum db_dialect dialect, size_t index, const struct step *step,
                       struct err *e)
{
    const struct migration *known = &migration_table[index];

    if (step->version == (int64_t)index + 1 && str_eq(step->name, str_from(known->name)) &&
        str_eq(step->sha256, str_from(known->sha256[dialect])))
        return true;
    return err_set(
        e, ERR_CONFLICT,
        "migration %zu (%s) is not the one that made this database: it was changed after its release",
        index + 1, known->name);
}

/* How many steps the database has made; they must be ours. */
static bool load_version(struct db_tx *tx, size_t *out, struct err *e)
{
    enum db_dialect dialect = tx->db->ops->dialect;
    AUTO_ARENA a = { 0 };
    struct field_list list = { 0 };

    if (!db_rows(tx, &a, Q_DB_SCHEMA_STEPS, NULL, NULL, step_columns, sizeof(struct step), &list,
                 e))
        return false;
    if (list.count > migration_table_count)
        return err_set(
            e, ERR_CONFLICT,
            "the database was made by a newer version (schema %zu, this program knows %zu): "
            "upgrade albumen or restore a backup",
            list.count, migration_table_count);
    for (size_t i = 0; i < list.count; i++)
        if (!check_step(dialect, i, (const struct step *)list.items + i, e))
            return false;
    *out = list.count;
    return true;
}

/* PostgreSQL needs to be told that one process at a time does this; SQLite's write lock does it by
 * itself. */
static bool take_turn(struct db_tx *tx, struct err *e)
{
    static const enum query queries[] = { Q_DB_MIGRATE_UNHURRIED, Q_DB_MIGRATE_LOCK };

    for (size_t i = 0; i < COUNT(queries); i++)
        if (query_table[queries[i]].sql[tx->db->ops->dialect] != NULL &&
            !db_exec(tx, queries[i], NULL, NULL, e))
            return false;
    return true;
}

/* Danish takes "aa" for a letter behind z. SQLite sorts by bytes. */
static bool check_order(struct db_tx *tx, void *arg, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct ids_sorted sorted = { .ordered = true };

    UNUSED(arg);
    if (query_table[Q_DB_SORTS_IDS].sql[tx->db->ops->dialect] != NULL &&
        !db_row(tx, &a, Q_DB_SORTS_IDS, NULL, NULL, ids_sorted_columns, &sorted, e))
        return false;
    return sorted.ordered ||
           err_set(e, ERR_CONFLICT,
                   "the database sorts by a language in which ids are out of order: make it with "
                   "'createdb -T template0 --locale-provider=libc --lc-collate=C'");
}

static bool run_statements(struct db_tx *tx, const char *const *statements, struct err *e)
{
    for (size_t i = 0; statements[i] != NULL; i++) {
        if (FAULT(db_migrate_statement))
            return err_set(e, ERR_IO, "statement %zu was made to fail", i + 1);
        tx->has_changed = true;
        if (!tx->db->ops->run_text(tx, statements[i], e))
            return false;
    }
    return true;
}

static bool record_step(struct db_tx *tx, size_t index, struct err *e)
{
    struct step step = {
        .version = (int64_t)index + 1,
        .name = str_from(migration_table[index].name),
        .sha256 = str_from(migration_table[index].sha256[tx->db->ops->dialect]),
        .applied_at = clock_now_ms(),
    };

    return db_exec(tx, Q_DB_SCHEMA_STEP_INSERT, step_columns, &step, e);
}

/* Makes the first step that is missing; *arg becomes the number of steps that are made. */
static bool make_next_step(struct db_tx *tx, void *arg, struct err *e)
{
    size_t *made = arg, have = 0;

    if (!take_turn(tx, e) || !db_exec(tx, Q_DB_SCHEMA_CREATE, NULL, NULL, e) ||
        !load_version(tx, &have, e))
        return false;
    *made = have;
    if (have == migration_table_count)
        return true;

    const struct migration *next = &migration_table[have];
    if (!run_statements(tx, next->statements[tx->db->ops->dialect], e)) {
        err_wrap(e, next->name);
        return err_wrap(e, "migration");
    }
    *made = have + 1;
    return record_step(tx, have, e);
}

bool db_migrate_to(struct db_tx *tx, size_t version, struct err *e)
{
    size_t have = 0, made;

    if (version == 0 || version > migration_table_count)
        return err_set(e, ERR_CONFLICT, "it is of schema %zu, this program knows %zu: upgrade it",
                       version, migration_table_count);
    if (!take_turn(tx, e) || !check_order(tx, NULL, e) ||
        !db_exec(tx, Q_DB_SCHEMA_CREATE, NULL, NULL, e) || !load_version(tx, &have, e))
        return false;
    if (have > 0)
        return err_set(e, ERR_CONFLICT, "the database is not empty");
    for (made = 0; made < version;) {
        if (!make_next_step(tx, &made, e))
            return false;
    }
    return true;
}

bool db_migrate(struct db *db, struct err *e)
{
    size_t made = 0;

    if (!db_read(db, check_order, NULL, e))
        return false;
    do {
        if (!db_write(db, make_next_step, &made, e))
            return false;
    } while (made < migration_table_count);
    return true;
}

static bool read_version(struct db_tx *tx, void *arg, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct table_count count = { 0 };
    struct field_list steps = { 0 };

    if (!db_row(tx, &a, Q_DB_SCHEMA_EXISTS, NULL, NULL, table_count_columns, &count, e))
        return false;
    if (count.tables > 0 && !db_rows(tx, &a, Q_DB_SCHEMA_STEPS, NULL, NULL, step_columns,
                                     sizeof(struct step), &steps, e))
        return false;
    *(int *)arg = (int)steps.count;
    return true;
}

bool db_schema_version(struct db *db, int *out_have, int *out_want, struct err *e)
{
    int have = 0;

    if (!db_read(db, read_version, &have, e))
        return false;
    *out_have = have;
    *out_want = (int)migration_table_count;
    return true;
}
