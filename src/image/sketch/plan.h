/* Everything decided about a picture before the first shape is drawn. */
#ifndef IMAGE_SKETCH_PLAN_H
#define IMAGE_SKETCH_PLAN_H

#include "image/sketch/scene.h"
#include "image/sketch/sketch.h"

struct style;

struct plan {
    struct wish wish;
    uint64_t identity;  /* dice of the subject: the same in all shots of an album */
    uint64_t variation; /* dice of this very picture: pose, background */
    struct palette palette;
    const struct style *style;
};

void plan_make(const struct sketch_request *request, struct plan *out);

/* One builder for each composition, in the order of enum composition. */
void scene_portrait(struct scene *s, const struct plan *plan);
void scene_landscape(struct scene *s, const struct plan *plan);
void scene_still_life(struct scene *s, const struct plan *plan);
void scene_emblem(struct scene *s, const struct plan *plan);
void scene_pattern(struct scene *s, const struct plan *plan);

#endif
