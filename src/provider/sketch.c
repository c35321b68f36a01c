/* The built-in renderer as a provider: hands the request to the picture helper, which draws. */
#include "provider/sketch.h"

#include <sys/mman.h>

#include "base/fault.h"
#include "base/file.h"
#include "image/image.h"
#include "image/sketch/sketch.h"
#include "provider/sketch_recipe.h"

enum { SIDE_MIN = 16, SIDE_MAX = 4096, PROMPT_MAX = 4000 };

struct sketch {
    struct provider provider;
    struct image_service *images; /* helpers of its own: drawing does not wait for thumbnails */
};

static bool sketch_open(const struct json *settings, const struct guard *guard, struct arena *a,
                        struct provider **out, struct err *e)
{
    static const struct image_options options = { .max_processes = 2 };
    struct sketch *s = arena_new(a, struct sketch);

    UNUSED(settings);
    UNUSED(guard);
    if (!image_service_create(&options, &s->images, e))
        return false;
    s->provider.ops = &provider_sketch;
    s->provider.can = (struct gen_capabilities){
        .honours = GEN_NEGATIVE_PROMPT | GEN_STYLE | GEN_SIZE | GEN_SEED | GEN_REFERENCES,
        .min_side = SIDE_MIN,
        .max_side = SIDE_MAX,
        .side_step = 1,
        .max_prompt = PROMPT_MAX,
        .max_references = 1,
        .remote = REMOTE_NONE,
        .price = { .kind = PRICE_FREE },
        .styles = sketch_style_names,
    };
    *out = &s->provider;
    return true;
}

static void sketch_close(struct provider *p)
{
    image_service_destroy(CONTAINER_OF(p, struct sketch, provider)->images);
}

static bool open_reference(const struct gen_request *request, int *out_fd, struct err *e)
{
    AUTO_FD fd = -1;

    if (request->reference_count == 0)
        return true;
    fd = memfd_create("reference", MFD_CLOEXEC);
    if (fd < 0)
        return err_set(e, ERR_IO, "no memory for a reference");
    if (!file_write_all(fd, request->references[0].bytes, e))
        return false;
    *out_fd = fd_take(&fd);
    return true;
}

static bool sketch_generate(struct provider *p, const struct gen_request *request,
                            struct gen_run *run, struct arena *a, struct gen_result *out,
                            struct err *e)
{
    struct sketch *s = CONTAINER_OF(p, struct sketch, provider);
    AUTO_FD reference = -1;
    AUTO_FD picture = FAULT(memory_file) ? -1 : memfd_create("picture", MFD_CLOEXEC);
    struct str source = sketch_source(a, request);
    struct image_render render = { .request = sketch_render_text(a, request, source),
                                   .recipe = sketch_file_recipe(a, request, source) };
    struct image_info info = { 0 };

    if (picture < 0)
        return err_set(e, ERR_IO, "no memory for a picture");
    if (!run_check(run, e) || !open_reference(request, &reference, e))
        return false;
    render.reference_fds = &reference;
    render.reference_count = reference >= 0 ? 1 : 0;
    if (!image_render(s->images, &render, picture, a, &info, e))
        return false;
    out->images = gen_images_new(a, 1);
    out->image_count = 1;
    out->images[0].size = file_size(picture);
    out->images[0].fd = fd_take(&picture);
    out->images[0].media_type = STR("image/png");
    out->images[0].metadata = sketch_metadata(a, &info, source);
    out->images[0].seed = (struct opt_i64){ true, request->seed.set ? request->seed.value : 0 };
    out->ignored = gen_ignored(a, request, p->can.honours);
    return true;
}

/* There is nothing to reach. */
static bool sketch_check(struct provider *p, struct gen_run *run, struct err *e)
{
    UNUSED(p);
    return run_check(run, e);
}

static const struct field no_settings[] = { { 0 } };

const struct provider_ops provider_sketch = {
    .type = "sketch",
    .title = "Sketch (built in, no AI)",
    .settings = no_settings,
    .params = no_settings,
    .params_bytes = 1,
    .open = sketch_open,
    .close = sketch_close,
    .generate = sketch_generate,
    .check = sketch_check,
};
