/* Up the links of ComfyUI's graph: what an input is in the end, and what a picture was made from.
 */
#ifndef IMAGE_RECIPE_COMFY_WALK_H
#define IMAGE_RECIPE_COMFY_WALK_H

#include "image/recipe/comfy_graph.h"
#include "image/recipe/reading.h"

struct comfy_walk {
    struct reading *reading;
    struct comfy_graph graph;
};

/* An input as text: its own value, or that of the node that it is linked to. No value when it comes
 * to none. */
struct str comfy_value(struct comfy_walk *w, const struct json *input, const char *name);

/* The input of one of these names: the node's own, or that of a node which hands its values on by
 * the `via` inputs. Both lists end with NULL. */
const struct json *comfy_find(struct comfy_walk *w, const struct comfy_node *node,
                              const char *const *names, const char *const *via);

/* The sampler that the picture began with, or NULL; *out_passes counts those on the way to it. */
struct comfy_node *comfy_find_sampler(struct comfy_walk *w, int *out_passes);

/* Each follows its link into the recipe. */
void comfy_read_prompt(struct comfy_walk *w, const struct json *input, bool is_negative);
void comfy_read_model(struct comfy_walk *w, const struct json *input);
void comfy_read_size(struct comfy_walk *w, const struct json *input);

#endif
