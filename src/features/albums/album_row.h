/* What the queries of albums take: one row type for the files of this room. */
#ifndef FEATURES_ALBUMS_ALBUM_ROW_H
#define FEATURES_ALBUMS_ALBUM_ROW_H

#include "features/albums/album_images.h"
#include "features/albums/shot.h"

struct album_row {
    struct str id, user_id, before, source, words;
    struct str image_id, replaced, job_id, name, label, direction, error;
    enum shot_status status;
    int64_t position, count, limit, now;
    int64_t low, high, gap; /* places around one */
};
extern const struct field album_row_fields[];

MUST_CHECK bool album_exec(struct db_tx *tx, enum query query, const struct album_row *row,
                           struct err *e);

#endif
