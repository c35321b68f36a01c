/* People drawn for tests: shaded heads, seen from the front, such as no camera ever saw. */
#ifndef TESTS_UNIT_IMAGE_FACES_H
#define TESTS_UNIT_IMAGE_FACES_H

#include "pictures.h"

/* Waves and coloured boxes; another seed is another place. */
struct drawing draw_place(struct arena *a, int width, int height, unsigned seed);

/* centre: between eyes and mouth; side: of the square from brows to chin. What does not fit into
 * the picture is cut off. */
struct head {
    double centre_x, centre_y, side;
    unsigned seed; /* another seed is somebody else */
};
void draw_head(struct drawing *d, const struct head *head);

#endif
