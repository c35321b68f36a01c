/* Vessels and what stands in them. */
#include "image/sketch/still_life.h"

#define PROFILE(...)                                                                               \
    (const struct point[]){ __VA_ARGS__ },                                                         \
        (int)(sizeof((const struct point[]){ __VA_ARGS__ }) / sizeof(struct point))

static const struct path *turned(struct scene *s, const struct thing *t, struct rgb c, float half,
                                 const struct point *profile, int count)
{
    struct path *p = thing_lathe(s, t, profile, count);

    scene_linear(s, ROLE_FORM, p, rgb_shift(c, 0.02f, 1), rgb_shift(c, -0.04f, 1), AT(0, -1),
                 AT(0, 0));
    thing_round_light(s, t, p, half, c);
    return p;
}

static void label(struct scene *s, const struct thing *t, const struct path *body, float half,
                  float top, float bottom)
{
    struct path *p = scene_path(s), *mark = scene_path(s);
    float w = half * t->slim, sag = w * t->tip * 0.5f;
    struct rgb paper = s->palette.pale;

    s->clip = body;
    path_move(p, -w, top);
    path_curve(p, -w * 0.4f, top + sag, w * 0.4f, top + sag, w, top);
    path_line(p, w, bottom);
    path_curve(p, w * 0.4f, bottom + sag, -w * 0.4f, bottom + sag, -w, bottom);
    scene_fill(s, ROLE_DETAIL, p, paper);
    if (t->variant % 2 == 0)
        path_star(mark, 0, (top + bottom) / 2 + sag * 0.7f, (bottom - top) * 0.30f,
                  (bottom - top) * 0.13f, 5 + t->variant, -0.25f);
    else
        path_ring(mark, 0, (top + bottom) / 2 + sag * 0.7f, (bottom - top) * 0.24f,
                  (bottom - top) * 0.24f, (bottom - top) * 0.09f);
    scene_fill(s, ROLE_DETAIL, mark, t->body);
    for (int i = -1; i <= 1; i += 2) {
        float y = i < 0 ? top + 0.028f : bottom - 0.028f;

        SCENE_STROKE(s, t->second, 0.008f, 0.008f, 0.008f, AT(-w * 1.05f, y),
                     AT(0, y + sag * 0.75f), AT(w * 1.05f, y));
    }
    s->clip = NULL;
    thing_round_light(s, t, p, half, paper);
}

static void bottle(struct scene *s, const struct thing *t)
{
    const struct path *body;

    thing_shadow(s, t, 0.19f);
    if (t->item == ITEM_BOTTLE) { /* for drinking, with a screw cap */
        body = turned(s, t, t->body, 0.185f,
                      PROFILE(AT(0.165f, 0), AT(0.185f, -0.04f), AT(0.185f, -0.62f),
                              AT(0.175f, -0.72f), AT(0.105f, -0.82f), AT(0.10f, -0.86f)));
        turned(s, t, rgb_mix(t->dark, t->body, 0.15f), 0.115f,
               PROFILE(AT(0.112f, -0.85f), AT(0.115f, -0.86f), AT(0.115f, -0.99f),
                       AT(0.108f, -1.005f)));
        SCENE_STROKE(s, rgb_shift(t->body, -0.16f, 1), 0.006f, 0.007f, 0.006f,
                     AT(-0.18f * t->slim, -0.10f), AT(0, -0.10f + 0.19f * t->tip * 0.6f),
                     AT(0.18f * t->slim, -0.10f));
        if (t->variant % 2 == 1)
            SCENE_STROKE(s, t->dark, 0.028f, 0.03f, 0.028f, AT(-0.09f, -0.99f), AT(-0.12f, -1.10f),
                         AT(0, -1.15f), AT(0.12f, -1.10f), AT(0.09f, -0.99f));
        label(s, t, body, 0.185f, -0.46f, -0.27f);
    } else { /* wine */
        body =
            turned(s, t, t->body, 0.165f,
                   PROFILE(AT(0.155f, 0), AT(0.165f, -0.03f), AT(0.165f, -0.55f), AT(0.15f, -0.64f),
                           AT(0.062f, -0.76f), AT(0.055f, -1.02f), AT(0.058f, -1.05f)));
        turned(
            s, t, t->second, 0.064f,
            PROFILE(AT(0.060f, -0.86f), AT(0.062f, -0.87f), AT(0.062f, -1.04f), AT(0.06f, -1.06f)));
        label(s, t, body, 0.165f, -0.44f, -0.18f);
    }
}

