/* A PNG without a codec: grey pixels in stored blocks. */
#ifndef PROVIDER_PLAIN_PNG_H
#define PROVIDER_PLAIN_PNG_H

#include "base/arena.h"

/*
 * width x height, patterned by seed: the same bytes for the same arguments. With min_bytes an
 * ancillary chunk fills the file up to exactly that size, unless it is that large already or would
 * have less than a chunk's room.
 */
struct str plain_png(struct arena *a, int64_t width, int64_t height, uint64_t seed,
                     size_t min_bytes);

#endif
