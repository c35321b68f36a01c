/* Suns, swords, crowns and the like. */
#include "image/sketch/symbol.h"

static void form(struct scene *s, const struct path *p, struct rgb c)
{
    scene_linear(s, ROLE_FORM, p, rgb_shift(c, 0.07f, 1), rgb_shift(c, -0.09f, 1),
                 AT(s->light * 0.8f, -0.8f), AT(-s->light * 0.8f, 0.8f));
}

void symbol_pip(struct path *p, int symbol, float x, float y, float r)
{
    switch (symbol) {
    case SYMBOL_HEART:
        PATH_POINTS(p, path_blob, AT(x, y - r * 0.42f), AT(x + r * 0.30f, y - r * 0.80f),
                    AT(x + r * 0.82f, y - r * 0.62f), AT(x + r * 0.82f, y - r * 0.06f),
                    AT(x + r * 0.34f, y + r * 0.52f), AT(x, y + r * 0.92f),
                    AT(x - r * 0.34f, y + r * 0.52f), AT(x - r * 0.82f, y - r * 0.06f),
                    AT(x - r * 0.82f, y - r * 0.62f), AT(x - r * 0.30f, y - r * 0.80f));
        break;
    case SYMBOL_SPADE:
        PATH_POINTS(p, path_blob, AT(x, y - r * 0.95f), AT(x + r * 0.30f, y - r * 0.52f),
                    AT(x + r * 0.80f, y - r * 0.02f), AT(x + r * 0.76f, y + r * 0.46f),
                    AT(x + r * 0.30f, y + r * 0.54f), AT(x, y + r * 0.30f),
                    AT(x - r * 0.30f, y + r * 0.54f), AT(x - r * 0.76f, y + r * 0.46f),
                    AT(x - r * 0.80f, y - r * 0.02f), AT(x - r * 0.30f, y - r * 0.52f));
        PATH_POINTS(p, path_polygon, AT(x - r * 0.07f, y + r * 0.2f),
                    AT(x + r * 0.07f, y + r * 0.2f), AT(x + r * 0.32f, y + r * 0.95f),
                    AT(x - r * 0.32f, y + r * 0.95f));
        break;
    case SYMBOL_CLUB:
        path_ellipse(p, x, y - r * 0.50f, r * 0.40f, r * 0.40f);
        path_ellipse(p, x - r * 0.46f, y + r * 0.16f, r * 0.40f, r * 0.40f);
        path_ellipse(p, x + r * 0.46f, y + r * 0.16f, r * 0.40f, r * 0.40f);
        PATH_POINTS(p, path_polygon, AT(x - r * 0.10f, y - r * 0.2f),
                    AT(x + r * 0.10f, y - r * 0.2f), AT(x + r * 0.32f, y + r * 0.95f),
                    AT(x - r * 0.32f, y + r * 0.95f));
        break;
    case SYMBOL_DIAMOND:
        PATH_POINTS(p, path_polygon, AT(x, y - r), AT(x + r * 0.70f, y), AT(x, y + r),
                    AT(x - r * 0.70f, y));
        break;
    default:
        path_star(p, x, y, r, r * 0.40f, 5, -0.25f);
        break;
    }
}

static void rays(struct scene *s, struct rgb c, float in, float out, int count)
{
    struct path *p = scene_path(s);

    for (int i = 0; i < count; i++) {
        float t = (float)i / (float)count, half = 0.30f / (float)count,
              far = i % 2 == 0 ? out : num_mix(in, out, 0.62f);

        PATH_POINTS(p, path_polygon, AT(num_cos(t - half) * in, num_sin(t - half) * in),
                    AT(num_cos(t) * far, num_sin(t) * far),
                    AT(num_cos(t + half) * in, num_sin(t + half) * in));
    }
    form(s, p, c);
}

