/* Smaller pictures from rows, without holding the larger ones. */
#ifndef IMAGE_HELPER_RESAMPLE_H
#define IMAGE_HELPER_RESAMPLE_H

#include "base/arena.h"
#include "image/helper/pixels.h"

/*
 * Takes the rows of a picture one by one and fills *target, which is made here and belongs to the
 * caller. Whole factors are averages of areas; others are averages down to at most three times the
 * size and Lanczos (three lobes) from there. It works on the stored values, not on linear light:
 * that is how browsers and other tools scale, so a thumbnail looks like the picture that it stands
 * for, and it saves two look-ups for each sample. Colours count by their alpha.
 */
struct resampler;
MUST_CHECK bool resampler_create(struct arena *a, int width, int height, int channels, int to_width,
                                 int to_height, struct resampler **out, struct pixels *target,
                                 struct err *e);
void resampler_put(struct resampler *r, const uint8_t *row);
/* The rows of the target that are ready. All are, after the last row was put. */
int resampler_ready(const struct resampler *r);
void resampler_destroy(struct resampler *r); /* not the target */

/* The size of a picture that fits a box, never enlarged and never without a pixel. */
void resample_fit(int width, int height, int box, int *to_width, int *to_height);

#endif
