/* The job kind that makes pictures. */
#include "work/generate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/encode.h"
#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "blob/digest.h"
#include "engine/image.h"
#include "work/keep.h"
#include "work/thumbnail.h"
#include "work/worker.h"

enum {
    MAX_IMAGES = 16,
    PROGRESS_EVERY_MS = 250,
    CANCEL_REMOTE_MS = 5000,
    SAVE_AGAIN_MS = 500,
    RECIPE_MAX_BYTES = 64 * 1024,
    PHASH_DIGITS = 16,
    SAME_NAME_MAX = 10000, /* pictures of one name in one folder */
};

const struct field generate_request_json[] = {
    { FIELD(struct generate_request, prompt), .required = true, .min = 1, .max = 4000 },
    { FIELD(struct generate_request, negative_prompt), .max = 4000, .help = "what not to show" },
    { FIELD(struct generate_request, style), .max = 100 },
    { FIELD(struct generate_request, width), .min = 16, .max = 8192, .unit = "px" },
    { FIELD(struct generate_request, height), .min = 16, .max = 8192, .unit = "px" },
    { FIELD(struct generate_request, seed),
      .help = "the same seed gives the same picture, where the backend can" },
    { FIELD(struct generate_request, steps), .min = 1, .max = 500 },
    { FIELD(struct generate_request, guidance), .min = 0, .max = 100 },
    { FIELD(struct generate_request, options), .help = "the backend's own settings" },
    { 0 },
};

const struct field generate_payload_json[] = {
    { FIELD(struct generate_payload, backend), .required = true },
    { FIELD(struct generate_payload, key_folder), .required = true },
    { FIELD(struct generate_payload, key_name) },
    { FIELD_OBJECT(struct generate_payload, request, generate_request_json) },
    { FIELD(struct generate_payload, door) },
    { 0 },
};

struct gen_request generate_to_provider(const struct generate_request *r)
{
    return (struct gen_request){
        .prompt = r->prompt,
        .negative_prompt = r->negative_prompt,
        .style = r->style,
        .width = r->width.value,
        .height = r->height.value,
        .seed = r->seed,
        .steps = r->steps,
        .guidance = r->guidance,
        .options = r->options,
    };
}

/* One attempt: what it needs between the call of the provider and the settling transaction. */
struct generation {
    struct work_run *run;
    struct work_services *services;
    struct generate_payload payload;
    struct backend *backend;
    struct gen_result result;
    struct image *images;
    size_t image_count;
    int64_t told_ms;
    struct str remote; /* as saved last */
};

bool generate_payload_read(struct arena *a, const struct job *job, struct generate_payload *out,
                           struct err *e)
{
    struct json *tree = arena_new(a, struct json); /* out points into it */

    return json_parse(a, job->payload, tree, e) &&
           json_decode(a, tree, generate_payload_json, JSON_LENIENT, JSON_SNAKE, out, e);
}

struct remote_save {
    struct work_run *run;
    struct str text;
};

static bool save_remote_tx(struct db_tx *tx, void *arg, struct err *e)
{
    struct remote_save *save = arg;

    return lease_save_remote(tx, save->run->job, save->text, e);
}

/*
 * Durable before the provider goes on: what is bought can be found again from here on. Until then
 * nobody but us knows of it, so a database that has trouble is asked again for as long as the run
 * may last.
 */
static bool save_remote(void *ctx, struct str text, struct err *e)
{
    struct generation *g = ctx;
    struct remote_save save = { .run = g->run, .text = text };
    const struct gen_run patience = { .cancel = &g->run->cancel };
    struct err why = { 0 };

    if (text.len == 0)
        save.text = (struct str){ 0 };
    while (!db_write(g->run->db, save_remote_tx, &save, &why)) {
        if (!err_may_retry(why.code)) {
            *e = why;
            return false;
        }
        if (!run_wait(&patience, SAVE_AGAIN_MS, e))
            return false;
    }
    g->remote = arena_str(g->run->arena, save.text);
    return true;
}

struct progress_save {
    struct work_run *run;
    double progress;
};

static bool save_progress_tx(struct db_tx *tx, void *arg, struct err *e)
{
    struct progress_save *save = arg;

    return lease_save_progress(tx, save->run->job, save->progress, e);
}

/* A few times a second at most, and of no consequence when it fails: the end is what counts. */
static void tell_progress(void *ctx, double fraction, struct str note)
{
    struct generation *g = ctx;
    struct progress_save save = { .run = g->run, .progress = fraction };
    int64_t now = clock_steady_ms();
    struct err unheard;

    UNUSED(note);
    if (fraction < 0 || now - g->told_ms < PROGRESS_EVERY_MS)
        return;
    g->told_ms = now;
    if (!db_write(g->run->db, save_progress_tx, &save, &unheard))
        return;
}

