/* What stands on the table. One unit is the height of a usual thing; its foot is the origin. */
#ifndef IMAGE_SKETCH_STILL_LIFE_H
#define IMAGE_SKETCH_STILL_LIFE_H

#include "image/sketch/num.h"
#include "image/sketch/plan.h"

/* A thing's own colours and shape, from words and the identity's dice. */
struct thing {
    int item;
    struct rgb body, second, metal, dark;
    float slim;  /* times its width */
    float tip;   /* how far the view looks down: 0 level to 0.5 steep; rounds every rim */
    float light; /* as in scene */
    bool metallic, glassy;
    int variant;
    struct dice dice;
};

/* A body turned on a lathe: half widths at heights (y from 0 down to -1), foot first. */
struct path *thing_lathe(struct scene *s, const struct thing *t, const struct point *half,
                         int count);
/* Lights of a round body: dark edges, a broad and a narrow shine. */
void thing_round_light(struct scene *s, const struct thing *t, const struct path *body, float half,
                       struct rgb colour);
void thing_shadow(struct scene *s, const struct thing *t, float half);
void thing_rim(struct scene *s, const struct thing *t, float y, float half, struct rgb edge,
               struct rgb inside);

void thing_draw(struct scene *s, const struct thing *t);
void thing_vessel(struct scene *s,
                  const struct thing
                      *t); /* bottle, cup, vase, perfume, jar, glass, teapot, candle, lamp, plant */
void thing_object(struct scene *s,
                  const struct thing
                      *t); /* fruit, book, watch, shoe, headphones, phone, camera, bag, cake, box */
void thing_fruit(struct scene *s, const struct thing *t, struct point at, float size, int kind);
void thing_leafy(struct scene *s, const struct thing *t, struct point at, float size, int count);

#endif
