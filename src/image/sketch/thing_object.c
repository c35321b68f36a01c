/* Things that no lathe turns: fruit, books, watches, shoes and the like. */
#include "image/sketch/still_life.h"

static void lit(struct scene *s, const struct thing *t, const struct path *p, struct rgb c,
                float half, float top, float bottom)
{
    scene_linear(s, ROLE_FORM, p, rgb_shift(c, 0.09f, 1), rgb_shift(c, -0.13f, 1.05f),
                 AT(t->light * half, top), AT(-t->light * half, bottom));
}

void thing_fruit(struct scene *s, const struct thing *t, struct point at, float size, int kind)
{
    static const struct lch skins[] = { { 0.58f, 0.19f, 0.075f },
                                        { 0.78f, 0.15f, 0.30f },
                                        { 0.75f, 0.165f, 0.16f } };
    struct affine before = scene_enter(s, affine_at(at.x, at.y, size, 0));
    struct path *p = scene_path(s), *leaf = scene_path(s);
    struct rgb c = rgb_from_lch(skins[kind]);

    scene_glow(s, ROLE_SHADE, s->palette.ink, 0.62f, AT(-t->light * 0.25f, -0.02f), 0.75f, 0.2f);
    if (kind == 0)
        PATH_POINTS(p, path_blob, AT(0, -0.86f), AT(0.26f, -0.94f), AT(0.52f, -0.66f),
                    AT(0.46f, -0.26f), AT(0.18f, 0), AT(0, -0.04f), AT(-0.18f, 0),
                    AT(-0.46f, -0.26f), AT(-0.52f, -0.66f), AT(-0.26f, -0.94f));
    else if (kind == 1)
        PATH_POINTS(p, path_blob, AT(0, -1.22f), AT(0.15f, -1.12f), AT(0.24f, -0.78f),
                    AT(0.48f, -0.36f), AT(0.26f, 0), AT(0, 0.02f), AT(-0.26f, 0),
                    AT(-0.48f, -0.36f), AT(-0.24f, -0.78f), AT(-0.15f, -1.12f));
    else
        path_ellipse(p, 0, -0.48f, 0.5f, 0.48f);
    lit(s, t, p, c, 0.5f, -0.9f, 0);
    s->clip = p;
    scene_glow(s, ROLE_SHADE, rgb_shift(c, -0.20f, 1.1f), 0.7f, AT(-t->light * 0.55f, -0.1f), 0.75f,
               0.7f);
    scene_glow(s, ROLE_SHADE, RGB(0xffffff), 0.65f, AT(t->light * 0.20f, -0.68f), 0.16f, 0.14f);
    s->clip = NULL;
    SCENE_STROKE(s, rgb_of(0.36f, 0.05f, 0.14f), 0.05f, 0.045f, 0.06f,
                 AT(0, kind == 1 ? -1.18f : -0.84f), AT(0.04f, kind == 1 ? -1.36f : -1.06f));
    PATH_POINTS(leaf, path_blob, AT(0.03f, kind == 1 ? -1.26f : -0.96f),
                AT(0.2f, kind == 1 ? -1.42f : -1.14f), AT(0.42f, kind == 1 ? -1.36f : -1.06f),
                AT(0.22f, kind == 1 ? -1.24f : -0.95f));
    scene_fill(s, ROLE_DETAIL, leaf, rgb_of(0.55f, 0.11f, 0.39f));
    s->at = before;
}

static void fruit(struct scene *s, const struct thing *t)
{
    struct dice d = t->dice;
    struct path *bowl = scene_path(s);
    struct rgb c = t->body;

    thing_shadow(s, t, 0.44f);
    for (int i = 0; i < 3; i++)
        thing_fruit(s, t, AT(-0.26f + 0.26f * (float)i, -0.38f), 0.30f, (t->variant + i) % 3);
    for (int i = 0; i < 4; i++)
        thing_fruit(s, t, AT(-0.36f + 0.24f * (float)i, -0.22f), 0.29f, dice_below(&d, 3));
    path_move(bowl, -0.54f, -0.30f);
    path_curve(bowl, -0.46f, -0.05f, -0.30f, 0, -0.18f, 0.01f);
    path_curve(bowl, -0.1f, 0.03f, 0.1f, 0.03f, 0.18f, 0.01f);
    path_curve(bowl, 0.30f, 0, 0.46f, -0.05f, 0.54f, -0.30f);
    path_curve(bowl, 0.3f, -0.24f, -0.3f, -0.24f, -0.54f, -0.30f);
    lit(s, t, bowl, c, 0.5f, -0.3f, 0);
    thing_round_light(s, t, bowl, 0.54f, c);
}

