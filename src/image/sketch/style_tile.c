/* Styles that put the picture together from pieces: pixels, mosaic, triangles, coloured glass. */
#include "image/sketch/cluster.h"
#include "image/sketch/filter.h"
#include "image/sketch/num.h"
#include "image/sketch/painter.h"
#include "image/sketch/style_list.h"

/* A small rendering to take colours from: one of its pixels is one piece wide or less. */
static struct canvas *sample_canvas(struct studio *st, const struct look *look, float per_unit)
{
    struct studio small = *st;
    int width = (int)(st->scene->half_width * 2 * per_unit) + 1,
        height = (int)(st->scene->half_height * 2 * per_unit) + 1;

    small.canvas = canvas_new(st->arena, width, height, per_unit, st->scene->half_width,
                              st->scene->half_height);
    painter_draw(&small, look);
    return small.canvas;
}

static struct rgb sample(const struct canvas *c, float x, float y)
{
    return canvas_get(c, num_clamp_int((int)((x + c->left) * c->scale), 0, c->width - 1),
                      num_clamp_int((int)((y + c->top) * c->scale), 0, c->height - 1));
}

enum { PIXEL_GRID = 128, PIXEL_COLOURS = 24 };

static const uint8_t bayer[4][4] = {
    { 0, 8, 2, 10 }, { 12, 4, 14, 6 }, { 3, 11, 1, 9 }, { 15, 7, 13, 5 }
};

/* The colours of a small canvas, few as an old machine had. */
static int choose_colours(const struct canvas *c, struct rgb out[CLUSTER_MAX])
{
    struct lab samples[CLUSTER_SAMPLES];
    struct cluster clusters[CLUSTER_MAX];
    int pixels = c->width * c->height, count = MIN(pixels, CLUSTER_SAMPLES), found;

    for (int i = 0; i < count; i++) {
        int at = (int)((int64_t)i * pixels / count);

        samples[i] = rgb_to_lab(canvas_get(c, at % c->width, at / c->width));
    }
    found = cluster_find(samples, count, PIXEL_COLOURS, clusters);
    for (int i = 0; i < found; i++)
        out[i] = rgb_from_lab(clusters[i].mean);
    return found;
}

static struct rgb nearest_colour(struct rgb c, const struct rgb *colours, int count, int spread)
{
    int best = 1 << 30, at = 0;

    for (int i = 0; i < count; i++) {
        int dr = c.r + spread - colours[i].r, dg = c.g + spread - colours[i].g,
            db = c.b + spread - colours[i].b;
        int d = 2 * dr * dr + 4 * dg * dg + 3 * db * db;

        if (d < best) {
            best = d;
            at = i;
        }
    }
    return colours[at];
}

static void reduce_colours(struct canvas *c)
{
    struct rgb colours[CLUSTER_MAX];
    int count = choose_colours(c, colours);

    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++) {
            size_t i = (size_t)y * (size_t)c->width + (size_t)x;
            struct rgb p =
                nearest_colour(canvas_get(c, x, y), colours, count, bayer[y & 3][x & 3] - 8);

            c->plane[0][i] = p.r;
            c->plane[1][i] = p.g;
            c->plane[2][i] = p.b;
        }
}

void style_pixel(struct studio *st)
{
    const struct look look = { .shade = 1, .glow = 0.9f, .line = 0.0065f, .own_ink = true };
    struct canvas *c = st->canvas, *small = sample_canvas(st, &look, PIXEL_GRID);

    reduce_colours(small);
    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++) {
            struct rgb p = sample(small, ((float)x + 0.5f) / c->scale - c->left,
                                  ((float)y + 0.5f) / c->scale - c->top);
            size_t i = (size_t)y * (size_t)c->width + (size_t)x;

            c->plane[0][i] = p.r;
            c->plane[1][i] = p.g;
            c->plane[2][i] = p.b;
        }
}

static struct rgb shaded(struct rgb c, int by)
{
    return (struct rgb){ num_byte(c.r + by), num_byte(c.g + by), num_byte(c.b + by) };
}

