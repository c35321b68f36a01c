/*
 * Keeps the catalog (engine/catalog.h) up to date behind those who make pictures: a thread that
 * sleeps until a commit tells of something new, and has it found well within a second.
 */
#ifndef WORK_CATALOGER_H
#define WORK_CATALOGER_H

#include "db/db.h"

struct cataloger;

/* Listens from now on. Several processes may have one each. */
MUST_CHECK bool cataloger_create(struct db *db, struct cataloger **out, struct err *e);
/* Begins with what earlier processes have left. */
void cataloger_start(struct cataloger *c);
/* Within a piece of work; NULL is fine. */
void cataloger_stop(struct cataloger *c);
/* After db_close, which calls it to the end. NULL is fine. */
void cataloger_destroy(struct cataloger *c);

/* All that is pending, on the calling thread: for processes that end without one. */
MUST_CHECK bool cataloger_run(struct db *db, struct err *e);

#endif
