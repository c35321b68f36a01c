/* Blur, grain, pigment, vignette and ragged borders. */
#include "image/sketch/filter.h"

#include <string.h>

#include "image/sketch/num.h"

static size_t pixels_of(const struct canvas *c)
{
    return (size_t)c->width * (size_t)c->height;
}

uint8_t *filter_luma(struct studio *st)
{
    const struct canvas *c = st->canvas;
    uint8_t *restrict luma = arena_array(st->arena, uint8_t, pixels_of(c));
    const uint8_t *restrict r = c->plane[0], *restrict g = c->plane[1], *restrict b = c->plane[2];

    for (size_t i = 0; i < pixels_of(c); i++)
        luma[i] = (uint8_t)((54 * r[i] + 183 * g[i] + 19 * b[i]) >> 8);
    return luma;
}

static void blur_rows(uint8_t *out, const uint8_t *in, int width, int height, int radius)
{
    int span = 2 * radius + 1, scale = 65536 / span;

    for (int y = 0; y < height; y++) {
        const uint8_t *row = in + (size_t)y * (size_t)width;
        uint8_t *to = out + (size_t)y * (size_t)width;
        int sum = row[0] * (radius + 1);

        for (int i = 1; i <= radius; i++)
            sum += row[MIN(i, width - 1)];
        for (int x = 0; x < width; x++) {
            to[x] = (uint8_t)((sum * scale + 32768) >> 16);
            sum += row[MIN(x + radius + 1, width - 1)] - row[MAX(x - radius, 0)];
        }
    }
}

/* Column sums kept for a whole row at a time, so that memory is walked in its own order. */
static void blur_columns(uint8_t *out, const uint8_t *in, int width, int height, int radius,
                         int *sums)
{
    int span = 2 * radius + 1, scale = 65536 / span;

    for (int x = 0; x < width; x++)
        sums[x] = in[x] * (radius + 1);
    for (int i = 1; i <= radius; i++) {
        const uint8_t *row = in + (size_t)MIN(i, height - 1) * (size_t)width;

        for (int x = 0; x < width; x++)
            sums[x] += row[x];
    }
    for (int y = 0; y < height; y++) {
        const uint8_t *next = in + (size_t)MIN(y + radius + 1, height - 1) * (size_t)width;
        const uint8_t *last = in + (size_t)MAX(y - radius, 0) * (size_t)width;
        uint8_t *to = out + (size_t)y * (size_t)width;

        for (int x = 0; x < width; x++) {
            to[x] = (uint8_t)((sums[x] * scale + 32768) >> 16);
            sums[x] += next[x] - last[x];
        }
    }
}

static void blur(struct arena *a, uint8_t *out, const uint8_t *in, int width, int height,
                 int radius)
{
    struct arena_mark mark = arena_mark(a);
    uint8_t *other = arena_array(a, uint8_t, (size_t)width * (size_t)height);
    int *sums = arena_array(a, int, (size_t)width);

    blur_rows(other, in, width, height, radius);
    blur_rows(out, other, width, height, radius);
    blur_columns(other, out, width, height, radius, sums);
    blur_columns(out, other, width, height, radius, sums);
    arena_rewind(a, mark);
}

uint8_t *filter_blurred(struct studio *st, const uint8_t *plane, float radius)
{
    const struct canvas *c = st->canvas;
    uint8_t *out = arena_array(st->arena, uint8_t, pixels_of(c));
    int pixels = num_clamp_int((int)(radius * c->scale + 0.5f), 0, 127);

    if (pixels == 0)
        memcpy(out, plane, pixels_of(c));
    else
        blur(st->arena, out, plane, c->width, c->height, pixels);
    return out;
}

static void halve(uint8_t *restrict out, const uint8_t *restrict in, int width, int height,
                  int half_width)
{
    for (int y = 0; y * 2 < height; y++) {
        const uint8_t *a = in + (size_t)(y * 2) * (size_t)width;
        const uint8_t *b = in + (size_t)MIN(y * 2 + 1, height - 1) * (size_t)width;

        for (int x = 0; x < half_width; x++) {
            int next = MIN(x * 2 + 1, width - 1);

            out[(size_t)y * (size_t)half_width + (size_t)x] =
                (uint8_t)((a[x * 2] + a[next] + b[x * 2] + b[next] + 2) >> 2);
        }
    }
}

void filter_add_halo(struct studio *st, const struct canvas *light, float radius, int strength)
{
    const struct canvas *c = st->canvas;
    int width = (c->width + 1) / 2, height = (c->height + 1) / 2;
    int pixels = num_clamp_int((int)(radius * c->scale / 2 + 0.5f), 1, 127);
    struct arena_mark mark = arena_mark(st->arena);
    uint8_t *half = arena_array(st->arena, uint8_t, (size_t)width * (size_t)height);
    uint8_t *soft = arena_array(st->arena, uint8_t, (size_t)width * (size_t)height);

    for (int k = 0; k < 3; k++) {
        halve(half, light->plane[k], c->width, c->height, width);
        blur(st->arena, soft, half, width, height, pixels);
        for (int y = 0; y < c->height; y++) {
            uint8_t *restrict to = c->plane[k] + (size_t)y * (size_t)c->width;
            const uint8_t *restrict from = soft + (size_t)(y / 2) * (size_t)width;

            for (int x = 0; x < c->width; x++)
                to[x] = (uint8_t)MIN(to[x] + (from[x / 2] * strength >> 8), 255);
        }
    }
    arena_rewind(st->arena, mark);
}

