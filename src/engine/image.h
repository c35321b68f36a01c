/* Rows of stored pictures: what they are, whose they are, and how they were made. */
#ifndef ENGINE_IMAGE_H
#define ENGINE_IMAGE_H

#include "db/db.h"

enum image_source { IMAGE_GENERATED, IMAGE_UPLOADED };
extern const char *const image_source_names[];

struct image {
    struct str id, user_id, job_id, backend, key, media_type;
    enum image_source source;
    struct opt_i64 width, height;
    int64_t size_bytes, crc32;
    struct str sha256, phash, prompt;
    struct str recipe;    /* JSON text */
    struct str card;      /* see image_card.h; made here */
    struct str name;      /* what its owner calls it, or no value */
    struct str_list tags; /* in order, each once */
    bool starred;
    int64_t rating;     /* 1 to 5; 0: not rated */
    int64_t created_at; /* the time in its id: the order of the ids is that of time */
    int64_t deleted_at;
    /* Of the largest thumbnail that is stored; the smaller ones are too. */
    struct opt_i64 thumb_size;
};
extern const struct field image_columns[];

enum { IMAGE_NAME_MAX = 255, IMAGE_TAGS_MAX = 32, IMAGE_TAG_MAX = 60, IMAGE_RATING_MAX = 5 };

/* The row as it is given, with created_at and, unless set, an id; tells the owner by the event
 * "image_added". */
MUST_CHECK bool image_add(struct db_tx *tx, struct arena *a, struct image *image, struct err *e);
/* Both: ERR_NOT_FOUND also for another user's. By its id one in the trash is found too, with
 * deleted_at: its owner may want it back. Under its key it is gone, and what is told by the key is
 * what its bytes need: no prompt, no recipe. */
MUST_CHECK bool image_load(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                           struct image *out, struct err *e);
MUST_CHECK bool image_load_by_key(struct db_tx *tx, struct arena *a, struct str user_id,
                                  struct str key, struct image *out, struct err *e);
/* For a link whose signature is checked next, by the owner that it names: the picture of any active
 * user, also one in the trash. */
MUST_CHECK bool image_load_by_key_of_anybody(struct db_tx *tx, struct arena *a, struct str key,
                                             struct image *out, struct err *e);
/* The oldest with these bytes that is not in the trash, without its recipe; ERR_NOT_FOUND when
 * there is none. */
MUST_CHECK bool image_load_same(struct db_tx *tx, struct arena *a, struct str user_id,
                                struct str sha256, struct image *out, struct err *e);
/* Until the end of the transaction no other one that calls this gets past it for the same user: of
 * two that upload the same bytes at once, the second one finds the first one's picture. */
MUST_CHECK bool image_lock_uploads(struct db_tx *tx, struct str user_id, struct err *e);
/* Lists hold what people see of a picture: no recipe, no checksum. */
MUST_CHECK bool image_list_of_job(struct db_tx *tx, struct arena *a, struct str user_id,
                                  struct str job_id, struct field_list *out, struct err *e);

/* Those of the list that are the user's, in its order, also from the trash. */
MUST_CHECK bool image_list_by_ids(struct db_tx *tx, struct arena *a, struct str user_id,
                                  struct str_list ids, struct field_list *out, struct err *e);
/* The same with recipes, by rising ids, and nobody else changes them until the end of the
 * transaction. */
MUST_CHECK bool image_lock_by_ids(struct db_tx *tx, struct arena *a, struct str user_id,
                                  struct str_list ids, struct field_list *out, struct err *e);
/* Rows that begin with an id, into the order of the list. */
void image_put_in_order(struct str_list ids, struct field_list rows, size_t item_bytes);
/* Name, tags, star, rating and deleted_at of one that is locked, which is given whole. */
MUST_CHECK bool image_update(struct db_tx *tx, const struct image *image, struct err *e);

/* The first of everybody's that are in the trash since before that moment; they are locked. */
MUST_CHECK bool image_list_trash(struct db_tx *tx, struct arena *a, int64_t before_ms,
                                 int64_t limit, struct field_list *out, struct err *e);

/* "/media/<key>" */
struct str image_url(struct arena *a, const struct image *image);

/* The longer side of each, in pixels, in rising order. */
enum { IMAGE_THUMB_SIZES = 3 };
extern const int64_t image_thumb_sizes[IMAGE_THUMB_SIZES];
/* How many of them a picture has: up to the first that holds it whole, for nothing is enlarged.
 * 0: nobody can look into it. */
size_t image_thumb_count(const struct image *image);
/* "<key>.<size>.webp" */
struct str image_thumb_key(struct arena *a, struct str key, int64_t size);
/* Back from there: the picture's key; a key of no thumbnail is its own. */
struct str image_of_thumb_key(struct str key);
MUST_CHECK bool image_set_thumb_size(struct db_tx *tx, struct str user_id, struct str id,
                                     int64_t size, struct err *e);
/* "/media/<key>?w=256", or no value for a picture without thumbnails. */
struct str image_thumb_url(struct arena *a, const struct image *image);

#endif
