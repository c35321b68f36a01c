/* Patterns: repeats that fill the frame, drawn from the palette alone. */
#include "image/sketch/noise.h"
#include "image/sketch/num.h"
#include "image/sketch/plan.h"

struct cloth {
    struct rgb inks[6];
    float cell;
    int columns, rows; /* cells either side of the middle */
    int variant;
    struct dice dice;
    uint64_t seed;
};

static struct rgb pick(struct cloth *c)
{
    return c->inks[1 + dice_below(&c->dice, 5)];
}

static struct path *square(struct scene *s, float x, float y, float r)
{
    struct path *p = scene_path(s);

    path_box(p, x - r, y - r, x + r, y + r, 0);
    return p;
}

/* A quarter disc in corner k of a cell. */
static void quarter(struct path *p, float x, float y, float r, int k, float radius)
{
    float cx = x + (k == 0 || k == 3 ? -r : r), cy = y + (k < 2 ? -r : r), from = 0.25f * (float)k;
    struct point points[12];

    points[0] = AT(cx, cy);
    for (int i = 0; i <= 10; i++)
        points[i + 1] = AT(cx + num_cos(from + 0.025f * (float)i) * radius,
                           cy + num_sin(from + 0.025f * (float)i) * radius);
    path_polygon(p, points, 12);
}

static void geometric_cell(struct scene *s, struct cloth *c, float x, float y)
{
    float r = c->cell / 2;
    struct path *p = scene_path(s), *q = scene_path(s);
    int kind = dice_below(&c->dice, 7), turn = dice_below(&c->dice, 4);

    scene_fill(s, ROLE_FORM, square(s, x, y, r + 0.0006f), pick(c));
    switch (kind) {
    case 0:
        quarter(p, x, y, r, turn, r * 2);
        quarter(q, x, y, r, turn, r);
        break;
    case 1:
        path_ellipse(p, x, y, r * 0.86f, r * 0.86f);
        path_ellipse(q, x, y, r * 0.42f, r * 0.42f);
        break;
    case 2:
        PATH_POINTS(p, path_polygon, AT(x - r, y - r), AT(x + r, y - r),
                    AT(turn % 2 == 0 ? x - r : x + r, y + r));
        break;
    case 3:
        quarter(p, x, y, r, turn, r);
        quarter(p, x, y, r, (turn + 2) % 4, r);
        break;
    case 4:
        for (int i = 0; i < 3; i++)
            path_box(p, x - r, y - r + r * 0.666f * (float)i, x + r,
                     y - r + r * (0.666f * (float)i + 0.333f), 0);
        break;
    case 5:
        path_star(p, x, y, r * 0.95f, r * 0.42f, 4, turn % 2 == 0 ? 0 : 0.125f);
        path_ellipse(q, x, y, r * 0.22f, r * 0.22f);
        break;
    default:
        PATH_POINTS(p, path_polygon, AT(x, y - r), AT(x + r, y), AT(x, y + r), AT(x - r, y));
        PATH_POINTS(q, path_polygon, AT(x, y - r * 0.5f), AT(x + r * 0.5f, y), AT(x, y + r * 0.5f),
                    AT(x - r * 0.5f, y));
        break;
    }
    scene_fill(s, ROLE_FORM, p, pick(c));
    if (q->count > 0)
        scene_fill(s, ROLE_DETAIL, q, pick(c));
}

static void hexagons(struct scene *s, struct cloth *c)
{
    float r = c->cell * 0.60f;

    for (int j = -c->rows - 1; j <= c->rows + 1; j++)
        for (int i = -c->columns - 1; i <= c->columns + 1; i++) {
            float x = ((float)i + (j % 2 == 0 ? 0 : 0.5f)) * r * 1.732f, y = (float)j * r * 1.5f;
            struct rgb base = pick(c);

            for (int k = 0; k < 3; k++) { /* a cube: three rhombs, three lights */
                float a = -0.25f + (float)k / 3, b = a + 1.0f / 6, d = a + 1.0f / 3;
                struct path *p = scene_path(s);

                PATH_POINTS(p, path_polygon, AT(x, y), AT(x + num_cos(a) * r, y + num_sin(a) * r),
                            AT(x + num_cos(b) * r, y + num_sin(b) * r),
                            AT(x + num_cos(d) * r, y + num_sin(d) * r));
                scene_fill(s, ROLE_FORM, p,
                           rgb_shift(base,
                                     k == 0   ? -0.02f
                                     : k == 1 ? -0.12f
                                              : 0.08f,
                                     1));
            }
        }
}

