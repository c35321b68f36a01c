/* Painting of covered rows: flat colours and gradients, blended into byte planes. */
#include "image/sketch/canvas.h"

#include <string.h>

#include "image/sketch/num.h"
#include "image/sketch/raster.h"

enum { RAMP = 256 };

/* A gradient as a table: colour in 8.8 bits, so that dithering can use the lower half. */
struct ramp {
    uint16_t plane[3][RAMP];
    uint8_t alpha[RAMP];
};

static const uint8_t dither[4][8] = { { 8, 136, 40, 168, 16, 144, 48, 176 },
                                      { 200, 72, 232, 104, 208, 80, 240, 112 },
                                      { 56, 184, 24, 152, 64, 192, 32, 160 },
                                      { 248, 120, 216, 88, 224, 96, 250, 128 } };

struct canvas *canvas_new(struct arena *a, int width, int height, float scale, float left,
                          float top)
{
    struct canvas *c = arena_new(a, struct canvas);

    *c = (struct canvas){ width, height, { NULL }, scale, left, top, a };
    for (int i = 0; i < 3; i++)
        c->plane[i] = arena_array(a, uint8_t, (size_t)width * (size_t)height);
    return c;
}

void canvas_clear(struct canvas *c, struct rgb colour)
{
    const uint8_t bytes[3] = { colour.r, colour.g, colour.b };

    for (int i = 0; i < 3; i++)
        memset(c->plane[i], bytes[i], (size_t)c->width * (size_t)c->height);
}

void canvas_write_rgb(const struct canvas *c, uint8_t *rgb)
{
    const uint8_t *r = c->plane[0], *g = c->plane[1], *b = c->plane[2];
    size_t count = (size_t)c->width * (size_t)c->height;

    for (size_t i = 0; i < count; i++) {
        rgb[i * 3] = r[i];
        rgb[i * 3 + 1] = g[i];
        rgb[i * 3 + 2] = b[i];
    }
}

struct paint paint_flat(struct rgb colour)
{
    return (struct paint){ .a = colour, .b = colour, .alpha_a = 1, .alpha_b = 1 };
}

static void ramp_fill(struct ramp *ramp, const struct paint *p)
{
    const int a[3] = { p->a.r, p->a.g, p->a.b }, b[3] = { p->b.r, p->b.g, p->b.b };

    for (int i = 0; i < RAMP; i++) {
        float t = (float)i / (RAMP - 1);

        if (p->soft)
            t = t * t * (3 - 2 * t);
        for (int k = 0; k < 3; k++)
            ramp->plane[k][i] = (uint16_t)(num_mix((float)a[k], (float)b[k], t) * 256);
        ramp->alpha[i] = num_byte((int)(num_mix(p->alpha_a, p->alpha_b, t) * 255 + 0.5f));
    }
}

/* Where a pixel lies on the ramp: a linear gradient steps evenly; a radial one by its squared
 * distance, and the table's root makes it even. */
struct ramp_walk {
    struct affine to_ramp; /* unit space to (t, 0) or into the unit circle */
    bool radial;
};

static bool invert(struct affine m, struct affine *out)
{
    float det = m.a * m.d - m.b * m.c;

    if (fabsf(det) < 1e-12f)
        return false;
    *out = (struct affine){ m.d / det, -m.b / det, -m.c / det, m.a / det, 0, 0 };
    out->e = -(out->a * m.e + out->c * m.f);
    out->f = -(out->b * m.e + out->d * m.f);
    return true;
}

static struct ramp_walk walk_for(const struct paint *p)
{
    struct ramp_walk w = { .radial = p->kind == PAINT_RADIAL };

    if (w.radial) {
        if (!invert(p->space, &w.to_ramp))
            w.to_ramp = affine_none;
    } else {
        float dx = p->to.x - p->from.x, dy = p->to.y - p->from.y, d2 = dx * dx + dy * dy;

        d2 = d2 < 1e-9f ? 1e-9f : d2;
        w.to_ramp =
            (struct affine){ dx / d2, 0, dy / d2, 0, -(p->from.x * dx + p->from.y * dy) / d2, 0 };
    }
    return w;
}

/* The ramp's index of each pixel of [left, right) in a row. */
static void walk_row(const struct ramp_walk *w, const struct canvas *c, int row, int left,
                     int right, uint8_t *restrict out)
{
    float y = ((float)row + 0.5f) / c->scale - c->top;
    float x = ((float)left + 0.5f) / c->scale - c->left, step = 1 / c->scale;
    struct point at = affine_apply(w->to_ramp, (struct point){ x, y });
    float du = w->to_ramp.a * step, dv = w->to_ramp.b * step;

    if (w->radial) {
        for (int i = 0; i < right - left; i++) {
            float u = at.x + du * (float)i, v = at.y + dv * (float)i;

            out[left + i] = (uint8_t)(int)(sqrtf(MIN(u * u + v * v, 1.0f)) * (RAMP - 1) + 0.5f);
        }
    } else if (du < 1e-7f && du > -1e-7f) { /* straight down: one colour per row */
        memset(out + left, (int)(num_clamp(at.x, 0, 1) * (RAMP - 1) + 0.5f),
               (size_t)(right - left));
    } else {
        for (int i = 0; i < right - left; i++) {
            float u = at.x + du * (float)i;

            u = u < 0 ? 0 : u;
            out[left + i] = (uint8_t)(int)(MIN(u, 1.0f) * (RAMP - 1) + 0.5f);
        }
    }
}

