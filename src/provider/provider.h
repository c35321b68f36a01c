/* The contract of what makes pictures: one request, one blocking call, the pictures or a reason. */
#ifndef PROVIDER_PROVIDER_H
#define PROVIDER_PROVIDER_H

#include "net/guard.h"
#include "provider/price.h"
#include "provider/run.h"

/* Whether a call that was cut off can be found again. */
enum gen_remote {
    REMOTE_NONE,  /* one call: the answer holds the pictures */
    REMOTE_GIVEN, /* the answer to the first call holds an id */
    REMOTE_OWN,   /* we choose the id and save it before the first call: whether that arrived, the
                   * next attempt finds out, so its failure is ERR_UPSTREAM and never unknown. One
                   * that was refused is forgotten: what is saved at the end counts as paid */
};

extern const char *const gen_remote_names[]; /* NULL at the end */

struct gen_capabilities {
    unsigned honours;                      /* bits of enum gen_field */
    int64_t min_side, max_side, side_step; /* of GEN_SIZE, in pixels */
    int64_t max_prompt;                    /* code points */
    int64_t max_references;
    bool progress, previews;
    enum gen_remote remote;
    struct gen_pricing price;
    const char *const *styles; /* names that it knows, NULL at the end; NULL: any words do */
};
int64_t gen_max_references(const struct gen_capabilities *can);

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
     * the first wait; with run->saved_remote it goes on from there and buys nothing. A call that
     * buys is marked before it is sent (provider_fetch does). After a cancel it leaves what is
     * saved to cancel_remote.
     */
    bool (*generate)(struct provider *p, const struct gen_request *request, struct gen_run *run,
                     struct arena *a, struct gen_result *out, struct err *e);
    /* Optional: how many pictures such a request makes; without it one. No network. */
    int64_t (*count)(struct provider *p, const struct gen_request *request);
    /* Optional: stops what an earlier call has saved. Success also when it had ended already. The
     * run is a fresh one. */
    bool (*cancel_remote)(struct provider *p, struct str saved_remote, struct gen_run *run,
                          struct err *e);
    /* A cheap call that costs nothing and shows that address and credential are right. */
    bool (*check)(struct provider *p, struct gen_run *run, struct err *e);
};

int64_t provider_count(struct provider *p, const struct gen_request *request);
/* What can be said without asking the backend: sizes, lengths, options. ERR_INVALID names the
 * field. */
MUST_CHECK bool provider_check_request(const struct provider *p, const struct gen_request *request,
                                       struct err *e);
/* Checks, generates, and holds the result to its bounds: at least one image, none larger than the
 * run allows, as many as it allows. */
MUST_CHECK bool provider_generate(struct provider *p, const struct gen_request *request,
                                  struct gen_run *run, struct arena *a, struct gen_result *out,
                                  struct err *e);
#endif
