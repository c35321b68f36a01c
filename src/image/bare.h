/* Pictures as bare pixels, for what shows them without knowing their formats. */
#ifndef IMAGE_BARE_H
#define IMAGE_BARE_H

#include "image/image.h"

/* The picture upright, in sRGB, fitted into the box of 16 to 4096 px, as rows of
 * red, green, blue and alpha, 8 bits each. */
MUST_CHECK bool image_pixels(struct image_service *s, int in_fd, int box, int out_fd,
                             int *out_width, int *out_height, struct err *e);

#endif
