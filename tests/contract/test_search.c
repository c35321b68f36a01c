/* Searches in a library that is too large to be read at once, on both databases: whichever way they
 * take, every picture is found once. */
#include "image_place.h"

#include <stdlib.h>

#include "base/random.h"
#include "features/library/search.h"
#include "work/cataloger.h"

/* More than either database reads before it asks the index of words. */
enum { IMAGES = 12000, BATCH = 1000, RARE = 4000, PAGE = 100, PAGES_MAX = 2 * IMAGES / PAGE };

static struct str ids[IMAGES]; /* in the order of time */

static struct str prompt_of(struct arena *a, int64_t number)
{
    return arena_strf(a, "a red %s under a blue stone%s", number % 2 == 0 ? "fox" : "hen",
                      number % RARE == 5 ? " gem ring" : "");
}

static bool add_batch(struct db_tx *tx, void *arg, struct err *e)
{
    int64_t from = *(const int64_t *)arg;

    for (int64_t i = from; i < from + BATCH; i++) {
        struct image image = { .user_id = ada,
                               .key = arena_strf(&memory, "library/%lld.png", (long long)i),
                               .media_type = STR("image/png"),
                               .sha256 = STR("00"),
                               .prompt = prompt_of(&memory, i) };

        if (!image_add(tx, &memory, &image, e))
            return false;
        ids[i] = image.id;
    }
    return true;
}

static void fill_library(void)
{
    struct err e = { 0 };

    for (int64_t from = 0; from < IMAGES; from += BATCH)
        CHECK_OK(db_write(place.db, add_batch, &from, &e));
    CHECK_OK(cataloger_run(place.db, &e));
}

/* A search, page by page. */
struct walk {
    const char *text;
    bool by_time;
    struct str place;
    struct str_list page;
};

static bool next_page(struct db_tx *tx, void *arg, struct err *e)
{
    struct walk *w = arg;
    struct listing listing = { .user_id = ada, .after = STR(""), .before = UUID_END };
    struct parsed_query query;
    struct search search = { &listing, &query, w->by_time };

    return query_read(&memory, str_from(w->text), &query, e) &&
           search_page(tx, &memory, &search, w->place, PAGE, &w->page, &w->place, e);
}

static int by_id(const void *left, const void *right)
{
    return str_cmp(*(const struct str *)left, *(const struct str *)right);
}

static int64_t number_of(struct str id)
{
    const struct str *found = bsearch(&id, ids, IMAGES, sizeof(*ids), by_id);

    if (found == NULL)
        fail_msg("found a picture that nobody has added");
    return found - ids;
}

static bool all(int64_t number)
{
    return number >= 0;
}

static bool none(int64_t number)
{
    return number < 0;
}

static bool even(int64_t number)
{
    return number % 2 == 0;
}

static bool odd(int64_t number)
{
    return number % 2 == 1;
}

static bool rare(int64_t number)
{
    return number % RARE == 5;
}

static void check_search(const char *text, bool by_time, bool (*fits)(int64_t))
{
    static char seen[IMAGES];
    struct walk w = { .text = text, .by_time = by_time };
    int64_t before = IMAGES;
    int pages = 0;
    struct err e = { 0 };

    memset(seen, 0, sizeof(seen));
    do {
        CHECK_OK(db_read(place.db, next_page, &w, &e));
        for (size_t i = 0; i < w.page.count; i++) {
            int64_t number = number_of(w.page.items[i]);

            if (seen[number]++ || (by_time && number >= before))
                fail_msg("%s: picture %d comes twice, or not in its turn", text, (int)number);
            before = number;
        }
        if (++pages > PAGES_MAX)
            fail_msg("%s: there is no end to its pages", text);
    } while (!str_is_null(w.place));
    for (int64_t i = 0; i < IMAGES; i++) {
        if (seen[i] != fits(i))
            fail_msg("%s: picture %d is %s", text, (int)i, seen[i] ? "found" : "missing");
    }
}

static void every_picture_that_fits_is_found_once(void **state)
{
    static const struct {
        const char *text;
        bool (*fits)(int64_t number);
    } cases[] = {
        { "fox", even },
        { "red blue stone", all },
        { "\"blue stone\"", all },
        { "bl* st*", all },
        { "gem", rare }, /* older than what is read */
        { "ge*", rare },
        { "ring hen gem", rare },
        { "\"gem ring\" -fox", rare },
        { "\"ring gem\"", none },
        { "\"stone blue\"", none }, /* of words that all have */
        { "red -fox", odd },
        { "-red", none },
        { "fox gem", none },
        { "owl", none },
    };

    UNUSED(state);
    fill_library();
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_search(cases[i].text, true, cases[i].fits);
        check_search(cases[i].text, false, cases[i].fits);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        IMAGE_TEST(every_picture_that_fits_is_found_once),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
