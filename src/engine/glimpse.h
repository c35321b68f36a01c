/* What can be seen of a job while it runs: what is being done, in words, and the picture so far. */
#ifndef ENGINE_GLIMPSE_H
#define ENGINE_GLIMPSE_H

#include "engine/job.h"

enum { GLIMPSE_NOTE_MAX = 320, GLIMPSE_PREVIEW_MAX_BYTES = 256 * 1024 };

struct glimpse {
    struct str note;  /* or no value */
    int64_t previews; /* the number of the newest; 0: there is none */
};

/* By who has the lease; for others nothing is saved. A note is GLIMPSE_NOTE_MAX bytes at most. */
MUST_CHECK bool glimpse_save_note(struct db_tx *tx, const struct job *job, struct str note,
                                  struct err *e);
/* Replaces the one before. ERR_NOT_FOUND: the lease is lost. */
MUST_CHECK bool glimpse_save_preview(struct db_tx *tx, struct arena *a, const struct job *job,
                                     struct str bytes, int64_t *out_previews, struct err *e);
/* Of this attempt and those before. */
MUST_CHECK bool glimpse_forget(struct db_tx *tx, const struct job *job, struct err *e);

/* Of a user's own job while it runs; of all others there is nothing to see. */
MUST_CHECK bool glimpse_load(struct db_tx *tx, struct arena *a, struct str user_id,
                             struct str job_id, struct glimpse *out, struct err *e);
/* The bytes of the newest preview, as they came. ERR_NOT_FOUND. */
MUST_CHECK bool glimpse_load_preview(struct db_tx *tx, struct arena *a, struct str user_id,
                                     struct str job_id, struct str *out_bytes, struct err *e);

#endif
