/* Our own chunk: the recipe of a picture as our library has it. */
#include "image/recipe/lenient.h"
#include "image/recipe/reading.h"

static const struct recipe_key keys[] = {
    { "prompt", PART_PROMPT },
    { "negative_prompt", PART_NEGATIVE_PROMPT },
    { "negativePrompt", PART_NEGATIVE_PROMPT },
    { "style", PART_STYLE },
    { "width", PART_WIDTH },
    { "height", PART_HEIGHT },
    { "seed", PART_SEED },
    { "steps", PART_STEPS },
    { "guidance", PART_GUIDANCE },
    { 0 },
};

/* {"backend":"studio","request":{...},"ignored":[...],"metadata":{...}} */
static bool read(struct reading *r)
{
    static const struct recipe_key top_keys[] = {
        { "backend", PART_SETTING },
        { "version", PART_VERSION },
        { 0 },
    };
    struct str text = reading_find(r, "albumen");
    const struct json *request;
    struct json tree;

    if (text.len == 0 || !lenient_parse(r->arena, text, &tree) || tree.type != JSON_OBJECT)
        return false;
    request = json_get(&tree, "request");
    reading_use(r, "albumen");
    r->recipe.program = STR("Albumen");
    reading_set_members(r, top_keys, &tree);
    reading_set_members(r, keys, request);
    reading_set_members(r, keys, json_get(request, "options"));
    return true;
}

const struct recipe_reader recipe_albumen = { "albumen", read };
