/* A trained cascade: short tests first, so that nearly every window fails early. The table itself
 * is made at build time by tools/cascade2c. */
#ifndef IMAGE_HELPER_CASCADE_H
#define IMAGE_HELPER_CASCADE_H

#include "base/base.h"

enum { CASCADE_WINDOW = 24 }; /* pixels a side of what it looks at */

/* Three by three cells, each of this size; a pattern says which of the outer eight are at least as
 * bright as the middle one. */
struct cascade_feature {
    uint8_t left, top, width, height;
};

/* One vote: by whether the pattern found is among these, a bit each. In 65536ths. */
struct cascade_stump {
    struct cascade_feature feature;
    uint32_t patterns[8];
    int32_t inside, outside;
};

/* So many stumps, which follow those of the stage before; less than the threshold fails. */
struct cascade_stage {
    int32_t threshold;
    int32_t stump_count;
};

struct cascade {
    const struct cascade_stage *stages;
    size_t stage_count;
    const struct cascade_stump *stumps;
};
extern const struct cascade face_cascade; /* of faces seen from the front, brows to chin */

/*
 * corner: in sums of brightness above and to the left of each corner, rows of `stride` numbers, the
 * window's own left upper corner; CASCADE_WINDOW more rows and columns are there. Gives the number
 * of stages that were passed; all of them: it is one.
 */
size_t cascade_passed(const struct cascade *c, const uint32_t *corner, size_t stride);

#endif