static void book(struct scene *s, const struct thing *t)
{
    struct dice d = t->dice;
    const struct rgb covers[] = { t->second, t->dark, t->body };
    float y = 0;

    thing_shadow(s, t, 0.46f);
    for (int i = 0; i < 3; i++) {
        float w = 0.46f - 0.03f * (float)i, thick = dice_range(&d, 0.10f, 0.14f),
              shift = dice_range(&d, -0.04f, 0.04f);
        struct path *cover = scene_path(s), *pages = scene_path(s), *top = scene_path(s);

        PATH_POINTS(top, path_polygon, AT(shift - w, y - thick), AT(shift + w, y - thick),
                    AT(shift + w * 0.86f, y - thick - 0.14f - t->tip * 0.3f),
                    AT(shift - w * 0.86f, y - thick - 0.14f - t->tip * 0.3f));
        path_box(cover, shift - w, y - thick, shift + w, y, 0.012f);
        path_box(pages, shift - w * 0.96f, y - thick * 0.82f, shift + w, y - thick * 0.18f, 0);
        scene_linear(s, ROLE_FORM, top, rgb_shift(covers[i], 0.10f, 1),
                     rgb_shift(covers[i], 0.02f, 1), AT(t->light * w, 0), AT(-t->light * w, 0));
        scene_fill(s, ROLE_FORM, cover, rgb_shift(covers[i], -0.06f, 1));
        scene_linear(s, ROLE_DETAIL, pages, rgb_of(0.95f, 0.025f, 0.22f),
                     rgb_of(0.84f, 0.035f, 0.2f), AT(t->light * w, 0), AT(-t->light * w, 0));
        for (int k = 1; k < 4; k++)
            SCENE_STROKE(s, rgb_of(0.76f, 0.03f, 0.2f), 0.003f, 0.003f, 0.003f,
                         AT(shift - w * 0.95f, y - thick * (0.18f + 0.16f * (float)k)),
                         AT(shift + w * 0.99f, y - thick * (0.18f + 0.16f * (float)k)));
        if (i == 2) {
            struct path *mark = scene_path(s);

            PATH_POINTS(mark, path_polygon, AT(shift + 0.2f, y - thick - 0.02f),
                        AT(shift + 0.26f, y - thick - 0.02f), AT(shift + 0.27f, y + 0.05f),
                        AT(shift + 0.235f, y + 0.02f), AT(shift + 0.2f, y + 0.05f));
            scene_fill(s, ROLE_DETAIL, mark, t->second);
        }
        y -= thick;
    }
}

