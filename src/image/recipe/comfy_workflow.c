/* ComfyUI's editor form, brought into the other one: links looked up, values given their names. */
#include <stdlib.h>

#include "image/recipe/comfy_graph.h"
#include "image/recipe/lenient.h"

enum {
    MAX_INPUTS = 128, /* of one node */
    MODE_MUTED = 2,
    MODE_BYPASSED = 4,
};

/* What the values of a node are called, in their order. */
static const struct {
    const char *type;
    const char *names[14];
} widgets[] = {
    { "KSampler", { "seed", "steps", "cfg", "sampler_name", "scheduler", "denoise" } },
    { "KSamplerAdvanced",
      { "add_noise", "noise_seed", "steps", "cfg", "sampler_name", "scheduler", "start_at_step",
        "end_at_step" } },
    { "KSampler (Efficient)", { "seed", "steps", "cfg", "sampler_name", "scheduler", "denoise" } },
    { "SamplerCustom", { "add_noise", "noise_seed", "cfg" } },
    { "KSamplerSelect", { "sampler_name" } },
    { "BasicScheduler", { "scheduler", "steps", "denoise" } },
    { "RandomNoise", { "noise_seed" } },
    { "CFGGuider", { "cfg" } },
    { "FluxGuidance", { "guidance" } },
    { "CLIPTextEncode", { "text" } },
    { "CLIPTextEncodeFlux", { "clip_l", "t5xxl", "guidance" } },
    { "CLIPTextEncodeSD3", { "clip_l", "clip_g", "t5xxl" } },
    { "CLIPTextEncodeSDXL",
      { "width", "height", "crop_w", "crop_h", "target_width", "target_height", "text_g",
        "text_l" } },
    { "CLIPTextEncodeSDXLRefiner", { "ascore", "width", "height", "text" } },
    { "CLIPSetLastLayer", { "stop_at_clip_layer" } },
    { "CheckpointLoaderSimple", { "ckpt_name" } },
    { "UNETLoader", { "unet_name" } },
    { "UnetLoaderGGUF", { "unet_name" } },
    { "VAELoader", { "vae_name" } },
    { "ControlNetLoader", { "control_net_name" } },
    { "UpscaleModelLoader", { "model_name" } },
    { "LoraLoader", { "lora_name", "strength_model", "strength_clip" } },
    { "LoraLoaderModelOnly", { "lora_name", "strength_model" } },
    { "EmptyLatentImage", { "width", "height" } },
    { "EmptySD3LatentImage", { "width", "height" } },
    { "Efficient Loader",
      { "ckpt_name", "vae_name", "clip_skip", "lora_name", "lora_model_strength",
        "lora_clip_strength", "positive", "negative", "token_normalization",
        "weight_interpretation", "empty_latent_width", "empty_latent_height" } },
    { "PrimitiveNode", { "value" } },
};

struct link {
    int64_t id;
    struct json end; /* a list of a node's id and its output */
};

struct workflow {
    struct arena *arena;
    struct link *links;
    size_t link_count;
};

static int compare_links(const void *a, const void *b)
{
    int64_t left = ((const struct link *)a)->id, right = ((const struct link *)b)->id;

    return (left > right) - (left < right);
}

/* [id, from, output, to, input, type], or an object of newer files. */
static bool read_link(struct arena *a, const struct json *v, struct link *out)
{
    const struct json *id = json_get(v, "id"), *from = json_get(v, "origin_id"),
                      *output = json_get(v, "origin_slot");
    struct json *end;

    if (v->type == JSON_ARRAY && v->array.count >= 3) {
        id = &v->array.items[0];
        from = &v->array.items[1];
        output = &v->array.items[2];
    }
    if (id == NULL || id->type != JSON_INT || from == NULL || output == NULL)
        return false;
    end = arena_array(a, struct json, 2);
    end[0] = *from;
    end[1] = *output;
    out->id = id->integer;
    out->end = (struct json){ .type = JSON_ARRAY, .array = { end, 2 } };
    return true;
}

static void read_links(struct workflow *w, const struct json *list)
{
    if (list == NULL || list->type != JSON_ARRAY)
        return;
    w->links = arena_array(w->arena, struct link, list->array.count);
    for (size_t i = 0; i < list->array.count; i++) {
        if (read_link(w->arena, &list->array.items[i], &w->links[w->link_count]))
            w->link_count++;
    }
    if (w->link_count > 0)
        qsort(w->links, w->link_count, sizeof(*w->links), compare_links);
}

/* The members of one node's inputs as they come together. */
struct inputs {
    struct json_member *members;
    size_t count, max;
};

static size_t count_of(const struct json *v)
{
    if (v == NULL || (v->type != JSON_ARRAY && v->type != JSON_OBJECT))
        return 0;
    return v->type == JSON_ARRAY ? v->array.count : v->object.count;
}

