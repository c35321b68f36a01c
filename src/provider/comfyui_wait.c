/*
 * Asks ComfyUI until a job is over, and fetches its pictures. What is told on the WebSocket makes
 * questions rare, and never takes their place: events that were missed are not told again.
 */
#include "provider/comfyui_parts.h"

#include <stdio.h>

#include "base/encode.h"

enum { MISSES_MAX = 3 };

static void tell(struct comfyui_visit *v, const struct comfyui_place *place)
{
    const struct gen_run *run = v->run;
    char note[64];

    if (v->ear.progress.fraction >= 0)
        return; /* it is known better */
    if (place->state == COMFYUI_RUNNING || place->before == 0)
        run_progress(run, -1, "ComfyUI is at work");
    else {
        snprintf(note, sizeof(note), "waiting at ComfyUI, %lld before it",
                 (long long)place->before);
        run_progress(run, -1, note);
    }
}

static bool look(struct comfyui_visit *v, bool *out_done, struct err *e)
{
    struct comfyui_place place;

    /* When its end was heard, the outcome is there: the queue need not be asked. */
    if (v->ear.has_finished && v->misses == 0) {
        if (!comfyui_find_outcome(v, e))
            return false;
        *out_done = v->outcome.found;
        if (*out_done)
            return true;
    }
    if (!comfyui_find_place(v->comfyui, v->run, v->arena, &v->job, &place, e))
        return false;
    if (place.state != COMFYUI_ABSENT) {
        v->misses = 0;
        tell(v, &place);
        return true;
    }
    if (!comfyui_find_outcome(v, e))
        return false;
    /* Once may be a server at its start; again and again it is lost. */
    *out_done = v->outcome.found || ++v->misses == MISSES_MAX;
    return true;
}

/* What an answer leaves in memory between two questions is given back. */
static bool poll_once(void *ctx, bool *out_done, struct err *e)
{
    struct comfyui_visit *v = ctx;
    struct arena_mark mark = arena_mark(v->arena);
    bool ok = look(v, out_done, e);

    if (!*out_done)
        arena_rewind(v->arena, mark);
    return ok;
}

bool comfyui_wait(struct comfyui_visit *v, struct err *e)
{
    int64_t first_ms = v->comfyui->settings.poll_ms;
    struct run_poll how = { first_ms, COMFYUI_POLL_GROWTH * first_ms, poll_once, v,
                            .wait = comfyui_hear };

    if (!v->outcome.found && !run_poll(v->run, &how, e))
        return false;
    if (!v->outcome.found) {
        err_set(e, ERR_UPSTREAM,
                "ComfyUI does not know the job any more: it was restarted, or somebody has "
                "removed it");
        return comfyui_give_up(v, e);
    }
    if (v->outcome.failure.code != ERR_NONE) {
        *e = v->outcome.failure;
        return comfyui_give_up(v, e);
    }
    if (v->outcome.file_count == 0) {
        err_set(e, ERR_REJECTED,
                "ComfyUI has made no picture: nothing in the workflow saves one, or it was the "
                "same as before");
        return comfyui_give_up(v, e);
    }
    return true;
}

static struct str file_metadata(struct arena *a, const struct comfyui_file *file)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, 4 * KIB);
    json_begin_object(&w);
    json_put_name(&w, STR("filename"));
    json_put_str(&w, file->name);
    json_put_name(&w, STR("subfolder"));
    json_put_str(&w, file->subfolder);
    json_put_name(&w, STR("type"));
    json_put_str(&w, file->type);
    json_end_object(&w);
    return arena_str(a, buf_str(&text));
}

static bool fetch_file(struct comfyui_visit *v, const struct comfyui_file *file,
                       struct gen_image *out, struct err *e)
{
    struct str name = percent_encode(v->arena, file->name, false);
    struct str subfolder = percent_encode(v->arena, file->subfolder, false);
    struct str type = percent_encode(v->arena, file->type, false);
    struct str path =
        arena_strf(v->arena, "/view?filename=" STR_FMT "&subfolder=" STR_FMT "&type=" STR_FMT,
                   STR_ARG(name), STR_ARG(subfolder), STR_ARG(type));
    struct provider_call call = comfyui_call(v->comfyui, v->arena, HTTP_GET, path);
    struct fetch_reply reply;

    call.max_body_bytes = v->run->max_image_bytes;
    if (!provider_fetch(v->run, v->arena, &call, &reply, e)) {
        if (reply.status != 404)
            return false;
        err_set(e, ERR_REJECTED, "the picture is not in ComfyUI's output folder any more");
        return comfyui_give_up(v, e);
    }
    out->bytes = reply.body;
    out->size = (int64_t)reply.body.len;
    out->media_type = fetch_header(&reply, "Content-Type");
    out->metadata = file_metadata(v->arena, file);
    out->seed = (struct opt_i64){ true, (int64_t)v->seed };
    return true;
}

struct file_fetch {
    struct comfyui_visit *visit;
    const struct comfyui_file *file;
    struct gen_image *out;
};

static bool fetch_once(void *ctx, bool *out_done, struct err *e)
{
    struct file_fetch *f = ctx;
    struct arena_mark mark = arena_mark(f->visit->arena);

    *out_done = fetch_file(f->visit, f->file, f->out, e);
    if (!*out_done)
        arena_rewind(f->visit->arena, mark);
    return *out_done;
}

/* What is made already is worth another question. */
static bool fetch_patiently(struct file_fetch *f, struct err *e)
{
    int64_t first_ms = f->visit->comfyui->settings.poll_ms;
    struct run_poll how = { first_ms, COMFYUI_POLL_GROWTH * first_ms, fetch_once, f,
                            COMFYUI_PATIENCE };

    return run_poll(f->visit->run, &how, e);
}

bool comfyui_fetch_files(struct comfyui_visit *v, struct gen_result *out, struct err *e)
{
    size_t count = v->outcome.file_count;

    if (v->outcome.files_there > v->run->max_images) {
        err_set(e, ERR_REJECTED, "the workflow makes %zu pictures, and at most %zu are taken",
                v->outcome.files_there, v->run->max_images);
        return comfyui_give_up(v, e);
    }
    out->images = gen_images_new(v->arena, count);
    for (; out->image_count < count; out->image_count++) {
        struct file_fetch one = { v, &v->outcome.files[out->image_count],
                                  &out->images[out->image_count] };

        if (!fetch_patiently(&one, e))
            return false;
    }
    return true;
}