static void steam(struct scene *s, float y)
{
    for (int i = -1; i <= 1; i++) {
        float x = (float)i * 0.10f;

        struct shape *wisp = SCENE_STROKE(s, RGB(0xffffff), 0.004f, 0.035f, 0.002f, AT(x, y),
                                          AT(x + 0.05f, y - 0.12f), AT(x - 0.04f, y - 0.24f),
                                          AT(x + 0.03f, y - 0.38f));

        wisp->paint.alpha_a = 0.35f;
        wisp->role = ROLE_SHADE;
    }
}

static void cup(struct scene *s, const struct thing *t)
{
    float k = t->variant % 2 == 0 ? 1.0f : -1.0f;
    struct path *saucer = scene_path(s), *handle = scene_path(s);

    thing_shadow(s, t, 0.40f);
    path_ellipse(saucer, 0, -0.005f, 0.47f, 0.47f * (t->tip + 0.04f));
    scene_linear(s, ROLE_FORM, saucer, rgb_shift(t->body, 0.06f, 1), rgb_shift(t->body, -0.14f, 1),
                 AT(t->light * 0.45f, 0), AT(-t->light * 0.45f, 0));
    path_ring(handle, k * 0.33f * t->slim, -0.29f, 0.12f, 0.13f, 0.055f);
    scene_linear(s, ROLE_FORM, handle, t->body, rgb_shift(t->body, -0.14f, 1), AT(0, -0.42f),
                 AT(0, -0.15f));
    turned(s, t, t->body, 0.33f,
           PROFILE(AT(0.17f, -0.02f), AT(0.20f, -0.05f), AT(0.31f, -0.22f), AT(0.33f, -0.50f)));
    thing_rim(s, t, -0.50f, 0.33f, rgb_shift(t->body, 0.12f, 0.8f), rgb_of(0.36f, 0.065f, 0.13f));
    steam(s, -0.53f);
}

static void flower(struct scene *s, struct point at, float size, struct rgb c, int petals,
                   float turn)
{
    struct path *p = scene_path(s), *eye = scene_path(s), *inner = scene_path(s);

    for (int i = 0; i < petals; i++) {
        float a = turn + (float)i / (float)petals;

        path_ellipse(p, at.x + size * 0.58f * num_cos(a), at.y + size * 0.58f * num_sin(a),
                     size * 0.44f, size * 0.44f);
    }
    scene_linear(s, ROLE_FORM, p, rgb_shift(c, 0.07f, 1), rgb_shift(c, -0.09f, 1),
                 AT(at.x + s->light * size, at.y - size), AT(at.x - s->light * size, at.y + size));
    path_ellipse(inner, at.x, at.y, size * 0.46f, size * 0.46f);
    scene_fill(s, ROLE_SHADE, inner, rgb_shift(c, -0.14f, 1))->paint.alpha_a = 0.6f;
    path_ellipse(eye, at.x, at.y, size * 0.30f, size * 0.30f);
    scene_fill(s, ROLE_DETAIL, eye, rgb_of(0.86f, 0.14f, 0.25f));
}

void thing_leafy(struct scene *s, const struct thing *t, struct point at, float size, int count)
{
    struct dice d = t->dice;

    for (int i = 0; i < count; i++) {
        float turn = ((float)i / (float)(count - 1) - 0.5f) * 0.46f + dice_range(&d, -0.02f, 0.02f),
              len = size * dice_range(&d, 0.75f, 1.1f);
        struct affine before = scene_enter(s, affine_at(at.x, at.y, len, turn));
        struct path *p = scene_path(s);
        struct rgb c = rgb_of(dice_range(&d, 0.46f, 0.62f), 0.085f * s->palette.chroma, 0.385f);

        PATH_POINTS(p, path_blob, AT(0, 0), AT(0.11f, -0.35f), AT(0.08f, -0.75f), AT(0, -1),
                    AT(-0.08f, -0.75f), AT(-0.11f, -0.35f));
        scene_linear(s, ROLE_FORM, p, rgb_shift(c, 0.06f, 1), rgb_shift(c, -0.10f, 1),
                     AT(0.08f * t->light, -0.9f), AT(-0.08f * t->light, -0.1f));
        SCENE_STROKE(s, rgb_shift(c, 0.10f, 0.9f), 0.012f, 0.010f, 0.002f, AT(0, -0.05f),
                     AT(0.01f, -0.5f), AT(0, -0.95f));
        s->at = before;
    }
}

