/* Sky, clouds, stars, weather and birds. */
#include "image/sketch/landscape.h"

static void stars(struct scene *s, struct view *v, int count, float low)
{
    struct dice d = dice_for(v->seed, "stars");
    struct path *small = scene_path(s), *large = scene_path(s);

    for (int i = 0; i < count; i++) {
        float x = dice_range(&d, -s->half_width, s->half_width),
              y = dice_range(&d, -s->half_height, low);
        float r = dice_unit(&d);

        if (i % 14 == 0)
            path_star(large, x, y, 0.009f + 0.006f * r, 0.0022f, 4, 0.25f);
        else
            path_ellipse(small, x, y, 0.0012f + 0.0014f * r, 0.0012f + 0.0014f * r);
    }
    scene_fill(s, ROLE_DETAIL, small, RGB(0xf4f1e6))->paint.alpha_a = 0.85f;
    scene_fill(s, ROLE_DETAIL, large, RGB(0xfff8e4));
}

/* Flat below, heaped above. */
static void cloud(struct scene *s, struct dice *d, struct point at, float size, struct rgb colour,
                  float alpha)
{
    struct path *p = scene_path(s);
    int puffs = 4 + dice_below(d, 3);

    for (int i = 0; i < puffs; i++) {
        float t = ((float)i + 0.5f) / (float)puffs * 2 - 1,
              r = size * (0.30f - 0.16f * t * t) * dice_range(d, 0.8f, 1.25f);

        path_ellipse(p, at.x + t * size, at.y - r * 0.45f, r * 1.25f, r);
    }
    path_box(p, at.x - size * 1.12f, at.y - size * 0.13f, at.x + size * 1.12f, at.y + size * 0.06f,
             size * 0.09f);
    scene_linear(s, ROLE_DETAIL, p, colour, colour, AT(at.x, at.y - size * 0.5f),
                 AT(at.x, at.y + size * 0.1f));
    s->shapes[s->count - 1].paint.alpha_a = alpha;
    s->shapes[s->count - 1].paint.alpha_b = alpha * 0.45f;
}

static void clouds(struct scene *s, struct view *v)
{
    struct dice d = dice_for(v->seed, "clouds");
    bool heavy =
        v->weather == WEATHER_CLOUDS || v->weather == WEATHER_STORM || v->weather == WEATHER_RAIN;
    int count = v->weather == WEATHER_CLEAR
                    ? 0
                    : (heavy ? 9 : 3 + dice_below(&d, 3)) * (s->half_width > 0.8f ? 2 : 1);
    struct rgb lit = rgb_mix(v->sky_low, RGB(0xffffff), v->time == TIME_DAY ? 0.75f : 0.28f);

    if (v->weather == WEATHER_STORM || v->weather == WEATHER_RAIN)
        lit = rgb_mix(v->sky_mid, rgb_of(0.36f, 0.02f, 0.7f), 0.5f);
    for (int i = 0; i < count; i++) {
        float t = dice_unit(&d), y = num_mix(-s->half_height * 0.88f, v->horizon - 0.12f, t);

        cloud(s, &d, AT(dice_range(&d, -s->half_width, s->half_width), y),
              num_mix(0.19f, 0.07f, t) * (heavy ? 1.5f : 1), lit,
              v->time == TIME_NIGHT ? 0.28f : 0.72f);
    }
}

static void aurora(struct scene *s, struct view *v)
{
    struct dice d = dice_for(v->seed, "aurora");

    for (int i = 0; i < 3; i++) {
        float y = -s->half_height * dice_range(&d, 0.25f, 0.6f),
              hue = dice_range(&d, 0.40f, 0.50f) + 0.2f * (float)(i == 2);

        for (int k = 0; k < 42; k++) {
            float t = (float)k / 41, x = num_mix(-s->half_width, s->half_width, t);
            float top = y + 0.09f * num_sin(t * 1.4f + 0.3f * (float)i) + 0.03f * num_sin(t * 4.1f);
            float len = 0.24f + 0.10f * num_sin(t * 2.3f + (float)i);
            struct path *p = scene_path(s);

            path_box(p, x - 0.02f, top - len, x + 0.02f, top, 0.008f);
            scene_fade(s, p, rgb_of(0.84f, 0.16f, hue), dice_range(&d, 0.10f, 0.34f),
                       AT(x, top - len), AT(x, top))
                ->role = ROLE_GLOW;
        }
    }
}

static void disc(struct scene *s, struct view *v)
{
    struct path *p = scene_path(s);
    float r = v->sun_size;

    scene_glow(s, ROLE_GLOW, v->sun_colour, v->time == TIME_NIGHT ? 0.42f : 0.85f, v->sun, r * 6.5f,
               r * 6.5f);
    path_ellipse(p, v->sun.x, v->sun.y, r, r);
    scene_fill(s, ROLE_DETAIL, p, v->sun_colour);
    if (v->time == TIME_NIGHT) {
        struct path *maria = scene_path(s);

        path_ellipse(maria, v->sun.x - r * 0.3f, v->sun.y - r * 0.2f, r * 0.24f, r * 0.2f);
        path_ellipse(maria, v->sun.x + r * 0.25f, v->sun.y + r * 0.3f, r * 0.3f, r * 0.22f);
        path_ellipse(maria, v->sun.x + r * 0.3f, v->sun.y - r * 0.4f, r * 0.13f, r * 0.12f);
        scene_fill(s, ROLE_SHADE, maria, v->sky_low)->paint.alpha_a = 0.4f;
    }
}

