/* What a list of pictures is asked for, from the words of a request to rows. */
#ifndef FEATURES_LIBRARY_BROWSE_H
#define FEATURES_LIBRARY_BROWSE_H

#include "api/route.h"
#include "features/library/search.h"

enum browse_sort {
    BROWSE_RELEVANCE, /* of what has words; the rest is newest first */
    BROWSE_NEWEST,
    BROWSE_OLDEST,
    BROWSE_RATING, /* the best first, and of one rating the newest */
};
extern const char *const browse_sort_names[];

/* The parameters of the list. */
struct browse_query {
    struct page_query page;
    struct str q, album, source, backend;
    struct str_list tag;
    bool starred, trash;
    struct opt_i64 rating;
    int64_t from, to;
    enum browse_sort sort;
};
extern const struct shape browse_query_shape;

struct browsing {
    struct listing listing;
    struct parsed_query query;
    enum browse_sort sort;
    bool is_album_unseen; /* it was given by an id that nobody has looked up */
};

/* ERR_INVALID names the parameter; ERR_NOT_FOUND, of both: no such album. */
MUST_CHECK bool browse_begin(struct db_tx *tx, struct arena *a, struct str user_id,
                             const struct browse_query *query, struct browsing *out, struct err *e);
/* As listing_page, and all of it is there. */
MUST_CHECK bool browse_page(struct db_tx *tx, struct arena *a, const struct browsing *b,
                            struct str place, int64_t limit, struct field_list *out,
                            struct str *out_next, struct err *e);

#endif
