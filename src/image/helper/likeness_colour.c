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

/* What is in the middle counts up to four times as much as what is at the edge. */
static double weight_at(const struct lab_picture *p, int x, int y)
{
    double across = sin(M_PI * (x + 0.5) / p->width), down = sin(M_PI * (y + 0.5) / p->height);

    return 0.25 + 0.75 * across * down;
}

static double mean_lightness(const struct lab_picture *p)
{
    double sum = 0, weights = 0;

    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++) {
            double weight = weight_at(p, x, y);

            sum += weight * (double)lab_at(p, x, y)->lightness;
            weights += weight;
        }
    }
    return sum / weights;
}

/* Axis 0 is lightness, the others are directions in the plane of colours. */
static double value_on(int axis, const struct lab *colour)
{
    double angle = M_PI * (axis - 1) / DIRECTIONS;

    if (axis == 0)
        return (double)colour->lightness;
    return cos(angle) * (double)colour->green_red + sin(angle) * (double)colour->blue_yellow;
}

/* How much of the picture lies in each bin; a value between two bins is shared by them. */
static void spread(const struct lab_picture *p, int axis, double exposure, double out[BINS])
{
    double total = 0;

    memset(out, 0, sizeof(double) * BINS);
    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++) {
            double at = (exposure * value_on(axis, lab_at(p, x, y)) - LEAST) / STEP;
            double weight = weight_at(p, x, y), floor_at;
            int bin;

            at = fmin(fmax(at, 0), BINS - 1.001);
            floor_at = floor(at);
            bin = (int)floor_at;
            out[bin] += weight * (1 - (at - floor_at));
            out[bin + 1] += weight * (at - floor_at);
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

double likeness_of_colours(const struct lab_picture *left, const struct lab_picture *right)
{
    double ratio = (mean_lightness(left) + 0.01) / (mean_lightness(right) + 0.01);
    double exposure = sqrt(fmin(fmax(ratio, 1 / EXPOSURE_MOST), EXPOSURE_MOST));
    double ours[BINS], theirs[BINS], sum = 0;

    for (int axis = 0; axis <= DIRECTIONS; axis++) {
        spread(left, axis, 1 / exposure, ours);
        spread(right, axis, exposure, theirs);
        sum += distance(ours, theirs) * (axis == 0 ? LIGHTNESS_WEIGHT : 1);
    }
    return exp(-sum / (DIRECTIONS + LIGHTNESS_WEIGHT) / FAR);
}
