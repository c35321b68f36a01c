/* The shots of an album, and the pictures in it with their order. */
#ifndef FEATURES_ALBUMS_SHOT_H
#define FEATURES_ALBUMS_SHOT_H

#include "features/albums/album.h"

enum shot_status {
    SHOT_PENDING,    /* waits to be asked for */
    SHOT_GENERATING, /* its job is queued or runs */
    SHOT_COMPLETE,   /* its picture is there */
    SHOT_FAILED,     /* its job ended without one */
};
extern const char *const shot_status_names[];

struct shot {
    int64_t position;
    struct str label, direction;
    enum shot_status status;
    struct str image_id, image_key, job_id, error;
    struct opt_f64 consistency;      /* likeness to the anchor, 0 to 1; unset: not measured */
    struct opt_f64 face_consistency; /* of the faces alone; unset: one of the two has none */
    int64_t remakes;                 /* for too little of it */
};
extern const struct field shot_columns[];

/* All shots in order. Look at the album first: this does not ask whose it is. */
MUST_CHECK bool album_shots(struct db_tx *tx, struct arena *a, const struct album *album,
                            struct field_list *out, struct err *e);
MUST_CHECK bool album_find_shot(struct db_tx *tx, struct arena *a, const struct album *album,
                                int64_t position, struct shot *out, struct err *e);
/* The shots that are still pending become these; the others stay where they are, before them. */
MUST_CHECK bool album_replace_shots(struct db_tx *tx, struct arena *a, const struct album *album,
                                    const struct shot_wish *shots, size_t count, struct err *e);

/* ERR_CONFLICT when it is being made. */
MUST_CHECK bool shot_begin(struct db_tx *tx, const struct album *album, const struct shot *shot,
                           struct str job_id, struct err *e);
/* The ends of the shot's job. Not *out_changed: another job has the shot now, or none. */
MUST_CHECK bool shot_complete(struct db_tx *tx, struct arena *a, const struct album *album,
                              int64_t position, struct str job_id, struct str image_id,
                              bool *out_changed, struct err *e);
/* error without value: it was cancelled, and the shot is what it was before. */
MUST_CHECK bool shot_end(struct db_tx *tx, const struct album *album, int64_t position,
                         struct str job_id, struct str error, bool *out_changed, struct err *e);
/* It is made by the job that it had before. Not *out_changed: that has been replaced, or given up.
 */
MUST_CHECK bool shot_resume(struct db_tx *tx, const struct album *album, int64_t position,
                            struct str job_id, bool *out_changed, struct err *e);
/* Pending again; its picture leaves the album and stays in the library. */
MUST_CHECK bool shot_reset(struct db_tx *tx, const struct album *album, const struct shot *shot,
                           struct err *e);

#endif
