/* What a sitter puts on: glasses, hats, earrings. */
#include "image/sketch/num.h"
#include "image/sketch/portrait.h"

static void glasses(struct scene *s, const struct sitter *who)
{
    bool dark = who->glasses == GLASSES_SUN;
    struct rgb frame = rgb_mix(who->hair_dark, RGB(0x16130f), 0.6f);
    float y = 0.075f, inner[2], outer[2];

    for (int i = 0; i < 2; i++) {
        float side = i == 0 ? -1.0f : 1.0f,
              far = side * who->yaw > 0 ? 1 - 0.25f * fabsf(who->yaw) : 1;
        float x = sitter_turned(who, side * (who->eye_gap + 0.012f), 0.95f), w = 0.235f * far;
        float h = who->glasses == GLASSES_SQUARE ? 0.165f : 0.205f;
        struct path *lens = scene_path(s), *rim = scene_path(s);

        if (who->glasses == GLASSES_SQUARE || dark)
            path_box(lens, x - w, y - h * 0.92f, x + w, y + h, dark ? 0.13f : 0.07f);
        else
            path_ellipse(lens, x, y, w, h);
        path_outline(rim, lens, 0.034f * affine_scale(s->at));
        if (dark)
            scene_linear(s, ROLE_DETAIL, lens, RGB(0x15171c), RGB(0x4a4350), AT(x, y - h),
                         AT(x, y + h));
        else
            scene_fill(s, ROLE_SHADE, lens, RGB(0xffffff))->paint.alpha_a = 0.13f;
        s->clip = lens;
        SCENE_STROKE(s, RGB(0xffffff), 0.05f, 0.05f, 0.05f, AT(x - w * 0.2f, y + h),
                     AT(x + w * 0.4f, y - h))
            ->paint.alpha_a = dark ? 0.22f : 0.25f;
        s->shapes[s->count - 1].role = ROLE_SHADE;
        s->clip = NULL;
        scene_fill(s, ROLE_STROKE, rim, frame);
        inner[i] = x - side * w;
        outer[i] = x + side * w;
    }
    SCENE_STROKE(s, frame, 0.032f, 0.026f, 0.032f, AT(inner[0], y - 0.02f),
                 AT((inner[0] + inner[1]) / 2, y - 0.07f), AT(inner[1], y - 0.02f));
    for (int i = 0; i < 2; i++) {
        float side = i == 0 ? -1.0f : 1.0f, edge = side * (who->cheek + 0.01f);

        if (side * (edge - outer[i]) > 0.02f)
            SCENE_STROKE(s, frame, 0.03f, 0.028f, 0.026f, AT(outer[i], y - 0.04f),
                         AT(edge, y - 0.02f));
    }
}

static void earrings(struct scene *s, const struct sitter *who)
{
    for (int i = -1; i <= 1; i += 2) {
        float side = (float)i, x = side * (who->cheek + 0.05f) - who->yaw * 0.04f;
        struct path *p = scene_path(s);

        if (side * who->yaw > 0.45f)
            continue;
        path_ring(p, x, 0.47f, 0.075f, 0.10f, 0.026f);
        scene_fill(s, ROLE_DETAIL, p, rgb_of(0.80f, 0.12f, 0.235f));
    }
}

static void brim_hat(struct scene *s, const struct sitter *who, bool pointed)
{
    struct path *top = scene_path(s), *brim = scene_path(s), *band = scene_path(s);
    struct rgb felt = pointed ? rgb_shift(who->cloth_dark, -0.1f, 1)
                              : rgb_mix(who->cloth2, rgb_of(0.72f, 0.08f, 0.2f), 0.7f);

    if (pointed)
        PATH_POINTS(top, path_blob, AT(-0.72f, -0.72f), AT(-0.42f, -1.35f), AT(0.02f, -2.25f),
                    AT(0.34f, -2.42f), AT(0.30f, -1.9f), AT(0.52f, -1.3f), AT(0.72f, -0.72f));
    else
        PATH_POINTS(top, path_blob, AT(-0.74f, -0.70f), AT(-0.66f, -1.22f), AT(-0.34f, -1.46f),
                    AT(0, -1.38f), AT(0.34f, -1.46f), AT(0.66f, -1.22f), AT(0.74f, -0.70f));
    path_ellipse(brim, 0, -0.68f, 1.42f, 0.24f);
    scene_linear(s, ROLE_FORM, brim, rgb_shift(felt, 0.04f, 1), rgb_shift(felt, -0.14f, 1),
                 AT(who->light, -0.7f), AT(-who->light, -0.6f));
    scene_linear(s, ROLE_FORM, top, rgb_shift(felt, 0.06f, 1), rgb_shift(felt, -0.12f, 1),
                 AT(who->light * 0.6f, -1), AT(-who->light * 0.7f, -1));
    s->clip = top;
    PATH_POINTS(band, path_blob, AT(-0.9f, -0.98f), AT(0, -0.84f), AT(0.9f, -0.98f),
                AT(0.9f, -0.70f), AT(0, -0.56f), AT(-0.9f, -0.70f));
    scene_fill(s, ROLE_DETAIL, band, who->cloth);
    s->clip = NULL;
    SCENE_STROKE(s, rgb_shift(felt, 0.08f, 1), 0.05f, 0.10f, 0.05f, AT(-1.38f, -0.66f),
                 AT(0, -0.47f), AT(1.38f, -0.66f))
        ->role = ROLE_DETAIL;
}

