/* What never changes of a picture, as JSON. */
#include "engine/image_card.h"

#include <assert.h>

#include "base/json.h"
#include "engine/retention.h"

enum { CARD_MAX_BYTES = 1024 * 1024 };

static const struct field card_json[] = {
    IMAGE_CARD_FIELDS,
    { 0 },
};

struct image_card image_card(struct arena *a, const struct image *image)
{
    return (struct image_card){ .image = *image,
                                .url = image_url(a, image),
                                .thumb_url = image_thumb_url(a, image) };
}

struct str image_card_text(struct arena *a, const struct image *image)
{
    struct image_card card = image_card(a, image);
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text, .spelling = JSON_CAMEL };

    buf_init(&text, CARD_MAX_BYTES);
    json_put_members(&w, card_json, &card);
    assert(!text.overflowed); /* all of them are bounded */
    return arena_str(a, buf_str(&text));
}

const struct field image_listed_columns[] = {
    { FIELD(struct image_listed, id) },
    { FIELD(struct image_listed, card) },
    { FIELD(struct image_listed, job_id) },
    { FIELD(struct image_listed, prompt) },
    { FIELD(struct image_listed, name) },
    { FIELD(struct image_listed, tags) },
    { FIELD(struct image_listed, starred) },
    { FIELD(struct image_listed, rating) },
    { FIELD_TIME(struct image_listed, deleted_at) },
    { 0 },
};

static_assert(offsetof(struct image_listed, id) == 0, "rows that can be put in order");

/* What the query takes. */
struct wanted {
    struct str user_id;
    struct str_list ids;
};

static const struct field wanted_fields[] = {
    { FIELD(struct wanted, user_id) },
    { FIELD(struct wanted, ids) },
    { 0 },
};

bool image_listed_by_ids(struct db_tx *tx, struct arena *a, struct str user_id, struct str_list ids,
                         struct field_list *out, struct err *e)
{
    struct wanted wanted = { user_id, ids };

    if (!db_rows(tx, a, Q_IMAGE_LISTED_BY_IDS, wanted_fields, &wanted, image_listed_columns,
                 sizeof(struct image_listed), out, e))
        return false;
    image_put_in_order(ids, *out, sizeof(struct image_listed));
    return true;
}

static bool make_cards(struct db_tx *tx, struct arena *a, struct str user_id,
                       struct field_list images, size_t count, struct err *e)
{
    struct image_listed *listed = images.items;
    struct str_list ids = { arena_array(a, struct str, count), 0 };
    struct field_list whole;
    size_t made = 0;

    for (size_t i = 0; i < images.count; i++) {
        if (str_is_null(listed[i].card))
            ids.items[ids.count++] = listed[i].id;
    }
    if (!image_list_by_ids(tx, a, user_id, ids, &whole, e))
        return false;
    assert(whole.count == count); /* one snapshot */
    for (size_t i = 0; i < images.count; i++) {
        if (str_is_null(listed[i].card))
            listed[i].card = image_card_text(a, (struct image *)whole.items + made++);
    }
    return true;
}

bool image_listed_finish(struct db_tx *tx, struct arena *a, struct str user_id,
                         struct field_list images, struct err *e)
{
    size_t without_card = 0;

    for (size_t i = 0; i < images.count; i++) {
        struct image_listed *listed = (struct image_listed *)images.items + i;

        if (str_is_null(listed->tags))
            listed->tags = STR("[]");
        listed->purge_at = retention_purge_at(listed->deleted_at);
        without_card += str_is_null(listed->card) ? 1 : 0;
    }
    return without_card == 0 || make_cards(tx, a, user_id, images, without_card, e);
}