static void geometric(struct scene *s, struct cloth *c)
{
    if (c->variant == 1) {
        hexagons(s, c);
        return;
    }
    for (int j = -c->rows; j <= c->rows; j++)
        for (int i = -c->columns; i <= c->columns; i++)
            geometric_cell(s, c, (float)i * c->cell, (float)j * c->cell);
}

static void blossom(struct scene *s, struct cloth *c, struct point at, float size,
                    struct rgb colour)
{
    struct path *p = scene_path(s), *veins = scene_path(s), *eye = scene_path(s);
    int petals = 5 + dice_below(&c->dice, 4);
    float turn = dice_unit(&c->dice), thin = 2.6f / (float)petals;

    for (int i = 0; i < petals; i++) {
        float t = turn + (float)i / (float)petals, x = num_cos(t), y = num_sin(t),
              w = size * thin * 0.52f;

        PATH_POINTS(
            p, path_blob, AT(at.x, at.y),
            AT(at.x + x * size * 0.55f - y * w, at.y + y * size * 0.55f + x * w),
            AT(at.x + x * size * 0.95f - y * w * 0.5f, at.y + y * size * 0.95f + x * w * 0.5f),
            AT(at.x + x * size * 0.95f + y * w * 0.5f, at.y + y * size * 0.95f - x * w * 0.5f),
            AT(at.x + x * size * 0.55f + y * w, at.y + y * size * 0.55f - x * w));
        path_segment(veins, at.x + x * size * 0.26f, at.y + y * size * 0.26f,
                     at.x + x * size * 0.70f, at.y + y * size * 0.70f, size * 0.035f);
    }
    scene_fill(s, ROLE_FORM, p, colour);
    scene_fill(s, ROLE_DETAIL, veins, rgb_shift(colour, -0.14f, 1));
    path_ellipse(eye, at.x, at.y, size * 0.24f, size * 0.24f);
    scene_fill(s, ROLE_DETAIL, eye, rgb_of(0.84f, 0.13f, 0.24f));
}

static void sprig(struct scene *s, struct cloth *c, struct point at, float size, struct rgb colour)
{
    struct affine before = scene_enter(s, affine_at(at.x, at.y, size, dice_unit(&c->dice)));
    struct path *leaves = scene_path(s);

    SCENE_STROKE(s, colour, 0.05f, 0.04f, 0.02f, AT(0, 0.9f), AT(0.1f, 0.1f), AT(0, -0.8f));
    for (int i = 0; i < 6; i++) {
        float y = 0.6f - 0.24f * (float)i, k = i % 2 == 0 ? 1.0f : -1.0f,
              r = 0.44f - 0.035f * (float)i;

        PATH_POINTS(leaves, path_blob, AT(0.05f, y), AT(k * r * 0.6f, y - 0.30f),
                    AT(k * r * 1.15f, y - 0.36f), AT(k * r * 0.75f, y - 0.08f));
    }
    scene_fill(s, ROLE_FORM, leaves, colour);
    s->at = before;
}

static void floral(struct scene *s, struct cloth *c)
{
    struct rgb leaf = rgb_of(0.50f, 0.075f * s->palette.chroma, 0.40f);
    float step = c->cell * 0.84f;

    for (int pass = 0; pass < 2; pass++)
        for (int j = -c->rows - 1; j <= c->rows + 1; j++)
            for (int i = -c->columns - 1; i <= c->columns + 1; i++) {
                float x = ((float)i + (j % 2 == 0 ? 0 : 0.5f) +
                           dice_range(&c->dice, -0.26f, 0.26f)) *
                          step,
                      y = ((float)j + dice_range(&c->dice, -0.28f, 0.28f)) * step;

                if (pass == 0) {
                    sprig(s, c, AT(x + step * 0.42f, y + step * 0.1f), step * 0.42f,
                          rgb_shift(leaf, dice_range(&c->dice, -0.08f, 0.10f), 1));
                } else {
                    struct rgb petals = pick(c);

                    blossom(s, c, AT(x, y), step * dice_range(&c->dice, 0.22f, 0.40f), petals);
                }
            }
}

