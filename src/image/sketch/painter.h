/* From shapes to pixels: the ways of laying paint that styles share. */
#ifndef IMAGE_SKETCH_PAINTER_H
#define IMAGE_SKETCH_PAINTER_H

#include "image/sketch/style.h"

struct look {
    bool flat;          /* gradients become their middle colour */
    float shade, glow;  /* strength of ROLE_SHADE and ROLE_GLOW, 0 to leave them out */
    float line, detail; /* width of outlines, 0 for none; units of the picture */
    bool line_only;     /* no fill: bodies are filled with `blank` to hide what lies behind */
    struct rgb blank, ink;
    bool own_ink;    /* outlines in a dark shade of each body's colour */
    float wobble;    /* outlines wander that far */
    float shadow;    /* bodies throw a shadow that long (cut paper) */
    float vary;      /* lightness of each body differs by up to this */
    bool stroke_ink; /* ROLE_STROKE in ink */
    struct rgb (*recolour)(const struct studio *st, struct rgb colour, enum role role);
};

void painter_draw(struct studio *st, const struct look *look);

#endif