static struct point blossom_at(const struct thing *t, int i)
{
    float a = ((float)i / 8 - 0.5f) * 0.34f;
    float length = 0.36f + 0.26f * (float)(num_hash(t->dice.state, (uint64_t)i) & 255) / 255;

    return AT(num_sin(a) * length * 1.05f, -0.55f - num_cos(a) * length);
}

static void vase(struct scene *s, const struct thing *t)
{
    struct dice d = t->dice;
    const struct rgb petals[] = { s->palette.accent3, s->palette.pale, s->palette.accent,
                                  rgb_shift(s->palette.accent, 0.16f, 0.8f) };
    float mouth = 0.10f + 0.02f * (float)t->variant;

    thing_shadow(s, t, 0.23f);
    for (int i = 0; i < 9; i++) {
        struct point at = blossom_at(t, i);

        SCENE_STROKE(s, rgb_of(0.50f, 0.085f, 0.39f), 0.014f, 0.013f, 0.010f, AT(0, -0.52f),
                     AT(at.x * 0.35f, -0.72f), at);
    }
    thing_leafy(s, t, AT(0, -0.56f), 0.42f, 7);
    for (int i = 0; i < 9; i++) {
        float size = dice_range(&d, 0.075f, 0.115f), turn = dice_unit(&d);

        flower(s, blossom_at(t, i * 4 % 9), size, petals[i % 4], 5 + i * 5 % 4, turn);
    }
    if (t->variant < 2)
        turned(s, t, t->body, 0.24f,
               PROFILE(AT(0.13f, 0), AT(0.15f, -0.03f), AT(0.24f, -0.22f), AT(0.20f, -0.40f),
                       AT(mouth, -0.52f), AT(mouth + 0.02f, -0.58f)));
    else
        turned(s, t, t->body, 0.19f,
               PROFILE(AT(0.15f, 0), AT(0.19f, -0.06f), AT(0.18f, -0.25f), AT(0.11f, -0.42f),
                       AT(mouth + 0.01f, -0.58f)));
}

static void perfume(struct scene *s, const struct thing *t)
{
    struct path *p = scene_path(s), *liquid = scene_path(s);
    float w = 0.26f * t->slim;
    struct thing glass = *t;

    glass.glassy = true;
    thing_shadow(s, t, 0.27f);
    path_box(p, -w, -0.56f, w, 0, t->variant % 2 == 0 ? 0.05f : 0.13f);
    scene_linear(s, ROLE_FORM, p, rgb_mix(t->body, RGB(0xffffff), 0.62f),
                 rgb_mix(t->body, RGB(0xffffff), 0.30f), AT(t->light * w, -0.5f),
                 AT(-t->light * w, 0));
    path_box(liquid, -w * 0.86f, -0.42f, w * 0.86f, -0.04f, 0.04f);
    scene_linear(s, ROLE_DETAIL, liquid, rgb_shift(t->body, 0.10f, 1),
                 rgb_shift(t->body, -0.05f, 1.1f), AT(0, -0.42f), AT(0, 0));
    thing_round_light(s, &glass, p, 0.26f, t->body);
    turned(s, t, t->metal, 0.08f,
           PROFILE(AT(0.075f, -0.55f), AT(0.08f, -0.56f), AT(0.08f, -0.62f), AT(0.075f, -0.63f)));
    turned(s, t, t->second, 0.12f,
           PROFILE(AT(0.115f, -0.63f), AT(0.12f, -0.64f), AT(0.12f, -0.84f), AT(0.11f, -0.86f)));
}