static void beanie(struct scene *s, const struct sitter *who, bool cap)
{
    struct path *p = scene_path(s), *edge = scene_path(s);
    float c = who->cheek + 0.10f, y = cap ? -0.50f : -0.36f, t = sitter_turned(who, 0, 0.8f);

    PATH_POINTS(p, path_blob, AT(-c, y), AT(-c * 0.98f, -0.86f), AT(-c * 0.5f, -1.28f),
                AT(0, -1.36f), AT(c * 0.5f, -1.28f), AT(c * 0.98f, -0.86f), AT(c, y),
                AT(0, y - 0.10f));
    scene_linear(s, ROLE_FORM, p, rgb_shift(who->cloth, 0.05f, 1), who->cloth_dark,
                 AT(who->light * 0.7f, -1), AT(-who->light * 0.8f, -0.6f));
    if (cap) {
        PATH_POINTS(edge, path_blob, AT(t - 0.70f, -0.52f), AT(t, -0.66f), AT(t + 0.70f, -0.52f),
                    AT(t + 0.62f, -0.32f), AT(t, -0.40f), AT(t - 0.62f, -0.32f));
        scene_fill(s, ROLE_FORM, edge, who->cloth_dark);
        return;
    }
    PATH_POINTS(edge, path_blob, AT(-c - 0.03f, y - 0.22f), AT(0, y - 0.40f),
                AT(c + 0.03f, y - 0.22f), AT(c + 0.02f, y + 0.04f), AT(0, y - 0.10f),
                AT(-c - 0.02f, y + 0.04f));
    scene_linear(s, ROLE_FORM, edge, rgb_shift(who->cloth, 0.09f, 1), who->cloth,
                 AT(who->light * 0.7f, -1), AT(-who->light * 0.8f, -0.6f));
    s->clip = edge;
    for (int i = -7; i <= 7; i++)
        SCENE_STROKE(s, who->cloth_dark, 0.014f, 0.014f, 0.014f, AT((float)i * 0.11f, y - 0.5f),
                     AT((float)i * 0.118f, y + 0.1f))
            ->paint.alpha_a = 0.6f;
    s->clip = NULL;
}

static void crown(struct scene *s, const struct sitter *who)
{
    struct path *p = scene_path(s), *gems = scene_path(s);
    struct rgb gold = rgb_of(0.82f, 0.135f, 0.235f);
    struct point points[13];

    for (int i = 0; i < 11; i++) {
        float t = (float)i / 10 * 2 - 1;

        points[i] = AT(t * 0.78f, i % 2 == 0 ? -1.02f + t * t * 0.2f : -1.52f + t * t * 0.30f);
        if (i % 2 == 1)
            path_ellipse(p, points[i].x, points[i].y, 0.055f, 0.055f);
    }
    points[11] = AT(0.70f, -0.66f);
    points[12] = AT(-0.70f, -0.66f);
    path_polygon(p, points, 13);
    scene_linear(s, ROLE_FORM, p, rgb_shift(gold, 0.08f, 1), rgb_shift(gold, -0.20f, 1),
                 AT(who->light * 0.7f, -1.2f), AT(-who->light * 0.7f, -0.8f));
    for (int i = -2; i <= 2; i++)
        path_ellipse(gems, (float)i * 0.26f, -0.79f - 0.03f * (float)(i * i == 0), 0.06f, 0.07f);
    scene_fill(s, ROLE_DETAIL, gems, who->cloth);
}

