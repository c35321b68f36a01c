/* The likeness of two pictures' colours: how far those of one have to be moved to become those of
 * the other, wherever in the picture they are. */
#include <math.h>
#include <string.h>

#include "image/helper/likeness_parts.h"

enum { DIRECTIONS = 6, BINS = 256 };

/* All values that a direction may have, with the exposure taken out. */
#define LEAST -0.8
#define MOST  1.6
#define STEP  ((MOST - LEAST) / BINS)

/* Of cube roots of light: 2.7 times the light is the most that counts as another exposure. */
#define EXPOSURE_MOST 1.4
/* Lightness counts as much as two of the six directions. */
#define LIGHTNESS_WEIGHT 2.0
/* The distance at which two pictures have a third in common: two colours that nobody mixes up. */
#define FAR 0.06

/* A direction in the space of colours. */
struct axis {
    double lightness, green_red, blue_yellow;
};

/* What is in the middle counts up to four times as much as what is at the edge. */
struct weights {
    double across[LIKENESS_SIDE], down[LIKENESS_SIDE];
};

static struct weights weigh(const struct lab_picture *p)
{
    struct weights w = { .across = { 0 } };

    for (int x = 0; x < p->width; x++)
        w.across[x] = sin(M_PI * (x + 0.5) / p->width);
    for (int y = 0; y < p->height; y++)
        w.down[y] = sin(M_PI * (y + 0.5) / p->height);
    return w;
}

static double weight_at(const struct weights *w, int x, int y)
{
    return 0.25 + 0.75 * w->across[x] * w->down[y];
}

static double value_on(const struct axis *axis, const struct lab *colour)
{
    return axis->lightness * (double)colour->lightness +
           axis->green_red * (double)colour->green_red +
           axis->blue_yellow * (double)colour->blue_yellow;
}

static double mean_lightness(const struct lab_picture *p)
{
    struct weights weights = weigh(p);
    double sum = 0, total = 0;

    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++) {
            double weight = weight_at(&weights, x, y);

            sum += weight * (double)lab_at(p, x, y)->lightness;
            total += weight;
        }
    }
    return sum / total;
}

/* How much of the picture lies in each bin; a value between two bins is shared by them. */
static void spread(const struct lab_picture *p, const struct axis *axis, double exposure,
                   double out[BINS])
{
    struct weights weights = weigh(p);
    double total = 0;

    memset(out, 0, sizeof(double) * BINS);
    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++) {
            double at = (exposure * value_on(axis, lab_at(p, x, y)) - LEAST) / STEP;
            double weight = weight_at(&weights, x, y);
            int bin;

            at = fmin(fmax(at, 0), BINS - 1.001);
            bin = (int)at;
            out[bin] += weight * (1 - (at - bin));
            out[bin + 1] += weight * (at - bin);
            total += weight;
        }
    }
    for (int i = 0; i < BINS; i++)
        out[i] /= total;
}

/* The work of moving one distribution onto the other: the area between their running sums. */
static double distance(const double left[BINS], const double right[BINS])
{
    double ahead = 0, area = 0;

    for (int i = 0; i < BINS; i++) {
        ahead += left[i] - right[i];
        area += fabs(ahead);
    }
    return area * STEP;
}

static double distance_on(const struct axis *axis, const struct lab_picture *left,
                          const struct lab_picture *right, double exposure)
{
    double ours[BINS], theirs[BINS];

    spread(left, axis, 1 / exposure, ours);
    spread(right, axis, exposure, theirs);
    return distance(ours, theirs);
}

double likeness_of_colours(const struct lab_picture *left, const struct lab_picture *right)
{
    static const struct axis lightness = { .lightness = 1 };
    double ratio = (mean_lightness(left) + 0.01) / (mean_lightness(right) + 0.01);
    double exposure = sqrt(fmin(fmax(ratio, 1 / EXPOSURE_MOST), EXPOSURE_MOST));
    double sum = LIGHTNESS_WEIGHT * distance_on(&lightness, left, right, exposure);

    for (int i = 0; i < DIRECTIONS; i++) {
        double angle = M_PI * i / DIRECTIONS;
        struct axis hue = { .green_red = cos(angle), .blue_yellow = sin(angle) };

        sum += distance_on(&hue, left, right, exposure);
    }
    return exp(-sum / (DIRECTIONS + LIGHTNESS_WEIGHT) / FAR);
}