static void jar(struct scene *s, const struct thing *t)
{
    const struct path *body;
    struct thing glass = *t;

    glass.glassy = true;
    thing_shadow(s, t, 0.26f);
    body = turned(s, &glass, t->body, 0.27f,
                  PROFILE(AT(0.22f, 0), AT(0.26f, -0.04f), AT(0.27f, -0.42f), AT(0.22f, -0.54f),
                          AT(0.21f, -0.57f)));
    turned(s, t, t->second, 0.235f,
           PROFILE(AT(0.23f, -0.56f), AT(0.235f, -0.57f), AT(0.235f, -0.66f), AT(0.225f, -0.68f)));
    label(s, t, body, 0.27f, -0.38f, -0.14f);
}

static void drink(struct scene *s, const struct thing *t)
{
    struct thing glass = *t;
    const struct path *bowl;

    glass.glassy = true;
    thing_shadow(s, t, 0.17f);
    turned(s, &glass, rgb_mix(s->palette.ground, RGB(0xffffff), 0.5f), 0.17f,
           PROFILE(AT(0.17f, 0), AT(0.15f, -0.025f), AT(0.02f, -0.05f), AT(0.018f, -0.40f),
                   AT(0.04f, -0.44f)));
    bowl = turned(s, &glass, rgb_mix(s->palette.ground, RGB(0xffffff), 0.6f), 0.21f,
                  PROFILE(AT(0.035f, -0.42f), AT(0.21f, -0.68f), AT(0.165f, -0.97f)));
    s->clip = bowl;
    {
        struct path *wine = scene_path(s);

        path_box(wine, -0.3f, -0.70f, 0.3f, -0.3f, 0);
        scene_linear(s, ROLE_DETAIL, wine, t->body, rgb_shift(t->body, -0.12f, 1),
                     AT(t->light * 0.2f, 0), AT(-t->light * 0.2f, 0));
    }
    s->clip = NULL;
    thing_round_light(s, &glass, bowl, 0.21f, rgb_shift(t->body, 0.1f, 1));
}

static void teapot(struct scene *s, const struct thing *t)
{
    float k = t->variant % 2 == 0 ? 1.0f : -1.0f;
    struct path *knob = scene_path(s);

    thing_shadow(s, t, 0.36f);
    SCENE_STROKE(s, rgb_shift(t->body, -0.06f, 1), 0.055f, 0.06f, 0.05f, AT(-k * 0.28f, -0.46f),
                 AT(-k * 0.52f, -0.50f), AT(-k * 0.55f, -0.26f), AT(-k * 0.30f, -0.14f))
        ->role = ROLE_FORM;
    SCENE_STROKE(s, rgb_shift(t->body, -0.03f, 1), 0.17f, 0.10f, 0.075f, AT(k * 0.24f, -0.22f),
                 AT(k * 0.44f, -0.34f), AT(k * 0.54f, -0.56f))
        ->role = ROLE_FORM;
    turned(s, t, t->body, 0.37f,
           PROFILE(AT(0.19f, 0), AT(0.22f, -0.03f), AT(0.37f, -0.26f), AT(0.27f, -0.48f),
                   AT(0.17f, -0.55f)));
    turned(s, t, t->second, 0.19f,
           PROFILE(AT(0.19f, -0.53f), AT(0.185f, -0.55f), AT(0.12f, -0.60f), AT(0.03f, -0.62f)));
    path_ellipse(knob, 0, -0.65f, 0.045f, 0.045f);
    scene_fill(s, ROLE_FORM, knob, t->dark);
    steam(s, -0.70f);
}

