/* A1111's text: prompt, negative prompt, and a last line of "Name: value" pairs. */
#ifndef IMAGE_RECIPE_INFOTEXT_H
#define IMAGE_RECIPE_INFOTEXT_H

#include "image/recipe/reading.h"

struct infotext {
    struct str prompt, negative_prompt;
    struct recipe_setting *pairs;
    size_t pair_count; /* 0: there is no line of pairs */
};
void infotext_parse(struct arena *a, struct str text, struct infotext *out);

/* The value of this name, or no value. */
struct str infotext_find(const struct infotext *text, const char *name);

/* Everything into the recipe, by the names that A1111, its forks and imitators use. */
void infotext_apply(struct reading *r, const struct infotext *text);

#endif
