/* The face: its outline and light, and eyes, brows, nose and mouth in their places. */
#include "image/sketch/num.h"
#include "image/sketch/portrait.h"

static const float EYE_Y = 0.06f, MOUTH_Y = 0.585f;

static struct path *head_path(struct scene *s, const struct sitter *who)
{
    struct path *p = scene_path(s);
    float c = who->cheek, j = who->jaw, n = who->chin, y = who->yaw;
    float near = 1 - 0.05f * fabsf(y);
    /* Turned, the chin and the far cheek move with the face, the skull stays. */
    struct point half[] = { { 0, -1.02f },         { c * 0.62f, -0.90f }, { c * 0.98f, -0.48f },
                            { c, -0.02f },         { c * 0.95f, 0.34f },  { j, 0.66f },
                            { n * 1.35f, 0.915f }, { n * 0.45f, 1.0f } };
    struct point all[16];
    int count = 0;

    for (int i = 0; i < 8; i++) {
        float drift = half[i].y > 0 ? half[i].y * 0.20f * y : 0;

        all[count++] = (struct point){ half[i].x * near + drift, half[i].y };
    }
    for (int i = 7; i > 0; i--) {
        float drift = half[i].y > 0 ? half[i].y * 0.20f * y : 0;

        all[count++] = (struct point){ -half[i].x * near + drift, half[i].y };
    }
    path_blob(p, all, count);
    return p;
}

static void ear(struct scene *s, const struct sitter *who, float side)
{
    struct path *p = scene_path(s), *inner = scene_path(s);
    float x = side * (who->cheek * (1 - 0.05f * fabsf(who->yaw)) + 0.02f) - who->yaw * 0.04f;

    if (side * who->yaw > 0.45f)
        return; /* hidden behind the cheek */
    path_ellipse(p, x, 0.16f, 0.105f, 0.19f);
    path_ellipse(inner, x - side * 0.012f, 0.16f, 0.05f, 0.11f);
    scene_fill(s, ROLE_FORM, p, who->skin);
    scene_fill(s, ROLE_SHADE, inner, who->skin_dark)->paint.alpha_a = 0.55f;
}

/* The shadow side: one crisp shape from brow to chin with a softer veil over it. */
static void face_light(struct scene *s, const struct sitter *who, const struct path *head)
{
    float d = who->light; /* the light comes from there, the shadow falls opposite */
    struct path *p = scene_path(s);
    float t = sitter_turned(who, 0, 0.5f);

    s->clip = head;
    PATH_POINTS(p, path_blob, AT(t - d * 0.50f, -1.1f), AT(t - d * 0.46f, -0.45f),
                AT(t - d * 0.52f, 0.1f), AT(t - d * 0.40f, 0.45f), AT(t - d * 0.33f, 0.72f),
                AT(t - d * 0.05f, 1.1f), AT(t - d * 1.1f, 1.2f), AT(t - d * 1.3f, 0),
                AT(t - d * 1.0f, -1.2f));
    scene_fill(s, ROLE_SHADE, p, who->skin_dark)->paint.alpha_a = 0.42f;
    scene_fade(s, head, who->skin_dark, 0.55f, AT(0, 0), AT(-d * 0.95f, 0.25f));
    scene_fade(s, head, who->hair_dark, 0.28f, AT(0, -0.45f), AT(0, -1.0f));
    scene_glow(s, ROLE_SHADE, rgb_shift(who->skin, 0.09f, 0.7f), 0.55f, AT(t + d * 0.16f, -0.42f),
               0.42f, 0.3f);
    s->clip = NULL;
}

static void cheeks(struct scene *s, const struct sitter *who, const struct path *head)
{
    s->clip = head;
    for (int i = -1; i <= 1; i += 2) {
        float x = sitter_turned(who, (float)i * 0.40f, 0.7f);

        scene_glow(s, ROLE_SHADE, who->skin_warm,
                   (who->feminine ? 0.48f : 0.30f) * rgb_light(who->skin), AT(x, 0.34f), 0.22f,
                   0.16f);
    }
    if (who->freckles) {
        struct dice d = who->dice;
        struct path *p = scene_path(s);

        for (int i = 0; i < 26; i++) {
            float x = dice_range(&d, -0.5f, 0.5f), y = dice_range(&d, 0.2f, 0.42f);

            path_ellipse(p, sitter_turned(who, x, 0.7f), y - fabsf(x) * 0.08f, 0.012f, 0.01f);
        }
        scene_fill(s, ROLE_SHADE, p, who->skin_warm)->paint.alpha_a = 0.7f;
    }
    s->clip = NULL;
}

