/* Rows of pictures, on both databases: whose they are, and who finds them. */
#include "image_place.h"

#include <pthread.h>

#include "base/file.h"
#include "engine/image_card.h"
#include "engine/job.h"

/* One call of the engine in a transaction of its own. */
struct step {
    struct image image;
    struct job job;
    struct str user_id, id, key;
    struct str_list ids;
    struct field_list list;
};

static bool do_submit(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;
    struct job_new want = {
        .user_id = s->user_id, .kind = STR("generate"), .lane = STR("lane"), .payload = STR("{}")
    };

    return job_submit(tx, &memory, &want, &s->job, e);
}

static bool do_add(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return image_add(tx, &memory, &s->image, e);
}

static bool do_load(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return image_load(tx, &memory, s->user_id, s->id, &s->image, e);
}

static bool do_update(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return image_update(tx, &s->image, e);
}

static bool do_load_by_key(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return image_load_by_key(tx, &memory, s->user_id, s->key, &s->image, e);
}

static bool do_load_same(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return image_load_same(tx, &memory, s->user_id, s->id, &s->image, e);
}

/* As an upload does it: looks, and adds what is not there. */
static bool do_upload(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;
    AUTO_ARENA own = { 0 };
    struct image same, fresh = s->image;

    if (!image_lock_uploads(tx, s->image.user_id, e))
        return false;
    if (image_load_same(tx, &own, s->image.user_id, s->image.sha256, &same, e))
        return true;
    return e->code == ERR_NOT_FOUND && image_add(tx, &own, &fresh, e);
}

static bool do_list_by_id(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return image_list_by_ids(tx, &memory, s->user_id, (struct str_list){ &s->id, 1 }, &s->list, e);
}

static bool do_list_cards(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return image_listed_by_ids(tx, &memory, s->user_id, s->ids, &s->list, e) &&
           image_listed_finish(tx, &memory, s->user_id, &s->list, e);
}

static bool do_list_of_job(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return image_list_of_job(tx, &memory, s->user_id, s->id, &s->list, e);
}

static struct job submit(struct str user_id)
{
    struct step s = { .user_id = user_id };
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, do_submit, &s, &e));
    return s.job;
}

static struct image add(struct str user_id, struct str job_id, const char *key)
{
    struct step s = { .image = { .user_id = user_id,
                                 .job_id = job_id,
                                 .key = str_from(key),
                                 .media_type = STR("image/png"),
                                 .width = { true, 640 },
                                 .height = { true, 480 },
                                 .sha256 = STR("00") } };
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, do_add, &s, &e));
    return s.image;
}

static void put_into_trash(struct image image)
{
    place_run(arena_strf(&memory, "UPDATE image SET deleted_at = 1 WHERE id = '" STR_FMT "'",
                         STR_ARG(image.id))
                  .ptr);
}

static void its_owner_finds_it_in_every_way(void **state)
{
    struct job job = submit(ada);
    struct image image = add(ada, job.id, "library/ada/1.png");
    struct step s = { .user_id = ada, .id = image.id, .key = image.key };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_read(place.db, do_load, &s, &e));
    CHECK_STR(s.image.key, STR("library/ada/1.png"));
    CHECK_OK(db_read(place.db, do_load_by_key, &s, &e));
    CHECK_STR(s.image.id, image.id);
    CHECK_OK(db_read(place.db, do_list_by_id, &s, &e));
    CHECK_I64(s.list.count, 1);
    s.id = job.id;
    CHECK_OK(db_read(place.db, do_list_of_job, &s, &e));
    CHECK_I64(s.list.count, 1);
    CHECK_STR(((struct image *)s.list.items)->id, image.id);
}

static void nobody_else_finds_it_in_any_way(void **state)
{
    struct job job = submit(ada);
    struct image image = add(ada, job.id, "library/ada/1.png");
    struct step s = { .user_id = bob, .id = image.id, .key = image.key };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(db_read(place.db, do_load, &s, &e), ERR_NOT_FOUND, "no such image");
    CHECK_FAILS(db_read(place.db, do_load_by_key, &s, &e), ERR_NOT_FOUND, "no such image");
    CHECK_OK(db_read(place.db, do_list_by_id, &s, &e));
    CHECK_I64(s.list.count, 0);
    s.id = job.id;
    CHECK_OK(db_read(place.db, do_list_of_job, &s, &e));
    CHECK_I64(s.list.count, 0);
}

static void what_is_in_the_trash_is_found_by_its_id_alone(void **state)
{
    struct image image = add(ada, (struct str){ 0 }, "library/ada/1.png");
    struct step s = { .user_id = ada, .id = image.id, .key = image.key };
    struct err e = { 0 };

    UNUSED(state);
    put_into_trash(image);
    CHECK_OK(db_read(place.db, do_load, &s, &e));
    CHECK_I64(s.image.deleted_at, 1);
    CHECK_FAILS(db_read(place.db, do_load_by_key, &s, &e), ERR_NOT_FOUND, "no such image");
}

