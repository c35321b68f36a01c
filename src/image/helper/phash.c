/* The perceptual hash: cells of brightness, a cosine transform, one bit for each frequency. */
#include "image/helper/phash.h"

#include <math.h>
#include <string.h>

enum { BITS = 64, RED = 77, GREEN = 150, BLUE = 29 /* of 256 */ };

/* Weaker than this is rounding: a plain picture has no pattern to compare. */
#define SILENCE 0.05f

void phash_init(struct phash *p, int width, int height, int channels)
{
    *p = (struct phash){ .width = width, .height = height, .channels = channels };
}

/* Cells of a picture smaller than the grid share pixels. */
static int cell_start(int cell, int size)
{
    return (int)((int64_t)cell * size / PHASH_SIDE);
}
static int cell_end(int cell, int size)
{
    return MAX(cell_start(cell + 1, size), cell_start(cell, size) + 1);
}

/* Times 256. */
static inline uint32_t sum_rgb(const uint8_t *row, int from, int to)
{
    uint32_t red = 0, green = 0, blue = 0;

    for (int x = from; x < to; x++) {
        red += row[3 * x];
        green += row[3 * x + 1];
        blue += row[3 * x + 2];
    }
    return red * RED + green * GREEN + blue * BLUE;
}

static inline uint32_t sum_rgba(const uint8_t *row, int from, int to)
{
    uint32_t sum = 0;

    for (int x = from; x < to; x++) {
        const uint8_t *p = row + 4 * (size_t)x;
        uint32_t brightness = p[0] * RED + p[1] * GREEN + p[2] * BLUE, alpha = p[3];

        sum += (brightness * alpha + 255 * 256 * (255 - alpha)) / 255;
    }
    return sum;
}

void phash_put(struct phash *p, const uint8_t *row)
{
    uint32_t cells[PHASH_SIDE];

    for (int i = 0; i < PHASH_SIDE; i++) {
        int from = cell_start(i, p->width), to = cell_end(i, p->width);
        uint32_t sum = p->channels == 4 ? sum_rgba(row, from, to) : sum_rgb(row, from, to);

        cells[i] = sum / (uint32_t)(to - from);
    }
    for (int k = 0; k < PHASH_SIDE; k++) {
        if (p->y < cell_start(k, p->height) || p->y >= cell_end(k, p->height))
            continue;
        p->counts[k]++;
        for (int i = 0; i < PHASH_SIDE; i++)
            p->sums[k][i] += cells[i];
    }
    p->y++;
}

typedef float grid[PHASH_SIDE][PHASH_SIDE];

/* The cell of the stored picture that is seen at (x, y) of the upright one. */
static float upright_cell(const struct phash *p, int x, int y, int orientation)
{
    int last = PHASH_SIDE - 1;
    int column = orientation >= 5 ? y : x, row = orientation >= 5 ? x : y;
    bool mirrors_columns =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    bool mirrors_rows =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;

    column = mirrors_columns ? last - column : column;
    row = mirrors_rows ? last - row : row;
    return p->counts[row] == 0 ? 0 : (float)p->sums[row][column] / (float)p->counts[row] / 256;
}

/* Down the columns; the result is turned, so that twice is both ways. */
static void transform(grid in, grid out)
{
    float cosines[4 * PHASH_SIDE];

    for (int i = 0; i < 4 * PHASH_SIDE; i++)
        cosines[i] = cosf((float)M_PI * (float)i / (2 * PHASH_SIDE));
    for (int u = 0; u < PHASH_SIDE; u++) {
        for (int x = 0; x < PHASH_SIDE; x++) {
            float sum = 0;

            for (int y = 0; y < PHASH_SIDE; y++)
                sum += in[y][x] * cosines[(2 * y + 1) * u % (4 * PHASH_SIDE)];
            out[x][u] = sum;
        }
    }
}

static float median(const float *values)
{
    float sorted[BITS] = { 0 };

    for (int i = 0; i < BITS; i++) {
        int at = i;

        for (; at > 0 && sorted[at - 1] > values[i]; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = values[i];
    }
    return (sorted[BITS / 2 - 1] + sorted[BITS / 2]) / 2;
}

uint64_t phash_end(const struct phash *p, int orientation)
{
    grid cells, half, frequencies;
    float values[BITS], middle;
    uint64_t hash = 0;
    int count = 0;

    for (int y = 0; y < PHASH_SIDE; y++) {
        for (int x = 0; x < PHASH_SIDE; x++)
            cells[y][x] = upright_cell(p, x, y, orientation);
    }
    transform(cells, half);
    transform(half, frequencies);
    for (int diagonal = 1; count < BITS; diagonal++) {
        for (int u = 0; u <= diagonal && count < BITS; u++) {
            float value = frequencies[u][diagonal - u] / PHASH_SIDE;

            values[count++] = fabsf(value) < SILENCE ? 0 : value;
        }
    }
    middle = median(values);
    for (int i = 0; i < BITS; i++)
        hash |= (uint64_t)(values[i] > middle) << i;
    return hash;
}
