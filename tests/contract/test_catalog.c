/* The catalog, on both databases: it says what the rows say, after whatever happens to them, and to
 * many at once. */
#include "image_place.h"

#include <pthread.h>

#include "base/file.h"
#include "base/random.h"
#include "engine/catalog.h"
#include "engine/words.h"
#include "work/cataloger.h"

/* One call in a transaction of its own. */
struct step {
    struct mark mark;
    struct str user_id;
    enum mark_kind kind;
    const char *value;
};

static bool do_load_mark(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return mark_load(tx, &memory, s->user_id, s->kind, str_from(s->value), &s->mark, e);
}

static int64_t count_of(struct str user_id, enum mark_kind kind, const char *value)
{
    struct step s = { .user_id = user_id, .kind = kind, .value = value };
    struct err e = { 0 };

    CHECK_OK(db_read(place.db, do_load_mark, &s, &e));
    return s.mark.count;
}

/* Fails where an album names a picture that is rated otherwise, or in another row. */
static void check_albums(void)
{
    place_run("CREATE TABLE wrong (id BIGINT CHECK (id IS NULL))");
    place_run("INSERT INTO wrong SELECT 1 FROM album_image WHERE NOT EXISTS (SELECT 1 FROM image"
              " WHERE image.id = album_image.image_id AND image.rating = album_image.rating)");
    if (place_dialect == DB_SQLITE)
        place_run("INSERT INTO wrong SELECT 1 FROM album_image WHERE NOT EXISTS (SELECT 1"
                  " FROM image WHERE image.id = image_id AND image.rowid = image_row)");
    place_run("DROP TABLE wrong");
}

/* Fails where a count is not that of its list, or a list names a picture that is not there, or is
 * rated otherwise. */
static void check_counts(void)
{
    place_run("CREATE TABLE wrong (id BIGINT CHECK (id IS NULL))");
    place_run("INSERT INTO wrong SELECT id FROM mark"
              " WHERE count <> (SELECT COUNT(*) FROM image_mark WHERE mark_id = mark.id)");
    place_run("INSERT INTO wrong SELECT mark_id FROM image_mark LEFT JOIN mark ON mark.id = mark_id"
              " WHERE NOT EXISTS (SELECT 1 FROM image WHERE image.id = image_mark.image_id"
              " AND CASE WHEN kind IN ('source', 'backend', 'tag', 'starred')"
              "     THEN image.rating = image_mark.rating ELSE image_mark.rating IS NULL END)");
    place_run("DROP TABLE wrong");
}

/* Once more what the step of the schema does; it has been undone. */
static void run_step(const char *name)
{
    const char *path =
        arena_cstr(&memory, arena_strf(&memory, SCHEMA "/%s.%s.sql", name,
                                       place_dialect == DB_SQLITE ? "sqlite" : "postgres"));
    struct str text;
    struct err e = { 0 };

    CHECK_OK(file_read(&memory, path, MIB, &text, &e));
    place_run(arena_cstr(&memory, text));
}

static void catch_up(void)
{
    struct err e = { 0 };

    CHECK_OK(cataloger_run(place.db, &e));
}

/* What a change of its owner does, to the row and to the catalog. */
static bool do_change(struct db_tx *tx, void *arg, struct err *e)
{
    const struct image *after = arg;
    struct catalog_change change = { .after = *after };
    struct str id = after->id;
    AUTO_ARENA a = { 0 };
    struct field_list rows;

    if (!image_lock_by_ids(tx, &a, after->user_id, (struct str_list){ &id, 1 }, &rows, e))
        return false;
    change.before = *(const struct image *)rows.items;
    return image_update(tx, after, e) && catalog_write(tx, &a, &change, 1, e);
}

static void change(const struct image *after)
{
    struct image copy = *after;
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, do_change, &copy, &e));
}

static void a_new_picture_is_counted_once_however_often_it_is_looked_at(void **state)
{
    struct image image = add_image(ada, "library/1.png", 10, 10);

    UNUSED(state);
    CHECK_I64(count_of(ada, MARK_SOURCE, "uploaded"), 0);
    catch_up();
    CHECK_I64(count_of(ada, MARK_SOURCE, "uploaded"), 1);
    CHECK_I64(count_of(ada, MARK_RATING, "0"), 1);
    CHECK_I64(count_of(bob, MARK_SOURCE, "uploaded"), 0);
    place_run("INSERT INTO image_pending (image_id) SELECT id FROM image");
    catch_up();
    change(&image);
    CHECK_I64(count_of(ada, MARK_SOURCE, "uploaded"), 1);
    check_counts();
}