static void watch(struct scene *s, const struct thing *t)
{
    struct path *strap = scene_path(s), *strap2 = scene_path(s), *rim = scene_path(s),
                *dial = scene_path(s), *crown = scene_path(s), *marks = scene_path(s);
    float y = -0.52f, r = 0.27f;

    thing_shadow(s, t, 0.24f);
    PATH_POINTS(strap, path_polygon, AT(-0.14f, y - 0.2f), AT(-0.115f, -1.08f), AT(0.115f, -1.08f),
                AT(0.14f, y - 0.2f));
    PATH_POINTS(strap2, path_polygon, AT(-0.14f, y + 0.2f), AT(-0.115f, 0.02f), AT(0.115f, 0.02f),
                AT(0.14f, y + 0.2f));
    lit(s, t, strap, t->body, 0.14f, -1, y);
    lit(s, t, strap2, rgb_shift(t->body, -0.03f, 1), 0.14f, y, 0);
    for (int i = -1; i <= 1; i += 2) {
        SCENE_STROKE(s, rgb_shift(t->body, 0.12f, 0.8f), 0.006f, 0.006f, 0.006f,
                     AT((float)i * 0.105f, -1.05f), AT((float)i * 0.12f, y - 0.25f));
        SCENE_STROKE(s, rgb_shift(t->body, 0.12f, 0.8f), 0.006f, 0.006f, 0.006f,
                     AT((float)i * 0.12f, y + 0.25f), AT((float)i * 0.105f, 0));
    }
    path_box(crown, r, y - 0.035f, r + 0.06f, y + 0.035f, 0.012f);
    scene_fill(s, ROLE_FORM, crown, rgb_shift(t->metal, -0.14f, 1));
    path_ellipse(rim, 0, y, r + 0.03f, r + 0.03f);
    scene_linear(s, ROLE_FORM, rim, rgb_shift(t->metal, 0.20f, 1), rgb_shift(t->metal, -0.30f, 1),
                 AT(t->light * r, y - r), AT(-t->light * r, y + r));
    path_ellipse(dial, 0, y, r - 0.02f, r - 0.02f);
    scene_linear(s, ROLE_DETAIL, dial,
                 t->variant % 2 == 0 ? s->palette.pale : rgb_shift(t->dark, 0.06f, 1),
                 t->variant % 2 == 0 ? rgb_shift(s->palette.pale, -0.10f, 1) : t->dark,
                 AT(t->light * r, y - r), AT(-t->light * r, y + r));
    for (int i = 0; i < 12; i++) {
        float a = (float)i / 12, in = i % 3 == 0 ? 0.18f : 0.205f;

        path_segment(marks, num_cos(a) * in, y + num_sin(a) * in, num_cos(a) * 0.225f,
                     y + num_sin(a) * 0.225f, i % 3 == 0 ? 0.018f : 0.008f);
    }
    scene_fill(s, ROLE_DETAIL, marks, t->variant % 2 == 0 ? t->dark : s->palette.pale);
    SCENE_STROKE(s, t->variant % 2 == 0 ? t->dark : s->palette.pale, 0.018f, 0.018f, 0.008f,
                 AT(0, y), AT(-0.085f, y - 0.075f));
    SCENE_STROKE(s, t->variant % 2 == 0 ? t->dark : s->palette.pale, 0.014f, 0.013f, 0.006f,
                 AT(0, y), AT(0.10f, y - 0.14f));
    SCENE_STROKE(s, t->second, 0.006f, 0.006f, 0.004f, AT(-0.02f, y - 0.05f), AT(0.06f, y + 0.17f));
    s->clip = dial;
    scene_glow(s, ROLE_SHADE, RGB(0xffffff), 0.45f, AT(t->light * 0.12f, y - 0.14f), 0.2f, 0.1f);
    s->clip = NULL;
}

static void shoe(struct scene *s, const struct thing *t)
{
    float k = t->variant % 2 == 0 ? 1.0f : -1.0f;
    struct path *sole = scene_path(s), *upper = scene_path(s), *toe = scene_path(s),
                *stripe = scene_path(s), *tongue = scene_path(s), *lining = scene_path(s);

    thing_shadow(s, t, 0.52f);
    PATH_POINTS(tongue, path_blob, AT(k * -0.06f, -0.46f), AT(k * 0.02f, -0.62f),
                AT(k * 0.14f, -0.56f), AT(k * 0.14f, -0.36f));
    scene_fill(s, ROLE_FORM, tongue, rgb_shift(t->second, -0.04f, 1));
    path_move(upper, k * -0.54f, -0.10f);
    path_curve(upper, k * -0.60f, -0.30f, k * -0.56f, -0.46f, k * -0.52f, -0.56f);
    path_curve(upper, k * -0.42f, -0.52f, k * -0.24f, -0.46f, k * -0.10f, -0.52f);
    path_curve(upper, k * 0.06f, -0.42f, k * 0.20f, -0.30f, k * 0.40f, -0.26f);
    path_curve(upper, k * 0.56f, -0.23f, k * 0.62f, -0.18f, k * 0.62f, -0.08f);
    lit(s, t, upper, t->body, 0.6f, -0.5f, 0);
    PATH_POINTS(lining, path_blob, AT(k * -0.51f, -0.555f), AT(k * -0.32f, -0.49f),
                AT(k * -0.11f, -0.515f), AT(k * -0.3f, -0.56f));
    scene_fill(s, ROLE_DETAIL, lining, t->dark);
    s->clip = upper;
    path_ellipse(toe, k * 0.60f, -0.08f, 0.22f, 0.17f);
    scene_fill(s, ROLE_DETAIL, toe, rgb_shift(t->second, 0.03f, 1));
    PATH_POINTS(stripe, path_blob, AT(k * -0.40f, -0.10f), AT(k * -0.05f, -0.20f),
                AT(k * 0.16f, -0.36f), AT(k * 0.0f, -0.16f), AT(k * -0.30f, -0.06f));
    scene_fill(s, ROLE_DETAIL, stripe, s->palette.pale);
    scene_fade(s, upper, rgb_shift(t->body, -0.2f, 1), 0.6f, AT(0, -0.3f), AT(0, -0.04f));
    s->clip = NULL;
    for (int i = 0; i < 4; i++)
        SCENE_STROKE(s, s->palette.pale, 0.022f, 0.026f, 0.022f,
                     AT(k * (-0.02f + 0.085f * (float)i), -0.45f + 0.052f * (float)i),
                     AT(k * (0.10f + 0.085f * (float)i), -0.47f + 0.048f * (float)i));
    path_move(sole, k * -0.57f, -0.11f);
    path_curve(sole, k * -0.2f, -0.07f, k * 0.3f, -0.08f, k * 0.64f, -0.12f);
    path_curve(sole, k * 0.68f, -0.06f, k * 0.66f, 0.02f, k * 0.58f, 0.02f);
    path_line(sole, k * -0.52f, 0.02f);
    path_curve(sole, k * -0.58f, 0.01f, k * -0.59f, -0.06f, k * -0.57f, -0.11f);
    lit(s, t, sole, s->palette.pale, 0.6f, -0.1f, 0.02f);
}

