/* Sine, power and chance from IEEE additions and multiplications only. */
#include "image/sketch/num.h"

#include <string.h>

/* Odd polynomial on a quarter turn either side of zero; error below 2e-6. */
float num_sin(float turns)
{
    float t = turns - num_floor(turns + 0.5f);
    float x, x2;

    if (t > 0.25f)
        t = 0.5f - t;
    else if (t < -0.25f)
        t = -0.5f - t;
    x = t * 6.28318531f;
    x2 = x * x;
    return x * (1 + x2 * (-0.166666546f + x2 * (0.00833216076f + x2 * -0.000195152832f)));
}

float num_cos(float turns)
{
    return num_sin(turns + 0.25f);
}

static float atan_unit(float x)
{
    float x2 = x * x;

    return x * (0.159123f + x2 * (-0.0519f + x2 * (0.0262f + x2 * -0.0084f)));
}

float num_atan2(float y, float x)
{
    float ax = fabsf(x), ay = fabsf(y), angle;

    if (ax + ay <= 0)
        return 0;
    angle = ay <= ax ? atan_unit(ay / ax) : 0.25f - atan_unit(ax / ay);
    if (x < 0)
        angle = 0.5f - angle;
    return y < 0 ? -angle : angle;
}

static double log2_of(double x)
{
    uint64_t bits;
    double m, t, t2;
    int exponent;

    memcpy(&bits, &x, sizeof(bits));
    exponent = (int)(bits >> 52) - 1023;
    bits = (bits & 0xfffffffffffffu) | 0x3ff0000000000000u;
    memcpy(&m, &bits, sizeof(m));
    if (m > 1.4142135623730951) {
        m *= 0.5;
        exponent++;
    }
    t = (m - 1) / (m + 1);
    t2 = t * t;
    return exponent +
           2.8853900817779268 * t * (1 + t2 * (1.0 / 3 + t2 * (1.0 / 5 + t2 * (1.0 / 7 + t2 / 9))));
}

static double exp2_of(double x)
{
    double whole = (double)(int)(x < 0 ? x - 1 : x), f = (x - whole) * 0.6931471805599453;
    double power =
        1 + f * (1 + f / 2 * (1 + f / 3 * (1 + f / 4 * (1 + f / 5 * (1 + f / 6 * (1 + f / 7))))));
    uint64_t bits = (uint64_t)((int)whole + 1023) << 52;
    double scale;

    memcpy(&scale, &bits, sizeof(scale));
    return power * scale;
}

float num_pow(float base, float exponent)
{
    if (base <= 0)
        return 0;
    return (float)exp2_of(log2_of((double)base) * (double)exponent);
}

uint64_t num_hash(uint64_t a, uint64_t b)
{
    uint64_t x = a * 0x9e3779b97f4a7c15u ^ (b + 0x7f4a7c159e3779b9u);

    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

struct dice dice_for(uint64_t seed, const char *label)
{
    return (struct dice){ num_hash(seed, str_hash(str_from(label))) };
}

uint64_t dice_next(struct dice *d)
{
    d->state += 0x9e3779b97f4a7c15u;
    return num_hash(d->state, 1);
}

float dice_unit(struct dice *d)
{
    return (float)(dice_next(d) >> 40) * (1.0f / 16777216.0f);
}

float dice_range(struct dice *d, float low, float high)
{
    return low + (high - low) * dice_unit(d);
}

int dice_below(struct dice *d, int bound)
{
    return (int)((dice_next(d) >> 33) % (uint64_t)bound);
}

bool dice_chance(struct dice *d, float probability)
{
    return dice_unit(d) < probability;
}
