/* A job at ComfyUI, made once: under an id of our own, saved before it is sent and looked for
 * before it is sent again. */
#include "provider/comfyui_parts.h"

#include "base/crypto.h"
#include "base/encode.h"
#include "base/random.h"

enum {
    LIST_MAX_BYTES = 64 * 1024 * 1024, /* each entry holds its whole graph */
    UPLOAD_MAX_BYTES = 100 * 1024 * 1024,
    UPLOAD_MS = 300 * 1000,
    RECENT_ENTRIES = 100,
    BOUNDARY_BYTES = 16,
    NAME_DIGITS = 32
};

static struct str saved_text(struct comfyui_visit *v)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, 4 * KIB);
    json_begin_object(&w);
    json_put_name(&w, STR("id"));
    json_put_str(&w, v->job.client_id);
    json_put_name(&w, STR("promptId"));
    json_put_str(&w, v->job.prompt_id);
    json_put_name(&w, STR("seed"));
    json_put_str(&w, arena_strf(v->arena, "%llu", (unsigned long long)v->seed));
    json_end_object(&w);
    return arena_str(v->arena, buf_str(&text));
}

/* Decimal, all 64 bits of it. */
static bool read_seed(struct str text, uint64_t *out)
{
    uint64_t value = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(text.ptr[i] - '0');
    }
    *out = value;
    return text.len > 0;
}

bool comfyui_read_saved(struct arena *a, struct str saved, struct comfyui_job *out_job,
                        uint64_t *out_seed)
{
    struct json tree = { 0 };
    struct err unheard;
    struct comfyui_job job;

    if (saved.len == 0 || !json_parse(a, saved, &tree, &unheard))
        return false;
    job = (struct comfyui_job){ json_get_str(&tree, "promptId"), json_get_str(&tree, "id") };
    if (!uuid_is_valid(job.client_id) || job.prompt_id.len == 0 ||
        job.prompt_id.len > COMFYUI_ID_MAX || !read_seed(json_get_str(&tree, "seed"), out_seed))
        return false;
    *out_job = job;
    return true;
}

bool comfyui_give_up(struct comfyui_visit *v, struct err *e)
{
    struct err unsaved = { 0 };

    if (!run_save_remote(v->run, STR(""), &unsaved))
        *e = unsaved;
    return false;
}

bool comfyui_find_place(const struct comfyui *c, const struct gen_run *run, struct arena *a,
                        const struct comfyui_job *job, struct comfyui_place *out, struct err *e)
{
    struct provider_call call = comfyui_call(c, a, HTTP_GET, STR("/queue"));
    struct fetch_reply reply;

    call.max_body_bytes = LIST_MAX_BYTES;
    return provider_fetch(run, a, &call, &reply, e) &&
           comfyui_read_queue(a, reply.body, job, out, e);
}

bool comfyui_find_outcome(struct comfyui_visit *v, struct err *e)
{
    struct str id = percent_encode(v->arena, v->job.prompt_id, false);
    struct str path = arena_strf(v->arena, "/history/" STR_FMT, STR_ARG(id));
    struct provider_call call = comfyui_call(v->comfyui, v->arena, HTTP_GET, path);
    struct fetch_reply reply;

    call.max_body_bytes = LIST_MAX_BYTES;
    return provider_fetch(v->run, v->arena, &call, &reply, e) &&
           comfyui_read_history(v->arena, reply.body, v->job.prompt_id, &v->outcome, e);
}

/* Servers that give ids of their own keep ours beside: it may have been done before we heard. */
static bool find_recent(struct comfyui_visit *v, struct str *out_prompt_id, struct err *e)
{
    struct str path = arena_strf(v->arena, "/history?max_items=%d", RECENT_ENTRIES);
    struct provider_call call = comfyui_call(v->comfyui, v->arena, HTTP_GET, path);
    struct fetch_reply reply;

    call.max_body_bytes = LIST_MAX_BYTES;
    return provider_fetch(v->run, v->arena, &call, &reply, e) &&
           comfyui_find_in_history(v->arena, reply.body, v->job.client_id, out_prompt_id, e);
}

static bool take_id(struct comfyui_visit *v, struct str prompt_id, struct err *e)
{
    struct str before = v->job.prompt_id;

    if (str_eq(prompt_id, before))
        return true;
    v->job.prompt_id = prompt_id;
    if (run_save_remote(v->run, saved_text(v), e))
        return true;
    v->job.prompt_id = before;
    return false;
}

/*
 * The queue before the history: a job goes from one to the other in one step, so that it is missed
 * in both only when it is in neither.
 */
static bool look_up_once(struct comfyui_visit *v, bool *out_found, struct err *e)
{
    struct comfyui_place place;
    struct str recent = { 0 };

    *out_found = true;
    if (!comfyui_find_place(v->comfyui, v->run, v->arena, &v->job, &place, e))
        return false;
    if (place.state != COMFYUI_ABSENT)
        return take_id(v, place.prompt_id, e);
    if (!comfyui_find_outcome(v, e))
        return false;
    if (v->outcome.found)
        return true;
    if (!find_recent(v, &recent, e))
        return false;
    *out_found = !str_is_null(recent);
    return !*out_found || take_id(v, recent, e);
}

struct look_up {
    struct comfyui_visit *visit;
    bool found;
};

static bool look_up_again(void *ctx, bool *out_done, struct err *e)
{
    struct look_up *l = ctx;
    struct arena_mark mark = arena_mark(l->visit->arena);

    *out_done = look_up_once(l->visit, &l->found, e);
    if (!*out_done)
        arena_rewind(l->visit->arena, mark);
    return *out_done;
}