struct eye {
    float x, y, w, h; /* half sizes; w signed, positive towards the ear */
};

static struct path *almond(struct scene *s, struct eye e)
{
    struct path *p = scene_path(s);

    path_move(p, e.x - e.w, e.y + e.h * 0.25f);
    path_curve(p, e.x - e.w * 0.55f, e.y - e.h * 1.25f, e.x + e.w * 0.45f, e.y - e.h * 1.45f,
               e.x + e.w, e.y - e.h * 0.15f);
    path_curve(p, e.x + e.w * 0.55f, e.y + e.h * 1.1f, e.x - e.w * 0.35f, e.y + e.h * 1.25f,
               e.x - e.w, e.y + e.h * 0.25f);
    return p;
}

static void iris(struct scene *s, const struct sitter *who, struct eye e, float look)
{
    float r = MAX(fabsf(e.w) * 0.52f, 0.07f), x = e.x + look, y = e.y - e.h * 0.08f;
    struct path *disc = scene_path(s), *pupil = scene_path(s), *spark = scene_path(s);

    path_ellipse(disc, x, y, r, r);
    path_ellipse(pupil, x, y, r * 0.5f, r * 0.5f);
    path_ellipse(spark, x + who->light * r * 0.38f, y - r * 0.38f, r * 0.25f, r * 0.25f);
    scene_linear(s, ROLE_DETAIL, disc, rgb_shift(who->iris, -0.12f, 1),
                 rgb_shift(who->iris, 0.14f, 1.1f), AT(x, y - r), AT(x, y + r));
    scene_fill(s, ROLE_DETAIL, pupil, RGB(0x17120f));
    scene_fill(s, ROLE_DETAIL, spark, RGB(0xffffff));
}

static void closed_eye(struct scene *s, const struct sitter *who, struct eye e)
{
    SCENE_STROKE(s, who->hair_dark, 0.012f, 0.034f, 0.016f, AT(e.x - e.w, e.y),
                 AT(e.x, e.y + e.h * 0.9f), AT(e.x + e.w, e.y - e.h * 0.1f));
}

static void open_eye(struct scene *s, const struct sitter *who, struct eye e, float look)
{
    struct path *white = almond(s, e);
    struct rgb lash = rgb_mix(who->hair_dark, RGB(0x1a1210), 0.65f);
    float wing = who->lashes ? 0.22f : 0.06f, thick = who->lashes ? 0.036f : 0.025f;

    scene_fill(s, ROLE_DETAIL, white, rgb_mix(RGB(0xfbf7f2), who->skin, 0.10f));
    s->clip = white;
    iris(s, who, e, look);
    scene_fade(s, white, who->skin_dark, 0.65f, AT(e.x, e.y), AT(e.x, e.y - e.h * 1.2f));
    s->clip = NULL;
    SCENE_STROKE(s, lash, 0.010f, thick, 0.010f, AT(e.x - e.w * 1.02f, e.y + e.h * 0.28f),
                 AT(e.x - e.w * 0.45f, e.y - e.h * 0.78f), AT(e.x + e.w * 0.35f, e.y - e.h * 1.02f),
                 AT(e.x + e.w * 1.02f, e.y - e.h * 0.18f),
                 AT(e.x + e.w * (1 + wing), e.y - e.h * (0.3f + wing * 1.6f)));
    SCENE_STROKE(s, rgb_mix(who->skin_dark, lash, 0.35f), 0.004f, 0.011f, 0.004f,
                 AT(e.x - e.w * 0.2f, e.y + e.h * 0.92f), AT(e.x + e.w * 0.45f, e.y + e.h * 0.74f),
                 AT(e.x + e.w * 0.95f, e.y + e.h * 0.02f));
    SCENE_STROKE(s, who->skin_dark, 0.004f, 0.014f, 0.006f, AT(e.x - e.w * 0.8f, e.y - e.h * 0.85f),
                 AT(e.x, e.y - e.h * 1.52f), AT(e.x + e.w * 0.95f, e.y - e.h * 0.95f));
}