static void candle(struct scene *s, const struct thing *t)
{
    struct path *flame = scene_path(s), *core = scene_path(s);

    thing_shadow(s, t, 0.20f);
    scene_glow(s, ROLE_GLOW, rgb_of(0.90f, 0.12f, 0.22f), 0.75f, AT(0, -0.80f), 0.75f, 0.75f);
    turned(s, t, t->metal, 0.28f,
           PROFILE(AT(0.24f, 0), AT(0.28f, -0.03f), AT(0.28f, -0.05f), AT(0.16f, -0.06f)));
    turned(s, t, rgb_mix(t->body, s->palette.pale, 0.55f), 0.13f,
           PROFILE(AT(0.13f, -0.04f), AT(0.13f, -0.3f), AT(0.13f, -0.60f), AT(0.125f, -0.63f)));
    SCENE_STROKE(s, t->dark, 0.012f, 0.012f, 0.010f, AT(0, -0.64f), AT(0.004f, -0.72f));
    PATH_POINTS(flame, path_blob, AT(0, -0.68f), AT(0.05f, -0.75f), AT(0.032f, -0.84f),
                AT(0, -0.96f), AT(-0.034f, -0.84f), AT(-0.05f, -0.75f));
    scene_linear(s, ROLE_GLOW, flame, rgb_of(0.93f, 0.14f, 0.26f), rgb_of(0.74f, 0.18f, 0.14f),
                 AT(0, -0.72f), AT(0, -0.96f));
    path_ellipse(core, 0, -0.76f, 0.02f, 0.05f);
    scene_fill(s, ROLE_GLOW, core, RGB(0xfffbe8));
}

static void lamp(struct scene *s, const struct thing *t)
{
    const struct path *shade;

    thing_shadow(s, t, 0.22f);
    turned(s, t, t->second, 0.20f,
           PROFILE(AT(0.20f, 0), AT(0.19f, -0.03f), AT(0.05f, -0.06f), AT(0.08f, -0.24f),
                   AT(0.03f, -0.42f), AT(0.022f, -0.56f)));
    scene_glow(s, ROLE_GLOW, rgb_of(0.93f, 0.10f, 0.24f), 0.8f, AT(0, -0.62f), 0.9f, 0.8f);
    shade =
        turned(s, t, rgb_shift(t->body, 0.10f, 1), 0.40f,
               PROFILE(AT(0.40f, -0.54f), AT(0.39f, -0.56f), AT(0.25f, -0.90f), AT(0.21f, -1.0f)));
    scene_glow_in(s, ROLE_GLOW, shade, rgb_of(0.96f, 0.09f, 0.25f), 0.85f, AT(0, -0.62f), 0.36f,
                  0.30f);
}

static void plant(struct scene *s, const struct thing *t)
{
    thing_shadow(s, t, 0.24f);
    if (t->variant == 0) { /* a cactus */
        SCENE_STROKE(s, rgb_of(0.52f, 0.10f, 0.40f), 0.30f, 0.34f, 0.22f, AT(0, -0.40f),
                     AT(0, -0.66f), AT(0, -0.90f))
            ->role = ROLE_FORM;
        for (int i = -2; i <= 2; i++)
            SCENE_STROKE(s, rgb_of(0.66f, 0.10f, 0.38f), 0.008f, 0.010f, 0.006f,
                         AT((float)i * 0.05f, -0.38f), AT((float)i * 0.065f, -0.66f),
                         AT((float)i * 0.03f, -0.98f));
        flower(s, AT(0.02f, -1.02f), 0.07f, t->second, 6, 0.1f);
    } else {
        thing_leafy(s, t, AT(0, -0.36f), 0.68f, 11);
        thing_leafy(s, t, AT(0, -0.36f), 0.42f, 6);
    }
    turned(s, t, t->body, 0.26f,
           PROFILE(AT(0.17f, 0), AT(0.18f, -0.02f), AT(0.235f, -0.34f), AT(0.24f, -0.37f)));
    turned(s, t, rgb_shift(t->body, 0.03f, 1), 0.265f,
           PROFILE(AT(0.262f, -0.34f), AT(0.265f, -0.35f), AT(0.265f, -0.43f), AT(0.26f, -0.44f)));
}

void thing_vessel(struct scene *s, const struct thing *t)
{
    static void (*const draws[ITEM_COUNT])(struct scene *, const struct thing *) = {
        [ITEM_BOTTLE] = bottle, [ITEM_WINE] = bottle,     [ITEM_CUP] = cup,
        [ITEM_VASE] = vase,     [ITEM_PERFUME] = perfume, [ITEM_JAR] = jar,
        [ITEM_GLASS] = drink,   [ITEM_TEAPOT] = teapot,   [ITEM_CANDLE] = candle,
        [ITEM_LAMP] = lamp,     [ITEM_PLANT] = plant,
    };

    draws[t->item](s, t);
}
