/* Building outlines: lines, curves, smooth shapes through points, brushes of changing width. */
#include "image/sketch/path.h"

#include <assert.h>
#include <string.h>

#include "image/sketch/num.h"

enum { CURVE_STEPS = 14, SPLINE_STEPS = 10, BRUSH_MAX = 40 };

const struct affine affine_none = { 1, 0, 0, 1, 0, 0 };

struct affine affine_at(float x, float y, float scale, float turns)
{
    float c = num_cos(turns) * scale, s = num_sin(turns) * scale;

    return (struct affine){ c, s, -s, c, x, y };
}

struct affine affine_then(struct affine o, struct affine i)
{
    return (struct affine){ o.a * i.a + o.c * i.b,       o.b * i.a + o.d * i.b,
                            o.a * i.c + o.c * i.d,       o.b * i.c + o.d * i.d,
                            o.a * i.e + o.c * i.f + o.e, o.b * i.e + o.d * i.f + o.f };
}

struct point affine_apply(struct affine m, struct point p)
{
    return (struct point){ m.a * p.x + m.c * p.y + m.e, m.b * p.x + m.d * p.y + m.f };
}

float affine_scale(struct affine m)
{
    return sqrtf(fabsf(m.a * m.d - m.b * m.c));
}

struct path *path_new(struct arena *a, struct affine at)
{
    struct path *p = arena_new(a, struct path);

    p->arena = a;
    p->at = at;
    return p;
}

static void *grown(struct arena *a, const void *old, size_t bytes, size_t new_bytes)
{
    void *fresh = arena_alloc(a, new_bytes);

    if (bytes > 0)
        memcpy(fresh, old, bytes);
    return fresh;
}

static void begin(struct path *p)
{
    if (p->contour_count == p->contour_cap) {
        int cap = p->contour_cap > 0 ? p->contour_cap * 2 : 2;

        p->contours = grown(p->arena, p->contours, (size_t)p->contour_count * sizeof(*p->contours),
                            (size_t)cap * sizeof(*p->contours));
        p->contour_cap = cap;
    }
    p->contours[p->contour_count++] = (struct contour){ p->count, 0 };
}

static void add_raw(struct path *p, struct point q)
{
    assert(p->contour_count > 0);
    if (p->count == p->cap) {
        int cap = p->cap > 0 ? p->cap * 2 : 32;

        p->points = grown(p->arena, p->points, (size_t)p->count * sizeof(*p->points),
                          (size_t)cap * sizeof(*p->points));
        p->cap = cap;
    }
    p->points[p->count++] = q;
    p->contours[p->contour_count - 1].count++;
}

static void add(struct path *p, struct point q)
{
    add_raw(p, affine_apply(p->at, q));
}

void path_move(struct path *p, float x, float y)
{
    begin(p);
    add(p, (struct point){ x, y });
}

void path_line(struct path *p, float x, float y)
{
    add(p, (struct point){ x, y });
}

/* The cubic is cut after the transform, so it starts from the last point as it lies. */
void path_curve(struct path *p, float x1, float y1, float x2, float y2, float x, float y)
{
    struct point a = p->points[p->count - 1];
    struct point b = affine_apply(p->at, (struct point){ x1, y1 });
    struct point c = affine_apply(p->at, (struct point){ x2, y2 });
    struct point d = affine_apply(p->at, (struct point){ x, y });

    for (int i = 1; i <= CURVE_STEPS; i++) {
        float t = (float)i / CURVE_STEPS, u = 1 - t;
        float wa = u * u * u, wb = 3 * u * u * t, wc = 3 * u * t * t, wd = t * t * t;

        add_raw(p, (struct point){ wa * a.x + wb * b.x + wc * c.x + wd * d.x,
                                   wa * a.y + wb * b.y + wc * c.y + wd * d.y });
    }
}

static int round_steps(const struct path *p, float radius)
{
    return num_clamp_int((int)(20 + 240 * sqrtf(fabsf(radius) * affine_scale(p->at))), 20, 160) &
           ~3;
}

