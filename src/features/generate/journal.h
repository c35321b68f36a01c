/*
 * What a call of `generate` wanted and how far it got, in a hidden file beside its pictures: for
 * --resume, after whatever ended it. The call that is at work holds the file's lock.
 */
#ifndef FEATURES_GENERATE_JOURNAL_H
#define FEATURES_GENERATE_JOURNAL_H

#include "features/generate/plan.h"
#include "features/generate/target.h"

struct journal {
    int fd;          /* -1: none is kept */
    struct str path; /* in the arena it was made with */
    struct str run;  /* the call's id: requests are sent under it */
};

/* What belongs to the whole call. */
struct journal_head {
    struct str run, where, album;
    bool no_cloud;
    struct target target;
};

/* All of the plan is on disk before anything is asked for. */
MUST_CHECK bool journal_create(struct arena *a, const struct journal_head *head,
                               const struct plan *plan, struct journal *out, struct err *e);
/*
 * The one call in this folder that has ended and left something to do. ERR_NOT_FOUND: there is
 * none; ERR_CONFLICT: several.
 */
MUST_CHECK bool journal_open(struct arena *a, struct str folder, struct journal_head *out_head,
                             struct plan *out_plan, struct journal *out, struct err *e);

/* These are written before (a file) or after (a job, the end) what they tell of. */
MUST_CHECK bool journal_add_job(struct journal *j, size_t item, int64_t attempt, struct str job,
                                struct err *e);
MUST_CHECK bool journal_add_file(struct journal *j, size_t item, struct str image, struct str file,
                                 struct err *e);
MUST_CHECK bool journal_add_end(struct journal *j, size_t item, enum item_state state,
                                struct err *e);

/* keep false: nothing is left to do, so the file goes. */
void journal_close(struct journal *j, bool keep);

#endif
