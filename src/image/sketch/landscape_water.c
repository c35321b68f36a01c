/* Sea, lake, desert, city and space. */
#include "image/sketch/landscape.h"

/* Dashes of light below the sun, longer and wider apart towards the viewer. */
static void glitter(struct scene *s, struct view *v, float top, float bottom)
{
    struct dice d = dice_for(v->seed, "glitter");
    struct path *p = scene_path(s);

    if (v->weather == WEATHER_RAIN || v->weather == WEATHER_STORM)
        return; /* no sun, no light of it */
    for (int i = 0; i < 46; i++) {
        float t = dice_unit(&d), y = num_mix(top + 0.004f, bottom, t * t),
              spread = num_mix(v->sun_size, v->sun_size * 2.6f, t);
        struct point off = dice_spot(&d, -1, 1, 0, 1);
        float x = v->sun.x + off.x * off.y * spread, len = num_mix(0.012f, 0.085f, t);

        path_ellipse(p, x, y, len, 0.0016f + 0.003f * t);
    }
    scene_fill(s, ROLE_GLOW, p, v->sun_colour)->paint.alpha_a = 0.75f;
}

static void ripples(struct scene *s, struct view *v, float top, float bottom, int count)
{
    struct dice d = dice_for(v->seed, "ripples");

    count = (int)((float)count * MAX(1.0f, s->half_width * 2));
    for (int i = 0; i < count; i++) {
        float t = dice_unit(&d), y = num_mix(top, bottom, t),
              x = dice_range(&d, -s->half_width, s->half_width), len = num_mix(0.03f, 0.16f, t);
        struct rgb c = dice_chance(&d, 0.5f) ? rgb_mix(v->water, v->sky_low, 0.55f)
                                             : rgb_shift(v->water, -0.07f, 1);

        SCENE_STROKE(s, c, 0.0005f, 0.003f + 0.005f * t, 0.0005f, AT(x - len, y),
                     AT(x, y - 0.004f * t), AT(x + len, y + 0.002f))
            ->paint.alpha_a = 0.55f;
    }
}

static void boat(struct scene *s, struct view *v, struct point at, float size)
{
    struct path *hull = scene_path(s), *sail = scene_path(s), *jib = scene_path(s);
    float k = -s->light;

    scene_glow(s, ROLE_SHADE, rgb_shift(v->water, -0.2f, 1), 0.6f, AT(at.x, at.y + size * 0.12f),
               size * 0.7f, size * 0.1f);
    PATH_POINTS(sail, path_polygon, AT(at.x, at.y - size * 1.5f),
                AT(at.x + k * size * 0.62f, at.y - size * 0.12f), AT(at.x, at.y - size * 0.12f));
    PATH_POINTS(jib, path_polygon, AT(at.x - k * size * 0.06f, at.y - size * 1.25f),
                AT(at.x - k * size * 0.06f, at.y - size * 0.12f),
                AT(at.x - k * size * 0.48f, at.y - size * 0.12f));
    scene_fill(s, ROLE_FORM, sail, rgb_mix(s->palette.pale, v->sun_colour, 0.3f));
    scene_fill(s, ROLE_FORM, jib, s->palette.accent);
    PATH_POINTS(hull, path_polygon, AT(at.x - size * 0.6f, at.y - size * 0.08f),
                AT(at.x + size * 0.6f, at.y - size * 0.08f),
                AT(at.x + size * 0.42f, at.y + size * 0.13f),
                AT(at.x - size * 0.42f, at.y + size * 0.13f));
    scene_fill(s, ROLE_FORM, hull, rgb_shift(s->palette.accent2, -0.12f, 1));
}

