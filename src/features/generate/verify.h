/* Pictures made again from their recipes: where the recipe comes from, and what differs. */
#ifndef FEATURES_GENERATE_VERIFY_H
#define FEATURES_GENERATE_VERIFY_H

#include "api/command.h"
#include "base/buf.h"

/* A picture that is to be made again. Everything belongs to the command's arena. */
struct verify_source {
    int fd;            /* its bytes; the caller's to close */
    struct str sha256; /* hexadecimal */
    struct str from;   /* "sidecar", "library", "file": where the recipe was found */
    struct str backend;
    const struct json *recipe; /* {"request":{...},"references":[...],...} */
};

/*
 * picture: a file or an id. The sidecar is believed where it tells of this very file, then the
 * library, then what the file itself carries. ERR_NOT_FOUND: nobody tells how it was made.
 */
MUST_CHECK bool verify_find(struct command_env *env, struct str picture, struct verify_source *out,
                            struct err *e);

/* The request for POST /api/jobs that makes it again. */
void verify_put_request(struct buf *out, const struct verify_source *source, struct str backend);

/* A member of a recipe that is another one now. */
struct verify_difference {
    struct str field;   /* "request.seed", "metadata.model" */
    struct str was, is; /* as JSON, cut short; "null" for none */
};
enum { VERIFY_DIFFERENCES_MAX = 64 };

/* What differs of two recipes, beyond when and as what they were made. */
size_t verify_differences(struct arena *a, const struct json *was, const struct json *is,
                          struct verify_difference out[VERIFY_DIFFERENCES_MAX]);

enum verify_verdict {
    VERIFY_SAME,    /* the same pixels */
    VERIFY_CLOSE,   /* the same picture to the eye */
    VERIFY_DRIFTED, /* another one */
    VERIFY_CANNOT,  /* it could not be made, or there is no recipe */
};
extern const char *const verify_verdict_names[];

struct verify_likeness {
    enum verify_verdict verdict;
    int distance; /* of the perceptual hashes, bits */
};
MUST_CHECK bool verify_compare(struct arena *a, int was_fd, int is_fd, struct verify_likeness *out,
                               struct err *e);

#endif
