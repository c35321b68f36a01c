/* Neck, shoulders and clothes; for a full figure also arms and legs. */
#include "image/sketch/num.h"
#include "image/sketch/portrait.h"

static float neck_half(const struct sitter *who)
{
    return who->feminine || who->age == AGE_CHILD ? 0.31f : 0.41f;
}

void portrait_neck(struct scene *s, const struct sitter *who)
{
    struct path *p = scene_path(s), *shade = scene_path(s);
    float n = neck_half(who), lean = who->yaw * 0.06f;

    PATH_POINTS(p, path_blob, AT(lean - n, 0.45f), AT(-n * 0.98f, 1.05f), AT(-n * 1.18f, 1.38f),
                AT(-n * 2.5f, 1.62f), AT(-n * 2.4f, 2.3f), AT(0, 2.9f), AT(n * 2.4f, 2.3f),
                AT(n * 2.5f, 1.62f), AT(n * 1.18f, 1.38f), AT(n * 0.98f, 1.05f),
                AT(lean + n, 0.45f));
    scene_fill(s, ROLE_FORM, p, who->skin);
    s->clip = p;
    path_ellipse(shade, sitter_turned(who, 0, 0.5f) - who->light * 0.05f, 0.86f, 0.62f, 0.50f);
    scene_fill(s, ROLE_SHADE, shade, who->skin_dark)->paint.alpha_a = 0.75f;
    scene_fade(s, p, who->skin_dark, 0.6f, AT(0, 1.2f), AT(-who->light * 0.8f, 1.2f));
    for (int i = -1; i <= 1; i += 2)
        SCENE_STROKE(s, who->skin_dark, 0.006f, 0.03f, 0.006f, AT((float)i * n * 1.5f, 1.60f),
                     AT((float)i * n * 0.7f, 1.66f), AT((float)i * 0.06f, 1.74f))
            ->role = ROLE_SHADE;
    s->clip = NULL;
}

/* Half of a garment from the neckline's middle round shoulder and sleeve, to be mirrored. */
static struct path *garment(struct scene *s, const struct sitter *who, float dip, float wide,
                            float bottom)
{
    struct path *p = scene_path(s);
    float n = neck_half(who) + wide, w = who->shoulder;
    const struct point half[] = { AT(0, dip),
                                  AT(n * 0.62f, dip - 0.10f),
                                  AT(n * 0.97f, 1.44f),
                                  AT(n + 0.08f, 1.39f),
                                  AT(w * 0.62f, 1.57f),
                                  AT(w * 0.93f, 1.80f),
                                  AT(w * 1.07f, MIN(2.3f, bottom - 0.3f)),
                                  AT(w * 1.10f, MIN(3.0f, bottom - 0.1f)),
                                  AT(w * 1.06f, bottom),
                                  AT(w * 0.5f, bottom + 0.03f),
                                  AT(0, bottom + 0.03f) };

    path_mirrored(p, half, (int)COUNT(half));
    return p;
}

static void folds(struct scene *s, const struct sitter *who, const struct path *cloth)
{
    s->clip = cloth;
    scene_fade(s, cloth, who->cloth_dark, 0.85f, AT(who->light * 0.2f, 2.0f),
               AT(-who->light * who->shoulder * 1.1f, 2.3f));
    scene_glow(s, ROLE_SHADE, rgb_shift(who->cloth, 0.13f, 0.9f), 0.65f,
               AT(who->light * who->shoulder * 0.62f, 1.75f), 0.75f, 0.42f);
    for (int i = -1; i <= 1; i += 2) {
        struct shape *fold = SCENE_STROKE(
            s, who->cloth_dark, 0.01f, 0.07f, 0.01f, AT((float)i * who->shoulder * 0.70f, 2.05f),
            AT((float)i * who->shoulder * 0.74f, 2.5f), AT((float)i * who->shoulder * 0.66f, 3.3f));

        fold->role = ROLE_SHADE;
        fold->paint.alpha_a = 0.7f;
    }
    s->clip = NULL;
}