static void lists_know_the_rating_from_the_step_that_taught_them_on(void **state)
{
    struct image image = add_image(ada, "library/1.png", 10, 10);
    struct image gone = add_image(ada, "library/2.png", 10, 10);

    UNUSED(state);
    add_image(ada, "library/3.png", 10, 10);
    catch_up();
    image.rating = gone.rating = 4;
    change(&image);
    change(&gone);
    gone.deleted_at = 1;
    change(&gone);
    check_counts();
    place_run("DROP INDEX image_by_rating");
    place_run("DROP INDEX image_mark_by_rating");
    place_run("ALTER TABLE image_mark DROP COLUMN rating");
    place_run("INSERT INTO mark (user_id, kind, value, count)"
              " SELECT id, 'rated', '4 source uploaded', 1 FROM app_user WHERE name = 'ada'");
    place_run("INSERT INTO image_mark (mark_id, image_id)"
              " SELECT id, 'x' FROM mark WHERE kind = 'rated'");
    run_step("0022_lists");
    check_counts();
    image.rating = 0;
    change(&image);
    check_counts();
}

static void put_all_into_albums(const char *name)
{
    place_run(arena_cstr(
        &memory,
        arena_strf(&memory,
                   "INSERT INTO album (id, user_id, name, source_type, created_at, updated_at)"
                   " SELECT '%s', id, '%s', 'manual', 0, 0 FROM app_user WHERE name = 'ada'",
                   name, name)));
    place_run(
        arena_cstr(&memory, arena_strf(&memory,
                                       "INSERT INTO album_image (album_id, image_id, position)"
                                       " SELECT '%s', id, 0 FROM image",
                                       name)));
}

static void albums_know_the_rating_whoever_rates_or_adds(void **state)
{
    struct image image = add_image(ada, "library/1.png", 10, 10);

    UNUSED(state);
    put_all_into_albums("first");
    image.rating = 4;
    change(&image);
    check_albums();
    put_all_into_albums("second");
    check_albums();
    place_run("UPDATE image SET rating = 2");
    check_albums();
    add_image(ada, "library/2.png", 10, 10);
    place_run("UPDATE album_image SET image_id = (SELECT id FROM image WHERE key LIKE '%2.png')"
              " WHERE album_id = 'first'");
    check_albums();
    place_run("UPDATE image SET rating = rating + 1");
    check_albums();
}

static void albums_know_the_rating_from_the_step_that_taught_them_on(void **state)
{
    struct image image = add_image(ada, "library/1.png", 10, 10);

    UNUSED(state);
    add_image(ada, "library/2.png", 10, 10);
    image.rating = 4;
    change(&image);
    put_all_into_albums("first");
    if (place_dialect == DB_SQLITE) {
        place_run("DROP TRIGGER album_image_added");
        place_run("DROP TRIGGER album_image_replaced");
        place_run("DROP TRIGGER image_rated");
    } else {
        place_run("DROP FUNCTION album_image_rate, image_rate_in_albums CASCADE");
    }
    place_run("DROP INDEX album_image_by_rating");
    place_run("ALTER TABLE album_image DROP COLUMN rating");
    run_step("0023_album_rating");
    check_albums();
    image.rating = 0;
    change(&image);
    check_albums();
}

static void a_change_before_the_catalog_knew_the_picture_counts_too(void **state)
{
    struct image image = add_image(ada, "library/1.png", 10, 10);
    struct str tags[] = { STR("sea"), STR("sky") };

    UNUSED(state);
    image.rating = 3;
    image.starred = true;
    image.tags = (struct str_list){ tags, 2 };
    change(&image);
    CHECK_I64(count_of(ada, MARK_TAG, "sea"), 1);
    catch_up();
    CHECK_I64(count_of(ada, MARK_TAG, "sea"), 1);
    CHECK_I64(count_of(ada, MARK_RATING, "0"), 0);
    CHECK_I64(count_of(ada, MARK_RATING, "3"), 1);
    CHECK_I64(count_of(ada, MARK_AT_LEAST, "2"), 1);
    CHECK_I64(count_of(ada, MARK_AT_LEAST, "4"), 0);
    check_counts();
}

