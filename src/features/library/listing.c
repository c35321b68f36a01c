/* Pages of a library by its marks. */
#include "features/library/listing.h"

#include <assert.h>
#include <string.h>

#include "base/random.h"

enum {
    STEPS = 1000,   /* of a walk between two looks at how far it is */
    ROUNDS_MAX = 5, /* of such walks in a page */
    LOOKUP_MAX = LISTING_WITH_MAX + LISTING_WITHOUT_MAX,
};

/* What the queries take. */
struct listing_row {
    struct str user_id, album_id, album, after, before, value;
    enum mark_kind kind; /* with value: the mark whose list is walked; no value: none's */
    int64_t with_1, with_2, with_3, with_4, with_count, rating, lowest, steps, limit;
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
    { FIELD(struct listing_row, with_count) },
    { FIELD(struct listing_row, without_1) },
    { FIELD(struct listing_row, without_2) },
    { FIELD(struct listing_row, without_3) },
    { FIELD(struct listing_row, rating) },
    { FIELD(struct listing_row, lowest) },
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
    struct listing_row row; /* from below (rating, before) to (lowest, after), or upwards */
    enum listing_sort sort;
    bool has_conditions;
    struct str resume; /* behind this id, and rating, it goes on; no value: it is through */
    int64_t resume_rating;
};

/* The list that is walked, and whether each picture has conditions. */
enum list { ALL, BY_USER, OF_MARK, BY_MARK, BY_ALBUM };

static enum list list_of(const struct walk *w)
{
    if (!str_is_null(w->row.album_id))
        return BY_ALBUM;
    if (!str_is_null(w->row.value))
        return w->has_conditions ? BY_MARK : OF_MARK;
    return w->has_conditions ? BY_USER : ALL;
}

static bool rows_of(struct walk *w, enum query query, struct field_list *out, struct err *e)
{
    return db_rows(w->page->tx, w->page->arena, query, listing_row_fields, &w->row,
                   image_listed_columns, sizeof(struct image_listed), out, e);
}

static bool images_of(struct walk *w, struct field_list *out, struct err *e)
{
    static const enum query queries[][LISTING_SORTS] = {
        [ALL] = { Q_LISTING_ALL_DOWN, Q_LISTING_ALL_UP, Q_LISTING_ALL_RATED },
        [BY_USER] = { Q_LISTING_BY_USER_DOWN, Q_LISTING_BY_USER_UP, Q_LISTING_BY_USER_RATED },
        [OF_MARK] = { Q_LISTING_OF_MARK_DOWN, Q_LISTING_OF_MARK_UP, Q_LISTING_OF_MARK_RATED },
        [BY_MARK] = { Q_LISTING_BY_MARK_DOWN, Q_LISTING_BY_MARK_UP, Q_LISTING_BY_MARK_RATED },
        [BY_ALBUM] = { Q_LISTING_BY_ALBUM_DOWN, Q_LISTING_BY_ALBUM_UP, Q_LISTING_BY_ALBUM_RATED },
    };

    return rows_of(w, queries[list_of(w)][w->sort], out, e);
}

static bool step_of(struct walk *w, struct field_list *out, struct err *e)
{
    static const enum query queries[][LISTING_SORTS] = {
        [BY_USER] = { Q_LISTING_BY_USER_STEP_DOWN, Q_LISTING_BY_USER_STEP_UP,
                      Q_LISTING_BY_USER_STEP_RATED },
        [BY_MARK] = { Q_LISTING_BY_MARK_STEP_DOWN, Q_LISTING_BY_MARK_STEP_UP,
                      Q_LISTING_BY_MARK_STEP_RATED },
    };

    return rows_of(w, queries[list_of(w)][w->sort], out, e);
}

/* The walk goes on behind this picture, if it goes on. */
static void resume_behind(struct walk *w, const struct image_listed *last)
{
    w->resume = last->id;
    w->resume_rating = last->rating;
}

static void begin_behind(struct walk *w, struct str id)
{
    if (w->sort == LISTING_OLDEST)
        w->row.after = id;
    else
        w->row.before = id;
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
        resume_behind(w, &found[taken - 1]);
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
        resume_behind(w, step.items);
        begin_behind(w, w->resume);
        w->row.rating = w->resume_rating;
    } while (w->page->rounds > 0);
    return true;
}

