/* Smooth noise: at a point, and as a repeating tile for textures. */
#ifndef IMAGE_SKETCH_NOISE_H
#define IMAGE_SKETCH_NOISE_H

#include "base/arena.h"

enum { NOISE_TILE = 256 };

/* Value noise, 0 to 1; one lattice step is 1. */
float noise_at(uint64_t seed, float x, float y);
/* Octaves of it, each half as strong and twice as fine. */
float noise_layers(uint64_t seed, float x, float y, int octaves);

/* A tile of NOISE_TILE squared bytes around 128 that repeats in both directions; `cells` lattice
 * steps across (a power of two) and that many octaves. */
uint8_t *noise_tile(struct arena *a, uint64_t seed, int cells, int octaves);

/* The tile's value at a place in tile pixels, 8 bits of fraction, smoothed. */
static inline int noise_read(const uint8_t *tile, int x8, int y8)
{
    unsigned x = (unsigned)x8 >> 8, y = (unsigned)y8 >> 8;
    int fx = x8 & 255, fy = y8 & 255;
    const uint8_t *row = tile + (size_t)(y & 255) * NOISE_TILE;
    const uint8_t *below = tile + (size_t)((y + 1) & 255) * NOISE_TILE;
    int top = row[x & 255] * (256 - fx) + row[(x + 1) & 255] * fx;
    int bottom = below[x & 255] * (256 - fx) + below[(x + 1) & 255] * fx;

    return (top * (256 - fy) + bottom * fy) >> 16;
}

#endif
