/* Turned bodies: bottles, cups and vases share a lathe and its lights. */
#include "image/sketch/still_life.h"

enum { PROFILE_MAX = 16 };

struct path *thing_lathe(struct scene *s, const struct thing *t, const struct point *half,
                         int count)
{
    struct path *p = scene_path(s);
    float foot = half[0].x * t->slim, dip = foot * t->tip * 0.8f;
    int top = count - 1;

    path_move(p, -half[top].x * t->slim, half[top].y);
    for (int i = top - 1; i >= 0; i--) { /* down the left side, smooth */
        struct point a = half[i + 1], b = half[i];
        float mid = (a.y + b.y) / 2;

        path_curve(p, -a.x * t->slim, mid, -b.x * t->slim, mid, -b.x * t->slim, b.y);
    }
    path_curve(p, -foot * 0.6f, dip + half[0].y, foot * 0.6f, dip + half[0].y, foot, half[0].y);
    for (int i = 1; i <= top; i++) {
        struct point a = half[i - 1], b = half[i];
        float mid = (a.y + b.y) / 2;

        path_curve(p, a.x * t->slim, mid, b.x * t->slim, mid, b.x * t->slim, b.y);
    }
    path_curve(p, half[top].x * t->slim * 0.6f, half[top].y - half[top].x * t->tip,
               -half[top].x * t->slim * 0.6f, half[top].y - half[top].x * t->tip,
               -half[top].x * t->slim, half[top].y);
    return p;
}

void thing_round_light(struct scene *s, const struct thing *t, const struct path *body, float half,
                       struct rgb colour)
{
    float k = t->light, w = half * t->slim;
    struct rgb dark = rgb_shift(colour, t->metallic ? -0.34f : -0.22f, 1.05f),
               lit = rgb_shift(colour, 0.16f, 0.75f);
    struct path *shine = scene_path(s), *thin = scene_path(s);
    const struct path *outer = s->clip;

    s->clip = body;
    scene_fade(s, body, dark, 0.9f, AT(k * w * 0.25f, 0), AT(-k * w, 0));
    scene_fade(s, body, dark, 0.62f, AT(k * w * 0.62f, 0), AT(k * w * 1.05f, 0));
    if (t->metallic)
        scene_fade(s, body, rgb_shift(colour, 0.12f, 1), 0.6f, AT(-k * w * 0.62f, 0),
                   AT(-k * w * 0.98f, 0));
    path_box(shine, k * w * 0.44f - w * 0.15f, -2.2f, k * w * 0.44f + w * 0.15f, 1, 0.01f);
    scene_fade(s, shine, lit, t->metallic || t->glassy ? 0.85f : 0.5f,
               AT(k * w * 0.44f - k * w * 0.17f, 0), AT(k * w * 0.44f + k * w * 0.08f, 0));
    path_box(thin, -k * w * 0.80f - w * 0.025f, -2.2f, -k * w * 0.80f + w * 0.025f, 1, 0.01f);
    scene_fill(s, ROLE_SHADE, thin, lit)->paint.alpha_a = t->glassy || t->metallic ? 0.6f : 0.22f;
    s->clip = outer;
}

void thing_shadow(struct scene *s, const struct thing *t, float half)
{
    float k = -t->light, w = half * t->slim, flat = 0.22f + t->tip * 0.5f;
    struct rgb ink = rgb_shift(s->palette.ink, -0.06f, 1);

    scene_glow(s, ROLE_SHADE, ink, 0.42f, AT(k * w * 0.9f, w * 0.02f), w * 2.3f, w * flat * 1.25f);
    scene_glow(s, ROLE_SHADE, ink, 0.72f, AT(k * w * 0.15f, w * t->tip * 0.6f), w * 1.28f,
               w * flat);
}

void thing_rim(struct scene *s, const struct thing *t, float y, float half, struct rgb edge,
               struct rgb inside)
{
    struct path *outer = scene_path(s), *inner = scene_path(s);
    float w = half * t->slim, ry = w * (t->tip + 0.05f);

    path_ellipse(outer, 0, y, w, ry);
    scene_fill(s, ROLE_DETAIL, outer, edge);
    path_ellipse(inner, 0, y + ry * 0.06f, w * 0.88f, ry * 0.82f);
    scene_linear(s, ROLE_DETAIL, inner, rgb_shift(inside, -0.14f, 1), inside, AT(t->light * w, y),
                 AT(-t->light * w, y));
}

void thing_draw(struct scene *s, const struct thing *t)
{
    switch (t->item) {
    case ITEM_FRUIT:
    case ITEM_BOOK:
    case ITEM_WATCH:
    case ITEM_SHOE:
    case ITEM_HEADPHONES:
    case ITEM_PHONE:
    case ITEM_CAMERA:
    case ITEM_BAG:
    case ITEM_CAKE:
    case ITEM_BOX:
        thing_object(s, t);
        break;
    default:
        thing_vessel(s, t);
        break;
    }
}