static void flower_crown(struct scene *s, const struct sitter *who)
{
    struct dice d = who->dice;
    const struct rgb petals[] = { s->palette.accent, s->palette.accent3, s->palette.pale };

    for (int i = 0; i < 9; i++) {
        float t = (float)i / 8 * 2 - 1, x = t * 0.78f, y = -0.82f + t * t * 0.42f,
              r = dice_range(&d, 0.11f, 0.17f);
        struct path *p = scene_path(s), *leaf = scene_path(s), *eye = scene_path(s);

        PATH_POINTS(leaf, path_blob, AT(x, y), AT(x + 0.2f, y - 0.16f), AT(x + 0.3f, y - 0.04f),
                    AT(x + 0.14f, y + 0.06f));
        scene_fill(s, ROLE_DETAIL, leaf, rgb_of(0.52f, 0.09f, 0.39f));
        for (int k = 0; k < 5; k++)
            path_ellipse(p, x + r * 0.7f * num_cos((float)k / 5),
                         y + r * 0.7f * num_sin((float)k / 5), r * 0.62f, r * 0.62f);
        scene_fill(s, ROLE_DETAIL, p, petals[i % 3]);
        path_ellipse(eye, x, y, r * 0.38f, r * 0.38f);
        scene_fill(s, ROLE_DETAIL, eye, rgb_of(0.85f, 0.14f, 0.26f));
    }
}

static void headphones(struct scene *s, const struct sitter *who)
{
    float c = who->cheek + 0.12f;

    SCENE_STROKE(s, who->cloth_dark, 0.10f, 0.13f, 0.10f, AT(-c, 0.0f), AT(-c * 0.96f, -0.75f),
                 AT(0, -1.34f), AT(c * 0.96f, -0.75f), AT(c, 0.0f))
        ->role = ROLE_FORM;
    for (int i = -1; i <= 1; i += 2) {
        struct path *p = scene_path(s);
        float x = (float)i * (c + 0.02f);

        path_box(p, x - 0.15f, -0.12f, x + 0.15f, 0.46f, 0.13f);
        scene_linear(s, ROLE_FORM, p, rgb_shift(who->cloth, 0.06f, 1), who->cloth_dark,
                     AT(x, -0.1f), AT(x, 0.5f));
    }
}

static void hood(struct scene *s, const struct sitter *who)
{
    struct path *p = scene_path(s);

    path_ellipse(p, 0, -0.05f, 1.18f, 1.45f);
    path_ellipse(p, sitter_turned(who, 0, 0.2f), 0.06f, -0.80f, 1.05f);
    scene_linear(s, ROLE_FORM, p, rgb_shift(who->cloth, 0.02f, 1), who->cloth_dark,
                 AT(who->light, -1), AT(-who->light, 0.6f));
}

/* A bowl of glass with the light of two windows on it, in a ring. */
static void helmet(struct scene *s, const struct sitter *who)
{
    struct path *glass = scene_path(s), *rim = scene_path(s), *ring = scene_path(s);
    float k = who->light;

    path_ellipse(glass, 0, -0.12f, 1.34f, 1.40f);
    scene_fill(s, ROLE_SHADE, glass, rgb_of(0.90f, 0.04f, 0.62f))->paint.alpha_a = 0.14f;
    scene_glow_in(s, ROLE_SHADE, glass, RGB(0xffffff), 0.5f, AT(k * 0.7f, -0.8f), 0.7f, 0.6f);
    path_ring(rim, 0, -0.12f, 1.34f, 1.40f, 0.07f);
    scene_linear(s, ROLE_FORM, rim, rgb_shift(who->cloth, 0.06f, 1), who->cloth_dark, AT(k, -1),
                 AT(-k, 1));
    SCENE_STROKE(s, RGB(0xffffff), 0.01f, 0.07f, 0.01f, AT(k * 1.12f, -0.35f), AT(k * 1.0f, -0.78f),
                 AT(k * 0.70f, -1.12f))
        ->paint.alpha_a = 0.8f;
    path_box(ring, -1.02f, 1.06f, 1.02f, 1.36f, 0.14f);
    scene_linear(s, ROLE_FORM, ring, rgb_shift(s->palette.accent, 0.05f, 1),
                 rgb_shift(s->palette.accent, -0.12f, 1), AT(k, 1.1f), AT(-k, 1.3f));
}

void portrait_extras(struct scene *s, const struct sitter *who)
{
    if (who->glasses != WISH_NONE)
        glasses(s, who);
    if (who->earrings)
        earrings(s, who);
    switch (who->hat) {
    case HAT_BEANIE:
        beanie(s, who, false);
        break;
    case HAT_CAP:
        beanie(s, who, true);
        break;
    case HAT_BRIM:
        brim_hat(s, who, false);
        break;
    case HAT_WITCH:
        brim_hat(s, who, true);
        break;
    case HAT_CROWN:
        crown(s, who);
        break;
    case HAT_FLOWERS:
        flower_crown(s, who);
        break;
    case HAT_HEADPHONES:
        headphones(s, who);
        break;
    case HAT_HOOD:
        hood(s, who);
        break;
    case HAT_HELMET:
        helmet(s, who);
        break;
    default:
        break;
    }
}
