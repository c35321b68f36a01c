/* Laying the shapes of a scene, back to front, under a look. */
#include "image/sketch/painter.h"

#include "image/sketch/noise.h"
#include "image/sketch/num.h"

/* The points of a path moved by smooth noise; long sides are cut so that they can bend. */
static const struct path *wobbled(struct studio *st, const struct path *p, float amount)
{
    struct path *out = path_new(st->arena, affine_none);
    const float piece = 0.02f;

    for (int c = 0; c < p->contour_count; c++) {
        const struct point *points = p->points + p->contours[c].first;
        int count = p->contours[c].count;
        bool first = true;

        for (int i = 0; i < count; i++) {
            struct point a = points[i], b = points[(i + 1) % count];
            float dx = b.x - a.x, dy = b.y - a.y;
            int steps = num_clamp_int((int)(sqrtf(dx * dx + dy * dy) / piece), 1, 64);

            for (int k = 0; k < steps; k++) {
                float t = (float)k / (float)steps, x = a.x + dx * t, y = a.y + dy * t;
                float wx = noise_at(st->seed + 11, x * 22, y * 22) - 0.5f;
                float wy = noise_at(st->seed + 12, x * 22, y * 22) - 0.5f;

                if (first)
                    path_move(out, x + wx * amount, y + wy * amount);
                else
                    path_line(out, x + wx * amount, y + wy * amount);
                first = false;
            }
        }
    }
    return out;
}

static const struct path *moved(struct studio *st, const struct path *p, float dx, float dy)
{
    struct path *out = path_new(st->arena, (struct affine){ 1, 0, 0, 1, dx, dy });

    for (int c = 0; c < p->contour_count; c++)
        for (int i = 0; i < p->contours[c].count; i++) {
            struct point q = p->points[p->contours[c].first + i];

            if (i == 0)
                path_move(out, q.x, q.y);
            else
                path_line(out, q.x, q.y);
        }
    return out;
}

/* A soft shadow of cut paper: three faint copies, each further away. */
static void throw_shadow(struct studio *st, const struct shape *shape, const struct path *p,
                         float length)
{
    struct paint shadow = paint_flat(RGB(0x100c14));

    shadow.alpha_a = 0.13f;
    for (int i = 1; i <= 4; i++) {
        float by = length * (float)i / 4;

        canvas_fill(st->canvas, moved(st, p, -st->scene->light * by * 0.7f, by), shape->clip,
                    &shadow);
    }
}

static struct rgb ink_for(const struct look *look, const struct shape *shape)
{
    return look->own_ink ? rgb_shift(rgb_mix(shape->paint.a, shape->paint.b, 0.5f), -0.28f, 0.9f)
                         : look->ink;
}

static struct paint recoloured(const struct studio *st, const struct look *look,
                               const struct shape *shape, int index)
{
    struct paint paint = shape->paint;

    if (look->recolour != NULL) {
        paint.a = look->recolour(st, paint.a, shape->role);
        paint.b = look->recolour(st, paint.b, shape->role);
    }
    if (look->flat && shape->role != ROLE_GROUND && paint.kind != PAINT_FLAT &&
        paint.alpha_a >= 1 && paint.alpha_b >= 1)
        paint = paint_flat(rgb_mix(paint.a, paint.b, 0.42f));
    if (look->vary > 0 && shape->role <= ROLE_DETAIL) {
        float by = ((float)(num_hash(st->seed, (uint64_t)index) >> 40) / 16777216.0f - 0.5f) * 2 *
                   look->vary;

        paint.a = rgb_shift(paint.a, by, 1);
        paint.b = rgb_shift(paint.b, by, 1);
    }
    return paint;
}

static void outline(struct studio *st, const struct look *look, const struct shape *shape,
                    const struct path *p)
{
    float width = shape->role == ROLE_FORM ? look->line : look->detail;
    struct path *line;
    struct paint ink = paint_flat(ink_for(look, shape));

    if (width <= 0)
        return;
    line = path_new(st->arena, affine_none);
    path_outline(line, p, width * 1.8f);
    canvas_fill(st->canvas, line, shape->clip, &ink);
}

static void lay_body(struct studio *st, const struct look *look, const struct shape *shape,
                     int index)
{
    const struct path *p = look->wobble > 0 && shape->role != ROLE_GROUND
                               ? wobbled(st, shape->path, look->wobble)
                               : shape->path;
    struct paint paint = recoloured(st, look, shape, index);

    if (look->shadow > 0 && shape->role == ROLE_FORM)
        throw_shadow(st, shape, p, look->shadow);
    if (look->line_only)
        paint = paint_flat(look->blank);
    /* The outline goes below its own body, so that shapes of many parts get one outline in all. */
    if (shape->role == ROLE_FORM || shape->role == ROLE_DETAIL)
        outline(st, look, shape, p);
    if (!look->line_only || shape->role != ROLE_GROUND)
        canvas_fill(st->canvas, p, shape->clip, &paint);
}

static void lay(struct studio *st, const struct look *look, const struct shape *shape, int index)
{
    struct paint paint;
    float strength;

    switch (shape->role) {
    case ROLE_SHADE:
    case ROLE_GLOW:
        strength = shape->role == ROLE_SHADE ? look->shade : look->glow;
        paint = recoloured(st, look, shape, index);
        paint.alpha_a = MIN(paint.alpha_a * strength, 1.0f);
        paint.alpha_b = MIN(paint.alpha_b * strength, 1.0f);
        if (strength > 0)
            canvas_fill(st->canvas, shape->path, shape->clip, &paint);
        break;
    case ROLE_STROKE:
        paint = recoloured(st, look, shape, index);
        if (look->stroke_ink || look->line_only)
            paint = paint_flat(look->ink);
        paint.alpha_a *= shape->paint.alpha_a;
        canvas_fill(st->canvas, shape->path, shape->clip, &paint);
        break;
    default:
        lay_body(st, look, shape, index);
        break;
    }
}

void painter_draw(struct studio *st, const struct look *look)
{
    for (int i = 0; i < st->scene->count; i++) {
        struct arena_mark mark = arena_mark(st->arena);

        lay(st, look, &st->scene->shapes[i], i);
        arena_rewind(st->arena, mark);
    }
}
