/* Value noise on a hashed lattice. */
#include "image/sketch/noise.h"

#include <assert.h>

#include "image/sketch/num.h"

static float lattice(uint64_t seed, int x, int y)
{
    uint64_t key = (uint64_t)(uint32_t)x << 32 | (uint32_t)y;

    return (float)(num_hash(seed, key) >> 40) * (1.0f / 16777216.0f);
}

static float blended(float a, float b, float c, float d, float fx, float fy)
{
    float sx = fx * fx * (3 - 2 * fx), sy = fy * fy * (3 - 2 * fy);

    return num_mix(num_mix(a, b, sx), num_mix(c, d, sx), sy);
}

float noise_at(uint64_t seed, float x, float y)
{
    float x0 = num_floor(x), y0 = num_floor(y);
    int ix = (int)x0, iy = (int)y0;

    return blended(lattice(seed, ix, iy), lattice(seed, ix + 1, iy), lattice(seed, ix, iy + 1),
                   lattice(seed, ix + 1, iy + 1), x - x0, y - y0);
}

float noise_layers(uint64_t seed, float x, float y, int octaves)
{
    float sum = 0, weight = 0.5f, total = 0;

    for (int i = 0; i < octaves; i++) {
        sum += noise_at(seed + (uint64_t)i, x, y) * weight;
        total += weight;
        weight /= 2;
        x *= 2;
        y *= 2;
    }
    return sum / total;
}

uint8_t *noise_tile(struct arena *a, uint64_t seed, int cells, int octaves)
{
    uint8_t *tile = arena_array(a, uint8_t, (size_t)NOISE_TILE * NOISE_TILE);
    int *sum = arena_array(a, int, (size_t)NOISE_TILE *NOISE_TILE);
    int total = 0;

    for (int octave = 0; octave < octaves && cells <= NOISE_TILE; octave++, cells *= 2) {
        int step = NOISE_TILE / cells, weight = 128 >> octave;
        float *corner = arena_array(a, float, (size_t)cells *(size_t)cells);

        for (int i = 0; i < cells * cells; i++)
            corner[i] = lattice(seed + (uint64_t)octave, i % cells, i / cells);
        for (int y = 0; y < NOISE_TILE; y++) {
            const float *row = corner + (y / step) * cells,
                        *below = corner + (y / step + 1) % cells * cells;

            for (int x = 0; x < NOISE_TILE; x++) {
                int i = x / step, j = (i + 1) % cells;

                sum[y * NOISE_TILE + x] += (int)(blended(row[i], row[j], below[i], below[j],
                                                         (float)(x % step) / (float)step,
                                                         (float)(y % step) / (float)step) *
                                                 255 * (float)weight);
            }
        }
        total += weight;
    }
    assert(total > 0);
    for (int i = 0; i < NOISE_TILE * NOISE_TILE; i++)
        tile[i] = num_byte(sum[i] / total);
    return tile;
}
