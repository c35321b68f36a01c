/* A picture as it looks outside, whichever room shows it. */
#ifndef API_IMAGE_VIEW_H
#define API_IMAGE_VIEW_H

#include "api/route.h"
#include "engine/image.h"

struct image_view {
    struct image image;
    struct str url, thumb_url;
    int64_t purge_at; /* 0: it is not in the trash */
};
extern const struct field image_json[];
extern const struct shape image_shape;

struct image_view image_view(struct arena *a, const struct image *image);

#endif
