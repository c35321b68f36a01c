/* What ComfyUI answers, read without trust: each function takes a body as it came. */
#ifndef PROVIDER_COMFYUI_REPLY_H
#define PROVIDER_COMFYUI_REPLY_H

#include "base/arena.h"
#include "base/err.h"

enum { COMFYUI_ID_MAX = 100, COMFYUI_NAME_MAX = 255, COMFYUI_IMAGES_MAX = 64 };

/* Which of the server's jobs is meant: by its id, or by the client who sent it, which older servers
 * keep while they give it an id of their own. */
struct comfyui_job {
    struct str prompt_id, client_id;
};

enum comfyui_state { COMFYUI_ABSENT, COMFYUI_PENDING, COMFYUI_RUNNING };

struct comfyui_place {
    enum comfyui_state state;
    struct str prompt_id; /* the server's own for it */
    int64_t before;       /* jobs that come first */
};

/* A file of the server. */
struct comfyui_file {
    struct str name, subfolder, type;
};

struct comfyui_outcome {
    bool found;
    struct err failure; /* ERR_NONE: it has made its outputs */
    struct comfyui_file files[COMFYUI_IMAGES_MAX];
    size_t file_count;  /* those that are kept, or else those that are only for looking */
    size_t files_there; /* as many as were told, also past the maximum */
};

struct comfyui_receipt {
    struct str prompt_id;
    struct str node_errors; /* JSON text of the outputs that it will not make, or no value */
};

/* ERR_UPSTREAM for what is not the whole of such an answer. Texts are in the arena. */
MUST_CHECK bool comfyui_read_queue(struct arena *a, struct str body, const struct comfyui_job *job,
                                   struct comfyui_place *out, struct err *e);
MUST_CHECK bool comfyui_read_history(struct arena *a, struct str body, struct str prompt_id,
                                     struct comfyui_outcome *out, struct err *e);
/* The id of the job that this client has sent, out of a history of many; no value: none. */
MUST_CHECK bool comfyui_find_in_history(struct arena *a, struct str body, struct str client_id,
                                        struct str *out_prompt_id, struct err *e);
MUST_CHECK bool comfyui_read_receipt(struct arena *a, struct str body, struct comfyui_receipt *out,
                                     struct err *e);
/* What a LoadImage node calls the file. */
MUST_CHECK bool comfyui_read_upload(struct arena *a, struct str body, struct str *out_name,
                                    struct err *e);
/* Is it ComfyUI that says how long its queue is? */
bool comfyui_is_greeting(struct str body);
/* Is it ComfyUI that tells of its machine? */
bool comfyui_is_status(struct str body);

/*
 * Makes of the error of a refused graph one that says what to do; as it was when the body says
 * nothing. ERR_MISCONFIGURED: a node or model is missing; ERR_REJECTED: a value of the request.
 */
void comfyui_read_refusal(struct arena *a, struct str body, struct err *e);

#endif
