/* ComfyUI: settings, what a server of one's own can do with them, and one generation from end to
 * end. */
#include "provider/comfyui_parts.h"

#include <string.h>

#include "base/log.h"
#include "base/settings.h"

enum {
    SIDE_MIN = 16,
    SIDE_STEP = 8,
    SIDE_MAX = 16384,
    PROMPT_MAX = 10000,
    METADATA_MAX_BYTES = 64 * 1024,
    NAME_MAX_CHARS = 200,
    SLOW_STEPS = 20, /* what models need that were not made for few */
    FAST_STEPS = 4
};

struct provider_call comfyui_call(const struct comfyui *c, struct arena *a, enum http_method method,
                                  struct str path)
{
    struct str url = c->settings.base_url;
    struct provider_call call = {
        .method = method,
        .content_type = method == HTTP_POST ? STR("application/json") : STR(""),
        .secret = c->secret,
        .guard = &c->guard,
    };

    while (str_ends(url, STR("/")))
        url.len--;
    call.url = arena_strf(a, STR_FMT STR_FMT, STR_ARG(url), STR_ARG(path));
    for (size_t i = 0; i < c->header_count; i++)
        call.headers[i] = c->headers[i];
    return call;
}

static const struct field settings_fields[] = {
    { FIELD(struct comfyui_settings, base_url), .min = 1, .max = 1000,
      .help = "where ComfyUI listens: http://127.0.0.1:8188" },
    { FIELD(struct comfyui_settings, authorization), .max = 4000, .secret = true,
      .help = "header for a proxy before it: Bearer ..., Basic ..." },
    { FIELD(struct comfyui_settings, secret_headers), .max = COMFYUI_HEADERS_MAX - 1,
      .secret = true, .help = "more headers for it: 'Name: value'" },
    { FIELD(struct comfyui_settings, model), .max = NAME_MAX_CHARS,
      .help = "file of the model, as ComfyUI lists it" },
    { FIELD_ENUM(struct comfyui_settings, workflow, comfyui_graph_names),
      .help = "built-in workflow; auto: flux for models called flux..., else checkpoint" },
    { FIELD(struct comfyui_settings, workflow_file), .max = 4000,
      .help = "a workflow of your own, exported in API format, with slots like {{prompt}}" },
    { FIELD(struct comfyui_settings, slots),
      .help = "values for slots of your own in workflow_file" },
    { FIELD(struct comfyui_settings, default_steps), .min = 1, .max = 500 },
    { FIELD(struct comfyui_settings, default_guidance), .min = 0, .max = 100 },
    { FIELD(struct comfyui_settings, default_width), .min = SIDE_MIN, .max = SIDE_MAX,
      .unit = "px" },
    { FIELD(struct comfyui_settings, default_height), .min = SIDE_MIN, .max = SIDE_MAX,
      .unit = "px" },
    { FIELD(struct comfyui_settings, max_side), .min = SIDE_MIN, .max = SIDE_MAX, .unit = "px",
      .help = "the longest side that may be asked for" },
    { FIELD(struct comfyui_settings, negative_prompt), .max = PROMPT_MAX,
      .help = "for requests without one" },
    { FIELD(struct comfyui_settings, sampler), .min = 1, .max = NAME_MAX_CHARS },
    { FIELD(struct comfyui_settings, scheduler), .min = 1, .max = NAME_MAX_CHARS },
    { FIELD(struct comfyui_settings, denoise), .min = 0, .max = 1,
      .help = "how far a picture may go from its reference" },
    { FIELD(struct comfyui_settings, text_encoders), .min = 2, .max = 2,
      .help = "flux: the files of T5 and CLIP" },
    { FIELD(struct comfyui_settings, vae), .min = 1, .max = NAME_MAX_CHARS,
      .help = "flux: the file of the VAE" },
    { FIELD(struct comfyui_settings, previews),
      .help = "ask ComfyUI to show pictures while it draws them" },
    { FIELD(struct comfyui_settings, poll_ms), .min = 10, .max = 60000, .unit = "ms",
      .help = "the first pause between questions" },
    { 0 },
};

static const struct field option_fields[] = {
    { FIELD(struct comfyui_options, count), .min = 1, .max = COMFYUI_COUNT_MAX,
      .help = "pictures of one job" },
    { FIELD(struct comfyui_options, model), .min = 1, .max = NAME_MAX_CHARS,
      .help = "another file than the backend's" },
    { FIELD(struct comfyui_options, sampler), .min = 1, .max = NAME_MAX_CHARS },
    { FIELD(struct comfyui_options, scheduler), .min = 1, .max = NAME_MAX_CHARS },
    { FIELD(struct comfyui_options, denoise), .min = 0, .max = 1,
      .help = "how far the picture may go from its reference" },
    { FIELD(struct comfyui_options, slots), .help = "values for slots of the workflow's own" },
    { 0 },
};