static void sun(struct scene *s, const struct inks *k)
{
    struct path *p = scene_path(s), *ring = scene_path(s);

    rays(s, k->main, 0.50f, 1.0f, 24);
    path_ellipse(p, 0, 0, 0.46f, 0.46f);
    form(s, p, k->second);
    path_ring(ring, 0, 0, 0.39f, 0.39f, 0.02f);
    scene_fill(s, ROLE_DETAIL, ring, k->main);
    for (int i = -1; i <= 1; i += 2) {
        float x = (float)i * 0.15f;

        SCENE_STROKE(s, k->dark, 0.010f, 0.028f, 0.010f, AT(x - 0.08f, -0.05f), AT(x, -0.01f),
                     AT(x + 0.08f, -0.05f));
        SCENE_STROKE(s, k->dark, 0.006f, 0.018f, 0.006f, AT(x - 0.08f, -0.13f), AT(x, -0.16f),
                     AT(x + 0.08f, -0.13f));
    }
    SCENE_STROKE(s, k->dark, 0.008f, 0.016f, 0.008f, AT(0.0f, -0.05f), AT(-0.035f, 0.08f),
                 AT(0.02f, 0.09f));
    SCENE_STROKE(s, k->dark, 0.008f, 0.026f, 0.008f, AT(-0.11f, 0.18f), AT(0, 0.225f),
                 AT(0.11f, 0.18f));
}

static void moon(struct scene *s, const struct inks *k)
{
    struct path *p = scene_path(s), *stars = scene_path(s);
    struct point points[22];

    for (int i = 0; i < 12; i++) {
        float t = 0.12f + 0.76f * (float)i / 11;

        points[i] = AT(num_cos(t) * 0.82f, num_sin(t) * 0.82f);
    }
    for (int i = 0; i < 10; i++) {
        float t = 0.80f - 0.62f * (float)i / 9;

        points[12 + i] = AT(0.26f + num_cos(t) * 0.58f, num_sin(t) * 0.60f);
    }
    path_polygon(p, points, 22);
    form(s, p, k->second);
    path_star(stars, 0.36f, -0.08f, 0.24f, 0.09f, 5, -0.25f);
    path_star(stars, 0.66f, -0.52f, 0.12f, 0.03f, 4, -0.25f);
    path_star(stars, 0.62f, 0.42f, 0.10f, 0.03f, 4, -0.25f);
    form(s, stars, k->main);
}

static void star(struct scene *s, const struct inks *k)
{
    struct path *p = scene_path(s), *half = scene_path(s);

    rays(s, k->main, 0.2f, 0.98f, 16);
    path_star(p, 0, 0, 0.82f, 0.28f, 8, -0.25f);
    form(s, p, k->second);
    for (int i = 0; i < 8; i++) {
        float a = -0.25f + (float)i / 8, b = a + 1.0f / 16;

        PATH_POINTS(half, path_polygon, AT(0, 0), AT(num_cos(a) * 0.82f, num_sin(a) * 0.82f),
                    AT(num_cos(b) * 0.28f, num_sin(b) * 0.28f));
    }
    scene_fill(s, ROLE_DETAIL, half, rgb_shift(k->second, -0.12f, 1.05f));
}

static void eye(struct scene *s, const struct inks *k)
{
    struct path *p = scene_path(s), *iris = scene_path(s), *pupil = scene_path(s),
                *spark = scene_path(s), *tri = scene_path(s);

    rays(s, k->second, 0.62f, 1.0f, 28);
    PATH_POINTS(tri, path_polygon, AT(0, -0.84f), AT(0.86f, 0.62f), AT(-0.86f, 0.62f));
    form(s, tri, k->main);
    path_move(p, -0.52f, 0.14f);
    path_curve(p, -0.25f, -0.22f, 0.25f, -0.22f, 0.52f, 0.14f);
    path_curve(p, 0.25f, 0.46f, -0.25f, 0.46f, -0.52f, 0.14f);
    scene_fill(s, ROLE_DETAIL, p, k->pale);
    path_ellipse(iris, 0, 0.12f, 0.21f, 0.21f);
    scene_fill(s, ROLE_DETAIL, iris, k->second);
    path_ellipse(pupil, 0, 0.12f, 0.11f, 0.11f);
    scene_fill(s, ROLE_DETAIL, pupil, k->dark);
    path_ellipse(spark, 0.07f, 0.05f, 0.04f, 0.04f);
    scene_fill(s, ROLE_DETAIL, spark, k->pale);
}

