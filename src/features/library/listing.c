/* Pages of a library by its marks. */
#include "features/library/listing.h"

#include <assert.h>
#include <string.h>

enum {
    STEPS = 1000,   /* of a walk between two looks at how far it is */
    ROUNDS_MAX = 5, /* of such walks in a page */
    RATED_MAX = IMAGE_RATING_MAX + 1 + IMAGE_RATING_MAX * LISTING_WITH_MAX,
    LOOKUP_MAX = RATED_MAX + LISTING_WITH_MAX + LISTING_WITHOUT_MAX,
};

/* What the queries take. */
struct listing_row {
    struct str user_id, album_id, album, after, before, value;
    enum mark_kind kind; /* with value: the mark whose list is walked; no value: none's */
    int64_t with_1, with_2, with_3, with_4, with_5, with_count, rating, steps, limit;
    struct opt_i64 without_1, without_2, without_3;
};

static const struct field listing_row_fields[] = {
    { FIELD(struct listing_row, user_id) },
    { FIELD(struct listing_row, album_id) },
    { FIELD(struct listing_row, album) },
    { FIELD(struct listing_row, after) },
    { FIELD(struct listing_row, before) },
    { FIELD_ENUM(struct listing_row, kind, mark_kind_names) },
    { FIELD(struct listing_row, value) },
    { FIELD(struct listing_row, with_1) },
    { FIELD(struct listing_row, with_2) },
    { FIELD(struct listing_row, with_3) },
    { FIELD(struct listing_row, with_4) },
    { FIELD(struct listing_row, with_5) },
    { FIELD(struct listing_row, with_count) },
    { FIELD(struct listing_row, without_1) },
    { FIELD(struct listing_row, without_2) },
    { FIELD(struct listing_row, without_3) },
    { FIELD(struct listing_row, rating) },
    { FIELD(struct listing_row, steps) },
    { FIELD(struct listing_row, limit) },
    { 0 },
};

/* What walks fill. */
struct page {
    struct db_tx *tx;
    struct arena *arena;
    int rounds; /* that are left */
    size_t wanted, count;
    struct image_listed *images; /* room for those wanted */
};

/* One walk along one index. */
struct walk {
    struct page *page;
    struct listing_row row;
    bool is_up, has_conditions;
    struct str resume; /* behind this id it goes on; no value: it is through */
};

static bool rows_of(struct walk *w, enum query query, struct field_list *out, struct err *e)
{
    return db_rows(w->page->tx, w->page->arena, query, listing_row_fields, &w->row,
                   image_listed_columns, sizeof(struct image_listed), out, e);
}

static bool images_of(struct walk *w, struct field_list *out, struct err *e)
{
    if (!str_is_null(w->row.album_id))
        return w->is_up ? rows_of(w, Q_LISTING_BY_ALBUM_UP, out, e)
                        : rows_of(w, Q_LISTING_BY_ALBUM_DOWN, out, e);
    if (!str_is_null(w->row.value) && !w->has_conditions)
        return w->is_up ? rows_of(w, Q_LISTING_OF_MARK_UP, out, e)
                        : rows_of(w, Q_LISTING_OF_MARK_DOWN, out, e);
    if (!str_is_null(w->row.value))
        return w->is_up ? rows_of(w, Q_LISTING_BY_MARK_UP, out, e)
                        : rows_of(w, Q_LISTING_BY_MARK_DOWN, out, e);
    if (w->has_conditions)
        return w->is_up ? rows_of(w, Q_LISTING_BY_USER_UP, out, e)
                        : rows_of(w, Q_LISTING_BY_USER_DOWN, out, e);
    return w->is_up ? rows_of(w, Q_LISTING_ALL_UP, out, e) : rows_of(w, Q_LISTING_ALL_DOWN, out, e);
}

static bool step_of(struct walk *w, struct field_list *out, struct err *e)
{
    if (!str_is_null(w->row.value))
        return w->is_up ? rows_of(w, Q_LISTING_BY_MARK_STEP_UP, out, e)
                        : rows_of(w, Q_LISTING_BY_MARK_STEP_DOWN, out, e);
    return w->is_up ? rows_of(w, Q_LISTING_BY_USER_STEP_UP, out, e)
                    : rows_of(w, Q_LISTING_BY_USER_STEP_DOWN, out, e);
}

