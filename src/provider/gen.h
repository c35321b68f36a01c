/* What is asked of a provider and what comes back: requests, pictures, and what a failure means. */
#ifndef PROVIDER_GEN_H
#define PROVIDER_GEN_H

#include "base/json.h"

/* The parts of a request that not every backend honours, as bits. All honour the prompt. */
enum gen_field {
    GEN_NEGATIVE_PROMPT = 1 << 0,
    GEN_STYLE = 1 << 1,
    GEN_SIZE = 1 << 2,
    GEN_SEED = 1 << 3,
    GEN_STEPS = 1 << 4,
    GEN_GUIDANCE = 1 << 5,
    GEN_REFERENCES = 1 << 6,
    GEN_FIELD_LAST = GEN_REFERENCES,
};

struct gen_reference {
    struct str bytes, media_type; /* PNG, JPEG or WebP */
    struct str role;              /* "subject", "style", "pose", ...; may be no value */
    struct str recipe;            /* how it was made, as JSON; no value: not known */
};

/* Borrowed for the time of the call. */
struct gen_request {
    struct str prompt, negative_prompt, style;
    int64_t width, height; /* both 0: what the backend likes */
    struct opt_i64 seed, steps;
    struct opt_f64 guidance;
    const struct gen_reference *references;
    size_t reference_count;
    const struct json *options; /* by the provider's params; NULL for none */
};

/* Bytes, or a file whose fd is not -1 and belongs to the result. */
struct gen_image {
    struct str bytes;
    int fd;
    int64_t size;          /* of either */
    struct str media_type; /* as claimed: nobody has looked at the bytes yet */
    struct opt_i64 seed;   /* really used */
    struct str metadata;   /* JSON text, or no value */
};

/* All zero is an empty one. In the arena of the call; gen_result_deinit closes its files. */
struct gen_result {
    struct gen_image *images;
    size_t image_count;
    struct str metadata;        /* what the provider said beside, JSON text verbatim, or no value */
    struct str_list ignored;    /* the request's fields that were set and not honoured */
    struct opt_i64 cost_micros; /* when the provider tells, in millionths of a dollar */
    struct opt_i64 billed_ms;   /* the time that it bills, when it tells */
    struct opt_i64 tokens;      /* those that it bills, when it tells */
};
struct gen_image *gen_images_new(struct arena *a, size_t count); /* empty, without files */
void gen_result_deinit(struct gen_result *r);

/* What a failure means for whoever asked. */
enum gen_failure {
    GEN_RETRY,     /* later, or at another backend: ERR_UPSTREAM, RATE_LIMITED, TIMEOUT, ... */
    GEN_ELSEWHERE, /* not at this backend: ERR_MISCONFIGURED, ERR_REJECTED */
    GEN_FINAL,     /* the request itself: ERR_INVALID, ERR_REFUSED, ERR_CANCELLED, ... */
    GEN_UNKNOWN,   /* ERR_OUTCOME_UNKNOWN: may be bought already, so never again by itself */
};
enum gen_failure gen_failure_of(enum err_code code);

/* What the request sets and `honours` does not have. */
unsigned gen_ignored_fields(const struct gen_request *request, unsigned honours);
/* Their names: for gen_result.ignored. */
struct str_list gen_ignored(struct arena *a, const struct gen_request *request, unsigned honours);
/* "negative_prompt", ... for one bit. */
const char *gen_field_name(enum gen_field field);

#endif
