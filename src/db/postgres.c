/* PostgreSQL behind the facade. */
#include "db/db_ops.h"

static bool open_postgres(const struct db_options *options, struct db **out, struct err *e)
{
    UNUSED(options);
    UNUSED(out);
    return err_set(e, ERR_NOT_IMPLEMENTED, "PostgreSQL comes with the next commit");
}

const struct db_ops db_postgres = {
    .dialect = DB_POSTGRES,
    .open = open_postgres,
};