static void lighthouse(struct scene *s, struct view *v)
{
    float x = -s->light * s->half_width * 0.60f, y = v->horizon - 0.03f, t = 0.26f;
    struct path *rock = scene_path(s), *tower = scene_path(s), *bands = scene_path(s),
                *lamp = scene_path(s), *roof = scene_path(s);

    PATH_POINTS(rock, path_polygon, AT(x - 0.32f, y + 0.10f), AT(x - 0.27f, y + 0.01f),
                AT(x - 0.14f, y - 0.02f), AT(x - 0.05f, y - 0.035f), AT(x + 0.08f, y - 0.03f),
                AT(x + 0.14f, y + 0.03f), AT(x + 0.22f, y + 0.06f), AT(x + 0.25f, y + 0.10f));
    scene_linear(s, ROLE_FORM, rock, view_far(v, rgb_shift(v->earth, -0.14f, 0.6f), 0.15f),
                 rgb_shift(v->earth, -0.26f, 0.6f), AT(x + s->light * 0.1f, y - 0.05f),
                 AT(x - s->light * 0.1f, y + 0.1f));
    PATH_POINTS(tower, path_polygon, AT(x - 0.036f, y - 0.03f), AT(x - 0.022f, y - t),
                AT(x + 0.022f, y - t), AT(x + 0.036f, y - 0.03f));
    scene_linear(s, ROLE_FORM, tower, s->palette.pale, rgb_mix(s->palette.pale, v->sky_top, 0.5f),
                 AT(x + s->light * 0.03f, y), AT(x - s->light * 0.03f, y));
    s->clip = tower;
    for (int i = 0; i < 3; i++)
        path_box(bands, x - 0.05f, y - t + 0.03f + 0.08f * (float)i, x + 0.05f,
                 y - t + 0.065f + 0.08f * (float)i, 0);
    scene_fill(s, ROLE_DETAIL, bands, s->palette.accent);
    s->clip = NULL;
    path_box(lamp, x - 0.016f, y - t - 0.034f, x + 0.016f, y - t, 0.002f);
    scene_fill(s, ROLE_DETAIL, lamp, rgb_of(0.93f, 0.11f, 0.25f));
    PATH_POINTS(roof, path_polygon, AT(x - 0.024f, y - t - 0.03f), AT(x, y - t - 0.062f),
                AT(x + 0.024f, y - t - 0.03f));
    scene_fill(s, ROLE_FORM, roof, s->palette.accent);
    if (v->time == TIME_NIGHT || v->time == TIME_SUNSET)
        scene_glow(s, ROLE_GLOW, rgb_of(0.95f, 0.09f, 0.25f), 0.9f, AT(x, y - t - 0.018f), 0.2f,
                   0.12f);
}

static void beach(struct scene *s, struct view *v)
{
    float h = s->half_height, w = s->half_width, k = s->light;
    struct path *foam = scene_path(s), *sand = scene_path(s);
    struct rgb dry = rgb_mix(rgb_shift(v->earth, 0.16f, 0.8f), v->sky_low, 0.15f);

    PATH_POINTS(foam, path_blob, AT(-k * (w + 0.2f), h * 0.42f), AT(-k * w * 0.4f, h * 0.60f),
                AT(k * w * 0.1f, h * 0.68f), AT(k * w * 0.7f, h * 0.86f),
                AT(k * (w + 0.3f), h * 1.2f), AT(0, h * 1.6f), AT(-k * (w + 0.4f), h * 1.3f));
    scene_fill(s, ROLE_DETAIL, foam, rgb_mix(RGB(0xffffff), v->sky_low, 0.35f));
    PATH_POINTS(sand, path_blob, AT(-k * (w + 0.2f), h * 0.455f), AT(-k * w * 0.4f, h * 0.63f),
                AT(k * w * 0.08f, h * 0.72f), AT(k * w * 0.66f, h * 0.90f),
                AT(k * (w + 0.2f), h * 1.25f), AT(0, h * 1.6f), AT(-k * (w + 0.4f), h * 1.3f));
    scene_linear(s, ROLE_FORM, sand, rgb_shift(dry, -0.10f, 1.1f), dry,
                 AT(-k * w * 0.2f, h * 0.60f), AT(-k * w * 0.5f, h));
}