static void band_collar(struct scene *s, const struct sitter *who, float dip, float wide)
{
    float n = neck_half(who) + wide;

    struct path *p = scene_path(s);
    const struct point line[] = { AT(-n - 0.01f, 1.39f), AT(-n * 0.66f, dip - 0.10f),
                                  AT(0, dip + 0.01f), AT(n * 0.66f, dip - 0.10f),
                                  AT(n + 0.01f, 1.39f) };

    path_brush(p, line, 5, 0.03f, 0.12f, 0.03f);
    scene_fill(s, ROLE_DETAIL, p, rgb_shift(who->cloth, -0.06f, 1));
}

static void high_collar(struct scene *s, const struct sitter *who)
{
    struct path *p = scene_path(s);
    float n = neck_half(who) + 0.05f;

    PATH_POINTS(p, path_blob, AT(-n, 1.02f), AT(0, 1.12f), AT(n, 1.02f), AT(n * 1.25f, 1.46f),
                AT(n * 0.75f, 1.66f), AT(0, 1.74f), AT(-n * 0.75f, 1.66f), AT(-n * 1.25f, 1.46f));
    scene_linear(s, ROLE_FORM, p, rgb_shift(who->cloth, 0.05f, 1), who->cloth_dark,
                 AT(who->light * n, 1.2f), AT(-who->light * n, 1.3f));
    SCENE_STROKE(s, who->cloth_dark, 0.01f, 0.03f, 0.01f, AT(-n * 0.95f, 1.16f), AT(0, 1.26f),
                 AT(n * 0.95f, 1.16f));
}

static void shirt_collar(struct scene *s, const struct sitter *who, struct rgb colour, float depth)
{
    float n = neck_half(who);

    for (int i = -1; i <= 1; i += 2) {
        struct path *p = scene_path(s);
        float k = (float)i;
        const struct point flap[] = { AT(k * (n + 0.04f), 1.24f), AT(k * (n + 0.24f), 1.48f),
                                      AT(k * 0.30f, depth + 0.10f), AT(k * 0.02f, depth - 0.14f) };

        path_polygon(p, flap, 4);
        scene_fill(s, ROLE_FORM, p,
                   k * who->light > 0 ? rgb_shift(colour, 0.03f, 1) : rgb_shift(colour, -0.05f, 1));
    }
}

static void suit(struct scene *s, const struct sitter *who)
{
    struct path *shirt = scene_path(s), *tie = scene_path(s);
    float n = neck_half(who);
    const struct point front[] = { AT(-n - 0.12f, 1.35f), AT(n + 0.12f, 1.35f), AT(0.12f, 3.0f),
                                   AT(-0.12f, 3.0f) };
    const struct point knot[] = { AT(-0.11f, 1.70f), AT(0.11f, 1.70f), AT(0.07f, 1.90f),
                                  AT(0.14f, 2.9f),   AT(-0.14f, 2.9f), AT(-0.07f, 1.90f) };

    path_polygon(shirt, front, 4);
    scene_fill(s, ROLE_FORM, shirt, who->cloth2);
    s->clip = shirt;
    scene_fade(s, shirt, who->cloth_dark, 0.35f, AT(0, 1.4f), AT(-who->light * 0.5f, 1.5f));
    s->clip = NULL;
    if (who->feminine) {
        struct path *skin = scene_path(s);
        const struct point v[] = { AT(-n - 0.08f, 1.35f), AT(n + 0.08f, 1.35f), AT(0, 1.98f) };

        path_polygon(skin, v, 3);
        scene_linear(s, ROLE_DETAIL, skin, rgb_mix(who->skin, who->skin_dark, 0.55f), who->skin,
                     AT(0, 1.35f), AT(0, 1.8f));
    } else {
        path_polygon(tie, knot, 6);
        scene_fill(s, ROLE_DETAIL, tie, who->hair_dark);
    }
    shirt_collar(s, who, who->cloth2, who->feminine ? 2.05f : 1.80f);
    for (int i = -1; i <= 1; i += 2) {
        struct path *lapel = scene_path(s);
        float k = (float)i;
        const struct point shape[] = { AT(k * (n + 0.13f), 1.34f), AT(k * (n + 0.50f), 1.66f),
                                       AT(k * (n + 0.34f), 1.80f), AT(k * (n + 0.46f), 1.92f),
                                       AT(k * 0.10f, 3.1f),        AT(k * 0.02f, 3.1f) };

        path_polygon(lapel, shape, 6);
        scene_fill(s, ROLE_FORM, lapel,
                   k * who->light > 0 ? rgb_shift(who->cloth, 0.06f, 1) : who->cloth_dark);
    }
}

