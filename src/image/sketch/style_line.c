/* Styles of lines: ink, comic, blueprint, neon. */
#include "image/sketch/filter.h"
#include "image/sketch/num.h"
#include "image/sketch/painter.h"
#include "image/sketch/style_list.h"

/* Coverage of lines a period apart at a place: how much of 256 is ink when `wide` of it is. */
static inline int stripe(float phase, float wide, float soft)
{
    float t = fabsf(phase - num_floor(phase) - 0.5f) * 2; /* 0 on a line's middle, 1 between two */

    return (int)(256 * num_clamp((wide - t) / soft + 0.5f, 0, 1));
}

/* Three directions of hatching, each for a deeper tone. */
static void hatch(struct studio *st, struct rgb paper, struct rgb ink)
{
    struct canvas *c = st->canvas;
    const uint8_t *bend = noise_tile(st->arena, st->seed, 8, 2);
    struct grain wander = filter_grain(st, bend, 90, 90);
    const float pitch = 118, soft = MAX(2 * pitch / c->scale, 0.12f);
    const int p[3] = { paper.r, paper.g, paper.b }, n[3] = { ink.r, ink.g, ink.b };

    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++) {
            size_t i = (size_t)y * (size_t)c->width + (size_t)x;
            float u = ((float)x + 0.5f) / c->scale - c->left,
                  v = ((float)y + 0.5f) / c->scale - c->top;
            float w = (float)grain_read(&wander, x, y) * 0.006f;
            int tone = (54 * c->plane[0][i] + 183 * c->plane[1][i] + 19 * c->plane[2][i]) >> 8,
                cover = 0;

            if (tone < 188)
                cover = stripe((u + v * 0.9f) * pitch * 0.72f + w,
                               MIN((float)(188 - tone) / 190, 0.62f), soft);
            if (tone < 122)
                cover = MAX(cover, stripe((u - v * 0.8f) * pitch * 0.78f + w,
                                          MIN((float)(122 - tone) / 150, 0.62f), soft));
            if (tone < 66)
                cover = MAX(cover, stripe(v * pitch + w, MIN((float)(66 - tone) / 60, 1.3f), soft));
            for (int k = 0; k < 3; k++)
                c->plane[k][i] = (uint8_t)filter_mix(p[k], n[k], cover);
        }
}

void style_ink(struct studio *st)
{
    const struct rgb paper = RGB(0xf7f2e6), ink = RGB(0x1d1a1c);
    struct look look = { .shade = 1,
                         .glow = 0.8f,
                         .line = 0.0052f,
                         .detail = 0.0032f,
                         .ink = RGB(0x000000),
                         .wobble = 0.0030f,
                         .stroke_ink = true };
    struct grain tooth;

    painter_draw(st, &look);
    hatch(st, paper, ink);
    tooth = filter_grain(st, noise_tile(st->arena, st->seed + 3, 64, 2), 500, 500);
    filter_add_grain(st, &tooth, 12);
}

static struct rgb lively(const struct studio *st, struct rgb colour, enum role role)
{
    struct lch c = rgb_to_lch(colour);

    UNUSED(st);
    UNUSED(role);
    return rgb_from_lch((struct lch){ c.l, c.c * 1.3f, c.h });
}

/* Dots that grow where it gets darker than the flat colour below. */
static void comic_dots(struct studio *st)
{
    struct canvas *c = st->canvas;
    const float pitch = 74;

    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++) {
            size_t i = (size_t)y * (size_t)c->width + (size_t)x;
            float u = (((float)x + 0.5f) / c->scale - c->left) * pitch,
                  v = (((float)y + 0.5f) / c->scale - c->top) * pitch;
            float a = (u + v) * 0.70711f, b = (u - v) * 0.70711f;
            int tone = (54 * c->plane[0][i] + 183 * c->plane[1][i] + 19 * c->plane[2][i]) >> 8;
            float da, db, r;
            int cover;

            if (tone < 70 || tone > 205)
                continue;
            da = a - num_floor(a) - 0.5f;
            db = b - num_floor(b) - 0.5f;
            r = 0.50f * (1 - (float)(tone - 70) / 150);
            cover =
                (int)(256 * num_clamp((r * r - da * da - db * db) * c->scale / pitch * 1.2f + 0.5f,
                                      0, 1));
            for (int k = 0; k < 3; k++)
                c->plane[k][i] = (uint8_t)(c->plane[k][i] * (256 - (cover * 52 >> 8)) >> 8);
        }
}

