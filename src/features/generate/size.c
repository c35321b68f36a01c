/* Sizes of pictures as people write them. */
#include "features/generate/size.h"

#include <math.h>

#include "work/aspect.h"

enum { SIDE_MIN = 16, SIDE_MAX = 8192, FINE_STEP = 8 };

static bool read_side(struct str text, int64_t *out)
{
    return str_to_i64(text, SIDE_MIN, SIDE_MAX, out);
}

static int64_t rounded(double side)
{
    return MAX(llround(side / FINE_STEP), 1) * FINE_STEP;
}

static void set(struct size *out, int64_t width, int64_t height)
{
    out->width = (struct opt_i64){ true, width };
    out->height = (struct opt_i64){ true, height };
}

static bool by_aspect(struct str longer, struct str aspect, struct size *out, struct err *e)
{
    int64_t width, height, side = 0;
    double ratio;

    if (!aspect_read(aspect, &ratio))
        return err_set_field(e, ERR_INVALID, STR("aspect"),
                             "--aspect is width to height, like 16:9, not '" STR_FMT "'",
                             STR_ARG(str_slice(aspect, 0, 40)));
    if (str_is_null(longer)) {
        aspect_size(ratio, NULL, &width, &height);
        set(out, width, height);
        return true;
    }
    if (!read_side(longer, &side))
        return err_set_field(e, ERR_INVALID, STR("size"),
                             "--size beside --aspect is the longer side: a number from %d to %d",
                             SIDE_MIN, SIDE_MAX);
    if (ratio >= 1)
        set(out, side, rounded((double)side / ratio));
    else
        set(out, rounded((double)side * ratio), side);
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
