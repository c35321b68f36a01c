/* Bytes in the store that no picture's row knows. */
#include "engine/orphan.h"

#include <assert.h>

#include "base/json.h"
#include "engine/image.h"

enum { KEYS_MAX_BYTES = 1024 * 1024 };

struct orphan_row {
    struct str keys; /* JSON: [[key, key of the picture that it would belong to], ...] */
    int64_t started_at;
};

static const struct field orphan_fields[] = {
    { FIELD(struct orphan_row, keys) },
    { FIELD_TIME(struct orphan_row, started_at) },
    { 0 },
};

struct orphan_key {
    struct str key;
};

static const struct field orphan_key_columns[] = {
    { FIELD(struct orphan_key, key) },
    { 0 },
};
static_assert(sizeof(struct orphan_key) == sizeof(struct str), "a list of keys is one of strings");

static struct str print_keys(struct arena *a, const struct str *keys, size_t count)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, KEYS_MAX_BYTES);
    json_begin_array(&w);
    for (size_t i = 0; i < count; i++) {
        json_begin_array(&w);
        json_put_str(&w, keys[i]);
        json_put_str(&w, image_of_thumb_key(keys[i]));
        json_end_array(&w);
    }
    json_end_array(&w);
    assert(!text.overflowed);
    return arena_str(a, buf_str(&text));
}

bool orphan_list(struct db_tx *tx, struct arena *a, const struct str *keys, size_t count,
                 struct field_list *out, struct err *e)
{
    struct orphan_row row = { .keys = print_keys(a, keys, count) };

    assert(count <= ORPHAN_PAGE_MAX);
    return db_rows(tx, a, Q_ORPHAN_LIST, orphan_fields, &row, orphan_key_columns,
                   sizeof(struct orphan_key), out, e);
}

bool orphan_horizon(struct db_tx *tx, int64_t *out_ms, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct orphan_row row = { 0 };

    if (!db_row(tx, &a, Q_ORPHAN_HORIZON, NULL, NULL, orphan_fields, &row, e))
        return false;
    *out_ms = row.started_at != 0 ? row.started_at : INT64_MAX;
    return true;
}