void path_ellipse(struct path *p, float x, float y, float rx, float ry)
{
    int steps = round_steps(p, MAX(rx, ry)) / 2;

    begin(p);
    for (int i = 0; i < steps; i++) {
        float t = (float)i / (float)steps;

        add(p, (struct point){ x + rx * num_cos(t), y + ry * num_sin(t) });
    }
}

void path_box(struct path *p, float x0, float y0, float x1, float y1, float radius)
{
    const struct point centres[] = { { x1 - radius, y0 + radius },
                                     { x1 - radius, y1 - radius },
                                     { x0 + radius, y1 - radius },
                                     { x0 + radius, y0 + radius } };

    begin(p);
    for (int corner = 0; corner < 4; corner++) {
        int steps = radius > 0 ? round_steps(p, radius) / 8 : 0;

        for (int i = 0; i <= steps; i++) {
            float t =
                (float)corner * 0.25f - 0.25f + (steps > 0 ? 0.25f * (float)i / (float)steps : 0);

            add(p, (struct point){ centres[corner].x + radius * num_cos(t),
                                   centres[corner].y + radius * num_sin(t) });
        }
    }
}

/* Shapes wind clockwise whichever way their points are listed, so that they join in one path. */
static bool is_clockwise(const struct point *points, int count)
{
    float area = 0;

    for (int i = 0; i < count; i++) {
        struct point a = points[i], b = points[(i + 1) % count];

        area += a.x * b.y - b.x * a.y;
    }
    return area >= 0;
}

void path_polygon(struct path *p, const struct point *points, int count)
{
    bool clockwise = is_clockwise(points, count);

    begin(p);
    for (int i = 0; i < count; i++)
        add(p, points[clockwise ? i : count - 1 - i]);
}

void path_star(struct path *p, float x, float y, float outer, float inner, int corners, float turns)
{
    begin(p);
    for (int i = 0; i < corners * 2; i++) {
        float t = turns + (float)i / (float)(corners * 2), r = i % 2 == 0 ? outer : inner;

        if (i % 2 == 0 || inner < outer)
            add(p, (struct point){ x + r * num_cos(t), y + r * num_sin(t) });
    }
}

/* Catmull-Rom between b and c. */
static struct point spline(struct point a, struct point b, struct point c, struct point d, float t)
{
    float t2 = t * t, t3 = t2 * t;
    float wa = -0.5f * t3 + t2 - 0.5f * t, wb = 1.5f * t3 - 2.5f * t2 + 1;
    float wc = -1.5f * t3 + 2 * t2 + 0.5f * t, wd = 0.5f * t3 - 0.5f * t2;

    return (struct point){ wa * a.x + wb * b.x + wc * c.x + wd * d.x,
                           wa * a.y + wb * b.y + wc * c.y + wd * d.y };
}

void path_blob(struct path *p, const struct point *points, int count)
{
    int turn = is_clockwise(points, count) ? 1 : count - 1;
    int at = 0;

    begin(p);
    for (int i = 0; i < count; i++) {
        int next = (at + turn) % count;

        for (int step = 0; step < SPLINE_STEPS; step++)
            add(p, spline(points[(at + count - turn) % count], points[at], points[next],
                          points[(next + turn) % count], (float)step / SPLINE_STEPS));
        at = next;
    }
}

void path_mirrored(struct path *p, const struct point *half, int count)
{
    struct point all[BRUSH_MAX * 2];
    int n = 0;

    assert(count <= BRUSH_MAX);
    for (int i = 0; i < count; i++)
        all[n++] = half[i];
    for (int i = count - 1; i >= 0; i--)
        if (half[i].x > 0.0001f)
            all[n++] = (struct point){ -half[i].x, half[i].y };
    path_blob(p, all, n);
}

static struct point normal_at(const struct point *line, int count, int i)
{
    struct point a = line[MAX(i - 1, 0)], b = line[MIN(i + 1, count - 1)];
    float dx = b.x - a.x, dy = b.y - a.y, length = sqrtf(dx * dx + dy * dy);

    if (length < 1e-7f)
        return (struct point){ 0, 0 };
    return (struct point){ -dy / length, dx / length };
}

static float brush_width(float t, float w0, float w1, float w2)
{
    float u = t < 0.5f ? t * 2 : t * 2 - 1, s = u * u * (3 - 2 * u);

    return t < 0.5f ? num_mix(w0, w1, s) : num_mix(w1, w2, s);
}

