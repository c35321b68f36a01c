/* The sweep: what a process that died has left in the store and the data folder is removed, in the
 * background, once after the start and then daily. */
#ifndef WORK_SWEEP_H
#define WORK_SWEEP_H

#include "blob/blob.h"
#include "db/db.h"

struct sweep_options {
    struct db *db;
    struct blob_store *store;
    const char *folder; /* leftovers of file_write_atomic in it go too */
    /* 0: nobody but this process puts into the store, so all orphans from before it may go. Else
     * others do: an orphan goes when it is so old and no job is running that was there before it.
     */
    int64_t grace_ms;
    int64_t every_ms; /* 0: a day */
};

struct sweep_result {
    int64_t seen, seen_bytes, removed, removed_bytes; /* of the store */
    int64_t leftovers;                                /* half-written files */
    int64_t emptied; /* pictures that were in the trash for long enough */
};

/*
 * Every blob belongs to a row of `image`, as its original or as a thumbnail: what does not is an
 * orphan. What is below BLOB_BRIEF belongs to none, and goes when it is a day old. Create it before
 * anything is put by this process.
 */
struct sweeper;
struct sweeper *sweeper_create(const struct sweep_options *options);
/* On a thread of its own, which takes a fifth of a core at most and logs a line for each round. */
void sweeper_start(struct sweeper *s);
/* Stops within a page. NULL is fine. */
void sweeper_destroy(struct sweeper *s);

/* By the store's clock: what was put before it and has no row is an orphan. */
MUST_CHECK bool sweeper_cutoff(const struct sweeper *s, int64_t *out_ms, struct err *e);
/* What this process has not finished is younger. */
int64_t sweeper_began_ms(const struct sweeper *s);
const char *sweeper_folder(const struct sweeper *s);

/* One round on the calling thread. ERR_CANCELLED: the sweeper is being stopped. */
MUST_CHECK bool sweeper_run(struct sweeper *s, struct sweep_result *out, struct err *e);
struct sweep_result sweeper_last(struct sweeper *s); /* the last round that came to its end */
int64_t sweeper_removed(const struct sweeper *s);    /* orphans of all rounds */

#endif
