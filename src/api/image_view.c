/* A picture as it looks outside. */
#include "api/image_view.h"

#include <assert.h>

#include "engine/retention.h"

static_assert(offsetof(struct image_view, card) == 0, "the table of a card is that of a view, too");

const struct field image_json[] = {
    IMAGE_CARD_FIELDS,
    { FIELD_NAMED(struct image_view, card.image.job_id, "job_id") },
    { FIELD_NAMED(struct image_view, card.image.prompt, "prompt") },
    { FIELD_NAMED(struct image_view, card.image.name, "name"), .help = "what its owner calls it" },
    { FIELD_NAMED(struct image_view, card.image.tags, "tags") },
    { FIELD_NAMED(struct image_view, card.image.starred, "starred") },
    { FIELD_NAMED(struct image_view, card.image.rating, "rating"), .help = "1 to 5; 0: not rated" },
    { .name = "deleted_at",
      .type = FIELD_TIME,
      .help = "null; else in the trash since",
      .offset = offsetof(struct image_view, card.image.deleted_at) },
    { FIELD_TIME(struct image_view, purge_at),
      .help = "null; else it is gone for good soon after that" },
    { 0 },
};
const struct shape image_shape = { "Image", image_json, sizeof(struct image_view) };

static const struct field image_listed_json[] = {
    { FIELD_RAW(struct image_listed, card, "") },
    { FIELD(struct image_listed, job_id) },
    { FIELD(struct image_listed, prompt) },
    { FIELD(struct image_listed, name) },
    { FIELD_RAW(struct image_listed, tags, "tags") },
    { FIELD(struct image_listed, starred) },
    { FIELD(struct image_listed, rating) },
    { FIELD_TIME(struct image_listed, deleted_at) },
    { FIELD_TIME(struct image_listed, purge_at) },
    { 0 },
};
const struct shape image_listed_shape = { "Image", image_listed_json, sizeof(struct image_listed) };

struct image_view image_view(struct arena *a, const struct image *image)
{
    return (struct image_view){ .card = image_card(a, image),
                                .purge_at = retention_purge_at(image->deleted_at) };
}