/* Three questions in a row are easily spoilt, and asking costs nothing. */
static bool look_up(struct comfyui_visit *v, bool *out_found, struct err *e)
{
    int64_t first_ms = v->comfyui->settings.poll_ms;
    struct look_up l = { .visit = v };
    struct run_poll how = { first_ms, COMFYUI_POLL_GROWTH * first_ms, look_up_again, &l,
                            COMFYUI_PATIENCE };

    if (!run_poll(v->run, &how, e))
        return false;
    *out_found = l.found;
    return true;
}

/* Before anything is saved: of a server that is not there, another one can take the place. */
static bool greet(struct comfyui_visit *v, struct err *e)
{
    struct provider_call call = comfyui_call(v->comfyui, v->arena, HTTP_GET, STR("/prompt"));
    struct fetch_reply reply;

    if (!provider_fetch(v->run, v->arena, &call, &reply, e)) {
        if (reply.status == 404)
            err_set(e, ERR_MISCONFIGURED, "there is no ComfyUI at base_url: HTTP 404");
        return false;
    }
    if (!comfyui_is_greeting(reply.body))
        return err_set(e, ERR_MISCONFIGURED, "what answers at base_url is not ComfyUI");
    return true;
}

static const char *ending_of(struct str media_type)
{
    if (str_eq(media_type, STR("image/jpeg")))
        return "jpg";
    return str_eq(media_type, STR("image/webp")) ? "webp" : "png";
}

/* Named by its content: the same bytes again are the same file. */
static bool form_of(struct arena *a, const struct gen_reference *r, struct str boundary,
                    struct str *out, struct err *e)
{
    struct str digest = str_slice(sha256_hex(a, r->bytes), 0, NAME_DIGITS);
    AUTO_BUF form = { 0 };

    buf_init(&form, UPLOAD_MAX_BYTES);
    buf_putf(&form,
             "--" STR_FMT "\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\ninput\r\n"
             "--" STR_FMT "\r\nContent-Disposition: form-data; name=\"image\"; "
             "filename=\"albumen-" STR_FMT ".%s\"\r\nContent-Type: " STR_FMT "\r\n\r\n",
             STR_ARG(boundary), STR_ARG(boundary), STR_ARG(digest), ending_of(r->media_type),
             STR_ARG(r->media_type));
    buf_put(&form, r->bytes);
    buf_putf(&form, "\r\n--" STR_FMT "--\r\n", STR_ARG(boundary));
    if (form.overflowed)
        return err_set_field(e, ERR_TOO_LARGE, STR("references"),
                             "a reference is larger than the 100 MB that ComfyUI takes");
    *out = arena_str(a, buf_str(&form));
    return true;
}

static bool upload(struct comfyui_visit *v, const struct gen_reference *r, struct str *out,
                   struct err *e)
{
    struct provider_call call = comfyui_call(v->comfyui, v->arena, HTTP_POST, STR("/upload/image"));
    uint8_t noise[BOUNDARY_BYTES];
    struct fetch_reply reply;
    struct str boundary;

    random_bytes(noise, sizeof(noise));
    boundary = hex_encode(v->arena, str_of(noise, sizeof(noise)));
    call.content_type =
        arena_strf(v->arena, "multipart/form-data; boundary=" STR_FMT, STR_ARG(boundary));
    call.timeout_ms = UPLOAD_MS;
    if (!form_of(v->arena, r, boundary, &call.body, e))
        return false;
    if (!provider_fetch(v->run, v->arena, &call, &reply, e)) {
        err_wrap(e, "sending a reference");
        return false;
    }
    return comfyui_read_upload(v->arena, reply.body, out, e);
}

static bool upload_references(struct comfyui_visit *v, struct err *e)
{
    for (v->file_count = 0; v->file_count < v->request->reference_count; v->file_count++) {
        if (!upload(v, &v->request->references[v->file_count], &v->files[v->file_count], e))
            return false;
    }
    return true;
}

static bool place(struct comfyui_visit *v, struct err *e)
{
    struct provider_call call = comfyui_call(v->comfyui, v->arena, HTTP_POST, STR("/prompt"));
    struct comfyui_receipt receipt;
    struct fetch_reply reply;

    if (!comfyui_body(v, &call.body, e))
        return comfyui_give_up(v, e);
    if (!provider_fetch(v->run, v->arena, &call, &reply, e)) {
        if (!provider_status_is_refusal(reply.status))
            return false;
        if (reply.status == 400)
            comfyui_read_refusal(v->arena, reply.body, e);
        return comfyui_give_up(v, e);
    }
    if (!comfyui_read_receipt(v->arena, reply.body, &receipt, e))
        return false;
    v->warnings = receipt.node_errors;
    return take_id(v, receipt.prompt_id, e);
}

static bool begin_new(struct comfyui_visit *v, struct err *e)
{
    enum { SEED_MAX = 53 }; /* exact in every program that reads it */

    v->job.client_id = uuid_new(v->arena);
    v->job.prompt_id = v->job.client_id;
    v->seed = v->request->seed.set ? (uint64_t)v->request->seed.value
                                   : (uint64_t)random_below((int64_t)1 << SEED_MAX);
    if (!greet(v, e) || !upload_references(v, e) || !run_save_remote(v->run, saved_text(v), e))
        return false;
    comfyui_listen(v); /* before there is something to hear */
    return place(v, e);
}

bool comfyui_begin(struct comfyui_visit *v, struct err *e)
{
    bool found;

    if (!comfyui_read_saved(v->arena, v->run->saved_remote, &v->job, &v->seed))
        return begin_new(v, e);
    if (!look_up(v, &found, e))
        return false;
    if (!found && !upload_references(v, e))
        return false;
    if (!v->outcome.found)
        comfyui_listen(v);
    return found || place(v, e);
}
