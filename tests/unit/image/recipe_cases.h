/* Pictures of other programs, from descriptions in recipes/<format>.txt: what stands where in the
 * file, and the recipe that it is. */
#ifndef TESTS_UNIT_IMAGE_RECIPE_CASES_H
#define TESTS_UNIT_IMAGE_RECIPE_CASES_H

#include "image/recipe/recipe.h"

enum { CASE_MAX_TEXTS = 8 };

/*
 * place: "png tEXt parameters" (also zTXt, iTXt, packed-iTXt, late-iTXt behind the pixels),
 * "jpeg COM", "jpeg XMP", "webp XMP", "jpeg ifd0 Model", "webp exif UserComment utf16be" (also
 * utf16le, ascii, zeros).
 */
struct recipe_text {
    struct str place, text;
};
struct recipe_case {
    struct str name, want;
    struct recipe_text texts[CASE_MAX_TEXTS];
    size_t text_count;
};
/* All cases of the file, or abort. */
size_t recipe_cases_load(struct arena *a, const char *format, struct recipe_case **out);

/* The file that such a program would have written. */
struct str recipe_case_file(struct arena *a, const struct recipe_case *c);

/* One "name: value" on a line for each part that is there, line ends in values as \n. Settings and
 * raw texts stand behind. */
struct str recipe_describe(struct arena *a, const struct recipe *r);

#endif
