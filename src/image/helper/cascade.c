/* Runs a window through a cascade. */
#include "image/helper/cascade.h"

/* A bit for each outer cell, clockwise from the left upper one, the first the highest. */
static unsigned pattern_at(const struct cascade_feature *f, const uint32_t *corner, size_t stride)
{
    static const uint8_t ring[8][2] = { { 0, 0 }, { 0, 1 }, { 0, 2 }, { 1, 2 },
                                        { 2, 2 }, { 2, 1 }, { 2, 0 }, { 1, 0 } };
    uint32_t above[4][3], cells[3][3];
    unsigned pattern = 0;

    for (size_t row = 0; row < 4; row++) {
        const uint32_t *sums = corner + (f->top + row * f->height) * stride + f->left;

        for (size_t k = 0; k < 3; k++)
            above[row][k] = sums[(k + 1) * f->width] - sums[k * f->width];
    }
    for (size_t row = 0; row < 3; row++) {
        for (size_t k = 0; k < 3; k++)
            cells[row][k] = above[row + 1][k] - above[row][k];
    }
    for (size_t i = 0; i < COUNT(ring); i++)
        pattern = pattern << 1 | (cells[ring[i][0]][ring[i][1]] >= cells[1][1]);
    return pattern;
}

size_t cascade_passed(const struct cascade *c, const uint32_t *corner, size_t stride)
{
    const struct cascade_stump *stump = c->stumps;

    for (size_t stage = 0; stage < c->stage_count; stage++) {
        int32_t sum = 0;

        for (int32_t i = 0; i < c->stages[stage].stump_count; i++, stump++) {
            unsigned pattern = pattern_at(&stump->feature, corner, stride);
            bool is_inside = (stump->patterns[pattern / 32] >> (pattern % 32) & 1) != 0;

            sum += is_inside ? stump->inside : stump->outside;
        }
        if (sum < c->stages[stage].threshold)
            return stage;
    }
    return c->stage_count;
}
