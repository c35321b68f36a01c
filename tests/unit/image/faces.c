/* Draws heads: hair, neck and shoulders, and a face whose eyes, brows, nose and mouth are soft
 * shadows and lights upon a rounded shape. */
#include "faces.h"

#include <math.h>
#include <string.h>

/* A throw of dice, from 0 to 1. */
static double dice(unsigned seed, unsigned number)
{
    uint32_t x = seed * 2654435761u + number * 40503u + 12345u;

    x = (x ^ x >> 16) * 0x7feb352du;
    x = (x ^ x >> 15) * 0x846ca68bu;
    x ^= x >> 16;
    return x / 4294967296.0;
}

static uint8_t to_byte(double value)
{
    return (uint8_t)fmin(fmax(value, 0), 255);
}

static void fill_box(struct drawing *d, unsigned seed, unsigned box)
{
    int left = (int)(dice(seed, 10 + box) * d->width),
        top = (int)(dice(seed, 20 + box) * d->height);
    int right = left + (int)((0.08 + 0.35 * dice(seed, 30 + box)) * d->width);
    int bottom = top + (int)((0.08 + 0.35 * dice(seed, 40 + box)) * d->height);

    for (int y = top; y < MIN(bottom, d->height); y++) {
        for (int x = left; x < MIN(right, d->width); x++) {
            for (unsigned k = 0; k < 3; k++)
                d->rgba[4 * (y * d->width + x) + (int)k] =
                    to_byte(255 * dice(seed, 50 + 3 * box + k));
        }
    }
}

struct drawing draw_place(struct arena *a, int width, int height, unsigned seed)
{
    struct drawing d = { width, height, arena_alloc(a, (size_t)width * (size_t)height * 4) };
    double angle = dice(seed, 1) * 2 * M_PI, often = 2 + 6 * dice(seed, 2);

    for (int i = 0; i < width * height; i++) {
        double x = (double)(i % width) / width, y = (double)(i / width) / height;
        double wave = 25 * sin(often * (x * cos(angle) + y * sin(angle)) * 2 * M_PI) +
                      15 * sin((2 + 9 * dice(seed, 3)) * y * 2 * M_PI + 3 * x);

        for (unsigned k = 0; k < 3; k++)
            d.rgba[4 * i + (int)k] = to_byte(60 + 140 * dice(seed, 4 + k) + wave * (0.6 + 0.2 * k));
        d.rgba[4 * i + 3] = 255;
    }
    for (unsigned box = 0; box < 6; box++)
        fill_box(&d, seed, box);
    return d;
}

/* What is thrown for somebody; lengths in half sides of the face. */
struct looks {
    double skin[3], hair[3], clothes[3];
    double light; /* from the left, or from the right */
    double eyes_apart, mouth_down, mouth_half;
};

static struct looks looks_of(unsigned seed)
{
    static const double skin[] = { 225, 180, 150 }, least_skin[] = { 20, 8, 0 };
    static const double hair[] = { 120, 80, 40 }, least_hair[] = { 20, 15, 10 };
    double tone = 0.35 + 0.65 * dice(seed, 101), fair = dice(seed, 102);
    struct looks l = { .light = 0.5 * (dice(seed, 105) - 0.5),
                       .eyes_apart = 0.40 + 0.06 * dice(seed, 106),
                       .mouth_down = 0.58 + 0.06 * dice(seed, 107),
                       .mouth_half = 0.30 + 0.08 * dice(seed, 108) };

    for (unsigned k = 0; k < 3; k++) {
        l.skin[k] = skin[k] * tone + least_skin[k];
        l.hair[k] = least_hair[k] + hair[k] * fair * (k < 2 ? dice(seed, 103 + k) : 1);
        l.clothes[k] = 60 + 90 * dice(seed, 110 + k);
    }
    return l;
}

/* A soft spot: 1 in its middle, a third at its rim. */
static double spot(double x, double y, double middle_x, double middle_y, double half_width,
                   double half_height)
{
    double across = (x - middle_x) / half_width, down = (y - middle_y) / half_height;

    return exp(-across * across - down * down);
}

