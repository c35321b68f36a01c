/* One pass: each row goes into the hash and into the largest box, whose rows go into the next one
 * as they get ready. */
#include "image/helper/scan.h"

#include "image/helper/phash.h"
#include "image/helper/resample.h"

/* A decoder that can scale for nothing may do so down to twice the largest box; also when nothing
 * but the hash is wanted, so that a picture has one hash. */
enum { LEAST_SIDE = 2048 };

struct ladder {
    struct resampler *steps[IMAGE_MAX_THUMBNAILS];
    size_t count;
};

static void ladder_deinit(struct ladder *l)
{
    for (size_t i = 0; i < l->count; i++)
        resampler_destroy(l->steps[i]);
}

/* The size of a box follows from the picture, not from the box before it: rounding does not add up.
 */
static bool build(struct ladder *l, const struct picture *p, const struct row_reader *rows,
                  struct scan *scan, struct err *e)
{
    int width = rows->width, height = rows->height;

    for (size_t i = 0; i < scan->count; i++) {
        int to_width, to_height;

        resample_fit(p->width, p->height, scan->boxes[i], &to_width, &to_height);
        to_width = MIN(to_width, width);
        to_height = MIN(to_height, height);
        if (!resampler_create(p->arena, width, height, rows->channels, to_width, to_height,
                              &l->steps[i], &scan->pixels[i], e))
            return false;
        l->count++;
        width = to_width;
        height = to_height;
    }
    return true;
}

static void put(struct ladder *l, struct scan *scan, size_t step, const uint8_t *row)
{
    int from, to;

    if (step >= MIN(l->count, COUNT(l->steps)))
        return;
    from = resampler_ready(l->steps[step]);
    resampler_put(l->steps[step], row);
    to = resampler_ready(l->steps[step]);
    for (int y = from; y < to; y++)
        put(l, scan, step + 1, pixels_row(&scan->pixels[step], y));
}

static bool is_opaque(const uint8_t *row, int width, int channels)
{
    uint8_t all = 255;

    for (int x = 0; x < width && channels == 4; x++)
        all &= row[4 * x + 3];
    return all == 255;
}

static bool pass(const struct picture *p, struct row_reader *rows, struct ladder *l,
                 struct scan *scan, struct err *e)
{
    struct phash *phash = arena_new(p->arena, struct phash);

    phash_init(phash, rows->width, rows->height, rows->channels);
    for (int y = 0; y < rows->height; y++) {
        const uint8_t *row = rows->next(rows, e);

        if (row == NULL)
            return false;
        scan->has_alpha = scan->has_alpha || !is_opaque(row, rows->width, rows->channels);
        phash_put(phash, row);
        put(l, scan, 0, row);
    }
    scan->phash = phash_end(phash, p->orientation);
    return rows->finish(rows, e);
}

bool scan_picture(const struct picture *p, struct scan *scan, struct err *e)
{
    CLEANUP(ladder_deinit) struct ladder ladder = { .count = 0 };
    AUTO_ROWS rows = NULL;

    if (!picture_rows(p, LEAST_SIDE, &rows, e) || !build(&ladder, p, rows, scan, e) ||
        !pass(p, rows, &ladder, scan, e))
        return false;
    for (size_t i = 0; i < scan->count; i++) {
        if (!pixels_orient(&scan->pixels[i], p->orientation, e))
            return false;
    }
    return true;
}

void scan_deinit(struct scan *scan)
{
    for (size_t i = 0; i < COUNT(scan->pixels); i++)
        pixels_destroy(&scan->pixels[i]);
}
