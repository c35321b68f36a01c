/*
 * Selections of pictures that somebody wants to have as one ZIP. Each is kept in the store under
 * BLOB_BRIEF "zips/<user>/<id>", so that every server of an installation finds it and a download
 * goes on after a restart. A day later, or when its owner has made SELECTIONS_MAX others, it is
 * gone.
 */
#ifndef FEATURES_LIBRARY_SELECTION_H
#define FEATURES_LIBRARY_SELECTION_H

#include "base/field.h"
#include "blob/blob.h"

enum {
    SELECTIONS_MAX = 16, /* of one user */
    SELECTION_PICTURES_MAX = 100000,
    SELECTION_NAME_MAX = 100,
    SELECTION_MS = BLOB_BRIEF_MS
};

struct selection {
    struct str_list image_ids; /* one may be there twice */
    struct str name;           /* of the archive, as the user wrote it; no value: none */
    bool sidecars;             /* with each picture's recipe beside it */
    int64_t created_at;
};

/* Sets created_at, keeps it, and gives it an id. Slow: it reaches the disk. */
MUST_CHECK bool selection_store(struct blob_store *store, struct arena *a, struct str user_id,
                                struct selection *selection, struct str *out_id, struct err *e);
/* ERR_NOT_FOUND also for another user's, and for one that is over. */
MUST_CHECK bool selection_load(struct blob_store *store, struct arena *a, struct str user_id,
                               struct str id, struct selection *out, struct err *e);

#endif
