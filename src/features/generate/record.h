/* What is written down about a picture beside it. */
#ifndef FEATURES_GENERATE_RECORD_H
#define FEATURES_GENERATE_RECORD_H

#include "base/json.h"
#include "features/generate/naming.h"

/* A picture that a job has made, as the API tells of it. */
struct picture {
    struct str id, job, url, media_type, sha256, backend;
    struct str prompt; /* as it was typed */
    struct opt_i64 width, height, seed;
    int64_t created_ms;
    const struct json *recipe; /* JSON null when there is none */
};

/* image and recipe are answers of the API, and stay with the picture. */
MUST_CHECK bool picture_read(struct str prompt, struct str job, const struct json *image,
                             const struct json *recipe, struct picture *out, struct err *e);
/* "png" */
struct str picture_ending(const struct picture *p);
struct naming picture_naming(struct arena *a, const struct picture *p);

/* The sidecar's text: an object, indented by nothing, with a line's end. file: its name. Addresses
 * of references lose their queries: those may hold signatures. */
struct str record_of(struct arena *a, const struct picture *p, struct str file);

#endif
