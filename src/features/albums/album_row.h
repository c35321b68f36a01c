/* What the queries of albums take: one row type for the files of this room. */
#ifndef FEATURES_ALBUMS_ALBUM_ROW_H
#define FEATURES_ALBUMS_ALBUM_ROW_H

#include "features/albums/shot.h"

struct album_row {
    struct str id, user_id, before, source, pattern;
    struct str image_id, replaced, job_id, name, label, direction, error;
    enum shot_status status;
    int64_t position, count, limit, now;
};
extern const struct field album_row_fields[];

MUST_CHECK bool album_exec(struct db_tx *tx, enum query query, const struct album_row *row,
                           struct err *e);

/* album_images.c: a picture that an anchor or a shot has got or lost. */
MUST_CHECK bool album_put_image(struct db_tx *tx, const struct album *album, struct str image_id,
                                struct str replaced, int64_t place, struct err *e);
MUST_CHECK bool album_drop_image(struct db_tx *tx, const struct album *album, struct str image_id,
                                 struct err *e);

#endif