void landscape_sky(struct scene *s, struct view *v)
{
    float h = s->half_height, split = num_mix(-h, v->horizon, 0.58f);

    scene_linear(s, ROLE_GROUND, scene_band(s, -h, split + 0.002f), v->sky_top, v->sky_mid,
                 AT(0, -h), AT(0, split));
    scene_linear(s, ROLE_GROUND, scene_band(s, split, h), v->sky_mid, v->sky_low, AT(0, split),
                 AT(0, v->horizon));
    if (v->time == TIME_NIGHT)
        stars(s, v, (int)(150 * s->half_width * 2), v->horizon);
    if (v->aurora)
        aurora(s, v);
    if (v->weather != WEATHER_RAIN && v->weather != WEATHER_STORM)
        disc(s, v);
    clouds(s, v);
}

static void rain(struct scene *s, struct view *v)
{
    struct dice d = dice_for(v->seed, "rain");
    struct path *p = scene_path(s);
    int count = (int)(260 * s->half_width * s->half_height * 4);

    for (int i = 0; i < count; i++) {
        float x = dice_range(&d, -s->half_width, s->half_width + 0.1f),
              y = dice_range(&d, -s->half_height, s->half_height);
        float len = dice_range(&d, 0.025f, 0.06f);

        path_segment(p, x, y, x - len * 0.22f, y + len, 0.0022f);
    }
    scene_fill(s, ROLE_STROKE, p, rgb_mix(v->sky_low, RGB(0xffffff), 0.5f))->paint.alpha_a = 0.5f;
}

static void snow(struct scene *s, struct view *v)
{
    struct dice d = dice_for(v->seed, "flakes");
    struct path *p = scene_path(s);
    int count = (int)(240 * s->half_width * s->half_height * 4);

    for (int i = 0; i < count; i++) {
        float r = 0.0018f + 0.0062f * dice_unit(&d) * dice_unit(&d);
        struct point at =
            dice_spot(&d, -s->half_width, s->half_width, -s->half_height, s->half_height);

        path_ellipse(p, at.x, at.y, r, r);
    }
    scene_fill(s, ROLE_DETAIL, p, RGB(0xfdfdff))->paint.alpha_a = 0.85f;
}

static void fog(struct scene *s, struct view *v)
{
    for (int i = 0; i < 4; i++) {
        float y = v->horizon - 0.10f + 0.13f * (float)i;

        scene_glow_in(s, ROLE_SHADE, scene_band(s, y - 0.16f, y + 0.16f), v->haze,
                      0.72f - 0.1f * (float)i, AT((i % 2 == 0 ? -0.2f : 0.25f) * s->half_width, y),
                      s->half_width * 1.7f, 0.15f);
    }
}

static void lightning(struct scene *s, struct view *v)
{
    struct dice d = dice_for(v->seed, "bolt");
    float x = -v->sun.x, y = -s->half_height;

    scene_glow(s, ROLE_GLOW, RGB(0xe9e4ff), 0.6f, AT(x, -s->half_height * 0.5f), 0.42f, 0.6f);
    while (y < v->horizon) {
        float nx = x + dice_range(&d, -0.06f, 0.06f), ny = y + dice_range(&d, 0.04f, 0.10f);

        SCENE_STROKE(s, RGB(0xfffdf2), 0.008f, 0.007f, 0.006f, AT(x, y), AT(nx, ny));
        x = nx;
        y = ny;
    }
}

void landscape_birds(struct scene *s, struct view *v)
{
    struct dice d = dice_for(v->seed, "birds");
    float x = -v->sun.x * 0.6f, y = -s->half_height * 0.35f;
    struct rgb c = rgb_shift(v->sky_top, -0.25f, 0.6f);

    if (v->time == TIME_NIGHT)
        return;
    for (int i = 0; i < 5; i++) {
        float bx = x + dice_range(&d, -0.16f, 0.16f), by = y + dice_range(&d, -0.07f, 0.07f),
              r = dice_range(&d, 0.010f, 0.022f);

        SCENE_STROKE(s, c, 0.001f, 0.004f, 0.002f, AT(bx - r, by - r * 0.35f),
                     AT(bx - r * 0.45f, by - r * 0.55f), AT(bx, by));
        SCENE_STROKE(s, c, 0.002f, 0.004f, 0.001f, AT(bx, by), AT(bx + r * 0.45f, by - r * 0.55f),
                     AT(bx + r, by - r * 0.35f));
    }
}

void landscape_weather(struct scene *s, struct view *v)
{
    switch (v->weather) {
    case WEATHER_RAIN:
        rain(s, v);
        break;
    case WEATHER_STORM:
        lightning(s, v);
        rain(s, v);
        break;
    case WEATHER_SNOW:
        snow(s, v);
        break;
    case WEATHER_FOG:
        fog(s, v);
        break;
    default:
        break;
    }
}
