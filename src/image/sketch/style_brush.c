/* Styles of brush strokes that follow the picture's own edges: oil and pastel. */
#include <string.h>

#include "image/sketch/filter.h"
#include "image/sketch/num.h"
#include "image/sketch/painter.h"
#include "image/sketch/style_list.h"

/* One layer of strokes of a size. */
struct layer {
    float length, width, step; /* units */
    float detail;              /* only where the picture changes at least that much */
    float jitter;              /* of lightness */
    int alpha;                 /* of 256 */
};

struct brush {
    struct studio *st;
    const uint8_t *source[3]; /* the picture to paint, blurred a little */
    const uint8_t *luma;
    const uint8_t *bristle; /* a noise tile */
    int tooth;              /* how much of the bristle shows, of 256 */
};

struct stroke {
    float x, y, dx, dy; /* pixels; unit direction */
    float half_length, half_width;
    struct rgb colour;
    int alpha, lane;
};

static int at_clamped(const struct canvas *c, const uint8_t *plane, float x, float y)
{
    int ix = num_clamp_int((int)x, 0, c->width - 1), iy = num_clamp_int((int)y, 0, c->height - 1);

    return plane[(size_t)iy * (size_t)c->width + (size_t)ix];
}

/* A stroke stops where the picture below is of another tone: edges stay where they are. */
static int held_back(int alpha, int tone, int own)
{
    int other = (tone > own ? tone - own : own - tone) - 22;

    return other <= 0 ? alpha : other >= 32 ? 0 : alpha * (32 - other) >> 5;
}

static void lay_row(const struct brush *b, const struct stroke *k, int y, int x0, int x1)
{
    struct canvas *c = b->st->canvas;
    size_t row = (size_t)y * (size_t)c->width;
    float py = (float)y + 0.5f - k->y, px = (float)x0 + 0.5f - k->x;
    /* 24.8 pixels along and across the stroke */
    int u = (int)((px * k->dx + py * k->dy) * 256), v = (int)((py * k->dx - px * k->dy) * 256);
    int du = (int)(k->dx * 256), dv = (int)(-k->dy * 256), length = (int)(k->half_length * 256),
        width = (int)(k->half_width * 256);
    int along = (int)(75 * 256 / c->scale), across = (int)(620 * 256 / c->scale),
        own = rgb_luma(k->colour);
    int taper = 65536 / MAX(width, 1) * 256; /* 256 where the stroke is as wide as it gets */

    for (int x = x0; x < x1; x++, u += du, v += dv) {
        int end = length - (u < 0 ? -u : u), side = width - (v < 0 ? -v : v), hair, alpha;

        if (end <= 0 || side <= 0)
            continue;
        hair = b->bristle[((unsigned)(k->lane + ((v + 131072) * across >> 16)) & 255) << 8 |
                          ((unsigned)(k->lane * 7 + (((u + 131072) >> 8) * along >> 8)) & 255)];
        alpha = k->alpha * MIN(side, 256) >> 8;
        if (end < width)
            alpha = alpha * (end * taper >> 16) >> 8;
        alpha -= (255 - hair) * b->tooth >> 8;
        alpha = held_back(alpha, b->luma[row + (size_t)x], own);
        if (alpha <= 0)
            continue;
        alpha = MIN(alpha, 256);
        hair = (hair - 128) >> 3;
        c->plane[0][row + (size_t)x] =
            (uint8_t)filter_mix(c->plane[0][row + (size_t)x], num_byte(k->colour.r + hair), alpha);
        c->plane[1][row + (size_t)x] =
            (uint8_t)filter_mix(c->plane[1][row + (size_t)x], num_byte(k->colour.g + hair), alpha);
        c->plane[2][row + (size_t)x] =
            (uint8_t)filter_mix(c->plane[2][row + (size_t)x], num_byte(k->colour.b + hair), alpha);
    }
}

/* The rows and columns of the stroke's slanted box, row by row. */
static void lay_stroke(const struct brush *b, const struct stroke *k)
{
    const struct canvas *c = b->st->canvas;
    float reach_y = fabsf(k->dy) * k->half_length + fabsf(k->dx) * k->half_width;
    int top = MAX((int)(k->y - reach_y), 0), bottom = MIN((int)(k->y + reach_y) + 1, c->height);

    for (int y = top; y < bottom; y++) {
        float py = (float)y + 0.5f - k->y, low = -1e6f, high = 1e6f;

        /* |px dx + py dy| < length and |py dx - px dy| < width, solved for px */
        if (fabsf(k->dx) > 0.01f) {
            float a = (-k->half_length - py * k->dy) / k->dx,
                  z = (k->half_length - py * k->dy) / k->dx;

            low = MAX(low, MIN(a, z));
            high = MIN(high, MAX(a, z));
        }
        if (fabsf(k->dy) > 0.01f) {
            float a = (py * k->dx - k->half_width) / k->dy,
                  z = (py * k->dx + k->half_width) / k->dy;

            low = MAX(low, MIN(a, z));
            high = MIN(high, MAX(a, z));
        }
        lay_row(b, k, y, num_clamp_int((int)(k->x + low), 0, c->width),
                num_clamp_int((int)(k->x + high) + 1, 0, c->width));
    }
}

