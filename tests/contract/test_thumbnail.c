/* Thumbnails on both databases: made by jobs, as large as they should be, and never twice. */
#include "image_place.h"

#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "image/image.h"
#include "pictures.h"
#include "work/services.h"
#include "work/thumbnail.h"
#include "work/worker.h"

enum { PATIENCE_MS = 60000 };

static struct image_service *images;
static struct work_services services;
static struct worker *worker;

static int setup(void **state)
{
    static const struct worker_lane lanes[] = { { { "system", 6 }, 2 } };
    static const struct job_kind *const kinds[] = { &thumbnail_kind, NULL };
    struct image_options options = { .helper_path = IMAGE_HELPER, .time_limit_ms = PATIENCE_MS };
    struct worker_options worker_options = { .kinds = kinds, .lanes = lanes, .lane_count = 1 };
    struct err e = { 0 };

    image_place_setup(state);
    CHECK_OK(image_service_create(&options, &images, &e));
    services = (struct work_services){ .store = store, .images = images };
    worker_options.db = place.db;
    worker_options.services = &services;
    CHECK_OK(worker_start(&worker_options, &worker, &e));
    return 0;
}

static int teardown(void **state)
{
    int failed;

    worker_stop(worker, PATIENCE_MS);
    failed = image_place_teardown(state);
    worker_destroy(worker);
    image_service_destroy(images);
    return failed;
}

struct step {
    struct image image;
    struct field_list jobs;
};

static bool do_submit(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return thumbnail_submit(tx, &memory, &s->image, e);
}

static void submit(struct image image)
{
    struct step s = { .image = image };
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, do_submit, &s, &e));
}

static bool do_list(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;
    struct job_filter filter = { .user_id = ada, .kind = STR("thumbnail"), .limit = 10 };

    return job_list(tx, &memory, &filter, &s->jobs, e);
}

static struct field_list list_jobs(void)
{
    struct step s = { .jobs.count = 0 };
    struct err e = { 0 };

    CHECK_OK(db_read(place.db, do_list, &s, &e));
    return s.jobs;
}

/* The newest job, once it has ended. */
static struct job wait_for_end(void)
{
    int64_t until = clock_steady_ms() + PATIENCE_MS;
    struct job job;

    do {
        struct field_list jobs = list_jobs();

        CHECK(jobs.count > 0 && clock_steady_ms() < until);
        job = *(struct job *)jobs.items;
    } while (job.state == JOB_QUEUED || job.state == JOB_RUNNING);
    return job;
}

static struct str png(int width, int height)
{
    static const struct png_kind kind = { .depth = 8, .colour_type = 2 };
    struct drawing drawing = draw(&memory, width, height, 1, false);

    return png_of(&memory, &drawing, &kind);
}

static void check_thumbnail(struct image image, int64_t size, int width, int height)
{
    struct str key = image_thumb_key(&memory, image.key, size);
    struct image_info info = { 0 };
    struct blob_file file;
    struct err e = { 0 };
    AUTO_FD fd = -1;

    CHECK_OK(blob_open_read(store, key, &file, &e));
    fd = file.fd;
    CHECK_OK(image_probe(images, fd, &memory, &info, &e));
    CHECK_I64(info.format, IMAGE_WEBP);
    CHECK_I64(info.width, width);
    CHECK_I64(info.height, height);
}

