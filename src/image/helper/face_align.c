/* Fits one face to another by their brightness in a grid of cells. */
#include "image/helper/face_align.h"

#include <math.h>

enum { CELLS = 12, REACH = 3, TRIES = 2 * REACH + 1 };

/* One step of moving or growing, of the face's side. */
#define STEP 0.02

/* Sums of brightness above and to the left of each corner. */
struct sums {
    int width, height;
    uint32_t *corners;
};

/* Brightness less its mean, and of length 1: other light makes no difference. */
struct view {
    double cells[CELLS * CELLS];
};

static struct sums sums_of(struct arena *a, const struct pixels *p)
{
    struct grey grey = grey_of(a, p);
    struct sums s = { p->width, p->height,
                      arena_array(a, uint32_t, (size_t)(p->width + 1) * (size_t)(p->height + 1)) };

    grey_sum(&grey, s.corners);
    return s;
}

static uint32_t sum_at(const struct sums *s, int x, int y)
{
    return s->corners[(size_t)y * (size_t)(s->width + 1) + (size_t)x];
}

static struct view look_at(const struct sums *s, const struct face *f)
{
    struct view v;
    double mean = 0, length = 0;

    for (int i = 0; i < CELLS * CELLS; i++) {
        int left = f->left + i % CELLS * f->side / CELLS,
            top = f->top + i / CELLS * f->side / CELLS;
        int right = f->left + (i % CELLS + 1) * f->side / CELLS;
        int bottom = f->top + (i / CELLS + 1) * f->side / CELLS;

        v.cells[i] = (double)(sum_at(s, right, bottom) - sum_at(s, left, bottom) -
                              sum_at(s, right, top) + sum_at(s, left, top)) /
                     ((right - left) * (bottom - top));
        mean += v.cells[i] / (CELLS * CELLS);
    }
    for (int i = 0; i < CELLS * CELLS; i++) {
        v.cells[i] -= mean;
        length += v.cells[i] * v.cells[i];
    }
    for (int i = 0; i < CELLS * CELLS; i++)
        v.cells[i] /= sqrt(length) + 1e-9;
    return v;
}

static double fit(const struct view *left, const struct view *right)
{
    double sum = 0;

    for (int i = 0; i < CELLS * CELLS; i++)
        sum += left->cells[i] * right->cells[i];
    return sum;
}

/* The n-th try, in all three ways that a square can change. */
static struct face moved(const struct face *f, int n)
{
    int across = n % TRIES - REACH, down = n / TRIES % TRIES - REACH;
    int growth = n / TRIES / TRIES - REACH;
    struct face out = { .side = f->side + (int)lround(growth * STEP * 2 * f->side) };

    out.left = f->left + (int)lround(across * STEP * f->side) + (f->side - out.side) / 2;
    out.top = f->top + (int)lround(down * STEP * f->side) + (f->side - out.side) / 2;
    return out;
}

static bool is_within(const struct sums *s, const struct face *f)
{
    return f->left >= 0 && f->top >= 0 && f->left + f->side <= s->width &&
           f->top + f->side <= s->height;
}

/* How well the best of all tries fits; *moving becomes it. */
static double fit_to(const struct sums *still, const struct face *face, const struct sums *other,
                     struct face *moving)
{
    struct view ours = look_at(still, face), theirs = look_at(other, moving);
    struct face found = *moving;
    double best = fit(&ours, &theirs);

    for (int n = 0; n < TRIES * TRIES * TRIES; n++) {
        struct face here = moved(&found, n);
        double fits;

        if (!is_within(other, &here))
            continue;
        theirs = look_at(other, &here);
        fits = fit(&ours, &theirs);
        if (fits > best) {
            best = fits;
            *moving = here;
        }
    }
    return best;
}

void face_align(struct arena *a, const struct pixels *left_picture,
                const struct pixels *right_picture, struct face *left, struct face *right)
{
    struct sums ours = sums_of(a, left_picture), theirs = sums_of(a, right_picture);
    struct face left_moved = *left, right_moved = *right;

    if (fit_to(&theirs, right, &ours, &left_moved) > fit_to(&ours, left, &theirs, &right_moved))
        *left = left_moved;
    else
        *right = right_moved;
}