static void headphones(struct scene *s, const struct thing *t)
{
    thing_shadow(s, t, 0.42f);
    SCENE_STROKE(s, rgb_shift(t->body, -0.04f, 1), 0.07f, 0.10f, 0.07f, AT(-0.38f, -0.28f),
                 AT(-0.36f, -0.70f), AT(0, -0.98f), AT(0.36f, -0.70f), AT(0.38f, -0.28f))
        ->role = ROLE_FORM;
    SCENE_STROKE(s, rgb_shift(t->body, 0.14f, 0.8f), 0.006f, 0.02f, 0.006f,
                 AT(t->light * 0.34f, -0.68f), AT(t->light * 0.22f, -0.88f), AT(0, -0.985f));
    for (int i = -1; i <= 1; i += 2) {
        struct path *pad = scene_path(s), *shell = scene_path(s);
        float x = (float)i * 0.38f;

        path_box(pad, x - (float)i * 0.14f - 0.07f, -0.42f, x - (float)i * 0.14f + 0.07f, -0.02f,
                 0.065f);
        scene_fill(s, ROLE_FORM, pad, t->dark);
        path_box(shell, x - 0.115f, -0.45f, x + 0.115f, 0.01f, 0.11f);
        lit(s, t, shell, t->body, 0.5f, -0.45f, 0);
        thing_round_light(s, t, shell, 0.5f, t->body);
        SCENE_STROKE(s, t->metal, 0.02f, 0.024f, 0.02f, AT(x, -0.33f), AT(x, -0.12f));
    }
}

static void phone(struct scene *s, const struct thing *t)
{
    struct path *body = scene_path(s), *screen = scene_path(s), *sun = scene_path(s),
                *hill = scene_path(s), *notch = scene_path(s);

    thing_shadow(s, t, 0.27f);
    path_box(body, -0.27f, -1.04f, 0.27f, 0.02f, 0.075f);
    lit(s, t, body, rgb_shift(t->dark, 0.1f, 1), 0.3f, -1, 0);
    path_box(screen, -0.245f, -1.015f, 0.245f, -0.005f, 0.055f);
    scene_linear(s, ROLE_DETAIL, screen, rgb_shift(t->body, 0.12f, 1), t->second, AT(0, -1),
                 AT(0, 0));
    s->clip = screen;
    path_ellipse(sun, t->light * 0.06f, -0.56f, 0.13f, 0.13f);
    scene_fill(s, ROLE_DETAIL, sun, s->palette.pale);
    PATH_POINTS(hill, path_blob, AT(-0.4f, -0.36f), AT(-0.12f, -0.44f), AT(0.1f, -0.32f),
                AT(0.4f, -0.42f), AT(0.5f, 0.2f), AT(-0.5f, 0.2f));
    scene_linear(s, ROLE_DETAIL, hill, s->palette.accent2, t->dark, AT(0, -0.4f), AT(0, 0));
    PATH_POINTS(notch, path_polygon, AT(t->light * 0.25f, -1.05f), AT(t->light * 0.05f, -1.05f),
                AT(t->light * -0.22f, 0.05f), AT(t->light * 0.02f, 0.05f));
    scene_fill(s, ROLE_SHADE, notch, RGB(0xffffff))->paint.alpha_a = 0.16f;
    s->clip = NULL;
    path_box(notch = scene_path(s), -0.06f, -0.985f, 0.06f, -0.955f, 0.014f);
    scene_fill(s, ROLE_DETAIL, notch, RGB(0x101014));
}

