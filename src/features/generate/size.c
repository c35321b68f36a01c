/* Sizes of pictures as people write them. */
#include "features/generate/size.h"

#include <math.h>

enum {
    SIDE_MIN = 16,
    SIDE_MAX = 8192,
    RATIO_MAX = 100,
    AREA_SIDE = 1024,
    STEP = 64,
    FINE_STEP = 8
};

static bool read_aspect(struct str text, double *out_ratio, struct err *e)
{
    struct str wide, high;
    double x, y;

    if (!str_cut(text, ':', &wide, &high) || !str_to_f64(wide, &x) || !str_to_f64(high, &y) ||
        !(x > 0) || !(y > 0) || x / y > RATIO_MAX || y / x > RATIO_MAX)
        return err_set_field(e, ERR_INVALID, STR("aspect"),
                             "--aspect is width to height, like 16:9, not '%.40s'",
                             text.ptr != NULL ? text.ptr : "");
    *out_ratio = x / y;
    return true;
}

static bool read_side(struct str text, int64_t *out)
{
    return str_to_i64(text, SIDE_MIN, SIDE_MAX, out);
}

static int64_t rounded(double side, int step)
{
    int64_t steps = llround(side / step);

    return MAX(steps, 1) * step;
}

static void set(struct size *out, int64_t width, int64_t height)
{
    out->width = (struct opt_i64){ true, width };
    out->height = (struct opt_i64){ true, height };
}

static bool by_aspect(struct str longer, struct str aspect, struct size *out, struct err *e)
{
    int64_t side = 0;
    double ratio;

    if (!read_aspect(aspect, &ratio, e))
        return false;
    if (str_is_null(longer)) {
        set(out, rounded(AREA_SIDE * sqrt(ratio), STEP), rounded(AREA_SIDE / sqrt(ratio), STEP));
        return true;
    }
    if (!read_side(longer, &side))
        return err_set_field(e, ERR_INVALID, STR("size"),
                             "--size beside --aspect is the longer side: a number from %d to %d",
                             SIDE_MIN, SIDE_MAX);
    if (ratio >= 1)
        set(out, side, rounded((double)side / ratio, FINE_STEP));
    else
        set(out, rounded((double)side * ratio, FINE_STEP), side);
    return true;
}

bool size_read(struct str size, struct str aspect, struct size *out, struct err *e)
{
    struct str wide, high;
    int64_t width, height;

    *out = (struct size){ .width = { false, 0 } };
    if (!str_is_null(aspect))
        return by_aspect(size, aspect, out, e);
    if (str_is_null(size))
        return true;
    if (!str_cut(size, 'x', &wide, &high))
        high = wide;
    if (!read_side(wide, &width) || !read_side(high, &height))
        return err_set_field(e, ERR_INVALID, STR("size"),
                             "--size is like 1024x768, each side from %d to %d", SIDE_MIN,
                             SIDE_MAX);
    set(out, width, height);
    return true;
}
