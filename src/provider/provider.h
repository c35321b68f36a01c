/* The contract of what makes pictures: one request, one blocking call, the pictures or a reason. */
#ifndef PROVIDER_PROVIDER_H
#define PROVIDER_PROVIDER_H

#include "base/json.h"
#include "net/guard.h"
#include "provider/run.h"

/* The parts of a request that not every backend honours, as bits. All honour the prompt. */
enum gen_field {
    GEN_NEGATIVE_PROMPT = 1 << 0,
    GEN_STYLE = 1 << 1,
    GEN_SIZE = 1 << 2,
    GEN_SEED = 1 << 3,
    GEN_STEPS = 1 << 4,
    GEN_GUIDANCE = 1 << 5,
    GEN_REFERENCES = 1 << 6,
};

struct gen_reference {
    struct str bytes, media_type;
    struct str role; /* "subject", "style", "pose", ...; may be no value */
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
};
struct gen_image *gen_images_new(struct arena *a, size_t count); /* empty, without files */
void gen_result_deinit(struct gen_result *r);

/* Whether a call that was cut off can be found again. */
enum gen_remote {
    REMOTE_NONE,  /* one call: the answer holds the pictures */
    REMOTE_GIVEN, /* the answer to the first call holds an id */
    REMOTE_OWN,   /* we choose the id and save it before the first call */
};

enum gen_price { PRICE_FREE, PRICE_PER_IMAGE, PRICE_TOLD /* by cost_micros */, PRICE_UNKNOWN };

struct gen_capabilities {
    unsigned honours;                      /* bits of enum gen_field */
    int64_t min_side, max_side, side_step; /* of GEN_SIZE, in pixels */
    int64_t max_prompt;                    /* code points */
    int64_t max_references;
    bool progress, previews;
    enum gen_remote remote;
    enum gen_price price;
    int64_t price_micros; /* PRICE_PER_IMAGE */
};

/* An adapter with its settings; each embeds it as its first member and fills in both. */
struct provider {
    const struct provider_ops *ops;
    struct gen_capabilities can;
};

/*
 * One adapter: a file that ends with this. Everything but open and close is called by any number of
 * threads at once.
 */
struct provider_ops {
    const char *type, *title;
    const struct field *settings; /* its own keys in the backend's section of the configuration */
    const struct field *params;   /* what a request may set in options */
    size_t params_bytes;          /* of the struct that params describes */

    /* The provider lives in the arena; settings and guard outlive it. No network. */
    bool (*open)(const struct json *settings, const struct guard *guard, struct arena *a,
                 struct provider **out, struct err *e);
    void (*close)(struct provider *p); /* optional: what an arena cannot free */

    /*
     * Blocks until there are pictures or a reason why not: see gen_failure. Ends within a second
     * of a cancel, and at the deadline. Whatever has a remote id is saved through the run before
     * the first wait; with run->saved_remote it goes on from there and buys nothing. After a
     * cancel it leaves what is saved to cancel_remote.
     */
    bool (*generate)(struct provider *p, const struct gen_request *request, struct gen_run *run,
                     struct arena *a, struct gen_result *out, struct err *e);
    /* Optional: stops what an earlier call has saved. Success also when it had ended already. The
     * run is a fresh one. */
    bool (*cancel_remote)(struct provider *p, struct str saved_remote, struct gen_run *run,
                          struct err *e);
    /* A cheap call that costs nothing and shows that address and credential are right. */
    bool (*check)(struct provider *p, struct gen_run *run, struct err *e);
};

/* What a failure means for whoever asked. */
enum gen_failure {
    GEN_RETRY,     /* later, or at another backend: ERR_UPSTREAM, RATE_LIMITED, TIMEOUT, ... */
    GEN_ELSEWHERE, /* not at this backend: ERR_MISCONFIGURED, ERR_REJECTED */
    GEN_FINAL,     /* the request itself: ERR_INVALID, ERR_REFUSED, ERR_CANCELLED, ... */
    GEN_UNKNOWN,   /* ERR_OUTCOME_UNKNOWN: may be bought already, so never again by itself */
};
enum gen_failure gen_failure_of(enum err_code code);

/* What can be said without asking the backend: sizes, lengths, options. ERR_INVALID names the
 * field. */
MUST_CHECK bool provider_check_request(const struct provider *p, const struct gen_request *request,
                                       struct err *e);
/* Checks, generates, and holds the result to its bounds: at least one image, none larger than the
 * run allows, as many as it allows. */
MUST_CHECK bool provider_generate(struct provider *p, const struct gen_request *request,
                                  struct gen_run *run, struct arena *a, struct gen_result *out,
                                  struct err *e);
/* The names of what the request sets and `honours` does not have: for gen_result.ignored. */
struct str_list gen_ignored(struct arena *a, const struct gen_request *request, unsigned honours);
/* "negative_prompt", ... for one bit. */
const char *gen_field_name(enum gen_field field);

#endif
