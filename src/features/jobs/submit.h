/* What the routes share that take a request for pictures: the order it is, and what it would cost.
 */
#ifndef FEATURES_JOBS_SUBMIT_H
#define FEATURES_JOBS_SUBMIT_H

#include "api/route.h"
#include "work/order.h"

/* Their body. */
struct job_submit {
    struct str backend;
    struct generate_wish wish;
    struct str album_id, cloud_copy;
    int64_t count;
    enum job_band priority;
};

/* The caller's order. */
struct order submit_order(struct api_call *call);
/* Can it be taken, and by which backend? Errors name the field of the body. */
MUST_CHECK bool submit_check(struct api_call *call, struct order *order, struct backend **out,
                             struct err *e);

/* quote_api.c: what it will cost, as far as anybody knows beforehand. */
struct quote {
    struct opt_i64 cost_micros, reserved_micros;
    struct str currency;
    enum gen_price basis;
};
extern const struct field quote_json[];
struct quote quote_for(struct arena *a, const struct backend *backend, const struct order *order,
                       int64_t images);

#endif
