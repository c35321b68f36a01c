/* Passes over finished pixels that several styles share. Lengths are in units of the picture. */
#ifndef IMAGE_SKETCH_FILTER_H
#define IMAGE_SKETCH_FILTER_H

#include "image/sketch/noise.h"
#include "image/sketch/style.h"

/* A plane of lightness as the eye weighs the three colours. */
uint8_t *filter_luma(struct studio *st);
/* A copy of a plane, blurred twice by a box of this radius. */
uint8_t *filter_blurred(struct studio *st, const uint8_t *plane, float radius);
/* Adds a halo of this radius round what is bright in `light`; worked out at half the size. */
void filter_add_halo(struct studio *st, const struct canvas *light, float radius, int strength);
/* Where a noise tile is read for each pixel: `cells` pixels of the tile to a unit, stretched. */
struct grain {
    const uint8_t *tile;
    int step_x, step_y; /* tile pixels per pixel, 8 bits of fraction */
    int x0, y0;
};
struct grain filter_grain(const struct studio *st, const uint8_t *tile, float per_unit_x,
                          float per_unit_y);
static inline int grain_read(const struct grain *g, int x, int y)
{
    unsigned tx = (unsigned)(g->x0 + x * g->step_x) >> 8,
             ty = (unsigned)(g->y0 + y * g->step_y) >> 8;

    return g->tile[(ty & 255) << 8 | (tx & 255)];
}

/* Adds texture: `strength` of 256 is the whole tile. */
void filter_add_grain(struct studio *st, const struct grain *g, int strength);
/* Thins colour towards the paper where the tile is light, as pigment does: 255 - pigment * tile. */
void filter_pigment(struct studio *st, const struct grain *g, int strength, struct rgb paper);
/* Darkens towards the corners; strength 0 to 256. */
void filter_vignette(struct studio *st, int strength);
/* Fades to paper outside of a ragged inner frame. */
void filter_ragged_border(struct studio *st, const uint8_t *tile, struct rgb paper, float margin);

static inline int filter_mix(int a, int b, int t) /* t of 256 */
{
    return a + ((b - a) * t >> 8);
}

#endif
