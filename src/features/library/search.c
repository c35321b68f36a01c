/* Search by words. */
#include "features/library/search.h"

#include <stdlib.h>

#include "base/random.h"
#include "engine/catalog.h"

enum {
    STRETCH = 10000,        /* numbers that are looked at one by one */
    MOST = 5000,            /* hits that the index of words gives at once */
    SLACK_MS = 3600 * 1000, /* a picture may be numbered so much later than its id was made */
};

/* What the queries take. */
struct search_row {
    struct str user_id, match, condition, id;
    int64_t low, high, limit, most;
};

static const struct field search_row_fields[] = {
    { FIELD(struct search_row, user_id) },
    { FIELD(struct search_row, match) },
    { FIELD(struct search_row, condition) },
    { FIELD(struct search_row, id) },
    { FIELD(struct search_row, low) },
    { FIELD(struct search_row, high) },
    { FIELD(struct search_row, limit) },
    { FIELD(struct search_row, most) },
    { 0 },
};

struct hit {
    struct str image_id;
    int64_t number, score;
};

static const struct field hit_columns[] = {
    { FIELD(struct hit, image_id) },
    { FIELD(struct hit, number) },
    { 0 },
};

struct looking {
    struct db_tx *tx;
    struct arena *arena;
    const struct search *search;
    struct search_row row; /* its low and high are those of the search */
};

static bool rows_of(struct looking *l, enum query query, const struct search_row *row,
                    struct field_list *out, struct err *e)
{
    return db_rows(l->tx, l->arena, query, search_row_fields, row, hit_columns, sizeof(struct hit),
                   out, e);
}

/* Up to limit hits at or below `high`, newest first. */
static bool newest(struct looking *l, int64_t high, int64_t limit, struct field_list *out,
                   struct err *e)
{
    struct search_row row = l->row;

    row.high = MIN(high, l->row.high);
    row.low = MAX(row.high - STRETCH, l->row.low);
    row.limit = limit;
    row.most = MOST;
    if (!rows_of(l, Q_SEARCH_STRETCH, &row, out, e))
        return false;
    if ((int64_t)out->count == limit || row.low == l->row.low)
        return true;
    row.low = l->row.low;
    return rows_of(l, Q_SEARCH_ALL, &row, out, e);
}

/* The number of the first picture of that time or later; `otherwise` when there is none. */
static bool number_at(struct looking *l, struct str id, int64_t add_ms, int64_t otherwise,
                      int64_t *out, struct err *e)
{
    struct search_row row = l->row;
    struct hit found = { .number = otherwise };

    row.id = uuid_first_at(l->arena, uuid_time_ms(id) + add_ms);
    if (!db_row(l->tx, l->arena, Q_SEARCH_NUMBER, search_row_fields, &row, hit_columns, &found,
                e) &&
        e->code != ERR_NOT_FOUND)
        return false;
    *out = found.number;
    return true;
}

/* False with ERR_NOT_FOUND: the library is empty. */
static bool begin(struct looking *l, struct err *e)
{
    const struct listing *listing = l->search->listing;
    struct library_row library = { 0 };
    struct search_text text;

    l->row.user_id = listing->user_id;
    if (!library_load(l->tx, listing->user_id, &library, e))
        return false;
    text = search_text(l->arena, l->search, library.number);
    l->row.match = text.match;
    l->row.condition = text.condition;
    l->row.low = library_low(library.number);
    l->row.high = l->row.low + library.last_text;
    if (uuid_is_valid(listing->after) &&
        (!number_at(l, listing->after, 0, l->row.high, &l->row.low, e)))
        return false;
    if (uuid_is_valid(listing->after))
        l->row.low--;
    return !uuid_is_valid(listing->before) ||
           number_at(l, listing->before, SLACK_MS, l->row.high, &l->row.high, e);
}

static bool is_between(const struct looking *l, const struct hit *hit)
{
    const struct listing *listing = l->search->listing;

    return str_cmp(hit->image_id, listing->after) >= 0 &&
           str_cmp(hit->image_id, listing->before) < 0;
}

static int best_first(const void *left, const void *right)
{
    const struct hit *a = left, *b = right;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->number > b->number ? -1 : 1;
}

static bool rank(struct looking *l, struct field_list hits, struct err *e)
{
    struct hit *items = hits.items;
    struct str_list ids = { arena_array(l->arena, struct str, hits.count), hits.count };
    int64_t *scores = arena_array(l->arena, int64_t, hits.count);

    for (size_t i = 0; i < hits.count; i++)
        ids.items[i] = items[i].image_id;
    if (!search_rank(l->tx, l->arena, l->search, ids, scores, e))
        return false;
    for (size_t i = 0; i < hits.count; i++)
        items[i].score = scores[i];
    qsort(items, hits.count, sizeof(*items), best_first);
    return true;
}