static void the_same_bytes_are_found_by_their_hash(void **state)
{
    struct image first = add(ada, (struct str){ 0 }, "library/ada/1.png");
    struct image second = add(ada, (struct str){ 0 }, "library/ada/2.png");
    struct step s = { .user_id = ada, .id = STR("00") };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_read(place.db, do_load_same, &s, &e));
    CHECK_STR(s.image.id, first.id);
    put_into_trash(first);
    CHECK_OK(db_read(place.db, do_load_same, &s, &e));
    CHECK_STR(s.image.id, second.id);
    put_into_trash(second);
    CHECK_FAILS(db_read(place.db, do_load_same, &s, &e), ERR_NOT_FOUND, "no such image");
    add(bob, (struct str){ 0 }, "library/bob/1.png");
    CHECK_FAILS(db_read(place.db, do_load_same, &s, &e), ERR_NOT_FOUND, "no such image");
}

enum { UPLOADERS = 6, UPLOADS = 20 };

struct uploader {
    pthread_t thread;
    int number;
};

static void *upload_all(void *arg)
{
    const struct uploader *u = arg;

    for (int i = 0; i < UPLOADS; i++) {
        AUTO_ARENA own = { 0 };
        struct step s = { .image = { .user_id = ada,
                                     .key = arena_strf(&own, "library/ada/%d-%d.png", u->number, i),
                                     .media_type = STR("image/png"),
                                     .source = IMAGE_UPLOADED,
                                     .sha256 = arena_strf(&own, "%02d", i) } };
        struct err e = { 0 };

        CHECK_OK(db_write(place.db, do_upload, &s, &e));
    }
    return NULL;
}

static void uploads_at_once_add_the_same_bytes_once(void **state)
{
    struct uploader uploaders[UPLOADERS];

    UNUSED(state);
    for (int i = 0; i < UPLOADERS; i++) {
        uploaders[i].number = i;
        CHECK_I64(pthread_create(&uploaders[i].thread, NULL, upload_all, &uploaders[i]), 0);
    }
    for (int i = 0; i < UPLOADERS; i++)
        pthread_join(uploaders[i].thread, NULL);
    for (int i = 0; i < UPLOADS; i++) {
        struct step s = { .user_id = ada, .id = arena_strf(&memory, "%02d", i) };
        struct err e = { 0 };

        CHECK_OK(db_read(place.db, do_load_same, &s, &e));
    }
    place_run("CREATE UNIQUE INDEX each_once ON image (user_id, sha256)"); /* or the test fails */
    place_run("DROP INDEX each_once");
}

static void a_key_is_used_once(void **state)
{
    struct step s = { .image = add(ada, (struct str){ 0 }, "library/ada/1.png") };
    struct err e = { 0 };

    UNUSED(state);
    s.image.id = (struct str){ 0 };
    CHECK_FAILS(db_write(place.db, do_add, &s, &e), ERR_CONFLICT, NULL);
}

/* Back to before there were cards, and the steps of the schema that write them. */
static void take_the_steps_again(void)
{
    static const char *const steps[] = { SCHEMA "/0019_card", SCHEMA "/0020_listed",
                                         SCHEMA "/0021_job_of_card", SCHEMA "/0022_lists" };
    bool is_sqlite = place_dialect == DB_SQLITE;
    struct err e = { 0 };

    place_run(is_sqlite ? "DROP TRIGGER image_card_job; DROP TRIGGER image_card_stale"
                        : "DROP FUNCTION image_forget_job, image_card_drop CASCADE");
    place_run("ALTER TABLE image DROP COLUMN card");
    place_run("DROP INDEX image_by_rating");
    place_run("DROP INDEX image_mark_by_rating");
    place_run("ALTER TABLE image_mark DROP COLUMN rating");
    for (size_t i = 0; i < COUNT(steps); i++) {
        struct str text;
        char *path = arena_cstr(
            &memory, arena_strf(&memory, "%s.%s.sql", steps[i], is_sqlite ? "sqlite" : "postgres"));

        CHECK_OK(file_read(&memory, path, MIB, &text, &e));
        place_run(arena_cstr(&memory, text));
    }
}

static struct image made(void)
{
    return (struct image){ .user_id = ada,
                           .id = STR("018bcfe5-6807-7000-8000-000000000001"),
                           .backend = STR("t\\\"\xC3\xBCx"),
                           .key = STR("library/ada/1.png"),
                           .media_type = STR("image/png"),
                           .width = { true, 640 },
                           .height = { true, 480 },
                           .size_bytes = 12345,
                           .sha256 = STR("00ff"),
                           .prompt = STR("a \"fox\"\n,\"jobId\":null,") };
}