static inline uint8_t blend(int under, int over, int cover)
{
    int x = (over - under) * cover;

    return (uint8_t)(under + ((x + 128 + (x >> 8)) >> 8));
}

static void blend_flat(uint8_t *restrict row, const uint8_t *restrict cover, int count, int value)
{
    for (int i = 0; i < count; i++)
        row[i] = blend(row[i], value, cover[i]);
}

static void blend_ramp(uint8_t *restrict row, const uint8_t *restrict cover,
                       const uint8_t *restrict index, const uint16_t *restrict ramp,
                       const uint8_t *restrict noise, int count)
{
    for (int i = 0; i < count; i++)
        row[i] = blend(row[i], (ramp[index[i]] + noise[i & 7]) >> 8, cover[i]);
}

static void scale_cover(uint8_t *restrict cover, const uint8_t *restrict by, int count)
{
    for (int i = 0; i < count; i++)
        cover[i] = (uint8_t)((cover[i] * by[i] + 255) >> 8);
}

static void weaken_cover(uint8_t *cover, int count, int alpha)
{
    for (int i = 0; i < count; i++)
        cover[i] = (uint8_t)((cover[i] * alpha + 128) >> 8);
}

struct rows {
    uint8_t *cover, *clip, *index;
};

struct fill {
    struct canvas *canvas;
    const struct paint *paint;
    struct ramp *ramp;
    struct ramp_walk walk;
    struct rows rows;
};

static void paint_row(struct fill *f, int row, int left, int right)
{
    struct canvas *c = f->canvas;
    size_t at = (size_t)row * (size_t)c->width + (size_t)left;
    const int flat[3] = { f->paint->a.r, f->paint->a.g, f->paint->a.b };
    uint8_t *cover = f->rows.cover + left;
    int count = right - left;

    if (f->paint->kind == PAINT_FLAT) {
        if (f->paint->alpha_a < 1)
            weaken_cover(cover, count, (int)(f->paint->alpha_a * 256 + 0.5f));
        for (int k = 0; k < 3; k++)
            blend_flat(c->plane[k] + at, cover, count, flat[k]);
        return;
    }
    walk_row(&f->walk, c, row, left, right, f->rows.index);
    if (f->paint->alpha_a < 1 || f->paint->alpha_b < 1)
        for (int i = 0; i < count; i++)
            cover[i] = (uint8_t)((cover[i] * f->ramp->alpha[f->rows.index[left + i]] + 255) >> 8);
    for (int k = 0; k < 3; k++)
        blend_ramp(c->plane[k] + at, cover, f->rows.index + left, f->ramp->plane[k],
                   dither[row & 3], count);
}

static void fill_rows(struct fill *f, struct raster *r, struct raster *clip)
{
    int first = r->first_row, end = r->end_row;

    if (clip != NULL) {
        first = MAX(first, clip->first_row);
        end = MIN(end, clip->end_row);
    }
    for (int row = first; row < end; row++) {
        int left, right;

        raster_row(r, row, f->rows.cover);
        left = r->left;
        right = r->right;
        if (clip != NULL) {
            raster_row(clip, row, f->rows.clip);
            left = MAX(left, clip->left);
            right = MIN(right, clip->right);
            if (left < right)
                scale_cover(f->rows.cover + left, f->rows.clip + left, right - left);
        }
        if (left < right)
            paint_row(f, row, left, right);
    }
}

/* A row that was begun above the first row wanted must still see the edges between. */
void canvas_fill(struct canvas *c, const struct path *p, const struct path *clip,
                 const struct paint *paint)
{
    struct arena_mark mark = arena_mark(c->arena);
    struct raster main_raster, clip_raster;
    size_t width = (size_t)c->width;
    struct fill f = { .canvas = c, .paint = paint };

    if (raster_begin(&main_raster, c, p) && (clip == NULL || raster_begin(&clip_raster, c, clip))) {
        f.rows.cover = arena_array(c->arena, uint8_t, width);
        f.rows.clip = arena_array(c->arena, uint8_t, width);
        f.rows.index = arena_array(c->arena, uint8_t, width);
        if (paint->kind != PAINT_FLAT) {
            f.ramp = arena_new(c->arena, struct ramp);
            ramp_fill(f.ramp, paint);
            f.walk = walk_for(paint);
        }
        fill_rows(&f, &main_raster, clip != NULL ? &clip_raster : NULL);
    }
    arena_rewind(c->arena, mark);
}
