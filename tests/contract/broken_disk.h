/* A disk that breaks when a test says so: SQLite's own file layer with faults between. */
#ifndef TESTS_CONTRACT_BROKEN_DISK_H
#define TESTS_CONTRACT_BROKEN_DISK_H

#include <stdbool.h>

/* What every write or sync of any file does from now on. */
enum broken { DISK_WORKS, DISK_IS_FULL, DISK_FAILS_WRITES, DISK_FAILS_SYNCS };

/* Becomes the way in which SQLite opens files; call before the first database is opened. */
void broken_disk_install(void);
void broken_disk_set(enum broken how);

#endif