static struct image uploaded(void)
{
    return (struct image){ .user_id = ada,
                           .id = STR("018bcfe5-6bb8-7000-8000-000000000002"),
                           .source = IMAGE_UPLOADED,
                           .key = STR("library/ada/2.bin"),
                           .media_type = STR("application/octet-stream"),
                           .size_bytes = 7,
                           .sha256 = STR("01"),
                           .name = STR("n\\1"),
                           .starred = true,
                           .rating = 4 };
}

static void change(const struct image *image)
{
    struct step s = { .image = *image };
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, do_update, &s, &e));
}

struct known {
    struct image image;
    struct str card;
};

/* In a list of all of them, the last one first. */
static void check_cards(const struct known *known, size_t count)
{
    struct step s = { .user_id = ada, .ids = { arena_array(&memory, struct str, count), count } };
    struct err e = { 0 };

    for (size_t i = 0; i < count; i++)
        s.ids.items[count - 1 - i] = known[i].image.id;
    CHECK_OK(db_read(place.db, do_list_cards, &s, &e));
    CHECK_I64(s.list.count, count);
    for (size_t i = 0; i < count; i++)
        CHECK_STR(((struct image_listed *)s.list.items)[count - 1 - i].card, known[i].card);
}

static void check_card(struct str id, struct str card)
{
    const struct known one = { .image.id = id, .card = card };

    check_cards(&one, 1);
}

static void the_card_is_the_same_whoever_writes_it(void **state)
{
    struct str tags[] = { STR("dusk"), STR("\"sea\"") };
    const struct known known[] = {
        { made(),
          STR("\"id\":\"018bcfe5-6807-7000-8000-000000000001\",\"url\":\"/media/library/ada/1.png\","
              "\"thumbUrl\":\"/media/library/ada/1.png?w=256\",\"backend\":\"t\\\\\\\"\xC3\xBCx\","
              "\"source\":\"generated\",\"mediaType\":\"image/png\",\"width\":640,\"height\":480,"
              "\"sizeBytes\":12345,\"sha256\":\"00ff\",\"createdAt\":\"2023-11-14T22:13:20.007Z\","
              "\"jobId\":null,\"prompt\":\"a \\\"fox\\\"\\n,\\\"jobId\\\":null,\",\"name\":null,"
              "\"tags\":[],\"starred\":false,\"rating\":0,\"deletedAt\":null,\"purgeAt\":null") },
        { uploaded(),
          STR("\"id\":\"018bcfe5-6bb8-7000-8000-000000000002\",\"url\":\"/media/library/ada/2.bin\","
              "\"thumbUrl\":null,\"backend\":null,\"source\":\"uploaded\","
              "\"mediaType\":\"application/octet-stream\",\"width\":null,\"height\":null,"
              "\"sizeBytes\":7,\"sha256\":\"01\",\"createdAt\":\"2023-11-14T22:13:20.952Z\","
              "\"jobId\":null,\"prompt\":null,\"name\":\"n\\\\1\",\"tags\":[\"dusk\",\"\\\"sea\\\"\"],"
              "\"starred\":true,\"rating\":4,\"deletedAt\":null,\"purgeAt\":null") },
    };
    struct image marked = uploaded();

    UNUSED(state);
    for (size_t i = 0; i < COUNT(known); i++) {
        struct step s = { .image = known[i].image };
        struct err e = { 0 };

        CHECK_OK(db_write(place.db, do_add, &s, &e));
        marked.created_at = s.image.created_at;
    }
    marked.tags = (struct str_list){ tags, COUNT(tags) };
    change(&marked);
    check_cards(known, COUNT(known));
    take_the_steps_again();
    check_cards(known, COUNT(known));
    place_run("UPDATE image SET card = NULL WHERE source = 'uploaded'"); /* as another program */
    check_cards(known, COUNT(known));
    place_run("UPDATE image SET card = NULL");
    check_cards(known, COUNT(known));
}

/* What a list shows is what the picture's own page shows. */
static struct image check_listed(struct str id)
{
    struct step s = { .user_id = ada, .id = id };
    struct err e = { 0 };

    CHECK_OK(db_read(place.db, do_load, &s, &e));
    check_card(id, image_card_text(&memory, &s.image));
    CHECK(image_listed_is_whole(&(struct image_listed){ id, image_card_text(&memory, &s.image) }));
    return s.image;
}

