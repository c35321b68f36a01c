/* The styles: how the shapes of a scene become a picture. */
#ifndef IMAGE_SKETCH_STYLE_H
#define IMAGE_SKETCH_STYLE_H

#include "image/sketch/plan.h"

/* What a style works with. */
struct studio {
    const struct scene *scene;
    struct canvas *canvas;
    struct arena *arena;
    struct palette palette;
    uint64_t seed; /* for texture: it belongs to the picture, not to its subject */
};

struct style {
    const char *name;  /* as in sketch_style_names and on the wire */
    const char *words; /* other words that ask for it, "|" between */
    void (*draw)(struct studio *st);
    bool shy; /* its bare name in a prompt mostly means something else */
};

extern const struct style styles[]; /* name NULL at the end; the first is the default */

/* By a style's own words first, else by those of the prompt, else the one
 * named `otherwise`, else the default. */
const struct style *style_find(struct str style, struct str prompt, struct str negative_prompt,
                               const char *otherwise);

#endif
