/* Arithmetic that gives the same bits with every compiler: no libm function that may round freely.
 */
#ifndef IMAGE_SKETCH_NUM_H
#define IMAGE_SKETCH_NUM_H

#include <math.h> /* sqrtf and fabsf alone: IEEE 754 fixes their results */

#include "base/str.h"

/* Angles are turns: 0.25 is a right angle, y points down. */
float num_sin(float turns);
float num_cos(float turns);
float num_atan2(float y, float x);         /* in turns, -0.5 to 0.5 */
float num_pow(float base, float exponent); /* base > 0, else 0 */

static inline float num_clamp(float x, float low, float high)
{
    return x < low ? low : x > high ? high : x;
}

static inline float num_mix(float a, float b, float t)
{
    return a + (b - a) * t;
}

/* For |x| below 2^31. The library's own is a call where the processor lacks an instruction. */
static inline float num_floor(float x)
{
    float cut = (float)(int)x;

    return cut > x ? cut - 1 : cut;
}

/* 0 below a, 1 above b, smooth between. */
static inline float num_step(float a, float b, float x)
{
    float t = num_clamp((x - a) / (b - a), 0, 1);

    return t * t * (3 - 2 * t);
}

static inline int num_clamp_int(int x, int low, int high)
{
    return x < low ? low : x > high ? high : x;
}

static inline uint8_t num_byte(int x)
{
    return (uint8_t)num_clamp_int(x, 0, 255);
}

/* A well mixed word of two; the root of everything that is random here. */
uint64_t num_hash(uint64_t a, uint64_t b);

/* A repeatable source of chance. */
struct dice {
    uint64_t state;
};

/* Independent of all other labels, so that a new throw in one place moves nothing elsewhere. */
struct dice dice_for(uint64_t seed, const char *label);
uint64_t dice_next(struct dice *d);
float dice_unit(struct dice *d); /* 0 <= x < 1 */
float dice_range(struct dice *d, float low, float high);
int dice_below(struct dice *d, int bound);
bool dice_chance(struct dice *d, float probability);

#endif
