/* Pages of a library, on both databases: whatever is asked for, in whatever order and portions,
 * they hold what a model of the library in memory holds. */
#include "image_place.h"

#include <stdlib.h>

#include "base/random.h"
#include "features/library/browse.h"
#include "features/library/change.h"
#include "work/cataloger.h"

/* More than one stretch of a walk, and more than a page may walk at the most. */
enum {
    IMAGES = 6000,
    BATCH = 500,
    QUESTIONS = 150,
    RATINGS = IMAGE_RATING_MAX + 1,
    LIMIT_MAX = 200
};

/* What the model knows of a picture. */
struct known {
    struct str id;
    enum image_source source;
    int backend; /* -1: none */
    bool starred, trash, in_album, tagged[3];
    int64_t rating;
};

static struct known library[IMAGES]; /* in the order of time */
static const char *const backends[] = { "common", "scarce", "rare" };
static const char *const tags[] = { "sea", "sky", "stone" };
static unsigned dice;

/* Below `sides`; the same in every run. */
static int64_t roll(int64_t sides)
{
    dice = dice * 1103515245u + 12345u;
    return (dice >> 8) % sides;
}

static struct known make_up(int64_t number)
{
    int64_t backend = roll(100);
    struct known k = { .source = roll(5) == 0 ? IMAGE_UPLOADED : IMAGE_GENERATED };

    k.backend = k.source == IMAGE_UPLOADED ? -1 : backend < 90 ? 0 : backend < 99 ? 1 : 2;
    k.starred = roll(50) == 0;
    k.trash = roll(20) == 0;
    k.in_album = number % 10 == 3; /* as put_into_album has it */
    k.rating = roll(4) == 0 ? roll(RATINGS) : 0;
    k.tagged[0] = roll(3) > 0;
    k.tagged[1] = roll(30) == 0;
    k.tagged[2] = number > IMAGES / 2; /* the newer half */
    return k;
}

/* What the change is for: of the pictures from `from` on, those that it fits. */
static bool change(struct db_tx *tx, int64_t from, const struct image_change *what,
                   bool (*is_for)(const struct known *k, int64_t value), int64_t value,
                   struct err *e)
{
    struct str ids[BATCH];
    struct str_list list = { ids, 0 };
    struct field_list rows;

    for (int64_t i = from; i < from + BATCH; i++) {
        if (is_for(&library[i], value))
            ids[list.count++] = library[i].id;
    }
    return list.count == 0 || change_images(tx, &memory, ada, list, what, &rows, e);
}

static bool is_starred(const struct known *k, int64_t value)
{
    return k->starred == (bool)value;
}

static bool is_rated(const struct known *k, int64_t value)
{
    return k->rating == value;
}

static bool is_here_and_rated(const struct known *k, int64_t value)
{
    return !k->trash && k->rating == value;
}

static bool is_tagged(const struct known *k, int64_t value)
{
    return k->tagged[value];
}

static bool is_trash(const struct known *k, int64_t value)
{
    return k->trash == (bool)value;
}

static bool mark_batch(struct db_tx *tx, int64_t from, struct err *e)
{
    struct image_change star = { .starred = { true, true } }, drop = { .trash = { true, true } };
    bool ok = change(tx, from, &star, is_starred, true, e);

    for (int64_t rating = 1; ok && rating < RATINGS; rating++) {
        struct image_change rate = { .rating = { true, rating } };

        ok = change(tx, from, &rate, is_rated, rating, e);
    }
    for (size_t i = 0; ok && i < COUNT(tags); i++) {
        struct str tag = str_from(tags[i]);
        struct image_change put = { .add_tags = { &tag, 1 } };

        ok = change(tx, from, &put, is_tagged, (int64_t)i, e);
    }
    return ok && change(tx, from, &drop, is_trash, true, e);
}

static bool add_batch(struct db_tx *tx, void *arg, struct err *e)
{
    int64_t from = *(const int64_t *)arg;

    for (int64_t i = from; i < from + BATCH; i++) {
        struct known *k = &library[i];
        struct image image = { .user_id = ada,
                               .source = k->source,
                               .backend = k->backend < 0 ? (struct str){ 0 }
                                                         : str_from(backends[k->backend]),
                               .key = arena_strf(&memory, "library/%lld.png", (long long)i),
                               .media_type = STR("image/png"),
                               .sha256 = STR("00") };

        if (!image_add(tx, &memory, &image, e))
            return false;
        k->id = image.id;
    }
    return mark_batch(tx, from, e);
}

static void put_into_album(void)
{
    place_run("INSERT INTO album (id, user_id, name, source_type, created_at, updated_at)"
              " SELECT id, id, 'trip', 'manual', 0, 0 FROM app_user WHERE name = 'ada'");
    place_run("INSERT INTO album_image (album_id, image_id, position)"
              " SELECT user_id, id, 0 FROM image WHERE key LIKE '%3.png'");
}

