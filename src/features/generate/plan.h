/* What one call of `generate` wants: one item for every picture. */
#ifndef FEATURES_GENERATE_PLAN_H
#define FEATURES_GENERATE_PLAN_H

#include "api/command.h"
#include "features/generate/prompts.h"

struct generate_options {
    struct str_list backend, ref, opt;
    struct str style, size, aspect, negative, output, name, preview, album, from_file;
    struct opt_i64 seed, steps, count, jobs;
    struct opt_f64 guidance;
    bool quiet, dry_run, no_cloud, resume;
};

enum {
    PLAN_JOBS_DEFAULT = 4,
    PLAN_COUNT_MAX = 1000,
    PLAN_ITEMS_MAX = PROMPTS_MAX,
};

enum item_state {
    ITEM_WAITING, /* nothing was asked for yet */
    ITEM_OPEN,    /* its job is on its way */
    ITEM_DONE,    /* its pictures are files */
    ITEM_FAILED,  /* and another call may try it again */
    ITEM_CLOSED,  /* failed, and may have been bought: nobody tries it again by himself */
};

/* A file that a picture was about to be written to. */
struct intent {
    struct str image, file; /* file: from the target's folder on */
    const struct intent *next;
};

/* One picture. What it asks for is fixed once it is planned: a request that is sent again must be
 * the same. */
struct item {
    struct str prompt, backend; /* as typed; backend: no value for the first one */
    struct str pattern;         /* name of its file */
    struct str body;            /* of POST /api/jobs */
    enum item_state state;
    int64_t attempt;              /* 0 is the first */
    struct str job;               /* ITEM_OPEN and later; no value: it was not taken */
    const struct intent *intents; /* of an earlier call */
    double progress;              /* ITEM_OPEN */
    int64_t position;             /* jobs ahead of it; -1: it runs */
    int64_t began_ms;
    bool runs;
};

struct plan {
    struct item *items;
    size_t count;
    bool has_label; /* several backends: their names are said with each picture */
};

/* references: ids and addresses. Everything belongs to the arena. ERR_INVALID speaks of options, or
 * of the line in the file of prompts. */
MUST_CHECK bool plan_make(struct arena *a, const struct generate_options *options,
                          const struct field_list *rows, struct str_list references,
                          struct str pattern, struct plan *out, struct err *e);

#endif
