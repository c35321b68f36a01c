/* What the files of the kind "generate" share: one attempt at one job. Only they include this. */
#ifndef WORK_GENERATE_PARTS_H
#define WORK_GENERATE_PARTS_H

#include "engine/glimpse.h"
#include "work/generate.h"
#include "work/generate_trail.h"
#include "work/preset.h"

struct generation {
    struct work_run *run;
    struct work_services *services;
    struct generate_payload payload;
    struct generate_trail trail;  /* as the job has it */
    struct generate_request sent; /* as the backend that was asked last got it */
    const struct preset *preset;  /* whose words are in it, or NULL */
    struct gen_request request;   /* references are there once they are loaded */
    struct backend *backend;      /* that was asked last: in the end the one that made it */
    struct gen_result result;
    struct image *images; /* stored, and about to get their rows */
    size_t image_count;
    int64_t asked_ms;            /* how long the call took that made the pictures */
    struct str_list refused;     /* why others of the result are not among them */
    int64_t told_ms;             /* when progress was saved last, */
    int64_t previewed_ms;        /* and a preview */
    bool is_seen;                /* something of that may be there */
    char note[GLIMPSE_NOTE_MAX]; /* what was told last: the arena is the provider's to rewind */
};

/* generate_call.c: asks the backend, or asks it again for what an earlier attempt has bought. */
MUST_CHECK bool generate_call(struct generation *g, struct err *e);

/* generate_tell.c: tells its owner how far it is, and takes that back when it is over. */
void generate_tell_progress(struct generation *g, double fraction, struct str note);
void generate_tell_preview(struct generation *g, struct str bytes);
void generate_stop_telling(struct generation *g);

/* generate_references.c: the bytes of what the request goes by, from the store or the network, into
 * g->request; their digests go into the trail. */
MUST_CHECK bool generate_load_references(struct generation *g, struct err *e);

/* generate_store.c: judges what came and puts it into the store; rows come later. */
MUST_CHECK bool generate_store(struct generation *g, struct err *e);

/* generate_recipe.c: everything that is needed to make it again, as it was really sent. */
struct str generate_recipe(const struct generation *g, const struct gen_image *image);

#endif