void land_sea(struct scene *s, struct view *v)
{
    float h = s->half_height, y = v->horizon;
    struct dice d = v->dice;
    struct point mooring;

    scene_fill(s, ROLE_FORM, view_ridge(s, v->seed, y + 0.012f, 0.11f, 1.3f, 0.3f),
               view_far(v, rgb_mix(v->leaf, v->sky_top, 0.5f), 0.6f));
    scene_linear(s, ROLE_GROUND, scene_band(s, y, h), rgb_mix(v->water, v->sky_low, 0.42f),
                 rgb_shift(v->water, -0.10f, 1.05f), AT(0, y), AT(0, h));
    ripples(s, v, y + 0.01f, h, 44);
    glitter(s, v, y, h);
    landscape_birds(s, v);
    lighthouse(s, v);
    mooring = dice_spot(&d, -0.15f, 0.2f, 0.04f, 0.09f);
    boat(s, v, AT(s->light * s->half_width * mooring.x, y + mooring.y),
         dice_range(&d, 0.08f, 0.12f));
    beach(s, v);
}

void land_lake(struct scene *s, struct view *v)
{
    float h = s->half_height, y = v->horizon;
    struct dice again = v->dice;
    struct affine before;
    int first;

    landscape_peaks(s, v, y, 0.34f + 0.12f * h, 4, 0.42f);
    landscape_conifers(s, v, y + 0.004f, 0.07f, 46, 0.35f);
    scene_linear(s, ROLE_GROUND, scene_band(s, y, h), rgb_mix(v->water, v->sky_mid, 0.55f),
                 rgb_shift(v->water, -0.10f, 1), AT(0, y), AT(0, h));
    before = scene_enter(s, (struct affine){ 1, 0, 0, -0.8f, 0, y * 1.8f });
    v->dice = again;
    first = s->count;
    landscape_peaks(s, v, y, 0.34f + 0.12f * h, 4, 0.42f);
    landscape_conifers(s, v, y + 0.004f, 0.07f, 46, 0.35f);
    s->at = before;
    for (int i = first; i < s->count; i++) { /* a mirror image is no body of its own */
        s->shapes[i].role = ROLE_SHADE;
        s->shapes[i].paint.alpha_a *= 0.5f;
        s->shapes[i].paint.alpha_b *= 0.5f;
    }
    ripples(s, v, y + 0.02f, h, 60);
    glitter(s, v, y, h);
    scene_linear(s, ROLE_FORM, view_ridge(s, v->seed + 3, h * 0.92f, 0.16f, 1.2f, 0),
                 v->snowy ? v->snow : v->leaf, rgb_shift(v->leaf, -0.12f, 1), AT(0, h * 0.8f),
                 AT(0, h));
    landscape_conifers(s, v, h * 0.93f, 0.30f, 5, 0.02f);
}

static void dune(struct scene *s, struct view *v, uint64_t seed, float base, float distance)
{
    struct dice d = dice_for(seed, "dune");
    float w = s->half_width, h = s->half_height, x = dice_range(&d, -0.6f, 0.6f) * w, k = s->light;
    struct rgb sand = view_far(v, rgb_mix(v->earth, v->sky_low, 0.12f), distance),
               dark = view_far(v, rgb_mix(rgb_shift(v->earth, -0.16f, 1.1f), v->sky_top, 0.25f),
                               distance * 0.8f);
    struct path *p = scene_path(s), *lee = scene_path(s);
    float top = base - dice_range(&d, 0.08f, 0.17f);

    path_move(p, -w - 0.1f, h + 0.1f);
    path_line(p, -w - 0.1f, base + dice_range(&d, -0.04f, 0.04f));
    path_curve(p, x - 0.45f, base - 0.02f, x - 0.25f, top, x, top);
    path_curve(p, x + 0.2f, top + 0.01f, x + 0.4f, base, w + 0.1f,
               base + dice_range(&d, -0.05f, 0.03f));
    path_line(p, w + 0.1f, h + 0.1f);
    scene_linear(s, ROLE_FORM, p, rgb_shift(sand, 0.05f, 1), sand, AT(k * w, top),
                 AT(-k * w * 0.5f, base + 0.2f));
    s->clip = p;
    path_move(lee, x, top - 0.01f);
    path_curve(lee, x + k * 0.02f, top + 0.08f, x + k * 0.16f, base + 0.06f, x + k * 0.05f,
               h + 0.1f);
    path_line(lee, -k * (w + 0.3f), h + 0.1f);
    path_line(lee, -k * (w + 0.3f), top - 0.1f);
    scene_fade(s, lee, dark, 0.85f, AT(x + k * 0.2f, base + 0.25f),
               AT(x - k * 0.15f, base - 0.04f));
    s->clip = NULL;
}

