/* A whole database as one file, and back. */
#ifndef DB_COPY_H
#define DB_COPY_H

#include "db/db.h"

/*
 * For db_read: writes what this snapshot sees into the file, which is made anew, and sees it to the
 * disk. SQLite gives a database, page by page; PostgreSQL the rows of all tables as text. Others
 * write meanwhile; what they write is not in it.
 */
MUST_CHECK bool db_export(struct db_tx *tx, const char *path, struct err *e);

/*
 * Fills an empty PostgreSQL database from such a file of one whose schema had `version` steps: all
 * of it in one transaction. ERR_CONFLICT when there is something in it already. A database of
 * SQLite is the file itself.
 */
MUST_CHECK bool db_import(struct db *db, const char *path, int version, struct err *e);

/* Is every page as it should be, and does everything refer to something? Only SQLite is asked. */
MUST_CHECK bool db_check(struct db *db, struct err *e);

#endif
