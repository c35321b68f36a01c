/* sRGB to OKLab and back. */
#include "image/sketch/colour.h"

#include "image/sketch/num.h"

static float to_linear(int byte)
{
    float c = (float)byte / 255;

    return c <= 0.04045f ? c / 12.92f : num_pow((c + 0.055f) / 1.055f, 2.4f);
}

static float to_encoded(float c)
{
    if (c <= 0.0031308f)
        return c * 12.92f;
    return 1.055f * num_pow(c, 1 / 2.4f) - 0.055f;
}

static float cube_root(float x)
{
    return num_pow(x, 1.0f / 3);
}

struct lab rgb_to_lab(struct rgb colour)
{
    float r = to_linear(colour.r), g = to_linear(colour.g), b = to_linear(colour.b);
    float l = cube_root(0.4122214708f * r + 0.5363325363f * g + 0.0514459929f * b);
    float m = cube_root(0.2119034982f * r + 0.6806995451f * g + 0.1073969566f * b);
    float s = cube_root(0.0883024619f * r + 0.2817188376f * g + 0.6299787005f * b);

    return (struct lab){ 0.2104542553f * l + 0.7936177850f * m - 0.0040720468f * s,
                         1.9779984951f * l - 2.4285922050f * m + 0.4505937099f * s,
                         0.0259040371f * l + 0.7827717662f * m - 0.8086757660f * s };
}

/* Linear light of a colour; a component outside of 0 to 1 cannot be shown. */
static void lab_to_linear(struct lab lab, float out[3])
{
    float l = lab.l + 0.3963377774f * lab.a + 0.2158037573f * lab.b;
    float m = lab.l - 0.1055613458f * lab.a - 0.0638541728f * lab.b;
    float s = lab.l - 0.0894841775f * lab.a - 1.2914855480f * lab.b;

    l = l * l * l;
    m = m * m * m;
    s = s * s * s;
    out[0] = 4.0767416621f * l - 3.3077115913f * m + 0.2309699292f * s;
    out[1] = -1.2684380046f * l + 2.6097574011f * m - 0.3413193965f * s;
    out[2] = -0.0041960863f * l - 0.7034186147f * m + 1.7076147010f * s;
}

static bool fits(const float linear[3])
{
    for (int i = 0; i < 3; i++)
        if (linear[i] < -0.0005f || linear[i] > 1.0005f)
            return false;
    return true;
}

struct rgb rgb_from_lab(struct lab lab)
{
    float linear[3], low = 0, high = 1;

    lab.l = num_clamp(lab.l, 0, 1);
    lab_to_linear(lab, linear);
    if (!fits(linear)) {
        for (int i = 0; i < 10; i++) {
            float mid = (low + high) / 2;

            lab_to_linear((struct lab){ lab.l, lab.a * mid, lab.b * mid }, linear);
            *(fits(linear) ? &low : &high) = mid;
        }
        lab_to_linear((struct lab){ lab.l, lab.a * low, lab.b * low }, linear);
    }
    return (struct rgb){ num_byte((int)(to_encoded(linear[0]) * 255 + 0.5f)),
                         num_byte((int)(to_encoded(linear[1]) * 255 + 0.5f)),
                         num_byte((int)(to_encoded(linear[2]) * 255 + 0.5f)) };
}

struct rgb rgb_from_lch(struct lch colour)
{
    return rgb_from_lab(
        (struct lab){ colour.l, colour.c * num_cos(colour.h), colour.c * num_sin(colour.h) });
}

struct lch rgb_to_lch(struct rgb colour)
{
    struct lab lab = rgb_to_lab(colour);

    return (struct lch){ lab.l, sqrtf(lab.a * lab.a + lab.b * lab.b), num_atan2(lab.b, lab.a) };
}

struct rgb rgb_of(float l, float c, float h)
{
    return rgb_from_lch((struct lch){ l, c, h });
}

struct rgb rgb_mix(struct rgb a, struct rgb b, float t)
{
    struct lab x = rgb_to_lab(a), y = rgb_to_lab(b);

    return rgb_from_lab(
        (struct lab){ num_mix(x.l, y.l, t), num_mix(x.a, y.a, t), num_mix(x.b, y.b, t) });
}

struct rgb rgb_shift(struct rgb colour, float add_light, float times_chroma)
{
    struct lab lab = rgb_to_lab(colour);

    return rgb_from_lab(
        (struct lab){ lab.l + add_light, lab.a * times_chroma, lab.b * times_chroma });
}

float rgb_light(struct rgb colour)
{
    return rgb_to_lab(colour).l;
}

int rgb_luma(struct rgb colour)
{
    return (54 * colour.r + 183 * colour.g + 19 * colour.b) >> 8;
}

float lab_distance(struct lab a, struct lab b)
{
    float dl = a.l - b.l, da = a.a - b.a, db = a.b - b.b;

    return sqrtf(dl * dl + da * da + db * db);
}