/* Where a page goes on. In what is ranked: at or below `top`, behind this hit of it. By time: at or
 * below `top`. */
struct place {
    bool is_ranked, has_hit;
    int64_t top;
    struct hit behind;
};

static struct str print_place(struct arena *a, const struct place *p)
{
    if (!p->is_ranked)
        return arena_strf(a, "t:%lld", (long long)p->top);
    return arena_strf(a, "r:%lld:%lld:%lld", (long long)p->top, (long long)p->behind.score,
                      (long long)p->behind.number);
}

static bool read_place(struct str text, bool by_time, int64_t top, struct place *out)
{
    struct str kind, rest, number;

    *out = (struct place){ .is_ranked = !by_time, .top = top };
    if (str_is_null(text))
        return true;
    str_cut(text, ':', &kind, &rest);
    out->is_ranked = str_eq(kind, STR("r"));
    out->has_hit = out->is_ranked;
    if (!out->is_ranked)
        return str_to_i64(rest, 0, INT64_MAX, &out->top);
    if (!str_cut(rest, ':', &number, &rest) || !str_to_i64(number, 0, INT64_MAX, &out->top) ||
        !str_cut(rest, ':', &number, &rest))
        return false;
    return str_to_i64(number, 0, INT64_MAX, &out->behind.score) &&
           str_to_i64(rest, 0, INT64_MAX, &out->behind.number);
}

static void add(struct looking *l, struct str_list *ids, const struct hit *hit)
{
    if (is_between(l, hit))
        ids->items[ids->count++] = hit->image_id;
}

/* The best of the newest; behind the last of them the older ones follow by time. */
static bool ranked_page(struct looking *l, const struct place *from, size_t limit,
                        struct str_list *ids, struct str *out_next, struct err *e)
{
    struct place next = *from;
    struct field_list hits;
    const struct hit *items;
    int64_t lowest = from->top;

    *out_next = (struct str){ 0 };
    if (!newest(l, from->top, SEARCH_RANKED_MAX, &hits, e))
        return false;
    if (hits.count == 0)
        return true;
    if (!rank(l, hits, e))
        return false;
    items = hits.items;
    for (size_t i = 0; i < hits.count; i++) {
        lowest = MIN(lowest, items[i].number);
        if (from->has_hit && best_first(&from->behind, &items[i]) >= 0)
            continue;
        if (ids->count == limit) {
            *out_next = print_place(l->arena, &next);
            return true;
        }
        add(l, ids, &items[i]);
        next.behind = items[i];
    }
    if (hits.count == SEARCH_RANKED_MAX)
        *out_next = print_place(l->arena, &(struct place){ .top = lowest - 1 });
    return true;
}

static bool timed_page(struct looking *l, const struct place *from, size_t limit,
                       struct str_list *ids, struct str *out_next, struct err *e)
{
    struct field_list hits;
    const struct hit *items;

    if (!newest(l, from->top, (int64_t)limit + 1, &hits, e))
        return false;
    items = hits.items;
    for (size_t i = 0; i < MIN(hits.count, limit); i++)
        add(l, ids, &items[i]);
    *out_next = (struct str){ 0 };
    if (hits.count > limit)
        *out_next = print_place(l->arena, &(struct place){ .top = items[limit - 1].number - 1 });
    return true;
}

bool search_page(struct db_tx *tx, struct arena *a, const struct search *search, struct str place,
                 int64_t limit, struct str_list *out_ids, struct str *out_next, struct err *e)
{
    struct looking l = { .tx = tx, .arena = a, .search = search };
    struct str_list ids = { .items = arena_array(a, struct str, (size_t)limit) };
    struct place from;

    if (!begin(&l, e)) {
        *out_ids = ids;
        *out_next = (struct str){ 0 };
        return e->code == ERR_NOT_FOUND;
    }
    if (!read_place(place, search->by_time, l.row.high, &from))
        return err_set_field(e, ERR_MALFORMED, STR("cursor"), "'cursor' is of another list");
    if (!(from.is_ranked ? ranked_page(&l, &from, (size_t)limit, &ids, out_next, e)
                         : timed_page(&l, &from, (size_t)limit, &ids, out_next, e)))
        return false;
    *out_ids = ids;
    return true;
}
