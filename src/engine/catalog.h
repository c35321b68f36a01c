/*
 * The catalog: what finds pictures by more than their id. It holds, for each picture, the marks
 * that its row stands for, its words, the quarters of its perceptual hash, and the pictures that it
 * was made from.
 *
 * A new picture only leaves a note in image_pending, so that those who make pictures do not wait;
 * catalog_catch_up, on a thread of its own, does the rest. Whoever changes a picture calls
 * catalog_write in the same transaction, so that he finds it changed.
 */
#ifndef ENGINE_CATALOG_H
#define ENGINE_CATALOG_H

#include "engine/mark.h"

/* A picture as it was and as it is now, both with their recipe. before.id without value: new. */
struct catalog_change {
    struct image before, after;
};

/* The pictures are locked (image_lock_by_ids), or new. */
MUST_CHECK bool catalog_write(struct db_tx *tx, struct arena *a,
                              const struct catalog_change *changes, size_t count, struct err *e);
/* Writes up to limit of those that are pending; *out_count says how many there were, 0 also when
 * others are at them. */
MUST_CHECK bool catalog_catch_up(struct db_tx *tx, struct arena *a, int64_t limit,
                                 int64_t *out_count, struct err *e);
MUST_CHECK bool catalog_has_pending(struct db_tx *tx, bool *out, struct err *e);
/* One that has just gone to the trash, or come back: its albums count what is not in the trash. */
MUST_CHECK bool catalog_count_in_albums(struct db_tx *tx, const struct image *image, struct err *e);
/* Takes pictures out for good, with their rows: those of image_list_trash. */
MUST_CHECK bool catalog_purge(struct db_tx *tx, struct arena *a, const struct image *images,
                              size_t count, struct err *e);

/* Something may be pending besides what tells of itself by an event; heard after the commit. */
#define CATALOG_TOPIC STR("catalog")
MUST_CHECK bool catalog_signal(struct db_tx *tx, struct err *e);

/* Of a perceptual hash of 16 hexadecimal digits: two that differ in up to CATALOG_NEAR_BITS bits
 * have a quarter in which they differ in one bit at most. */
enum { CATALOG_BANDS = 4, CATALOG_BAND_BITS = 16, CATALOG_NEAR_BITS = 7 };
MUST_CHECK bool catalog_hash(struct str phash, uint64_t *out);
int64_t catalog_band(uint64_t hash, int band);

/* The number that stands for the user's library, made when it is new; it is locked. Gives the last
 * of `wanted` fresh numbers for texts. */
struct library_row {
    struct str user_id;
    int64_t number, last_text, wanted;
    int64_t newest_text; /* library_load: the greatest number that a text has; 0: there is none */
};
extern const struct field library_fields[];
MUST_CHECK bool library_lock(struct db_tx *tx, struct str user_id, int64_t wanted,
                             struct library_row *out, struct err *e);
/* Without a lock. ERR_NOT_FOUND: the user has no picture yet. */
MUST_CHECK bool library_load(struct db_tx *tx, struct str user_id, struct library_row *out,
                             struct err *e);
/* Numbers of texts in a library: from low, without it, up to high. */
int64_t library_low(int64_t number);
int64_t library_high(int64_t number);

#endif