/* The rarest mark leads, unless there is an album: that is short. */
static void set_marks(struct listing_row *row, const struct listing *l)
{
    int64_t *with[] = { &row->with_1, &row->with_2, &row->with_3, &row->with_4 };
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
        } else {
            *with[used++] = l->with[i].id;
        }
    }
    row->with_count = (int64_t)used;
    for (size_t i = used; i < COUNT(with) && used > 0; i++)
        *with[i] = *with[0]; /* so that the count of what is found is that of the marks */
    for (size_t i = 0; i < l->without_count; i++)
        *without[i] = (struct opt_i64){ true, l->without[i].id };
}

static struct walk begin_walk(struct page *page, const struct listing *l)
{
    struct walk w = { .page = page,
                      .row = { .user_id = l->user_id,
                               .album_id = l->album_id,
                               .after = l->after,
                               .before = l->before },
                      .sort = l->sort };

    set_marks(&w.row, l);
    assert(l->sort != LISTING_RATING || str_is_null(w.row.value) || mark_is_by_rating(w.row.kind));
    w.has_conditions = w.row.with_count > 0 || l->without_count > 0;
    return w;
}

/* The marks that a list needs. One that is not remembered is looked up when it is needed, and all
 * others with it. */
struct lookup {
    const struct listing *listing;
    struct mark_wish wishes[LOOKUP_MAX];
    struct mark found[LOOKUP_MAX];
    size_t count; /* 0: nothing was looked up */
};

static void wish(struct lookup *up, const struct mark *mark)
{
    assert(up->count < COUNT(up->wishes));
    up->wishes[up->count++] = (struct mark_wish){ mark->kind, mark->value };
}

static bool look_up(struct page *page, struct lookup *up, struct err *e)
{
    const struct listing *l = up->listing;

    for (size_t i = 0; i < l->with_count; i++)
        wish(up, &l->with[i]);
    for (size_t i = 0; i < l->without_count; i++)
        wish(up, &l->without[i]);
    return mark_find(page->tx, page->arena, l->user_id, up->wishes, up->count, up->found, e);
}

/* One with count 0 when there is none. */
static bool find_mark(struct page *page, struct lookup *up, struct mark *mark, struct err *e)
{
    mark->id = mark->count = 0;
    if (up->count == 0) {
        if (mark_recall(page->tx, up->listing->user_id, mark->kind, mark->value, mark))
            return true;
        if (!look_up(page, up, e))
            return false;
    }
    for (size_t i = 0; i < up->count; i++) {
        if (up->found[i].kind == mark->kind && str_eq(up->found[i].value, mark->value))
            *mark = up->found[i];
    }
    return true;
}

/* The list with its marks, but for those that exclude nothing. *out_any: each of the others has
 * pictures. */
static bool find_marks(struct page *page, const struct listing *listing, struct listing *out,
                       bool *out_any, struct err *e)
{
    struct lookup up = { .listing = listing };
    struct listing l = *listing;
    size_t kept = 0;

    *out_any = true;
    for (size_t i = 0; i < l.with_count; i++) {
        if (!find_mark(page, &up, &l.with[i], e))
            return false;
        *out_any = *out_any && l.with[i].count > 0;
    }
    for (size_t i = 0; i < l.without_count; i++) {
        if (!find_mark(page, &up, &l.without[i], e))
            return false;
        if (l.without[i].count > 0)
            l.without[kept++] = l.without[i];
    }
    l.without_count = kept;
    *out = l;
    return true;
}

/* With one filter at most there is nothing to compare: its mark is found by its name. */
static bool is_simple(const struct listing *l)
{
    size_t own = str_is_null(l->album_id) ? 1 : 0;

    return l->without_count == 0 && l->with_count <= own;
}

/* Unless there is nothing to find them for. */
static bool find_needed_marks(struct page *page, struct listing *l, bool *out_any, struct err *e)
{
    *out_any = true;
    return is_simple(l) || find_marks(page, l, l, out_any, e);
}

static bool timed_page(struct page *page, const struct listing *listing, struct str place,
                       struct str *out_next, struct err *e)
{
    struct listing l = *listing;
    struct walk w;
    bool any;

    if (!find_needed_marks(page, &l, &any, e))
        return false;
    if (!any)
        return true;
    w = begin_walk(page, &l);
    if (!str_is_null(place))
        begin_behind(&w, place);
    if (!walk(&w, e))
        return false;
    *out_next = w.resume;
    return true;
}

/* A list by rating is walked from the best to the lowest. */
struct ratings {
    int64_t best, lowest;
};

