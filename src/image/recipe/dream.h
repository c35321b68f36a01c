/* The command line that InvokeAI began with: "a fox [blurry]" -s 50 -S 42 -W 512 -H 512 -C 7.5 -A
 * k_lms. */
#ifndef IMAGE_RECIPE_DREAM_H
#define IMAGE_RECIPE_DREAM_H

#include "image/recipe/reading.h"

/* False: it is no such line. */
bool dream_read(struct reading *r, struct str line);

/* What stands in square brackets is what not to show. */
void dream_set_prompt(struct reading *r, struct str text);

#endif
