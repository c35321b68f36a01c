/* The colours of one picture: a few roles that every composition draws with. */
#ifndef IMAGE_SKETCH_PALETTE_H
#define IMAGE_SKETCH_PALETTE_H

#include "image/sketch/colour.h"
#include "image/sketch/wish.h"

struct sketch_reference;

struct palette {
    float hue, hue2, hue3;               /* the main hue, its partner, its contrast; in turns */
    float chroma;                        /* 0.4 quiet to 1.5 loud */
    float lift;                          /* added lightness: night below 0, snow above */
    struct rgb ground, ground2;          /* backdrop, light to deep */
    struct rgb accent, accent2, accent3; /* clothing, objects, flowers */
    struct rgb pale, ink;                /* nearly white, nearly black, both tinted */
};

struct palette palette_make(const struct wish *wish, uint64_t identity);
/* Puts the colours of another picture in place of the roles they fit. */
void palette_follow(struct palette *p, const struct sketch_reference *reference);

#endif
