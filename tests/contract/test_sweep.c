/* The sweep on both databases: what no picture knows goes, and nothing else ever does. */
#include "image_place.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/random.h"
#include "engine/lease.h"
#include "engine/retention.h"
#include "work/sweep.h"

enum { HOUR_MS = 3600 * 1000, MANY = 700 /* more than two pages */ };

static int64_t now_s(void)
{
    return clock_now_ms() / 1000;
}

static void set_changed(const char *key, int64_t seconds)
{
    const struct timespec times[2] = { { .tv_sec = seconds }, { .tv_sec = seconds } };
    char path[256];

    snprintf(path, sizeof(path), "%s/%s", store_path, key);
    CHECK_I64(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* As a process that died has left it. */
static void put_old(const char *key, int64_t age_s)
{
    put_blob(key, STR("bytes"));
    set_changed(key, now_s() - age_s);
}

static struct sweeper *sweeper;

static void open_sweeper(int64_t grace_ms, int64_t every_ms)
{
    struct sweep_options options = { .db = place.db,
                                     .store = store,
                                     .folder = store_path,
                                     .grace_ms = grace_ms,
                                     .every_ms = every_ms };

    sweeper = sweeper_create(&options);
}

static struct sweep_result sweep(void)
{
    struct sweep_result got = { 0 };
    struct err e = { 0 };

    CHECK_OK(sweeper_run(sweeper, &got, &e));
    return got;
}

static int setup(void **state)
{
    return image_place_setup(state);
}

static int teardown(void **state)
{
    sweeper_destroy(sweeper);
    sweeper = NULL;
    return image_place_teardown(state);
}

static bool do_load_image(struct db_tx *tx, void *arg, struct err *e)
{
    struct image *image = arg;

    return image_load(tx, &memory, image->user_id, image->id, image, e);
}

static void put_into_trash(const char *key, int64_t at_ms)
{
    place_run(arena_strf(&memory, "UPDATE image SET deleted_at = %lld WHERE key = '%s'",
                         (long long)at_ms, key)
                  .ptr);
}

static void what_no_picture_knows_goes_and_the_rest_stays(void **state)
{
    static const struct {
        const char *key;
        bool stays;
    } cases[] = {
        { "library/a/1.png", true },
        { "library/a/1.png.256.webp", true },
        { "library/a/1.png.512.webp", true },
        { "library/a/1.png.1024.webp", true },
        { "library/a/1.png.2048.webp", false },
        { "library/a/1.png.256.png", false },
        { "library/a/1.png.256.webp.256.webp", false },
        { "library/a/2.png", false },
        { "library/a/2.png.256.webp", false },
        { "library/a/1", false },
        { "library/trash.png", true },
        { "library/trash.png.256.webp", true },
        { "of/256.webp", false },
        { "own.256.webp", true },
        { "own.256.webp.512.webp", true },
    };
    struct sweep_result got;
    int removed = 0;

    UNUSED(state);
    add_image(ada, "library/a/1.png", 10, 10);
    add_image(bob, "library/trash.png", 10, 10);
    add_image(bob, "own.256.webp", 10, 10);
    put_into_trash("library/trash.png", clock_now_ms() - retention_defaults.trash_ms + 60 * 1000);
    for (size_t i = 0; i < COUNT(cases); i++)
        put_old(cases[i].key, 60);
    open_sweeper(0, 0);
    got = sweep();
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (blob_is_there(str_from(cases[i].key)) != cases[i].stays)
            fail_msg("%s %s", cases[i].key, cases[i].stays ? "is gone" : "is still there");
        removed += !cases[i].stays;
    }
    CHECK_I64(got.seen, COUNT(cases));
    CHECK_I64(got.removed, removed);
    CHECK_I64(got.removed_bytes, removed * 5);
    CHECK_I64(sweeper_removed(sweeper), removed);
    CHECK_I64(sweep().removed, 0);
}

static void the_trash_is_emptied_after_thirty_days_rows_and_bytes(void **state)
{
    struct image old = add_image(ada, "library/old.png", 10, 10);
    struct image young = add_image(ada, "library/young.png", 10, 10);
    struct err e = { 0 };

    UNUSED(state);
    put_old("library/old.png", 60);
    put_old("library/old.png.256.webp", 60);
    put_old("library/young.png", 60);
    put_into_trash("library/old.png", clock_now_ms() - retention_defaults.trash_ms - 60 * 1000);
    put_into_trash("library/young.png", clock_now_ms() - retention_defaults.trash_ms + 60 * 1000);
    open_sweeper(0, 0);
    CHECK_I64(sweep().emptied, 1);
    CHECK(!blob_is_there(STR("library/old.png")));
    CHECK(!blob_is_there(STR("library/old.png.256.webp")));
    CHECK(blob_is_there(STR("library/young.png")));
    CHECK_I64(load_image(young).deleted_at != 0, true);
    CHECK_FAILS(db_read(place.db, do_load_image, &old, &e), ERR_NOT_FOUND, "no such image");
    CHECK_I64(sweep().emptied, 0);
}

static void what_this_process_puts_is_never_touched(void **state)
{
    UNUSED(state);
    put_old("old.png", 60);
    open_sweeper(0, 0);
    put_blob("new.png", STR("a row will follow"));
    CHECK_I64(sweep().removed, 1);
    CHECK(blob_is_there(STR("new.png")));
}

static void what_was_put_for_a_day_stays_for_a_day(void **state)
{
    enum { DAY_S = 24 * 3600 };

    UNUSED(state);
    put_old("brief/zips/a/1", DAY_S - 100);
    put_old("brief/zips/a/2", DAY_S + 100);
    put_old("briefly.png", DAY_S - 100);
    for (int alone = 0; alone < 2; alone++) {
        open_sweeper(alone ? 0 : 2 * DAY_S * (int64_t)1000, 0);
        CHECK_I64(sweep().removed, 1);
        CHECK(blob_is_there(STR("brief/zips/a/1")) && !blob_is_there(STR("brief/zips/a/2")));
        CHECK(blob_is_there(STR("briefly.png")) == !alone);
        sweeper_destroy(sweeper);
    }
    sweeper = NULL;
}

static void among_others_an_orphan_stays_for_as_long_as_is_said(void **state)
{
    UNUSED(state);
    put_old("older.png", 3700);
    put_old("younger.png", 3500);
    open_sweeper(HOUR_MS, 0);
    CHECK_I64(sweep().removed, 1);
    CHECK(blob_is_there(STR("younger.png")));
}

struct claim {
    struct job job;
    struct field_list jobs;
};

static bool do_run(struct db_tx *tx, void *arg, struct err *e)
{
    struct claim *c = arg;
    struct job_new want = {
        .user_id = ada, .kind = STR("k"), .lane = STR("lane"), .payload = STR("{}")
    };
    struct lease_want lease = { .lane = STR("lane"), .worker = STR("worker"), .limit = 1 };
    struct lease_got got = { 0 };

    if (!job_submit(tx, &memory, &want, &c->job, e) || !lease_claim(tx, &memory, &lease, &got, e))
        return false;
    c->jobs = got.jobs;
    return true;
}

static bool do_complete(struct db_tx *tx, void *arg, struct err *e)
{
    const struct claim *c = arg;

    return lease_complete(tx, &memory, c->jobs.items, (struct str){ 0 }, NULL, e);
}

static void among_others_what_a_running_job_may_have_put_stays(void **state)
{
    struct claim c = { .jobs.count = 0 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(db_write(place.db, do_run, &c, &e));
    place_run(arena_strf(&memory, "UPDATE job SET started_at = %lld",
                         (long long)(now_s() - 3 * 3600) * 1000)
                  .ptr);
    put_old("before-the-job.png", 4 * 3600);
    put_old("by-the-job.png", 2 * 3600);
    open_sweeper(HOUR_MS, 0);
    CHECK_I64(sweep().removed, 1);
    CHECK(blob_is_there(STR("by-the-job.png")));

    CHECK_OK(db_write(place.db, do_complete, &c, &e));
    CHECK_I64(sweep().removed, 1);
    CHECK(!blob_is_there(STR("by-the-job.png")));
}

static void a_store_of_many_pages_is_swept_whole(void **state)
{
    struct sweep_result got;
    int kept = 0;

    UNUSED(state);
    for (int i = 0; i < MANY; i++) {
        char key[32];

        snprintf(key, sizeof(key), "many/%d.png", i);
        if (i % 10 == 0) {
            add_image(ada, key, 1, 1);
            kept++;
        }
        put_old(key, 60);
    }
    open_sweeper(0, 0);
    got = sweep();
    CHECK_I64(got.seen, MANY);
    CHECK_I64(got.removed, MANY - kept);
    for (int i = 0; i < MANY; i += 10) {
        char key[32];

        snprintf(key, sizeof(key), "many/%d.png", i);
        CHECK(blob_is_there(str_from(key)));
    }
}

static void half_written_files_go_too(void **state)
{
    char name[128], path[256];
    FILE *file;

    UNUSED(state);
    snprintf(name, sizeof(name), "token." STR_FMT ".tmp", STR_ARG(uuid_new(&memory)));
    snprintf(path, sizeof(path), "%s/%s", store_path, name);
    file = fopen(path, "w");
    CHECK(file != NULL);
    fclose(file);
    set_changed(name, now_s() - 60);
    snprintf(name, sizeof(name), ".incoming/" STR_FMT, STR_ARG(uuid_new(&memory)));
    snprintf(path, sizeof(path), "%s/%s", store_path, name);
    file = fopen(path, "w");
    CHECK(file != NULL);
    fclose(file);
    open_sweeper(0, 0);
    CHECK_I64(sweep().leftovers, 2);
    CHECK_I64(sweep().leftovers, 0);
}

static void a_database_that_does_not_answer_costs_nothing(void **state)
{
    struct sweep_result got = { .seen = -1 };
    struct err e = { 0 };

    UNUSED(state);
    add_image(ada, "known.png", 1, 1);
    put_old("known.png", 60);
    put_old("orphan.png", 60);
    open_sweeper(0, 0);
    place_run("ALTER TABLE image RENAME TO elsewhere");
    CHECK(!sweeper_run(sweeper, &got, &e));
    CHECK_I64(got.seen, -1);
    place_run("ALTER TABLE elsewhere RENAME TO image");
    CHECK(blob_is_there(STR("known.png")));
    CHECK(blob_is_there(STR("orphan.png")));
    CHECK_I64(sweep().removed, 1);
}

static void its_thread_comes_again_and_stops_when_asked(void **state)
{
    int64_t until = clock_steady_ms() + 20000;

    UNUSED(state);
    put_old("first.png", 60);
    open_sweeper(0, 1);
    sweeper_start(sweeper);
    while (blob_is_there(STR("first.png")))
        CHECK(clock_steady_ms() < until);
    put_old("second.png", 60);
    while (blob_is_there(STR("second.png")))
        CHECK(clock_steady_ms() < until);
    sweeper_destroy(sweeper);
    sweeper = NULL;
    CHECK(clock_steady_ms() < until);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PLACED(what_no_picture_knows_goes_and_the_rest_stays),
        PLACED(the_trash_is_emptied_after_thirty_days_rows_and_bytes),
        PLACED(what_this_process_puts_is_never_touched),
        PLACED(what_was_put_for_a_day_stays_for_a_day),
        PLACED(among_others_an_orphan_stays_for_as_long_as_is_said),
        PLACED(among_others_what_a_running_job_may_have_put_stays),
        PLACED(a_store_of_many_pages_is_swept_whole),
        PLACED(half_written_files_go_too),
        PLACED(a_database_that_does_not_answer_costs_nothing),
        PLACED(its_thread_comes_again_and_stops_when_asked),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
