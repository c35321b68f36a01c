/*
 * Search by words: the database says which pictures have them, newest first; the best of the newest
 * SEARCH_RANKED_MAX come first, in an order that is the same on every database, and behind them the
 * older ones by time.
 */
#ifndef FEATURES_LIBRARY_SEARCH_H
#define FEATURES_LIBRARY_SEARCH_H

#include "features/library/listing.h"
#include "features/library/query.h"

enum { SEARCH_RANKED_MAX = 300 };

/* The listing's marks, album and bounds hold as well; its sort is not looked at. */
struct search {
    const struct listing *listing;
    const struct parsed_query *query; /* with words */
    bool by_time;                     /* the newest first, whatever fits best */
};

/* As listing_page, but *out_ids are their ids. */
MUST_CHECK bool search_page(struct db_tx *tx, struct arena *a, const struct search *search,
                            struct str place, int64_t limit, struct str_list *out_ids,
                            struct str *out_next, struct err *e);

/* search_rank.c: how well the pictures fit, which are those of ids, in their order; each at least
 * 0. */
MUST_CHECK bool search_rank(struct db_tx *tx, struct arena *a, const struct search *search,
                            struct str_list ids, int64_t *out_scores, struct err *e);

/* search_text.c: what the databases take. */
struct search_text {
    struct str match;     /* SQLite's FTS5 */
    struct str condition; /* PostgreSQL's tsquery */
};
struct search_text search_text(struct arena *a, const struct search *search, int64_t library);

#endif
