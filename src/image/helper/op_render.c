/* Draws a picture by the built-in renderer and writes it as PNG, recipe inside. */
#include "base/json.h"
#include "image/helper/codec.h"
#include "image/helper/encode.h"
#include "image/helper/operations.h"
#include "image/helper/scan.h"
#include "image/sketch/sketch.h"

/* Enough to learn colours and composition from. */
enum { STUDY_BOX = 256 };

struct render_source {
    struct str prompt, negative_prompt, style;
    int64_t seed;
    const struct json *reference; /* that it went by itself, as far as that is known */
};
struct render_wish {
    struct str prompt, negative_prompt, style;
    int64_t seed, width, height;
    const struct json *reference; /* how the reference picture was made, where that is known */
};

static const struct field source_json[] = {
    { FIELD(struct render_source, prompt), .required = true },
    { FIELD(struct render_source, negative_prompt) },
    { FIELD(struct render_source, style) },
    { FIELD(struct render_source, seed), .required = true },
    { FIELD(struct render_source, reference) },
    { 0 },
};
static const struct field wish_json[] = {
    { FIELD(struct render_wish, prompt), .required = true },
    { FIELD(struct render_wish, negative_prompt) },
    { FIELD(struct render_wish, style) },
    { FIELD(struct render_wish, seed), .required = true },
    { FIELD(struct render_wish, width), .required = true, .min = SKETCH_MIN_SIZE,
      .max = SKETCH_MAX_SIZE },
    { FIELD(struct render_wish, height), .required = true, .min = SKETCH_MIN_SIZE,
      .max = SKETCH_MAX_SIZE },
    { FIELD(struct render_wish, reference) },
    { 0 },
};

static bool read_wish(struct arena *a, struct str text, struct render_wish *out, struct err *e)
{
    struct json tree;

    return json_parse(a, text, &tree, e) &&
           json_decode(a, &tree, wish_json, JSON_STRICT, JSON_SNAKE, out, e);
}

/* JSON is bounded in depth, and so is this. */
static bool study_recipe(struct arena *a, const struct json *recipe, struct sketch_reference *out,
                         struct err *e)
{
    struct render_source source = { .prompt = STR(""),
                                    .negative_prompt = STR(""),
                                    .style = STR("") };
    struct sketch_request made_by = { .width = 0 };

    if (!json_decode(a, recipe, source_json, JSON_STRICT, JSON_SNAKE, &source, e))
        return false;
    if (source.reference != NULL) {
        struct sketch_reference *before = arena_new(a, struct sketch_reference);

        if (!study_recipe(a, source.reference, before, e))
            return false;
        made_by.reference = before;
    }
    made_by.prompt = source.prompt;
    made_by.negative_prompt = source.negative_prompt;
    made_by.style = source.style;
    made_by.seed = (uint64_t)source.seed;
    sketch_study_recipe(&made_by, out);
    return true;
}

/* Opaque, as rows of three: what lies behind a hole is as good as any colour. */
static uint8_t *rgb_rows(struct arena *a, const struct pixels *p)
{
    size_t count = (size_t)p->width * (size_t)p->height;
    uint8_t *rgb = arena_alloc(a, count * 3);

    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < 3; k++)
            rgb[3 * i + k] = p->data[(size_t)p->channels * i + k];
    }
    return rgb;
}

static bool study_picture(struct arena *a, int fd, struct sketch_reference *out, struct err *e)
{
    AUTO_PICTURE picture = { 0 };
    AUTO_SCAN scan = { .boxes = { STUDY_BOX }, .count = 1 };

    if (!picture_open(fd, a, NULL, &picture, e) || !scan_picture(&picture, &scan, e))
        return err_wrap(e, "the reference picture");
    sketch_study(rgb_rows(a, &scan.pixels[0]), scan.pixels[0].width, scan.pixels[0].height, out);
    return true;
}

/* The recipe says more than the pixels; more than one reference it cannot follow. */
static bool study(struct job *job, const struct render_wish *wish, struct sketch_request *request,
                  struct err *e)
{
    struct sketch_reference *reference = arena_new(job->arena, struct sketch_reference);

    if (wish->reference == NULL && job->fd_count < 2)
        return true;
    request->reference = reference;
    if (wish->reference != NULL)
        return study_recipe(job->arena, wish->reference, reference, e);
    return study_picture(job->arena, job->fds[1], reference, e);
}

static void describe(struct arena *a, const struct sketch_request *request, struct buf *texts)
{
    struct str composition, style, title;

    sketch_describe(request, a, &composition, &style, &title);
    image_record_put(texts, STR("composition"), composition);
    image_record_put(texts, STR("style"), style);
    image_record_put(texts, STR("title"), title);
}

bool operation_render(struct job *job, struct image_reply *reply, struct buf *texts, struct err *e)
{
    struct render_wish wish = { .prompt = STR(""), .negative_prompt = STR(""), .style = STR("") };
    struct image_recipe recipe;
    struct str text = STR("");
    AUTO_PIXELS pixels = { 0 };

    read_recipe(job->payload, &recipe, &text);
    if (!read_wish(job->arena, text, &wish, e))
        return false;
    struct sketch_request request = { .prompt = wish.prompt,
                                      .negative_prompt = wish.negative_prompt,
                                      .style = wish.style,
                                      .seed = (uint64_t)wish.seed,
                                      .width = (int)wish.width,
                                      .height = (int)wish.height };
    if (!study(job, &wish, &request, e) ||
        !pixels_create(request.width, request.height, 3, &pixels, e))
        return false;
    sketch_render(&request, pixels.data, job->arena);
    describe(job->arena, &request, texts);
    *reply = (struct image_reply){
        .format = IMAGE_PNG, .width = pixels.width, .height = pixels.height, .orientation = 1
    };
    return png_write(&pixels, &recipe, job->arena, job->fds[0], e);
}