static void add_input(struct inputs *in, struct str name, const struct json *value)
{
    if (in->count < in->max)
        in->members[in->count++] = (struct json_member){ name, *value };
}

static void add_links(struct workflow *w, const struct json *list, struct inputs *in)
{
    if (list == NULL || list->type != JSON_ARRAY || w->link_count == 0)
        return;
    for (size_t i = 0; i < list->array.count; i++) {
        const struct json *input = &list->array.items[i];
        struct link key = { .id = json_get_i64(input, "link", -1) };
        const struct link *found =
            bsearch(&key, w->links, w->link_count, sizeof(*w->links), compare_links);

        if (found != NULL)
            add_input(in, json_get_str(input, "name"), &found->end);
    }
}

/* The names of the values in their order, NULL at the end: those that are known, or those that a
 * newer editor writes beside. */
static const char *const *names_of(struct arena *a, struct str type, const struct json *inputs)
{
    const char **written;
    size_t count = 0;

    for (size_t i = 0; i < COUNT(widgets); i++) {
        if (str_eq(str_from(widgets[i].type), type))
            return widgets[i].names;
    }
    written = arena_array(a, const char *, count_of(inputs) + 1);
    for (size_t i = 0; i < count_of(inputs) && inputs->type == JSON_ARRAY; i++) {
        struct str name = json_get_str(json_get(&inputs->array.items[i], "widget"), "name");

        if (!str_is_null(name))
            written[count++] = arena_cstr(a, name);
    }
    return written;
}

/* Behind a seed the editor keeps what becomes of it after each run. */
static bool is_control(const struct json *v)
{
    static const char *const words[] = { "fixed", "increment", "decrement", "randomize",
                                         "increment-wrap" };

    for (size_t i = 0; i < COUNT(words) && v->type == JSON_STR; i++) {
        if (str_eq(v->str, str_from(words[i])))
            return true;
    }
    return false;
}

static void add_values(struct arena *a, struct str type, const struct json *node, struct inputs *in)
{
    const struct json *values = json_get(node, "widgets_values");
    const char *const *names = names_of(a, type, json_get(node, "inputs"));

    if (values == NULL)
        return;
    if (values->type == JSON_OBJECT) {
        for (size_t i = 0; i < values->object.count; i++)
            add_input(in, values->object.members[i].name, &values->object.members[i].value);
    } else if (values->type == JSON_ARRAY) {
        for (size_t i = 0; i < values->array.count && *names != NULL; i++) {
            if (!is_control(&values->array.items[i]))
                add_input(in, str_from(*names++), &values->array.items[i]);
        }
    }
}

/* False: it takes no part in the picture. */
static bool read_node(struct workflow *w, const struct json *node, struct comfy_node *out)
{
    struct inputs in = { 0 };
    struct str type = json_get_str(node, "type");
    struct str id = lenient_text(w->arena, json_get(node, "id"));
    int64_t mode = json_get_i64(node, "mode", 0);
    struct json *inputs = arena_new(w->arena, struct json);

    if (str_is_null(type) || str_is_null(id) || mode == MODE_MUTED)
        return false;
    if (mode == MODE_BYPASSED)
        type = STR("Reroute");
    in.max = count_of(json_get(node, "inputs")) + count_of(json_get(node, "widgets_values"));
    in.max = MIN(in.max, (size_t)MAX_INPUTS);
    in.members = arena_array(w->arena, struct json_member, in.max);
    add_links(w, json_get(node, "inputs"), &in);
    if (mode != MODE_BYPASSED)
        add_values(w->arena, type, node, &in);
    *inputs = (struct json){ .type = JSON_OBJECT, .object = { in.members, in.count } };
    *out = (struct comfy_node){ .id = id, .type = type, .inputs = inputs };
    return true;
}

bool comfy_graph_read_workflow(struct arena *a, struct str text, struct comfy_graph *out)
{
    struct workflow w = { .arena = a };
    const struct json *nodes;
    struct json tree;

    if (!lenient_parse(a, text, &tree))
        return false;
    nodes = json_get(&tree, "nodes");
    if (nodes == NULL || nodes->type != JSON_ARRAY)
        return false;
    read_links(&w, json_get(&tree, "links"));
    *out = (struct comfy_graph){ .nodes = arena_array(a, struct comfy_node, COMFY_MAX_NODES) };
    for (size_t i = 0; i < nodes->array.count && out->count < COMFY_MAX_NODES; i++) {
        if (read_node(&w, &nodes->array.items[i], &out->nodes[out->count])) {
            out->nodes[out->count].place = out->count;
            out->count++;
        }
    }
    return comfy_graph_finish(out);
}
