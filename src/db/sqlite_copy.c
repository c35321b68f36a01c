/* A copy of a SQLite database while others write: page by page, from one snapshot. */
#include <unistd.h>

#include "db/sqlite.h"

static bool copy_pages(sqlite3 *to, sqlite3 *from, struct err *e)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    int rc;

    if (backup == NULL)
        return sqlite_failed(to, sqlite3_errcode(to), "begin", e);
    rc = sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
    return rc == SQLITE_DONE || sqlite_failed(to, rc, "write", e);
}

/* The reader's snapshot is the copy's: it takes no lock that a writer waits for, and makes no
 * checkpoint. */
bool sqlite_export(struct db_tx *tx, const char *path, struct err *e)
{
    struct sqlite_conn *conn = tx->conn;
    sqlite3 *to = NULL;
    bool ok;

    unlink(path); /* of an attempt before */
    if (!sqlite_begin_read(conn, e))
        return false;
    int rc = sqlite3_open_v2(path, &to,
                             SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READWRITE |
                                 SQLITE_OPEN_CREATE,
                             NULL);

    ok = rc == SQLITE_OK ? copy_pages(to, conn->handle, e) : sqlite_failed(to, rc, "open", e);
    sqlite3_close(to);
    return ok;
}
