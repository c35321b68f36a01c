/* How long is kept what nobody needs any more, and the deletion of what is over. */
#ifndef ENGINE_RETENTION_H
#define ENGINE_RETENTION_H

#include "db/db.h"

struct retention_rules {
    int64_t jobs_ms;        /* since a job has ended; 0: for ever */
    int64_t system_jobs_ms; /* the same for work of the house: thumbnails */
    int64_t events_ms;      /* for clients that come back */
    int64_t idempotency_ms; /* first answers */
    int64_t trash_ms;       /* pictures, since they were thrown away */
};

extern const struct retention_rules retention_defaults;
/* Once, before anything runs; NULL: the defaults. It lives as long as the program. */
void retention_set_rules(const struct retention_rules *rules);
const struct retention_rules *retention_rules_get(void);
/* When a picture that was thrown away at that moment is deleted; 0: it was not. */
int64_t retention_purge_at(int64_t deleted_at);

/*
 * Deletes jobs that ended longer ago than they are kept, and the groups that have none left; those
 * of groups that are still open stay. It looks at all old ones, a page at a time, and writes in
 * short transactions between which others have their turn. *out_deleted counts the jobs.
 */
MUST_CHECK bool retention_sweep_jobs(struct db *db, int64_t *out_deleted, struct err *e);

#endif
