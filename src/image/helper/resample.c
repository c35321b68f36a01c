/* Area averages for the bulk of a reduction, Lanczos for what remains; rows in, rows out. */
#include "image/helper/resample.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "image/helper/area.h"

/*
 * Lanczos begins when less than three times the size is left. From twice the size on an average of
 * 2 x 2 comes first: what it takes away in sharpness, the lobes give back, and it is a quarter of
 * the work.
 */
#define LEAST_LANCZOS_RATIO 1.5f
enum { LOBES = 3 };

/* A pixel: red, green, blue by alpha, and alpha. One addition does all four. */
typedef float vec4 __attribute__((vector_size(16)));

/* For one pixel of the result: the first source pixel that counts, and the weights from there. */
struct taps {
    int first, count;
    float *weights;
};

struct resampler {
    struct area area;
    bool has_area, has_lanczos;
    int channels, height, y;   /* of the source */
    int mid_width, mid_height; /* between the two steps */
    int mid_y;
    struct taps *columns, *rows;
    vec4 *line; /* a row between the steps */
    vec4 *ring; /* the last ring_rows of them, at their final width */
    int ring_rows;
    uint8_t *mid; /* a row of area averages */
    struct pixels *target;
    int ready;
};

void resample_fit(int width, int height, int box, int *to_width, int *to_height)
{
    int longer = MAX(width, height);

    *to_width = width;
    *to_height = height;
    if (longer <= box)
        return;
    *to_width = MAX((int)(((int64_t)width * box + longer / 2) / longer), 1);
    *to_height = MAX((int)(((int64_t)height * box + longer / 2) / longer), 1);
}

static float lanczos(float x)
{
    float t = (float)M_PI * x;

    if (fabsf(x) < 1e-6f)
        return 1;
    return fabsf(x) >= LOBES ? 0 : LOBES * sinf(t) * sinf(t / LOBES) / (t * t);
}

/* ratio: source pixels per pixel of the result, at least 1. */
static struct taps *make_taps(struct arena *a, int from, int to, float ratio, int *out_most)
{
    struct taps *all = arena_array(a, struct taps, (size_t)to);
    float reach = LOBES * ratio;

    *out_most = 1;
    for (int i = 0; i < to; i++) {
        float centre = ((float)i + 0.5f) * ratio - 0.5f, sum = 0;
        int first = MIN(MAX((int)ceilf(centre - reach), 0), from - 1);
        int last = MAX(MIN((int)floorf(centre + reach), from - 1), first);
        struct taps *t = &all[i];

        *t = (struct taps){ first, last - first + 1,
                            arena_array(a, float, (size_t)(last - first + 1)) };
        for (int k = 0; k < t->count; k++)
            sum += t->weights[k] = lanczos(((float)(first + k) - centre) / ratio);
        for (int k = 0; k < t->count; k++)
            t->weights[k] /= sum;
        *out_most = MAX(*out_most, t->count);
    }
    return all;
}

static int whole_part(int from, int to)
{
    float ratio = (float)from / (float)to;

    if (from % to == 0)
        return from / to;
    return MAX((int)(ratio / LEAST_LANCZOS_RATIO), 1);
}

static bool make_lanczos(struct resampler *r, struct arena *a, float ratio_x, float ratio_y,
                         struct err *e)
{
    int most_columns;

    r->columns = make_taps(a, r->mid_width, r->target->width, ratio_x, &most_columns);
    r->rows = make_taps(a, r->mid_height, r->target->height, ratio_y, &r->ring_rows);
    r->line = arena_array(a, vec4, (size_t)r->mid_width);
    r->ring = pixels_memory((size_t)r->ring_rows * (size_t)r->target->width * sizeof(vec4), e);
    return r->ring != NULL;
}