static void armour(struct scene *s, const struct sitter *who)
{
    struct rgb steel = rgb_mix(rgb_of(0.70f, 0.015f, 0.68f), who->cloth, 0.25f);

    high_collar(s, who);
    for (int i = -1; i <= 1; i += 2) {
        for (int k = 2; k >= 0; k--) {
            struct path *p = scene_path(s);
            float x = (float)i * who->shoulder * (0.90f + 0.04f * (float)k),
                  y = 1.95f + 0.22f * (float)k;

            path_ellipse(p, x, y, 0.52f, 0.34f);
            scene_linear(s, ROLE_FORM, p, rgb_shift(steel, 0.14f, 1), rgb_shift(steel, -0.24f, 1),
                         AT(x + who->light * 0.3f, y - 0.3f), AT(x - who->light * 0.3f, y + 0.3f));
        }
    }
}

static void wear(struct scene *s, const struct sitter *who, float bottom)
{
    bool deep = who->clothes == CLOTHES_DRESS;
    float dip = deep ? 2.05f : who->clothes == CLOTHES_TEE ? 1.72f : 1.62f;
    float wide = deep ? 0.42f : 0.12f;
    struct path *p = garment(s, who, dip, wide, bottom);

    scene_linear(s, ROLE_FORM, p, who->cloth, who->cloth_dark, AT(0, 1.5f), AT(0, 3.6f));
    folds(s, who, p);
    switch (who->clothes) {
    case CLOTHES_SUIT:
        suit(s, who);
        break;
    case CLOTHES_TURTLENECK:
        high_collar(s, who);
        break;
    case CLOTHES_SHIRT:
        shirt_collar(s, who, rgb_shift(who->cloth, 0.06f, 1), 1.86f);
        SCENE_STROKE(s, who->cloth_dark, 0.02f, 0.025f, 0.02f, AT(0, 1.75f), AT(0, 2.4f),
                     AT(0, 3.4f));
        break;
    case CLOTHES_HOODIE:
        for (int i = -1; i <= 1; i += 2)
            SCENE_STROKE(s, who->cloth2, 0.03f, 0.035f, 0.03f, AT((float)i * 0.2f, 1.62f),
                         AT((float)i * 0.23f, 1.95f), AT((float)i * 0.2f, 2.3f));
        SCENE_STROKE(s, rgb_shift(who->cloth, 0.04f, 1), 0.16f, 0.26f, 0.16f, AT(-0.62f, 1.22f),
                     AT(-0.42f, 1.52f), AT(0, 1.66f), AT(0.42f, 1.52f), AT(0.62f, 1.22f))
            ->role = ROLE_FORM;
        break;
    case CLOTHES_ARMOUR:
        armour(s, who);
        break;
    default:
        band_collar(s, who, dip, wide);
        break;
    }
}