static void scales(struct scene *s, struct cloth *c)
{
    float r = c->cell * 0.62f;

    for (int j = -c->rows * 2 - 2; j <= c->rows * 2 + 3; j++)
        for (int i = -c->columns - 2; i <= c->columns + 2; i++) {
            float x = ((float)i + (j % 2 == 0 ? 0 : 0.5f)) * r * 2, y = (float)j * r * 0.5f;
            int cell = i * 64 + j;
            struct rgb base = c->inks[1 + (int)(num_hash(c->seed, (uint64_t)cell) % 3)];

            for (int k = 0; k < 4; k++) {
                struct path *p = scene_path(s);
                float q = r * (1 - 0.24f * (float)k);

                path_ellipse(p, x, y, q, q);
                scene_fill(s, k == 0 ? ROLE_FORM : ROLE_DETAIL, p,
                           k % 2 == 1 ? c->inks[0] : rgb_shift(base, 0.03f * (float)k, 1));
            }
        }
}

/* One tile with fourfold symmetry: everything is drawn once and turned. */
static void tile(struct scene *s, struct cloth *c, float x, float y, struct dice d)
{
    float r = c->cell / 2;
    struct rgb a = c->inks[1], b = c->inks[2];
    float reach = dice_range(&d, 0.5f, 0.8f), lobe = dice_range(&d, 0.2f, 0.36f);
    int corners = 4 * (1 + dice_below(&d, 2));
    struct path *p = scene_path(s), *q = scene_path(s), *mid = scene_path(s), *line = scene_path(s);

    scene_fill(s, ROLE_FORM, square(s, x, y, r + 0.0006f), c->inks[0]);
    for (int k = 0; k < 4; k++) {
        float t = 0.25f * (float)k, cx = num_cos(t), cy = num_sin(t), dx = num_cos(t + 0.125f),
              dy = num_sin(t + 0.125f);

        quarter(q, x, y, r, k, r * 0.5f);
        PATH_POINTS(
            p, path_blob, AT(x, y),
            AT(x + (cx * 0.5f - cy * lobe) * r * reach, y + (cy * 0.5f + cx * lobe) * r * reach),
            AT(x + cx * r * 0.96f, y + cy * r * 0.96f),
            AT(x + (cx * 0.5f + cy * lobe) * r * reach, y + (cy * 0.5f - cx * lobe) * r * reach));
        path_ellipse(mid, x + dx * r * 0.80f, y + dy * r * 0.80f, r * 0.13f, r * 0.13f);
    }
    scene_fill(s, ROLE_DETAIL, q, b);
    scene_fill(s, ROLE_DETAIL, p, a);
    scene_fill(s, ROLE_DETAIL, mid, c->inks[3]);
    path_star(line, x, y, r * 0.36f, r * 0.18f, corners, 0.125f);
    scene_fill(s, ROLE_DETAIL, line, c->inks[3]);
    path_ellipse(line = scene_path(s), x, y, r * 0.11f, r * 0.11f);
    scene_fill(s, ROLE_DETAIL, line, c->inks[0]);
}

static void tiles(struct scene *s, struct cloth *c)
{
    for (int j = -c->rows; j <= c->rows; j++)
        for (int i = -c->columns; i <= c->columns; i++)
            tile(s, c, (float)i * c->cell, (float)j * c->cell,
                 (struct dice){ c->seed + (uint64_t)((i + j) & 1) });
}

static void terrazzo(struct scene *s, struct cloth *c)
{
    float step = c->cell * 0.56f;

    for (int j = -c->rows * 2; j <= c->rows * 2; j++)
        for (int i = -c->columns * 2; i <= c->columns * 2; i++) {
            float x = ((float)i + dice_range(&c->dice, -0.35f, 0.35f)) * step,
                  y = ((float)j + dice_range(&c->dice, -0.35f, 0.35f)) * step;
            struct point chip[6];
            struct path *p = scene_path(s);
            float r = step * dice_range(&c->dice, 0.16f, 0.62f), turn = dice_unit(&c->dice);

            for (int k = 0; k < 6; k++) {
                float t = turn + (float)k / 6, reach = r * dice_range(&c->dice, 0.6f, 1.1f);

                chip[k] = AT(x + num_cos(t) * reach, y + num_sin(t) * reach);
            }
            if (c->variant % 2 == 0)
                path_polygon(p, chip, 6);
            else
                path_blob(p, chip, 6);
            scene_fill(s, ROLE_FORM, p, pick(c));
        }
}

