/* Exact area coverage by signed accumulation: each edge adds its share to the cells it crosses. */
#include "image/sketch/raster.h"

#include <string.h>

#include "image/sketch/num.h"

enum { SUB = 256, LIMIT = 1 << 22 };

static int32_t to_sub(float unit, float offset, float scale)
{
    float x = num_floor((unit + offset) * scale * SUB + 0.5f);

    return (int32_t)num_clamp(x, -(float)LIMIT, (float)LIMIT);
}

static void add_edge(struct raster *r, struct point a, struct point b, const struct canvas *c)
{
    int32_t x0 = to_sub(a.x, c->left, c->scale), y0 = to_sub(a.y, c->top, c->scale);
    int32_t x1 = to_sub(b.x, c->left, c->scale), y1 = to_sub(b.y, c->top, c->scale);

    if (y0 == y1 || MAX(y0, y1) <= 0 || MIN(y0, y1) >= c->height * SUB ||
        MIN(x0, x1) >= c->width * SUB)
        return;
    r->edges[r->edge_count++] = y0 < y1 ? (struct raster_edge){ x0, y0, x1, y1, 1 }
                                        : (struct raster_edge){ x1, y1, x0, y0, -1 };
}

static int first_row_of(const struct raster_edge *e)
{
    return MAX(e->y0 >> 8, 0);
}

/* Counting sort by first row. */
static void sort_edges(struct raster *r, const struct canvas *c)
{
    int rows = r->end_row - r->first_row;
    int *start = arena_array(c->arena, int, (size_t)rows + 1);
    struct raster_edge *sorted = arena_array(c->arena, struct raster_edge, (size_t)r->edge_count);

    for (int i = 0; i < r->edge_count; i++)
        start[first_row_of(&r->edges[i]) - r->first_row + 1]++;
    for (int i = 0; i < rows; i++)
        start[i + 1] += start[i];
    for (int i = 0; i < r->edge_count; i++)
        sorted[start[first_row_of(&r->edges[i]) - r->first_row]++] = r->edges[i];
    r->edges = sorted;
}

bool raster_begin(struct raster *r, const struct canvas *c, const struct path *p)
{
    *r = (struct raster){ .width = c->width, .first_row = c->height };
    r->edges = arena_array(c->arena, struct raster_edge, (size_t)p->count);
    for (int k = 0; k < p->contour_count; k++) {
        const struct point *points = p->points + p->contours[k].first;
        int count = p->contours[k].count;

        for (int i = 0; i < count; i++)
            add_edge(r, points[i], points[i + 1 < count ? i + 1 : 0], c);
    }
    for (int i = 0; i < r->edge_count; i++) {
        r->first_row = MIN(r->first_row, first_row_of(&r->edges[i]));
        r->end_row = MAX(r->end_row, MIN((r->edges[i].y1 + SUB - 1) >> 8, c->height));
    }
    if (r->edge_count == 0 || r->end_row <= r->first_row)
        return false;
    sort_edges(r, c);
    r->active = arena_array(c->arena, int, (size_t)r->edge_count);
    r->acc = arena_array(c->arena, int32_t, (size_t)c->width + 2);
    return true;
}

/* A piece of an edge inside of one row: from x0 to x1 while dy (signed) of the row goes by. */
static void add_slice(struct raster *r, int32_t x0, int32_t x1, int32_t dy)
{
    int32_t limit = r->width * SUB, cell, end, step;

    x0 = num_clamp_int(x0, 0, limit);
    x1 = num_clamp_int(x1, 0, limit);
    if (x0 > x1) {
        int32_t swap = x0;

        x0 = x1;
        x1 = swap;
    }
    cell = x0 >> 8;
    end = x1 >> 8;
    r->left = MIN(r->left, cell);
    r->right = MAX(r->right, MIN(end + 2, r->width));
    if (cell == end) {
        int32_t f = ((x0 & 255) + (x1 & 255)) >> 1;

        r->acc[cell] += dy * (SUB - f);
        r->acc[cell + 1] += dy * f;
        return;
    }
    for (step = x0; cell <= end; cell++) {
        int32_t stop = MIN((cell + 1) * SUB, x1), f;
        int32_t a = (int32_t)((int64_t)dy * (step - x0) / (x1 - x0));
        int32_t b = (int32_t)((int64_t)dy * (stop - x0) / (x1 - x0));

        f = ((step - cell * SUB) + (stop - cell * SUB)) >> 1;
        r->acc[cell] += (b - a) * (SUB - f);
        if (cell <= r->width)
            r->acc[cell + 1] += (b - a) * f;
        step = stop;
    }
}

static void add_active(struct raster *r, const struct raster_edge *e, int row)
{
    int32_t top = MAX(e->y0, row * SUB), bottom = MIN(e->y1, (row + 1) * SUB);
    int64_t dx = e->x1 - e->x0, dy = e->y1 - e->y0;
    int32_t x0 = e->x0 + (int32_t)(dx * (top - e->y0) / dy);
    int32_t x1 = e->x0 + (int32_t)(dx * (bottom - e->y0) / dy);

    add_slice(r, x0, x1, e->sign * (bottom - top));
}

/* Turns what was added up into coverage, and the cells back to zero. */
static void sum_cells(struct raster *r, uint8_t *cover)
{
    int32_t sum = 0, *acc = r->acc;

    for (int x = r->left; x < r->right; x++) {
        int32_t full;

        sum += acc[x];
        acc[x] = 0;
        full = sum < 0 ? -sum : sum;
        cover[x] = (uint8_t)(MIN(full, 65535) >> 8);
    }
    if (sum != 0 && r->right > r->left) {
        /* What edges right of the canvas would have closed stays open up to its border. */
        memset(cover + r->right, cover[r->right - 1], (size_t)(r->width - r->right));
        r->right = r->width;
    }
    acc[r->width] = acc[r->width + 1] = 0;
}

void raster_row(struct raster *r, int row, uint8_t *cover)
{
    int kept = 0;

    r->left = r->width;
    r->right = 0;
    while (r->next < r->edge_count && first_row_of(&r->edges[r->next]) <= row)
        r->active[r->active_count++] = r->next++;
    for (int i = 0; i < r->active_count; i++) {
        const struct raster_edge *e = &r->edges[r->active[i]];

        if (e->y1 > row * SUB)
            add_active(r, e, row);
        if (e->y1 > (row + 1) * SUB)
            r->active[kept++] = r->active[i];
    }
    r->active_count = kept;
    sum_cells(r, cover);
}
