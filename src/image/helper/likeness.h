/* How alike two pictures are: in their colours, in how their edges run, and in their faces. */
#ifndef IMAGE_HELPER_LIKENESS_H
#define IMAGE_HELPER_LIKENESS_H

#include "base/arena.h"
#include "image/helper/pixels.h"

/* The longer side of what is compared, at most: of pictures and of faces. */
enum { LIKENESS_SIDE = 128, LIKENESS_FACE_SIDE = 64 };

/* All from 0, nothing in common, to 1, the same; the order of the two does not matter. */
struct likeness {
    double colour, structure;
    double face;  /* of the faces alone, where there are some */
    double whole; /* of all that there is */
    bool has_faces;
};

/* Upright pictures of up to LIKENESS_SIDE pixels a side; transparent pixels stand on white. */
struct likeness likeness_of(struct arena *a, const struct pixels *left, const struct pixels *right);

/* Adds what their faces have in common to the likeness of two pictures. Both are cut out in one
 * size, of up to LIKENESS_FACE_SIDE. */
void likeness_add_face(struct arena *a, const struct pixels *left, const struct pixels *right,
                       struct likeness *l);

#endif