static void brow(struct scene *s, const struct sitter *who, float side)
{
    float lift = who->face == FACE_SURPRISED ? -0.07f : 0, inner = 0, y;
    float thick = who->feminine ? 0.05f : 0.07f;
    struct point at[3];

    inner += who->face == FACE_ANGRY ? 0.07f : who->face == FACE_SAD ? -0.06f : 0;
    if (who->face == FACE_SLY && side * who->yaw <= 0)
        lift -= 0.045f;
    y = EYE_Y - 0.205f + lift;
    at[0] = AT(sitter_turned(who, side * (who->eye_gap - 0.135f), 0.85f), y + 0.016f + inner);
    at[1] =
        AT(sitter_turned(who, side * (who->eye_gap + 0.06f), 0.78f), y - 0.03f - who->brow_tilt);
    at[2] = AT(sitter_turned(who, side * (who->eye_gap + 0.205f), 0.62f), y + 0.03f - inner * 0.3f);
    scene_stroke(s, rgb_mix(who->hair_dark, who->skin_dark, 0.22f), at, 3, thick * 0.72f, thick,
                 0.008f);
}

static void eyes(struct scene *s, const struct sitter *who)
{
    for (int i = -1; i <= 1; i += 2) {
        float side = (float)i, far = side * who->yaw > 0 ? 1 - 0.22f * fabsf(who->yaw) : 1;
        struct eye e = { sitter_turned(who, side * who->eye_gap, 0.8f), EYE_Y,
                         side * who->eye_width * far, who->eye_open };
        bool wink = who->face == FACE_LAUGH || who->face == FACE_SLEEPY;

        if (who->face == FACE_SURPRISED)
            e.h *= 1.22f;
        if (who->face == FACE_SMILE)
            e.h *= 0.92f;
        if (who->face == FACE_SLY || who->face == FACE_ANGRY)
            e.h *= 0.8f;
        scene_glow(s, ROLE_SHADE, who->skin_dark, 0.42f, AT(e.x, e.y - 0.05f),
                   who->eye_width * 1.5f, 0.16f);
        if (wink && who->face == FACE_SLEEPY)
            closed_eye(s, who, e);
        else if (wink)
            closed_eye(s, who, (struct eye){ e.x, e.y + 0.02f, e.w, -e.h });
        else
            open_eye(s, who, e, who->yaw * 0.035f);
        brow(s, who, side);
    }
}

static void nose(struct scene *s, const struct sitter *who)
{
    float w = who->nose_width, x = sitter_turned(who, 0, 1.0f), root = sitter_turned(who, 0, 0.8f);
    float d = -who->light, y = 0.375f;
    struct path *p = scene_path(s);

    path_move(p, root + d * 0.045f, EYE_Y - 0.06f);
    path_curve(p, root + d * 0.05f, 0.14f, x + d * 0.02f, 0.22f, x + d * w * 0.28f, y - 0.05f);
    path_curve(p, x + d * w * 0.1f, y + 0.03f, x, y + 0.055f, x - d * w * 0.1f, y + 0.055f);
    path_curve(p, x + d * w * 0.7f, y + 0.07f, x + d * w * 1.15f, y + 0.03f, x + d * w * 1.02f,
               y - 0.045f);
    path_curve(p, x + d * w * 0.75f, y - 0.12f, root + d * 0.11f, 0.12f, root + d * 0.13f,
               EYE_Y - 0.08f);
    scene_fill(s, ROLE_SHADE, p, who->skin_dark)->paint.alpha_a = 0.62f;
    SCENE_STROKE(s, rgb_shift(who->skin_dark, -0.10f, 1.1f), 0.006f, 0.022f, 0.006f,
                 AT(x - w * 0.72f, y + 0.018f), AT(x - w * 0.3f, y + 0.052f), AT(x, y + 0.062f),
                 AT(x + w * 0.3f, y + 0.052f), AT(x + w * 0.72f, y + 0.018f));
    scene_glow(s, ROLE_SHADE, rgb_shift(who->skin, 0.10f, 0.6f), 0.75f,
               AT(x - d * 0.022f, y - 0.045f), 0.055f, 0.06f);
}