/* What the upstream still works on is stopped there too; best effort, the job is cancelled either
 * way. */
static void cancel_remote(struct generation *g)
{
    struct provider *p = backend_provider(g->backend);
    struct gen_cancel never;
    struct gen_run run = { .cancel = &never, .deadline_ms = clock_steady_ms() + CANCEL_REMOTE_MS };
    struct err e = { 0 };

    if (str_is_null(g->remote) || p->ops->cancel_remote == NULL)
        return;
    gen_cancel_init(&never);
    if (!p->ops->cancel_remote(p, g->remote, &run, &e))
        log_warn("the backend did not take a cancel", LOG_S("job", g->run->job->id), LOG_E(&e));
    gen_cancel_deinit(&never);
}

static bool call_provider(struct generation *g, struct err *e)
{
    const struct backend_limits *limits = backend_limits(g->backend);
    struct gen_request request = generate_to_provider(&g->payload.request);
    struct gen_run run = {
        .cancel = &g->run->cancel,
        .deadline_ms = clock_steady_ms() + limits->timeout_ms,
        .saved_remote = g->run->job->remote,
        .max_image_bytes = limits->max_image_bytes,
        .max_images = MAX_IMAGES,
        .ctx = g,
        .save_remote = save_remote,
        .progress = tell_progress,
    };
    struct breaker_pass pass;
    bool ok;

    if (!backend_enter(g->backend, &pass, e))
        return false;
    ok = provider_generate(backend_provider(g->backend), &request, &run, g->run->arena, &g->result,
                           e);
    backend_leave(g->backend, pass, ok ? NULL : e);
    if (!ok && e->code == ERR_CANCELLED)
        cancel_remote(g);
    return ok;
}

/* The picture as a file that can be handed on: its own, or its bytes in memory. */
static bool open_content(const struct gen_image *image, int *out_fd, struct err *e)
{
    AUTO_FD fd = -1;

    if (image->fd >= 0)
        fd = dup(image->fd);
    else
        fd = memfd_create("picture", MFD_CLOEXEC);
    if (fd < 0)
        return err_set(e, ERR_IO, "no file for a picture");
    if (image->fd < 0 && !file_write_all(fd, image->bytes, e))
        return false;
    *out_fd = fd_take(&fd);
    return true;
}

/* Everything that is needed to make it again, as it was really sent. */
static struct str recipe_of(struct generation *g, const struct gen_image *image)
{
    AUTO_BUF text;
    struct json_writer w = { .out = &text };
    struct generate_request sent = g->payload.request;

    buf_init(&text, RECIPE_MAX_BYTES);
    if (image->seed.set)
        sent.seed = image->seed;
    json_begin_object(&w);
    json_put_name(&w, STR("backend"));
    json_put_str(&w, g->payload.backend);
    json_put_name(&w, STR("request"));
    json_put_struct(&w, generate_request_json, &sent);
    json_put_name(&w, STR("ignored"));
    json_begin_array(&w);
    for (size_t i = 0; i < g->result.ignored.count; i++)
        json_put_str(&w, g->result.ignored.items[i]);
    json_end_array(&w);
    json_put_name(&w, STR("metadata"));
    if (image->metadata.len > 0)
        json_put_raw(&w, image->metadata);
    else
        json_put_null(&w);
    json_end_object(&w);
    return arena_str(g->run->arena, text.overflowed ? STR("{}") : buf_str(&text));
}

static const char *ending_of(const struct image_kind *kind)
{
    switch (kind->format) {
    case IMAGE_PNG:
        return "png";
    case IMAGE_JPEG:
        return "jpg";
    case IMAGE_WEBP:
        return "webp";
    case IMAGE_UNKNOWN:
        break;
    }
    return "bin";
}

/* What cannot be looked into is kept as it came and shown as a download: it is paid for. */
static bool look_into(struct generation *g, int fd, const struct image_kind *kind,
                      struct image *row, struct err *e)
{
    struct arena *a = g->run->arena;
    struct image_info info = { 0 };

    if (kind->format == IMAGE_UNKNOWN)
        return err_set(e, ERR_UPSTREAM, "the backend sent %s instead of a picture", kind->name);
    if (!image_probe(g->services->images, fd, a, &info, e))
        return err_wrap(e, "the backend's picture");
    row->width = (struct opt_i64){ true, info.width };
    row->height = (struct opt_i64){ true, info.height };
    row->phash = arena_strf(a, "%0*llx", PHASH_DIGITS, (unsigned long long)info.phash);
    return true;
}

