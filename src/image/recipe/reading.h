/* What the readers share: the texts of a picture, and how their words become a recipe. */
#ifndef IMAGE_RECIPE_READING_H
#define IMAGE_RECIPE_READING_H

#include "base/json.h"
#include "image/recipe/recipe.h"

struct reading {
    struct arena *arena;
    const struct image_text *texts;
    size_t count;
    struct recipe recipe;
    struct recipe_setting distilled; /* guidance of models that learned it; see reading_end */
};

/* One format. The first in the list that gives true has read the recipe. */
struct recipe_reader {
    const char *format;
    bool (*read)(struct reading *r);
};
extern const struct recipe_reader recipe_albumen, recipe_invokeai, recipe_comfyui, recipe_novelai,
    recipe_swarmui, recipe_fooocus, recipe_a1111;

/* Reads by this one alone. */
bool recipe_read_by(const struct recipe_reader *reader, struct arena *a,
                    const struct image_text *texts, size_t count, struct recipe *out);

/* The first text of this keyword, or no value. */
struct str reading_find(const struct reading *r, const char *keyword);
/* The same, trimmed of blanks, and kept in the recipe's raw texts. */
struct str reading_use(struct reading *r, const char *keyword);

enum recipe_part {
    PART_NONE, /* of no interest */
    PART_SETTING,
    PART_PROGRAM,
    PART_VERSION,
    PART_PROMPT,
    PART_NEGATIVE_PROMPT,
    PART_STYLE,
    PART_WIDTH,
    PART_HEIGHT,
    PART_SIZE, /* "832x1216", "(832, 1216)" */
    PART_SEED,
    PART_STEPS,
    PART_GUIDANCE,
    PART_DISTILLED,
    PART_SAMPLER,
    PART_SCHEDULER,
    PART_MODEL,
    PART_MODEL_HASH,
};
/* What a format calls the part; an empty name ends a table. */
struct recipe_key {
    const char *name;
    enum recipe_part part;
};

/* A value that does not suit its part becomes a setting. What is set already stays. */
void reading_set(struct reading *r, enum recipe_part part, struct str name, struct str value);
/* By the key of this name, or as a setting. */
void reading_set_by(struct reading *r, const struct recipe_key *keys, struct str name,
                    struct str value);
/* All members that are text, numbers, true or false; those in the table may be anything else, and
 * are passed over then. */
void reading_set_members(struct reading *r, const struct recipe_key *keys,
                         const struct json *object);

void reading_add_setting(struct reading *r, struct str name, struct str value);
/* Of one name once: a hash or weight that was missing is filled in. */
void reading_add_lora(struct reading *r, struct str name, struct str weight, struct str hash);
/* Those that the prompt calls: "<lora:name:0.8>". */
void reading_add_prompt_loras(struct reading *r);

/* Blanks and line ends off both ends. */
struct str text_trim(struct str s);
/* "models/sd/juggernaut.safetensors" is juggernaut. */
struct str text_file_stem(struct str path);

#endif
