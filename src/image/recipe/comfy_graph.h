/* A graph of ComfyUI's nodes, from either of the two forms in which it stands in a file. */
#ifndef IMAGE_RECIPE_COMFY_GRAPH_H
#define IMAGE_RECIPE_COMFY_GRAPH_H

#include "base/json.h"

enum {
    COMFY_MAX_NODES = 4000,
    COMFY_BUDGET = 20000, /* links followed in one graph, so that rings and meshes come to an end */
};

struct comfy_node {
    struct str id, type;
    const struct json *inputs; /* an object; a link is a list of a node's id and its output */
    size_t place;              /* in the file */
    bool is_seen, is_busy;     /* the walk's own */
};

struct comfy_graph {
    struct comfy_node *nodes; /* by id */
    size_t count;
    int budget;
};

/* As it was sent to be made: {"3":{"class_type":"KSampler","inputs":{"model":["4",0],...}},...}. */
bool comfy_graph_read_prompt(struct arena *a, struct str text, struct comfy_graph *out);
/* As it stands in the editor: nodes and links in lists, values without their names. */
bool comfy_graph_read_workflow(struct arena *a, struct str text, struct comfy_graph *out);

/* For the two readers: puts the nodes in order. False: there are none. */
bool comfy_graph_finish(struct comfy_graph *g);

/* The input's value, or NULL. */
const struct json *comfy_input(const struct comfy_node *node, const char *name);
bool comfy_is_link(const struct json *value);
/* The node at the other end, or NULL: also when value is no link, or NULL. */
struct comfy_node *comfy_follow(struct comfy_graph *g, const struct json *value);
/* The one and only link of a reroute, a switch or the like; NULL of a node with more. */
const struct json *comfy_lone_link(const struct comfy_node *node);

#endif