struct grain filter_grain(const struct studio *st, const uint8_t *tile, float per_unit_x,
                          float per_unit_y)
{
    const struct canvas *c = st->canvas;
    struct grain g = { .tile = tile,
                       .step_x = MAX((int)(per_unit_x * 256 / c->scale), 1),
                       .step_y = MAX((int)(per_unit_y * 256 / c->scale), 1) };

    g.x0 = (1 << 24) - (int)(c->left * per_unit_x * 256);
    g.y0 = (1 << 24) - (int)(c->top * per_unit_y * 256);
    return g;
}

static void shift_row(uint8_t *restrict row, const int16_t *restrict by, int count)
{
    for (int x = 0; x < count; x++)
        row[x] = num_byte(row[x] + by[x]);
}

void filter_add_grain(struct studio *st, const struct grain *g, int strength)
{
    struct canvas *c = st->canvas;
    struct arena_mark mark = arena_mark(st->arena);
    int16_t *by = arena_array(st->arena, int16_t, (size_t)c->width);

    for (int y = 0; y < c->height; y++) {
        for (int x = 0; x < c->width; x++)
            by[x] = (int16_t)((grain_read(g, x, y) - 128) * strength >> 8);
        for (int k = 0; k < 3; k++)
            shift_row(c->plane[k] + (size_t)y * (size_t)c->width, by, c->width);
    }
    arena_rewind(st->arena, mark);
}

static void load_row(uint8_t *restrict row, const int *restrict load, int count, int sheet)
{
    for (int x = 0; x < count; x++)
        row[x] = num_byte(sheet - ((sheet - row[x]) * load[x] >> 8));
}

void filter_pigment(struct studio *st, const struct grain *g, int strength, struct rgb paper)
{
    struct canvas *c = st->canvas;
    const int sheet[3] = { paper.r, paper.g, paper.b };
    struct arena_mark mark = arena_mark(st->arena);
    int *load = arena_array(st->arena, int, (size_t)c->width);

    for (int y = 0; y < c->height; y++) {
        for (int x = 0; x < c->width; x++)
            load[x] = 256 + ((128 - grain_read(g, x, y)) * strength >> 7);
        for (int k = 0; k < 3; k++)
            load_row(c->plane[k] + (size_t)y * (size_t)c->width, load, c->width, sheet[k]);
    }
    arena_rewind(st->arena, mark);
}

static void dim_row(uint8_t *restrict row, const uint16_t *restrict keep, int count)
{
    for (int x = 0; x < count; x++)
        row[x] = (uint8_t)(row[x] * keep[x] >> 8);
}

void filter_vignette(struct studio *st, int strength)
{
    struct canvas *c = st->canvas;
    float rx = st->scene->half_width, ry = st->scene->half_height;
    struct arena_mark mark = arena_mark(st->arena);
    uint16_t *keep = arena_array(st->arena, uint16_t, (size_t)c->width);

    for (int y = 0; y < c->height; y++) {
        float v = (((float)y + 0.5f) / c->scale - c->top) / ry;
        float step = 1 / (c->scale * rx), first = (0.5f / c->scale - c->left) / rx;

        for (int x = 0; x < c->width; x++) {
            float u = first + step * (float)x, d = MAX(u * u + v * v - 0.6f, 0.0f);

            keep[x] = (uint16_t)(256 - (int)MIN(d * d * (float)strength * 0.5f, 256.0f));
        }
        for (int k = 0; k < 3; k++)
            dim_row(c->plane[k] + (size_t)y * (size_t)c->width, keep, c->width);
    }
    arena_rewind(st->arena, mark);
}

void filter_ragged_border(struct studio *st, const uint8_t *tile, struct rgb paper, float margin)
{
    struct canvas *c = st->canvas;
    const int sheet[3] = { paper.r, paper.g, paper.b };
    struct grain wide = filter_grain(st, tile, 220, 220), fine = filter_grain(st, tile, 900, 900);

    for (int y = 0; y < c->height; y++) {
        size_t at = (size_t)y * (size_t)c->width;
        float v = ((float)y + 0.5f) / c->scale - c->top, dy = st->scene->half_height - fabsf(v);

        for (int x = 0; x < c->width; x++) {
            float u = ((float)x + 0.5f) / c->scale - c->left,
                  d = MIN(dy, st->scene->half_width - fabsf(u));
            float edge = margin * (0.55f + 0.9f * (float)grain_read(&wide, x, y) / 255) +
                         margin * 0.25f * ((float)grain_read(&fine, x, y) / 255 - 0.5f);
            int t;

            if (d > margin * 1.9f) {
                x = MAX(x, (int)((c->left + st->scene->half_width - margin * 1.9f) * c->scale) - 1);
                continue;
            }
            t = 256 - (int)(256 * num_clamp((d - edge) / (margin * 0.10f), 0, 1));
            for (int k = 0; k < 3; k++)
                c->plane[k][at + (size_t)x] =
                    num_byte(filter_mix(c->plane[k][at + (size_t)x], sheet[k], t));
        }
    }
}
