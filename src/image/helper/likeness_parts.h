/* What the files of likeness share: a picture as they look at it. Only they include this. */
#ifndef IMAGE_HELPER_LIKENESS_PARTS_H
#define IMAGE_HELPER_LIKENESS_PARTS_H

#include "image/helper/likeness.h"

/* A colour in Oklab, a space in which equal steps look equal. */
struct lab {
    float lightness, green_red, blue_yellow;
};

struct lab_picture {
    int width, height;
    struct lab *pixels;
};

static inline const struct lab *lab_at(const struct lab_picture *p, int x, int y)
{
    return p->pixels + (size_t)y * (size_t)p->width + (size_t)x;
}

/* likeness_colour.c */
double likeness_of_colours(const struct lab_picture *left, const struct lab_picture *right);
/* likeness_structure.c */
double likeness_of_structures(struct arena *a, const struct lab_picture *left,
                              const struct lab_picture *right);

#endif