static void camera(struct scene *s, const struct thing *t)
{
    struct path *body = scene_path(s), *top = scene_path(s), *grip = scene_path(s),
                *button = scene_path(s), *flash = scene_path(s);
    static const float rings[] = { 0.235f, 0.195f, 0.145f, 0.085f };

    thing_shadow(s, t, 0.48f);
    path_box(button, -0.40f, -0.66f, -0.26f, -0.56f, 0.02f);
    scene_fill(s, ROLE_FORM, button, t->second);
    PATH_POINTS(top, path_polygon, AT(-0.20f, -0.58f), AT(-0.12f, -0.72f), AT(0.14f, -0.72f),
                AT(0.22f, -0.58f));
    lit(s, t, top, t->metal, 0.3f, -0.7f, -0.5f);
    path_box(body, -0.50f, -0.60f, 0.50f, 0, 0.06f);
    lit(s, t, body, t->metal, 0.5f, -0.6f, 0);
    path_box(grip, -0.50f, -0.47f, 0.50f, -0.09f, 0);
    scene_linear(s, ROLE_DETAIL, grip, t->body, rgb_shift(t->body, -0.12f, 1),
                 AT(t->light * 0.5f, 0), AT(-t->light * 0.5f, 0));
    for (int i = 0; i < 4; i++) {
        struct path *ring = scene_path(s);

        path_ellipse(ring, 0.02f, -0.29f, rings[i], rings[i]);
        scene_linear(s, ROLE_FORM, ring,
                     i % 2 == 0 ? rgb_shift(t->metal, 0.1f, 1) : rgb_of(0.30f, 0.06f, 0.72f),
                     i % 2 == 0 ? rgb_shift(t->metal, -0.4f, 1) : RGB(0x0c0e14),
                     AT(t->light * 0.2f, -0.5f), AT(-t->light * 0.2f, -0.1f));
    }
    scene_glow(s, ROLE_SHADE, RGB(0xcfe6ff), 0.8f, AT(0.02f + t->light * 0.06f, -0.36f), 0.07f,
               0.05f);
    path_box(flash, 0.28f, -0.57f, 0.44f, -0.50f, 0.012f);
    scene_fill(s, ROLE_DETAIL, flash, s->palette.pale);
}

static void bag(struct scene *s, const struct thing *t)
{
    struct path *body = scene_path(s), *flap = scene_path(s), *clasp = scene_path(s);

    thing_shadow(s, t, 0.44f);
    SCENE_STROKE(s, rgb_shift(t->body, -0.12f, 1), 0.045f, 0.05f, 0.045f, AT(-0.22f, -0.60f),
                 AT(-0.20f, -0.92f), AT(0, -1.02f), AT(0.20f, -0.92f), AT(0.22f, -0.60f))
        ->role = ROLE_FORM;
    PATH_POINTS(body, path_polygon, AT(-0.38f, -0.64f), AT(0.38f, -0.64f), AT(0.47f, -0.04f),
                AT(0.43f, 0.015f), AT(-0.43f, 0.015f), AT(-0.47f, -0.04f));
    lit(s, t, body, t->body, 0.45f, -0.6f, 0);
    PATH_POINTS(flap, path_blob, AT(-0.39f, -0.66f), AT(0.39f, -0.66f), AT(0.40f, -0.40f),
                AT(0.2f, -0.30f), AT(0, -0.26f), AT(-0.2f, -0.30f), AT(-0.40f, -0.40f));
    lit(s, t, flap, rgb_shift(t->body, 0.05f, 1), 0.4f, -0.66f, -0.26f);
    SCENE_STROKE(s, rgb_shift(t->body, 0.18f, 0.8f), 0.006f, 0.007f, 0.006f, AT(-0.37f, -0.41f),
                 AT(-0.18f, -0.325f), AT(0, -0.29f), AT(0.18f, -0.325f), AT(0.37f, -0.41f));
    path_box(clasp, -0.05f, -0.34f, 0.05f, -0.22f, 0.02f);
    scene_fill(s, ROLE_DETAIL, clasp, rgb_of(0.80f, 0.11f, 0.23f));
}

