/* How well the shots of an album keep to its anchor: measured by jobs of their own once the
 * pictures are safe, and what follows from it. docs/consistency.md tells what is measured. */
#ifndef FEATURES_ALBUMS_CONSISTENCY_H
#define FEATURES_ALBUMS_CONSISTENCY_H

#include "features/albums/shot.h"
#include "work/services.h"

/* In the transaction that gives the shot this picture. Without an anchor, or where nobody can look
 * into the picture, nothing is measured, and that is no error. */
MUST_CHECK bool consistency_submit(struct db_tx *tx, struct arena *a, const struct album *album,
                                   int64_t position, const struct image *image, struct err *e);
/* In the transaction that gives the album another anchor: what was measured against the old one is
 * forgotten, and every shot with a picture is measured anew. */
MUST_CHECK bool consistency_restart(struct db_tx *tx, struct arena *a, const struct album *album,
                                    struct err *e);

/* Its picture is there, and less like the anchor than it should be. */
bool shot_is_outlier(const struct shot *shot, const struct consistency_rules *rules);
/* An outlier that has not been made again as often as is allowed. */
bool shot_may_be_remade(const struct shot *shot, const struct consistency_rules *rules);
/* Counts it: call it beside the order. */
MUST_CHECK bool shot_note_remake(struct db_tx *tx, const struct album *album,
                                 const struct shot *shot, struct err *e);

#endif
