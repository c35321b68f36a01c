/* The shape of a picture, width to height, as a size. */
#ifndef WORK_ASPECT_H
#define WORK_ASPECT_H

#include "provider/provider.h"

/* "16:9"; false: it is nothing of that kind. */
bool aspect_read(struct str text, double *out_ratio);
/* About a megapixel of that shape in steps of 64; can: with sides that this backend makes, or NULL.
 */
void aspect_size(double ratio, const struct gen_capabilities *can, int64_t *out_width,
                 int64_t *out_height);

#endif