static void cactus(struct scene *s, struct view *v, struct point at, float size)
{
    struct rgb c = rgb_mix(rgb_of(0.42f, 0.08f, 0.40f), v->leaf, 0.35f);

    SCENE_STROKE(s, c, size * 0.26f, size * 0.26f, size * 0.2f, at, AT(at.x, at.y - size * 0.5f),
                 AT(at.x, at.y - size))
        ->role = ROLE_FORM;
    SCENE_STROKE(s, c, size * 0.15f, size * 0.16f, size * 0.14f, AT(at.x, at.y - size * 0.42f),
                 AT(at.x + size * 0.30f, at.y - size * 0.42f),
                 AT(at.x + size * 0.32f, at.y - size * 0.78f))
        ->role = ROLE_FORM;
    SCENE_STROKE(s, rgb_shift(c, -0.04f, 1), size * 0.14f, size * 0.15f, size * 0.13f,
                 AT(at.x, at.y - size * 0.3f), AT(at.x - size * 0.28f, at.y - size * 0.32f),
                 AT(at.x - size * 0.3f, at.y - size * 0.62f))
        ->role = ROLE_FORM;
}

void land_desert(struct scene *s, struct view *v)
{
    struct dice d = v->dice;
    float h = s->half_height;

    for (int i = 0; i < 2; i++) {
        float x = dice_range(&d, -0.7f, 0.7f) * s->half_width, t = dice_range(&d, 0.12f, 0.22f),
              y = v->horizon + 0.02f;
        struct path *p = scene_path(s), *shade = scene_path(s);
        struct rgb stone = view_far(v, v->earth, 0.55f);

        PATH_POINTS(p, path_polygon, AT(x - t * 1.2f, y), AT(x, y - t), AT(x + t * 1.2f, y));
        PATH_POINTS(shade, path_polygon, AT(x - s->light * t * 1.2f, y), AT(x, y - t),
                    AT(x - s->light * t * 0.1f, y));
        scene_fill(s, ROLE_FORM, p, rgb_shift(stone, 0.04f, 1));
        scene_fill(s, ROLE_SHADE, shade, view_far(v, rgb_shift(v->earth, -0.15f, 1), 0.4f))
            ->paint.alpha_a = 0.8f;
    }
    for (int i = 0; i < 4; i++)
        dune(s, v, v->seed + (uint64_t)i, num_mix(v->horizon + 0.06f, h * 0.84f, (float)i / 3),
             0.62f - 0.18f * (float)i);
    cactus(s, v, AT(-s->light * s->half_width * 0.62f, h * 0.74f), 0.24f);
    cactus(s, v, AT(s->light * s->half_width * 0.45f, h * 0.50f), 0.10f);
}

static void windows(struct scene *s, struct dice *d, const struct view *v, float x0, float x1,
                    float top, float bottom, float distance)
{
    struct path *p = scene_path(s);
    bool lamp = v->time == TIME_NIGHT || v->time == TIME_SUNSET;
    float y = top + 0.025f;

    while (y < bottom - 0.03f) {
        float x = x0 + 0.014f;

        while (x < x1 - 0.018f) {
            if (dice_chance(d, lamp ? 0.5f : 0.8f))
                path_box(p, x, y, x + 0.010f, y + 0.015f, 0);
            x += 0.022f;
        }
        y += 0.030f;
    }
    if (p->count > 0)
        scene_fill(
            s, ROLE_DETAIL, p,
            view_far(v, lamp ? rgb_of(0.88f, 0.13f, 0.22f) : rgb_shift(v->sky_top, -0.16f, 0.8f),
                     distance * 0.5f))
            ->paint.alpha_a = lamp ? 0.95f : 0.55f;
}

