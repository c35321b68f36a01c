/* What a reference picture hands on: all of its subject by its recipe, or what its pixels show. */
#include <assert.h>
#include <string.h>

#include "image/sketch/cluster.h"
#include "image/sketch/num.h"
#include "image/sketch/plan.h"
#include "image/sketch/style.h"

enum { STUDY_GRID = 40 };

static void copy_colours(struct sketch_reference *out, const struct lab *samples, int count)
{
    struct cluster clusters[CLUSTER_MAX];
    int found = cluster_find(samples, count, SKETCH_COLOURS, clusters);

    out->colour_count = found;
    for (int i = 0; i < found; i++) {
        struct rgb c = rgb_from_lab(clusters[i].mean);

        out->colours[i] =
            (struct sketch_colour){ c.r, c.g, c.b, (float)clusters[i].members / (float)count };
    }
}

/* Mean lightness and liveliness of a part of the grid, in grid cells. */
struct part {
    float light, change;
};

static struct part look_at(const struct lab *grid, int x0, int y0, int x1, int y1)
{
    struct part p = { 0, 0 };
    float n = (float)((x1 - x0) * (y1 - y0));

    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++) {
            p.light += grid[y * STUDY_GRID + x].l / n;
            if (x + 1 < x1)
                p.change +=
                    lab_distance(grid[y * STUDY_GRID + x], grid[y * STUDY_GRID + x + 1]) / n;
        }
    return p;
}

/* How alike the halves are, by mirroring left to right: 0 the same. */
static float lopsided(const struct lab *grid)
{
    const int pairs = STUDY_GRID * STUDY_GRID / 2;
    float sum = 0;

    for (int y = 0; y < STUDY_GRID; y++)
        for (int x = 0; x < STUDY_GRID / 2; x++)
            sum +=
                lab_distance(grid[y * STUDY_GRID + x], grid[y * STUDY_GRID + STUDY_GRID - 1 - x]);
    return sum / (float)pairs;
}

/*
 * A guess from where things happen: all over the same is a pattern; a calm rim round a busy,
 * even-sided middle is a portrait or an emblem; wide calm bands one above the other are a
 * landscape.
 */
static enum composition guess(const struct lab *grid)
{
    enum { Q = STUDY_GRID / 4 };
    struct part middle = look_at(grid, Q, Q, 3 * Q, 3 * Q), top = look_at(grid, 0, 0, 4 * Q, Q);
    struct part bottom = look_at(grid, 0, 3 * Q, 4 * Q, 4 * Q),
                left = look_at(grid, 0, 0, Q, 4 * Q);
    float rim = (top.change + left.change) / 2, skew = lopsided(grid);

    if (rim > 0.045f && rim > middle.change * 0.75f && bottom.change > middle.change * 0.75f)
        return COMPOSITION_PATTERN;
    if (skew < 0.035f && bottom.change > 0.02f)
        return COMPOSITION_EMBLEM;
    if (middle.change > rim * 1.7f && bottom.change < middle.change * 0.55f)
        return COMPOSITION_STILL_LIFE;
    if (middle.change > rim * 1.5f)
        return COMPOSITION_PORTRAIT;
    return COMPOSITION_LANDSCAPE;
}

void sketch_study(const uint8_t *rgb, int width, int height, struct sketch_reference *out)
{
    struct lab grid[STUDY_GRID * STUDY_GRID];
    uint64_t identity = 0;

    static_assert(STUDY_GRID * STUDY_GRID <= CLUSTER_SAMPLES, "the whole grid is clustered");
    assert(width > 0 && height > 0);
    *out = (struct sketch_reference){ .composition = -1 };
    for (int y = 0; y < STUDY_GRID; y++)
        for (int x = 0; x < STUDY_GRID; x++) {
            size_t px = (size_t)(x * 2 + 1) * (size_t)width / (STUDY_GRID * 2);
            size_t py = (size_t)(y * 2 + 1) * (size_t)height / (STUDY_GRID * 2);
            const uint8_t *p = rgb + (py * (size_t)width + px) * 3;

            grid[y * STUDY_GRID + x] = rgb_to_lab((struct rgb){ p[0], p[1], p[2] });
            identity = num_hash(identity, (uint64_t)p[0] << 16 | (uint64_t)p[1] << 8 | p[2]);
        }
    copy_colours(out, grid, STUDY_GRID * STUDY_GRID);
    out->composition = guess(grid);
    out->identity = identity;
}

static void put_colour(struct sketch_reference *out, struct rgb c, float weight)
{
    out->colours[out->colour_count++] = (struct sketch_colour){ c.r, c.g, c.b, weight };
}

void sketch_study_recipe(const struct sketch_request *made_by, struct sketch_reference *out)
{
    struct plan plan;

    plan_make(made_by, &plan);
    *out = (struct sketch_reference){ .composition = (int)plan.wish.composition,
                                      .identity = plan.identity,
                                      .from_recipe = true };
    put_colour(out, plan.palette.ground, 0.35f);
    put_colour(out, plan.palette.ground2, 0.25f);
    put_colour(out, plan.palette.accent, 0.15f);
    put_colour(out, plan.palette.accent2, 0.10f);
    put_colour(out, plan.palette.accent3, 0.08f);
    put_colour(out, plan.palette.ink, 0.07f);
    out->wish = plan.wish;
    out->style = plan.style->name;
}
