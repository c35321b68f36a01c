/* Colours of a picture into sRGB: matrix-and-curve profiles, and what PNG says without one. */
#ifndef IMAGE_HELPER_COLOUR_H
#define IMAGE_HELPER_COLOUR_H

#include "base/arena.h"

/*
 * Curves to linear light, a matrix to the linear light of sRGB, and back onto its curve. NULL
 * stands for none: the pixels are in sRGB already, or nobody can tell in what.
 */
struct colour;

enum { COLOUR_STEPS = 256 };
/* Linear light of each stored value, and the matrix from linear RGB to XYZ as seen under D50. */
struct colour_space {
    float curves[3][COLOUR_STEPS];
    float to_xyz[3][3];
};
/* NULL when the space is sRGB, but for rounding. */
const struct colour *colour_create(struct arena *a, const struct colour_space *space);

/* Pixels of channels bytes; alpha stays. In place is allowed. */
void colour_apply(const struct colour *c, const uint8_t *in, uint8_t *out, int pixels,
                  int channels);

/* An ICC profile of RGB by matrix and curves; NULL for all others too, and for what is no profile.
 */
const struct colour *colour_from_icc(struct arena *a, struct str profile);

/* PNG's gAMA and cHRM, as stored: times 100,000. 0: not there. */
struct png_colour {
    uint32_t gamma;
    uint32_t white[2], red[2], green[2], blue[2];
};
const struct colour *colour_from_png(struct arena *a, const struct png_colour *png);

float colour_srgb_to_linear(float value);

#endif
