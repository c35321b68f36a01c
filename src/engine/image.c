/* Rows of stored pictures. */
#include "engine/image.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "engine/batch.h"
#include "engine/event.h"
#include "engine/image_card.h"

const char *const image_source_names[] = { "generated", "uploaded", NULL };

const int64_t image_thumb_sizes[IMAGE_THUMB_SIZES] = { 256, 512, 1024 };

const struct field image_columns[] = {
    { FIELD(struct image, id) },
    { FIELD(struct image, user_id) },
    { FIELD(struct image, job_id) },
    { FIELD(struct image, backend) },
    { FIELD(struct image, key) },
    { FIELD(struct image, media_type) },
    { FIELD_ENUM(struct image, source, image_source_names) },
    { FIELD(struct image, width) },
    { FIELD(struct image, height) },
    { FIELD(struct image, size_bytes) },
    { FIELD(struct image, crc32) },
    { FIELD(struct image, sha256) },
    { FIELD(struct image, phash) },
    { FIELD(struct image, prompt) },
    { FIELD(struct image, recipe) },
    { FIELD(struct image, card) },
    { FIELD(struct image, name) },
    { FIELD(struct image, tags) },
    { FIELD(struct image, starred) },
    { FIELD(struct image, rating) },
    { FIELD_TIME(struct image, created_at) },
    { FIELD_TIME(struct image, deleted_at) },
    { FIELD(struct image, thumb_size) },
    { 0 },
};

/* What the queries by key take. */
struct image_key {
    struct str id, key, user_id, job_id, sha256;
    struct str_list ids;
    int64_t limit, thumb_size, before_ms;
};

static const struct field image_key_fields[] = {
    { FIELD(struct image_key, id) },        { FIELD(struct image_key, key) },
    { FIELD(struct image_key, user_id) },   { FIELD(struct image_key, job_id) },
    { FIELD(struct image_key, sha256) },    { FIELD(struct image_key, ids) },
    { FIELD(struct image_key, limit) },     { FIELD(struct image_key, thumb_size) },
    { FIELD(struct image_key, before_ms) }, { 0 },
};

/* What the event tells: enough to show it. */
struct image_news {
    struct str id, job_id, url, thumb_url;
    struct opt_i64 width, height;
};

static const struct field image_news_fields[] = {
    { FIELD(struct image_news, id) },
    { FIELD(struct image_news, job_id) },
    { FIELD(struct image_news, url) },
    { FIELD(struct image_news, thumb_url) },
    { FIELD(struct image_news, width) },
    { FIELD(struct image_news, height) },
    { 0 },
};

struct image_added {
    struct image_news image;
};

static const struct field image_added_fields[] = {
    { FIELD_OBJECT(struct image_added, image, image_news_fields) },
    { 0 },
};

static bool insert_images(struct db_tx *tx, struct arena *a, void *items, size_t count,
                          struct err *e)
{
    UNUSED(a);
    return db_post_many(tx, Q_IMAGE_INSERT, image_columns, items, sizeof(struct image), count,
                        DB_ANY_CHANGE, e) &&
           db_post_many(tx, Q_IMAGE_PENDING_ADD, image_columns, items, sizeof(struct image), count,
                        DB_ANY_CHANGE, e);
}

static const struct db_batch image_batch = {
    .order = BATCH_IMAGES, .is_seen = true, .item_bytes = sizeof(struct image), .run = insert_images
};

/* The strings as a picture that is put off keeps them, and its card. */
static struct image keep(struct arena *kept, const struct image *image)
{
    struct image mine = *image;

