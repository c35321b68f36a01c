/* Landscapes: what time it is, where the horizon lies, and which land spreads below it. */
#include "image/sketch/landscape.h"
#include "image/sketch/noise.h"

static void (*const lands[LAND_COUNT])(struct scene *, struct view *) = {
    [LAND_MOUNTAINS] = land_mountains, [LAND_SEA] = land_sea,     [LAND_FOREST] = land_forest,
    [LAND_DESERT] = land_desert,       [LAND_CITY] = land_city,   [LAND_HILLS] = land_hills,
    [LAND_LAKE] = land_lake,           [LAND_SPACE] = land_space,
};

/* Top, middle and low end of the sky, sun, and how bright the land is. */
static const struct {
    struct lch top, mid, low, sun;
    float bright;
} times[] = {
    [TIME_DAY] = { { 0.66f, 0.115f, 0.68f },
                   { 0.80f, 0.075f, 0.65f },
                   { 0.94f, 0.03f, 0.50f },
                   { 0.99f, 0.03f, 0.28f },
                   1.0f },
    [TIME_DAWN] = { { 0.66f, 0.075f, 0.76f },
                    { 0.82f, 0.065f, 0.02f },
                    { 0.93f, 0.075f, 0.20f },
                    { 0.98f, 0.06f, 0.24f },
                    0.90f },
    [TIME_SUNSET] = { { 0.42f, 0.115f, 0.82f },
                      { 0.64f, 0.155f, 0.05f },
                      { 0.85f, 0.135f, 0.19f },
                      { 0.95f, 0.11f, 0.23f },
                      0.72f },
    [TIME_NIGHT] = { { 0.17f, 0.055f, 0.74f },
                     { 0.27f, 0.075f, 0.73f },
                     { 0.43f, 0.075f, 0.69f },
                     { 0.96f, 0.025f, 0.25f },
                     0.42f },
};

struct rgb view_far(const struct view *v, struct rgb colour, float distance)
{
    return rgb_mix(colour, v->haze, num_clamp(distance * 0.86f, 0, 0.92f));
}

struct path *view_ridge(struct scene *s, uint64_t seed, float y, float height, float steps,
                        float sharp)
{
    struct path *p = path_new(s->arena, s->at);
    float w = s->half_width + 0.03f;
    int count = (int)(w * 120);

    path_move(p, w, s->half_height + 0.05f);
    path_line(p, -w, s->half_height + 0.05f);
    for (int i = 0; i <= count; i++) {
        float x = num_mix(-w, w, (float)i / (float)count);
        float n = noise_layers(seed, x * steps + 40, 0.5f, sharp > 0 ? 5 : 2);

        if (sharp > 0)
            n = num_mix(n, 1 - fabsf(n * 2 - 1), sharp);
        path_line(p, x, y - n * height);
    }
    return p;
}

static struct rgb toned(const struct palette *p, struct lch c)
{
    return rgb_of(num_clamp(c.l + p->lift * 0.7f, 0.05f, 0.99f), c.c * p->chroma, c.h);
}

