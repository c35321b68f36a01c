/* Pictures as what terminals are sent: each way a function from pixels to bytes. */
#ifndef FEATURES_GENERATE_GRAPHICS_H
#define FEATURES_GENERATE_GRAPHICS_H

#include "base/buf.h"

/* Rows without gaps, 8 bits, red, green, blue, alpha. */
struct graphics_pixels {
    const uint8_t *rgba;
    int width, height;
};

/* Each ends with a new line. What does not fit the buffer overflows it. */
void graphics_put_kitty(struct buf *out, const struct graphics_pixels *p);
void graphics_put_sixel(struct buf *out, const struct graphics_pixels *p);
/* A character for two pixels, one above the other; transparent ones stay the terminal's. */
void graphics_put_blocks(struct buf *out, const struct graphics_pixels *p, bool true_colour);
/* The file as it is, PNG, JPEG or WebP, shown so many columns wide. */
void graphics_put_iterm2(struct buf *out, struct str file, int columns);

#endif