static void sword(struct scene *s, const struct inks *k)
{
    struct path *blade = scene_path(s), *edge = scene_path(s), *guard = scene_path(s),
                *pommel = scene_path(s);

    PATH_POINTS(blade, path_polygon, AT(-0.09f, 0.38f), AT(-0.09f, -0.80f), AT(0, -1.0f),
                AT(0.09f, -0.80f), AT(0.09f, 0.38f));
    form(s, blade, rgb_mix(k->pale, k->dark, 0.18f));
    PATH_POINTS(edge, path_polygon, AT(0, 0.38f), AT(0, -1.0f), AT(-s->light * 0.09f, -0.80f),
                AT(-s->light * 0.09f, 0.38f));
    scene_fill(s, ROLE_SHADE, edge, k->dark)->paint.alpha_a = 0.25f;
    PATH_POINTS(guard, path_blob, AT(-0.44f, 0.34f), AT(0, 0.40f), AT(0.44f, 0.34f),
                AT(0.47f, 0.44f), AT(0, 0.50f), AT(-0.47f, 0.44f));
    form(s, guard, k->second);
    path_box(pommel, -0.055f, 0.48f, 0.055f, 0.84f, 0.02f);
    form(s, pommel, k->main);
    path_ellipse(pommel = scene_path(s), 0, 0.90f, 0.10f, 0.10f);
    form(s, pommel, k->second);
}

static void cup(struct scene *s, const struct inks *k)
{
    struct path *p = scene_path(s), *rim = scene_path(s), *gem = scene_path(s);

    path_move(p, -0.52f, -0.56f);
    path_curve(p, -0.52f, 0.0f, -0.30f, 0.16f, -0.08f, 0.24f);
    path_line(p, -0.08f, 0.56f);
    path_curve(p, -0.12f, 0.72f, -0.42f, 0.70f, -0.46f, 0.86f);
    path_line(p, 0.46f, 0.86f);
    path_curve(p, 0.42f, 0.70f, 0.12f, 0.72f, 0.08f, 0.56f);
    path_line(p, 0.08f, 0.24f);
    path_curve(p, 0.30f, 0.16f, 0.52f, 0.0f, 0.52f, -0.56f);
    form(s, p, k->second);
    path_ellipse(rim, 0, -0.56f, 0.52f, 0.11f);
    scene_fill(s, ROLE_DETAIL, rim, rgb_shift(k->main, -0.05f, 1));
    symbol_pip(gem, SYMBOL_HEART, 0, -0.18f, 0.18f);
    scene_fill(s, ROLE_DETAIL, gem, k->main);
    for (int i = -1; i <= 1; i++) {
        struct path *drop = scene_path(s);

        path_star(drop, (float)i * 0.30f, -0.84f + 0.07f * (float)(i * i), 0.10f, 0.03f, 4, -0.25f);
        scene_fill(s, ROLE_DETAIL, drop, k->main);
    }
}

static void wand(struct scene *s, const struct inks *k)
{
    struct affine before = scene_enter(s, affine_at(0, 0, 1, 0.06f));
    struct path *leaf = scene_path(s), *tip = scene_path(s);

    rays(s, k->main, 0.0f, 0.0f, 1);
    SCENE_STROKE(s, rgb_mix(k->dark, k->second, 0.5f), 0.11f, 0.10f, 0.13f, AT(0, 0.95f),
                 AT(0.02f, 0.1f), AT(0, -0.62f))
        ->role = ROLE_FORM;
    for (int i = 0; i < 4; i++) {
        float y = 0.55f - 0.32f * (float)i, x = i % 2 == 0 ? 1.0f : -1.0f;

        PATH_POINTS(leaf, path_blob, AT(x * 0.04f, y), AT(x * 0.20f, y - 0.17f),
                    AT(x * 0.36f, y - 0.14f), AT(x * 0.22f, y - 0.03f));
    }
    form(s, leaf, k->main);
    path_star(tip, 0, -0.76f, 0.24f, 0.07f, 6, -0.25f);
    form(s, tip, k->second);
    s->at = before;
}