    mine.id = arena_str(kept, image->id);
    mine.user_id = arena_str(kept, image->user_id);
    mine.job_id = arena_str(kept, image->job_id);
    mine.backend = arena_str(kept, image->backend);
    mine.key = arena_str(kept, image->key);
    mine.media_type = arena_str(kept, image->media_type);
    mine.sha256 = arena_str(kept, image->sha256);
    mine.phash = arena_str(kept, image->phash);
    mine.prompt = arena_str(kept, image->prompt);
    mine.recipe = arena_str(kept, image->recipe);
    mine.name = arena_str(kept, image->name);
    mine.tags = (struct str_list){ 0 }; /* the insert knows of no marks */
    mine.starred = false;
    mine.rating = mine.deleted_at = 0;
    mine.card = image_card_kept(kept, &mine);
    return mine;
}

bool image_add(struct db_tx *tx, struct arena *a, struct image *image, struct err *e)
{
    struct image_added news;
    struct image kept;

    if (str_is_null(image->id))
        image->id = uuid_new(a);
    image->created_at = uuid_is_valid(image->id) ? uuid_time_ms(image->id) : clock_now_ms();
    kept = keep(db_put_off_arena(tx), image);
    if (!db_put_off(tx, &image_batch, &kept, e))
        return false;
    news.image = (struct image_news){ .id = image->id,
                                      .job_id = image->job_id,
                                      .url = image_url(a, image),
                                      .thumb_url = image_thumb_url(a, image),
                                      .width = image->width,
                                      .height = image->height };
    return event_add_struct(tx, a, event_user_channel(a, image->user_id), "image_added",
                            image_added_fields, &news, e);
}

static bool load(struct db_tx *tx, struct arena *a, enum query query, const struct image_key *key,
                 struct image *out, struct err *e)
{
    struct image found = { 0 };

    if (!db_row(tx, a, query, image_key_fields, key, image_columns, &found, e))
        return e->code == ERR_NOT_FOUND ? err_set(e, ERR_NOT_FOUND, "no such image") : false;
    *out = found;
    return true;
}

bool image_load(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                struct image *out, struct err *e)
{
    struct image_key key = { .id = id, .user_id = user_id };

    return load(tx, a, Q_IMAGE_OF_USER, &key, out, e);
}

bool image_load_by_key(struct db_tx *tx, struct arena *a, struct str user_id, struct str key,
                       struct image *out, struct err *e)
{
    struct image_key by = { .key = key, .user_id = user_id };

    return load(tx, a, Q_IMAGE_BY_KEY_OF_USER, &by, out, e);
}

bool image_load_by_key_of_anybody(struct db_tx *tx, struct arena *a, struct str key,
                                  struct image *out, struct err *e)
{
    struct image_key by = { .key = key };

    return load(tx, a, Q_IMAGE_BY_KEY, &by, out, e);
}

bool image_load_same(struct db_tx *tx, struct arena *a, struct str user_id, struct str sha256,
                     struct image *out, struct err *e)
{
    struct image_key key = { .user_id = user_id, .sha256 = sha256 };

    return load(tx, a, Q_IMAGE_SAME, &key, out, e);
}

bool image_lock_uploads(struct db_tx *tx, struct str user_id, struct err *e)
{
    struct image_key key = { .user_id = user_id };

    return db_exec(tx, Q_IMAGE_LOCK_UPLOADS, image_key_fields, &key, e);
}

bool image_list_of_job(struct db_tx *tx, struct arena *a, struct str user_id, struct str job_id,
                       struct field_list *out, struct err *e)
{
    struct image_key key = { .user_id = user_id, .job_id = job_id };

    return db_rows(tx, a, Q_IMAGE_OF_JOB, image_key_fields, &key, image_columns,
                   sizeof(struct image), out, e);
}

enum { ROW_MAX_BYTES = 512 };
static_assert(sizeof(struct image) <= ROW_MAX_BYTES && offsetof(struct image, id) == 0,
              "rows that can be put in order");

/* A join gives its rows mostly in the order of the list already: then each is where it is looked
 * for. */
