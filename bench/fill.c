/*
 * Fills a database as it is after years of use: bench_fill URL IMAGES JOBS. All belongs to the
 * first admin, who is made when there is none; the jobs wait in the lane "bench", which is paused.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/crypto.h"
#include "base/random.h"
#include "engine/image.h"
#include "engine/lane.h"
#include "engine/user.h"

enum { BATCH = 5000, WORDS = 16 };

#define LANE STR("bench")

static struct arena memory;
static struct user owner;

static const char *const words[WORDS] = {
    "lighthouse", "orchard", "harbour", "violin",  "glacier", "market", "heron", "tram",
    "meadow",     "lantern", "canyon",  "gallery", "ferry",   "cactus", "comet", "terrace",
};

static NO_RETURN void fail(const struct err *e)
{
    fprintf(stderr, "bench_fill: %s\n", e->msg);
    exit(1);
}

static bool begin_filling(struct db_tx *tx, void *arg, struct err *e)
{
    struct user_new first = { .name = STR("admin"), .role = USER_ADMIN };
    struct err why = { 0 };

    UNUSED(arg);
    if (!user_load_first_admin(tx, &memory, &owner, &why) &&
        !user_create(tx, &memory, &first, &owner, e))
        return false;
    return lane_set_paused(tx, LANE, true, e);
}

static struct str some_prompt(struct arena *a)
{
    return arena_strf(a, "a %s beside a %s under a %s, oil on canvas", words[random_below(WORDS)],
                      words[random_below(WORDS)], words[random_below(WORDS)]);
}

/* Rows only: there is nothing in the store, and nobody is told. */
static struct image some_image(struct arena *a, int64_t number)
{
    struct image image = {
        .id = uuid_new(a),
        .user_id = owner.id,
        .backend = STR("bench"),
        .source = IMAGE_GENERATED,
        .media_type = STR("image/png"),
        .width = { true, 1024 },
        .height = { true, 1024 },
        .size_bytes = 1000000 + number % 1000000,
        .crc32 = number,
        .sha256 = arena_strf(a, "%064llx", (unsigned long long)number),
        .phash = arena_strf(a, "%016llx", (unsigned long long)random_u64()),
        .prompt = some_prompt(a),
        .created_at = 1700000000000 + number,
    };

    image.key =
        arena_strf(a, "library/" STR_FMT "/" STR_FMT ".png", STR_ARG(owner.id), STR_ARG(image.id));
    image.recipe = arena_strf(a, "{\"backend\":\"bench\",\"request\":{\"prompt\":\"" STR_FMT "\"}}",
                              STR_ARG(image.prompt));
    return image;
}

/* A piece of the work: rows from `from` to below `to`. */
struct piece {
    int64_t from, to;
};

static bool add_images(struct db_tx *tx, void *arg, struct err *e)
{
    const struct piece *piece = arg;
    size_t count = (size_t)(piece->to - piece->from);
    AUTO_ARENA a = { 0 };
    struct image *images = arena_array(&a, struct image, count);

    for (size_t i = 0; i < count; i++)
        images[i] = some_image(&a, piece->from + (int64_t)i);
    return db_exec_many(tx, Q_IMAGE_INSERT, image_columns, images, sizeof(*images), count, e);
}

static bool add_job(struct db_tx *tx, struct arena *a, int64_t number, struct err *e)
{
    struct job_new want = {
        .user_id = owner.id,
        .kind = STR("generate"),
        .lane = LANE,
        .band = JOB_NORMAL,
        .payload = arena_strf(a,
                              "{\"backend\":\"bench\",\"key_folder\":\"library/" STR_FMT
                              "\",\"request\":{\"prompt\":\"" STR_FMT "\",\"seed\":%lld}}",
                              STR_ARG(owner.id), STR_ARG(some_prompt(a)), (long long)number),
    };
    struct job job;

    return job_submit(tx, a, &want, &job, e);
}

static bool add_jobs(struct db_tx *tx, void *arg, struct err *e)
{
    const struct piece *piece = arg;
    AUTO_ARENA a = { 0 };

    for (int64_t number = piece->from; number < piece->to; number++) {
        struct arena_mark mark = arena_mark(&a);

        if (!add_job(tx, &a, number, e))
            return false;
        arena_rewind(&a, mark);
    }
    return true;
}

static void fill(struct db *db, db_tx_fn add, int64_t count)
{
    struct err e = { 0 };

    for (int64_t from = 0; from < count; from += BATCH) {
        struct piece piece = { from, MIN(from + BATCH, count) };

        if (!db_write(db, add, &piece, &e))
            fail(&e);
    }
}

int main(int argc, char **argv)
{
    struct db_options options = { .url = str_from(argc > 1 ? argv[1] : "") };
    int64_t images = 0, jobs = 0;
    struct db *db;
    struct err e = { 0 };

    if (argc != 4 || !str_to_i64(str_from(argv[2]), 0, 100000000, &images) ||
        !str_to_i64(str_from(argv[3]), 0, 100000000, &jobs)) {
        fprintf(stderr, "usage: bench_fill DATABASE-URL IMAGES JOBS\n");
        return 2;
    }
    if (!crypto_init(&e) || !db_open(&options, &db, &e) || !db_migrate(db, &e) ||
        !db_write(db, begin_filling, NULL, &e))
        fail(&e);
    fill(db, add_images, images);
    fill(db, add_jobs, jobs);
    db_close(db);
    return 0;
}
