/* Sums down the columns first, which the compiler makes wide additions of, and then along the row.
 */
#include "image/helper/area.h"

#include <string.h>

enum { MOST_BY_RECIPROCAL = 4000 };

void area_init(struct area *s, struct arena *a, int width, int channels, int by_x, int by_y)
{
    *s = (struct area){ .width = width, .channels = channels, .by_x = by_x, .by_y = by_y };
    s->to_width = (width + by_x - 1) / by_x;
    s->sums = arena_array(a, uint32_t, (size_t)width * (size_t)channels);
}

static bool is_opaque(const uint8_t *row, int width)
{
    uint8_t all = 255;

    for (int x = 0; x < width; x++)
        all &= row[4 * x + 3];
    return all == 255;
}

static void add_rgb(uint32_t *restrict sums, const uint8_t *restrict row, size_t samples,
                    uint32_t weight)
{
    for (size_t i = 0; i < samples; i++)
        sums[i] += row[i] * weight;
}

/* Alpha is weighted by 255, so that opaque rows need no case of their own in the sums. */
static void add_rgba(uint32_t *restrict sums, const uint8_t *restrict row, int width)
{
    for (int x = 0; x < width; x++, sums += 4, row += 4) {
        uint32_t alpha = row[3];

        sums[0] += row[0] * alpha;
        sums[1] += row[1] * alpha;
        sums[2] += row[2] * alpha;
        sums[3] += 255 * alpha;
    }
}

/* Divides by a multiplication, which rounding up keeps exact for as many pixels as 255 * pixels^2 <
 * 2^32. */
static inline uint8_t mean(uint64_t total, uint64_t pixels, uint64_t reciprocal)
{
    total += pixels / 2;
    return (uint8_t)(pixels <= MOST_BY_RECIPROCAL ? total * reciprocal >> 32 : total / pixels);
}

static inline void write_pixel(const uint64_t *total, uint64_t pixels, uint64_t reciprocal,
                               int channels, uint8_t *out)
{
    if (channels == 3) {
        for (int k = 0; k < 3; k++)
            out[k] = mean(total[k], pixels, reciprocal);
        return;
    }
    for (int k = 0; k < 3; k++)
        out[k] = total[3] == 0 ? 0 : (uint8_t)((total[k] * 255 + total[3] / 2) / total[3]);
    out[3] = (uint8_t)((total[3] + pixels * 255 / 2) / (pixels * 255));
}

static inline void write_row(struct area *s, uint8_t *out, int channels)
{
    const uint32_t *sum = s->sums;
    uint64_t whole = (uint64_t)s->by_x * (uint64_t)s->rows,
             rounded_up = (((uint64_t)1 << 32) + whole - 1) / whole;

    for (int x = 0; x < s->width; x += s->by_x, out += channels) {
        int count = MIN(s->by_x, s->width - x);
        uint64_t total[4] = { 0 };

        for (int i = 0; i < count; i++, sum += channels) {
            for (int k = 0; k < channels; k++)
                total[k] += sum[k];
        }
        if (count < s->by_x) {
            whole = (uint64_t)count * (uint64_t)s->rows;
            rounded_up = (((uint64_t)1 << 32) + whole - 1) / whole;
        }
        write_pixel(total, whole, rounded_up, channels, out);
    }
    memset(s->sums, 0, (size_t)s->width * (size_t)channels * sizeof(*s->sums));
    s->rows = 0;
}

bool area_flush(struct area *s, uint8_t *out)
{
    if (s->rows == 0)
        return false;
    if (s->channels == 4)
        write_row(s, out, 4);
    else
        write_row(s, out, 3);
    return true;
}

bool area_put(struct area *s, const uint8_t *row, uint8_t *out)
{
    size_t samples = (size_t)s->width * (size_t)s->channels;

    if (s->channels == 3)
        add_rgb(s->sums, row, samples, 1);
    else if (is_opaque(row, s->width))
        add_rgb(s->sums, row, samples, 255);
    else
        add_rgba(s->sums, row, s->width);
    s->rows++;
    return s->rows == s->by_y && area_flush(s, out);
}