/* "folder/anchor.png", "folder/anchor-2.png" and so on: what is there already is never overwritten,
 * be it an earlier picture or what a worker left that was killed. */
static bool put_blob(struct generation *g, struct image *row, const char *ending,
                     const struct blob_content *content, struct err *e)
{
    struct str folder = g->payload.key_folder, name = g->payload.key_name;
    struct arena *a = g->run->arena;
    bool named = !str_is_null(name);

    for (int number = 1;; number++) {
        struct str end = number == 1 ? STR("") : arena_strf(a, "-%d", number);

        row->key = arena_strf(a, STR_FMT "/" STR_FMT STR_FMT ".%s", STR_ARG(folder),
                              STR_ARG(named ? name : row->id), STR_ARG(end), ending);
        if (keep_blob(g->run, g->services->store, row->key, content, e))
            return true;
        if (!named || e->code != ERR_CONFLICT || number == SAME_NAME_MAX)
            return false;
    }
}

static bool store_image(struct generation *g, const struct gen_image *image, struct image *row,
                        struct err *e)
{
    struct arena *a = g->run->arena;
    AUTO_FD fd = -1;
    const struct image_kind *kind;
    struct digest digest;

    if (!open_content(image, &fd, e) ||
        !digest_file(fd, backend_limits(g->backend)->max_image_bytes, &digest, e))
        return false;
    kind = image_sniff(str_of(digest.head, digest.head_bytes));
    *row = (struct image){
        .id = uuid_new(a),
        .user_id = g->run->job->user_id,
        .job_id = g->run->job->id,
        .backend = g->payload.backend,
        .source = IMAGE_GENERATED,
        .media_type = str_from(kind->mime),
        .size_bytes = digest.size,
        .crc32 = digest.crc32,
        .sha256 = hex_encode(a, str_of(digest.sha256, sizeof(digest.sha256))),
        .prompt = g->payload.request.prompt,
        .recipe = recipe_of(g, image),
    };
    return look_into(g, fd, kind, row, e) &&
           put_blob(g, row, ending_of(kind),
                    &(struct blob_content){
                        .fd = fd, .size = digest.size, .media_type = row->media_type },
                    e);
}

/* Stored before the transaction: a row without its bytes must never be, bytes without a row are
 * swept. */
static bool store_images(struct generation *g, struct err *e)
{
    g->images = arena_array(g->run->arena, struct image, g->result.image_count);
    for (size_t i = 0; i < g->result.image_count; i++) {
        if (!store_image(g, &g->result.images[i], &g->images[i], e))
            return false;
        g->image_count++;
    }
    return true;
}

bool generate_run(struct work_run *run, struct err *e)
{
    struct generation *g = arena_new(run->arena, struct generation);
    bool ok;

    g->run = run;
    g->services = run->services;
    g->remote = run->job->remote;
    run->done = g;
    if (!generate_payload_read(run->arena, run->job, &g->payload, e))
        return false;
    g->backend = backend_find(g->services->backends, g->payload.backend);
    if (g->backend == NULL)
        return err_set(e, ERR_INVALID, "there is no backend '" STR_FMT "' any more",
                       STR_ARG(g->payload.backend));
    ok = call_provider(g, e) && store_images(g, e);
    gen_result_deinit(&g->result);
    return ok;
}

/* {"imageIds":[...]} for the job, a row and an event for each picture. */
bool generate_settle(struct db_tx *tx, struct work_run *run, struct err *e)
{
    const struct generation *g = run->done;
    AUTO_BUF text;
    struct json_writer w = { .out = &text };

    buf_init(&text, RECIPE_MAX_BYTES);
    json_begin_object(&w);
    json_put_name(&w, STR("imageIds"));
    json_begin_array(&w);
    for (size_t i = 0; i < g->image_count; i++) {
        if (!image_add(tx, run->arena, &g->images[i], e) ||
            !thumbnail_submit(tx, run->arena, &g->images[i], e))
            return false;
        json_put_str(&w, g->images[i].id);
    }
    json_end_array(&w);
    json_end_object(&w);
    run->result = arena_str(run->arena, buf_str(&text));
    return true;
}

const struct image *generate_images(const struct work_run *run, size_t *out_count)
{
    const struct generation *g = run->done;

    *out_count = g->image_count;
    return g->images;
}

const struct job_kind generate_kind = {
    .name = "generate",
    .run = generate_run,
    .succeeded = generate_settle,
};