struct mouth {
    float lift, open; /* corners up; how far the lips part */
    bool teeth;
};

static struct mouth mouth_for(int face)
{
    switch (face) {
    case FACE_SMILE:
        return (struct mouth){ 0.055f, 0.035f, true };
    case FACE_LAUGH:
        return (struct mouth){ 0.075f, 0.13f, true };
    case FACE_SAD:
        return (struct mouth){ -0.04f, 0, false };
    case FACE_ANGRY:
        return (struct mouth){ -0.03f, 0.0f, false };
    case FACE_SURPRISED:
        return (struct mouth){ -0.01f, 0.10f, false };
    case FACE_SLY:
        return (struct mouth){ 0.04f, 0, false };
    default:
        return (struct mouth){ 0.022f, 0, false };
    }
}

static void lips_open(struct scene *s, struct mouth m, float x, float w)
{
    float y = MOUTH_Y, c = y - m.lift;
    struct path *hole = scene_path(s);

    path_move(hole, x - w * 0.9f, c);
    path_curve(hole, x - w * 0.4f, y - 0.012f, x + w * 0.4f, y - 0.012f, x + w * 0.9f, c);
    path_curve(hole, x + w * 0.5f, y + m.open * 1.35f, x - w * 0.5f, y + m.open * 1.35f,
               x - w * 0.9f, c);
    scene_fill(s, ROLE_DETAIL, hole, m.teeth && m.open < 0.08f ? RGB(0xfffaf2) : RGB(0x5a1f24));
    if (!m.teeth || m.open < 0.08f)
        return;
    s->clip = hole;
    hole = scene_path(s);
    path_box(hole, x - w, y - 0.14f, x + w, y + m.open * 0.42f, 0.02f);
    scene_fill(s, ROLE_DETAIL, hole, RGB(0xfffaf2));
    s->clip = NULL;
}

static void mouth(struct scene *s, const struct sitter *who)
{
    struct mouth m = mouth_for(who->face);
    float x = sitter_turned(who, 0, 0.9f), y = MOUTH_Y, l = who->lips, low = y + m.open;
    float w = who->mouth_width * (1 - 0.12f * fabsf(who->yaw)) *
              (who->face == FACE_SMILE || who->face == FACE_LAUGH ? 1.18f
               : who->face == FACE_SURPRISED                      ? 0.72f
                                                                  : 1.0f);
    float c = y - m.lift, skew = who->face == FACE_SLY ? 0.05f : 0;
    struct path *upper = scene_path(s), *lower = scene_path(s);

    path_move(upper, x - w, c + skew);
    path_curve(upper, x - w * 0.5f, y - 0.045f * l, x - w * 0.25f, y - 0.075f * l, x,
               y - 0.045f * l);
    path_curve(upper, x + w * 0.25f, y - 0.075f * l, x + w * 0.5f, y - 0.045f * l, x + w, c - skew);
    path_curve(upper, x + w * 0.4f, y + 0.012f, x - w * 0.4f, y + 0.012f, x - w, c + skew);
    path_move(lower, x - w * 0.94f, c + 0.005f + skew);
    path_curve(lower, x - w * 0.5f, low + 0.02f, x + w * 0.5f, low + 0.02f, x + w * 0.94f,
               c + 0.005f - skew);
    path_curve(lower, x + w * 0.55f, low + 0.12f * l, x - w * 0.55f, low + 0.12f * l, x - w * 0.94f,
               c + 0.005f + skew);
    scene_glow(s, ROLE_SHADE, who->skin_dark, 0.55f, AT(x, low + 0.145f * l), 0.14f, 0.05f);
    scene_fill(s, ROLE_DETAIL, lower, rgb_shift(who->lip, 0.03f, 1));
    scene_fill(s, ROLE_DETAIL, upper, rgb_shift(who->lip, -0.06f, 1));
    scene_glow(s, ROLE_SHADE, rgb_shift(who->lip, 0.20f, 0.6f), 0.6f,
               AT(x + who->light * 0.04f, low + 0.055f * l), w * 0.4f, 0.024f);
    if (m.open > 0)
        lips_open(s, m, x, w);
    else
        SCENE_STROKE(s, rgb_shift(who->lip, -0.20f, 0.9f), 0.012f, 0.016f, 0.012f,
                     AT(x - w * 1.02f, c + skew), AT(x - w * 0.4f, y + 0.004f), AT(x, y - 0.006f),
                     AT(x + w * 0.4f, y + 0.004f), AT(x + w * 1.02f, c - skew));
}

