/* How far a job at ComfyUI is, put together from what its nodes tell. */
#ifndef PROVIDER_COMFYUI_PROGRESS_H
#define PROVIDER_COMFYUI_PROGRESS_H

#include "base/json.h"
#include "provider/comfyui_event.h"

enum { COMFYUI_NODES_MAX = 256, COMFYUI_NOTE_SIZE = 320 };

struct comfyui_progress {
    struct {
        struct str id;
        const struct json *node;
        double weight, done; /* of its own work, from 0 to 1 */
    } nodes[COMFYUI_NODES_MAX];
    size_t count, current;        /* the one at work; count: none of ours is */
    double weights;               /* of all */
    double fraction;              /* of the job: never falls; negative: it has not begun */
    char note[COMFYUI_NOTE_SIZE]; /* in words, or empty */
};

/* The graph outlives it: id -> {"class_type":...,"_meta":{"title":...}}. */
void comfyui_progress_open(struct comfyui_progress *p, const struct json *graph);
/* Takes in what an event says of it; true when there is something to tell of. */
bool comfyui_progress_hear(struct comfyui_progress *p, const struct comfyui_event *event);
/* Does a preview show this job? Those that name none are of the node at work. */
bool comfyui_progress_shows(const struct comfyui_progress *p, const struct comfyui_event *event);

#endif
