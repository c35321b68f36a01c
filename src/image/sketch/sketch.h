/* The built-in picture renderer. No model is behind it: words choose shapes, a seed throws dice. */
#ifndef IMAGE_SKETCH_SKETCH_H
#define IMAGE_SKETCH_SKETCH_H

#include "image/sketch/wish.h"

enum { SKETCH_MIN_SIZE = 16, SKETCH_MAX_SIZE = 4096, SKETCH_COLOURS = 6 };

struct sketch_colour {
    uint8_t r, g, b;
    float weight; /* share of the picture, all together at most 1 */
};

/*
 * What a picture hands on to those made after it. From its recipe: everything that makes its
 * subject the same again. From its pixels: their colours, and a guess at how they are composed.
 */
struct sketch_reference {
    struct sketch_colour colours[SKETCH_COLOURS]; /* heaviest first */
    int colour_count;
    int composition;   /* an enum composition, or -1: unknown */
    uint64_t identity; /* what the subject's dice start from */
    bool from_recipe;
    struct wish wish;  /* what the recipe's words asked for; only from a recipe */
    const char *style; /* a name of sketch_style_names, or NULL: unknown */
};

/* Prompts longer than 4000 bytes are read up to there; any bytes are welcome. Sizes outside of
 * SKETCH_MIN_SIZE to SKETCH_MAX_SIZE are a caller's error. */
struct sketch_request {
    struct str prompt, negative_prompt, style;
    uint64_t seed;
    int width, height;
    const struct sketch_reference *reference; /* or NULL */
};

extern const char *const sketch_style_names[]; /* NULL at the end; the first is the default */

/* The same request gives the same bytes. rgb holds width * height * 3. */
void sketch_render(const struct sketch_request *request, uint8_t *rgb, struct arena *a);

/* From the recipe that a reference was made by, with the reference that it went by itself, if any;
 * prefer this where one is known. Its size does not matter. */
void sketch_study_recipe(const struct sketch_request *made_by, struct sketch_reference *out);
/* From the pixels of any picture. */
void sketch_study(const uint8_t *rgb, int width, int height, struct sketch_reference *out);

/* Composition ("portrait: woman, curly hair, close-up"), style and a short title, for the recipe.
 */
void sketch_describe(const struct sketch_request *request, struct arena *a,
                     struct str *out_composition, struct str *out_style, struct str *out_title);

#endif