static void beard(struct scene *s, const struct sitter *who, const struct path *head)
{
    float t = sitter_turned(who, 0, 0.6f), c = who->cheek;
    struct path *p = scene_path(s);

    if (who->beard == BEARD_FULL) {
        PATH_POINTS(p, path_blob, AT(-c * 0.97f, -0.02f), AT(-c * 0.84f, 0.30f),
                    AT(t - 0.34f, 0.46f), AT(t - 0.16f, 0.445f), AT(t, 0.47f),
                    AT(t + 0.16f, 0.445f), AT(t + 0.34f, 0.46f), AT(c * 0.84f, 0.30f),
                    AT(c * 0.97f, -0.02f), AT(c * 1.02f, 0.45f), AT(t + who->jaw * 0.96f, 0.86f),
                    AT(t + 0.2f, 1.13f), AT(t, 1.17f), AT(t - 0.2f, 1.13f),
                    AT(t - who->jaw * 0.96f, 0.86f), AT(-c * 1.02f, 0.45f));
        scene_linear(s, ROLE_FORM, p, who->hair_colour, who->hair_dark, AT(who->light * 0.6f, 0.4f),
                     AT(-who->light * 0.6f, 1.0f));
    } else if (who->beard == BEARD_STUBBLE) {
        s->clip = head;
        path_ellipse(p, t, 0.82f, 0.68f, 0.42f);
        scene_glow_in(s, ROLE_SHADE, p, who->hair_dark, 0.45f, AT(t, 0.82f), 0.72f, 0.46f);
        s->clip = NULL;
    }
    if (who->beard == BEARD_MOUSTACHE || who->beard == BEARD_FULL) {
        struct path *m = scene_path(s);
        float x = sitter_turned(who, 0, 0.95f);

        PATH_POINTS(m, path_blob, AT(x - 0.30f, 0.60f), AT(x - 0.14f, 0.475f), AT(x, 0.465f),
                    AT(x + 0.14f, 0.475f), AT(x + 0.30f, 0.60f), AT(x + 0.13f, 0.565f),
                    AT(x, 0.54f), AT(x - 0.13f, 0.565f));
        scene_fill(s, ROLE_DETAIL, m, rgb_shift(who->hair_colour, -0.02f, 1));
    }
}

static void wrinkles(struct scene *s, const struct sitter *who)
{
    for (int i = -1; i <= 1; i += 2) {
        float x = sitter_turned(who, (float)i * 0.25f, 0.8f), side = (float)i;

        SCENE_STROKE(s, who->skin_dark, 0.004f, 0.016f, 0.004f, AT(x - side * 0.10f, 0.40f),
                     AT(x, 0.46f), AT(x + side * 0.03f, 0.58f));
        SCENE_STROKE(s, who->skin_dark, 0.004f, 0.012f, 0.004f, AT(x - side * 0.08f, 0.17f),
                     AT(x + side * 0.06f, 0.205f), AT(x + side * 0.18f, 0.16f));
    }
    for (int i = 0; i < 2; i++)
        SCENE_STROKE(s, who->skin_dark, 0.003f, 0.012f, 0.003f,
                     AT(sitter_turned(who, -0.28f, 0.7f), -0.38f - 0.11f * (float)i),
                     AT(sitter_turned(who, 0, 0.8f), -0.41f - 0.11f * (float)i),
                     AT(sitter_turned(who, 0.28f, 0.7f), -0.38f - 0.11f * (float)i));
}

void portrait_face(struct scene *s, const struct sitter *who)
{
    struct path *head = head_path(s, who);

    ear(s, who, -1);
    ear(s, who, 1);
    scene_fill(s, ROLE_FORM, head, who->skin);
    face_light(s, who, head);
    cheeks(s, who, head);
    beard(s, who, head);
    nose(s, who);
    mouth(s, who);
    eyes(s, who);
    if (who->age == AGE_OLD)
        wrinkles(s, who);
}