static void cake(struct scene *s, const struct thing *t)
{
    struct thing plain = *t;
    const struct point low[] = { AT(0.40f, -0.04f), AT(0.42f, -0.06f), AT(0.42f, -0.28f),
                                 AT(0.41f, -0.30f) };
    const struct point high[] = { AT(0.28f, -0.28f), AT(0.29f, -0.30f), AT(0.29f, -0.50f),
                                  AT(0.28f, -0.52f) };
    struct path *plate = scene_path(s), *a, *b, *icing = scene_path(s);

    thing_shadow(s, t, 0.5f);
    path_ellipse(plate, 0, -0.02f, 0.56f, 0.56f * (t->tip + 0.03f));
    scene_fill(s, ROLE_FORM, plate, s->palette.pale);
    a = thing_lathe(s, &plain, low, 4);
    scene_fill(s, ROLE_FORM, a, t->body);
    thing_round_light(s, t, a, 0.42f, t->body);
    b = thing_lathe(s, &plain, high, 4);
    scene_fill(s, ROLE_FORM, b, rgb_shift(t->second, 0.04f, 1));
    thing_round_light(s, t, b, 0.29f, t->second);
    for (int i = -3; i <= 3; i++)
        path_ellipse(icing, (float)i * 0.125f * t->slim,
                     -0.275f + 0.018f * (float)(3 - (i < 0 ? -i : i)), 0.06f,
                     0.05f + 0.02f * (float)(i % 2 == 0));
    scene_fill(s, ROLE_DETAIL, icing, s->palette.pale);
    for (int i = -1; i <= 1; i++)
        thing_fruit(s, t, AT((float)i * 0.12f, -0.50f), 0.10f, 0);
}

static void box(struct scene *s, const struct thing *t)
{
    struct path *front = scene_path(s), *lid = scene_path(s), *ribbon = scene_path(s),
                *bow = scene_path(s);

    thing_shadow(s, t, 0.42f);
    path_box(front, -0.38f, -0.56f, 0.38f, 0.01f, 0.01f);
    lit(s, t, front, t->body, 0.4f, -0.5f, 0);
    path_box(ribbon, -0.06f, -0.66f, 0.06f, 0.01f, 0);
    path_box(lid, -0.42f, -0.68f, 0.42f, -0.52f, 0.012f);
    lit(s, t, lid, rgb_shift(t->body, 0.05f, 1), 0.4f, -0.68f, -0.5f);
    scene_fill(s, ROLE_DETAIL, ribbon, t->second);
    for (int i = -1; i <= 1; i += 2)
        PATH_POINTS(bow, path_blob, AT(0, -0.69f), AT((float)i * 0.12f, -0.86f),
                    AT((float)i * 0.27f, -0.84f), AT((float)i * 0.22f, -0.70f));
    path_ellipse(bow, 0, -0.71f, 0.05f, 0.045f);
    lit(s, t, bow, rgb_shift(t->second, 0.03f, 1), 0.25f, -0.85f, -0.68f);
}

void thing_object(struct scene *s, const struct thing *t)
{
    static void (*const draws[ITEM_COUNT])(struct scene *, const struct thing *) = {
        [ITEM_FRUIT] = fruit,
        [ITEM_BOOK] = book,
        [ITEM_WATCH] = watch,
        [ITEM_SHOE] = shoe,
        [ITEM_HEADPHONES] = headphones,
        [ITEM_PHONE] = phone,
        [ITEM_CAMERA] = camera,
        [ITEM_BAG] = bag,
        [ITEM_CAKE] = cake,
        [ITEM_BOX] = box,
    };

    draws[t->item](s, t);
}