static void legs(struct scene *s, const struct sitter *who)
{
    struct rgb cloth = rgb_shift(rgb_mix(who->cloth_dark, who->hair_dark, 0.6f), 0.02f, 0.8f);
    float w = who->shoulder * 0.36f;

    for (int i = -1; i <= 1; i += 2) {
        struct path *p = scene_path(s), *shoe = scene_path(s);
        float x = (float)i * w;

        PATH_POINTS(p, path_polygon, AT(x - w * 1.05f, 5.0f), AT(x + w * 1.05f, 5.0f),
                    AT(x + w * 0.62f, 9.55f), AT(x - w * 0.62f, 9.55f));
        scene_linear(s, ROLE_FORM, p, cloth, rgb_shift(cloth, -0.10f, 1), AT(x + who->light * w, 6),
                     AT(x - who->light * w, 6));
        PATH_POINTS(shoe, path_blob, AT(x - w * 0.62f, 9.5f), AT(x + w * 0.62f, 9.5f),
                    AT(x + w * 0.9f + (float)i * 0.12f, 9.88f),
                    AT(x - w * 0.9f + (float)i * 0.12f, 9.88f));
        scene_fill(s, ROLE_FORM, shoe, rgb_shift(who->hair_dark, -0.05f, 1));
    }
}

static void arms(struct scene *s, const struct sitter *who)
{
    for (int i = -1; i <= 1; i += 2) {
        float x = (float)i * who->shoulder, lit = (float)i * who->light;
        struct path *hand = scene_path(s);

        path_ellipse(hand, x * 1.17f, 5.45f, 0.21f, 0.30f);
        scene_fill(s, ROLE_FORM, hand, lit > 0 ? who->skin : who->skin_dark);
        SCENE_STROKE(s, lit > 0 ? rgb_shift(who->cloth, 0.02f, 1) : who->cloth_dark, 0.62f, 0.56f,
                     0.42f, AT(x * 0.90f, 2.05f), AT(x * 1.09f, 3.4f), AT(x * 1.17f, 5.2f))
            ->role = ROLE_FORM;
    }
}

static void skirt(struct scene *s, const struct sitter *who)
{
    struct path *p = scene_path(s);
    float w = who->shoulder;

    PATH_POINTS(p, path_blob, AT(-w * 0.62f, 3.4f), AT(w * 0.62f, 3.4f), AT(w * 0.85f, 5.2f),
                AT(w * 1.12f, 7.6f), AT(0, 7.85f), AT(-w * 1.12f, 7.6f), AT(-w * 0.85f, 5.2f));
    scene_linear(s, ROLE_FORM, p, rgb_shift(who->cloth, 0.03f, 1), who->cloth_dark,
                 AT(who->light * w, 4.5f), AT(-who->light * w, 6.5f));
}

/* A full body wears a waist; a bust just runs out of the frame. */
static void torso(struct scene *s, const struct sitter *who)
{
    struct path *p = scene_path(s);
    float w = who->shoulder, hip = w * 0.74f, waist = who->feminine ? w * 0.60f : w * 0.74f;

    PATH_POINTS(p, path_blob, AT(-w * 0.80f, 1.8f), AT(0, 1.65f), AT(w * 0.80f, 1.8f),
                AT(w * 0.80f, 2.5f), AT(waist, 3.75f), AT(hip, 5.1f), AT(0, 5.3f), AT(-hip, 5.1f),
                AT(-waist, 3.75f), AT(-w * 0.80f, 2.5f));
    scene_linear(s, ROLE_FORM, p, who->cloth, who->cloth_dark, AT(who->light * 0.4f, 2.5f),
                 AT(-who->light * 1.2f, 4));
}

void portrait_body(struct scene *s, const struct sitter *who, bool full)
{
    if (full) {
        legs(s, who);
        arms(s, who);
        torso(s, who);
        if (who->clothes == CLOTHES_DRESS)
            skirt(s, who);
        wear(s, who, 2.6f);
        return;
    }
    wear(s, who, who->bottom);
}
