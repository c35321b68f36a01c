/* From a selection to an archive: which pictures, under which names, with what beside them. */
#ifndef FEATURES_LIBRARY_ZIP_PLAN_H
#define FEATURES_LIBRARY_ZIP_PLAN_H

#include "blob/archive.h"
#include "db/db.h"
#include "features/library/selection.h"

struct zip_plan {
    struct blob_store *store;
    const char *spool_folder; /* NULL: to be measured only */
    struct str user_id;
    const struct selection *selection;
    bool strict; /* a picture that is not there is an error, else it is left out */

    struct archive *archive; /* the caller's, also after a failure */
    int64_t pictures;
};

/*
 * Fills the last two; a picture keeps its number when another one is gone. ERR_NOT_FOUND: strict,
 * the field is "imageIds[3]"; or nothing is left. Memory is taken by the piece: for long selections
 * too.
 */
MUST_CHECK bool zip_plan_make(struct db *db, struct zip_plan *plan, struct err *e);

#endif
