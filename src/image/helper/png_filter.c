/* PNG's row filters. A byte is predicted from its left (a), upper (b) and upper left (c)
 * neighbours. */
#include "image/helper/png_filter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Without branches: which neighbour is nearest to a + b - c is as good as random in a photograph.
 */
static inline int paeth(int a, int b, int c)
{
    int to_a = b - c, to_b = a - c, to_c = abs(to_a + to_b);
    int best = a;

    to_a = abs(to_a);
    to_b = abs(to_b);
    best = to_b < to_a ? b : best;
    to_a = MIN(to_a, to_b);
    return to_c < to_a ? c : best;
}

/* pixel_bytes is a constant in each caller, so that the loop over it is unrolled. */
static inline void undo_sub(uint8_t *row, size_t bytes, size_t pixel_bytes)
{
    for (size_t i = pixel_bytes; i < bytes; i++)
        row[i] = (uint8_t)(row[i] + row[i - pixel_bytes]);
}

static void undo_up(uint8_t *restrict row, const uint8_t *restrict above, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        row[i] = (uint8_t)(row[i] + above[i]);
}

static inline void undo_average(uint8_t *restrict row, const uint8_t *restrict above, size_t bytes,
                                size_t pixel_bytes)
{
    for (size_t i = 0; i < pixel_bytes; i++)
        row[i] = (uint8_t)(row[i] + above[i] / 2);
    for (size_t i = pixel_bytes; i < bytes; i++)
        row[i] = (uint8_t)(row[i] + (row[i - pixel_bytes] + above[i]) / 2);
}

static inline void undo_paeth(uint8_t *restrict row, const uint8_t *restrict above, size_t bytes,
                              size_t pixel_bytes)
{
    int a[4] = { 0 }, c[4] = { 0 };

    for (size_t i = 0; i + pixel_bytes <= bytes; i += pixel_bytes) {
        for (size_t k = 0; k < pixel_bytes; k++) {
            int b = above[i + k];

            a[k] = (uint8_t)(row[i + k] + paeth(a[k], b, c[k]));
            c[k] = b;
            row[i + k] = (uint8_t)a[k];
        }
    }
}

static inline void undo(int filter, uint8_t *row, const uint8_t *above, size_t bytes,
                        size_t pixel_bytes)
{
    if (filter == ROW_FILTER_SUB)
        undo_sub(row, bytes, pixel_bytes);
    else if (filter == ROW_FILTER_UP)
        undo_up(row, above, bytes);
    else if (filter == ROW_FILTER_AVERAGE)
        undo_average(row, above, bytes, pixel_bytes);
    else if (filter == ROW_FILTER_PAETH)
        undo_paeth(row, above, bytes, pixel_bytes);
}

/* The first row has nothing above it, which counts as zero: two filters fall together with others,
 * one is halved. */
static void undo_first(int filter, uint8_t *row, size_t bytes, size_t pixel_bytes)
{
    if (filter == ROW_FILTER_SUB || filter == ROW_FILTER_PAETH)
        undo_sub(row, bytes, pixel_bytes);
    for (size_t i = pixel_bytes; i < bytes && filter == ROW_FILTER_AVERAGE; i++)
        row[i] = (uint8_t)(row[i] + row[i - pixel_bytes] / 2);
}

void png_unfilter(int filter, uint8_t *row, const uint8_t *above, size_t bytes, size_t pixel_bytes)
{
    assert(filter >= 0 && filter < ROW_FILTER_COUNT);
    if (above == NULL)
        undo_first(filter, row, bytes, pixel_bytes);
    else if (pixel_bytes == 4)
        undo(filter, row, above, bytes, 4);
    else
        undo(filter, row, above, bytes, 3);
}

static void average(const uint8_t *row, const uint8_t *above, uint8_t *out, size_t bytes,
                    size_t pixel_bytes)
{
    for (size_t i = 0; i < pixel_bytes; i++)
        out[i] = (uint8_t)(row[i] - above[i] / 2);
    for (size_t i = pixel_bytes; i < bytes; i++)
        out[i] = (uint8_t)(row[i] - (row[i - pixel_bytes] + above[i]) / 2);
}

static void paeth_row(const uint8_t *row, const uint8_t *above, uint8_t *out, size_t bytes,
                      size_t pixel_bytes)
{
    for (size_t i = 0; i < pixel_bytes; i++)
        out[i] = (uint8_t)(row[i] - above[i]);
    for (size_t i = pixel_bytes; i < bytes; i++)
        out[i] = (uint8_t)(row[i] - paeth(row[i - pixel_bytes], above[i], above[i - pixel_bytes]));
}

void png_filter(int filter, const uint8_t *row, const uint8_t *above, uint8_t *out, size_t bytes,
                size_t pixel_bytes)
{
    switch (filter) {
    case ROW_FILTER_SUB:
        memcpy(out, row, pixel_bytes);
        for (size_t i = pixel_bytes; i < bytes; i++)
            out[i] = (uint8_t)(row[i] - row[i - pixel_bytes]);
        break;
    case ROW_FILTER_UP:
        for (size_t i = 0; i < bytes; i++)
            out[i] = (uint8_t)(row[i] - above[i]);
        break;
    case ROW_FILTER_AVERAGE:
        average(row, above, out, bytes, pixel_bytes);
        break;
    case ROW_FILTER_PAETH:
        paeth_row(row, above, out, bytes, pixel_bytes);
        break;
    default:
        memcpy(out, row, bytes);
    }
}
