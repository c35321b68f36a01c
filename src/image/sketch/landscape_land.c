/* Mountains, trees and houses, and the lands made of them. */
#include "image/sketch/landscape.h"

/* One mountain: a lit and a shaded face divided by a broken line, snow from the top down. */
static void peak(struct scene *s, struct view *v, struct dice *d, struct point top, float base,
                 float half, float distance)
{
    struct path *body = scene_path(s), *shade = scene_path(s), *snow = scene_path(s);
    float k = -s->light, tall = base - top.y;
    struct rgb rock =
        view_far(v, rgb_mix(rgb_shift(v->earth, -0.10f, 0.5f), v->sky_top, 0.42f), distance);
    struct point outline[12], ridge[12];
    int n = 0, m = 0;

    outline[n++] = AT(top.x - half, base);
    for (int i = 1; i < 5; i++) {
        float t = (float)i / 5;

        outline[n++] = AT(top.x - half * (1 - t) + dice_range(d, -0.05f, 0.05f) * half,
                          num_mix(base, top.y, t * (0.86f + 0.14f * t)));
    }
    outline[n++] = top;
    for (int i = 4; i > 0; i--) {
        float t = (float)i / 5;

        outline[n++] = AT(top.x + half * (1 - t) + dice_range(d, -0.05f, 0.05f) * half,
                          num_mix(base, top.y, t * (0.86f + 0.14f * t)));
    }
    outline[n++] = AT(top.x + half, base);
    path_polygon(body, outline, n);
    scene_linear(s, ROLE_FORM, body, rgb_shift(rock, 0.06f, 1),
                 view_far(v, rock, 0.35f + distance * 0.4f), AT(0, top.y), AT(0, base));
    s->clip = body;
    ridge[m++] = top;
    for (int i = 1; i < 8; i++)
        ridge[m++] = AT(top.x + k * half * (0.05f * (float)i * (i % 2 == 0 ? -0.5f : 1.0f)) +
                            dice_range(d, -0.03f, 0.03f) * half,
                        num_mix(top.y, base, (float)i / 7));
    ridge[m++] = AT(top.x + k * half * 1.2f, base);
    ridge[m++] = AT(top.x + k * half * 1.2f, top.y);
    path_polygon(shade, ridge, m);
    if (tall > 0.16f || v->snowy) {
        float depth = v->snowy ? 0.72f : 0.36f;
        struct point cap[12];

        for (int i = 0; i < 9; i++)
            cap[i] = AT(top.x + half * ((float)i / 4 - 1) * 0.8f,
                        top.y + tall * (depth + (i % 2 == 0 ? 0.10f : -0.07f) +
                                        dice_range(d, -0.05f, 0.05f)));
        cap[9] = AT(top.x + half, top.y - 0.1f);
        cap[10] = AT(top.x - half, top.y - 0.1f);
        path_polygon(snow, cap, 11);
        scene_fill(s, ROLE_DETAIL, snow, view_far(v, v->snow, distance * 0.7f));
    }
    scene_fill(s, ROLE_SHADE, shade,
               view_far(v, rgb_shift(v->sky_top, -0.12f, 1.0f), distance * 0.6f))
        ->paint.alpha_a = 0.50f;
    s->clip = NULL;
}

void landscape_peaks(struct scene *s, struct view *v, float base, float height, int count,
                     float distance)
{
    struct dice d = v->dice;
    float w = s->half_width;

    count = (int)((float)count * MAX(w * 2, 1.0f));
    for (int i = 0; i < count; i++) {
        float t = ((float)i + dice_range(&d, 0.15f, 0.85f)) / (float)count,
              tall = height * dice_range(&d, 0.55f, 1.0f);

        peak(s, v, &d, AT(num_mix(-w, w, t), base - tall), base,
             tall * dice_range(&d, 0.85f, 1.25f), distance);
    }
    dice_next(&v->dice);
}

static void conifer(struct path *p, float x, float base, float h)
{
    struct point points[15];
    int n = 0;

    points[n++] = AT(x, base - h);
    for (int i = 0; i < 3; i++) {
        float t = (float)(i + 1) / 3, half = h * (0.10f + 0.14f * t);

        points[n++] = AT(x + half, base - h * (1 - t * 0.90f));
        if (i < 2)
            points[n++] = AT(x + half * 0.48f, base - h * (1 - t * 0.88f));
    }
    points[n++] = AT(x + h * 0.03f, base - h * 0.10f);
    points[n++] = AT(x + h * 0.03f, base);
    for (int i = n - 1; i > 0; i--)
        points[n++] = AT(2 * x - points[i].x, points[i].y);
    path_polygon(p, points, n);
}

