/* What the files of the ComfyUI adapter share. Only they include this. */
#ifndef PROVIDER_COMFYUI_PARTS_H
#define PROVIDER_COMFYUI_PARTS_H

#include "net/websocket.h"
#include "provider/call.h"
#include "provider/comfyui.h"
#include "provider/comfyui_progress.h"
#include "provider/comfyui_reply.h"
#include "provider/comfyui_workflow.h"

enum {
    COMFYUI_REFERENCES_MAX = 4,
    COMFYUI_COUNT_MAX = 16,
    COMFYUI_HEADERS_MAX = 5,
    COMFYUI_POLL_GROWTH = 8, /* of the pause between questions */
    COMFYUI_PATIENCE = 5, /* failures of a question that costs nothing, before the attempt fails */
};

struct comfyui_settings {
    struct str base_url, authorization, model, workflow_file, sampler, scheduler, vae;
    struct str negative_prompt;
    struct str_list text_encoders, secret_headers;
    enum comfyui_graph workflow;
    const struct json *slots;
    int64_t default_steps, default_width, default_height, max_side, poll_ms;
    bool previews;
    struct opt_f64 default_guidance;
    double denoise;
};

struct comfyui_options {
    struct str model, sampler, scheduler;
    int64_t count;
    struct opt_f64 denoise;
    const struct json *slots;
};

struct comfyui {
    struct provider provider;
    struct comfyui_settings settings;
    struct comfyui_workflow plain, with_reference; /* the same one when it is the user's */
    struct guard guard;                            /* everybody's, and the server's own address */
    struct str secret;                             /* of the authorization, without its scheme */
    struct http_header headers[COMFYUI_HEADERS_MAX];
    size_t header_count;
};

/* What is heard of a job on the WebSocket. */
struct comfyui_ear {
    struct websocket *socket;   /* NULL: there is none, */
    int64_t retry_ms, pause_ms; /* and when there may be one again */
    int64_t heard_ms, again_ms; /* when it told of the job, and when that is told again; 0: not */
    bool has_moved;             /* the queue, since the last question */
    bool has_finished;          /* the job: its outcome is there */
    struct comfyui_progress progress;
};

/* One generation. */
struct comfyui_visit {
    struct comfyui *comfyui;
    struct gen_run *run;
    struct arena *arena;
    const struct gen_request *request;
    struct comfyui_options options;
    struct comfyui_job job; /* client_id is ours, and prompt_id too until the server has its own */
    uint64_t seed;
    struct str files[COMFYUI_REFERENCES_MAX]; /* what the server calls the references */
    size_t file_count;
    struct comfyui_ear ear;
    int misses; /* questions in a row to which the server did not know the job */
    struct comfyui_outcome outcome;
    struct str warnings; /* JSON of outputs that will not be made, or no value */
};

/* To "<base_url><path>"; path begins with a slash. */
struct provider_call comfyui_call(const struct comfyui *c, struct arena *a, enum http_method method,
                                  struct str path);

/* comfyui_values.c: what fills the slots, and the whole body of the call that makes a job of it. */
MUST_CHECK bool comfyui_body(struct comfyui_visit *v, struct str *out, struct err *e);
/* The graph that the request is put into. */
const struct comfyui_workflow *comfyui_workflow_of(const struct comfyui_visit *v);
/* Are the request's own slots those of the workflow? */
MUST_CHECK bool comfyui_check_slots(struct comfyui_visit *v, struct err *e);

/* comfyui_begin.c: takes up the job that an earlier attempt has saved, or makes a new one. */
MUST_CHECK bool comfyui_begin(struct comfyui_visit *v, struct err *e);
MUST_CHECK bool comfyui_read_saved(struct arena *a, struct str saved, struct comfyui_job *out_job,
                                   uint64_t *out_seed);
/* Where the job stands in the queue. */
MUST_CHECK bool comfyui_find_place(const struct comfyui *c, const struct gen_run *run,
                                   struct arena *a, const struct comfyui_job *job,
                                   struct comfyui_place *out, struct err *e);
MUST_CHECK bool comfyui_find_outcome(struct comfyui_visit *v, struct err *e);
/* Nothing will come of the job: the next attempt is a new one. Gives false with *e as it is. */
bool comfyui_give_up(struct comfyui_visit *v, struct err *e);

/* comfyui_wait.c: until there is an outcome, and the bytes of its files. */
MUST_CHECK bool comfyui_wait(struct comfyui_visit *v, struct err *e);
MUST_CHECK bool comfyui_fetch_files(struct comfyui_visit *v, struct gen_result *out, struct err *e);

/* comfyui_listen.c: opens the WebSocket, unless it is open or was in vain a moment ago. */
void comfyui_listen(struct comfyui_visit *v);
void comfyui_stop_listening(struct comfyui_visit *v);
/* The wait of run_poll, while it is heard how far the job is; ctx is the visit. */
MUST_CHECK bool comfyui_hear(void *ctx, int64_t ms, struct err *e);

/* comfyui_cancel.c: out of the queue, or interrupted if it runs. */
bool comfyui_cancel(struct provider *p, struct str saved_remote, struct gen_run *run,
                    struct err *e);

#endif