void style_mosaic(struct studio *st)
{
    const struct look look = { .shade = 1, .glow = 1, .line = 0.006f, .own_ink = true };
    const float step = 1.0f / 84;
    struct canvas *c = st->canvas, *colours = sample_canvas(st, &look, 1 / step);
    struct dice d = { num_hash(st->seed, 21) };
    int rows = (int)(st->scene->half_height / step) + 1,
        columns = (int)(st->scene->half_width / step) + 1;
    struct grain stone;

    canvas_clear(c, rgb_mix(st->palette.ink, RGB(0x8d857a), 0.62f));
    for (int j = -rows; j <= rows; j++)
        for (int i = -columns; i <= columns; i++) {
            struct arena_mark mark = arena_mark(st->arena);
            struct path *p =
                path_new(st->arena, affine_at(((float)i + 0.5f) * step, ((float)j + 0.5f) * step,
                                              step * 0.5f, dice_range(&d, -0.018f, 0.018f)));
            struct rgb tint =
                shaded(sample(colours, ((float)i + 0.5f) * step, ((float)j + 0.5f) * step),
                       (int)dice_range(&d, -17, 17));
            struct paint paint = { .kind = PAINT_LINEAR,
                                   .a = shaded(tint, 17),
                                   .b = shaded(tint, -15),
                                   .alpha_a = 1,
                                   .alpha_b = 1 };
            struct point quad[4];

            for (int k = 0; k < 4; k++) {
                struct point reach = dice_spot(&d, 0.80f, 0.93f, 0.80f, 0.93f);

                quad[k] = AT(k == 0 || k == 3 ? -reach.x : reach.x, k < 2 ? -reach.y : reach.y);
            }
            path_polygon(p, quad, 4);
            paint.from = affine_apply(p->at, (struct point){ st->scene->light, -1 });
            paint.to = affine_apply(p->at, (struct point){ -st->scene->light, 1 });
            canvas_fill(c, p, NULL, &paint);
            arena_rewind(st->arena, mark);
        }
    stone = filter_grain(st, noise_tile(st->arena, st->seed, 64, 3), 520, 520);
    filter_add_grain(st, &stone, 24);
    filter_vignette(st, 60);
}

static void facet(struct studio *st, const struct canvas *colours, struct point a, struct point b,
                  struct point e)
{
    struct arena_mark mark = arena_mark(st->arena);
    struct path *p = path_new(st->arena, affine_none);
    struct point mid = { (a.x + b.x + e.x) / 3, (a.y + b.y + e.y) / 3 }, corners[3] = { a, b, e };
    struct rgb tint = sample(colours, mid.x, mid.y);
    float tilt = ((a.x - mid.x) * st->scene->light - (a.y - mid.y)) * 220;
    struct paint paint = paint_flat(shaded(tint, num_clamp_int((int)tilt, -9, 9)));

    for (int i = 0; i < 3; i++) { /* larger by a pixel, so that no gap shows between neighbours */
        float dx = corners[i].x - mid.x, dy = corners[i].y - mid.y;
        float grow = 1.2f / (st->canvas->scale * MAX(sqrtf(dx * dx + dy * dy), 0.001f));

        corners[i].x += dx * MIN(grow, 0.6f);
        corners[i].y += dy * MIN(grow, 0.6f);
    }
    path_polygon(p, corners, 3);
    canvas_fill(st->canvas, p, NULL, &paint);
    arena_rewind(st->arena, mark);
}

static int unlike(const struct canvas *colours, struct point a, struct point b)
{
    int d = rgb_luma(sample(colours, a.x, a.y)) - rgb_luma(sample(colours, b.x, b.y));

    return d < 0 ? -d : d;
}

/* Of some places near (x, y), the one where the picture changes most: corners sit on edges. */
static struct point corner_near(struct studio *st, const struct canvas *colours, float x, float y,
                                float step)
{
    struct dice d = { num_hash(st->seed,
                               (uint64_t)((int64_t)(x * 8192) * 1048576 + (int64_t)(y * 8192))) };
    struct point best = { x, y };
    int most = -1;

    for (int i = 0; i < 9; i++) {
        struct point off = dice_spot(&d, -0.42f, 0.42f, -0.42f, 0.42f);
        struct point at = { x + off.x * step, y + off.y * step };
        float r = step * 0.14f;
        int change =
            unlike(colours, (struct point){ at.x - r, at.y }, (struct point){ at.x + r, at.y }) +
            unlike(colours, (struct point){ at.x, at.y - r }, (struct point){ at.x, at.y + r });

        if (change > most + 2) {
            most = change;
            best = at;
        }
    }
    return best;
}

void style_low_poly(struct studio *st)
{
    const struct look look = { .shade = 1.1f, .glow = 1 };
    const float step = 1.0f / 66;
    struct canvas *colours = sample_canvas(st, &look, 4 / step);
    int rows = (int)(st->scene->half_height / step) + 2,
        columns = (int)(st->scene->half_width / step) + 2, stride = columns * 2 + 1;
    struct point *mesh =
        arena_array(st->arena, struct point, (size_t)(rows * 2 + 1) * (size_t)stride);

    for (int j = -rows; j <= rows; j++)
        for (int i = -columns; i <= columns; i++) {
            mesh[(j + rows) * stride + i + columns] =
                corner_near(st, colours, ((float)i + (j % 2 == 0 ? 0.25f : -0.25f)) * step,
                            (float)j * step, step);
        }
    for (int j = 0; j < rows * 2; j++)
        for (int i = 0; i < stride - 1; i++) {
            struct point a = mesh[j * stride + i], b = mesh[j * stride + i + 1],
                         e = mesh[(j + 1) * stride + i], f = mesh[(j + 1) * stride + i + 1];

            if (unlike(colours, b, e) <= unlike(colours, a, f)) { /* cut along edges, not across */
                facet(st, colours, a, b, e);
                facet(st, colours, b, f, e);
            } else {
                facet(st, colours, a, f, e);
                facet(st, colours, a, b, f);
            }
        }
}

