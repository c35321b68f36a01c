/* From a sampler to what it was given: the model with its LoRAs, and the size. */
#include "image/recipe/comfy_walk.h"
#include "image/recipe/lenient.h"

enum { MAX_CHAIN = 200 };

/* The next node up the chain, by the first of these inputs that leads anywhere. */
static struct comfy_node *next_of(struct comfy_walk *w, const struct comfy_node *node,
                                  const char *const *names)
{
    struct comfy_node *next = NULL;

    for (; *names != NULL && next == NULL; names++)
        next = comfy_follow(&w->graph, comfy_input(node, *names));
    return next != NULL ? next : comfy_follow(&w->graph, comfy_lone_link(node));
}

/* The number behind the last underscore, with it, or nothing: "_2" of "lora_name_2". */
static struct str number_of(struct str name)
{
    size_t at = name.len;

    while (at > 0 && name.ptr[at - 1] >= '0' && name.ptr[at - 1] <= '9')
        at--;
    if (at == name.len || at == 0 || name.ptr[at - 1] != '_')
        return STR("");
    return str_slice(name, at - 1, name.len);
}

static struct str weight_of(struct comfy_walk *w, const struct comfy_node *node, struct str name)
{
    static const char *const names[] = { "strength_model", "lora_model_strength", "model_str",
                                         "lora_wt", "strength" };
    struct str number = number_of(name), weight = { 0 };

    for (size_t i = 0; i < COUNT(names) && weight.len == 0; i++) {
        const char *own =
            arena_strf(w->reading->arena, "%s" STR_FMT, names[i], STR_ARG(number)).ptr;

        weight = comfy_value(w, comfy_input(node, own), "strength");
    }
    return weight;
}

/* lora_name beside strength_model, lora_name_1 beside model_str_1, or all of it in one:
 * {"on": true, "lora": "name", "strength": 0.8}. */
static void add_lora(struct comfy_walk *w, const struct comfy_node *node,
                     const struct json_member *m)
{
    const struct json *on = json_get(&m->value, "on");
    struct str none = { 0 };

    if (m->value.type == JSON_STR)
        reading_add_lora(w->reading, m->value.str, weight_of(w, node, m->name), none);
    else if (on == NULL || on->type != JSON_BOOL || on->boolean)
        reading_add_lora(w->reading, json_get_str(&m->value, "lora"),
                         lenient_text(w->reading->arena, json_get(&m->value, "strength")), none);
}

static void add_loras(struct comfy_walk *w, const struct comfy_node *node)
{
    if (node->inputs == NULL || node->inputs->type != JSON_OBJECT)
        return;
    for (size_t i = 0; i < node->inputs->object.count; i++) {
        const struct json_member *m = &node->inputs->object.members[i];

        if (str_starts(m->name, STR("lora")))
            add_lora(w, node, m);
    }
}

void comfy_read_model(struct comfy_walk *w, const struct json *input)
{
    static const char *const names[] = { "ckpt_name",  "unet_name", "model_name",
                                         "model_path", "gguf_name", "base_ckpt_name" };
    static const char *const chain[] = { "model",      "lora_stack", "pipe",
                                         "basic_pipe", "context",    NULL };
    struct comfy_node *node = comfy_follow(&w->graph, input);

    for (int i = 0; node != NULL && i < MAX_CHAIN; i++) {
        add_loras(w, node);
        for (size_t k = 0; k < COUNT(names) && w->reading->recipe.model.len == 0; k++)
            reading_set(w->reading, PART_MODEL, str_from(names[k]),
                        comfy_value(w, comfy_input(node, names[k]), names[k]));
        if (w->reading->recipe.model.len > 0)
            return;
        node = next_of(w, node, chain);
    }
}

static bool read_own_size(struct comfy_walk *w, const struct comfy_node *node)
{
    static const char *const names[][2] = { { "width", "height" },
                                            { "empty_latent_width", "empty_latent_height" } };
    static const char *const whole[] = { "resolution", "dimensions" };
    struct recipe *recipe = &w->reading->recipe;

    for (size_t i = 0; i < COUNT(names); i++) {
        struct str width = comfy_value(w, comfy_input(node, names[i][0]), names[i][0]);
        struct str height = comfy_value(w, comfy_input(node, names[i][1]), names[i][1]);

        if (width.len == 0 || height.len == 0)
            continue;
        reading_set(w->reading, PART_WIDTH, STR("width"), width);
        reading_set(w->reading, PART_HEIGHT, STR("height"), height);
        return true;
    }
    for (size_t i = 0; i < COUNT(whole) && !recipe->width.set; i++)
        reading_set(w->reading, PART_SIZE, str_from(whole[i]),
                    comfy_value(w, comfy_input(node, whole[i]), whole[i]));
    return recipe->width.set;
}

void comfy_read_size(struct comfy_walk *w, const struct json *input)
{
    static const char *const chain[] = { "samples", "latent", "latent_image", "pixels", "image",
                                         "pipe",    NULL };
    struct comfy_node *node = comfy_follow(&w->graph, input);

    for (int i = 0; node != NULL && i < MAX_CHAIN && !read_own_size(w, node); i++)
        node = next_of(w, node, chain);
}
