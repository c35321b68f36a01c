/* SwarmUI: JSON with `sui_image_params`, in `parameters` or the comment of a JPEG. */
#include "image/recipe/lenient.h"
#include "image/recipe/reading.h"

static const struct recipe_key keys[] = {
    { "prompt", PART_PROMPT },
    { "negativeprompt", PART_NEGATIVE_PROMPT },
    { "width", PART_WIDTH },
    { "height", PART_HEIGHT },
    { "seed", PART_SEED },
    { "steps", PART_STEPS },
    { "cfgscale", PART_GUIDANCE },
    { "fluxguidancescale", PART_DISTILLED },
    { "sampler", PART_SAMPLER },
    { "comfyuisampler", PART_SAMPLER },
    { "autowebuisampler", PART_SAMPLER },
    { "scheduler", PART_SCHEDULER },
    { "comfyuischeduler", PART_SCHEDULER },
    { "model", PART_MODEL },
    { "swarm_version", PART_VERSION },
    { "loras", PART_NONE },
    { "loraweights", PART_NONE },
    { 0 },
};

/* A list, or a text with commas. */
static struct str_list list_of(struct arena *a, const struct json *v)
{
    struct str_list list = { arena_array(a, struct str, RECIPE_MAX_LORAS), 0 };
    struct str rest = lenient_text(a, v);
    bool more = rest.len > 0;

    if (v != NULL && v->type == JSON_ARRAY) {
        for (size_t i = 0; i < v->array.count && list.count < RECIPE_MAX_LORAS; i++)
            list.items[list.count++] = lenient_text(a, &v->array.items[i]);
    }
    while (more && list.count < RECIPE_MAX_LORAS)
        more = str_cut(rest, ',', &list.items[list.count++], &rest);
    return list;
}

static void read_loras(struct reading *r, const struct json *params)
{
    struct str_list names = list_of(r->arena, json_get(params, "loras"));
    struct str_list weights = list_of(r->arena, json_get(params, "loraweights"));

    for (size_t i = 0; i < names.count; i++)
        reading_add_lora(r, names.items[i],
                         i < weights.count ? weights.items[i] : (struct str){ 0 },
                         (struct str){ 0 });
}

/* [{"name":"sd_xl_base_1.0.safetensors","param":"model","hash":"0x..."}] */
static void read_models(struct reading *r, const struct json *models)
{
    if (models == NULL || models->type != JSON_ARRAY)
        return;
    for (size_t i = 0; i < models->array.count; i++) {
        const struct json *model = &models->array.items[i];
        struct str param = json_get_str(model, "param"), name = json_get_str(model, "name");
        struct str hash = json_get_str(model, "hash");

        if (str_eq(param, STR("model"))) {
            reading_set(r, PART_MODEL, STR("model"), name);
            reading_set(r, PART_MODEL_HASH, STR("hash"), hash);
        } else if (str_starts(param, STR("lora"))) {
            reading_add_lora(r, name, (struct str){ 0 }, hash);
        } else {
            reading_add_setting(r, arena_strf(r->arena, STR_FMT " hash", STR_ARG(name)), hash);
        }
    }
}

/* The tag of the camera's model is where old versions put it. */
static bool find_tree(struct reading *r, struct json *out)
{
    static const char *const places[] = { "parameters", "UserComment", "Model" };

    for (size_t i = 0; i < COUNT(places); i++) {
        struct str text = text_trim(reading_find(r, places[i]));

        if (text.len == 0 || text.ptr[0] != '{' ||
            str_find(text, STR("sui_image_params")) == text.len)
            continue;
        if (lenient_parse(r->arena, text, out)) {
            reading_use(r, places[i]);
            return true;
        }
    }
    return false;
}

static bool read(struct reading *r)
{
    static const struct recipe_key no_keys[] = { { 0 } };
    const struct json *params;
    struct json tree;

    if (!find_tree(r, &tree))
        return false;
    params = json_get(&tree, "sui_image_params");
    if (params == NULL || params->type != JSON_OBJECT)
        return false;
    r->recipe.program = STR("SwarmUI");
    reading_set_members(r, keys, params);
    read_loras(r, params);
    reading_add_prompt_loras(r);
    read_models(r, json_get(&tree, "sui_models"));
    reading_set_members(r, no_keys, json_get(&tree, "sui_extra_data"));
    return true;
}

const struct recipe_reader recipe_swarmui = { "swarmui", read };