static void the_card_follows_its_picture(void **state)
{
    struct str id = add(ada, (struct str){ 0 }, "library/ada/1.png").id;
    struct image image = check_listed(id);

    UNUSED(state);
    image.name = STR("a name");
    image.starred = true;
    image.rating = 5;
    change(&image);
    image = check_listed(id);
    CHECK(image.starred);
    image.deleted_at = 1700000000000;
    change(&image);
    image = check_listed(id);
    CHECK_I64(image.deleted_at, 1700000000000);
    image.deleted_at = 0;
    change(&image);
    CHECK_I64(check_listed(id).deleted_at, 0);
}

/* One that tells itself from those that are made. */
static struct str card_with(struct str id, struct str rest)
{
    return arena_strf(&memory, "\"id\":\"" STR_FMT "\"" STR_FMT, STR_ARG(id), STR_ARG(rest));
}

static void keep_card(struct str id, struct str rest)
{
    struct str card = card_with(id, rest);

    place_run(arena_cstr(
        &memory, arena_strf(&memory, "UPDATE image SET starred = starred, card = '" STR_FMT "'",
                            STR_ARG(card))));
    check_card(id, card);
}

static void what_is_no_card_of_the_picture_is_made_again(void **state)
{
    static const char *const others[] = {
        "",          "\"",      "\"id\"",
        "\"id\":\"", "another", "\"id\":\"018bcfe5-6807-7000-8000-000000000001\",\"url\":null",
    };
    struct str id = add(ada, (struct str){ 0 }, "library/ada/1.png").id;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(others); i++) {
        place_run(
            arena_cstr(&memory, arena_strf(&memory, "UPDATE image SET card = '%s'", others[i])));
        check_listed(id);
    }
    place_run(
        arena_cstr(&memory, arena_strf(&memory, "UPDATE image SET card = '\"id\":\"" STR_FMT "'",
                                       STR_ARG(id))));
    check_listed(id);
}

static void a_row_changed_by_another_program_shows_the_change(void **state)
{
    static const char *const changes[] = {
        "UPDATE image SET name = 'another'",   "UPDATE image SET tags = '[\"another\"]'",
        "UPDATE image SET starred = 1",        "UPDATE image SET rating = 3",
        "UPDATE image SET deleted_at = 7",     "UPDATE image SET deleted_at = NULL",
        "UPDATE image SET prompt = 'another'",
    };
    struct str id = add(ada, (struct str){ 0 }, "library/ada/1.png").id;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(changes); i++) {
        struct image before = check_listed(id);

        place_run(changes[i]);
        check_listed(id);
        change(&before); /* kept again */
        keep_card(id, STR(",kept"));
        change(&before);
    }
}

static void a_card_forgets_its_job_with_the_row(void **state)
{
    struct str job_id = submit(ada).id;
    struct str id = add(ada, job_id, "library/ada/1.png").id;

    UNUSED(state);
    CHECK_STR(check_listed(id).job_id, job_id);
    keep_card(id, arena_strf(&memory, ",\"jobId\":\"" STR_FMT "\",1", STR_ARG(job_id)));
    place_run("DELETE FROM job");
    check_card(id, card_with(id, STR(",\"jobId\":null,1"))); /* the rest is kept as it was */
    place_run("UPDATE image SET card = NULL");
    CHECK(str_is_null(check_listed(id).job_id));
}

static void a_job_that_another_program_gives_to_a_picture_is_shown(void **state)
{
    struct str id = add(ada, submit(ada).id, "library/ada/1.png").id;
    struct str other = submit(ada).id;

    UNUSED(state);
    place_run(arena_cstr(
        &memory, arena_strf(&memory, "UPDATE image SET job_id = '" STR_FMT "'", STR_ARG(other))));
    CHECK_STR(check_listed(id).job_id, other);
    place_run("UPDATE image SET job_id = NULL");
    CHECK(str_is_null(check_listed(id).job_id));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        IMAGE_TEST(its_owner_finds_it_in_every_way),
        IMAGE_TEST(nobody_else_finds_it_in_any_way),
        IMAGE_TEST(what_is_in_the_trash_is_found_by_its_id_alone),
        IMAGE_TEST(the_same_bytes_are_found_by_their_hash),
        IMAGE_TEST(uploads_at_once_add_the_same_bytes_once),
        IMAGE_TEST(a_key_is_used_once),
        IMAGE_TEST(the_card_is_the_same_whoever_writes_it),
        IMAGE_TEST(the_card_follows_its_picture),
        IMAGE_TEST(what_is_no_card_of_the_picture_is_made_again),
        IMAGE_TEST(a_row_changed_by_another_program_shows_the_change),
        IMAGE_TEST(a_card_forgets_its_job_with_the_row),
        IMAGE_TEST(a_job_that_another_program_gives_to_a_picture_is_shown),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
