/* Search by words. */
#include "features/library/search.h"

#include <stdlib.h>

#include "base/random.h"
#include "engine/catalog.h"

enum { SLACK_MS = 3600 * 1000 /* a picture may be numbered so much later than its id was made */ };

/* What the query takes. */
struct number_key {
    struct str user_id, id;
};

static const struct field number_key_fields[] = {
    { FIELD(struct number_key, user_id) },
    { FIELD(struct number_key, id) },
    { 0 },
};

/* The number of the first picture of that time or later; `otherwise` when there is none. */
static bool number_at(struct search_look *l, struct str id, int64_t add_ms, int64_t otherwise,
                      int64_t *out, struct err *e)
{
    struct number_key key = { .user_id = l->search->listing->user_id,
                              .id = uuid_first_at(l->arena, uuid_time_ms(id) + add_ms) };
    struct search_hit found = { .number = otherwise };

    if (!db_row(l->tx, l->arena, Q_SEARCH_NUMBER, number_key_fields, &key, search_hit_columns,
                &found, e) &&
        e->code != ERR_NOT_FOUND)
        return false;
    *out = found.number;
    return true;
}

/* False with ERR_NOT_FOUND: the library is empty. */
static bool begin(struct search_look *l, struct err *e)
{
    const struct listing *listing = l->search->listing;
    struct library_row library = { 0 };

    if (!library_load(l->tx, listing->user_id, &library, e))
        return false;
    l->text = search_text(l->arena, l->search, library.number);
    l->low = library_low(library.number);
    l->high = MAX(library.newest_text, l->low);
    if (uuid_is_valid(listing->after) && (!number_at(l, listing->after, 0, l->high, &l->low, e)))
        return false;
    if (uuid_is_valid(listing->after))
        l->low--;
    return !uuid_is_valid(listing->before) ||
           number_at(l, listing->before, SLACK_MS, l->high, &l->high, e);
}

static bool is_between(const struct search_look *l, const struct search_hit *hit)
{
    const struct listing *listing = l->search->listing;

    return str_cmp(hit->image_id, listing->after) >= 0 &&
           str_cmp(hit->image_id, listing->before) < 0;
}

static int best_first(const void *left, const void *right)
{
    const struct search_hit *a = left, *b = right;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->number > b->number ? -1 : 1;
}

static bool rank(struct search_look *l, struct field_list hits, struct err *e)
{
    struct search_hit *items = hits.items;
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
    struct search_hit behind;
};

static struct str print_place(struct arena *a, const struct place *p)
{
    if (!p->is_ranked)
        return arena_strf(a, "t:%lld", (long long)p->top);
    return arena_strf(a, "r:%lld:%lld:%lld", (long long)p->top, (long long)p->behind.score,
                      (long long)p->behind.number);
}

static struct str place_of_rest(struct arena *a, int64_t rest)
{
    return rest != 0 ? print_place(a, &(struct place){ .top = rest }) : (struct str){ 0 };
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

static void add(struct search_look *l, struct str_list *ids, const struct search_hit *hit)
{
    if (is_between(l, hit))
        ids->items[ids->count++] = hit->image_id;
}

/* The best of the newest; behind the last of them the older ones follow by time. */
static bool ranked_page(struct search_look *l, const struct place *from, size_t limit,
                        struct str_list *ids, struct str *out_next, struct err *e)
{
    struct place next = *from;
    struct field_list hits;
    const struct search_hit *items;
    int64_t rest;

    if (!search_newest(l, from->top, SEARCH_RANKED_MAX, &hits, &rest, e) ||
        (hits.count > 0 && !rank(l, hits, e)))
        return false;
    items = hits.items;
    for (size_t i = 0; i < hits.count; i++) {
        if (from->has_hit && best_first(&from->behind, &items[i]) >= 0)
            continue;
        if (ids->count == limit) {
            *out_next = print_place(l->arena, &next);
            return true;
        }
        add(l, ids, &items[i]);
        next.behind = items[i];
    }
    *out_next = place_of_rest(l->arena, rest);
    return true;
}

static bool timed_page(struct search_look *l, const struct place *from, size_t limit,
                       struct str_list *ids, struct str *out_next, struct err *e)
{
    struct field_list hits;
    int64_t rest;

    if (!search_newest(l, from->top, (int64_t)limit, &hits, &rest, e))
        return false;
    for (size_t i = 0; i < hits.count; i++)
        add(l, ids, (const struct search_hit *)hits.items + i);
    *out_next = place_of_rest(l->arena, rest);
    return true;
}

bool search_page(struct db_tx *tx, struct arena *a, const struct search *search, struct str place,
                 int64_t limit, struct str_list *out_ids, struct str *out_next, struct err *e)
{
    struct search_look l = { .tx = tx, .arena = a, .search = search };
    struct str_list ids = { .items = arena_array(a, struct str, (size_t)limit) };
    struct place from;

    if (!begin(&l, e)) {
        *out_ids = ids;
        *out_next = (struct str){ 0 };
        return e->code == ERR_NOT_FOUND;
    }
    if (!read_place(place, search->by_time, l.high, &from))
        return err_set_field(e, ERR_MALFORMED, STR("cursor"), "'cursor' is of another list");
    if (!(from.is_ranked ? ranked_page(&l, &from, (size_t)limit, &ids, out_next, e)
                         : timed_page(&l, &from, (size_t)limit, &ids, out_next, e)))
        return false;
    *out_ids = ids;
    return true;
}
