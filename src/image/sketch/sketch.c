/* From a request to pixels: plan, scene, style. */
#include "image/sketch/sketch.h"

#include <assert.h>
#include <string.h>

#include "image/sketch/num.h"
#include "image/sketch/plan.h"
#include "image/sketch/style.h"

static void (*const builders[COMPOSITION_COUNT])(struct scene *, const struct plan *) = {
    [COMPOSITION_PORTRAIT] = scene_portrait,   [COMPOSITION_LANDSCAPE] = scene_landscape,
    [COMPOSITION_STILL_LIFE] = scene_still_life, [COMPOSITION_EMBLEM] = scene_emblem,
    [COMPOSITION_PATTERN] = scene_pattern,
};

static uint64_t identity_of(const struct wish *wish, uint64_t seed)
{
    return num_hash(wish->subject_hash, seed);
}

void plan_make(const struct sketch_request *request, struct plan *out)
{
    const struct sketch_reference *ref = request->reference;

    *out = (struct plan){ 0 };
    wish_read(request->prompt, request->negative_prompt, &out->wish);
    out->identity = identity_of(&out->wish, request->seed);
    out->variation = num_hash(out->wish.hash, request->seed);
    if (ref != NULL) {
        out->identity = ref->identity;
        if (ref->subject_len > 0) {
            struct wish subject;

            wish_read(str_of(ref->subject, ref->subject_len), STR(""), &subject);
            wish_keep_subject(&out->wish, &subject);
        } else if (ref->composition >= 0 && !out->wish.composition_known) {
            out->wish.composition = (enum composition)ref->composition;
        }
    }
    out->palette = palette_make(&out->wish, out->identity);
    if (ref != NULL && !ref->from_recipe)
        palette_follow(&out->palette, ref);
    out->style = style_find(request->style, request->prompt, request->negative_prompt);
}

enum { ASPECT_MAX = 4 };

/* Frames longer than four to one show the middle of a picture that is not. */
static struct canvas *stretch_canvas(struct arena *a, const struct sketch_request *r, struct scene *s)
{
    float w = (float)r->width, h = (float)r->height, side = MIN(w, h), longer = MAX(w, h);

    if (longer > side * ASPECT_MAX)
        side = longer / ASPECT_MAX;
    s->half_width = MAX(w / side, w > h ? 0 : 1.0f) / 2;
    s->half_height = MAX(h / side, h > w ? 0 : 1.0f) / 2;
    return canvas_new(a, r->width, r->height, side, w / side / 2, h / side / 2);
}

void sketch_render(const struct sketch_request *request, uint8_t *rgb, struct arena *a)
{
    struct arena_mark mark = arena_mark(a);
    struct plan plan;
    struct scene scene = { .arena = a, .at = affine_none };
    struct studio studio;
    struct dice d;

    assert(request->width >= SKETCH_MIN_SIZE && request->width <= SKETCH_MAX_SIZE);
    assert(request->height >= SKETCH_MIN_SIZE && request->height <= SKETCH_MAX_SIZE);
    plan_make(request, &plan);
    d = dice_for(plan.variation, "light");
    scene.palette = plan.palette;
    scene.light = dice_chance(&d, 0.5f) ? 1.0f : -1.0f;
    studio = (struct studio){ .scene = &scene,
                              .canvas = stretch_canvas(a, request, &scene),
                              .arena = a,
                              .palette = plan.palette,
                              .seed = plan.variation };
    builders[plan.wish.composition](&scene, &plan);
    plan.style->draw(&studio);
    canvas_write_rgb(studio.canvas, rgb);
    arena_rewind(a, mark);
}