static void coin(struct scene *s, const struct inks *k)
{
    struct path *p = scene_path(s), *ring = scene_path(s), *in = scene_path(s);

    path_ellipse(p, 0, 0, 0.88f, 0.88f);
    form(s, p, k->second);
    path_ring(ring, 0, 0, 0.74f, 0.74f, 0.05f);
    path_star(in, 0, 0, 0.66f, 0.26f, 5, -0.25f);
    scene_fill(s, ROLE_DETAIL, ring, k->main);
    form(s, in, k->main);
}

static void crown(struct scene *s, const struct inks *k)
{
    struct path *p = scene_path(s), *balls = scene_path(s), *band = scene_path(s);

    PATH_POINTS(p, path_polygon, AT(-0.74f, 0.46f), AT(-0.86f, -0.34f), AT(-0.44f, 0.04f),
                AT(0, -0.62f), AT(0.44f, 0.04f), AT(0.86f, -0.34f), AT(0.74f, 0.46f));
    form(s, p, k->second);
    path_ellipse(balls, -0.86f, -0.40f, 0.10f, 0.10f);
    path_ellipse(balls, 0, -0.70f, 0.11f, 0.11f);
    path_ellipse(balls, 0.86f, -0.40f, 0.10f, 0.10f);
    path_ellipse(balls, 0, 0.10f, 0.10f, 0.14f);
    form(s, balls, k->main);
    path_box(band, -0.76f, 0.42f, 0.76f, 0.62f, 0.05f);
    form(s, band, k->main);
}

static void rose(struct scene *s, const struct inks *k)
{
    struct path *leaf = scene_path(s);

    SCENE_STROKE(s, rgb_of(0.42f, 0.08f, 0.39f), 0.05f, 0.05f, 0.03f, AT(0, 0.1f), AT(0.04f, 0.5f),
                 AT(-0.04f, 1.0f));
    PATH_POINTS(leaf, path_blob, AT(0.03f, 0.62f), AT(0.26f, 0.42f), AT(0.52f, 0.46f),
                AT(0.28f, 0.66f));
    PATH_POINTS(leaf, path_blob, AT(0, 0.78f), AT(-0.24f, 0.58f), AT(-0.50f, 0.62f),
                AT(-0.26f, 0.82f));
    form(s, leaf, rgb_of(0.50f, 0.10f, 0.39f));
    for (int layer = 0; layer < 4; layer++) {
        float r = 0.56f - 0.14f * (float)layer;
        struct path *p = scene_path(s);

        for (int i = 0; i < 5; i++) {
            float t = (float)i / 5 + 0.1f * (float)layer;

            path_ellipse(p, num_cos(t) * r * 0.62f, -0.26f + num_sin(t) * r * 0.62f, r * 0.58f,
                         r * 0.58f);
        }
        scene_linear(s, ROLE_FORM, p, rgb_shift(k->main, 0.05f - 0.045f * (float)layer, 1),
                     rgb_shift(k->main, -0.05f - 0.045f * (float)layer, 1), AT(s->light * r, -r),
                     AT(-s->light * r, r));
    }
}

static void tree(struct scene *s, const struct inks *k)
{
    struct path *crown_path = scene_path(s), *fruit = scene_path(s);

    for (int i = -2; i <= 2; i++)
        SCENE_STROKE(s, rgb_mix(k->dark, k->second, 0.35f), 0.10f, 0.07f, 0.02f, AT(0, 0.55f),
                     AT((float)i * 0.12f, 0.0f),
                     AT((float)i * 0.32f, -0.35f - 0.1f * (float)(2 - (i < 0 ? -i : i))));
    for (int i = -2; i <= 2; i++)
        SCENE_STROKE(s, rgb_mix(k->dark, k->second, 0.35f), 0.09f, 0.06f, 0.02f, AT(0, 0.45f),
                     AT((float)i * 0.10f, 0.72f), AT((float)i * 0.32f, 0.92f));
    for (int i = 0; i < 11; i++) {
        float t = (float)i / 11;

        path_ellipse(crown_path, num_cos(t) * 0.52f, -0.36f + num_sin(t) * 0.40f, 0.24f, 0.22f);
    }
    form(s, crown_path, k->main);
    for (int i = 0; i < 9; i++) {
        float t = (float)i / 9 + 0.03f;

        path_ellipse(fruit, num_cos(t) * 0.50f, -0.36f + num_sin(t) * 0.40f, 0.06f, 0.06f);
    }
    form(s, fruit, k->second);
}

