/* The likeness of two pictures' structures: how their edges run, cell by cell, where one picture
 * fits into the other best. */
#include <math.h>
#include <string.h>

#include "image/helper/likeness_parts.h"

enum { CELLS = 8, WAYS = 6, PLACES = 5, NUMBERS = CELLS * CELLS * WAYS };

/* As large as the picture, then smaller: a crop of it, or the same from further away. */
static const double scales[] = { 1, 0.86, 0.74, 0.64 };

/* Of unrelated pictures the best fit has about so much in common by chance. */
#define CHANCE 0.2
/* Edges that are weaker than so much of the strongest cells are noise. */
#define NOISE 0.1
/* The mean edge of a picture in which nobody sees any. */
#define PLAIN 0.0005

/* Sums of edge strength above and to the left of each corner, for each way that an edge can run. */
struct edges {
    int width, height;
    double (*sums)[WAYS];
};

/* A part of a picture, in pixels. */
struct window {
    double left, top, width, height;
};

static double *sums_at(const struct edges *e, int x, int y)
{
    return e->sums[(size_t)y * (size_t)(e->width + 1) + (size_t)x];
}

/* An edge between two ways is shared by them. */
static void edge_at(const struct lab_picture *p, int x, int y, double out[WAYS])
{
    int left = MAX(x - 1, 0), right = MIN(x + 1, p->width - 1);
    int above = MAX(y - 1, 0), below = MIN(y + 1, p->height - 1);
    double across = (double)(lab_at(p, right, y)->lightness - lab_at(p, left, y)->lightness);
    double down = (double)(lab_at(p, x, below)->lightness - lab_at(p, x, above)->lightness);
    double way = atan2(down, across) / M_PI * WAYS, strength = hypot(across, down), first;

    way = way < 0 ? way + WAYS : way;
    first = floor(way);
    memset(out, 0, sizeof(double) * WAYS);
    out[(int)first % WAYS] += strength * (1 - (way - first));
    out[((int)first + 1) % WAYS] += strength * (way - first);
}

static struct edges find_edges(struct arena *a, const struct lab_picture *p)
{
    size_t corners = (size_t)(p->width + 1) * (size_t)(p->height + 1);
    struct edges e = { p->width, p->height, arena_alloc(a, corners * sizeof(double[WAYS])) };

    memset(e.sums, 0, corners * sizeof(double[WAYS]));
    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++) {
            double here[WAYS];

            edge_at(p, x, y, here);
            for (int k = 0; k < WAYS; k++)
                sums_at(&e, x + 1, y + 1)[k] = here[k] + sums_at(&e, x, y + 1)[k] +
                                               sums_at(&e, x + 1, y)[k] - sums_at(&e, x, y)[k];
        }
    }
    return e;
}

/* The part of `e` that has the shape of `like`, at so much of its largest size and so far along
 * each side. */
static struct window window_in(const struct edges *e, const struct edges *like, double scale,
                               double along, double down)
{
    double fit = fmin((double)e->width / like->width, (double)e->height / like->height) * scale;
    double width = like->width * fit, height = like->height * fit;

    return (struct window){ (e->width - width) * along, (e->height - height) * down, width,
                            height };
}

static void cell_sums(const struct edges *e, const struct window *w, int column, int row,
                      double out[WAYS])
{
    int left = (int)lround(w->left + w->width * column / CELLS);
    int right = (int)lround(w->left + w->width * (column + 1) / CELLS);
    int top = (int)lround(w->top + w->height * row / CELLS);
    int bottom = (int)lround(w->top + w->height * (row + 1) / CELLS);
    double area = MAX((right - left) * (bottom - top), 1);

    for (int k = 0; k < WAYS; k++)
        out[k] = (sums_at(e, right, bottom)[k] - sums_at(e, left, bottom)[k] -
                  sums_at(e, right, top)[k] + sums_at(e, left, top)[k]) /
                 area;
}

static double length_of(const double *numbers, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += numbers[i] * numbers[i];
    return sqrt(sum);
}

/*
 * What a window looks like: its cells' edges without their strength, which is a matter of light,
 * less what is the same everywhere; of length 1, or 0 for a plain one.
 */
static void describe(const struct edges *e, const struct window *w, double out[NUMBERS])
{
    double strongest = 0, mean = 0, length;

    for (int i = 0; i < CELLS * CELLS; i++) {
        cell_sums(e, w, i % CELLS, i / CELLS, out + (size_t)i * WAYS);
        strongest = fmax(strongest, length_of(out + (size_t)i * WAYS, WAYS));
    }
    for (int i = 0; i < CELLS * CELLS; i++) {
        double *cell = out + (size_t)i * WAYS;
        double strength = length_of(cell, WAYS) + NOISE * strongest + 1e-9;

        for (int k = 0; k < WAYS; k++)
            cell[k] /= strength;
    }
    for (int i = 0; i < NUMBERS; i++)
        mean += out[i] / NUMBERS;
    for (int i = 0; i < NUMBERS; i++)
        out[i] -= mean;
    length = length_of(out, NUMBERS);
    for (int i = 0; i < NUMBERS; i++)
        out[i] = length > 1e-6 ? out[i] / length : 0;
}

static double product(const double left[NUMBERS], const double right[NUMBERS])
{
    double sum = 0;

    for (int i = 0; i < NUMBERS; i++)
        sum += left[i] * right[i];
    return sum;
}

/* All of `part` against windows of `whole`: the best of them. */
static double best_fit(const struct edges *whole, const struct edges *part)
{
    struct window all = window_in(part, part, 1, 0, 0);
    double ours[NUMBERS], theirs[NUMBERS], best = 0;

    describe(part, &all, ours);
    for (size_t s = 0; s < COUNT(scales); s++) {
        for (int place = 0; place < PLACES * PLACES; place++) {
            int column = place % PLACES, row = place / PLACES;
            struct window w = window_in(whole, part, scales[s], (double)column / (PLACES - 1),
                                        (double)row / (PLACES - 1));

            describe(whole, &w, theirs);
            best = fmax(best, product(ours, theirs));
        }
    }
    return best;
}

static bool is_plain(const struct edges *e)
{
    return length_of(sums_at(e, e->width, e->height), WAYS) < PLAIN * e->width * e->height;
}

double likeness_of_structures(struct arena *a, const struct lab_picture *left,
                              const struct lab_picture *right)
{
    struct edges l = find_edges(a, left), r = find_edges(a, right);
    double best;

    if (is_plain(&l) || is_plain(&r))
        return is_plain(&l) && is_plain(&r) ? 1 : 0;
    best = fmax(best_fit(&l, &r), best_fit(&r, &l));
    return fmin(fmax((best - CHANCE) / (1 - CHANCE), 0), 1);
}
