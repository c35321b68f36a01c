/* ComfyUI: the graph in `prompt`, or the editor's in `workflow`; in WebP behind their names in tags
 * of a camera. */
#include "image/recipe/comfy_walk.h"
#include "image/recipe/infotext.h"
#include "image/recipe/lenient.h"

static const char *const guider_via[] = { "guider", "pipe", "basic_pipe", "context", NULL };

/* Values of a sampler: by which names, and through which inputs they come when they are not its
 * own. */
static const struct {
    enum recipe_part part;
    const char *label;
    const char *names[3], *via[7];
} parts[] = {
    { PART_SEED, "seed", { "seed", "noise_seed" }, { "noise", "pipe", "basic_pipe", "context" } },
    { PART_STEPS, "steps", { "steps" }, { "sigmas", "pipe", "context" } },
    { PART_GUIDANCE, "cfg", { "cfg" }, { "guider", "pipe", "context" } },
    { PART_SAMPLER, "sampler", { "sampler_name" }, { "sampler", "pipe", "context" } },
    { PART_SCHEDULER, "scheduler", { "scheduler" }, { "sigmas", "pipe", "context" } },
    { PART_SETTING, "Denoise", { "denoise" }, { "sigmas" } },
};

static void read_parts(struct comfy_walk *w, const struct comfy_node *sampler)
{
    for (size_t i = 0; i < COUNT(parts); i++) {
        const struct json *input = comfy_find(w, sampler, parts[i].names, parts[i].via);
        struct str value = comfy_value(w, input, parts[i].names[0]);
        double number;

        if (parts[i].part == PART_SETTING && str_to_f64(value, &number) && number == 1)
            continue; /* all of it is new, as always without a picture to begin with */
        reading_set(w->reading, parts[i].part, str_from(parts[i].label), value);
    }
}

/* Samplers and schedulers may be nodes of a kind instead of a name: SamplerEulerAncestral. */
static void read_kinds(struct comfy_walk *w, const struct comfy_node *sampler)
{
    const struct comfy_node *kind = comfy_follow(&w->graph, comfy_input(sampler, "sampler"));

    if (kind != NULL && w->reading->recipe.sampler.len == 0)
        reading_set(w->reading, PART_SAMPLER, STR("sampler"), kind->type);
    kind = comfy_follow(&w->graph, comfy_input(sampler, "sigmas"));
    if (kind != NULL && w->reading->recipe.scheduler.len == 0)
        reading_set(w->reading, PART_SCHEDULER, STR("scheduler"), kind->type);
}

static void read_sampler(struct comfy_walk *w, const struct comfy_node *sampler)
{
    static const char *const positive[] = { "positive", "conditioning", "cond1", NULL };
    static const char *const negative[] = { "negative", NULL };
    static const char *const model[] = { "model", "ckpt_name", NULL };
    static const char *const latent[] = { "latent_image", "latent", "samples", NULL };
    const struct json *input;

    read_parts(w, sampler);
    read_kinds(w, sampler);
    comfy_read_prompt(w, comfy_find(w, sampler, positive, guider_via), false);
    comfy_read_prompt(w, comfy_find(w, sampler, negative, guider_via), true);
    input = comfy_find(w, sampler, model, guider_via);
    if (comfy_is_link(input))
        comfy_read_model(w, input);
    else
        reading_set(w->reading, PART_MODEL, STR("ckpt_name"), comfy_value(w, input, "ckpt_name"));
    input = comfy_find(w, sampler, latent, guider_via);
    comfy_read_size(w, input);
}

/* What else shaped the picture, wherever it stands. */
static void read_others(struct comfy_walk *w)
{
    static const struct {
        const char *type, *input, *label;
    } others[] = {
        { "VAELoader", "vae_name", "VAE" },
        { "CLIPSetLastLayer", "stop_at_clip_layer", "Clip layer" },
        { "ControlNetLoader", "control_net_name", "ControlNet" },
        { "UpscaleModelLoader", "model_name", "Upscaler" },
    };

    for (size_t i = 0; i < w->graph.count; i++) {
        const struct comfy_node *node = &w->graph.nodes[i];

        for (size_t k = 0; k < COUNT(others); k++) {
            if (str_eq(node->type, str_from(others[k].type)))
                reading_add_setting(w->reading, str_from(others[k].label),
                                    comfy_value(w, comfy_input(node, others[k].input), "name"));
        }
    }
}

/* A value of this name: a chunk that begins with a bracket, or behind "name:" in one of the tags.
 * *out_keyword is where it stands. */
static struct str find_graph(const struct reading *r, const char *name, const char **out_keyword)
{
    static const char *const tags[] = { "Model", "Make", "ImageDescription", "UserComment" };
    struct str text = text_trim(reading_find(r, name));
    size_t length = str_from(name).len;

    *out_keyword = name;
    if (text.len > 0 && text.ptr[0] == '{')
        return text;
    for (size_t i = 0; i < COUNT(tags); i++) {
        text = text_trim(reading_find(r, tags[i]));
        if (text.len < length + 2 || text.ptr[length] != ':' ||
            !str_eq_nocase(str_slice(text, 0, length), str_from(name)))
            continue;
        text = text_trim(str_slice(text, length + 1, text.len));
        *out_keyword = tags[i];
        if (text.len > 0 && text.ptr[0] == '{')
            return text;
    }
    return (struct str){ 0 };
}

static bool load_graph(struct reading *r, struct comfy_graph *out)
{
    const char *prompt_at, *workflow_at;
    struct str prompt = find_graph(r, "prompt", &prompt_at);
    struct str workflow = find_graph(r, "workflow", &workflow_at);
    bool has_prompt = prompt.len > 0 && comfy_graph_read_prompt(r->arena, prompt, out);

    if (!has_prompt && (workflow.len == 0 || !comfy_graph_read_workflow(r->arena, workflow, out)))
        return false;
    if (has_prompt)
        reading_use(r, prompt_at);
    if (workflow.len > 0)
        reading_use(r, workflow_at);
    return true;
}

/* Some nodes add an A1111 text of what they know: it fills in what the walk did not find. */
static void read_infotext(struct reading *r)
{
    struct str text = reading_use(r, "parameters");
    struct infotext parsed;

    if (text.len == 0 || text.ptr[0] == '{')
        return;
    infotext_parse(r->arena, text, &parsed);
    if (parsed.pair_count > 0)
        infotext_apply(r, &parsed);
}

static bool read(struct reading *r)
{
    struct comfy_walk w = { .reading = r };
    const struct comfy_node *sampler;
    int passes = 0;

    if (!load_graph(r, &w.graph))
        return false;
    r->recipe.program = STR("ComfyUI");
    sampler = comfy_find_sampler(&w, &passes);
    if (sampler != NULL)
        read_sampler(&w, sampler);
    if (passes > 1)
        reading_add_setting(r, STR("Passes"), arena_strf(r->arena, "%d", passes));
    read_others(&w);
    reading_add_prompt_loras(r);
    read_infotext(r);
    return true;
}

const struct recipe_reader recipe_comfyui = { "comfyui", read };