/* Words of colour tint the air; otherwise a little of the palette's own hue does. */
static void choose_colours(struct view *v, const struct scene *s, const struct plan *plan)
{
    const struct palette *p = &s->palette;
    float tint = plan->wish.colour_count > 0 ? 0.42f : 0.10f, b = times[v->time].bright;
    struct rgb deep = plan->wish.colour_count > 0 ? p->accent : p->ground2;

    v->sky_top = rgb_mix(toned(p, times[v->time].top),
                         v->time == TIME_NIGHT ? rgb_shift(deep, -0.3f, 1) : deep, tint);
    v->sky_mid = rgb_mix(toned(p, times[v->time].mid), p->ground2, tint * 0.8f);
    v->sky_low = rgb_mix(toned(p, times[v->time].low), p->ground, tint * 0.7f);
    v->sun_colour = toned(p, times[v->time].sun);
    v->haze = rgb_mix(v->sky_low, v->sky_mid, 0.35f);
    v->leaf = toned(p, (struct lch){ 0.24f + 0.24f * b, 0.085f, 0.40f });
    if (v->time == TIME_SUNSET || v->time == TIME_DAWN)
        v->leaf =
            rgb_mix(rgb_shift(v->leaf, -0.05f, 1), rgb_shift(v->sky_top, -0.22f, 0.8f), 0.45f);
    v->earth = toned(p, (struct lch){ 0.26f + 0.38f * b, 0.075f, 0.17f });
    v->water =
        rgb_mix(toned(p, (struct lch){ 0.22f + 0.36f * b, 0.085f, 0.60f }), v->sky_mid, 0.30f);
    v->snow = rgb_mix(rgb_of(0.45f + 0.52f * b, 0.02f, 0.68f), v->sky_low, 0.18f);
    if (plan->wish.value[WISH_MOOD] == MOOD_WARM)
        v->leaf = toned(p, (struct lch){ 0.34f + 0.24f * b, 0.125f, 0.15f });
    if (v->weather == WEATHER_STORM || v->weather == WEATHER_RAIN) {
        v->sky_top = rgb_mix(v->sky_top, rgb_of(0.34f * b + 0.1f, 0.03f, 0.72f), 0.7f);
        v->sky_mid = rgb_mix(v->sky_mid, rgb_of(0.52f * b + 0.1f, 0.025f, 0.70f), 0.7f);
        v->sky_low = rgb_mix(v->sky_low, rgb_of(0.74f * b + 0.1f, 0.02f, 0.66f), 0.6f);
        v->haze = rgb_mix(v->sky_low, v->sky_mid, 0.35f);
    }
    if (v->snowy)
        v->leaf = rgb_mix(v->leaf, rgb_of(0.40f, 0.04f, 0.62f), 0.5f);
}

static void choose_view(struct view *v, const struct scene *s, const struct plan *plan)
{
    const struct wish *w = &plan->wish;
    struct dice d = dice_for(plan->identity, "view"), sky = dice_for(plan->variation, "sky");
    static const uint8_t usual[] = { TIME_DAY,    TIME_DAY,    TIME_DAWN,
                                     TIME_SUNSET, TIME_SUNSET, TIME_NIGHT };
    static const uint8_t any[] = { LAND_MOUNTAINS, LAND_SEA,  LAND_FOREST,
                                   LAND_HILLS,     LAND_LAKE, LAND_DESERT };

    v->dice = dice_for(plan->identity, "land");
    v->seed = num_hash(plan->identity, 77);
    v->land = w->value[WISH_LAND] != WISH_NONE ? w->value[WISH_LAND]
                                               : any[dice_below(&d, (int)COUNT(any))];
    v->time = w->value[WISH_TIME] != WISH_NONE ? w->value[WISH_TIME]
                                               : usual[dice_below(&d, (int)COUNT(usual))];
    v->weather = w->value[WISH_WEATHER];
    v->aurora = w->value[WISH_AURORA] != WISH_NONE;
    if (w->value[WISH_TIME] == WISH_NONE && v->aurora)
        v->time = TIME_NIGHT;
    v->snowy = v->weather == WEATHER_SNOW;
    v->horizon = s->half_height * dice_range(&d, 0.10f, 0.24f);
    v->sun_size = dice_range(&d, 0.055f, 0.085f) * (v->time == TIME_SUNSET ? 1.25f : 1);
    v->sun = AT(s->light * s->half_width * dice_range(&sky, 0.25f, 0.62f),
                num_mix(-s->half_height * 0.62f, v->horizon - 0.16f,
                        v->time == TIME_SUNSET || v->time == TIME_DAWN ? 0.75f : 0.12f));
    choose_colours(v, s, plan);
}

void scene_landscape(struct scene *s, const struct plan *plan)
{
    struct view v = { 0 };

    choose_view(&v, s, plan);
    if (v.land != LAND_SPACE)
        landscape_sky(s, &v);
    lands[v.land](s, &v);
    if (v.land != LAND_SPACE)
        landscape_weather(s, &v);
}
