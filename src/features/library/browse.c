/* What a list of pictures is asked for, from the words of a request to rows. */
#include "features/library/browse.h"

#include "base/random.h"
#include "engine/image_card.h"

const char *const browse_sort_names[] = { "relevance", "newest", "oldest", "rating", NULL };

static const struct field browse_query_fields[] = {
    { FIELD_NAMED(struct browse_query, page.limit, "limit"), .min = 1, .max = 200,
      .help = "rows in a page, default 50" },
    { FIELD_NAMED(struct browse_query, page.cursor, "cursor"), .max = 1024,
      .help = "nextCursor of the page before" },
    { FIELD(struct browse_query, q), .max = QUERY_MAX_BYTES,
      .help = "words, \"phrases\", begin*, -without, tag:x backend:x source:x album:x rating:4 "
              "is:starred before:2026-11 after:2026-11-21" },
    { FIELD(struct browse_query, album), .max = 200, .help = "one of mine, by its id or name" },
    { FIELD(struct browse_query, source), .max = 20, .help = "generated or uploaded" },
    { FIELD(struct browse_query, backend), .max = 100, .help = "who made it" },
    { FIELD(struct browse_query, tag), .max = LISTING_WITH_MAX,
      .help = "several with commas between: pictures that have all of them" },
    { FIELD(struct browse_query, starred), .help = "true: favourites alone" },
    { FIELD(struct browse_query, rating), .min = 1, .max = IMAGE_RATING_MAX,
      .help = "rated so or better" },
    { FIELD_TIME(struct browse_query, from), .help = "made at this moment or later" },
    { FIELD_TIME(struct browse_query, to), .help = "made before" },
    { FIELD_ENUM(struct browse_query, sort, browse_sort_names),
      .help = "default: what fits the words best, else the newest first" },
    { FIELD(struct browse_query, trash), .help = "true: what is in the trash instead" },
    { 0 },
};
const struct shape browse_query_shape = { "ImagesQuery", browse_query_fields,
                                          sizeof(struct browse_query) };

/* Where filters are added. */
struct filling {
    struct db_tx *tx;
    struct arena *arena;
    struct browsing *b;
};

/* What is an id need not be looked up where a picture is found by it: that is one exchange less. */
static bool set_album(struct filling *f, struct str album, struct err *e)
{
    struct listing *l = &f->b->listing;
    struct str id = album;
    bool is_id = uuid_is_valid(album);

    if (!is_id && !listing_find_album(f->tx, f->arena, l->user_id, album, &id, e))
        return false;
    if (!str_is_null(l->album_id) && !str_eq(l->album_id, id))
        return err_set_field(e, ERR_INVALID, STR("album"), "one album at a time");
    l->album_id = id;
    f->b->is_album_unseen = is_id;
    return true;
}

static bool add_parameters(struct filling *f, const struct browse_query *q, struct err *e)
{
    struct listing *l = &f->b->listing;
    struct str rating = { 0 }, from = STR("tag"); /* of the others there are not too many */

    if (!str_is_null(q->source) && enum_find(image_source_names, q->source) < 0)
        return err_set_field(e, ERR_INVALID, STR("source"),
                             "'source' must be generated or uploaded");
    if (q->rating.set)
        rating = arena_strf(f->arena, "%lld", (long long)q->rating.value);
    for (size_t i = 0; i < q->tag.count; i++) {
        struct str tag = query_tag(f->arena, q->tag.items[i]);

        if (!listing_add(l, MARK_TAG, str_is_null(tag) ? STR("") : tag, false, from, e))
            return false;
    }
    return (str_is_null(q->source) || listing_add(l, MARK_SOURCE, q->source, false, from, e)) &&
           (str_is_null(q->backend) || listing_add(l, MARK_BACKEND, q->backend, false, from, e)) &&
           (str_is_null(rating) || listing_add(l, MARK_AT_LEAST, rating, false, from, e)) &&
           (!q->starred || listing_add(l, MARK_STARRED, STR("yes"), false, from, e)) &&
           (str_is_null(q->album) || set_album(f, q->album, e));
}

static bool add_terms(struct filling *f, struct err *e)
{
    const struct parsed_query *query = &f->b->query;

    for (size_t i = 0; i < query->count; i++) {
        const struct query_term *term = &query->terms[i];

        if (term->type == QUERY_ALBUM && !set_album(f, term->value, e))
            return false;
        if (term->type == QUERY_MARK &&
            !listing_add(&f->b->listing, term->kind, term->value, term->is_excluded, STR("q"), e))
            return false;
    }
    return true;
}

