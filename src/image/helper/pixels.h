/* Pixels in memory and as rows: always 8 bits, RGB or RGBA with straight alpha. */
#ifndef IMAGE_HELPER_PIXELS_H
#define IMAGE_HELPER_PIXELS_H

#include "base/err.h"

/* A whole picture, rows without gaps. Zero is an empty one. */
struct pixels {
    int width, height, channels; /* 3 or 4 */
    uint8_t *data;
};

/* ERR_TOO_LARGE when the memory is not to be had; the pixels are not set to anything. */
MUST_CHECK bool pixels_create(int width, int height, int channels, struct pixels *out,
                              struct err *e);
void pixels_destroy(struct pixels *p);
#define AUTO_PIXELS CLEANUP(pixels_destroy) struct pixels

static inline size_t pixels_stride(const struct pixels *p)
{
    return (size_t)p->width * (size_t)p->channels;
}
static inline uint8_t *pixels_row(const struct pixels *p, int y)
{
    return p->data + (size_t)y * pixels_stride(p);
}

/* Malloc for what a picture can make large; NULL: ERR_TOO_LARGE. */
void *pixels_memory(size_t bytes, struct err *e);

/*
 * A decoder that gives its rows from top to bottom. A row stays as it is until the next one is
 * asked for. Made and closed by its codec; what it holds besides lies in the arena it was opened
 * with.
 */
struct row_reader {
    int width, height, channels; /* of the rows, which a decoder may have scaled down */
    const uint8_t *(*next)(struct row_reader *r, struct err *e); /* NULL: broken */
    bool (*finish)(struct row_reader *r,
                   struct err *e); /* after the last row: is the rest of the file right? */
    void (*close)(struct row_reader *r);
};
void row_reader_close(struct row_reader **r); /* takes NULL */
#define AUTO_ROWS CLEANUP(row_reader_close) struct row_reader *

/* Turns and mirrors into the upright position, orientation 1 to 8 as EXIF has it. May replace what
 * p holds. */
MUST_CHECK bool pixels_orient(struct pixels *p, int orientation, struct err *e);

#endif