static void tower(struct scene *s, const struct inks *k)
{
    struct path *p = scene_path(s), *holes = scene_path(s), *roof = scene_path(s);

    PATH_POINTS(p, path_polygon, AT(-0.42f, 0.95f), AT(-0.34f, -0.30f), AT(-0.46f, -0.34f),
                AT(-0.46f, -0.58f), AT(-0.28f, -0.58f), AT(-0.28f, -0.46f), AT(-0.09f, -0.46f),
                AT(-0.09f, -0.58f), AT(0.09f, -0.58f), AT(0.09f, -0.46f), AT(0.28f, -0.46f),
                AT(0.28f, -0.58f), AT(0.46f, -0.58f), AT(0.46f, -0.34f), AT(0.34f, -0.30f),
                AT(0.42f, 0.95f));
    form(s, p, rgb_mix(k->pale, k->dark, 0.30f));
    path_box(holes, -0.08f, -0.16f, 0.08f, 0.12f, 0.08f);
    path_box(holes, -0.13f, 0.58f, 0.13f, 1.05f, 0.13f);
    scene_fill(s, ROLE_DETAIL, holes, k->dark);
    PATH_POINTS(roof, path_polygon, AT(0, -1.0f), AT(0.34f, -0.90f), AT(0, -0.80f), AT(0, -0.5f),
                AT(-0.025f, -0.5f), AT(-0.025f, -1.0f));
    form(s, roof, k->main);
}

static void pip(struct scene *s, int symbol, struct rgb c)
{
    struct path *p = scene_path(s);

    symbol_pip(p, symbol, 0, 0, 0.9f);
    form(s, p, c);
    s->clip = p;
    scene_glow(s, ROLE_SHADE, RGB(0xffffff), 0.4f, AT(s->light * 0.3f, -0.4f), 0.36f, 0.28f);
    s->clip = NULL;
}

static void anchor(struct scene *s, const struct inks *k)
{
    struct path *ring = scene_path(s), *flukes = scene_path(s);

    path_ring(ring, 0, -0.74f, 0.16f, 0.16f, 0.09f);
    form(s, ring, k->main);
    SCENE_STROKE(s, k->main, 0.13f, 0.13f, 0.13f, AT(0, -0.58f), AT(0, 0.78f))->role = ROLE_FORM;
    SCENE_STROKE(s, k->main, 0.10f, 0.11f, 0.10f, AT(-0.36f, -0.36f), AT(0.36f, -0.36f))->role =
        ROLE_FORM;
    SCENE_STROKE(s, k->main, 0.08f, 0.16f, 0.08f, AT(-0.70f, 0.22f), AT(-0.46f, 0.68f),
                 AT(0, 0.84f), AT(0.46f, 0.68f), AT(0.70f, 0.22f))
        ->role = ROLE_FORM;
    PATH_POINTS(flukes, path_polygon, AT(-0.92f, 0.36f), AT(-0.68f, 0.02f), AT(-0.48f, 0.42f));
    PATH_POINTS(flukes, path_polygon, AT(0.92f, 0.36f), AT(0.68f, 0.02f), AT(0.48f, 0.42f));
    form(s, flukes, k->main);
    SCENE_STROKE(s, k->second, 0.05f, 0.05f, 0.05f, AT(0.14f, -0.82f), AT(0.42f, -0.42f),
                 AT(-0.25f, 0.0f), AT(0.25f, 0.36f), AT(-0.05f, 0.95f));
}

static void key(struct scene *s, const struct inks *k)
{
    struct path *p = scene_path(s), *teeth = scene_path(s);

    path_ring(p, 0, -0.58f, 0.28f, 0.28f, 0.13f);
    path_ellipse(p, 0, -0.98f, 0.10f, 0.10f);
    form(s, p, k->second);
    path_box(teeth, -0.075f, -0.26f, 0.075f, 0.95f, 0.03f);
    path_box(teeth, 0.06f, 0.56f, 0.36f, 0.70f, 0.02f);
    path_box(teeth, 0.06f, 0.78f, 0.28f, 0.92f, 0.02f);
    form(s, teeth, k->second);
    symbol_pip(p = scene_path(s), SYMBOL_HEART, 0, -0.58f, 0.13f);
    scene_fill(s, ROLE_DETAIL, p, k->main);
}

