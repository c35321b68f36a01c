/* Sixel: bands of six rows, a fixed cube of colours, and the error of each pixel carried on to its
 * neighbours. */
#include <string.h>

#include "base/arena.h"
#include "features/generate/graphics.h"

enum {
    REDS = 6,
    GREENS = 7,
    BLUES = 6,
    COLOURS = REDS * GREENS * BLUES,
    NO_COLOUR = 255,
    OPAQUE = 128,
    BAND = 6,
    RUN_MIN = 4, /* shorter runs are written out */
};
_Static_assert(COLOURS <= NO_COLOUR, "an index fits a byte");

static int level_of(int value, int levels)
{
    return (value * (levels - 1) + 127) / 255;
}

static int value_of(int level, int levels)
{
    return level * 255 / (levels - 1);
}

static uint8_t index_of(const int rgb[3])
{
    return (uint8_t)((level_of(rgb[0], REDS) * GREENS + level_of(rgb[1], GREENS)) * BLUES +
                     level_of(rgb[2], BLUES));
}

static void colour_of(int index, int rgb[3])
{
    rgb[0] = value_of(index / (GREENS * BLUES), REDS);
    rgb[1] = value_of(index / BLUES % GREENS, GREENS);
    rgb[2] = value_of(index % BLUES, BLUES);
}

/* Sixteenths of the error, by Floyd and Steinberg: 7 to the right, 3, 5 and 1 below. next is the
 * row below. */
static void carry(int *row, int *next, int x, int width, int channel, int error)
{
    if (x + 1 < width)
        row[3 * (x + 1) + channel] += error * 7;
    if (x > 0)
        next[3 * (x - 1) + channel] += error * 3;
    next[3 * x + channel] += error * 5;
    if (x + 1 < width)
        next[3 * (x + 1) + channel] += error;
}

static uint8_t choose(const uint8_t *pixel, int *row, int *next, int x, int width)
{
    int wanted[3], got[3];
    uint8_t index;

    if (pixel[3] < OPAQUE)
        return NO_COLOUR;
    for (int c = 0; c < 3; c++)
        wanted[c] = MAX(0, MIN(255, pixel[c] + row[3 * x + c] / 16));
    index = index_of(wanted);
    colour_of(index, got);
    for (int c = 0; c < 3; c++)
        carry(row, next, x, width, c, wanted[c] - got[c]);
    return index;
}

static void reduce(struct arena *a, const struct graphics_pixels *p, uint8_t *indices)
{
    size_t length = 3 * (size_t)p->width;
    int *row = arena_array(a, int, length), *next = arena_array(a, int, length), *swap;

    for (int y = 0; y < p->height; y++) {
        const uint8_t *pixels = p->rgba + (size_t)y * (size_t)p->width * 4;

        memset(next, 0, length * sizeof(*next));
        for (int x = 0; x < p->width; x++)
            indices[(size_t)y * (size_t)p->width + (size_t)x] =
                choose(pixels + 4 * (size_t)x, row, next, x, p->width);
        swap = row;
        row = next;
        next = swap;
    }
}

static void put_run(struct buf *out, char sixel, int count)
{
    if (count >= RUN_MIN) {
        buf_putf(out, "!%d%c", count, sixel);
        return;
    }
    while (count-- > 0)
        buf_put_char(out, sixel);
}

/* One colour of one band: a character has a bit for each of its six rows. */
static void put_colour(struct buf *out, const uint8_t *band, int width, int rows, int colour)
{
    char last = 0;
    int count = 0;

    buf_putf(out, "#%d", colour);
    for (int x = 0; x < width; x++) {
        int bits = 0;
        char sixel;

        for (int y = 0; y < rows; y++)
            bits |= (band[y * width + x] == colour) << y;
        sixel = (char)('?' + bits);
        if (sixel != last && count > 0)
            put_run(out, last, count);
        count = sixel == last ? count + 1 : 1;
        last = sixel;
    }
    if (last != '?') /* what is empty to the end need not be said */
        put_run(out, last, count);
}

static void put_band(struct buf *out, const uint8_t *band, int width, int rows)
{
    bool used[NO_COLOUR + 1] = { false }, is_first = true;

    for (int i = 0; i < width * rows; i++)
        used[band[i]] = true;
    for (int colour = 0; colour < COLOURS; colour++) {
        if (!used[colour])
            continue;
        if (!is_first)
            buf_put_char(out, '$');
        put_colour(out, band, width, rows, colour);
        is_first = false;
    }
    buf_put_char(out, '-');
}

static void put_palette(struct buf *out, const uint8_t *indices, size_t count)
{
    bool used[NO_COLOUR + 1] = { false };

    for (size_t i = 0; i < count; i++)
        used[indices[i]] = true;
    for (int colour = 0; colour < COLOURS; colour++) {
        int rgb[3];

        if (!used[colour])
            continue;
        colour_of(colour, rgb);
        buf_putf(out, "#%d;2;%d;%d;%d", colour, rgb[0] * 100 / 255, rgb[1] * 100 / 255,
                 rgb[2] * 100 / 255);
    }
}

/* P2 = 1: what no colour covers stays as it is. */
void graphics_put_sixel(struct buf *out, const struct graphics_pixels *p)
{
    AUTO_ARENA a = { 0 };
    size_t count = (size_t)p->width * (size_t)p->height;
    uint8_t *indices = arena_array(&a, uint8_t, count);

    reduce(&a, p, indices);
    buf_putf(out, "\033P0;1;0q\"1;1;%d;%d", p->width, p->height);
    put_palette(out, indices, count);
    for (int y = 0; y < p->height; y += BAND)
        put_band(out, indices + (size_t)y * (size_t)p->width, p->width, MIN(BAND, p->height - y));
    buf_put(out, STR("\033\\\n"));
}
