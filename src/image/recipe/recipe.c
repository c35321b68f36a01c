/* The list of formats, in the order in which they are tried. */
#include "image/recipe/recipe.h"

#include "image/recipe/reading.h"

static const struct field lora_json[] = {
    { FIELD(struct recipe_lora, name) },
    { FIELD(struct recipe_lora, hash) },
    { FIELD(struct recipe_lora, weight) },
    { 0 },
};
static const struct field setting_json[] = {
    { FIELD(struct recipe_setting, name) },
    { FIELD(struct recipe_setting, value) },
    { 0 },
};
static const struct field raw_json[] = {
    { FIELD(struct image_text, keyword), .help = "the chunk or tag it stood in" },
    { FIELD_NAMED(struct image_text, value, "text") },
    { 0 },
};

const struct field recipe_json[] = {
    { FIELD(struct recipe, format), .help = "whose way of writing" },
    { FIELD(struct recipe, program), .help = "what made the picture" },
    { FIELD(struct recipe, version) },
    { FIELD(struct recipe, prompt) },
    { FIELD(struct recipe, negative_prompt) },
    { FIELD(struct recipe, style) },
    { FIELD(struct recipe, width), .unit = "px" },
    { FIELD(struct recipe, height), .unit = "px" },
    { FIELD(struct recipe, seed), .help = "decimal digits: some use all 64 bits" },
    { FIELD(struct recipe, steps) },
    { FIELD(struct recipe, guidance) },
    { FIELD(struct recipe, sampler) },
    { FIELD(struct recipe, scheduler) },
    { FIELD(struct recipe, model) },
    { FIELD(struct recipe, model_hash) },
    { FIELD_LIST(struct recipe, loras, struct recipe_lora, lora_json) },
    { FIELD_LIST(struct recipe, settings, struct recipe_setting, setting_json),
      .help = "what else was set, in the program's own words" },
    { FIELD_LIST(struct recipe, raw, struct image_text, raw_json),
      .help = "what it was read from, as it stands in the file" },
    { 0 },
};

/* Our own word first; then the narrow before the wide: many programs add an A1111 text beside
 * theirs. */
static const struct recipe_reader *const readers[] = {
    &recipe_albumen, &recipe_invokeai, &recipe_comfyui, &recipe_novelai,
    &recipe_swarmui, &recipe_fooocus,  &recipe_a1111,
};

bool recipe_read(struct arena *a, const struct image_text *texts, size_t count, struct recipe *out)
{
    for (size_t i = 0; i < COUNT(readers); i++) {
        if (recipe_read_by(readers[i], a, texts, count, out))
            return true;
    }
    return false;
}

struct opt_i64 recipe_seed(const struct recipe *r)
{
    struct opt_i64 seed = { .set = true };

    return str_to_i64(r->seed, 0, INT64_MAX, &seed.value) ? seed : (struct opt_i64){ 0 };
}