static void scales(struct scene *s, const struct inks *k)
{
    struct path *base = scene_path(s);

    SCENE_STROKE(s, k->second, 0.06f, 0.10f, 0.12f, AT(0, -0.85f), AT(0, 0), AT(0, 0.80f))->role =
        ROLE_FORM;
    SCENE_STROKE(s, k->second, 0.04f, 0.10f, 0.04f, AT(-0.74f, -0.58f), AT(0, -0.68f),
                 AT(0.74f, -0.58f))
        ->role = ROLE_FORM;
    path_box(base, -0.36f, 0.78f, 0.36f, 0.92f, 0.05f);
    form(s, base, k->main);
    for (int i = -1; i <= 1; i += 2) {
        float x = (float)i * 0.70f;
        struct path *pan = scene_path(s);

        SCENE_STROKE(s, k->dark, 0.014f, 0.014f, 0.014f, AT(x, -0.56f), AT(x - 0.26f, 0.16f));
        SCENE_STROKE(s, k->dark, 0.014f, 0.014f, 0.014f, AT(x, -0.56f), AT(x + 0.26f, 0.16f));
        path_move(pan, x - 0.32f, 0.14f);
        path_curve(pan, x - 0.2f, 0.40f, x + 0.2f, 0.40f, x + 0.32f, 0.14f);
        form(s, pan, k->main);
    }
}

static void wheel(struct scene *s, const struct inks *k)
{
    struct path *p = scene_path(s), *hub = scene_path(s), *spokes = scene_path(s);

    for (int i = 0; i < 8; i++) {
        float t = (float)i / 8;

        path_segment(spokes, 0, 0, num_cos(t) * 0.98f, num_sin(t) * 0.98f, 0.07f);
        path_ellipse(spokes, num_cos(t) * 0.94f, num_sin(t) * 0.94f, 0.07f, 0.07f);
    }
    form(s, spokes, k->main);
    path_ring(p, 0, 0, 0.72f, 0.72f, 0.13f);
    path_ring(p, 0, 0, 0.42f, 0.42f, 0.05f);
    form(s, p, k->second);
    path_ellipse(hub, 0, 0, 0.17f, 0.17f);
    form(s, hub, k->main);
}

static void bolt(struct scene *s, const struct inks *k)
{
    struct path *p = scene_path(s);

    rays(s, k->main, 0.66f, 1.0f, 24);
    PATH_POINTS(p, path_polygon, AT(0.16f, -0.95f), AT(-0.46f, 0.10f), AT(-0.06f, 0.10f),
                AT(-0.22f, 0.95f), AT(0.48f, -0.22f), AT(0.06f, -0.22f), AT(0.44f, -0.95f));
    form(s, p, k->second);
}

static void feather(struct scene *s, const struct inks *k)
{
    struct affine before = scene_enter(s, affine_at(0, 0, 1, 0.07f));
    struct path *p = scene_path(s);

    PATH_POINTS(p, path_blob, AT(0, -1.0f), AT(0.24f, -0.66f), AT(0.30f, -0.1f), AT(0.17f, 0.40f),
                AT(0, 0.56f), AT(-0.17f, 0.40f), AT(-0.30f, -0.1f), AT(-0.24f, -0.66f));
    form(s, p, k->main);
    s->clip = p;
    for (int i = 0; i < 9; i++)
        for (int side = -1; side <= 1; side += 2)
            SCENE_STROKE(s, i % 3 == 0 ? k->second : rgb_shift(k->main, -0.12f, 1), 0.02f, 0.018f,
                         0.006f, AT(0, 0.4f - 0.14f * (float)i),
                         AT((float)side * 0.16f, 0.26f - 0.14f * (float)i),
                         AT((float)side * 0.34f, 0.10f - 0.14f * (float)i));
    s->clip = NULL;
    SCENE_STROKE(s, k->pale, 0.035f, 0.03f, 0.008f, AT(0, 1.0f), AT(0.01f, 0.2f), AT(0, -0.92f));
    s->at = before;
}

