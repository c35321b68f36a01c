/* InvokeAI, in its four generations: `invokeai_metadata`, before it `invokeai_graph` alone, before
 * that `sd-metadata`, and at first a command line in `Dream`. */
#include "image/recipe/dream.h"
#include "image/recipe/lenient.h"
#include "image/recipe/reading.h"

static const struct recipe_key keys[] = {
    { "positive_prompt", PART_PROMPT },
    { "negative_prompt", PART_NEGATIVE_PROMPT },
    { "width", PART_WIDTH },
    { "height", PART_HEIGHT },
    { "seed", PART_SEED },
    { "steps", PART_STEPS },
    { "cfg_scale", PART_GUIDANCE },
    { "guidance", PART_DISTILLED },
    { "scheduler", PART_SAMPLER },
    { "app_version", PART_VERSION },
    { "id", PART_NONE },
    { "type", PART_NONE },
    { "is_intermediate", PART_NONE },
    { "use_cache", PART_NONE },
    { 0 },
};

/* {"key","hash","name","base","type"}; until version 4 {"model_name","base_model","model_type"}. */
static struct str model_name(const struct json *model)
{
    struct str name = json_get_str(model, "name");

    return str_is_null(name) ? json_get_str(model, "model_name") : name;
}

static void read_models(struct reading *r, const struct json *metadata)
{
    static const struct {
        const char *member, *label;
    } others[] = {
        { "vae", "VAE" },
        { "refiner_model", "Refiner" },
    };
    const struct json *model = json_get(metadata, "model");

    reading_set(r, PART_MODEL, STR("model"), model_name(model));
    reading_set(r, PART_MODEL, STR("model"), json_get_str(metadata, "model"));
    reading_set(r, PART_MODEL_HASH, STR("hash"), json_get_str(model, "hash"));
    for (size_t i = 0; i < COUNT(others); i++)
        reading_add_setting(r, str_from(others[i].label),
                            model_name(json_get(metadata, others[i].member)));
}

/* [{"model":{"name"},"weight"}]; until version 4 [{"lora":{"model_name"},"weight"}]. */
static void read_loras(struct reading *r, const struct json *loras)
{
    if (loras == NULL || loras->type != JSON_ARRAY)
        return;
    for (size_t i = 0; i < loras->array.count; i++) {
        const struct json *item = &loras->array.items[i], *model = json_get(item, "model");

        if (model == NULL)
            model = json_get(item, "lora");
        reading_add_lora(r, model_name(model), lenient_text(r->arena, json_get(item, "weight")),
                         json_get_str(model, "hash"));
    }
}

static void read_metadata(struct reading *r, const struct json *metadata)
{
    reading_set_members(r, keys, metadata);
    read_models(r, metadata);
    read_loras(r, json_get(metadata, "loras"));
}

static const struct json *find_metadata_node(const struct json *nodes, struct str *out_id)
{
    for (size_t i = 0; nodes != NULL && nodes->type == JSON_OBJECT && i < nodes->object.count;
         i++) {
        const struct json_member *m = &nodes->object.members[i];
        struct str type = json_get_str(&m->value, "type");

        if (str_eq(type, STR("core_metadata")) || str_eq(type, STR("metadata_accumulator"))) {
            *out_id = m->name;
            return &m->value;
        }
    }
    return NULL;
}

static const struct json *member_of(const struct json *object, struct str name)
{
    for (size_t i = 0; object != NULL && object->type == JSON_OBJECT && i < object->object.count;
         i++) {
        if (str_eq(object->object.members[i].name, name))
            return &object->object.members[i].value;
    }
    return NULL;
}

/* What the metadata's node gets from others: {"source":{"node_id","field"},"destination":{...}}. */
static void read_edges(struct reading *r, const struct json *graph, struct str node_id)
{
    const struct json *edges = json_get(graph, "edges");

    for (size_t i = 0; edges != NULL && edges->type == JSON_ARRAY && i < edges->array.count; i++) {
        const struct json *to = json_get(&edges->array.items[i], "destination");
        const struct json *from = json_get(&edges->array.items[i], "source");
        const struct json *node;

        if (!str_eq(json_get_str(to, "node_id"), node_id))
            continue;
        node = member_of(json_get(graph, "nodes"), json_get_str(from, "node_id"));
        reading_set_by(r, keys, json_get_str(to, "field"),
                       lenient_text(r->arena, json_get(node, "value")));
    }
}

static bool read_graph(struct reading *r, const struct json *graph)
{
    struct str id = { 0 };
    const struct json *node = find_metadata_node(json_get(graph, "nodes"), &id);

    if (node == NULL)
        return false;
    read_metadata(r, node);
    read_edges(r, graph, id);
    return true;
}

/* {"model_weights","model_hash","app_version","image":{"prompt":[{"prompt","weight"}],...}} */
static bool read_old(struct reading *r, const struct json *old)
{
    static const struct recipe_key image_keys[] = {
        { "width", PART_WIDTH },        { "height", PART_HEIGHT },
        { "seed", PART_SEED },          { "steps", PART_STEPS },
        { "sampler", PART_SAMPLER },    { "prompt", PART_NONE },
        { "cfg_scale", PART_GUIDANCE }, { 0 },
    };
    const struct json *image = json_get(old, "image"), *prompt = json_get(image, "prompt");

    if (image == NULL || image->type != JSON_OBJECT)
        return false;
    if (prompt != NULL && prompt->type == JSON_ARRAY && prompt->array.count > 0)
        prompt = json_get(&prompt->array.items[0], "prompt");
    dream_set_prompt(r, lenient_text(r->arena, prompt));
    reading_set_members(r, image_keys, image);
    reading_set(r, PART_MODEL, STR("model_weights"), json_get_str(old, "model_weights"));
    reading_set(r, PART_MODEL_HASH, STR("model_hash"), json_get_str(old, "model_hash"));
    reading_set(r, PART_VERSION, STR("app_version"), json_get_str(old, "app_version"));
    return true;
}

static bool read_new(struct reading *r, const struct json *metadata)
{
    if (metadata->type != JSON_OBJECT || metadata->object.count == 0)
        return false;
    read_metadata(r, metadata);
    return true;
}

static const struct {
    const char *keyword;
    bool (*read)(struct reading *r, const struct json *tree);
} generations[] = {
    { "invokeai_metadata", read_new },
    { "invokeai_graph", read_graph },
    { "sd-metadata", read_old },
};

static bool read(struct reading *r)
{
    bool is_read = false;

    for (size_t i = 0; i < COUNT(generations) && !is_read; i++) {
        struct str text = reading_find(r, generations[i].keyword);
        struct json tree;

        is_read =
            text.len > 0 && lenient_parse(r->arena, text, &tree) && generations[i].read(r, &tree);
        if (is_read)
            reading_use(r, generations[i].keyword);
    }
    if (!is_read && !dream_read(r, reading_find(r, "Dream")))
        return false;
    if (!is_read)
        reading_use(r, "Dream");
    r->recipe.program = STR("InvokeAI");
    return true;
}

const struct recipe_reader recipe_invokeai = { "invokeai", read };