void landscape_conifers(struct scene *s, struct view *v, float base, float height, int count,
                        float distance)
{
    struct dice d = dice_for(v->seed + (uint64_t)(distance * 64), "conifers");
    struct rgb c = view_far(v, v->leaf, distance),
               top = v->snowy ? view_far(v, v->snow, distance) : rgb_shift(c, 0.04f, 1);

    count = (int)((float)count * MAX(s->half_width * 2, 1.0f));
    for (int i = 0; i < count; i++) {
        float t = ((float)i + dice_range(&d, 0, 1)) / (float)count,
              h = height * dice_range(&d, 0.6f, 1.15f);
        float x = num_mix(-s->half_width - 0.05f, s->half_width + 0.05f, t),
              y = base + dice_range(&d, -0.02f, 0.02f);
        struct path *p = scene_path(s);

        conifer(p, x, y, h);
        scene_linear(s, ROLE_FORM, p, rgb_mix(c, top, v->snowy ? 0.85f : 0.6f),
                     rgb_shift(c, -0.06f, 1), AT(x + s->light * h * 0.1f, y - h),
                     AT(x - s->light * h * 0.05f, y - h * 0.15f));
    }
}

void landscape_round_trees(struct scene *s, struct view *v, float base, float height, int count,
                           float distance)
{
    struct dice d = dice_for(v->seed + (uint64_t)(distance * 64), "trees");
    struct rgb c = view_far(v, v->leaf, distance);

    count = (int)((float)count * MAX(s->half_width * 2, 1.0f));
    for (int i = 0; i < count; i++) {
        float x = dice_range(&d, -s->half_width, s->half_width),
              h = height * dice_range(&d, 0.6f, 1.2f), y = base + dice_range(&d, -0.015f, 0.015f);
        struct path *trunk = scene_path(s), *crown = scene_path(s);

        path_segment(trunk, x, y, x, y - h * 0.5f, h * 0.09f);
        scene_fill(s, ROLE_DETAIL, trunk, view_far(v, rgb_shift(v->earth, -0.22f, 0.7f), distance));
        for (int k = 0; k < 5; k++) {
            struct point puff = dice_spot(&d, -0.2f, 0.2f, -0.9f, -0.5f);

            path_ellipse(crown, x + puff.x * h, y + puff.y * h, h * 0.24f, h * 0.22f);
        }
        scene_linear(s, ROLE_FORM, crown, rgb_shift(v->snowy ? v->snow : c, 0.05f, 1),
                     rgb_shift(c, -0.08f, 1), AT(x + s->light * h * 0.4f, y - h),
                     AT(x - s->light * h * 0.3f, y - h * 0.3f));
    }
}

void landscape_house(struct scene *s, struct view *v, struct point at, float size)
{
    struct path *wall = scene_path(s), *roof = scene_path(s), *panes = scene_path(s),
                *chimney = scene_path(s);
    bool lamp = v->time == TIME_NIGHT || v->time == TIME_SUNSET;
    struct rgb window = lamp ? rgb_of(0.88f, 0.14f, 0.22f) : rgb_shift(v->sky_top, -0.1f, 0.8f);

    path_box(chimney, at.x + size * 0.22f, at.y - size * 1.18f, at.x + size * 0.36f,
             at.y - size * 0.7f, 0);
    scene_fill(s, ROLE_DETAIL, chimney, rgb_shift(s->palette.accent, -0.16f, 0.8f));
    path_box(wall, at.x - size * 0.5f, at.y - size * 0.6f, at.x + size * 0.5f, at.y, 0);
    scene_linear(s, ROLE_FORM, wall, rgb_mix(s->palette.pale, v->haze, lamp ? 0.55f : 0.15f),
                 rgb_mix(s->palette.pale, v->leaf, 0.5f), AT(at.x + s->light * size * 0.5f, 0),
                 AT(at.x - s->light * size * 0.5f, 0));
    PATH_POINTS(roof, path_polygon, AT(at.x - size * 0.62f, at.y - size * 0.56f),
                AT(at.x, at.y - size * 1.12f), AT(at.x + size * 0.62f, at.y - size * 0.56f));
    scene_fill(s, ROLE_FORM, roof, v->snowy ? v->snow : s->palette.accent);
    path_box(panes, at.x - size * 0.32f, at.y - size * 0.42f, at.x - size * 0.10f,
             at.y - size * 0.18f, 0);
    path_box(panes, at.x + size * 0.10f, at.y - size * 0.42f, at.x + size * 0.32f, at.y, 0);
    scene_fill(s, ROLE_DETAIL, panes, window);
    if (lamp)
        scene_glow(s, ROLE_GLOW, window, 0.6f, AT(at.x, at.y - size * 0.25f), size * 1.3f,
                   size * 0.9f);
}