void style_comic(struct studio *st)
{
    const struct look look = { .flat = true,
                               .shade = 0.9f,
                               .glow = 0.7f,
                               .line = 0.0085f,
                               .detail = 0.0045f,
                               .ink = RGB(0x17131a),
                               .recolour = lively };

    painter_draw(st, &look);
    comic_dots(st);
}

static void rule(struct studio *st, struct path *p, struct rgb colour, float alpha)
{
    struct paint paint = paint_flat(colour);

    paint.alpha_a = alpha;
    canvas_fill(st->canvas, p, NULL, &paint);
}

/* Squared paper: fine lines, every fifth stronger. */
static void squares(struct studio *st, struct rgb colour)
{
    float w = st->scene->half_width, h = st->scene->half_height, step = 0.025f;
    struct path *fine = path_new(st->arena, affine_none),
                *strong = path_new(st->arena, affine_none);

    for (int i = (int)(-w / step); i <= (int)(w / step); i++)
        path_segment(i % 5 == 0 ? strong : fine, (float)i * step, -h, (float)i * step, h, 0.0012f);
    for (int i = (int)(-h / step); i <= (int)(h / step); i++)
        path_segment(i % 5 == 0 ? strong : fine, -w, (float)i * step, w, (float)i * step, 0.0012f);
    rule(st, fine, colour, 0.13f);
    rule(st, strong, colour, 0.30f);
}

/* A frame, marks along it, centre lines and a title block without words. */
static void draughting(struct studio *st, struct rgb colour)
{
    float w = st->scene->half_width - 0.030f, h = st->scene->half_height - 0.030f;
    struct path *p = path_new(st->arena, affine_none), *frame = path_new(st->arena, affine_none),
                *block = path_new(st->arena, affine_none);

    path_box(frame, -w, -h, w, h, 0);
    path_outline(p, frame, 0.0036f);
    for (int i = -7; i <= 7; i++) {
        path_segment(p, (float)i * w / 8, -h, (float)i * w / 8, -h + (i % 4 == 0 ? 0.022f : 0.012f),
                     0.0022f);
        path_segment(p, -w, (float)i * h / 8, -w + (i % 4 == 0 ? 0.022f : 0.012f), (float)i * h / 8,
                     0.0022f);
    }
    path_box(block, w - 0.25f, h - 0.085f, w, h, 0);
    rule(st, block, RGB(0x123f7a), 0.92f);
    path_outline(p, block, 0.0026f);
    path_segment(p, w - 0.25f, h - 0.045f, w, h - 0.045f, 0.002f);
    path_segment(p, w - 0.11f, h - 0.085f, w - 0.11f, h, 0.002f);
    for (int i = 0; i < 3; i++)
        path_segment(p, w - 0.235f, h - 0.074f + 0.009f * (float)i,
                     w - 0.235f + 0.09f / (float)(i + 1), h - 0.074f + 0.009f * (float)i, 0.0028f);
    path_ring(p, w - 0.055f, h - 0.0225f, 0.014f, 0.014f, 0.002f);
    for (int i = -24; i < 24; i++) { /* the dash-dot lines through the middle */
        path_segment(p, (float)i * w / 24, 0, ((float)i + 0.6f) * w / 24, 0, 0.0011f);
        path_segment(p, 0, (float)i * h / 24, 0, ((float)i + 0.6f) * h / 24, 0.0011f);
    }
    rule(st, p, colour, 0.85f);
}

