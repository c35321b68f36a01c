/* What fills the slots of a workflow for one request. */
#include "provider/comfyui_parts.h"

enum {
    BODY_MAX_BYTES = 8 * 1024 * 1024,
    VALUES_MAX = 20 + COMFYUI_REFERENCES_MAX + 2 * COMFYUI_SLOTS_MAX
};

struct values {
    struct arena *arena;
    struct comfyui_value items[VALUES_MAX];
    size_t count;
};

static struct str json_of(struct arena *a, const struct json *v)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, COMFYUI_WORKFLOW_MAX_BYTES);
    json_put_tree(&w, v);
    return arena_str(a, buf_str(&text));
}

static void add_json(struct values *v, struct str name, const struct json *value)
{
    struct str json = json_of(v->arena, value);

    if (v->count < VALUES_MAX)
        v->items[v->count++] =
            (struct comfyui_value){ name, json, value->type == JSON_STR ? value->str : json };
}

static void add_str(struct values *v, const char *name, struct str value)
{
    struct json tree = { .type = JSON_STR, .str = str_is_null(value) ? STR("") : value };

    add_json(v, str_from(name), &tree);
}

static void add_i64(struct values *v, const char *name, int64_t value)
{
    struct json tree = { .type = JSON_INT, .integer = value };

    add_json(v, str_from(name), &tree);
}

static void add_f64(struct values *v, const char *name, double value)
{
    struct json tree = { .type = JSON_REAL, .real = value };

    add_json(v, str_from(name), &tree);
}

/* Past int64, where JSON trees end and ComfyUI's seeds do not. */
static void add_seed(struct values *v, uint64_t seed)
{
    struct str text = arena_strf(v->arena, "%llu", (unsigned long long)seed);

    v->items[v->count++] = (struct comfyui_value){ STR("seed"), text, text };
}

static bool is_flux(const struct comfyui_settings *s)
{
    return s->workflow == COMFYUI_FLUX;
}

static struct str first_of(struct str a, struct str b)
{
    return a.len > 0 ? a : b;
}

static double guidance_of(const struct comfyui_visit *v)
{
    const struct comfyui_settings *s = &v->comfyui->settings;

    if (v->request->guidance.set)
        return v->request->guidance.value;
    if (s->default_guidance.set)
        return s->default_guidance.value;
    return is_flux(s) ? 3.5 : 7;
}

/* Of noise all is new. */
static double denoise_of(const struct comfyui_visit *v)
{
    if (v->request->reference_count == 0)
        return 1;
    return v->options.denoise.set ? v->options.denoise.value : v->comfyui->settings.denoise;
}

static void add_request(struct values *out, const struct comfyui_visit *v)
{
    const struct comfyui_settings *s = &v->comfyui->settings;
    const struct gen_request *r = v->request;

    add_str(out, "id", v->job.client_id);
    add_str(out, "prompt", r->prompt);
    add_str(out, "negative_prompt", first_of(r->negative_prompt, s->negative_prompt));
    add_str(out, "style", r->style);
    add_seed(out, v->seed);
    add_i64(out, "width", r->width > 0 ? r->width : s->default_width);
    add_i64(out, "height", r->height > 0 ? r->height : s->default_height);
    add_i64(out, "steps", r->steps.set ? r->steps.value : s->default_steps);
    add_i64(out, "count", v->options.count);
    add_f64(out, "guidance", guidance_of(v));
    add_f64(out, "denoise", denoise_of(v));
}

static void add_settings(struct values *out, const struct comfyui_visit *v)
{
    const struct comfyui_settings *s = &v->comfyui->settings;

    add_str(out, "model", first_of(v->options.model, s->model));
    add_str(out, "sampler", first_of(v->options.sampler, s->sampler));
    add_str(out, "scheduler", first_of(v->options.scheduler, s->scheduler));
    add_str(out, "vae", s->vae);
    for (size_t i = 0; i < s->text_encoders.count && i < 2; i++)
        add_str(out, i == 0 ? "encoder1" : "encoder2", s->text_encoders.items[i]);
    for (size_t i = 0; i < v->file_count; i++)
        add_str(out, arena_strf(out->arena, "reference%zu", i + 1).ptr, v->files[i]);
}

/* A workflow's own. */
static void add_slots(struct values *out, const struct json *slots)
{
    for (size_t i = 0; slots != NULL && i < slots->object.count && i < COMFYUI_SLOTS_MAX; i++)
        add_json(out, slots->object.members[i].name, &slots->object.members[i].value);
}

/* The first of a name counts: a request's before a setting's. */
static void collect(struct comfyui_visit *v, struct values *out)
{
    out->arena = v->arena;
    add_request(out, v);
    add_settings(out, v);
    add_slots(out, v->options.slots);
    add_slots(out, v->comfyui->settings.slots);
}

const struct comfyui_workflow *comfyui_workflow_of(const struct comfyui_visit *v)
{
    return v->request->reference_count > 0 ? &v->comfyui->with_reference : &v->comfyui->plain;
}

bool comfyui_check_slots(struct comfyui_visit *v, struct err *e)
{
    const struct json *slots = v->options.slots;
    int64_t references = comfyui_workflow_references(comfyui_workflow_of(v));

    if (v->request->reference_count < (size_t)references)
        return err_set_field(e, ERR_INVALID, STR("references"),
                             "the workflow goes by %lld references, and there are %zu",
                             (long long)references, v->request->reference_count);
    if (slots != NULL && slots->type != JSON_OBJECT)
        return err_set_field(e, ERR_INVALID, STR("options.slots"), "'slots' must be an object");
    for (size_t i = 0; slots != NULL && i < slots->object.count; i++) {
        const char *name = arena_cstr(v->arena, slots->object.members[i].name);

        if (!comfyui_workflow_has(comfyui_workflow_of(v), name))
            return err_set_field(e, ERR_INVALID, STR("options.slots"),
                                 "the workflow has no slot '%.40s'", name);
    }
    return true;
}

/* Servers that do not know it go by what they were started with. */
static void put_preview_method(struct json_writer *w)
{
    json_put_name(w, STR("extra_data"));
    json_begin_object(w);
    json_put_name(w, STR("preview_method"));
    json_put_str(w, STR("auto"));
    json_end_object(w);
}

bool comfyui_body(struct comfyui_visit *v, struct str *out, struct err *e)
{
    struct values *values = arena_new(v->arena, struct values);
    AUTO_BUF body = { 0 };
    struct json_writer w = { .out = &body };

    collect(v, values);
    buf_init(&body, BODY_MAX_BYTES);
    json_begin_object(&w);
    json_put_name(&w, STR("prompt"));
    if (!comfyui_workflow_put(comfyui_workflow_of(v), values->items, values->count, &w, e))
        return false;
    json_put_name(&w, STR("client_id"));
    json_put_str(&w, v->job.client_id);
    json_put_name(&w, STR("prompt_id"));
    json_put_str(&w, v->job.client_id);
    if (v->comfyui->settings.previews)
        put_preview_method(&w);
    json_end_object(&w);
    if (body.overflowed)
        return err_set(e, ERR_TOO_LARGE, "the workflow is too large with its slots filled in");
    *out = arena_str(v->arena, buf_str(&body));
    return true;
}
