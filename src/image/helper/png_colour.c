/* PNG's gAMA and cHRM: a power and four points of the chromaticity diagram become a colour space.
 */
#include <math.h>

#include "image/helper/colour.h"

enum {
    UNIT = 100000,
    NEAR_SRGB_GAMMA = 1000,
    SRGB_GAMMA = 45455,
    LEAST_GAMMA = 20000,
    LARGEST_GAMMA = 200000
};

struct matrix {
    double m[3][3];
};

static struct matrix multiply(const struct matrix *a, const struct matrix *b)
{
    struct matrix product = { 0 };

    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++) {
            for (int n = 0; n < 3; n++)
                product.m[i][k] += a->m[i][n] * b->m[n][k];
        }
    }
    return product;
}

static bool invert(const struct matrix *a, struct matrix *out)
{
    const double(*m)[3] = a->m;
    double det = 0;

    for (int i = 0; i < 3; i++)
        det += m[0][i] *
               (m[1][(i + 1) % 3] * m[2][(i + 2) % 3] - m[1][(i + 2) % 3] * m[2][(i + 1) % 3]);
    if (fabs(det) < 1e-6)
        return false;
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++) {
            int r = (k + 1) % 3, s = (k + 2) % 3, c = (i + 1) % 3, d = (i + 2) % 3;

            out->m[i][k] = (m[r][c] * m[s][d] - m[r][d] * m[s][c]) / det;
        }
    }
    return true;
}

/* X, Y and Z of a point with Y = 1. */
static bool xyz_of(const uint32_t point[2], double out[3])
{
    double x = (double)point[0] / UNIT, y = (double)point[1] / UNIT;

    if (point[0] > UNIT || point[1] > UNIT || y < 0.001)
        return false;
    out[0] = x / y;
    out[1] = 1;
    out[2] = (1 - x - y) / y;
    return true;
}

static void apply(const struct matrix *a, const double in[3], double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = a->m[i][0] * in[0] + a->m[i][1] * in[1] + a->m[i][2] * in[2];
}

/* How colours seen under one white look under D50, by Bradford's cones. */
static bool adapt_to_d50(const double white[3], struct matrix *out)
{
    static const struct matrix cones = {
        { { 0.8951, 0.2664, -0.1614 }, { -0.7502, 1.7135, 0.0367 }, { 0.0389, -0.0685, 1.0296 } }
    };
    static const double d50[3] = { 0.96422, 1, 0.82521 };
    struct matrix back, scale = { 0 };
    double from[3], to[3];

    apply(&cones, white, from);
    apply(&cones, d50, to);
    for (int i = 0; i < 3; i++) {
        if (from[i] < 0.001)
            return false;
        scale.m[i][i] = to[i] / from[i];
    }
    if (!invert(&cones, &back))
        return false;
    scale = multiply(&scale, &cones);
    *out = multiply(&back, &scale);
    return true;
}

static const struct png_colour srgb = { .white = { 31270, 32900 },
                                        .red = { 64000, 33000 },
                                        .green = { 30000, 60000 },
                                        .blue = { 15000, 6000 } };

static bool to_xyz_of(const struct png_colour *png, struct colour_space *space)
{
    const uint32_t *points[] = { png->red, png->green, png->blue };
    struct matrix primaries, inverse, adapt;
    double white[3], amount[3], xyz[3];

    for (int i = 0; i < 3; i++) {
        if (!xyz_of(points[i], xyz))
            return false;
        for (int k = 0; k < 3; k++)
            primaries.m[k][i] = xyz[k];
    }
    if (!xyz_of(png->white, white) || !invert(&primaries, &inverse) || !adapt_to_d50(white, &adapt))
        return false;
    apply(&inverse, white, amount);
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++)
            primaries.m[k][i] *= amount[i];
    }
    primaries = multiply(&adapt, &primaries);
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++)
            space->to_xyz[i][k] = (float)primaries.m[i][k];
    }
    return true;
}

static void fill_curves(uint32_t gamma, struct colour_space *space)
{
    bool is_srgb = gamma == 0 ||
                   (gamma > SRGB_GAMMA - NEAR_SRGB_GAMMA && gamma < SRGB_GAMMA + NEAR_SRGB_GAMMA);

    for (int i = 0; i < COLOUR_STEPS; i++) {
        float value = (float)i / (COLOUR_STEPS - 1);

        value = is_srgb ? colour_srgb_to_linear(value) : powf(value, (float)UNIT / (float)gamma);
        space->curves[0][i] = space->curves[1][i] = space->curves[2][i] = value;
    }
}

const struct colour *colour_from_png(struct arena *a, const struct png_colour *png)
{
    bool has_points = png->white[1] != 0,
         has_gamma = png->gamma >= LEAST_GAMMA && png->gamma <= LARGEST_GAMMA;
    struct colour_space space;

    if ((!has_points && !has_gamma) || !to_xyz_of(has_points ? png : &srgb, &space))
        return NULL;
    fill_curves(has_gamma ? png->gamma : 0, &space);
    return colour_create(a, &space);
}
