/* Outlines: contours of points in the units of the picture, curves already cut into short lines. */
#ifndef IMAGE_SKETCH_PATH_H
#define IMAGE_SKETCH_PATH_H

#include "base/arena.h"

struct point {
    float x, y;
};

/* x' = a x + c y + e; y' = b x + d y + f */
struct affine {
    float a, b, c, d, e, f;
};

extern const struct affine affine_none;
struct affine affine_at(float x, float y, float scale, float turns);
struct affine affine_then(struct affine outer, struct affine inner); /* inner first */
struct point affine_apply(struct affine m, struct point p);
float affine_scale(struct affine m);

struct contour {
    int first, count;
};

/* Belongs to its arena. Points pass through `at` when they are added. Filled by winding; a contour
 * that runs the other way cuts a hole. */
struct path {
    struct arena *arena;
    struct affine at;
    struct point *points;
    struct contour *contours;
    int count, cap, contour_count, contour_cap;
};

struct path *path_new(struct arena *a, struct affine at);
void path_move(struct path *p, float x, float y);
void path_line(struct path *p, float x, float y);
void path_curve(struct path *p, float x1, float y1, float x2, float y2, float x, float y);

void path_ellipse(struct path *p, float x, float y, float rx, float ry);
void path_box(struct path *p, float x0, float y0, float x1, float y1, float radius);
void path_polygon(struct path *p, const struct point *points, int count);
/* A star or, with inner = outer, a regular polygon; the first corner points to `turns`. */
void path_star(struct path *p, float x, float y, float outer, float inner, int corners,
               float turns);
/* A closed smooth curve through all points. */
void path_blob(struct path *p, const struct point *points, int count);
/* The same from one half, top to bottom at x >= 0, mirrored at x = 0. */
void path_mirrored(struct path *p, const struct point *half, int count);
/* An open smooth line, as an outline that is w0 wide at its start, w1 in the middle, w2 at its end.
 */
void path_brush(struct path *p, const struct point *points, int count, float w0, float w1,
                float w2);
void path_segment(struct path *p, float x0, float y0, float x1, float y1, float width);
/* A band round an ellipse. */
void path_ring(struct path *p, float x, float y, float rx, float ry, float width);
/* The outline of all contours of another path, as a band of this width; adds no transform. */
void path_outline(struct path *p, const struct path *of, float width);

struct box {
    float x0, y0, x1, y1;
};
struct box path_bounds(const struct path *p);

#define PATH_POINTS(p, fn, ...)                                                                    \
    fn((p), (const struct point[]){ __VA_ARGS__ },                                                 \
       (int)(sizeof((const struct point[]){ __VA_ARGS__ }) / sizeof(struct point)))

#endif