static void the_trash_has_a_picture_alone(void **state)
{
    struct image image = add_image(ada, "library/1.png", 10, 10);

    UNUSED(state);
    catch_up();
    image.deleted_at = 1;
    change(&image);
    CHECK_I64(count_of(ada, MARK_TRASH, "yes"), 1);
    CHECK_I64(count_of(ada, MARK_SOURCE, "uploaded"), 0);
    image.deleted_at = 0;
    change(&image);
    CHECK_I64(count_of(ada, MARK_TRASH, "yes"), 0);
    CHECK_I64(count_of(ada, MARK_SOURCE, "uploaded"), 1);
    check_counts();
}

static bool do_add(struct db_tx *tx, void *arg, struct err *e)
{
    return image_add(tx, &memory, arg, e);
}

static bool do_purge(struct db_tx *tx, void *arg, struct err *e)
{
    return catalog_purge(tx, &memory, arg, 1, e);
}

static bool do_count_in_albums(struct db_tx *tx, void *arg, struct err *e)
{
    return catalog_count_in_albums(tx, arg, e);
}

static void what_is_purged_leaves_nothing(void **state)
{
    struct image image = { .user_id = ada,
                           .source = IMAGE_UPLOADED,
                           .key = STR("library/1.png"),
                           .media_type = STR("image/png"),
                           .sha256 = STR("00"),
                           .phash = STR("0123456789abcdef") };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_write(place.db, do_add, &image, &e));
    catch_up();
    place_run(arena_strf(&memory,
                         "INSERT INTO album (id, user_id, name, source_type, image_count, "
                         "created_at, updated_at) VALUES ('a', '" STR_FMT
                         "', 'x', 'manual', 1, 1, 1)",
                         STR_ARG(ada))
                  .ptr);
    place_run(
        "INSERT INTO album_image (album_id, image_id, position) SELECT 'a', id, 1 FROM image");
    image.deleted_at = 1;
    change(&image);
    CHECK_OK(db_write(place.db, do_count_in_albums, &image, &e));
    CHECK_OK(db_write(place.db, do_purge, &image, &e));
    place_run("CREATE TABLE wrong (id TEXT CHECK (id IS NULL))");
    place_run("INSERT INTO wrong SELECT id FROM image");
    place_run("INSERT INTO wrong SELECT image_id FROM image_text");
    place_run("INSERT INTO wrong SELECT image_id FROM image_band");
    place_run("INSERT INTO wrong SELECT image_id FROM image_mark");
    place_run("INSERT INTO wrong SELECT id FROM album WHERE image_count <> 0");
    place_run("DROP TABLE wrong");
    CHECK_I64(count_of(ada, MARK_TRASH, "yes"), 0);
    catch_up(); /* the album's note of it */
}

static bool do_load_library(struct db_tx *tx, void *arg, struct err *e)
{
    return library_load(tx, ada, arg, e);
}

/* How many numbers were taken, and the greatest that a text has. */
static void check_numbers(int64_t last, int64_t newest)
{
    struct library_row library = { 0 };
    struct err e = { 0 };

    CHECK_OK(db_read(place.db, do_load_library, &library, &e));
    CHECK_I64(library.last_text, last);
    CHECK_I64(library.newest_text, newest > 0 ? library_low(library.number) + newest : 0);
}

/* Whoever looks for the newest reads from there: numbers without a text would be read in vain. */
static void only_a_new_picture_takes_a_number(void **state)
{
    struct image first = add_image(ada, "library/1.png", 10, 10);
    struct image second = add_image(ada, "library/2.png", 10, 10);
    struct err e = { 0 };

    UNUSED(state);
    change(&first); /* before the catalog knew it */
    check_numbers(1, 1);
    catch_up();
    check_numbers(2, 2);
    for (int64_t rating = 1; rating <= 5; rating++) {
        first.rating = rating;
        change(&first);
        second.starred = !second.starred;
        change(&second);
    }
    put_all_into_albums("summer");
    catch_up();
    check_numbers(2, 2);
    check_counts();

    add_image(ada, "library/3.png", 10, 10);
    put_all_into_albums("winter"); /* one of them is new */
    catch_up();
    check_numbers(3, 3);

    second.deleted_at = 1;
    change(&second);
    CHECK_OK(db_write(place.db, do_purge, &second, &e));
    check_numbers(3, 3);
    first.deleted_at = 1;
    change(&first);
    CHECK_OK(db_write(place.db, do_purge, &first, &e));
    place_run("DELETE FROM image");
    check_numbers(3, 0);
    add_image(ada, "library/4.png", 10, 10);
    catch_up();
    check_numbers(4, 4);
}