static void tower(struct scene *s, struct view *v, struct dice *d, float x, float wide, float top,
                  float base, float distance)
{
    struct path *p = scene_path(s);
    struct rgb wall = view_far(
        v,
        rgb_mix(rgb_shift(v->sky_top, -0.15f, 0.7f), s->palette.accent2, dice_range(d, 0.1f, 0.5f)),
        distance);
    int roof = dice_below(d, 4);

    if (roof == 0)
        path_segment(p, x + wide / 2, top - 0.09f, x + wide / 2, top, 0.006f);
    path_box(p, x, top, x + wide, base, 0);
    if (roof == 1)
        path_box(p, x + wide * 0.2f, top - 0.035f, x + wide * 0.8f, top + 0.01f, 0);
    if (roof == 2)
        PATH_POINTS(p, path_polygon, AT(x, top + 0.001f), AT(x + wide, top + 0.001f),
                    AT(x + wide * (s->light > 0 ? 1 : 0), top - 0.05f));
    scene_linear(s, ROLE_FORM, p, rgb_shift(wall, 0.05f, 1), rgb_shift(wall, -0.05f, 1),
                 AT(x + (s->light > 0 ? wide : 0), top),
                 AT(x + (s->light > 0 ? 0 : wide), top + 0.05f));
    windows(s, d, v, x, x + wide, top, base, distance);
}

void land_city(struct scene *s, struct view *v)
{
    float w = s->half_width, h = s->half_height, base = h * 0.72f;
    struct path *road;

    for (int layer = 0; layer < 3; layer++) {
        struct dice d = dice_for(v->seed + (uint64_t)layer, "towers");
        float distance = 0.66f - 0.30f * (float)layer,
              tall = 0.62f + 0.2f * h - 0.15f * (float)layer;

        for (float x = -w - dice_range(&d, 0, 0.08f); x < w;) {
            float wide = dice_range(&d, 0.07f, 0.15f) * (1 + 0.25f * (float)layer),
                  t = dice_unit(&d);

            tower(s, v, &d, x, wide, base - tall * (0.28f + 0.72f * t * t), base + 0.02f, distance);
            x += wide + dice_range(&d, -0.01f, 0.035f);
        }
        scene_fade(s, scene_band(s, base - 0.34f, base), v->haze, 0.55f - 0.12f * (float)layer,
                   AT(0, base - 0.34f), AT(0, base));
    }
    scene_linear(s, ROLE_GROUND, scene_band(s, base, h), rgb_mix(v->water, v->sky_low, 0.35f),
                 rgb_shift(v->water, -0.12f, 1), AT(0, base), AT(0, h));
    ripples(s, v, base + 0.01f, h, 36);
    glitter(s, v, base, h);
    road = scene_band(s, base - 0.012f, base + 0.006f);
    scene_fill(s, ROLE_GROUND, road, rgb_shift(v->sky_top, -0.2f, 0.6f));
}

