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

/* A part of the grid: from the first cell up to but without the last. */
struct part {
    int x0, y0, x1, y1;
};

static struct lab mean_of(const struct lab *grid, struct part p)
{
    const float n = (float)((p.x1 - p.x0) * (p.y1 - p.y0));
    struct lab mean = { 0, 0, 0 };

    for (int y = p.y0; y < p.y1; y++)
        for (int x = p.x0; x < p.x1; x++) {
            const struct lab *c = &grid[y * STUDY_GRID + x];

            mean.l += c->l / n;
            mean.a += c->a / n;
            mean.b += c->b / n;
        }
    return mean;
}

static float apart(const struct lab *grid, struct part p, struct part q)
{
    return lab_distance(mean_of(grid, p), mean_of(grid, q));
}

/* How much happens between neighbours: step 1 goes along the rows, STUDY_GRID along the columns. */
static float change(const struct lab *grid, struct part p, int step)
{
    int x1 = step == 1 ? p.x1 - 1 : p.x1, y1 = step == 1 ? p.y1 : p.y1 - 1, count = 0;
    float sum = 0;

    for (int y = p.y0; y < y1; y++)
        for (int x = p.x0; x < x1; x++, count++)
            sum += lab_distance(grid[y * STUDY_GRID + x], grid[y * STUDY_GRID + x + step]);
    return sum / (float)count;
}

/* How unlike the halves are, by mirroring left to right: 0 the same. */
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

static float change_at_rim(const struct lab *grid)
{
    enum { N = STUDY_GRID, W = N / 10 };

    return (change(grid, (struct part){ 0, 0, N, W }, 1) +
            change(grid, (struct part){ 0, N - W, N, N }, 1) +
            change(grid, (struct part){ 0, 0, W, N }, N) +
            change(grid, (struct part){ N - W, 0, N, N }, N)) /
           4;
}

/*
 * A guess from where things happen, with bounds found on pictures of all kinds and styles, seven in
 * ten right. A busy sky is none: then it is a pattern, when top and bottom are alike. Below a calm
 * one, something stands in the middle or nothing does.
 */
static enum composition guess(const struct lab *grid)
{
    enum { N = STUDY_GRID, Q = N / 4, F = N / 5 };
    const struct part middle = { N * 3 / 8, N * 3 / 8, N * 5 / 8, N * 5 / 8 };
    const struct part left = { 0, N * 3 / 8, 6, N * 5 / 8 };
    const struct part right = { N - 6, N * 3 / 8, N, N * 5 / 8 };
    float sky = change(grid, (struct part){ 0, 0, N, Q }, 1), skew = lopsided(grid);
    float upright = apart(grid, (struct part){ 0, 0, N, F }, (struct part){ 0, N - F, N, N });
    float inside = change(grid, (struct part){ Q, Q, 3 * Q, 3 * Q }, 1);

    if (sky > 0.085f && upright <= 0.08f)
        return COMPOSITION_PATTERN;
    if (sky > 0.085f)
        return skew <= 0.148f ? COMPOSITION_EMBLEM : COMPOSITION_LANDSCAPE;
    if (inside > 1.5f * (change_at_rim(grid) + 0.002f)) {
        if (upright > 0.162f)
            return COMPOSITION_PORTRAIT;
        return skew <= 0.08f ? COMPOSITION_EMBLEM : COMPOSITION_STILL_LIFE;
    }
    if (apart(grid, middle, left) + apart(grid, middle, right) > 0.208f)
        return COMPOSITION_STILL_LIFE;
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