static struct str *near_end(struct walk *w)
{
    return w->is_up ? &w->row.after : &w->row.before;
}

/* Takes what fits of the stretch; false: the page is full. */
static bool take(struct walk *w, struct field_list rows)
{
    struct page *page = w->page;
    size_t taken = MIN(rows.count, page->wanted - page->count);
    const struct image_listed *found = rows.items;

    if (taken > 0) {
        memcpy(page->images + page->count, found, taken * sizeof(*found));
        page->count += taken;
        w->resume = found[taken - 1].id;
    }
    return taken == rows.count;
}

/*
 * With conditions the walk goes in stretches of STEPS, so that a page of what is rare ends; an
 * album is small enough to be walked at once. Where a stretch ended is asked only when it did not
 * fill the page.
 */
static bool walk(struct walk *w, struct err *e)
{
    bool in_steps = w->has_conditions && str_is_null(w->row.album_id);
    struct field_list rows, step = { 0 };

    do {
        w->row.limit = (int64_t)(w->page->wanted - w->page->count) + 1;
        w->row.steps = in_steps ? STEPS : INT64_MAX;
        if (!images_of(w, &rows, e))
            return false;
        if (!take(w, rows))
            return true;
        w->row.steps--;
        if (in_steps && !step_of(w, &step, e))
            return false;
        if (step.count == 0) {
            w->resume = (struct str){ 0 };
            return true;
        }
        w->page->rounds--;
        *near_end(w) = w->resume = ((const struct image_listed *)step.items)->id;
    } while (w->page->rounds > 0);
    return true;
}

/*
 * The rarest mark leads, unless there is an album: that is short. A rating that does not lead is
 * looked up in the picture, which is read anyway.
 */
static void set_marks(struct listing_row *row, const struct listing *l)
{
    int64_t *with[] = { &row->with_1, &row->with_2, &row->with_3, &row->with_4, &row->with_5 };
    struct opt_i64 *without[] = { &row->without_1, &row->without_2, &row->without_3 };
    size_t rarest = 0, used = 0;

    assert(l->with_count <= COUNT(with) && l->without_count <= COUNT(without));
    for (size_t i = 1; i < l->with_count; i++) {
        if (l->with[i].count < l->with[rarest].count)
            rarest = i;
    }
    for (size_t i = 0; i < l->with_count; i++) {
        if (i == rarest && str_is_null(l->album_id)) {
            row->kind = l->with[i].kind;
            row->value = l->with[i].value;
        } else if (l->with[i].kind != MARK_RATING ||
                   !str_to_i64(l->with[i].value, 0, IMAGE_RATING_MAX, &row->rating)) {
            *with[used++] = l->with[i].id;
        }
    }
    row->with_count = (int64_t)used;
    for (size_t i = used; i < COUNT(with) && used > 0; i++)
        *with[i] = *with[0]; /* so that the count of what is found is that of the marks */
    for (size_t i = 0; i < l->without_count; i++)
        *without[i] = (struct opt_i64){ true, l->without[i].id };
}

static struct walk begin_walk(struct page *page, const struct listing *l, struct str place)
{
    struct walk w = { .page = page,
                      .row = { .user_id = l->user_id,
                               .album_id = l->album_id,
                               .after = l->after,
                               .before = l->before,
                               .rating = -1 },
                      .is_up = l->sort == LISTING_OLDEST,
                      .has_conditions = l->with_count > 1 || l->without_count > 0 };

    set_marks(&w.row, l);
    if (!str_is_null(place))
        *near_end(&w) = place;
    return w;
}

/* The marks that a list may need. One that is not remembered is looked up when it is needed, and
 * all others with it. */
struct lookup {
    const struct listing *listing;
    int64_t best; /* of the ratings that it is walked by, -1: it is not */
    struct mark_wish wishes[LOOKUP_MAX];
    struct mark found[LOOKUP_MAX];
    size_t count; /* 0: nothing was looked up */
};

static void wish(struct lookup *up, enum mark_kind kind, struct str value)
{
    assert(up->count < COUNT(up->wishes));
    up->wishes[up->count++] = (struct mark_wish){ kind, value };
}

/* The marks of ratings up to the best and, where there are filters, of what is rated so and passes
 * one of them: such pictures are kept by rating, too. */