void land_mountains(struct scene *s, struct view *v)
{
    float h = s->half_height, y = v->horizon;

    landscape_peaks(s, v, y + 0.04f, 0.24f + 0.12f * h, 4, 0.70f);
    landscape_birds(s, v);
    landscape_peaks(s, v, y + 0.12f, 0.36f + 0.16f * h, 3, 0.30f);
    scene_glow_in(s, ROLE_SHADE, scene_band(s, y - 0.1f, y + 0.28f), v->haze, 0.85f,
                  AT(0, y + 0.12f), s->half_width * 2, 0.15f);
    for (int i = 0; i < 3; i++) {
        float t = (float)i / 2, base = num_mix(y + 0.12f, h * 0.80f, t);

        scene_linear(
            s, ROLE_FORM, view_ridge(s, v->seed + (uint64_t)i, base, 0.10f, 2.2f, 0),
            view_far(v, v->snowy ? v->snow : v->leaf, 0.5f - 0.25f * t),
            view_far(v, rgb_shift(v->snowy ? v->snow : v->leaf, -0.08f, 1), 0.4f - 0.25f * t),
            AT(0, base - 0.1f), AT(0, h));
        landscape_conifers(s, v, base - 0.01f, 0.06f + 0.10f * t, 26 - 7 * i, 0.45f - 0.22f * t);
    }
}

void land_forest(struct scene *s, struct view *v)
{
    float h = s->half_height;

    landscape_peaks(s, v, v->horizon, 0.28f, 3, 0.8f);
    for (int i = 0; i < 5; i++) {
        float t = (float)i / 4, base = num_mix(v->horizon + 0.02f, h * 0.98f, t * t);
        struct rgb floor = v->snowy ? v->snow : rgb_shift(v->leaf, 0.05f, 0.9f);

        scene_linear(s, ROLE_FORM, view_ridge(s, v->seed + 9 + (uint64_t)i, base, 0.05f, 1.7f, 0),
                     view_far(v, floor, 0.8f - 0.75f * t),
                     view_far(v, rgb_shift(floor, -0.1f, 1), 0.6f - 0.6f * t), AT(0, base - 0.05f),
                     AT(0, base + 0.2f));
        landscape_conifers(s, v, base + 0.005f, 0.12f + 0.42f * t * t, 24 - 5 * i,
                           0.82f - 0.80f * t);
        if (i < 4)
            scene_glow_in(s, ROLE_SHADE, scene_band(s, base - 0.15f, base + 0.12f), v->haze,
                          0.5f - 0.1f * (float)i, AT(s->light * 0.2f, base), s->half_width * 1.6f,
                          0.11f);
    }
}

void land_hills(struct scene *s, struct view *v)
{
    float h = s->half_height;
    struct dice d = v->dice;
    float hues[] = { 0.36f, 0.31f, 0.40f, 0.28f };

    landscape_peaks(s, v, v->horizon + 0.02f, 0.16f, 4, 0.78f);
    for (int i = 0; i < 4; i++) {
        float t = (float)i / 3, base = num_mix(v->horizon + 0.05f, h * 0.82f, t);
        struct lch field = rgb_to_lch(v->leaf);
        struct path *p = view_ridge(s, v->seed + 5 + (uint64_t)i, base, 0.14f, 1.4f, 0);

        field.l = MIN(field.l + 0.22f - 0.04f * (float)i, 0.9f);
        field.h = hues[(i + dice_below(&d, 2)) % 4];
        if (v->snowy)
            field = rgb_to_lch(v->snow);
        scene_linear(s, ROLE_FORM, p, view_far(v, rgb_from_lch(field), 0.62f - 0.55f * t),
                     view_far(v, rgb_from_lch((struct lch){ field.l - 0.10f, field.c, field.h }),
                              0.5f - 0.5f * t),
                     AT(s->light * s->half_width, base - 0.1f),
                     AT(-s->light * s->half_width, base + 0.15f));
        if (i % 2 == 1) { /* furrows */
            s->clip = p;
            for (int k = -9; k <= 9; k++) {
                float x = (float)k * 0.10f;

                SCENE_STROKE(
                    s,
                    view_far(v, rgb_from_lch((struct lch){ field.l - 0.09f, field.c, field.h }),
                             0.5f - 0.45f * t),
                    0.003f, 0.007f, 0.012f, AT(x * 0.6f, base - 0.16f), AT(x * 0.9f, base + 0.02f),
                    AT(x * 1.9f, base + 0.24f))
                    ->paint.alpha_a = 0.6f;
            }
            s->clip = NULL;
        }
        if (i == 1)
            landscape_house(
                s, v, AT(-s->light * s->half_width * dice_range(&d, 0.2f, 0.5f), base - 0.03f),
                0.11f);
        landscape_round_trees(s, v, base - 0.045f + 0.02f * t, 0.06f + 0.12f * t, 5 - i,
                              0.5f - 0.4f * t);
    }
}
