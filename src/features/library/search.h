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

/* search_text.c: what the databases take. */
struct search_text {
    struct str match;     /* SQLite's FTS5 */
    struct str condition; /* PostgreSQL's tsquery */
    struct str common;    /* the same without the order of phrases and without exclusions */
};
struct search_text search_text(struct arena *a, const struct search *search, int64_t library);

/* A search under way: between two numbers of texts, without the first. */
struct search_look {
    struct db_tx *tx;
    struct arena *arena;
    const struct search *search;
    struct search_text text;
    int64_t low, high;
};

struct search_hit {
    struct str image_id;
    int64_t number, score;
    int64_t total; /* of all that were found with it */
};
extern const struct field search_hit_columns[];

/*
 * search_find.c: the newest hits at or below `high`, up to limit, as struct search_hit; *out_rest
 * says at or below which number there may be more, 0: there are none. They may be few, even none,
 * and go on all the same.
 */
MUST_CHECK bool search_newest(struct search_look *l, int64_t high, int64_t limit,
                              struct field_list *out, int64_t *out_rest, struct err *e);

/*
 * search_read.c: by looking at texts one by one, with numbers from high down to low, without it; it
 * ends with the hit that makes `limit`. The newest come first. *out_common says how many texts have
 * the words at all, in any order; NULL: nobody asks.
 */
MUST_CHECK bool search_read(struct search_look *l, int64_t low, int64_t high, int64_t limit,
                            struct field_list *out_hits, int64_t *out_common, struct err *e);

/* search_rank.c: how well the pictures fit, which are those of ids, in their order; each at least
 * 0. */
MUST_CHECK bool search_rank(struct db_tx *tx, struct arena *a, const struct search *search,
                            struct str_list ids, int64_t *out_scores, struct err *e);
/* Where the term's words stand, as whole words, from `from` on, or text.len. Between the words of
 * the text there is one space. */
size_t search_term_at(struct str text, const struct query_term *term, size_t from);

#endif
