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
    struct str prompt, backend;   /* as typed; backend: no value for the first one */
    struct str pattern;           /* name of its file */
    struct str body;              /* of POST /api/jobs */
    const struct prompt_row *row; /* NULL: an earlier call's */
    enum item_state state;
    int64_t attempt;              /* 0 is the first */
    struct str job;               /* ITEM_OPEN and later; no value: it was not taken */
    const struct intent *intents; /* of an earlier call */
    double progress;              /* ITEM_OPEN */
    char note[64];                /* ITEM_OPEN: what is being done, as much as fits, or empty */
    int64_t position;             /* jobs ahead of it; -1: it runs */
    int64_t began_ms;
    size_t written; /* ITEM_OPEN: of its pictures */
    bool runs;
    bool was_left; /* ITEM_OPEN: by an earlier call */
};

struct plan {
    struct item *items;
    size_t count;
    bool has_label; /* several backends: their names are said with each picture */
};

/* What a plan is made of besides the options. */
struct plan_sources {
    struct field_list rows;     /* struct prompt_row */
    struct str file;            /* that they are from; no value: none */
    struct str_list references; /* ids and addresses */
    struct str pattern;         /* of the files' names */
    struct str cloud_copy;      /* what the requests say of copies; no value: nothing */
};

/* Everything belongs to the arena. ERR_INVALID speaks of options, or of the line in the file of
 * prompts. */
MUST_CHECK bool plan_make(struct arena *a, const struct generate_options *options,
                          const struct plan_sources *sources, struct plan *out, struct err *e);
/* Puts file and line of the row before the message, where it is from a file. Gives false. */
bool plan_fail_at(struct arena *a, const struct plan_sources *sources, const struct prompt_row *row,
                  struct err *e);

#endif
