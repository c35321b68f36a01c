/* All pictures of all users, page by page, and what is known to be wrong with some. */
#include "engine/inventory.h"

#include <assert.h>

#include "base/clock.h"
#include "base/json.h"
#include "engine/event.h"

enum { PAYLOADS_MAX_BYTES = INVENTORY_PAGE_MAX * 1024 };

const char *const defect_names[] = { "none", "missing", "changed", "undrawable", NULL };

static const struct field inventory_columns[] = {
    { FIELD_NAMED(struct inventory_row, image.id, "id") },
    { FIELD_NAMED(struct inventory_row, image.user_id, "user_id") },
    { FIELD_NAMED(struct inventory_row, image.key, "key") },
    { FIELD_NAMED(struct inventory_row, image.size_bytes, "size_bytes") },
    { FIELD_NAMED(struct inventory_row, image.sha256, "sha256") },
    { FIELD_NAMED(struct inventory_row, image.width, "width") },
    { FIELD_NAMED(struct inventory_row, image.height, "height") },
    { FIELD_NAMED(struct inventory_row, image.thumb_size, "thumb_size") },
    { FIELD_ENUM(struct inventory_row, defect, defect_names) },
    { 0 },
};

struct inventory_key {
    struct str id, user_id, key, after;
    enum defect defect;
    int64_t now, limit;
};

static const struct field inventory_key_fields[] = {
    { FIELD(struct inventory_key, id) },
    { FIELD(struct inventory_key, user_id) },
    { FIELD(struct inventory_key, key) },
    { FIELD(struct inventory_key, after) },
    { FIELD_ENUM(struct inventory_key, defect, defect_names) },
    { FIELD(struct inventory_key, now) },
    { FIELD(struct inventory_key, limit) },
    { 0 },
};

bool inventory_list(struct db_tx *tx, struct arena *a, struct str after, int64_t limit,
                    struct field_list *out, struct err *e)
{
    struct inventory_key key = { .after = after, .limit = limit };

    return db_rows(tx, a, Q_INVENTORY_PAGE, inventory_key_fields, &key, inventory_columns,
                   sizeof(struct inventory_row), out, e);
}

static struct inventory_key key_of(const struct image *image)
{
    return (struct inventory_key){
        .id = image->id, .user_id = image->user_id, .key = image->key, .now = clock_now_ms()
    };
}

bool inventory_is_there(struct db_tx *tx, const struct image *image, bool *out, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct inventory_key key = key_of(image);
    struct inventory_row row;

    *out = db_row(tx, &a, Q_INVENTORY_ROW, inventory_key_fields, &key, inventory_columns, &row, e);
    return *out || e->code == ERR_NOT_FOUND;
}

struct job_key {
    struct str kind, payloads; /* JSON: a list of texts */
};

static const struct field job_key_fields[] = {
    { FIELD(struct job_key, kind) },
    { FIELD(struct job_key, payloads) },
    { 0 },
};

struct job_payload {
    struct str payload;
};

static const struct field job_payload_columns[] = {
    { FIELD(struct job_payload, payload) },
    { 0 },
};
static_assert(sizeof(struct job_payload) == sizeof(struct str), "a list of them is one of strings");

bool inventory_list_jobs(struct db_tx *tx, struct arena *a, struct str kind,
                         const struct str *payloads, size_t count, struct field_list *out,
                         struct err *e)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };
    struct job_key key = { .kind = kind };

    assert(count <= INVENTORY_PAGE_MAX);
    buf_init(&text, PAYLOADS_MAX_BYTES);
    json_begin_array(&w);
    for (size_t i = 0; i < count; i++)
        json_put_str(&w, payloads[i]);
    json_end_array(&w);
    assert(!text.overflowed);
    key.payloads = buf_str(&text);
    return db_rows(tx, a, Q_INVENTORY_JOBS, job_key_fields, &key, job_payload_columns,
                   sizeof(struct job_payload), out, e);
}

struct damage_news {
    struct str image_id;
    enum defect defect;
};

static const struct field damage_news_fields[] = {
    { FIELD(struct damage_news, image_id) },
    { FIELD_ENUM(struct damage_news, defect, defect_names) },
    { 0 },
};

bool defect_mark(struct db_tx *tx, struct arena *a, const struct image *image, enum defect defect,
                 struct err *e)
{
    struct inventory_key key = key_of(image);
    struct damage_news news = { image->id, defect };

    key.defect = defect;
    if (!db_exec(tx, Q_DEFECT_INSERT, inventory_key_fields, &key, e))
        return false;
    if (db_changed(tx) == 0 || defect == DEFECT_UNDRAWABLE) /* it can be looked at all the same */
        return true;
    return event_add_struct(tx, a, event_user_channel(a, image->user_id), "image_damaged",
                            damage_news_fields, &news, e);
}

bool defect_clear(struct db_tx *tx, const struct image *image, struct err *e)
{
    struct inventory_key key = key_of(image);

    return db_exec(tx, Q_DEFECT_DELETE, inventory_key_fields, &key, e);
}

bool image_forget_thumbs(struct db_tx *tx, const struct image *image, struct err *e)
{
    struct inventory_key key = key_of(image);

    return db_exec(tx, Q_IMAGE_FORGET_THUMBS, inventory_key_fields, &key, e);
}
