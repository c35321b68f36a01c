/* Adding shapes to a picture. */
#include "image/sketch/scene.h"

#include <string.h>

struct path *scene_path(struct scene *s)
{
    return path_new(s->arena, s->at);
}

struct affine scene_enter(struct scene *s, struct affine inner)
{
    struct affine before = s->at;

    s->at = affine_then(before, inner);
    return before;
}

struct path *scene_band(struct scene *s, float y0, float y1)
{
    struct path *p = path_new(s->arena, affine_none);

    path_box(p, -s->half_width - 0.01f, y0, s->half_width + 0.01f, y1, 0);
    return p;
}

static struct shape *add(struct scene *s, enum role role, const struct path *p, struct paint paint)
{
    if (s->count == s->cap) {
        int cap = s->cap > 0 ? s->cap * 2 : 128;
        struct shape *grown = arena_array(s->arena, struct shape, (size_t)cap);

        if (s->count > 0)
            memcpy(grown, s->shapes, (size_t)s->count * sizeof(*grown));
        s->shapes = grown;
        s->cap = cap;
    }
    s->shapes[s->count] = (struct shape){ p, s->clip, paint, role };
    return &s->shapes[s->count++];
}

struct shape *scene_fill(struct scene *s, enum role role, const struct path *p, struct rgb colour)
{
    return add(s, role, p, paint_flat(colour));
}

struct shape *scene_linear(struct scene *s, enum role role, const struct path *p, struct rgb a,
                           struct rgb b, struct point from, struct point to)
{
    return add(s, role, p,
               (struct paint){ .kind = PAINT_LINEAR,
                               .a = a,
                               .b = b,
                               .alpha_a = 1,
                               .alpha_b = 1,
                               .from = affine_apply(s->at, from),
                               .to = affine_apply(s->at, to) });
}

struct shape *scene_glow_in(struct scene *s, enum role role, const struct path *p,
                            struct rgb colour, float alpha, struct point at, float rx, float ry)
{
    struct affine circle = { rx, 0, 0, ry, at.x, at.y };

    return add(s, role, p,
               (struct paint){ .kind = PAINT_RADIAL,
                               .a = colour,
                               .b = colour,
                               .alpha_a = alpha,
                               .space = affine_then(s->at, circle),
                               .soft = true });
}

struct shape *scene_glow(struct scene *s, enum role role, struct rgb colour, float alpha,
                         struct point at, float rx, float ry)
{
    struct path *p = scene_path(s);

    path_ellipse(p, at.x, at.y, rx, ry);
    return scene_glow_in(s, role, p, colour, alpha, at, rx, ry);
}

struct shape *scene_fade(struct scene *s, const struct path *p, struct rgb colour, float alpha,
                         struct point from, struct point to)
{
    return add(s, ROLE_SHADE, p,
               (struct paint){ .kind = PAINT_LINEAR,
                               .a = colour,
                               .b = colour,
                               .alpha_b = alpha,
                               .soft = true,
                               .from = affine_apply(s->at, from),
                               .to = affine_apply(s->at, to) });
}

struct shape *scene_stroke(struct scene *s, struct rgb colour, const struct point *points,
                           int count, float w0, float w1, float w2)
{
    struct path *p = scene_path(s);

    path_brush(p, points, count, w0, w1, w2);
    return scene_fill(s, ROLE_STROKE, p, colour);
}
