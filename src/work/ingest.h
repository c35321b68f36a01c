/* A picture from outside becomes one of somebody's library: judged like a backend's, kept byte for
 * byte, with the recipe that it carries. */
#ifndef WORK_INGEST_H
#define WORK_INGEST_H

#include "engine/image.h"
#include "image/recipe/recipe.h"
#include "work/services.h"

struct ingest {
    struct str user_id;
    struct str file_name; /* what it is called there, or no value */
    struct str_list tags; /* in order, each once */
    struct str origin;    /* the address it was fetched from, without secrets; or no value */
};

/*
 * Looks at the file, from its first byte whatever its offset, and fills in the row that it would
 * get; nothing is stored. ERR_UNSUPPORTED_TYPE: no PNG, JPEG or WebP. ERR_INVALID: damaged.
 * ERR_TOO_LARGE: past the limits of bytes or pixels.
 */
MUST_CHECK bool ingest_read(struct work_services *services, struct arena *a,
                            const struct ingest *from, int fd, struct image *out, struct err *e);

/* The bytes, before the transaction that adds the row: bytes without a row are swept, a row without
 * bytes must never be. */
MUST_CHECK bool ingest_store(struct work_services *services, const struct image *image, int fd,
                             struct err *e);
/* The row, what finds it, and the job that makes its thumbnails. */
MUST_CHECK bool ingest_add(struct db_tx *tx, struct arena *a, struct image *image, struct err *e);

/* JSON: where it came from, the recipe found in it, or NULL, and that as a request of ours, so that
 * it can be made again. */
struct str ingest_recipe(struct arena *a, const struct ingest *from, const struct recipe *found);

#endif