void style_blueprint(struct studio *st)
{
    const struct rgb blue = RGB(0x16498c), white = RGB(0xe9f1fb);
    const struct look look = { .line_only = true,
                               .blank = RGB(0x1a4f95),
                               .ink = RGB(0xe9f1fb),
                               .line = 0.0040f,
                               .detail = 0.0022f,
                               .stroke_ink = true };
    struct grain stain;

    canvas_clear(st->canvas, blue);
    painter_draw(st, &look);
    squares(st, white);
    draughting(st, white);
    stain = filter_grain(st, noise_tile(st->arena, st->seed, 8, 5), 130, 130);
    filter_add_grain(st, &stain, 26);
    filter_vignette(st, 90);
}

static struct rgb tube(const struct studio *st, struct rgb colour, enum role role)
{
    struct lch c = rgb_to_lch(colour);
    float hue = c.c > 0.025f ? c.h : st->palette.hue3;

    if (role == ROLE_STROKE || role == ROLE_GLOW)
        return rgb_of(0.82f, 0.15f, hue);
    return rgb_of(0.30f + 0.50f * c.l, 0.20f, hue);
}

static struct rgb night(const struct studio *st, struct rgb colour, enum role role)
{
    struct lch c = rgb_to_lch(colour);

    UNUSED(role);
    return rgb_of(0.09f + 0.13f * c.l, MIN(0.05f + c.c * 0.2f, 0.08f),
                  c.c > 0.025f ? c.h : st->palette.hue2);
}

static void add_light(struct canvas *c, uint8_t *const lines[3], int strength)
{
    size_t count = (size_t)c->width * (size_t)c->height;

    for (int k = 0; k < 3; k++) {
        uint8_t *restrict v = c->plane[k];
        const uint8_t *restrict add = lines[k];

        for (size_t i = 0; i < count; i++)
            v[i] = (uint8_t)MIN(v[i] + (add[i] * strength >> 8), 255);
    }
}

/* Tubes of light on their own black canvas; bodies in front still hide what lies behind. */
static struct canvas *tubes(struct studio *st)
{
    struct studio dark = *st;
    const struct scene *s = st->scene;
    struct rgb black = RGB(0x000000);

    dark.canvas = canvas_new(st->arena, st->canvas->width, st->canvas->height, st->canvas->scale,
                             st->canvas->left, st->canvas->top);
    for (int i = 0; i < s->count; i++) {
        const struct shape *shape = &s->shapes[i];
        struct arena_mark mark = arena_mark(st->arena);
        struct look one = { .line_only = true,
                            .blank = black,
                            .line = 0.0070f,
                            .detail = 0.0042f,
                            .ink = tube(st, rgb_mix(shape->paint.a, shape->paint.b, 0.3f),
                                        shape->role) };
        struct scene alone = *s;

        if (shape->role == ROLE_SHADE || shape->role == ROLE_GLOW)
            continue;
        alone.shapes = &s->shapes[i];
        alone.count = 1;
        dark.scene = &alone;
        painter_draw(&dark, &one);
        arena_rewind(st->arena, mark);
    }
    return dark.canvas;
}

void style_neon(struct studio *st)
{
    const struct look look = { .shade = 0.4f, .glow = 0.30f, .recolour = night };
    static const struct {
        float radius;
        int strength;
    } halos[] = { { 0.0030f, 190 }, { 0.011f, 260 }, { 0.032f, 210 } };
    struct canvas *light = tubes(st);

    painter_draw(st, &look);
    add_light(st->canvas, light->plane, 256);
    for (size_t i = 0; i < COUNT(halos); i++)
        filter_add_halo(st, light, halos[i].radius, halos[i].strength);
    filter_vignette(st, 110);
}
