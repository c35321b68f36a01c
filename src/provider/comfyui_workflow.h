/* Workflows: ComfyUI's graphs in its API format, in which texts like {{prompt}} are slots. */
#ifndef PROVIDER_COMFYUI_WORKFLOW_H
#define PROVIDER_COMFYUI_WORKFLOW_H

#include "base/json.h"

enum { COMFYUI_SLOTS_MAX = 64, COMFYUI_WORKFLOW_MAX_BYTES = 4 * 1024 * 1024 };

struct comfyui_workflow {
    const struct json *graph;
    struct str slots[COMFYUI_SLOTS_MAX]; /* each name once */
    size_t slot_count;
};

/* What stands for a slot: JSON where it is a whole value, its text where it is a part of one. */
struct comfyui_value {
    struct str name, json, text;
};

/*
 * Finds the slots of a graph, which outlives the workflow. ERR_INVALID says what to do: for the
 * editor's own format, for one without {{prompt}}, for slots without end.
 */
MUST_CHECK bool comfyui_workflow_open(const struct json *graph, struct comfyui_workflow *out,
                                      struct err *e);
/* The built-in ones, by their names in comfyui_graph_names. */
MUST_CHECK bool comfyui_workflow_built_in(struct arena *a, int graph, bool with_reference,
                                          struct comfyui_workflow *out, struct err *e);
MUST_CHECK bool comfyui_workflow_load(struct arena *a, struct str path,
                                      struct comfyui_workflow *out, struct err *e);

enum comfyui_graph { COMFYUI_AUTO, COMFYUI_CHECKPOINT, COMFYUI_FLUX };
extern const char *const comfyui_graph_names[]; /* NULL at the end */

bool comfyui_workflow_has(const struct comfyui_workflow *w, const char *slot);
/* The highest N of {{referenceN}}. */
int64_t comfyui_workflow_references(const struct comfyui_workflow *w);

/* The graph with its slots filled in. ERR_INVALID names one without a value. */
MUST_CHECK bool comfyui_workflow_put(const struct comfyui_workflow *w,
                                     const struct comfyui_value *values, size_t count,
                                     struct json_writer *out, struct err *e);

#endif
