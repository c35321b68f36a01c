/*
 * A picture as people see it, its card, and in lists: there the card is text that the row of a
 * picture keeps, written by all that changes one, so that a list of a hundred need not put two
 * thousand values together.
 */
#ifndef ENGINE_IMAGE_CARD_H
#define ENGINE_IMAGE_CARD_H

#include "engine/image.h"

struct image_card {
    struct image image;
    struct str url, thumb_url;
    int64_t purge_at; /* 0: it is not in the trash */
};
/* A change here needs a step of the schema that writes the texts again. */
extern const struct field image_card_fields[];

struct image_card image_card(struct arena *a, const struct image *image);
/* `"id":"...","url":"...",...`: its members in camelCase, without the braces. */
struct str image_card_text(struct arena *a, const struct image *image);
/* What the row keeps: no value for one in the trash, for when it is purged is a matter of settings.
 */
struct str image_card_kept(struct arena *a, const struct image *image);

struct image_listed {
    struct str id, card;
    int64_t rating; /* in lists by rating; otherwise 0 */
};
extern const struct field image_listed_columns[];

/* Those of the list that are the user's, in its order, also from the trash. */
MUST_CHECK bool image_listed_by_ids(struct db_tx *tx, struct arena *a, struct str user_id,
                                    struct str_list ids, struct field_list *out, struct err *e);
/* Is the card there, and that of this picture? */
bool image_listed_is_whole(const struct image_listed *listed);
/* Makes the cards that are missing, or are another picture's: the rows of a user's pictures keep
 * none in the trash, nor when another program has changed them. Those that are not there any more
 * leave the list. */
MUST_CHECK bool image_listed_finish(struct db_tx *tx, struct arena *a, struct str user_id,
                                    struct field_list *images, struct err *e);

#endif
