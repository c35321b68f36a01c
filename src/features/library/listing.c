/* Pages of a library by its marks. */
#include "features/library/listing.h"

#include <assert.h>
#include <string.h>

enum {
    STEPS = 1000,  /* of a walk between two looks at how far it is */
    ROUNDS_MAX = 5 /* of such walks in a page */
};

/* What the queries take. */
struct listing_row {
    struct str user_id, album_id, album, after, before;
    int64_t mark, with_1, with_2, with_3, with_4, with_5, with_count, rating, steps, limit;
    struct opt_i64 without_1, without_2, without_3;
};

static const struct field listing_row_fields[] = {
    { FIELD(struct listing_row, user_id) },
    { FIELD(struct listing_row, album_id) },
    { FIELD(struct listing_row, album) },
    { FIELD(struct listing_row, after) },
    { FIELD(struct listing_row, before) },
    { FIELD(struct listing_row, mark) },
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

/* One walk along one index. */
struct walk {
    struct db_tx *tx;
    struct arena *arena;
    struct listing_row row;
    bool is_up, has_conditions;
    int rounds; /* that are left */
    size_t wanted, count;
    struct image_listed *images; /* room for those wanted */
    struct str resume;           /* behind this id it goes on; no value: it is through */
};

static bool rows_of(struct walk *w, enum query query, struct field_list *out, struct err *e)
{
    return db_rows(w->tx, w->arena, query, listing_row_fields, &w->row, image_listed_columns,
                   sizeof(struct image_listed), out, e);
}

static bool images_of(struct walk *w, struct field_list *out, struct err *e)
{
    if (!str_is_null(w->row.album_id))
        return w->is_up ? rows_of(w, Q_LISTING_BY_ALBUM_UP, out, e)
                        : rows_of(w, Q_LISTING_BY_ALBUM_DOWN, out, e);
    if (w->row.mark != 0 && !w->has_conditions)
        return w->is_up ? rows_of(w, Q_LISTING_OF_MARK_UP, out, e)
                        : rows_of(w, Q_LISTING_OF_MARK_DOWN, out, e);
    if (w->row.mark != 0)
        return w->is_up ? rows_of(w, Q_LISTING_BY_MARK_UP, out, e)
                        : rows_of(w, Q_LISTING_BY_MARK_DOWN, out, e);
    if (w->has_conditions)
        return w->is_up ? rows_of(w, Q_LISTING_BY_USER_UP, out, e)
                        : rows_of(w, Q_LISTING_BY_USER_DOWN, out, e);
    return w->is_up ? rows_of(w, Q_LISTING_ALL_UP, out, e) : rows_of(w, Q_LISTING_ALL_DOWN, out, e);
}

static bool step_of(struct walk *w, struct field_list *out, struct err *e)
{
    if (w->row.mark != 0)
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
    size_t taken = MIN(rows.count, w->wanted - w->count);
    const struct image_listed *found = rows.items;

    if (taken > 0) {
        memcpy(w->images + w->count, found, taken * sizeof(*found));
        w->count += taken;
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
        w->row.limit = (int64_t)(w->wanted - w->count) + 1;
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
        w->rounds--;
        *near_end(w) = w->resume = ((const struct image_listed *)step.items)->id;
    } while (w->rounds > 0);
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
        if (i == rarest && str_is_null(l->album_id))
            row->mark = l->with[i].id;
        else if (l->with[i].kind != MARK_RATING ||
                 !str_to_i64(l->with[i].value, 0, IMAGE_RATING_MAX, &row->rating))
            *with[used++] = l->with[i].id;
    }
    row->with_count = (int64_t)used;
    for (size_t i = used; i < COUNT(with) && used > 0; i++)
        *with[i] = *with[0]; /* so that the count of what is found is that of the marks */
    for (size_t i = 0; i < l->without_count; i++)
        *without[i] = (struct opt_i64){ true, l->without[i].id };
}

static struct walk begin_walk(struct db_tx *tx, struct arena *a, const struct listing *l,
                              struct str place)
{
    struct walk w = { .tx = tx,
                      .arena = a,
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

/* The marks of every rating and, up to the best one asked for, of what is rated so and has another
 * mark: such pictures are kept by rating, too. */
static bool load_rated(struct db_tx *tx, struct arena *a, const struct listing *l, int64_t best,
                       struct field_list *out, struct err *e)
{
    struct str_list values = {
        arena_array(a, struct str, (size_t)best * l->with_count + 1), 0 /* at least one */
    };

