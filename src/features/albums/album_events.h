/* What the owner of an album hears of it, and what its jobs carry. */
#ifndef FEATURES_ALBUMS_ALBUM_EVENTS_H
#define FEATURES_ALBUMS_ALBUM_EVENTS_H

#include "features/albums/album.h"

/* What an album adds to the payload of its jobs. */
struct album_door {
    struct str album_id;
    int64_t shot_index;
    struct str anchor_url; /* of shots: whose bytes go along as a reference */
};
extern const struct field album_door_json[];

/* How like the anchor a shot is, and how like the anchor's its face, if both have one. */
struct shot_measure {
    struct str album_id;
    int64_t shot_index;
    double consistency;
    struct opt_f64 face_consistency;
};

MUST_CHECK bool album_tell_anchor(struct db_tx *tx, struct arena *a, const struct album *album,
                                  const struct image *anchor, struct err *e);
MUST_CHECK bool album_tell_anchor_failed(struct db_tx *tx, struct arena *a,
                                         const struct album *album, struct str error,
                                         struct err *e);
MUST_CHECK bool album_tell_shot_begun(struct db_tx *tx, struct arena *a, const struct album *album,
                                      int64_t position, struct err *e);
MUST_CHECK bool album_tell_shot(struct db_tx *tx, struct arena *a, const struct album *album,
                                int64_t position, const struct image *image, struct err *e);
MUST_CHECK bool album_tell_shot_failed(struct db_tx *tx, struct arena *a, const struct album *album,
                                       int64_t position, struct str error, struct err *e);
MUST_CHECK bool album_tell_shot_measured(struct db_tx *tx, struct arena *a,
                                         const struct album *album,
                                         const struct shot_measure *measure, struct err *e);

#endif