static void fill_library(void)
{
    struct err e = { 0 };

    dice = 1;
    for (int64_t i = 0; i < IMAGES; i++)
        library[i] = make_up(i);
    for (int64_t from = 0; from < IMAGES; from += BATCH)
        CHECK_OK(db_write(place.db, add_batch, &from, &e));
    put_into_album();
    CHECK_OK(cataloger_run(place.db, &e));
}

struct rerating {
    int64_t from, old, new;
};

static bool rate_batch(struct db_tx *tx, void *arg, struct err *e)
{
    const struct rerating *r = arg;
    struct image_change rate = { .rating = { true, r->new } };

    return change(tx, r->from, &rate, is_here_and_rated, r->old, e);
}

/* All of one rating get another, so that marks lose their last picture and get their first. */
static void rate_again(void)
{
    struct rerating r = { .old = 1 + roll(IMAGE_RATING_MAX), .new = roll(RATINGS) };
    struct err e = { 0 };

    for (; r.from < IMAGES; r.from += BATCH)
        CHECK_OK(db_write(place.db, rate_batch, &r, &e));
    CHECK_OK(cataloger_run(place.db, &e));
    for (int64_t i = 0; i < IMAGES; i++) {
        if (is_here_and_rated(&library[i], r.old))
            library[i].rating = r.new;
    }
}

/* One question; -1: does not matter. */
struct question {
    struct browse_query query;
    int source, backend, tag, without, below; /* rated below that */
    struct str place;                         /* of the next page */
    int64_t limit;
    struct str_list page;
    struct str *cards; /* of its pictures */
};

/* The whole trash, in one of its orders. */
static struct question ask_for_trash(void)
{
    struct question q = { .source = -1, .backend = -1, .tag = -1, .without = -1, .below = RATINGS };

    q.query.trash = true;
    q.query.sort = roll(2) == 0 ? BROWSE_NEWEST : BROWSE_OLDEST;
    q.limit = 1 + roll(LIMIT_MAX);
    return q;
}

/* At most four filters. */
static struct question ask(void)
{
    static const enum browse_sort sorts[] = { BROWSE_NEWEST, BROWSE_OLDEST, BROWSE_RATING };
    struct question q = { .source = roll(3) == 0 ? (int)roll(2) : -1,
                          .backend = roll(2) == 0 ? (int)roll(COUNT(backends)) : -1,
                          .tag = roll(2) == 0 ? (int)roll(COUNT(tags)) : -1,
                          .without = roll(3) == 0 ? (int)roll(COUNT(tags)) : -1,
                          .below = roll(4) == 0 ? 1 + (int)roll(IMAGE_RATING_MAX) : RATINGS,
                          .limit = 1 + roll(LIMIT_MAX) };
    struct browse_query *query = &q.query;

    query->sort = sorts[roll(COUNT(sorts))];
    if (roll(5) == 0)
        query->album =
            roll(2) == 0 ? STR("trip") : ada; /* its name, or id, as put_into_album has it */
    if (roll(4) == 0)
        query->from = uuid_time_ms(library[roll(IMAGES)].id);
    if (roll(4) == 0)
        query->to = uuid_time_ms(library[roll(IMAGES)].id);
    query->starred = q.source < 0 && roll(5) == 0;
    if (roll(4) == 0)
        query->rating = (struct opt_i64){ true, 1 + roll(IMAGE_RATING_MAX) };
    if (q.source >= 0)
        query->source = str_from(image_source_names[q.source]);
    if (q.backend >= 0)
        query->backend = str_from(backends[q.backend]);
    if (q.tag >= 0) {
        query->tag.items = arena_new(&memory, struct str);
        query->tag.items[query->tag.count++] = str_from(tags[q.tag]);
    }
    query->q = STR("");
    if (q.without >= 0)
        query->q = arena_strf(&memory, "-tag:%s", tags[q.without]);
    if (q.below < RATINGS)
        query->q = arena_strf(&memory, STR_FMT " -rating:0%d", STR_ARG(query->q), q.below);
    if (query->q.len == 0)
        query->q = (struct str){ 0 };
    return q;
}

static bool fits(const struct question *q, const struct known *k)
{
    int64_t time = uuid_time_ms(k->id);

    return k->trash == q->query.trash && (!q->query.starred || k->starred) &&
           (str_is_null(q->query.album) || k->in_album) && time >= q->query.from &&
           (q->query.to == 0 || time < q->query.to) &&
           (q->source < 0 || q->source == (int)k->source) &&
           (q->backend < 0 || q->backend == k->backend) && (q->tag < 0 || k->tagged[q->tag]) &&
           (q->without < 0 || !k->tagged[q->without]) &&
           (!q->query.rating.set || k->rating >= q->query.rating.value) && k->rating < q->below;
}

