/* PNG's five row filters, backwards and forwards. */
#ifndef IMAGE_HELPER_PNG_FILTER_H
#define IMAGE_HELPER_PNG_FILTER_H

#include "base/base.h"

enum {
    ROW_FILTER_NONE,
    ROW_FILTER_SUB,
    ROW_FILTER_UP,
    ROW_FILTER_AVERAGE,
    ROW_FILTER_PAETH,
    ROW_FILTER_COUNT
};

/* In place; above is the unfiltered row before it, NULL for the first. pixel_bytes: 3 or 4. */
void png_unfilter(int filter, uint8_t *row, const uint8_t *above, size_t bytes, size_t pixel_bytes);

/* Writes bytes bytes; above is all zero for the first row. */
void png_filter(int filter, const uint8_t *row, const uint8_t *above, uint8_t *out, size_t bytes,
                size_t pixel_bytes);

#endif
