/* A picture as an answer, whichever room shows it. */
#ifndef API_IMAGE_VIEW_H
#define API_IMAGE_VIEW_H

#include "api/route.h"
#include "engine/image_card.h"

/* Of struct image_card; the second one writes the same of struct image_listed. */
extern const struct shape image_shape, image_listed_shape;

#endif
