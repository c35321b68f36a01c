/* What ComfyUI tells on its WebSocket, read without trust: each message as one event of one job. */
#ifndef PROVIDER_COMFYUI_EVENT_H
#define PROVIDER_COMFYUI_EVENT_H

#include "base/str.h"

enum comfyui_event_kind {
    COMFYUI_UNHEARD,  /* of no interest, or not to be read */
    COMFYUI_OTHERS,   /* the server is at somebody else's job */
    COMFYUI_QUEUE,    /* its queue has changed */
    COMFYUI_BEGUN,    /* the job has left the queue */
    COMFYUI_CACHED,   /* nodes need not be done again: a JSON list of ids */
    COMFYUI_NODE,     /* a node has begun */
    COMFYUI_STEP,     /* how far a node is */
    COMFYUI_STATES,   /* how far all nodes are: a JSON object by ids */
    COMFYUI_FINISHED, /* the job is over, and its outcome can be asked for */
    COMFYUI_PREVIEW,  /* a picture, as far as it is */
};

struct comfyui_event {
    enum comfyui_event_kind kind;
    bool is_anybodys;    /* it names no job: of whoever is at work */
    struct str node;     /* as it is written, without its quotes */
    struct str nodes;    /* JSON of CACHED and STATES */
    int64_t value, most; /* of STEP: 0 <= value <= most, most > 0 */
    struct str image;    /* bytes of a file */
};

/* Of a text or a binary message; everything is in the message. */
struct comfyui_event comfyui_read_event(bool is_text, struct str message, struct str prompt_id);
/* One node's part of STATES: how far it is, from 0 to 1. */
double comfyui_read_state(struct str state);

#endif