void path_brush(struct path *p, const struct point *points, int count, float w0, float w1, float w2)
{
    struct point line[BRUSH_MAX * SPLINE_STEPS + 1];
    int n = 0;

    assert(count >= 2 && count <= BRUSH_MAX);
    for (int i = 0; i + 1 < count; i++)
        for (int step = 0; step < SPLINE_STEPS; step++)
            line[n++] = spline(points[MAX(i - 1, 0)], points[i], points[i + 1],
                               points[MIN(i + 2, count - 1)], (float)step / SPLINE_STEPS);
    line[n++] = points[count - 1];
    begin(p);
    for (int side = 0; side < 2; side++) {
        for (int k = 0; k < n; k++) {
            int i = side == 0 ? k : n - 1 - k;
            struct point nrm = normal_at(line, n, i);
            float w = brush_width((float)i / (float)(n - 1), w0, w1, w2) / 2;

            w = side == 0 ? -w : w;
            add(p, (struct point){ line[i].x + nrm.x * w, line[i].y + nrm.y * w });
        }
    }
    for (int end = 0; end < 2; end++) /* round ends */
        if ((end == 0 ? w0 : w2) > 0)
            path_ellipse(p, points[end == 0 ? 0 : count - 1].x, points[end == 0 ? 0 : count - 1].y,
                         (end == 0 ? w0 : w2) / 2, (end == 0 ? w0 : w2) / 2);
}

void path_segment(struct path *p, float x0, float y0, float x1, float y1, float width)
{
    float dx = x1 - x0, dy = y1 - y0, length = sqrtf(dx * dx + dy * dy);
    float nx = length > 0 ? dy / length * width / 2 : 0;
    float ny = length > 0 ? -dx / length * width / 2 : 0;

    begin(p);
    add(p, (struct point){ x0 + nx, y0 + ny });
    add(p, (struct point){ x1 + nx, y1 + ny });
    add(p, (struct point){ x1 - nx, y1 - ny });
    add(p, (struct point){ x0 - nx, y0 - ny });
}

void path_ring(struct path *p, float x, float y, float rx, float ry, float width)
{
    path_ellipse(p, x, y, rx + width / 2, ry + width / 2);
    path_ellipse(p, x, y, -(rx - width / 2), ry - width / 2);
}

/* Each side of a contour becomes a quad of its own; all turn the same way, so overlaps stay full.
 */
static void outline_side(struct path *p, struct point a, struct point b, float width)
{
    float dx = b.x - a.x, dy = b.y - a.y, length = sqrtf(dx * dx + dy * dy), nx, ny, ex, ey;

    if (length < 1e-6f)
        return;
    nx = -dy / length * width / 2;
    ny = dx / length * width / 2;
    ex = dx / length * width * 0.22f; /* covers the gap of a bent joint */
    ey = dy / length * width * 0.22f;
    begin(p);
    add_raw(p, (struct point){ a.x + nx - ex, a.y + ny - ey });
    add_raw(p, (struct point){ b.x + nx + ex, b.y + ny + ey });
    add_raw(p, (struct point){ b.x - nx + ex, b.y - ny + ey });
    add_raw(p, (struct point){ a.x - nx - ex, a.y - ny - ey });
}

void path_outline(struct path *p, const struct path *of, float width)
{
    for (int c = 0; c < of->contour_count; c++) {
        const struct point *points = of->points + of->contours[c].first;
        int count = of->contours[c].count;

        for (int i = 0; i < count; i++)
            outline_side(p, points[i], points[(i + 1) % count], width);
    }
}

struct box path_bounds(const struct path *p)
{
    struct box b = { 0, 0, 0, 0 };

    for (int i = 0; i < p->count; i++) {
        struct point q = p->points[i];

        b.x0 = i == 0 || q.x < b.x0 ? q.x : b.x0;
        b.y0 = i == 0 || q.y < b.y0 ? q.y : b.y0;
        b.x1 = i == 0 || q.x > b.x1 ? q.x : b.x1;
        b.y1 = i == 0 || q.y > b.y1 ? q.y : b.y1;
    }
    return b;
}