static struct rgb glassy(const struct studio *st, struct rgb colour, enum role role)
{
    struct lch c = rgb_to_lch(colour);

    UNUSED(st);
    UNUSED(role);
    return rgb_from_lch((struct lch){ 0.12f + c.l * 0.82f, c.c * 1.45f + 0.01f, c.h });
}

/* Panes of a jittered grid: which one a place lies in, and how far from the next. */
struct pane {
    uint64_t id;
    float border;
};

static struct pane pane_at(uint64_t seed, float x, float y)
{
    int cx = (int)num_floor(x), cy = (int)num_floor(y);
    float best = 99, next = 99;
    struct pane p = { 0, 0 };

    for (int j = cy - 1; j <= cy + 1; j++)
        for (int i = cx - 1; i <= cx + 1; i++) {
            int cell = (j + 512) * 2048 + i + 512;
            uint64_t h = num_hash(seed, (uint64_t)cell);
            float dx = (float)i + 0.5f + ((float)(h & 255) / 255 - 0.5f) * 0.8f - x;
            float dy = (float)j + 0.5f + ((float)(h >> 8 & 255) / 255 - 0.5f) * 0.8f - y,
                  d = dx * dx + dy * dy;

            if (d < best) {
                next = best;
                best = d;
                p.id = h;
            } else if (d < next) {
                next = d;
            }
        }
    p.border = sqrtf(next) - sqrtf(best);
    return p;
}

/* Every pane is its own piece of glass; where two pieces meet there is lead. Read on a coarse grid
 * where nothing happens, because most pixels lie well inside of a pane. */
static void panes(struct studio *st, float per_unit, struct rgb lead)
{
    struct canvas *c = st->canvas;
    const float wide = 0.0085f * per_unit, soft = per_unit / c->scale;
    const int metal[3] = { lead.r, lead.g, lead.b };
    const uint8_t *ripple = noise_tile(st->arena, st->seed, 16, 3);
    struct grain wavy = filter_grain(st, ripple, 260, 260);

    for (int y = 0; y < c->height; y++) {
        float v = (((float)y + 0.5f) / c->scale - c->top) * per_unit;

        for (int x = 0; x < c->width;) {
            float u = (((float)x + 0.5f) / c->scale - c->left) * per_unit;
            struct pane p = pane_at(st->seed, u + 100, v + 100);
            int tint = (int)(p.id >> 16 & 63) - 32,
                cover = (int)(256 * num_clamp((wide - p.border) / soft + 0.5f, 0, 1));
            /* The border shrinks by at most two per step sideways, so that many pixels are safe. */
            int run = MAX((int)((p.border - wide - soft) / 2 * c->scale / per_unit), 1),
                end = MIN(x + run, c->width);

            for (; x < end; x++) {
                size_t i = (size_t)y * (size_t)c->width + (size_t)x;
                int light = tint + ((grain_read(&wavy, x, y) - 128) >> 2);

                for (int k = 0; k < 3; k++)
                    c->plane[k][i] =
                        (uint8_t)filter_mix(num_byte(c->plane[k][i] + light), metal[k], cover);
            }
        }
    }
}

void style_stained_glass(struct studio *st)
{
    const struct rgb lead = RGB(0x17151a);
    const struct look look = { .flat = true,
                               .shade = 0.25f,
                               .glow = 0.5f,
                               .vary = 0.03f,
                               .recolour = glassy,
                               .line = 0.0115f,
                               .detail = 0.0040f,
                               .ink = RGB(0x17151a) };

    struct scene part = *st->scene;
    struct studio half = *st;
    struct grain wavy;
    int ground = 0;

    /* Only what lies behind is broken into panes; bodies are panes of their own. */
    while (ground < part.count && part.shapes[ground].role == ROLE_GROUND)
        ground++;
    half.scene = &part;
    part.count = ground;
    painter_draw(&half, &look);
    panes(st, 8.0f, lead);
    part.shapes += ground;
    part.count = st->scene->count - ground;
    painter_draw(&half, &look);
    wavy = filter_grain(st, noise_tile(st->arena, st->seed + 2, 16, 3), 200, 200);
    filter_add_grain(st, &wavy, 62);
    filter_vignette(st, 120);
}