static void stripes(struct scene *s, struct cloth *c)
{
    float w = s->half_width, h = s->half_height, reach = w + h;

    for (int way = 0; way < 2; way++) {
        struct dice d = dice_for(c->seed, "warp"); /* the same sett both ways */
        struct affine before = scene_enter(
            s, affine_at(0, 0, 1,
                         c->variant % 2 == 0 ? 0.25f * (float)way : 0.125f + 0.25f * (float)way));

        for (float x = -reach; x < reach;) {
            float wide = c->cell * dice_range(&d, 0.06f, 0.55f);
            struct path *p = scene_path(s);

            path_box(p, x, -reach, x + wide, reach, 0);
            scene_fill(s, ROLE_DETAIL, p, c->inks[1 + dice_below(&d, 5)])->paint.alpha_a =
                way == 0 ? 0.9f : 0.55f;
            x += wide + c->cell * dice_range(&d, 0.05f, 0.4f);
        }
        s->at = before;
        if (c->variant == 3)
            break;
    }
}

/* Level lines of a landscape seen from above. */
static void contour(struct scene *s, struct cloth *c)
{
    for (int level = 0; level < 13; level++) {
        struct path *p = scene_path(s);

        for (int hill = 0; hill < 7; hill++) {
            struct dice d = { c->seed + (uint64_t)hill };
            float x = dice_range(&d, -1, 1) * s->half_width * 1.1f,
                  y = dice_range(&d, -1, 1) * s->half_height * 1.1f,
                  size = dice_range(&d, 0.25f, 0.55f) * (1 - (float)level / 13.5f);
            struct point ring[30];

            for (int k = 0; k < 30; k++) {
                float t = (float)k / 30,
                      r = size *
                          (0.65f + 0.7f * noise_at(c->seed + (uint64_t)hill,
                                                   num_cos(t) * 1.6f + 9 + 0.05f * (float)level,
                                                   num_sin(t) * 1.6f + 9));

                ring[k] = AT(x + num_cos(t) * r, y + num_sin(t) * r);
            }
            path_blob(p, ring, 30);
        }
        scene_fill(s, ROLE_FORM, p,
                   rgb_mix(c->inks[level % 2 == 0 ? 4 : 2], c->inks[level < 6 ? 1 : 3],
                           (float)level / 13));
    }
}

void scene_pattern(struct scene *s, const struct plan *plan)
{
    static void (*const draws[PATTERN_COUNT])(struct scene *, struct cloth *) = {
        [PATTERN_GEOMETRIC] = geometric, [PATTERN_FLORAL] = floral,     [PATTERN_WAVES] = scales,
        [PATTERN_TILES] = tiles,         [PATTERN_TERRAZZO] = terrazzo, [PATTERN_STRIPES] = stripes,
        [PATTERN_CONTOUR] = contour,
    };
    struct dice d = dice_for(plan->identity, "cloth");
    const struct palette *p = &s->palette;
    bool dark = dice_chance(&d, 0.35f);
    float cell = dice_range(&d, 0.13f, 0.20f);
    struct cloth c = { .inks = { dark ? rgb_shift(p->ink, 0.06f, 1.4f) : p->pale, p->accent,
                                 p->accent2, p->accent3, p->ground2, dark ? p->pale : p->ground },
                       .cell = cell,
                       .variant = dice_below(&d, 4),
                       .dice = dice_for(plan->variation, "cells"),
                       .seed = plan->identity };
    int any = 1 + dice_below(&d, PATTERN_COUNT - 1), kind = plan->wish.value[WISH_PATTERN];

    if (plan->wish.colour_count == 1) { /* shades of the one colour that was named */
        c.inks[2] = rgb_shift(p->accent, -0.20f, 0.9f);
        c.inks[3] = rgb_shift(p->accent, 0.16f, 0.8f);
        c.inks[4] = rgb_shift(p->accent, 0.28f, 0.5f);
    }
    if (plan->wish.value[WISH_FRAME] == FRAME_CLOSE || plan->wish.value[WISH_FRAME] == FRAME_DETAIL)
        c.cell *= 1.8f;
    c.columns = (int)(s->half_width / c.cell) + 1;
    c.rows = (int)(s->half_height / c.cell) + 1;
    scene_fill(s, ROLE_GROUND, scene_band(s, -s->half_height, s->half_height), c.inks[0]);
    draws[kind != WISH_NONE ? kind : any](s, &c);
}
