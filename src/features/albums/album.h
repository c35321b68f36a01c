/* Albums: a subject, its anchor, its directed shots, and the pictures in their order. The rules; no
 * HTTP. */
#ifndef FEATURES_ALBUMS_ALBUM_H
#define FEATURES_ALBUMS_ALBUM_H

#include "engine/image.h"

enum album_source { ALBUM_SESSION, ALBUM_BATCH_GENERATION, ALBUM_SCRAPE, ALBUM_MANUAL };
extern const char *const album_source_names[];

enum {
    ALBUM_MAX_SHOTS = 100,
    ALBUM_MAX_IMAGES = 10000,
    ALBUM_NAME_MAX = 200,
    ALBUM_PLACE_GAP = 1024, /* between the places of two pictures */
};

struct album {
    struct str id, user_id, name, description, subject_desc;
    enum album_source source_type;
    struct str source_id;
    struct str backend, style;
    struct opt_i64 width, height, seed;
    struct str anchor_image_id, anchor_job_id, anchor_error;
    struct str anchor_key, cover_key; /* of their pictures, or no value */
    bool is_public, is_training_source;
    int64_t image_count;
    struct opt_f64 consistency; /* of the shots that were measured, on average */
    int64_t created_at, updated_at;
};
extern const struct field album_columns[];

/* What a shot is to be, in a request or a template set. */
struct shot_wish {
    struct str label, direction;
};

struct album_new {
    struct str name, subject_desc, description, backend, style;
    struct opt_i64 width, height, seed;
    bool is_public, is_training_source;
    enum album_source source_type;
    struct str source_id;
    const struct shot_wish *shots;
    size_t shot_count;
};

MUST_CHECK bool album_create(struct db_tx *tx, struct arena *a, struct str user_id,
                             const struct album_new *want, struct album *out, struct err *e);
/* The newest manual album of that name, as it is, or a new one. Two at once get the same one. */
MUST_CHECK bool album_find_or_create(struct db_tx *tx, struct arena *a, struct str user_id,
                                     const struct album_new *want, struct album *out,
                                     bool *out_created, struct err *e);
/* One's own, or a public one of somebody else. ERR_NOT_FOUND for everything else. */
MUST_CHECK bool album_load_visible(struct db_tx *tx, struct arena *a, struct str user_id,
                                   struct str id, struct album *out, struct err *e);
/* One's own. */
MUST_CHECK bool album_load(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                           struct album *out, struct err *e);
/*
 * Before a change that goes by what is there: other changes of the album wait until this
 * transaction ends, and what is loaded afterwards is what they have left. Not before jobs are
 * cancelled: what ends a job takes the job first, then its album.
 */
MUST_CHECK bool album_claim(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                            struct err *e);

struct album_filter {
    struct str user_id;
    struct str source; /* a name of album_source_names; no value: any */
    struct str like;   /* in the name, whatever its case; no value: any */
    struct str before; /* an id: older ones; no value: from the newest on */
    int64_t limit;
};
/* One's own and public ones of others, newest first. ERR_INVALID for an unknown source. */
MUST_CHECK bool album_list(struct db_tx *tx, struct arena *a, const struct album_filter *filter,
                           struct field_list *out, struct err *e);

struct album_change {
    struct str name, description, subject_desc; /* no value: stays */
    struct opt_bool is_public, is_training_source;
};
/* ERR_CONFLICT for the subject of an album that has an anchor. */
MUST_CHECK bool album_update(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                             const struct album_change *change, struct album *out, struct err *e);
/* Cancels the jobs that wait or run for it. */
MUST_CHECK bool album_cancel(struct db_tx *tx, struct arena *a, const struct album *album,
                             struct err *e);
/* Jobs that wait or run for it are cancelled; its pictures stay in the library. */
MUST_CHECK bool album_delete(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                             struct err *e);

/* job_id without value: by hand. Not *out_changed: another job makes the anchor now. */
MUST_CHECK bool album_set_anchor(struct db_tx *tx, const struct album *album, struct str job_id,
                                 const struct image *anchor, bool *out_changed, struct err *e);
MUST_CHECK bool album_fail_anchor(struct db_tx *tx, const struct album *album, struct str job_id,
                                  struct str error, bool *out_changed, struct err *e);
/* It is made by a job that ended without before. Not *out_changed: there is, or there will be, one
 * by something else. */
MUST_CHECK bool album_resume_anchor(struct db_tx *tx, const struct album *album, struct str job_id,
                                    bool *out_changed, struct err *e);

#endif
