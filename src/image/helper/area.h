/* Averages of whole rectangles: the cheap first step of making a picture smaller. */
#ifndef IMAGE_HELPER_AREA_H
#define IMAGE_HELPER_AREA_H

#include "base/arena.h"

/* by_x by by_y pixels become one; the last ones of a row or column may stand for fewer. */
struct area {
    int width, channels, by_x, by_y;
    int to_width;
    int rows;       /* taken into the sums so far */
    uint32_t *sums; /* per sample of a row; colours times alpha, where there is one */
};

void area_init(struct area *s, struct arena *a, int width, int channels, int by_x, int by_y);
/* True: by_y rows are in, and out (to_width pixels) was written. */
bool area_put(struct area *s, const uint8_t *row, uint8_t *out);
/* What the rows since then amount to; false: there were none. */
bool area_flush(struct area *s, uint8_t *out);

#endif
