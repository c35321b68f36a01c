/* What landscapes are put together from. */
#ifndef IMAGE_SKETCH_LANDSCAPE_H
#define IMAGE_SKETCH_LANDSCAPE_H

#include "image/sketch/num.h"
#include "image/sketch/plan.h"

/* One view, decided before it is drawn. */
struct view {
    int land, time, weather;
    float horizon;
    struct point sun;
    float sun_size;
    struct rgb sky_top, sky_mid, sky_low, sun_colour, haze, leaf, earth, water, snow;
    bool snowy, aurora;
    struct dice dice; /* of the identity: where things stand */
    uint64_t seed;
};

/* The colour of something that far away: 0 here, 1 at the horizon. */
struct rgb view_far(const struct view *v, struct rgb colour, float distance);
/* The space below a wandering line at y; `sharp` 0 rolls, 1 breaks. */
struct path *view_ridge(struct scene *s, uint64_t seed, float y, float height, float steps,
                        float sharp);

void landscape_sky(struct scene *s, struct view *v);
void landscape_weather(struct scene *s, struct view *v);
void landscape_birds(struct scene *s, struct view *v);

void landscape_peaks(struct scene *s, struct view *v, float base, float height, int count,
                     float distance);
void landscape_conifers(struct scene *s, struct view *v, float base, float height, int count,
                        float distance);
void landscape_round_trees(struct scene *s, struct view *v, float base, float height, int count,
                           float distance);
void landscape_house(struct scene *s, struct view *v, struct point at, float size);

/* The whole ground of each kind of land. */
void land_mountains(struct scene *s, struct view *v);
void land_sea(struct scene *s, struct view *v);
void land_forest(struct scene *s, struct view *v);
void land_desert(struct scene *s, struct view *v);
void land_city(struct scene *s, struct view *v);
void land_hills(struct scene *s, struct view *v);
void land_lake(struct scene *s, struct view *v);
void land_space(struct scene *s, struct view *v);

#endif
