/* A picture as a list of shapes, back to front, before any style has touched it. */
#ifndef IMAGE_SKETCH_SCENE_H
#define IMAGE_SKETCH_SCENE_H

#include "image/sketch/canvas.h"
#include "image/sketch/num.h"
#include "image/sketch/palette.h"

/* What a shape is, so that a style can treat it in its own way. */
enum role {
    ROLE_GROUND, /* sky, wall, table: never outlined */
    ROLE_FORM,   /* a body of the picture: outlined by line styles, raised by paper */
    ROLE_DETAIL, /* a small part of a body: outlined thinly */
    ROLE_STROKE, /* already a line: whisker, lash, rope */
    ROLE_SHADE,  /* soft shadow or light on what lies below; flat styles leave it out */
    ROLE_GLOW,   /* light itself: sun, lamp */
};

struct shape {
    const struct path *path;
    const struct path *clip; /* or NULL */
    struct paint paint;
    enum role role;
};

/* The frame: its shorter side is 1, the origin is its middle, y points down. */
struct scene {
    struct arena *arena;
    struct shape *shapes;
    int count, cap;
    float half_width, half_height;
    struct affine at;        /* where new paths are drawn */
    const struct path *clip; /* given to new shapes */
    struct palette palette;
    float light; /* -1 light from the left, 1 from the right */
};

struct path *scene_path(struct scene *s);
/* Later paths are drawn under `inner`; the result restores the former place. */
struct affine scene_enter(struct scene *s, struct affine inner);
/* A rectangle over all of the frame, from y0 to y1, whatever the present place is. */
struct path *scene_band(struct scene *s, float y0, float y1);

struct shape *scene_fill(struct scene *s, enum role role, const struct path *p, struct rgb colour);
struct shape *scene_linear(struct scene *s, enum role role, const struct path *p, struct rgb a,
                           struct rgb b, struct point from, struct point to);
/* One colour that fades out from alpha at the middle of an ellipse to nothing at its rim. */
struct shape *scene_glow(struct scene *s, enum role role, struct rgb colour, float alpha,
                         struct point at, float rx, float ry);
/* The same, but only inside of p. */
struct shape *scene_glow_in(struct scene *s, enum role role, const struct path *p,
                            struct rgb colour, float alpha, struct point at, float rx, float ry);
/* One colour inside of p that fades in from `from` (nothing) to `to` (alpha). */
struct shape *scene_fade(struct scene *s, const struct path *p, struct rgb colour, float alpha,
                         struct point from, struct point to);
struct shape *scene_stroke(struct scene *s, struct rgb colour, const struct point *points,
                           int count, float w0, float w1, float w2);

#define SCENE_STROKE(s, colour, w0, w1, w2, ...)                                                   \
    scene_stroke((s), (colour), (const struct point[]){ __VA_ARGS__ },                             \
                 (int)(sizeof((const struct point[]){ __VA_ARGS__ }) / sizeof(struct point)), w0,  \
                 w1, w2)

#define AT(x, y) ((struct point){ (x), (y) })

/* A place somewhere in a rectangle. Two throws in one argument list would fall in either order. */
static inline struct point dice_spot(struct dice *d, float x0, float x1, float y0, float y1)
{
    float x = dice_range(d, x0, x1), y = dice_range(d, y0, y1);

    return AT(x, y);
}

#endif
