/* The newest pictures that a search finds: by reading texts from the newest on, or by the index. */
#include "features/library/search.h"

/*
 * What is common is found by reading; what is rare, by the index of words. In between, where many
 * texts have the words but few fit, the index would have to look at all of those: reading goes on
 * up to a bound instead, and the next page from there. Each bound takes some tens of milliseconds.
 */
enum {
    ENOUGH = 100, /* hits of what was read */
    MOST = 10000, /* hits of which PostgreSQL's index of words can still say which are the newest */
};

static const struct way {
    int64_t first, more; /* texts to read at first, and at most */
    int64_t common;      /* so many of the first have the words: they are not rare */
} ways[DB_DIALECT_COUNT] = {
    [DB_SQLITE] = { 2000, 30000, 200 },
    [DB_POSTGRES] = { 10000, 100000, 5 },
};

/* What the query takes. */
struct index_key {
    struct str match, condition;
    int64_t low, high, limit, most;
};

static const struct field index_key_fields[] = {
    { FIELD(struct index_key, match) },
    { FIELD(struct index_key, condition) },
    { FIELD(struct index_key, low) },
    { FIELD(struct index_key, high) },
    { FIELD(struct index_key, limit) },
    { FIELD(struct index_key, most) },
    { 0 },
};

const struct field search_hit_columns[] = {
    { FIELD(struct search_hit, image_id) },
    { FIELD(struct search_hit, number) },
    { FIELD(struct search_hit, total) },
    { 0 },
};

static bool look_up(struct search_look *l, int64_t high, int64_t limit, struct field_list *out,
                    struct err *e)
{
    struct index_key key = { .match = l->text.match,
                             .condition = l->text.condition,
                             .low = l->low,
                             .high = high,
                             .limit = limit,
                             .most = MOST };

    return db_rows(l->tx, l->arena, Q_SEARCH_ALL, index_key_fields, &key, search_hit_columns,
                   sizeof(struct search_hit), out, e);
}

/* FTS5 walks the lists of whole words from the newest on and stops when it has enough; beginnings
 * it gathers beforehand, and phrases and exclusions it looks for in vain as long as they are. */
static bool is_walked(const struct search *search)
{
    const struct parsed_query *query = search->query;

    for (size_t i = 0; i < query->count; i++) {
        const struct query_term *term = &query->terms[i];

        if (term->type == QUERY_WORDS && (term->is_excluded || term->is_beginning ||
                                          str_find_char(term->value, ' ', 0) < term->value.len))
            return false;
    }
    return search->listing->without_count == 0;
}

/* Behind so many hits, or behind what was looked at. */
static int64_t rest_behind(const struct search_look *l, const struct field_list *hits,
                           int64_t limit, int64_t low)
{
    const struct search_hit *items = hits->items;

    if ((int64_t)hits->count == limit)
        return items[limit - 1].number - 1;
    return low > l->low ? low : 0;
}

/* *out_done: *out holds what there is to say. */
static bool read_newest(struct search_look *l, const struct way *way, int64_t high, int64_t limit,
                        struct field_list *out, int64_t *out_rest, bool *out_done, struct err *e)
{
    int64_t low = MAX(high - way->first, l->low);
    int64_t common;

    if (!search_read(l, low, high, limit, out, &common, e))
        return false;
    *out_done = low == l->low || (int64_t)out->count >= MIN(limit, (int64_t)ENOUGH);
    if (!*out_done && common >= way->common) {
        *out_done = true;
        limit = MIN(limit, (int64_t)ENOUGH);
        low = MAX(high - way->more, l->low);
        if (!search_read(l, low, high, limit, out, NULL, e))
            return false;
    }
    *out_rest = rest_behind(l, out, limit, low);
    return true;
}

bool search_newest(struct search_look *l, int64_t high, int64_t limit, struct field_list *out,
                   int64_t *out_rest, struct err *e)
{
    enum db_dialect dialect = db_tx_dialect(l->tx);
    int64_t top = MIN(high, l->high);
    struct field_list found;
    bool done = false;

    if ((dialect != DB_SQLITE || !is_walked(l->search)) &&
        !read_newest(l, &ways[dialect], top, limit, out, out_rest, &done, e))
        return false;
    if (done)
        return true;
    if (!look_up(l, top, limit, &found, e))
        return false;
    if (found.count > 0 && ((const struct search_hit *)found.items)->total >= MOST)
        return true; /* what was read is the best that is known */
    *out = found;
    *out_rest = rest_behind(l, &found, limit, l->low);
    return true;
}
