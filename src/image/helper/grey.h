/* Pictures without colours, for what looks at brightness alone. Whole numbers, so that every
 * machine sees the same. */
#ifndef IMAGE_HELPER_GREY_H
#define IMAGE_HELPER_GREY_H

#include "base/arena.h"
#include "image/helper/pixels.h"

enum { GREY_SIDE = 256 }; /* pixels a side, at most */

/* Brightness from 0 to 255. */
struct grey {
    int width, height;
    uint8_t *pixels;
};
/* Transparent pixels stand on white. */
struct grey grey_of(struct arena *a, const struct pixels *p);

/* In place. An odd row or column at the end is left out. */
void grey_halve(struct grey *g);
/* Into the size of *to, down to about half; its pixels are the caller's. */
void grey_scale(const struct grey *from, struct grey *to);

/* What lies above and to the left of each corner: rows of width + 1 numbers, one more than the
 * picture has. */
void grey_sum(const struct grey *g, uint32_t *sums);

#endif