static void planet(struct scene *s, struct dice *d, struct point at, float r, struct rgb c,
                   bool ringed)
{
    struct path *disc = scene_path(s), *front;
    struct affine before;

    scene_glow(s, ROLE_GLOW, c, 0.35f, at, r * 1.5f, r * 1.5f);
    path_ellipse(disc, at.x, at.y, r, r);
    scene_fill(s, ROLE_FORM, disc, c);
    s->clip = disc;
    before = scene_enter(s, affine_at(at.x, at.y, 1, -0.05f));
    for (int i = 0; i < 6; i++) {
        struct path *band = scene_path(s);
        float y = dice_range(d, -0.9f, 0.9f) * r;

        path_ellipse(band, 0, y, r * 1.1f, r * dice_range(d, 0.04f, 0.14f));
        scene_fill(s, ROLE_DETAIL, band, rgb_shift(c, dice_range(d, -0.12f, 0.12f), 1))
            ->paint.alpha_a = 0.7f;
    }
    s->at = before;
    scene_glow_in(s, ROLE_SHADE, disc, RGB(0xffffff), 0.35f,
                  AT(at.x + s->light * r * 0.45f, at.y - r * 0.45f), r * 0.8f, r * 0.8f);
    scene_fade(s, disc, RGB(0x05040c), 0.9f, AT(at.x + s->light * r * 0.1f, at.y - r * 0.1f),
               AT(at.x - s->light * r * 0.85f, at.y + r * 0.6f));
    s->clip = NULL;
    if (!ringed)
        return;
    before = scene_enter(s, affine_at(at.x, at.y, 1, -0.05f));
    front = scene_path(s);
    for (int i = 0; i < 3; i++) {
        const struct point arc[] = { AT(-r * (1.0f + 0.02f * (float)i), r * 0.02f),
                                     AT(-r * (1.45f + 0.12f * (float)i), r * 0.10f),
                                     AT(-r * 0.8f, r * (0.36f + 0.06f * (float)i)),
                                     AT(0, r * (0.42f + 0.07f * (float)i)),
                                     AT(r * 0.8f, r * (0.36f + 0.06f * (float)i)),
                                     AT(r * (1.45f + 0.12f * (float)i), r * 0.10f),
                                     AT(r * (1.0f + 0.02f * (float)i), r * 0.02f) };

        path_brush(front, arc, 7, 0.002f, r * 0.045f, 0.002f);
    }
    scene_fill(s, ROLE_STROKE, front, rgb_shift(c, 0.18f, 0.6f));
    s->at = before;
}

void land_space(struct scene *s, struct view *v)
{
    struct dice d = v->dice;
    const struct palette *p = &s->palette;
    float w = s->half_width, h = s->half_height;
    struct path *stars = scene_path(s), *big = scene_path(s);
    bool ringed;

    scene_linear(s, ROLE_GROUND, scene_band(s, -h, h), rgb_of(0.14f, 0.05f, 0.76f),
                 rgb_of(0.20f, 0.07f, 0.82f), AT(0, -h), AT(0, h));
    for (int i = 0; i < 9; i++) {
        struct point at = dice_spot(&d, -w, w, -h * 0.56f, h * 0.56f),
                     size = dice_spot(&d, 0.2f, 0.5f, 0.12f, 0.34f);

        scene_glow(s, ROLE_GLOW,
                   i % 2 == 0 ? rgb_of(0.48f, 0.15f, p->hue + 0.08f)
                              : rgb_of(0.56f, 0.14f, p->hue3),
                   0.42f, at, size.x, size.y);
    }
    for (int i = 0; i < (int)(360 * w); i++) {
        float r = dice_unit(&d);
        struct point at = dice_spot(&d, -w, w, -h, h);

        if (i % 16 == 0)
            path_star(big, at.x, at.y, 0.010f + 0.012f * r, 0.0024f, 4, 0.25f);
        else
            path_ellipse(stars, at.x, at.y, 0.001f + 0.0018f * r, 0.001f + 0.0018f * r);
    }
    scene_fill(s, ROLE_DETAIL, stars, RGB(0xf1eefb))->paint.alpha_a = 0.85f;
    scene_fill(s, ROLE_DETAIL, big, RGB(0xfff6dc));
    ringed = dice_chance(&d, 0.7f);
    planet(s, &d, AT(-s->light * w * 0.30f, h * 0.12f), dice_range(&d, 0.19f, 0.26f),
           rgb_shift(p->accent, 0.08f, 1), ringed);
    planet(s, &d, AT(s->light * w * 0.58f, -h * 0.50f), dice_range(&d, 0.05f, 0.09f),
           rgb_shift(p->accent3, 0, 1), false);
    scene_linear(s, ROLE_FORM, view_ridge(s, v->seed, h * 0.94f, 0.14f, 1.6f, 0.5f),
                 rgb_of(0.30f, 0.06f, p->hue2), rgb_of(0.16f, 0.05f, p->hue2), AT(0, h * 0.8f),
                 AT(0, h));
}
