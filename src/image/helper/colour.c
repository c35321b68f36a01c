/* From any RGB space into sRGB: two tables and a matrix. */
#include "image/helper/colour.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    ENCODE_STEPS = 4096, /* at sRGB's steepest less than one step of the result each */
    ROUNDING = 2,        /* profiles of sRGB itself come within this */
};

struct colour {
    float linear[3][COLOUR_STEPS];
    float matrix[3][3]; /* linear RGB to the linear light of sRGB, times the steps of encode */
    uint8_t encode[ENCODE_STEPS];
};

/* XYZ under D50 to the linear light of sRGB. */
static const float xyz_to_srgb[3][3] = {
    { 3.1338561f, -1.6168667f, -0.4906146f },
    { -0.9787684f, 1.9161415f, 0.0334540f },
    { 0.0719453f, -0.2289914f, 1.4052427f },
};

float colour_srgb_to_linear(float value)
{
    return value <= 0.04045f ? value / 12.92f : powf((value + 0.055f) / 1.055f, 2.4f);
}

static float srgb_of_linear(float value)
{
    return value <= 0.0031308f ? value * 12.92f : 1.055f * powf(value, 1 / 2.4f) - 0.055f;
}

/* Everything that is no number counts as the lowest. */
static inline int step_of(float value)
{
    if (!(value > 0))
        return 0;
    return value >= ENCODE_STEPS - 1 ? ENCODE_STEPS - 1 : (int)(value + 0.5f);
}

void colour_apply(const struct colour *c, const uint8_t *in, uint8_t *out, int pixels, int channels)
{
    for (int i = 0; i < pixels; i++, in += channels, out += channels) {
        float r = c->linear[0][in[0]], g = c->linear[1][in[1]], b = c->linear[2][in[2]];

        for (int k = 0; k < 3; k++)
            out[k] =
                c->encode[step_of(c->matrix[k][0] * r + c->matrix[k][1] * g + c->matrix[k][2] * b)];
        if (channels == 4)
            out[3] = in[3];
    }
}

/* Nine levels of each channel show whether anything would change. */
static bool changes_nothing(const struct colour *c)
{
    for (int i = 0; i < 9 * 9 * 9; i++) {
        uint8_t in[3] = { (uint8_t)MIN(i % 9 * 32, 255), (uint8_t)MIN(i / 9 % 9 * 32, 255),
                          (uint8_t)MIN(i / 81 * 32, 255) };
        uint8_t out[3];

        colour_apply(c, in, out, 1, 3);
        for (int k = 0; k < 3; k++) {
            if (abs(in[k] - out[k]) > ROUNDING)
                return false;
        }
    }
    return true;
}

const struct colour *colour_create(struct arena *a, const struct colour_space *space)
{
    struct colour *c = arena_new(a, struct colour);

    memcpy(c->linear, space->curves, sizeof(c->linear));
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++) {
            for (int m = 0; m < 3; m++)
                c->matrix[i][k] += xyz_to_srgb[i][m] * space->to_xyz[m][k] * (ENCODE_STEPS - 1);
        }
    }
    for (int i = 0; i < ENCODE_STEPS; i++)
        c->encode[i] = (uint8_t)lrintf(srgb_of_linear((float)i / (ENCODE_STEPS - 1)) * 255);
    return changes_nothing(c) ? NULL : c;
}
