/* The job kind that makes small versions of a picture, once the picture itself is safe. */
#ifndef WORK_THUMBNAIL_H
#define WORK_THUMBNAIL_H

#include "engine/image.h"
#include "work/kind.h"

extern const struct job_kind thumbnail_kind;

/*
 * Call it in the transaction that adds the image's row, behind image_add. A picture that nobody can
 * look into gets no job, and that is no error; a picture whose job fails stays as it is, and is
 * shown by its original.
 */
MUST_CHECK bool thumbnail_submit(struct db_tx *tx, struct arena *a, const struct image *image,
                                 struct err *e);

/* For each picture: does such a job wait or run? */
MUST_CHECK bool thumbnail_find_open(struct db_tx *tx, struct arena *a, const struct image *images,
                                    size_t count, bool *out_open, struct err *e);

#endif
