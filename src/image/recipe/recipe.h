/* How a picture was made, read from the texts that the program which made it left in the file: one
 * struct for all of them. */
#ifndef IMAGE_RECIPE_RECIPE_H
#define IMAGE_RECIPE_RECIPE_H

#include "base/field.h"
#include "image/image.h"

enum {
    RECIPE_MAX_LORAS = 64,
    RECIPE_MAX_SETTINGS = 100,
    RECIPE_MAX_RAW = 8,
    RECIPE_MAX_NAME = 200,   /* bytes of a setting's name */
    RECIPE_MAX_VALUE = 4096, /* bytes of every value but the prompts: longer ones are left out */
};

struct recipe_lora {
    struct str name, hash;
    struct opt_f64 weight;
};
struct recipe_setting {
    struct str name, value;
};

/* What the file does not tell has no value. */
struct recipe {
    struct str format;           /* whose way of writing: "comfyui" */
    struct str program, version; /* what wrote it, as far as it says so */
    struct str prompt, negative_prompt, style;
    struct opt_i64 width, height; /* asked for; a later enlargement is a setting */
    struct str seed;              /* decimal digits: some use all 64 bits */
    struct opt_i64 steps;
    struct opt_f64 guidance; /* the distilled one where the other is off, at 1 */
    struct str sampler, scheduler, model, model_hash;
    struct field_list loras;    /* of struct recipe_lora */
    struct field_list settings; /* of struct recipe_setting: the rest, in the program's words */
    struct field_list raw;      /* of struct image_text: what all this was read from */
};
extern const struct field recipe_json[];

/*
 * False: none of the texts is a recipe. Texts are UTF-8, and the recipe points into them and the
 * arena. A text that is only partly understood gives what was understood; nothing is an error.
 */
bool recipe_read(struct arena *a, const struct image_text *texts, size_t count, struct recipe *out);

/* The seed as a number, where it fits. */
struct opt_i64 recipe_seed(const struct recipe *r);

#endif
