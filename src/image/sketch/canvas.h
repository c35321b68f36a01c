/* Pixels as three planes, and anti-aliased filling of outlines. */
#ifndef IMAGE_SKETCH_CANVAS_H
#define IMAGE_SKETCH_CANVAS_H

#include "image/sketch/colour.h"
#include "image/sketch/path.h"

/* The picture's units: 1 is its shorter side. A pixel's centre (x + 0.5) / scale - left. */
struct canvas {
    int width, height;
    uint8_t *plane[3];      /* red, green, blue; rows are width apart */
    float scale, left, top; /* pixel = (unit + left) * scale */
    struct arena *arena;
};

struct canvas *canvas_new(struct arena *a, int width, int height, float scale, float left,
                          float top);
void canvas_clear(struct canvas *c, struct rgb colour);
void canvas_write_rgb(const struct canvas *c, uint8_t *rgb);

enum paint_kind { PAINT_FLAT, PAINT_LINEAR, PAINT_RADIAL };

/* A gradient runs from a at `from` to b at `to` (linear) or at the ellipse of the unit circle under
 * `space` (radial); opacity runs along. */
struct paint {
    enum paint_kind kind;
    struct rgb a, b;
    float alpha_a, alpha_b;
    struct point from, to;
    struct affine space;
    bool soft; /* both ends of the ramp arrive without an edge */
};

struct paint paint_flat(struct rgb colour);

/* Fills p, where clip (NULL: everywhere) lets it. */
void canvas_fill(struct canvas *c, const struct path *p, const struct path *clip,
                 const struct paint *paint);

static inline struct rgb canvas_get(const struct canvas *c, int x, int y)
{
    size_t i = (size_t)y * (size_t)c->width + (size_t)x;

    return (struct rgb){ c->plane[0][i], c->plane[1][i], c->plane[2][i] };
}

#endif