    for (int64_t rating = best; rating > 0; rating--) {
        for (size_t i = 0; i < l->with_count; i++) {
            if (l->with[i].kind != MARK_AT_LEAST)
                values.items[values.count++] =
                    mark_rated_value(a, rating, l->with[i].kind, l->with[i].value);
        }
    }
    return mark_list_rated(tx, a, l->user_id, values, out, e);
}

/* One with count 0 when there is none. */
static struct mark find_mark(struct field_list marks, enum mark_kind kind, struct str value)
{
    const struct mark *items = marks.items;

    for (size_t i = 0; i < marks.count; i++) {
        if (items[i].kind == kind && str_eq(items[i].value, value))
            return items[i];
    }
    return (struct mark){ .kind = kind, .value = value };
}

/* The list of those that are rated so; false: there are none. */
static bool make_rated(struct arena *a, const struct listing *l, struct field_list marks,
                       int64_t rating, struct listing *out)
{
    struct str value = arena_strf(a, "%lld", (long long)rating);
    struct mark all = find_mark(marks, MARK_RATING, value);
    bool any = all.count > 0;

    *out = *l;
    out->with_count = 0;
    for (size_t i = 0; i < l->with_count && any; i++) {
        struct mark own = l->with[i];

        if (own.kind == MARK_AT_LEAST) {
            any = str_cmp(value, own.value) >= 0;
            continue;
        }
        if (rating > 0)
            own = find_mark(marks, MARK_RATED, mark_rated_value(a, rating, own.kind, own.value));
        any = own.count > 0;
        out->with[out->with_count++] = own;
    }
    if (out->with_count == 0 || rating == 0)
        out->with[out->with_count++] = all;
    return any;
}

static bool read_rated_place(struct str place, int64_t *out_rating, struct str *out_id)
{
    struct str rating;

    return str_is_null(place) || (str_cut(place, ':', &rating, out_id) &&
                                  str_to_i64(rating, 0, IMAGE_RATING_MAX, out_rating));
}

/* One walk for each rating from the best on. A place is "<rating>:<id>", the id empty where the
 * walk begins. */
static bool rated_page(struct db_tx *tx, struct arena *a, const struct listing *l, struct str place,
                       struct walk *out, struct str *out_next, struct err *e)
{
    int64_t now = IMAGE_RATING_MAX;
    struct str id = { 0 };
    struct field_list marks;

    if (!read_rated_place(place, &now, &id))
        return err_set_field(e, ERR_MALFORMED, STR("cursor"), "'cursor' is of another list");
    if (!load_rated(tx, a, l, now, &marks, e))
        return false;
    *out_next = (struct str){ 0 };
    for (; now >= 0; now--, id = (struct str){ 0 }) {
        struct listing one;
        struct walk w;

        if (!make_rated(a, l, marks, now, &one))
            continue;
        if (out->count == out->wanted) {
            *out_next = arena_strf(a, "%lld:", (long long)now);
            return true;
        }
        w = begin_walk(tx, a, &one, id.len > 0 ? id : (struct str){ 0 });
        w.images = out->images;
        w.count = out->count;
        w.wanted = out->wanted;
        w.rounds = out->rounds;
        if (!walk(&w, e))
            return false;
        out->count = w.count;
        out->rounds = w.rounds;
        if (!str_is_null(w.resume)) {
            *out_next = arena_strf(a, "%lld:" STR_FMT, (long long)now, STR_ARG(w.resume));
            return true;
        }
    }
    return true;
}

bool listing_page(struct db_tx *tx, struct arena *a, const struct listing *l, struct str place,
                  int64_t limit, struct field_list *out, struct str *out_next, struct err *e)
{
    const struct str nowhere = { 0 };
    struct walk w = begin_walk(tx, a, l, l->sort == LISTING_RATING ? nowhere : place);

    w.wanted = (size_t)limit;
    w.rounds = ROUNDS_MAX;
    w.images = arena_room(a, w.wanted, sizeof(*w.images));
    if (l->sort == LISTING_RATING) {
        if (!rated_page(tx, a, l, place, &w, out_next, e))
            return false;
    } else {
        if (!walk(&w, e))
            return false;
        *out_next = w.resume;
    }
    *out = (struct field_list){ w.images, w.count };
    return true;
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