/* How dark one half of a face is; across from its middle to the ear. */
static double shadow_of_half(const struct looks *l, double across, double y)
{
    double eye = across - l->eyes_apart, eyes_y = -0.22;

    return 0.38 * spot(eye, y, 0, eyes_y - 0.02, 0.27, 0.15) +
           0.62 * spot(eye, y, 0.02, eyes_y - 0.20 - 0.05 * cos(4 * eye), 0.24, 0.05) + /* brow */
           0.55 * spot(eye, y, 0, eyes_y - 0.045, 0.19, 0.035) +                        /* lid */
           0.75 * spot(eye, y, 0, eyes_y + 0.01, 0.085, 0.08) +                         /* iris */
           -0.20 * spot(fabs(eye), y, 0.13, eyes_y + 0.02, 0.05, 0.04) +
           -0.16 * spot(eye, y, 0, 0.16, 0.26, 0.17) +       /* cheek */
           0.30 * spot(across, y, 0.10, 0.26, 0.06, 0.045) + /* nostril */
           0.13 * spot(across, y, l->eyes_apart - 0.12, 0.35, 0.06, 0.2);
}

static double shadow_of_middle(const struct looks *l, double x, double y)
{
    return -0.20 * spot(x, y, 0, 0.02, 0.085, 0.26) - 0.10 * spot(x, y, 0, 0.22, 0.10, 0.08) +
           0.14 * spot(x, y, 0, 0.30, 0.17, 0.05) +  /* below the nose */
           -0.12 * spot(x, y, 0, -0.52, 0.5, 0.18) + /* forehead */
           0.55 * spot(x, y, 0, l->mouth_down, l->mouth_half, 0.032) +
           0.26 * spot(x, y, 0, l->mouth_down, l->mouth_half * 0.9, 0.085) +
           0.16 * spot(x, y, 0, l->mouth_down + 0.15, 0.2, 0.045) -
           0.10 * spot(x, y, 0, l->mouth_down + 0.27, 0.2, 0.09) +
           0.25 * spot(fabs(x), y, 0.80, 0.2, 0.1, 0.6);
}

/* 1 well inside of an ellipse, 0 outside, `soft` wide between. */
static double cover(double x, double y, double half_width, double half_height, double soft)
{
    return fmin(fmax(0.5 - (hypot(x / half_width, y / half_height) - 1) / soft / 2, 0), 1);
}

static void blend(double colour[3], const double with[3], double light, double share)
{
    for (int k = 0; k < 3; k++)
        colour[k] += (with[k] * light - colour[k]) * share;
}

static void shade(const struct looks *l, double x, double y, double soft, double colour[3])
{
    double round = 1 - 0.55 * (x / 0.86) * (x / 0.86) - 0.16 * (y - 0.05) * (y - 0.05);
    double shadow = shadow_of_half(l, x, y) + shadow_of_half(l, -x, y) + shadow_of_middle(l, x, y);
    double light = (0.62 + 0.42 * round + l->light * x) * (1 - fmin(fmax(shadow, -0.3), 0.93));
    double below_hair = fmin(fmax(0.5 + (y + 0.72 - 0.10 * cos(3 * x)) / 0.12, 0), 1);
    bool is_neck = fabs(x) < 0.48 && y > 0.4 && y < 1.9;

    blend(colour, l->hair, 1, cover(x, y + 0.28, 1.02, 1.22, soft));
    blend(colour, l->skin, 0.62, is_neck ? 1 : 0);
    blend(colour, l->clothes, 1, cover(x, y - 2.6, 1.9, 1.1, soft));
    blend(colour, l->skin, light,
          below_hair * cover(x, y - 0.08, 0.80, y < 0.08 ? 1.10 : 1.02, soft));
}

void draw_head(struct drawing *d, const struct head *head)
{
    struct looks looks = looks_of(head->seed);
    double half = head->side / 2;

    for (int i = 0; i < d->width * d->height; i++) {
        double x = (i % d->width + 0.5 - head->centre_x) / half;
        double y = (i / d->width + 0.5 - head->centre_y) / half;
        uint8_t *pixel = d->rgba + 4 * (size_t)i;
        double colour[3] = { pixel[0], pixel[1], pixel[2] };

        if (fabs(x) > 2.4 || y < -2.2 || y > 3)
            continue;
        shade(&looks, x, y, 1.5 / half, colour);
        for (int k = 0; k < 3; k++)
            pixel[k] = to_byte(colour[k]);
    }
}
