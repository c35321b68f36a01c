/* All pictures of all users, page by page, for comparing them with what is stored; and what is
 * known to be wrong with some. For the operator, who owns none of them. */
#ifndef ENGINE_INVENTORY_H
#define ENGINE_INVENTORY_H

#include "engine/image.h"

enum defect {
    DEFECT_NONE,
    DEFECT_MISSING,    /* its bytes are gone */
    DEFECT_CHANGED,    /* they are others than they were */
    DEFECT_UNDRAWABLE, /* no thumbnail can be made of them */
};
extern const char *const defect_names[];

struct inventory_row {
    struct image image; /* what its bytes need: no prompt, no recipe */
    enum defect defect;
};

enum { INVENTORY_PAGE_MAX = 256 };

/* Those with an id behind `after`, also the ones in the trash; *out holds struct inventory_row. */
MUST_CHECK bool inventory_list(struct db_tx *tx, struct arena *a, struct str after, int64_t limit,
                               struct field_list *out, struct err *e);
/* Is the row still as it was read? Its owner may have deleted it since. */
MUST_CHECK bool inventory_is_there(struct db_tx *tx, const struct image *image, bool *out,
                                   struct err *e);

/* Which of these payloads, at most INVENTORY_PAGE_MAX, belong to jobs of the house of this kind
 * that wait or run? *out holds struct str. */
MUST_CHECK bool inventory_list_jobs(struct db_tx *tx, struct arena *a, struct str kind,
                                    const struct str *payloads, size_t count,
                                    struct field_list *out, struct err *e);

/* Keeps what is wrong, and tells the owner by the event "image_damaged" when he has not heard of
 * it. What was undrawable may turn out to be missing, not the other way round. */
MUST_CHECK bool defect_mark(struct db_tx *tx, struct arena *a, const struct image *image,
                            enum defect defect, struct err *e);
MUST_CHECK bool defect_clear(struct db_tx *tx, const struct image *image, struct err *e);

/* The thumbnails are not all there: those that are left are made again like the others. */
MUST_CHECK bool image_forget_thumbs(struct db_tx *tx, const struct image *image, struct err *e);

#endif