/* Two writers and the thread that follows them, over the same few pictures. */
enum { PICTURES = 8, WRITERS = 3, CHANGES = 40 };
static struct image shared[PICTURES];

static void *write_at_random(void *arg)
{
    struct str tags[] = { STR("sea"), STR("sky"), STR("sun") };
    struct err e = { 0 };

    UNUSED(arg);
    for (int i = 0; i < CHANGES; i++) {
        struct image image = shared[random_below(PICTURES)];

        image.rating = random_below(6);
        image.starred = random_below(2) == 1;
        image.tags = (struct str_list){ tags, (size_t)random_below(4) };
        image.deleted_at = random_below(4) == 0;
        CHECK_OK(db_write(place.db, do_change, &image, &e));
        if (i % 8 == 0)
            CHECK_OK(cataloger_run(place.db, &e));
    }
    return NULL;
}

static void counts_are_true_after_many_writers_at_once(void **state)
{
    pthread_t writers[WRITERS];
    int64_t total = 0;

    UNUSED(state);
    for (int i = 0; i < PICTURES; i++)
        shared[i] =
            add_image(i % 2 == 0 ? ada : bob, arena_strf(&memory, "library/%d.png", i).ptr, 10, 10);
    for (int i = 0; i < WRITERS; i++)
        thread_start(&writers[i], "writer", write_at_random, NULL);
    for (int i = 0; i < WRITERS; i++)
        thread_join(writers[i]);
    catch_up();
    check_counts();
    total += count_of(ada, MARK_SOURCE, "uploaded") + count_of(ada, MARK_TRASH, "yes");
    total += count_of(bob, MARK_SOURCE, "uploaded") + count_of(bob, MARK_TRASH, "yes");
    CHECK_I64(total, PICTURES);
}

static void words_are_the_same_whatever_their_dress(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        { "", "" },
        { "A Kite, over  the SEA!", "a kite over the sea" },
        { "oil-on-canvas 4k", "oil on canvas 4k" },
        { "don't", "dont" },
        { "Caf\u00e9 CAFE\u0301 \u0141\u00f3d\u017a", "cafe cafe lodz" },
        { "Stra\u00dfe \u00c6ther", "strase ather" },
        { "\u0391\u03b8\u03ae\u03bd\u03b1 \u041c\u041e\u0421\u041a\u0412\u0410",
          "\u03b1\u03b8\u03ae\u03bd\u03b1 \u043c\u043e\u0441\u043a\u0432\u0430" },
        { "\u732b\u8033 cat\u5c11\u5973x", "\u732b \u8033 cat \u5c11 \u5973 x" },
        { "\uff21\uff22\uff11", "ab1" },
        { "# \" ' : ( ) * \\ & | ! <->", "" },
        { "\U0001F431cat\u2014dog\u3001bird", "cat dog bird" },
        { "broken \xff\xfe bytes \xc3", "broken bytes" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_BUF out = { 0 };

        buf_init(&out, 1024);
        words_put(&out, str_from(cases[i].text), 100);
        CHECK_STR(buf_str(&out), str_from(cases[i].words));
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        IMAGE_TEST(a_new_picture_is_counted_once_however_often_it_is_looked_at),
        IMAGE_TEST(lists_know_the_rating_from_the_step_that_taught_them_on),
        IMAGE_TEST(albums_know_the_rating_whoever_rates_or_adds),
        IMAGE_TEST(albums_know_the_rating_from_the_step_that_taught_them_on),
        IMAGE_TEST(a_change_before_the_catalog_knew_the_picture_counts_too),
        IMAGE_TEST(the_trash_has_a_picture_alone),
        IMAGE_TEST(what_is_purged_leaves_nothing),
        IMAGE_TEST(only_a_new_picture_takes_a_number),
        IMAGE_TEST(counts_are_true_after_many_writers_at_once),
        cmocka_unit_test(words_are_the_same_whatever_their_dress),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
