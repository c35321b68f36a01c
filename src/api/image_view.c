/* A picture as an answer. */
#include "api/image_view.h"

const struct shape image_shape = { "Image", image_card_fields, sizeof(struct image_card) };

static const struct field image_listed_json[] = {
    { FIELD_RAW(struct image_listed, card, "") },
    { 0 },
};
const struct shape image_listed_shape = { "Image", image_listed_json, sizeof(struct image_listed) };
