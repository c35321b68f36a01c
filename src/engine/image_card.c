/* A picture as people see it, and as JSON. */
#include "engine/image_card.h"

#include <assert.h>

#include "base/json.h"
#include "engine/retention.h"

#define CARD_BEGINS "\"id\":\""
enum { CARD_MAX_BYTES = 1024 * 1024, CARD_ID_AT = sizeof(CARD_BEGINS) - 1 };

const struct field image_card_fields[] = {
    { FIELD_NAMED(struct image_card, image.id, "id"), .required = true },
    { FIELD(struct image_card, url), .required = true },
    { FIELD(struct image_card, thumb_url), .help = "null: nobody can look into this picture" },
    { FIELD_NAMED(struct image_card, image.backend, "backend") },
    { .name = "source",
      .type = FIELD_ENUM,
      .names = image_source_names,
      .offset = offsetof(struct image_card, image.source) },
    { FIELD_NAMED(struct image_card, image.media_type, "media_type"), .required = true },
    { FIELD_NAMED(struct image_card, image.width, "width") },
    { FIELD_NAMED(struct image_card, image.height, "height") },
    { FIELD_NAMED(struct image_card, image.size_bytes, "size_bytes") },
    { FIELD_NAMED(struct image_card, image.sha256, "sha256"), .required = true },
    { .name = "created_at",
      .type = FIELD_TIME,
      .required = true,
      .offset = offsetof(struct image_card, image.created_at) },
    { FIELD_NAMED(struct image_card, image.job_id, "job_id") },
    { FIELD_NAMED(struct image_card, image.prompt, "prompt") },
    { FIELD_NAMED(struct image_card, image.name, "name"), .help = "what its owner calls it" },
    { FIELD_NAMED(struct image_card, image.tags, "tags") },
    { FIELD_NAMED(struct image_card, image.starred, "starred") },
    { FIELD_NAMED(struct image_card, image.rating, "rating"), .help = "1 to 5; 0: not rated" },
    { .name = "deleted_at",
      .type = FIELD_TIME,
      .help = "null; else in the trash since",
      .offset = offsetof(struct image_card, image.deleted_at) },
    { FIELD_TIME(struct image_card, purge_at),
      .help = "null; else it is gone for good soon after that" },
    { 0 },
};

struct image_card image_card(struct arena *a, const struct image *image)
{
    return (struct image_card){ .image = *image,
                                .url = image_url(a, image),
                                .thumb_url = image_thumb_url(a, image),
                                .purge_at = retention_purge_at(image->deleted_at) };
}

struct str image_card_text(struct arena *a, const struct image *image)
{
    struct image_card card = image_card(a, image);
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text, .spelling = JSON_CAMEL };

    buf_init(&text, CARD_MAX_BYTES);
    json_put_members(&w, image_card_fields, &card);
    assert(!text.overflowed); /* all of them are bounded */
    return arena_str(a, buf_str(&text));
}

struct str image_card_kept(struct arena *a, const struct image *image)
{
    return image->deleted_at == 0 ? image_card_text(a, image) : (struct str){ 0 };
}

const struct field image_listed_columns[] = {
    { FIELD(struct image_listed, id) },
    { FIELD(struct image_listed, card) },
    { FIELD(struct image_listed, rating) },
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

bool image_listed_is_whole(const struct image_listed *listed)
{
    struct str card = listed->card;

    return str_starts(card, STR(CARD_BEGINS)) && card.len > CARD_ID_AT + listed->id.len &&
           card.ptr[CARD_ID_AT + listed->id.len] == '"' &&
           str_eq(str_slice(card, CARD_ID_AT, CARD_ID_AT + listed->id.len), listed->id);
}

static bool make_cards(struct db_tx *tx, struct arena *a, struct str user_id,
                       struct field_list *images, size_t count, struct err *e)
{
    struct image_listed *listed = images->items;
    struct str_list ids = { arena_array(a, struct str, count), 0 };
    const struct image *found;
    struct field_list whole;
    size_t made = 0, kept = 0;

    for (size_t i = 0; i < images->count; i++) {
        if (!image_listed_is_whole(&listed[i])) {
            listed[i].card = (struct str){ 0 };
            ids.items[ids.count++] = listed[i].id;
        }
    }
    if (!image_list_by_ids(tx, a, user_id, ids, &whole, e))
        return false;
    found = whole.items;
    for (size_t i = 0; i < images->count; i++) {
        if (made < whole.count && str_eq(found[made].id, listed[i].id))
            listed[i].card = image_card_text(a, &found[made++]);
        if (!str_is_null(listed[i].card))
            listed[kept++] = listed[i];
    }
    images->count = kept;
    return true;
}

bool image_listed_finish(struct db_tx *tx, struct arena *a, struct str user_id,
                         struct field_list *images, struct err *e)
{
    const struct image_listed *listed = images->items;
    size_t missing = 0;

    for (size_t i = 0; i < images->count; i++)
        missing += image_listed_is_whole(&listed[i]) ? 0 : 1;
    return missing == 0 || make_cards(tx, a, user_id, images, missing, e);
}