static void wish_rated(struct arena *a, struct lookup *up)
{
    const struct listing *l = up->listing;

    for (int64_t rating = 0; rating <= up->best; rating++) {
        wish(up, MARK_RATING, arena_strf(a, "%lld", (long long)rating));
        for (size_t i = 0; i < l->with_count && rating > 0; i++) {
            if (l->with[i].kind != MARK_AT_LEAST)
                wish(up, MARK_RATED,
                     mark_rated_value(a, rating, l->with[i].kind, l->with[i].value));
        }
    }
}

static bool look_up(struct page *page, struct lookup *up, struct err *e)
{
    const struct listing *l = up->listing;

    for (size_t i = 0; i < l->with_count; i++)
        wish(up, l->with[i].kind, l->with[i].value);
    for (size_t i = 0; i < l->without_count; i++)
        wish(up, l->without[i].kind, l->without[i].value);
    wish_rated(page->arena, up);
    return mark_find(page->tx, page->arena, l->user_id, up->wishes, up->count, up->found, e);
}

/* One with count 0 when there is none. */
static bool find_mark(struct page *page, struct lookup *up, enum mark_kind kind, struct str value,
                      struct mark *out, struct err *e)
{
    *out = (struct mark){ .kind = kind, .value = value };
    if (up->count == 0) {
        if (mark_recall(page->tx, up->listing->user_id, kind, value, out))
            return true;
        if (!look_up(page, up, e))
            return false;
    }
    for (size_t i = 0; i < up->count; i++) {
        if (up->found[i].kind == kind && str_eq(up->found[i].value, value))
            *out = up->found[i];
    }
    return true;
}

/* The list with its marks, but for those that exclude nothing. *out_any: each of the others has
 * pictures. */
static bool find_filters(struct page *page, struct lookup *up, struct listing *out, bool *out_any,
                         struct err *e)
{
    struct listing l = *up->listing;
    size_t kept = 0;

    *out_any = true;
    for (size_t i = 0; i < l.with_count; i++) {
        if (!find_mark(page, up, l.with[i].kind, l.with[i].value, &l.with[i], e))
            return false;
        *out_any = *out_any && l.with[i].count > 0;
    }
    for (size_t i = 0; i < l.without_count; i++) {
        struct mark mark = l.without[i];

        if (!find_mark(page, up, mark.kind, mark.value, &mark, e))
            return false;
        if (mark.count > 0)
            l.without[kept++] = mark;
    }
    l.without_count = kept;
    *out = l;
    return true;
}

/* The list of those that are rated so. *out_any: there are some. */
static bool make_rated(struct page *page, struct lookup *up, const struct listing *l,
                       int64_t rating, struct listing *out, bool *out_any, struct err *e)
{
    struct str value = arena_strf(page->arena, "%lld", (long long)rating);
    struct mark all;
    bool any = true;

    *out = *l;
    out->with_count = 0;
    for (size_t i = 0; i < l->with_count && any; i++) {
        struct mark own = l->with[i];

        if (own.kind == MARK_AT_LEAST) {
            any = str_cmp(value, own.value) >= 0;
            continue;
        }
        if (rating > 0 &&
            !find_mark(page, up, MARK_RATED,
                       mark_rated_value(page->arena, rating, own.kind, own.value), &own, e))
            return false;
        any = own.count > 0;
        out->with[out->with_count++] = own;
    }
    if (any && (out->with_count == 0 || rating == 0)) {
        if (!find_mark(page, up, MARK_RATING, value, &all, e))
            return false;
        any = all.count > 0;
        out->with[out->with_count++] = all;
    }
    *out_any = any;
    return true;
}

static bool read_rated_place(struct str place, int64_t *out_rating, struct str *out_id)
{
    struct str rating;

    return str_is_null(place) || (str_cut(place, ':', &rating, out_id) &&
                                  str_to_i64(rating, 0, IMAGE_RATING_MAX, out_rating));
}

/* One walk for each rating from the best on. A place is "<rating>:<id>", the id empty where the
 * walk begins. */
static bool rated_page(struct page *page, const struct listing *listing, struct str place,
                       struct str *out_next, struct err *e)
{
    struct arena *a = page->arena;
    struct lookup *up = arena_new(a, struct lookup);
    int64_t now = IMAGE_RATING_MAX;
    struct str id = { 0 };
    struct listing l;
    bool any;

