/* Colours: bytes for pixels, lightness, chroma and hue of OKLab for thinking about them. */
#ifndef IMAGE_SKETCH_COLOUR_H
#define IMAGE_SKETCH_COLOUR_H

#include "base/base.h"

struct rgb {
    uint8_t r, g, b;
};

/* l: 0 black to 1 white; c: 0 grey to about 0.3; h: in turns, 0.08 red, 0.30 yellow, 0.72 blue. */
struct lch {
    float l, c, h;
};

struct lab {
    float l, a, b;
};

/* Out of gamut colours lose chroma, never hue. */
struct rgb rgb_from_lch(struct lch colour);
struct lch rgb_to_lch(struct rgb colour);
struct lab rgb_to_lab(struct rgb colour);
struct rgb rgb_from_lab(struct lab lab);

struct rgb rgb_of(float l, float c, float h);
struct rgb rgb_mix(struct rgb a, struct rgb b, float t); /* through OKLab */
/* The same colour with lightness added and chroma multiplied. */
struct rgb rgb_shift(struct rgb colour, float add_light, float times_chroma);
float rgb_light(struct rgb colour); /* 0 to 1, as the eye sees it */
int rgb_luma(struct rgb colour);    /* 0 to 255, quick */
float lab_distance(struct lab a, struct lab b);

#define RGB(hex)                                                                                   \
    ((struct rgb){ (uint8_t)((hex) >> 16), (uint8_t)((hex) >> 8 & 255), (uint8_t)((hex)&255) })

#endif