static bool has_text(struct str text, const char *word)
{
    for (size_t at = 0; at + strlen(word) <= text.len; at++) {
        if (str_eq_nocase(str_slice(text, at, at + strlen(word)), str_from(word)))
            return true;
    }
    return false;
}

/* What depends on the model, where nothing else was said. */
static void fill_defaults(struct comfyui_settings *s)
{
    bool is_fast = has_text(s->model, "schnell") || has_text(s->model, "turbo") ||
                   has_text(s->model, "lightning");

    if (s->workflow == COMFYUI_AUTO)
        s->workflow = str_eq_nocase(str_slice(s->model, 0, 4), STR("flux")) ? COMFYUI_FLUX
                                                                            : COMFYUI_CHECKPOINT;
    if (s->default_steps == 0)
        s->default_steps = is_fast ? FAST_STEPS : SLOW_STEPS;
    if (s->scheduler.len == 0)
        s->scheduler = s->workflow == COMFYUI_FLUX ? STR("simple") : STR("normal");
}

static bool open_workflows(struct comfyui *c, const struct json *settings, struct arena *a,
                           struct err *e)
{
    const struct comfyui_settings *s = &c->settings;
    struct err why = { 0 };

    if (s->workflow_file.len > 0) {
        if (!comfyui_workflow_load(a, s->workflow_file, &c->plain, &why))
            return settings_complain(e, settings, "workflow_file", why.msg);
        c->with_reference = c->plain;
    } else if (!comfyui_workflow_built_in(a, s->workflow, false, &c->plain, e) ||
               !comfyui_workflow_built_in(a, s->workflow, true, &c->with_reference, e)) {
        return false;
    }
    if (s->model.len == 0 && comfyui_workflow_has(&c->plain, "model"))
        return settings_complain(e, settings, "model", "is missing: the file's name in ComfyUI");
    if (s->slots != NULL && s->slots->type != JSON_OBJECT)
        return settings_complain(e, settings, "slots", "must be names with values");
    return true;
}

static bool add_header(struct comfyui *c, struct str name, struct str value)
{
    value = str_trim(value);
    if (name.len == 0 || value.len == 0)
        return false;
    log_add_secret(value);
    c->headers[c->header_count++] = (struct http_header){ name, value };
    return true;
}

static bool open_headers(struct comfyui *c, const struct json *settings, struct err *e)
{
    const struct comfyui_settings *s = &c->settings;
    struct str scheme, rest, name, value;

    if (s->authorization.len > 0) {
        c->secret = str_cut(s->authorization, ' ', &scheme, &rest) ? rest : s->authorization;
        if (!add_header(c, STR("Authorization"), s->authorization))
            return settings_complain(e, settings, "authorization", "is empty");
        log_add_secret(c->secret);
    }
    for (size_t i = 0; i < s->secret_headers.count; i++) {
        if (!str_cut(s->secret_headers.items[i], ':', &name, &value) || !add_header(c, name, value))
            return settings_complain(e, settings, "secret_headers", "must be like 'Name: value'");
    }
    return true;
}

/* A slot is what makes a part of the request count. */
static unsigned honours_of(const struct comfyui *c)
{
    static const struct {
        const char *slot;
        unsigned field;
    } rows[] = {
        { "negative_prompt", GEN_NEGATIVE_PROMPT },
        { "style", GEN_STYLE },
        { "width", GEN_SIZE },
        { "seed", GEN_SEED },
        { "steps", GEN_STEPS },
        { "guidance", GEN_GUIDANCE },
    };
    unsigned honours = 0;

    for (size_t i = 0; i < COUNT(rows); i++)
        honours |= comfyui_workflow_has(&c->plain, rows[i].slot) ? rows[i].field : 0u;
    return honours | (comfyui_workflow_references(&c->with_reference) > 0 ? GEN_REFERENCES : 0u);
}

static bool open_comfyui(const struct json *settings, const struct guard *guard, struct arena *a,
                         struct provider **out, struct err *e)
{
    struct comfyui *c = arena_new(a, struct comfyui);
    static struct str encoders[] = { { "t5xxl_fp8_e4m3fn.safetensors", 28 },
                                     { "clip_l.safetensors", 18 } };
    struct err why = { 0 };