static void set_bounds(struct browsing *b, struct arena *a, const struct browse_query *q)
{
    int64_t from = MAX(q->from, b->query.from_ms), to = q->to;

    if (b->query.to_ms != 0)
        to = to == 0 ? b->query.to_ms : MIN(to, b->query.to_ms);
    b->listing.after = from != 0 ? uuid_first_at(a, from) : STR("");
    b->listing.before = to != 0 ? uuid_first_at(a, to) : UUID_END;
}

static bool begin_trash(struct filling *f, const struct browse_query *q, struct err *e)
{
    const struct browse_query alone = { .page = q->page, .sort = q->sort, .trash = true };

    if (!str_is_null(q->q) || !str_is_null(q->album) || !str_is_null(q->source) ||
        !str_is_null(q->backend) || q->tag.count > 0 || q->starred || q->rating.set ||
        q->from != 0 || q->to != 0 || q->sort == BROWSE_RATING)
        return err_set_field(e, ERR_INVALID, STR("trash"),
                             "the trash is listed as a whole: 'trash' goes with 'sort' newest or "
                             "oldest alone");
    set_bounds(f->b, f->arena, &alone);
    return listing_add(&f->b->listing, MARK_TRASH, STR("yes"), false, STR("trash"), e);
}

static bool check_sort(const struct browsing *b, struct err *e)
{
    if (!b->query.has_words || b->sort == BROWSE_RELEVANCE || b->sort == BROWSE_NEWEST)
        return true;
    return err_set_field(e, ERR_INVALID, STR("sort"),
                         "what has words is sorted by 'relevance' or 'newest'");
}

bool browse_begin(struct db_tx *tx, struct arena *a, struct str user_id,
                  const struct browse_query *query, struct browsing *out, struct err *e)
{
    static const enum listing_sort sorts[] = {
        [BROWSE_RELEVANCE] = LISTING_NEWEST,
        [BROWSE_NEWEST] = LISTING_NEWEST,
        [BROWSE_OLDEST] = LISTING_OLDEST,
        [BROWSE_RATING] = LISTING_RATING,
    };
    struct browsing b = { .listing = { .user_id = user_id, .sort = sorts[query->sort] },
                          .sort = query->sort };
    struct filling f = { tx, a, &b };

    if (query->trash) {
        if (!begin_trash(&f, query, e))
            return false;
    } else {
        if (!str_is_null(query->q) && !query_read(a, query->q, &b.query, e))
            return false;
        set_bounds(&b, a, query);
        if (!add_parameters(&f, query, e) || !add_terms(&f, e) || !check_sort(&b, e))
            return false;
    }
    *out = b;
    return true;
}

static bool found_page(struct db_tx *tx, struct arena *a, const struct browsing *b,
                       struct str place, int64_t limit, struct field_list *out,
                       struct str *out_next, struct err *e)
{
    struct listing listing;
    struct search search = { &listing, &b->query, b->sort == BROWSE_NEWEST };
    struct str_list ids;
    bool any;

    *out = (struct field_list){ 0 };
    *out_next = (struct str){ 0 };
    if (!listing_find_marks(tx, a, &b->listing, &listing, &any, e))
        return false;
    return !any || (search_page(tx, a, &search, place, limit, &ids, out_next, e) &&
                    image_listed_by_ids(tx, a, listing.user_id, ids, out, e));
}

static bool any_page(struct db_tx *tx, struct arena *a, const struct browsing *b, struct str place,
                     int64_t limit, struct field_list *out, struct str *out_next, struct err *e)
{
    return b->query.has_words ? found_page(tx, a, b, place, limit, out, out_next, e)
                              : listing_page(tx, a, &b->listing, place, limit, out, out_next, e);
}

/* Nothing was found: is there an album of that id, or one that is called so? */
static bool look_for_album(struct db_tx *tx, struct arena *a, const struct browsing *b,
                           struct str place, int64_t limit, struct field_list *out,
                           struct str *out_next, struct err *e)
{
    struct browsing seen = *b;

    return listing_find_album(tx, a, b->listing.user_id, b->listing.album_id,
                              &seen.listing.album_id, e) &&
           (str_eq(seen.listing.album_id, b->listing.album_id) ||
            any_page(tx, a, &seen, place, limit, out, out_next, e));
}

bool browse_page(struct db_tx *tx, struct arena *a, const struct browsing *b, struct str place,
                 int64_t limit, struct field_list *out, struct str *out_next, struct err *e)
{
    return any_page(tx, a, b, place, limit, out, out_next, e) &&
           (out->count > 0 || !b->is_album_unseen ||
            look_for_album(tx, a, b, place, limit, out, out_next, e)) &&
           image_listed_finish(tx, a, b->listing.user_id, out, e);
}
