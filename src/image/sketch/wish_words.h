/* The table of words that the renderer knows. */
#ifndef IMAGE_SKETCH_WISH_WORDS_H
#define IMAGE_SKETCH_WISH_WORDS_H

#include "image/sketch/wish.h"

/* Lower case, single spaces for hyphens; the first row of a value is its name. */
struct wish_word {
    const char *text;
    uint8_t kind, value;
};

struct colour_word {
    const char *text;
    struct lch colour;
};

extern const struct wish_word wish_words[]; /* text NULL at the end */
extern const struct colour_word colour_words[];

#endif
