/* What the renderer is told of a request, and what is written down about the picture. */
#ifndef PROVIDER_SKETCH_RECIPE_H
#define PROVIDER_SKETCH_RECIPE_H

#include "image/image.h"
#include "provider/gen.h"

/* Both 0 in a request: this size. */
enum { SKETCH_SIDE_DEFAULT = 1024 };

/*
 * How the picture was made that the request goes by, as JSON for image_render, or no value when
 * that is not known. A chain of pictures that go by each other is cut in the middle when it is
 * long: the nearest count, and the first, which the subject comes from.
 */
struct str sketch_source(struct arena *a, const struct gen_request *request);

/* For image_render; source is that of sketch_source. */
struct str sketch_render_text(struct arena *a, const struct gen_request *request,
                              struct str source);
/* What goes into the file, the same for the same request: A1111's text, and our own recipe. */
struct image_recipe sketch_file_recipe(struct arena *a, const struct gen_request *request,
                                       struct str source);
/* What was drawn, as image_render told it, and the source for pictures that will go by this one. */
struct str sketch_metadata(struct arena *a, const struct image_info *drawn, struct str source);

#endif
