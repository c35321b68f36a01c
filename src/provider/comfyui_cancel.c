/* Stopping a job at ComfyUI, which may be shared: nobody else's is touched. */
#include "provider/comfyui_parts.h"

enum { FIRST_MS = 50, MAX_MS = 500 };

struct stop {
    struct comfyui *comfyui;
    struct gen_run *run;
    struct arena *arena;
    struct comfyui_job job;
};

static struct str id_list(struct arena *a, const char *name, struct str id, bool is_list)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, KIB);
    json_begin_object(&w);
    json_put_name(&w, str_from(name));
    if (is_list)
        json_begin_array(&w);
    json_put_str(&w, id);
    if (is_list)
        json_end_array(&w);
    json_end_object(&w);
    return arena_str(a, buf_str(&text));
}

static bool post(struct stop *s, const char *path, struct str body, struct err *e)
{
    struct provider_call call = comfyui_call(s->comfyui, s->arena, HTTP_POST, str_from(path));
    struct fetch_reply reply;

    call.body = body;
    return provider_fetch(s->run, s->arena, &call, &reply, e);
}

/*
 * Old servers interrupt whatever runs, so only when the queue has just said that it is ours. What
 * was taken out of the queue may have begun in that moment: that is looked at again.
 */
static bool stop_once(void *ctx, bool *out_done, struct err *e)
{
    struct stop *s = ctx;
    struct comfyui_place place;

    if (!comfyui_find_place(s->comfyui, s->run, s->arena, &s->job, &place, e))
        return false;
    if (place.state == COMFYUI_PENDING)
        return post(s, "/queue", id_list(s->arena, "delete", place.prompt_id, true), e);
    *out_done = place.state == COMFYUI_ABSENT ||
                post(s, "/interrupt", id_list(s->arena, "prompt_id", place.prompt_id, false), e);
    return *out_done;
}

bool comfyui_cancel(struct provider *p, struct str saved_remote, struct gen_run *run, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct stop stop = { CONTAINER_OF(p, struct comfyui, provider), run, &a, { { 0 }, { 0 } } };
    struct run_poll how = { FIRST_MS, MAX_MS, stop_once, &stop };
    uint64_t seed;

    if (!comfyui_read_saved(&a, saved_remote, &stop.job, &seed))
        return true;
    return run_poll(run, &how, e);
}
