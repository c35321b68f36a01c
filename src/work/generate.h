/* The job kind that makes pictures: asks a backend, stores what comes, writes down how it was made.
 */
#ifndef WORK_GENERATE_H
#define WORK_GENERATE_H

#include "base/json.h"
#include "work/kind.h"
#include "work/services.h"

/* What to make, as requests and payloads have it. */
struct generate_request {
    struct str prompt, negative_prompt, style;
    int64_t width, height;
    struct opt_i64 seed, steps;
    struct opt_f64 guidance;
    const struct json *options; /* the backend's own */
};
extern const struct field generate_request_json[];

/* A job's payload. */
struct generate_payload {
    struct str backend;
    struct str key_folder; /* where its pictures go: "library/<user>" */
    struct generate_request request;
};
extern const struct field generate_payload_json[];

extern const struct job_kind generate_kind;

/* As the provider takes it. */
struct gen_request generate_to_provider(const struct generate_request *r);

#endif