static void flame(struct scene *s, const struct inks *k)
{
    const struct rgb c[] = { k->main, k->second, k->pale };

    for (int i = 0; i < 3; i++) {
        float r = 1 - 0.30f * (float)i, y = 0.30f * (float)i * 0.9f;
        struct path *p = scene_path(s);

        PATH_POINTS(p, path_blob, AT(0.06f * r, y - 0.98f * r), AT(0.26f * r, y - 0.48f * r),
                    AT(0.58f * r, y - 0.02f * r), AT(0.52f * r, y + 0.56f * r),
                    AT(0, y + 0.90f * r), AT(-0.52f * r, y + 0.56f * r),
                    AT(-0.56f * r, y + 0.06f * r), AT(-0.30f * r, y - 0.22f * r),
                    AT(-0.22f * r, y - 0.56f * r));
        form(s, p, c[i]);
    }
}

static void mountain(struct scene *s, const struct inks *k)
{
    struct path *p = scene_path(s), *snow = scene_path(s), *disc = scene_path(s);

    path_ellipse(disc, 0.34f, -0.46f, 0.30f, 0.30f);
    form(s, disc, k->second);
    PATH_POINTS(p, path_polygon, AT(-0.95f, 0.66f), AT(-0.2f, -0.62f), AT(0.12f, -0.08f),
                AT(0.36f, -0.36f), AT(0.95f, 0.66f));
    form(s, p, k->main);
    PATH_POINTS(snow, path_polygon, AT(-0.2f, -0.62f), AT(-0.02f, -0.31f), AT(-0.12f, -0.24f),
                AT(-0.22f, -0.32f), AT(-0.31f, -0.22f), AT(-0.40f, -0.28f));
    scene_fill(s, ROLE_DETAIL, snow, k->pale);
}

static void wave(struct scene *s, const struct inks *k)
{
    for (int i = 0; i < 3; i++)
        for (int j = -2; j <= 2; j++) {
            float x = (float)j * 0.44f + 0.22f * (float)(i % 2), y = -0.36f + 0.40f * (float)i;

            if (x * x + y * y < 1.0f)
                SCENE_STROKE(s, i == 1 ? k->second : k->main, 0.03f, 0.10f, 0.02f,
                             AT(x - 0.24f, y + 0.14f), AT(x - 0.02f, y - 0.14f),
                             AT(x + 0.16f, y - 0.04f), AT(x + 0.08f, y + 0.06f))
                    ->role = ROLE_FORM;
        }
}

typedef void symbol_fn(struct scene *s, const struct inks *k);

void symbol_draw(struct scene *s, int symbol, const struct inks *ink)
{
    static symbol_fn *const draws[SYMBOL_COUNT] = {
        [SYMBOL_SUN] = sun,       [SYMBOL_MOON] = moon,         [SYMBOL_STAR] = star,
        [SYMBOL_EYE] = eye,       [SYMBOL_SWORD] = sword,       [SYMBOL_CUP] = cup,
        [SYMBOL_WAND] = wand,     [SYMBOL_COIN] = coin,         [SYMBOL_CROWN] = crown,
        [SYMBOL_ROSE] = rose,     [SYMBOL_TREE] = tree,         [SYMBOL_TOWER] = tower,
        [SYMBOL_ANCHOR] = anchor, [SYMBOL_KEY] = key,           [SYMBOL_SCALES] = scales,
        [SYMBOL_WHEEL] = wheel,   [SYMBOL_BOLT] = bolt,         [SYMBOL_FEATHER] = feather,
        [SYMBOL_FLAME] = flame,   [SYMBOL_MOUNTAIN] = mountain, [SYMBOL_WAVE] = wave,
    };
    bool red = symbol == SYMBOL_HEART || symbol == SYMBOL_DIAMOND;

    if (symbol >= SYMBOL_ARIES)
        symbol_zodiac(s, symbol, ink);
    else if (draws[symbol] != NULL)
        draws[symbol](s, ink);
    else
        pip(s, symbol, red ? rgb_of(0.54f, 0.19f, 0.07f) : ink->dark);
}