bool resampler_create(struct arena *a, int width, int height, int channels, int to_width,
                      int to_height, struct resampler **out, struct pixels *target, struct err *e)
{
    struct resampler *r = arena_new(a, struct resampler);
    int by_x = whole_part(width, to_width), by_y = whole_part(height, to_height);

    assert(to_width <= width && to_height <= height);
    if (!pixels_create(to_width, to_height, channels, target, e))
        return false;
    r->channels = channels;
    r->height = height;
    r->target = target;
    r->mid_width = (width + by_x - 1) / by_x;
    r->mid_height = (height + by_y - 1) / by_y;
    r->has_area = by_x > 1 || by_y > 1;
    r->has_lanczos = r->mid_width != to_width || r->mid_height != to_height;
    r->mid = arena_alloc(a, (size_t)r->mid_width * (size_t)channels);
    if (r->has_area)
        area_init(&r->area, a, width, channels, by_x, by_y);
    if (r->has_lanczos && !make_lanczos(r, a, (float)width / (float)(by_x * to_width),
                                        (float)height / (float)(by_y * to_height), e)) {
        pixels_destroy(target);
        return false;
    }
    *out = r;
    return true;
}

void resampler_destroy(struct resampler *r)
{
    if (r != NULL)
        free(r->ring);
}

int resampler_ready(const struct resampler *r)
{
    return r->ready;
}

static void load_line(const uint8_t *row, vec4 *line, int width, int channels)
{
    for (int x = 0; x < width; x++, row += channels) {
        float alpha = channels == 4 ? (float)row[3] * (1.0f / 255) : 1;

        line[x] = (vec4){ (float)row[0] * alpha, (float)row[1] * alpha, (float)row[2] * alpha,
                          alpha * 255 };
    }
}

static vec4 weigh(const vec4 *pixels, const struct taps *t)
{
    vec4 sum = { 0 };

    for (int k = 0; k < t->count; k++)
        sum += pixels[k] * t->weights[k];
    return sum;
}

static inline uint8_t to_byte(float value)
{
    /* A call in the innermost loop would cost more than the rest; the value is never negative here.
     */
    /* NOLINTNEXTLINE(bugprone-incorrect-roundings) */
    return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)(value + 0.5f);
}

static void store_pixel(vec4 p, uint8_t *out, int channels)
{
    float scale = 1;

    if (channels == 4) {
        out[3] = to_byte(p[3]);
        scale = p[3] > 0.5f ? 255 / p[3] : 0;
    }
    for (int k = 0; k < 3; k++)
        out[k] = to_byte(p[k] * scale);
}

/* The ring holds every row that the taps name: it is as long as the longest of them. */
static void write_row(struct resampler *r, const struct taps *t, uint8_t *out)
{
    int width = r->target->width;
    const vec4 *lines[64];

    assert(t->count <= (int)COUNT(lines));
    for (int k = 0; k < t->count; k++)
        lines[k] = r->ring + (size_t)((t->first + k) % r->ring_rows) * (size_t)width;
    for (int x = 0; x < width; x++, out += r->channels) {
        vec4 sum = { 0 };

        for (int k = 0; k < t->count; k++)
            sum += lines[k][x] * t->weights[k];
        store_pixel(sum, out, r->channels);
    }
}

static void put_lanczos(struct resampler *r, const uint8_t *row)
{
    vec4 *line = r->ring + (size_t)(r->mid_y % r->ring_rows) * (size_t)r->target->width;

    load_line(row, r->line, r->mid_width, r->channels);
    for (int x = 0; x < r->target->width; x++)
        line[x] = weigh(r->line + r->columns[x].first, &r->columns[x]);
    while (r->ready < r->target->height &&
           r->rows[r->ready].first + r->rows[r->ready].count - 1 <= r->mid_y) {
        write_row(r, &r->rows[r->ready], pixels_row(r->target, r->ready));
        r->ready++;
    }
}

/* A row between the steps. */
static void put_mid(struct resampler *r, const uint8_t *row)
{
    if (r->has_lanczos)
        put_lanczos(r, row);
    else
        memcpy(pixels_row(r->target, r->ready++), row, pixels_stride(r->target));
    r->mid_y++;
}

void resampler_put(struct resampler *r, const uint8_t *row)
{
    assert(r->y < r->height);
    r->y++;
    if (!r->has_area)
        put_mid(r, row);
    else if (area_put(&r->area, row, r->mid) || (r->y == r->height && area_flush(&r->area, r->mid)))
        put_mid(r, r->mid);
}
