/* How alike two pictures are: in their colours, and in how their edges run. */
#ifndef IMAGE_HELPER_LIKENESS_H
#define IMAGE_HELPER_LIKENESS_H

#include "base/arena.h"
#include "image/helper/pixels.h"

enum { LIKENESS_SIDE = 128 }; /* the longer side of what is compared, at most */

/* All from 0, nothing in common, to 1, the same; the order of the two does not matter. */
struct likeness {
    double colour, structure;
    double whole; /* of both */
};

/* Upright pictures of up to LIKENESS_SIDE pixels a side; transparent pixels stand on white. */
struct likeness likeness_of(struct arena *a, const struct pixels *left, const struct pixels *right);

#endif