static bool is_at_least(const struct mark *mark, int64_t *out_rating)
{
    return mark->kind == MARK_AT_LEAST && str_to_i64(mark->value, 1, IMAGE_RATING_MAX, out_rating);
}

/* What is asked of the rating needs no marks then: it is where the walk begins and ends. */
static struct ratings take_ratings(struct listing *l)
{
    struct ratings ratings = { IMAGE_RATING_MAX, 0 };
    size_t with = 0, without = 0;
    int64_t least;

    for (size_t i = 0; i < l->with_count; i++) {
        if (is_at_least(&l->with[i], &least))
            ratings.lowest = MAX(ratings.lowest, least);
        else
            l->with[with++] = l->with[i];
    }
    for (size_t i = 0; i < l->without_count; i++) {
        if (is_at_least(&l->without[i], &least))
            ratings.best = MIN(ratings.best, least - 1);
        else
            l->without[without++] = l->without[i];
    }
    l->with_count = with;
    l->without_count = without;
    return ratings;
}

/* Where the walk stands: "<rating>:<id>", the id empty where that rating begins. */
static bool read_rated_place(struct str place, struct ratings *ratings, struct str *out_id)
{
    struct str text;
    int64_t rating;

    if (str_is_null(place))
        return true;
    if (!str_cut(place, ':', &text, out_id) || !str_to_i64(text, 0, IMAGE_RATING_MAX, &rating))
        return false;
    if (rating > ratings->best)
        *out_id = (struct str){ 0 };
    ratings->best = MIN(ratings->best, rating);
    return true;
}

/* One walk from the best to the lowest, behind the id. */
static bool walk_rated(struct page *page, const struct listing *l, struct ratings ratings,
                       struct str id, struct str *out_next, struct err *e)
{
    struct walk w = begin_walk(page, l);

    w.row.rating = ratings.best;
    w.row.lowest = ratings.lowest;
    if (id.len > 0)
        begin_behind(&w, id);
    if (!walk(&w, e))
        return false;
    if (!str_is_null(w.resume))
        *out_next =
            arena_strf(page->arena, "%lld:" STR_FMT, (long long)w.resume_rating, STR_ARG(w.resume));
    return true;
}

/* Where there are bounds of time each rating has them, and is walked alone. */
static bool rated_page(struct page *page, const struct listing *listing, struct str place,
                       struct str *out_next, struct err *e)
{
    struct listing l = *listing;
    struct ratings ratings = take_ratings(&l);
    struct str id = { 0 };
    bool any, is_timed = l.after.len > 0 || !str_eq(l.before, UUID_END);

    if (!read_rated_place(place, &ratings, &id))
        return err_set_field(e, ERR_MALFORMED, STR("cursor"), "'cursor' is of another list");
    if (!find_needed_marks(page, &l, &any, e))
        return false;
    if (!any)
        return true;
    if (!is_timed)
        return walk_rated(page, &l, ratings, id, out_next, e);
    for (int64_t rating = ratings.best; rating >= ratings.lowest; rating--) {
        if (page->count == page->wanted)
            *out_next = arena_strf(page->arena, "%lld:", (long long)rating);
        else if (!walk_rated(page, &l, (struct ratings){ rating, rating }, id, out_next, e))
            return false;
        if (!str_is_null(*out_next))
            return true;
        id = (struct str){ 0 };
    }
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
                 struct str from, struct err *e)
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
        return err_set_field(e, ERR_INVALID, from,
                             "at most %d filters and %d exclusions besides album, words and time",
                             LISTING_WITH_MAX, LISTING_WITHOUT_MAX);
    marks[(*count)++] = (struct mark){ .kind = kind, .value = value };
    return true;
}

bool listing_find_marks(struct db_tx *tx, struct arena *a, const struct listing *listing,
                        struct listing *out, bool *out_any, struct err *e)
{
    struct page page = { .tx = tx, .arena = a };

    return find_marks(&page, listing, out, out_any, e);
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

    if (uuid_is_valid(album)) {
        if (db_row(tx, a, Q_LISTING_ALBUM_BY_ID, listing_row_fields, &row, listing_id_fields,
                   &found, e)) {
            *out_id = found.id;
            return true;
        }
        if (e->code != ERR_NOT_FOUND)
            return false;
    }
    if (!db_row(tx, a, Q_LISTING_ALBUM_BY_NAME, listing_row_fields, &row, listing_id_fields, &found,
                e))
        return e->code == ERR_NOT_FOUND ? err_set(e, ERR_NOT_FOUND, "no such album") : false;
    *out_id = found.id;
    return true;
}
