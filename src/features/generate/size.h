/* Sizes of pictures as people write them: "1024x768", "1024", "16:9". */
#ifndef FEATURES_GENERATE_SIZE_H
#define FEATURES_GENERATE_SIZE_H

#include "base/err.h"
#include "base/opt.h"

struct size {
    struct opt_i64 width, height; /* both, or neither: what the backend likes */
};

/*
 * size: "1024x768", or one number: the side of a square, with an aspect the longer one; or no
 * value. aspect: "16:9" or no value; alone it gives about a megapixel in steps of 64. ERR_INVALID
 * speaks of --size and --aspect.
 */
MUST_CHECK bool size_read(struct str size, struct str aspect, struct size *out, struct err *e);

#endif