static void each_picture_gets_the_sizes_that_it_fills(void **state)
{
    static const struct {
        const char *key;
        int width, height, count;
        int sides[IMAGE_THUMB_SIZES][2];
    } cases[] = {
        { "p/large.png", 1600, 800, 3, { { 256, 128 }, { 512, 256 }, { 1024, 512 } } },
        { "p/tall.png", 700, 1400, 3, { { 128, 256 }, { 256, 512 }, { 512, 1024 } } },
        { "p/middle.png", 600, 300, 3, { { 256, 128 }, { 512, 256 }, { 600, 300 } } },
        { "p/two.png", 300, 150, 2, { { 256, 128 }, { 300, 150 } } },
        { "p/full.png", 256, 256, 1, { { 256, 256 } } },
        { "p/small.png", 40, 30, 1, { { 40, 30 } } },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct image image = add_image(ada, cases[i].key, cases[i].width, cases[i].height);

        put_blob(cases[i].key, png(cases[i].width, cases[i].height));
        submit(image);
        CHECK_I64(wait_for_end().state, JOB_COMPLETED);
        image = load_image(image);
        CHECK_I64(image.thumb_size.value, image_thumb_sizes[cases[i].count - 1]);
        for (int k = 0; k < IMAGE_THUMB_SIZES; k++) {
            if (k < cases[i].count)
                check_thumbnail(image, image_thumb_sizes[k], cases[i].sides[k][0],
                                cases[i].sides[k][1]);
            else
                CHECK(!blob_is_there(image_thumb_key(&memory, image.key, image_thumb_sizes[k])));
        }
    }
}

static void what_nobody_can_look_into_gets_no_job(void **state)
{
    UNUSED(state);
    submit(add_image(ada, "p/film.bin", 0, 0));
    CHECK_I64(list_jobs().count, 0);
}

static struct stat stat_blob(struct str key)
{
    struct blob_file file;
    struct stat info;
    struct err e = { 0 };
    AUTO_FD fd = -1;

    CHECK_OK(blob_open_read(store, key, &file, &e));
    fd = file.fd;
    CHECK_I64(fstat(fd, &info), 0);
    return info;
}

static void a_second_attempt_takes_what_the_first_left(void **state)
{
    struct image image = add_image(ada, "p/1.png", 300, 200);
    struct str key = image_thumb_key(&memory, image.key, 256);
    struct stat first;

    UNUSED(state);
    put_blob("p/1.png", png(300, 200));
    submit(image);
    CHECK_I64(wait_for_end().state, JOB_COMPLETED);
    first = stat_blob(key);
    /* As if the process had died before it could write down what it had made. */
    place_run("UPDATE image SET thumb_size = NULL");
    submit(image);
    CHECK_I64(wait_for_end().state, JOB_COMPLETED);
    CHECK_I64(load_image(image).thumb_size.value, 512);
    CHECK_I64(stat_blob(key).st_ino, first.st_ino);
}

static void what_another_version_left_is_made_anew(void **state)
{
    struct image image = add_image(ada, "p/1.png", 100, 50);

    UNUSED(state);
    put_blob("p/1.png", png(100, 50));
    put_blob("p/1.png.256.webp", STR("not like ours"));
    submit(image);
    CHECK_I64(wait_for_end().state, JOB_COMPLETED);
    check_thumbnail(image, 256, 100, 50);
}

static void a_picture_is_not_lost_because_its_thumbnails_fail(void **state)
{
    struct image image = add_image(ada, "p/1.png", 100, 50);

    UNUSED(state);
    put_blob("p/1.png", STR("\x89PNG\r\n\x1a\nand then nothing of use"));
    submit(image);
    CHECK_I64(wait_for_end().state, JOB_FAILED);
    CHECK(!load_image(image).thumb_size.set);
    CHECK(blob_is_there(image.key));
    CHECK(!blob_is_there(STR("p/1.png.256.webp")));
}

static void a_picture_that_is_gone_needs_none(void **state)
{
    struct image image = { .id = STR("01900000-0000-7000-8000-000000000000"),
                           .user_id = ada,
                           .width = { true, 10 },
                           .height = { true, 10 } };

    UNUSED(state);
    submit(image);
    CHECK_I64(wait_for_end().state, JOB_COMPLETED);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PLACED(each_picture_gets_the_sizes_that_it_fills),
        PLACED(what_nobody_can_look_into_gets_no_job),
        PLACED(a_second_attempt_takes_what_the_first_left),
        PLACED(what_another_version_left_is_made_anew),
        PLACED(a_picture_is_not_lost_because_its_thumbnails_fail),
        PLACED(a_picture_that_is_gone_needs_none),
    };

    return place_main(argc, argv, tests, COUNT(tests));
}