static size_t expect(const struct question *q, const struct known **out)
{
    int64_t best = q->query.sort == BROWSE_RATING ? IMAGE_RATING_MAX : 0;
    size_t count = 0;

    for (int64_t rating = best; rating >= 0; rating--) {
        for (int64_t i = 0; i < IMAGES; i++) {
            int64_t at = q->query.sort == BROWSE_OLDEST ? i : IMAGES - 1 - i;

            if (fits(q, &library[at]) && (best == 0 || library[at].rating == rating))
                out[count++] = &library[at];
        }
    }
    return count;
}

/* The first page of a list by rating ends where the best rating ends. */
static void end_with_a_rating(struct question *q)
{
    static const struct known *expected[IMAGES];
    size_t count = expect(q, expected), best = 0;

    while (best < count && expected[best]->rating == expected[0]->rating)
        best++;
    if (best > 0 && q->query.sort == BROWSE_RATING)
        q->limit = (int64_t)MIN(best, LIMIT_MAX);
}

static bool next_page(struct db_tx *tx, void *arg, struct err *e)
{
    struct question *q = arg;
    struct browsing b;
    struct field_list rows;

    if (!browse_begin(tx, &memory, ada, &q->query, &b, e) ||
        !browse_page(tx, &memory, &b, q->place, q->limit, &rows, &q->place, e))
        return false;
    q->page = (struct str_list){ arena_array(&memory, struct str, rows.count), rows.count };
    q->cards = arena_array(&memory, struct str, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        q->page.items[i] = ((const struct image_listed *)rows.items)[i].id;
        q->cards[i] = ((const struct image_listed *)rows.items)[i].card;
    }
    return true;
}

static void check_pages(struct question *q)
{
    static const struct known *expected[IMAGES];
    size_t count = expect(q, expected), seen = 0;
    struct err e = { 0 };
    int pages = 0;

    do {
        CHECK_OK(db_read(place.db, next_page, q, &e));
        assert_true(q->page.count <= (size_t)q->limit);
        for (size_t i = 0; i < q->page.count; i++, seen++) {
            if (seen == count || !str_eq(q->page.items[i], expected[seen]->id))
                fail_msg("picture %zu of %zu is another one", seen, count);
            CHECK(str_starts(q->cards[i], arena_strf(&memory, "\"id\":\"" STR_FMT "\"",
                                                     STR_ARG(expected[seen]->id))));
        }
        if (++pages > IMAGES)
            fail_msg("there is no end to its pages");
    } while (!str_is_null(q->place));
    if (seen != count)
        fail_msg("%zu pictures of %zu", seen, count);
}

/* SQLite may number the rows of a table anew: then what lists know of them is of others, or of
 * none. And another program may have left marks of a picture that is gone. */
#define MISTAKEN                                                                                   \
    " SET image_row = CASE image_row % 4 WHEN 0 THEN NULL WHEN 1 THEN image_row + 1"               \
    " WHEN 2 THEN image_row + 1000000000 ELSE image_row END"

static void mistake_rows(void)
{
    place_run("INSERT INTO image_mark (mark_id, image_id, rating)"
              " SELECT id, '018bcfe5-6807-7000-8000-000000000001', 3 FROM mark");
    if (place_dialect == DB_SQLITE) {
        place_run("UPDATE image_mark" MISTAKEN);
        place_run("UPDATE album_image" MISTAKEN);
    }
}

static void pages_by_any_filters_and_order_are_those_of_a_model(void **state)
{
    UNUSED(state);
    fill_library();
    for (int i = 0; i < QUESTIONS; i++) {
        struct question q = i % 10 == 0 ? ask_for_trash() : ask();

        if (i % 3 == 0)
            end_with_a_rating(&q);
        print_message(
            "question %d: sort %s, source %d, backend %d, tag %d, without tag %d, "
            "starred %d, rating %d, below %d, trash %d, limit %d, album %d, from %lld, to %lld\n",
            i, browse_sort_names[q.query.sort], q.source, q.backend, q.tag, q.without,
            q.query.starred, (int)q.query.rating.value, q.below, q.query.trash, (int)q.limit,
            !str_is_null(q.query.album), (long long)q.query.from, (long long)q.query.to);
        check_pages(&q);
        if (i == QUESTIONS / 2)
            mistake_rows();
        if (i % 15 == 0)
            rate_again();
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        IMAGE_TEST(pages_by_any_filters_and_order_are_those_of_a_model),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
