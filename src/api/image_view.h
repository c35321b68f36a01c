/* A picture as it looks outside, whichever room shows it. */
#ifndef API_IMAGE_VIEW_H
#define API_IMAGE_VIEW_H

#include "api/route.h"
#include "engine/image_card.h"

struct image_view {
    struct image_card card;
    int64_t purge_at; /* 0: it is not in the trash */
};
extern const struct field image_json[];
/* The second one writes the same of struct image_listed. */
extern const struct shape image_shape, image_listed_shape;

struct image_view image_view(struct arena *a, const struct image *image);

#endif