void image_put_in_order(struct str_list ids, struct field_list rows, size_t item_bytes)
{
    char *items = rows.items, found[ROW_MAX_BYTES];
    size_t done = 0;

    assert(item_bytes <= sizeof(found));
    for (size_t i = 0; i < ids.count && done < rows.count; i++) {
        size_t at = done;

        while (at < rows.count && !str_eq(*(struct str *)(items + at * item_bytes), ids.items[i]))
            at++;
        if (at == rows.count)
            continue;
        if (at > done) {
            memcpy(found, items + at * item_bytes, item_bytes);
            memmove(items + (done + 1) * item_bytes, items + done * item_bytes,
                    (at - done) * item_bytes);
            memcpy(items + done * item_bytes, found, item_bytes);
        }
        done++;
    }
}

bool image_list_by_ids(struct db_tx *tx, struct arena *a, struct str user_id, struct str_list ids,
                       struct field_list *out, struct err *e)
{
    struct image_key key = { .user_id = user_id, .ids = ids };

    if (!db_rows(tx, a, Q_IMAGE_BY_IDS, image_key_fields, &key, image_columns, sizeof(struct image),
                 out, e))
        return false;
    image_put_in_order(ids, *out, sizeof(struct image));
    return true;
}

bool image_lock_by_ids(struct db_tx *tx, struct arena *a, struct str user_id, struct str_list ids,
                       struct field_list *out, struct err *e)
{
    struct image_key key = { .user_id = user_id, .ids = ids };

    return db_rows(tx, a, Q_IMAGE_LOCK_BY_IDS, image_key_fields, &key, image_columns,
                   sizeof(struct image), out, e);
}

bool image_update(struct db_tx *tx, const struct image *image, struct err *e)
{
    struct image row = *image;
    AUTO_ARENA a = { 0 };

    row.card = image_card_kept(&a, image);
    return db_exec(tx, Q_IMAGE_UPDATE, image_columns, &row, e);
}

bool image_list_trash(struct db_tx *tx, struct arena *a, int64_t before_ms, int64_t limit,
                      struct field_list *out, struct err *e)
{
    struct image_key key = { .before_ms = before_ms, .limit = limit };

    return db_rows(tx, a, Q_IMAGE_TRASH, image_key_fields, &key, image_columns,
                   sizeof(struct image), out, e);
}

struct str image_url(struct arena *a, const struct image *image)
{
    const struct str url[] = { STR("/media/"), image->key };

    return arena_join(a, url, COUNT(url));
}

size_t image_thumb_count(const struct image *image)
{
    int64_t side = MAX(image->width.value, image->height.value);
    size_t count = 1;

    if (!image->width.set || !image->height.set)
        return 0;
    while (count < IMAGE_THUMB_SIZES && image_thumb_sizes[count - 1] < side)
        count++;
    return count;
}

struct str image_thumb_key(struct arena *a, struct str key, int64_t size)
{
    return arena_strf(a, STR_FMT ".%lld.webp", STR_ARG(key), (long long)size);
}

struct str image_of_thumb_key(struct str key)
{
    for (size_t i = 0; i < IMAGE_THUMB_SIZES; i++) {
        char ending[32];
        size_t len =
            (size_t)snprintf(ending, sizeof(ending), ".%lld.webp", (long long)image_thumb_sizes[i]);

        if (key.len > len && str_ends(key, str_of(ending, len)))
            return str_slice(key, 0, key.len - len);
    }
    return key;
}

bool image_set_thumb_size(struct db_tx *tx, struct str user_id, struct str id, int64_t size,
                          struct err *e)
{
    struct image_key key = { .id = id, .user_id = user_id, .thumb_size = size };

    return db_exec(tx, Q_IMAGE_SET_THUMB_SIZE, image_key_fields, &key, e);
}

struct str image_thumb_url(struct arena *a, const struct image *image)
{
    const struct str url[] = { STR("/media/"), image->key, STR("?w=256") };

    assert(image_thumb_sizes[0] == 256);
    return image_thumb_count(image) > 0 ? arena_join(a, url, COUNT(url)) : (struct str){ 0 };
}
