/* The names of the styles alone: the server lists them without linking what draws them. */
#include "image/sketch/sketch.h"

const char *const sketch_style_names[] = {
    "illustration", "watercolor", "ink",           "oil",    "pastel",  "linocut",  "risograph",
    "pixel",        "blueprint",  "stained-glass", "mosaic", "gouache", "low-poly", "charcoal",
    "neon",         "paper-cut",  "comic",         "sepia",  NULL
};
