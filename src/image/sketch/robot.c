/* A robot's head: plates, a visor, an antenna. */
#include "image/sketch/num.h"
#include "image/sketch/portrait.h"

struct robot {
    struct rgb shell, dark, glow;
    int eyes; /* 0 two lamps, 1 a visor, 2 one lens */
    float x;  /* where the face's middle lies */
};

static void lit_box(struct scene *s, const struct sitter *who, const struct path *p, struct rgb c)
{
    scene_linear(s, ROLE_FORM, p, rgb_shift(c, 0.09f, 1), rgb_shift(c, -0.15f, 1),
                 AT(who->light * 0.8f, -0.7f), AT(-who->light * 0.8f, 0.8f));
}

static void antenna(struct scene *s, const struct sitter *who, const struct robot *r)
{
    struct path *ball = scene_path(s);

    SCENE_STROKE(s, r->dark, 0.07f, 0.05f, 0.05f, AT(0, -0.9f), AT(who->yaw * -0.05f, -1.2f),
                 AT(who->yaw * -0.1f, -1.45f));
    path_ellipse(ball, who->yaw * -0.1f, -1.52f, 0.12f, 0.12f);
    scene_glow(s, ROLE_GLOW, r->glow, 0.8f, AT(who->yaw * -0.1f, -1.52f), 0.4f, 0.4f);
    scene_fill(s, ROLE_DETAIL, ball, r->glow);
}

static void lamp(struct scene *s, const struct sitter *who, const struct robot *r, float x,
                 float size)
{
    struct path *ring = scene_path(s), *disc = scene_path(s), *spark = scene_path(s);
    float squeeze = who->face == FACE_SLEEPY || who->face == FACE_LAUGH ? 0.4f
                    : who->face == FACE_SLY                             ? 0.65f
                                                                        : 1;

    path_ellipse(ring, x, 0.0f, size * 1.3f, size * 1.3f);
    path_ellipse(disc, x, 0.0f, size, size * squeeze);
    path_ellipse(spark, x + who->light * size * 0.3f, -size * 0.3f * squeeze, size * 0.22f,
                 size * 0.22f * squeeze);
    scene_fill(s, ROLE_DETAIL, ring, rgb_shift(r->dark, -0.12f, 1));
    scene_glow(s, ROLE_GLOW, r->glow, 0.75f, AT(x, 0), size * 2.4f, size * 2.4f);
    scene_linear(s, ROLE_DETAIL, disc, rgb_shift(r->glow, 0.12f, 0.8f), r->glow, AT(x, -size),
                 AT(x, size));
    scene_fill(s, ROLE_DETAIL, spark, RGB(0xffffff));
}

static void eyes(struct scene *s, const struct sitter *who, const struct robot *r)
{
    struct path *visor = scene_path(s);

    if (r->eyes == 2) {
        lamp(s, who, r, r->x, 0.30f);
        return;
    }
    if (r->eyes == 1) {
        path_box(visor, r->x - 0.62f, -0.26f, r->x + 0.62f, 0.26f, 0.24f);
        scene_linear(s, ROLE_DETAIL, visor, rgb_of(0.24f, 0.03f, 0.72f),
                     rgb_of(0.16f, 0.02f, 0.72f), AT(0, -0.3f), AT(0, 0.3f));
    }
    lamp(s, who, r, r->x - 0.32f, 0.155f);
    lamp(s, who, r, r->x + 0.32f, 0.155f);
}

static void mouth(struct scene *s, const struct sitter *who, const struct robot *r)
{
    struct path *p = scene_path(s);
    float up = who->face == FACE_SAD || who->face == FACE_ANGRY ? -0.08f
               : who->face == FACE_NEUTRAL                      ? 0
                                                                : 0.09f;

    if (who->face == FACE_NEUTRAL || who->face == FACE_SURPRISED) {
        path_box(p, r->x - 0.28f, 0.48f, r->x + 0.28f, 0.66f, 0.07f);
        scene_fill(s, ROLE_DETAIL, p, rgb_shift(r->dark, -0.1f, 1));
        for (int i = -2; i <= 2; i++)
            SCENE_STROKE(s, r->shell, 0.02f, 0.02f, 0.02f, AT(r->x + (float)i * 0.095f, 0.49f),
                         AT(r->x + (float)i * 0.095f, 0.65f));
        return;
    }
    SCENE_STROKE(s, rgb_shift(r->dark, -0.1f, 1), 0.05f, 0.065f, 0.05f,
                 AT(r->x - 0.30f, 0.56f - up), AT(r->x, 0.56f + up), AT(r->x + 0.30f, 0.56f - up));
}

static void neck(struct scene *s, const struct sitter *who, const struct robot *r)
{
    for (int i = 0; i < 4; i++) {
        struct path *p = scene_path(s);
        float y = 0.86f + 0.16f * (float)i;

        path_box(p, -0.34f - 0.02f * (float)i, y, 0.34f + 0.02f * (float)i, y + 0.13f, 0.06f);
        lit_box(s, who, p, i % 2 == 0 ? r->dark : rgb_shift(r->dark, 0.08f, 1));
    }
}

void portrait_robot(struct scene *s, const struct sitter *who)
{
    struct dice d = who->dice;
    float tint = dice_range(&d, 0.08f, 0.4f);
    struct robot r = { .shell = rgb_mix(rgb_of(0.84f, 0.012f, 0.62f), who->cloth, tint),
                       .eyes = dice_below(&d, 3),
                       .x = who->yaw * 0.22f };
    struct path *head = scene_path(s), *face = scene_path(s), *bolts = scene_path(s);
    float round = dice_range(&d, 0.22f, 0.5f);

    r.dark = rgb_shift(r.shell, -0.34f, 0.8f);
    r.glow = rgb_of(0.84f, 0.14f, dice_chance(&d, 0.5f) ? 0.55f : 0.22f);
    neck(s, who, &r);
    antenna(s, who, &r);
    for (int i = -1; i <= 1; i += 2) {
        struct path *ear = scene_path(s);

        path_box(ear, (float)i * 0.92f - 0.14f, -0.24f, (float)i * 0.92f + 0.14f, 0.28f, 0.1f);
        lit_box(s, who, ear, r.dark);
    }
    path_box(head, -0.90f, -0.92f, 0.90f, 0.92f, round);
    lit_box(s, who, head, r.shell);
    s->clip = head;
    scene_fade(s, head, r.dark, 0.55f, AT(0, 0), AT(-who->light, 0.4f));
    scene_glow(s, ROLE_SHADE, RGB(0xffffff), 0.6f, AT(who->light * 0.45f, -0.66f), 0.5f, 0.26f);
    SCENE_STROKE(s, r.dark, 0.016f, 0.016f, 0.016f, AT(-1, -0.48f), AT(0, -0.44f), AT(1, -0.48f));
    s->clip = NULL;
    path_box(face, r.x - 0.72f, -0.36f, r.x + 0.72f, 0.36f, 0.3f);
    if (r.eyes == 0)
        scene_linear(s, ROLE_DETAIL, face, rgb_shift(r.shell, -0.08f, 1),
                     rgb_shift(r.shell, 0.05f, 1), AT(0, -0.4f), AT(0, 0.4f));
    for (int i = 0; i < 4; i++)
        path_ellipse(bolts, (i % 2 == 0 ? -0.76f : 0.76f), (i < 2 ? -0.70f : 0.74f), 0.045f,
                     0.045f);
    scene_fill(s, ROLE_DETAIL, bolts, r.dark);
    eyes(s, who, &r);
    mouth(s, who, &r);
}