    if (!read_rated_place(place, &now, &id))
        return err_set_field(e, ERR_MALFORMED, STR("cursor"), "'cursor' is of another list");
    up->listing = listing;
    up->best = now;
    if (!find_filters(page, up, &l, &any, e))
        return false;
    for (; any && now >= 0; now--, id = (struct str){ 0 }) {
        struct listing one;
        bool has_some;
        struct walk w;

        if (!make_rated(page, up, &l, now, &one, &has_some, e))
            return false;
        if (!has_some)
            continue;
        if (page->count == page->wanted) {
            *out_next = arena_strf(a, "%lld:", (long long)now);
            return true;
        }
        w = begin_walk(page, &one, id.len > 0 ? id : (struct str){ 0 });
        if (!walk(&w, e))
            return false;
        if (!str_is_null(w.resume)) {
            *out_next = arena_strf(a, "%lld:" STR_FMT, (long long)now, STR_ARG(w.resume));
            return true;
        }
    }
    return true;
}

static bool find_all(struct page *page, const struct listing *listing, struct listing *out,
                     bool *out_any, struct err *e)
{
    struct lookup *up = arena_new(page->arena, struct lookup);

    up->listing = listing;
    up->best = -1;
    return find_filters(page, up, out, out_any, e);
}

/* With one filter at most there is nothing to compare: its mark is found by its name. */
static bool is_simple(const struct listing *l)
{
    size_t own = str_is_null(l->album_id) ? 1 : 0;

    return l->without_count == 0 && l->with_count <= own;
}

static bool timed_page(struct page *page, const struct listing *listing, struct str place,
                       struct str *out_next, struct err *e)
{
    struct listing l = *listing;
    struct walk w;
    bool any = true;

    if (!is_simple(listing) && !find_all(page, listing, &l, &any, e))
        return false;
    if (!any)
        return true;
    w = begin_walk(page, &l, place);
    if (!walk(&w, e))
        return false;
    *out_next = w.resume;
    return true;
}

bool listing_page(struct db_tx *tx, struct arena *a, const struct listing *listing,
                  struct str place, int64_t limit, struct field_list *out, struct str *out_next,
                  struct err *e)
{
    struct page page = { .tx = tx, .arena = a, .rounds = ROUNDS_MAX, .wanted = (size_t)limit };

    page.images = arena_room(a, page.wanted, sizeof(*page.images));
    *out_next = (struct str){ 0 };
    if (!(listing->sort == LISTING_RATING ? rated_page(&page, listing, place, out_next, e)
                                          : timed_page(&page, listing, place, out_next, e)))
        return false;
    *out = (struct field_list){ page.images, page.count };
    return true;
}

bool listing_add(struct listing *l, enum mark_kind kind, struct str value, bool is_excluded,
                 struct err *e)
{
    struct mark *marks = is_excluded ? l->without : l->with;
    size_t *count = is_excluded ? &l->without_count : &l->with_count;
    size_t max = is_excluded ? LISTING_WITHOUT_MAX : LISTING_WITH_MAX;

    assert(!str_is_null(value)); /* which would be no filter */
    for (size_t i = 0; i < *count; i++) {
        if (marks[i].kind == kind && str_eq(marks[i].value, value))
            return true;
    }
    if (*count == max)
        return err_set(e, ERR_INVALID,
                       "at most %d filters and %d exclusions besides album, words and time",
                       LISTING_WITH_MAX, LISTING_WITHOUT_MAX);
    marks[(*count)++] = (struct mark){ .kind = kind, .value = value };
    return true;
}

bool listing_find_marks(struct db_tx *tx, struct arena *a, const struct listing *listing,
                        struct listing *out, bool *out_any, struct err *e)
{
    struct page page = { .tx = tx, .arena = a };

    return find_all(&page, listing, out, out_any, e);
}

struct listing_id {
    struct str id;
};

static const struct field listing_id_fields[] = {
    { FIELD(struct listing_id, id) },
    { 0 },
};

bool listing_find_album(struct db_tx *tx, struct arena *a, struct str user_id, struct str album,
                        struct str *out_id, struct err *e)
{
    struct listing_row row = { .user_id = user_id, .album = album };
    struct listing_id found = { 0 };

    if (!db_row(tx, a, Q_LISTING_ALBUM, listing_row_fields, &row, listing_id_fields, &found, e))
        return e->code == ERR_NOT_FOUND ? err_set(e, ERR_NOT_FOUND, "no such album") : false;
    *out_id = found.id;
    return true;
}
