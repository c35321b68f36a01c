/* Pages of a library by its marks: any number of filters, each a list that is sorted already. */
#ifndef FEATURES_LIBRARY_LISTING_H
#define FEATURES_LIBRARY_LISTING_H

#include "engine/image_card.h"
#include "engine/mark.h"

enum listing_sort { LISTING_NEWEST, LISTING_OLDEST, LISTING_RATING, LISTING_SORTS };

enum { LISTING_WITH_MAX = 4, LISTING_WITHOUT_MAX = 3 };

/* Which pictures; all of it holds for each of them. */
struct listing {
    struct str user_id;
    struct mark with[LISTING_WITH_MAX]; /* kind and value; the rest is looked up */
    struct mark without[LISTING_WITHOUT_MAX];
    size_t with_count, without_count;
    struct str album_id;      /* no value: in any or none */
    struct str after, before; /* ids from the first to below the second; "" and UUID_END: all */
    enum listing_sort sort;
};

/* One more filter, by this parameter; the same again is the same. ERR_INVALID: there are too many.
 */
MUST_CHECK bool listing_add(struct listing *listing, enum mark_kind kind, struct str value,
                            bool is_excluded, struct str from, struct err *e);

/* Looks up the marks, for a search. *out_any: there may be pictures that pass them all. */
MUST_CHECK bool listing_find_marks(struct db_tx *tx, struct arena *a, const struct listing *listing,
                                   struct listing *out, bool *out_any, struct err *e);

/*
 * Up to limit pictures, as struct image_listed, behind `place` (no value: from the first on);
 * *out_next is the place behind them, without value at the end. A page may be short, even empty,
 * and go on all the same: a walk through pictures that do not fit ends after some thousands.
 */
MUST_CHECK bool listing_page(struct db_tx *tx, struct arena *a, const struct listing *listing,
                             struct str place, int64_t limit, struct field_list *out,
                             struct str *out_next, struct err *e);

/* ERR_NOT_FOUND: the user has no such album, neither by id nor by name. */
MUST_CHECK bool listing_find_album(struct db_tx *tx, struct arena *a, struct str user_id,
                                   struct str album, struct str *out_id, struct err *e);

#endif
