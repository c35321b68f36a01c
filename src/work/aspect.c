/* The shape of a picture, width to height, as a size. */
#include "work/aspect.h"

#include <math.h>

enum { RATIO_MAX = 100, AREA_SIDE = 1024, STEP = 64 };

bool aspect_read(struct str text, double *out_ratio)
{
    struct str wide, high;
    double x, y;

    if (!str_cut(text, ':', &wide, &high) || !str_to_f64(wide, &x) || !str_to_f64(high, &y) ||
        !(x > 0) || !(y > 0) || x / y > RATIO_MAX || y / x > RATIO_MAX)
        return false;
    *out_ratio = x / y;
    return true;
}

static int64_t rounded(double side, int64_t step)
{
    return MAX(llround(side / (double)step), 1) * step;
}

/* The bounds of a backend are multiples of its step. */
static int64_t fitting(double side, const struct gen_capabilities *can)
{
    int64_t own = MAX(can->side_step, 1), step = STEP % own == 0 ? STEP : own;

    return MIN(MAX(rounded(side, step), can->min_side), can->max_side);
}

void aspect_size(double ratio, const struct gen_capabilities *can, int64_t *out_width,
                 int64_t *out_height)
{
    double width = AREA_SIDE * sqrt(ratio), height = AREA_SIDE / sqrt(ratio), smaller = 1;

    if (can == NULL || can->max_side == 0) {
        *out_width = rounded(width, STEP);
        *out_height = rounded(height, STEP);
        return;
    }
    if (fmax(width, height) > (double)can->max_side)
        smaller = (double)can->max_side / fmax(width, height);
    *out_width = fitting(width * smaller, can);
    *out_height = fitting(height * smaller, can);
}