    c->settings = (struct comfyui_settings){ .base_url = STR("http://127.0.0.1:8188"),
                                             .sampler = STR("euler"),
                                             .vae = STR("ae.safetensors"),
                                             .text_encoders = { encoders, COUNT(encoders) },
                                             .default_width = 1024,
                                             .default_height = 1024,
                                             .max_side = 2048,
                                             .denoise = 0.75,
                                             .previews = true,
                                             .poll_ms = 500 };
    if (!settings_decode(a, settings, settings_fields, &c->settings, e))
        return false;
    if (!provider_guard(a, guard, c->settings.base_url, &c->guard, &why))
        return settings_complain(e, settings, "base_url", why.msg);
    fill_defaults(&c->settings);
    if (!open_headers(c, settings, e) || !open_workflows(c, settings, a, e))
        return false;
    c->provider = (struct provider){
        .ops = &provider_comfyui,
        .can = { .honours = honours_of(c),
                 .min_side = SIDE_MIN,
                 .max_side = c->settings.max_side,
                 .side_step = SIDE_STEP,
                 .max_prompt = PROMPT_MAX,
                 .max_references = MIN(comfyui_workflow_references(&c->with_reference),
                                       (int64_t)COMFYUI_REFERENCES_MAX),
                 .progress = true,
                 .previews = c->settings.previews,
                 .remote = REMOTE_OWN,
                 .price = { .kind = PRICE_FREE } },
    };
    *out = &c->provider;
    return true;
}

/* They were checked before: what cannot be read is not there. */
static struct comfyui_options options_of(struct arena *a, const struct gen_request *request)
{
    struct comfyui_options options = { .count = 1 };
    struct err unheard;

    if (request->options != NULL && !json_decode(a, request->options, option_fields, JSON_LENIENT,
                                                 JSON_CAMEL, &options, &unheard))
        options = (struct comfyui_options){ .count = 1 };
    return options;
}

static int64_t count_of(struct provider *p, const struct gen_request *request)
{
    AUTO_ARENA a = { 0 };

    UNUSED(p);
    return options_of(&a, request).count;
}

static struct str metadata_of(struct comfyui_visit *v)
{
    const struct comfyui_settings *s = &v->comfyui->settings;
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, METADATA_MAX_BYTES);
    json_begin_object(&w);
    json_put_name(&w, STR("promptId"));
    json_put_str(&w, v->job.prompt_id);
    json_put_name(&w, STR("model"));
    json_put_str(&w, v->options.model.len > 0 ? v->options.model : s->model);
    json_put_name(&w, STR("workflow"));
    json_put_str(&w, s->workflow_file.len > 0 ? s->workflow_file
                                              : str_from(comfyui_graph_names[s->workflow]));
    if (!str_is_null(v->warnings) && v->warnings.len < METADATA_MAX_BYTES / 2) {
        json_put_name(&w, STR("nodeErrors"));
        json_put_str(&w, v->warnings);
    }
    json_end_object(&w);
    return arena_str(v->arena, buf_str(&text));
}

static bool generate(struct provider *p, const struct gen_request *request, struct gen_run *run,
                     struct arena *a, struct gen_result *out, struct err *e)
{
    struct comfyui_visit *v = arena_new(a, struct comfyui_visit);
    bool waited;

    v->comfyui = CONTAINER_OF(p, struct comfyui, provider);
    v->run = run;
    v->arena = a;
    v->request = request;
    v->options = options_of(a, request);
    comfyui_progress_open(&v->ear.progress, comfyui_workflow_of(v)->graph);
    waited = comfyui_check_slots(v, e) && comfyui_begin(v, e) && comfyui_wait(v, e);
    comfyui_stop_listening(v);
    if (!waited || !comfyui_fetch_files(v, out, e))
        return false;
    out->ignored = gen_ignored(a, request, p->can.honours);
    out->metadata = metadata_of(v);
    return true;
}

static bool check(struct provider *p, struct gen_run *run, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct provider_call call =
        comfyui_call(CONTAINER_OF(p, struct comfyui, provider), &a, HTTP_GET, STR("/system_stats"));
    struct fetch_reply reply;

    if (!provider_fetch(run, &a, &call, &reply, e))
        return false;
    if (comfyui_is_status(reply.body))
        return true;
    return err_set(e, ERR_MISCONFIGURED, "what answers at base_url is not ComfyUI");
}

const struct provider_ops provider_comfyui = {
    .type = "comfyui",
    .title = "ComfyUI",
    .settings = settings_fields,
    .params = option_fields,
    .params_bytes = sizeof(struct comfyui_options),
    .open = open_comfyui,
    .generate = generate,
    .count = count_of,
    .cancel_remote = comfyui_cancel,
    .check = check,
};
