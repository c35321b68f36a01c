/* From a request to pixels: plan, scene, style. */
#include "image/sketch/sketch.h"

#include <assert.h>

#include "image/sketch/num.h"
#include "image/sketch/plan.h"
#include "image/sketch/style.h"

static void (*const builders[COMPOSITION_COUNT])(struct scene *, const struct plan *) = {
    [COMPOSITION_PORTRAIT] = scene_portrait,     [COMPOSITION_LANDSCAPE] = scene_landscape,
    [COMPOSITION_STILL_LIFE] = scene_still_life, [COMPOSITION_EMBLEM] = scene_emblem,
    [COMPOSITION_PATTERN] = scene_pattern,
};

static uint64_t identity_of(const struct wish *wish, uint64_t seed)
{
    return num_hash(wish->subject_hash, seed);
}

/* The subject is the reference's; how it is shown is this request's. */
static void follow(struct plan *plan, const struct sketch_reference *ref)
{
    plan->identity = ref->identity;
    if (ref->from_recipe)
        wish_keep_subject(&plan->wish, &ref->wish);
    else if (ref->composition >= 0 && !plan->wish.composition_known)
        plan->wish.composition = (enum composition)ref->composition;
}

void plan_make(const struct sketch_request *request, struct plan *out)
{
    const struct sketch_reference *ref = request->reference;

    *out = (struct plan){ 0 };
    wish_read(request->prompt, request->negative_prompt, &out->wish);
    out->identity = identity_of(&out->wish, request->seed);
    out->variation = num_hash(out->wish.hash, request->seed);
    out->style = style_find(request->style, request->prompt, request->negative_prompt,
                            ref != NULL ? ref->style : NULL);
    if (ref != NULL)
        follow(out, ref);
    out->palette = palette_make(&out->wish, out->identity);
    if (ref != NULL && !ref->from_recipe)
        palette_follow(&out->palette, ref);
}

enum { ASPECT_MAX = 4 };

/* Frames longer than four to one show the middle of a picture that is not. */
static struct canvas *stretch_canvas(struct arena *a, const struct sketch_request *r,
                                     struct scene *s)
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
