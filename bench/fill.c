/*
 * Fills a database as it is after years of use: bench_fill URL IMAGES JOBS. All belongs to the
 * first admin, who is made when there is none; the jobs wait in the lane "bench", which is paused.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/random.h"
#include "engine/catalog.h"
#include "engine/image_card.h"
#include "engine/lane.h"
#include "engine/user.h"

enum { BATCH = 1000, WORDS = 16, TAGS = 200, TAGS_EACH = 3 };

/* Between two pictures. */
#define EACH_MS INT64_C(94000)

#define LANE    STR("bench")

static struct arena memory;
static struct user owner;
static int64_t began_ms;

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

/* As after three years: an id of then, behind the one before. */
static struct str some_id(struct arena *a, int64_t number)
{
    struct str then = uuid_first_at(a, began_ms + number * EACH_MS), fresh = uuid_new(a);

    return arena_strf(a, STR_FMT STR_FMT, STR_ARG(str_slice(then, 0, 14)),
                      STR_ARG(str_slice(fresh, 14, fresh.len)));
}

/* Few are used much, many a little. */
static struct str_list some_tags(struct arena *a)
{
    struct str_list tags = { arena_array(a, struct str, TAGS_EACH), 0 };

    for (int i = 0; i < TAGS_EACH; i++) {
        int64_t tag = random_below(1 + random_below(TAGS));

        if (tag % 3 == i) /* no tag twice, and not always all of them */
            tags.items[tags.count++] = arena_strf(a, "tag-%03lld", (long long)tag);
    }
    return tags;
}

/* Rows only: there is nothing in the store, and nobody is told. */
static struct image some_image(struct arena *a, int64_t number)
{
    static const char *const backends[] = { "bench", "bench", "bench", "comfy",
                                            "comfy", "cloud", "rare" };
    bool is_uploaded = number % 10 == 9;
    int64_t rating = random_below(25) - 19;
    struct image image = {
        .id = some_id(a, number),
        .user_id = owner.id,
        .source = is_uploaded ? IMAGE_UPLOADED : IMAGE_GENERATED,
        .media_type = STR("image/png"),
        .width = { true, 1024 },
        .height = { true, 1024 },
        .size_bytes = 1000000 + number % 1000000,
        .crc32 = number,
        .sha256 = arena_strf(a, "%064llx", (unsigned long long)number),
        .phash = arena_strf(a, "%016llx", (unsigned long long)random_u64()),
        .prompt = some_prompt(a),
        .tags = some_tags(a),
        .starred = random_below(50) == 0,
        .rating = MAX(rating, 0),
    };

    image.created_at = uuid_time_ms(image.id);
    if (!is_uploaded)
        image.backend = number % 5000 == 0 ? STR("rare")
                                           : str_from(backends[random_below(COUNT(backends) - 1)]);
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
    struct catalog_change *changes = arena_array(&a, struct catalog_change, count);

    for (size_t i = 0; i < count; i++)
        changes[i].after = images[i] = some_image(&a, piece->from + (int64_t)i);
    if (!db_exec_many(tx, Q_IMAGE_INSERT, image_columns, images, sizeof(*images), count, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        images[i].card = image_card_kept(&a, &images[i]);
        if (!db_post(tx, Q_IMAGE_UPDATE, image_columns, &images[i], e))
            return false;
    }
    return catalog_write(tx, &a, changes, count, e);
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
    began_ms = clock_now_ms() - images * EACH_MS;
    fill(db, add_images, images);
    fill(db, add_jobs, jobs);
    db_close(db);
    return 0;
}
