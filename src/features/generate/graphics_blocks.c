/* Half blocks: the upper pixel is the character's colour, the lower one its background. */
#include "features/generate/graphics.h"

enum { OPAQUE = 128, CUBE = 16, CUBE_SIDE = 6, GREY = 232, GREY_STEPS = 24 };

struct colour {
    bool none; /* the terminal's own */
    int r, g, b;
};

static struct colour colour_at(const struct graphics_pixels *p, int x, int y)
{
    const uint8_t *at;

    if (y >= p->height)
        return (struct colour){ .none = true };
    at = p->rgba + ((size_t)y * (size_t)p->width + (size_t)x) * 4;
    return (struct colour){ .none = at[3] < OPAQUE, .r = at[0], .g = at[1], .b = at[2] };
}

/* 0, 95, 135, 175, 215, 255 are the levels of the cube. */
static int cube_level(int value)
{
    return value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40;
}

static int distance(const struct colour *c, int r, int g, int b)
{
    return (c->r - r) * (c->r - r) + (c->g - g) * (c->g - g) + (c->b - b) * (c->b - b);
}

/* The nearest of the cube and of the greys. */
static int index_of(const struct colour *c)
{
    static const int levels[CUBE_SIDE] = { 0, 95, 135, 175, 215, 255 };
    int r = cube_level(c->r), g = cube_level(c->g), b = cube_level(c->b);
    int grey = ((c->r + c->g + c->b) / 3 - 3) / 10;

    grey = MAX(0, MIN(grey, GREY_STEPS - 1));
    if (distance(c, 8 + grey * 10, 8 + grey * 10, 8 + grey * 10) <
        distance(c, levels[r], levels[g], levels[b]))
        return GREY + grey;
    return CUBE + (r * CUBE_SIDE + g) * CUBE_SIDE + b;
}

/* 38: of the character, 48: of what is behind it. */
static void put_colour(struct buf *out, int what, const struct colour *c, bool true_colour)
{
    if (c->none)
        buf_putf(out, "\033[%dm", what + 1);
    else if (true_colour)
        buf_putf(out, "\033[%d;2;%d;%d;%dm", what, c->r, c->g, c->b);
    else
        buf_putf(out, "\033[%d;5;%dm", what, index_of(c));
}

static bool same(const struct colour *a, const struct colour *b)
{
    return a->none == b->none && (a->none || (a->r == b->r && a->g == b->g && a->b == b->b));
}

static void put_row(struct buf *out, const struct graphics_pixels *p, int y, bool true_colour)
{
    struct colour front = { .none = true }, back = { .none = true };

    for (int x = 0; x < p->width; x++) {
        struct colour upper = colour_at(p, x, y), lower = colour_at(p, x, y + 1);
        bool is_lower = upper.none && !lower.none;
        const struct colour *ink = is_lower ? &lower : &upper, *ground = is_lower ? &upper : &lower;

        if (!same(ink, &front))
            put_colour(out, 38, ink, true_colour);
        if (!same(ground, &back))
            put_colour(out, 48, ground, true_colour);
        front = *ink;
        back = *ground;
        buf_put(out, ink->none ? STR(" ") : is_lower ? STR("\u2584") : STR("\u2580"));
    }
    buf_put(out, STR("\033[0m\n"));
}

void graphics_put_blocks(struct buf *out, const struct graphics_pixels *p, bool true_colour)
{
    for (int y = 0; y < p->height; y += 2)
        put_row(out, p, y, true_colour);
}
