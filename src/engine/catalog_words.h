/* The text that a picture is found by: its words, and a '#' token for each of its marks and albums.
 * For engine/catalog.c. */
#ifndef ENGINE_CATALOG_WORDS_H
#define ENGINE_CATALOG_WORDS_H

#include "base/buf.h"
#include "engine/catalog.h"

/* The albums of the pictures of a batch. */
struct catalog_albums {
    struct field_list rows; /* struct catalog_album */
};
struct catalog_album {
    struct str image_id, album_id, name;
};
MUST_CHECK bool catalog_albums_load(struct db_tx *tx, struct arena *a,
                                    const struct catalog_change *changes, size_t count,
                                    struct catalog_albums *out, struct err *e);

/* A text while it is put together. One in the trash stays empty. */
struct catalog_text {
    struct buf words;
    bool is_empty;
};
void catalog_text_begin(struct catalog_text *t, const struct image *image,
                        const struct catalog_albums *albums, int64_t library);
void catalog_text_add_mark(struct catalog_text *t, enum mark_kind kind, int64_t id);
struct str catalog_text_end(struct catalog_text *t, struct arena *a);

/* The tokens, for those who look for them. */
struct str catalog_mark_token(struct arena *a, int64_t mark_id);
struct str catalog_album_token(struct arena *a, struct str album_id);
struct str catalog_library_token(struct arena *a, int64_t library);

#endif
