/* Pictures without colours, made smaller and summed up. */
#include "image/helper/grey.h"

#include <assert.h>

enum { FRACTION = 256 }; /* steps between two pixels */

static uint8_t brightness(const uint8_t *pixel, int channels)
{
    int alpha = channels == 4 ? pixel[3] : 255;
    int value = (77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2]) / 256;

    return (uint8_t)((value * alpha + 255 * (255 - alpha)) / 255);
}

struct grey grey_of(struct arena *a, const struct pixels *p)
{
    size_t count = (size_t)p->width * (size_t)p->height;
    struct grey out = { p->width, p->height, arena_alloc(a, count) };

    for (size_t i = 0; i < count; i++)
        out.pixels[i] = brightness(p->data + i * (size_t)p->channels, p->channels);
    return out;
}

void grey_halve(struct grey *g)
{
    int width = g->width / 2, height = g->height / 2;

    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            const uint8_t *four = g->pixels + 2 * y * g->width + 2 * x;

            g->pixels[y * width + x] =
                (uint8_t)((four[0] + four[1] + four[g->width] + four[g->width + 1] + 2) / 4);
        }
    }
    *g = (struct grey){ width, height, g->pixels };
}

/* Where a pixel of a level lies in the picture: two neighbours, and how far it is to the second. */
struct place {
    int first, second, part;
};

static void find_places(int from, int to, struct place *out)
{
    for (int i = 0; i < to; i++) {
        int at = MAX((2 * i + 1) * from * (FRACTION / 2) / to - FRACTION / 2, 0);
        int first = MIN(at / FRACTION, from - 1);

        out[i] = (struct place){ first, MIN(first + 1, from - 1), at % FRACTION };
    }
}

static unsigned mix(unsigned first, unsigned second, const struct place *place)
{
    return first * (unsigned)(FRACTION - place->part) + second * (unsigned)place->part;
}

void grey_scale(const struct grey *from, struct grey *to)
{
    struct place across[GREY_SIDE], down[GREY_SIDE];

    assert(to->width <= GREY_SIDE && to->height <= GREY_SIDE);
    find_places(from->width, to->width, across);
    find_places(from->height, to->height, down);
    for (int y = 0; y < to->height; y++) {
        const uint8_t *upper = from->pixels + down[y].first * from->width;
        const uint8_t *lower = from->pixels + down[y].second * from->width;

        for (int x = 0; x < to->width; x++) {
            const struct place *at = &across[x];
            unsigned value = mix(mix(upper[at->first], upper[at->second], at),
                                 mix(lower[at->first], lower[at->second], at), &down[y]);

            to->pixels[y * to->width + x] =
                (uint8_t)((value + FRACTION * FRACTION / 2) / (FRACTION * FRACTION));
        }
    }
}

void grey_sum(const struct grey *g, uint32_t *sums)
{
    int stride = g->width + 1;

    for (int x = 0; x < stride; x++)
        sums[x] = 0;
    for (int y = 0; y < g->height; y++) {
        uint32_t *above = sums + (size_t)y * (size_t)stride, *row = above + stride, sum = 0;

        row[0] = 0;
        for (int x = 0; x < g->width; x++) {
            sum += g->pixels[y * g->width + x];
            row[x + 1] = above[x + 1] + sum;
        }
    }
}
