/* A fingerprint that survives scaling and re-encoding. */
#ifndef IMAGE_HELPER_PHASH_H
#define IMAGE_HELPER_PHASH_H

#include "base/base.h"

enum { PHASH_SIDE = 32 };

/*
 * The 64 lowest frequencies of the picture, averaged to 32 x 32 cells of brightness on white: a bit
 * says whether its frequency is stronger than the median. Bits are ordered from low to high
 * frequencies, along the diagonals.
 */
struct phash {
    int width, height, channels, y;
    uint64_t sums[PHASH_SIDE][PHASH_SIDE];
    uint32_t counts[PHASH_SIDE]; /* rows in each row of cells */
};
void phash_init(struct phash *p, int width, int height, int channels);
void phash_put(struct phash *p, const uint8_t *row);
/* After the last row; orientation as in EXIF, so that the hash is that of the upright picture. */
uint64_t phash_end(const struct phash *p, int orientation);

#endif
