/* One pass over a picture's rows: everything that is measured, and the ladder of smaller pictures.
 */
#ifndef IMAGE_HELPER_SCAN_H
#define IMAGE_HELPER_SCAN_H

#include "image/helper/codec.h"

/* sizes[i]: a box from large to small; pixels[i]: what fits it, upright. */
struct scan {
    int boxes[IMAGE_MAX_THUMBNAILS];
    size_t count;
    struct pixels pixels[IMAGE_MAX_THUMBNAILS];
    bool has_alpha; /* some pixel is not opaque */
    uint64_t phash;
};
MUST_CHECK bool scan_picture(const struct picture *p, struct scan *scan, struct err *e);
void scan_deinit(struct scan *scan);
#define AUTO_SCAN CLEANUP(scan_deinit) struct scan

#endif
