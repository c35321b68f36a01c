/* The pictures of an album, in their order. */
#ifndef FEATURES_ALBUMS_ALBUM_IMAGES_H
#define FEATURES_ALBUMS_ALBUM_IMAGES_H

#include "features/albums/album.h"
#include "work/services.h"

extern const struct picture_albums album_pictures;

/* A picture with its place. */
struct member {
    struct image image;
    int64_t position;
};

/* Some pictures (struct member) in their order, from the place `after` on (no value: from the first
 * one). *out_next without value: these were the last ones. */
MUST_CHECK bool album_images(struct db_tx *tx, struct arena *a, const struct album *album,
                             struct str after, int64_t limit, struct field_list *out,
                             struct str *out_next, struct err *e);
/* At the end, in the order given; those that are in it stay where they are. Each must be the
 * user's own. */
MUST_CHECK bool album_add_images(struct db_tx *tx, struct arena *a, const struct album *album,
                                 struct str_list image_ids, struct err *e);
MUST_CHECK bool album_remove_image(struct db_tx *tx, const struct album *album, struct str image_id,
                                   struct err *e);
/* ERR_INVALID unless image_ids are exactly those of the album. */
MUST_CHECK bool album_order_images(struct db_tx *tx, struct arena *a, const struct album *album,
                                   struct str_list image_ids, struct err *e);

/* Where pictures are to stand: next to another one. */
struct album_spot {
    const char *field; /* "before" or "after", for errors */
    struct str image_id;
    bool is_after;
};
/* These go there in the order given; all others keep theirs. */
MUST_CHECK bool album_move_images(struct db_tx *tx, struct arena *a, const struct album *album,
                                  struct str_list image_ids, const struct album_spot *spot,
                                  struct err *e);

/* A picture that an anchor or a shot has got or lost. */
MUST_CHECK bool album_put_image(struct db_tx *tx, const struct album *album, struct str image_id,
                                struct str replaced, int64_t place, struct err *e);
MUST_CHECK bool album_drop_image(struct db_tx *tx, const struct album *album, struct str image_id,
                                 struct err *e);

#endif