/* Along edges; where there are none, along a slow field. */
static void direct(const struct brush *b, struct stroke *k, struct point at)
{
    const struct canvas *c = b->st->canvas;
    float d = 0.010f * c->scale;
    float gx =
        (float)(at_clamped(c, b->luma, k->x + d, k->y) - at_clamped(c, b->luma, k->x - d, k->y));
    float gy =
        (float)(at_clamped(c, b->luma, k->x, k->y + d) - at_clamped(c, b->luma, k->x, k->y - d));
    float strength = sqrtf(gx * gx + gy * gy),
          turn = noise_at(b->st->seed + 5, at.x * 2.4f + 9, at.y * 2.4f + 9) * 0.9f;

    if (strength > 9) {
        k->dx = -gy / strength;
        k->dy = gx / strength;
    } else {
        k->dx = num_cos(turn);
        k->dy = num_sin(turn);
    }
}

static float change_at(const struct brush *b, const struct stroke *k, float width)
{
    const struct canvas *c = b->st->canvas;
    int here = at_clamped(c, b->luma, k->x, k->y), most = 0;

    for (int i = 0; i < 4; i++) {
        float t = 0.25f * (float)i + 0.125f;
        int other = at_clamped(c, b->luma, k->x + num_cos(t) * width * 1.6f,
                               k->y + num_sin(t) * width * 1.6f);

        most = MAX(most, here > other ? here - other : other - here);
    }
    return (float)most;
}

static void lay_layer(const struct brush *b, const struct layer *l, uint64_t seed)
{
    const struct canvas *c = b->st->canvas;
    const struct scene *s = b->st->scene;
    struct dice d = { num_hash(seed, 3) };
    int rows = (int)(s->half_height / l->step) + 1, columns = (int)(s->half_width / l->step) + 1;

    for (int j = -rows; j <= rows; j++)
        for (int i = -columns; i <= columns; i++) {
            struct point off = dice_spot(&d, -0.5f, 0.5f, -0.5f, 0.5f);
            struct point at = { ((float)i + off.x) * l->step, ((float)j + off.y) * l->step };
            struct stroke k = { .x = (at.x + c->left) * c->scale,
                                .y = (at.y + c->top) * c->scale,
                                .half_length = l->length * c->scale * dice_range(&d, 0.35f, 0.55f),
                                .half_width = MAX(l->width * c->scale * 0.5f, 0.7f),
                                .alpha = l->alpha };
            int by = (int)(dice_range(&d, -1, 1) * l->jitter * 255);

            k.lane = dice_below(&d, 256);
            if (l->detail > 0 && change_at(b, &k, l->width * c->scale) < l->detail)
                continue;
            direct(b, &k, at);
            k.colour = (struct rgb){ num_byte(at_clamped(c, b->source[0], k.x, k.y) + by),
                                     num_byte(at_clamped(c, b->source[1], k.x, k.y) + by),
                                     num_byte(at_clamped(c, b->source[2], k.x, k.y) + by) };
            lay_stroke(b, &k);
        }
}

static struct brush brush_for(struct studio *st, float soft, int tooth)
{
    struct brush b = { .st = st,
                       .tooth = tooth,
                       .bristle = noise_tile(st->arena, st->seed, 64, 2) };

    for (int k = 0; k < 3; k++)
        b.source[k] = filter_blurred(st, st->canvas->plane[k], soft);
    b.luma = filter_luma(st);
    return b;
}

/* Ridges of paint catch the light that falls from above. */
static void relief(struct studio *st, int strength)
{
    struct canvas *c = st->canvas;
    const uint8_t *luma = filter_luma(st);
    int shift = MAX((int)(c->scale / 900), 1), side = st->scene->light > 0 ? shift : -shift;

    for (int y = c->height - 1; y >= shift; y--)
        for (int x = MAX(-side, 0); x < MIN(c->width, c->width - side); x++) {
            size_t i = (size_t)y * (size_t)c->width + (size_t)x,
                   j = i - (size_t)shift * (size_t)c->width + (size_t)side;
            int lift = num_clamp_int((luma[i] - luma[j]) * strength >> 8, -18, 18);

            for (int k = 0; k < 3; k++)
                c->plane[k][i] = num_byte(c->plane[k][i] + lift);
        }
}

void style_oil(struct studio *st)
{
    static const struct layer layers[] = {
        { 0.120f, 0.030f, 0.034f, 0, 0.040f, 300 },
        { 0.066f, 0.015f, 0.020f, 6, 0.035f, 300 },
        { 0.030f, 0.0065f, 0.0088f, 14, 0.020f, 290 },
        { 0.013f, 0.0034f, 0.0050f, 26, 0.010f, 280 },
    };
    const struct look look = { .shade = 1.1f, .glow = 1 };
    struct brush b;

    painter_draw(st, &look);
    b = brush_for(st, 0.0022f, 130);
    for (size_t i = 0; i < COUNT(layers); i++)
        lay_layer(&b, &layers[i], st->seed + i);
    relief(st, 190);
}

void style_pastel(struct studio *st)
{
    static const struct layer layers[] = {
        { 0.110f, 0.024f, 0.027f, 0, 0.05f, 250 },
        { 0.060f, 0.012f, 0.017f, 6, 0.05f, 250 },
        { 0.026f, 0.0056f, 0.0080f, 14, 0.03f, 250 },
        { 0.012f, 0.0032f, 0.0048f, 26, 0.02f, 260 },
    };
    const struct look look = { .shade = 0.9f, .glow = 1 };
    struct rgb sheet = rgb_mix(st->palette.ground2, RGB(0x8a8078), 0.55f);
    struct brush b;
    struct grain tooth;

    painter_draw(st, &look);
    b = brush_for(st, 0.003f, 215);
    canvas_clear(st->canvas, sheet);
    for (size_t i = 0; i < COUNT(layers); i++)
        lay_layer(&b, &layers[i], st->seed + i);
    tooth = filter_grain(st, b.bristle, 640, 640);
    filter_add_grain(st, &tooth, 34);
}
