/* The formats: what a file says of itself, and its rows. */
#ifndef IMAGE_HELPER_CODEC_H
#define IMAGE_HELPER_CODEC_H

#include "base/buf.h"
#include "image/helper/colour.h"
#include "image/helper/pixels.h"
#include "image/protocol.h"

/* A picture before its first pixel. Views point into its bytes or the arena. */
struct picture {
    struct str bytes;
    enum image_format format;
    struct arena *arena;
    int width, height; /* as stored */
    int orientation;   /* 1 to 8 */
    bool is_animated, has_credentials;
    struct str icc;           /* the profile, or no value */
    struct png_colour colour; /* of PNG without a profile */
    struct buf *texts;        /* records; what does not fit is left out. NULL: not wanted */
    const void *detail;       /* the codec's own */
};

struct codec {
    enum image_format format;
    /* Fills all from width on. */
    bool (*inspect)(struct picture *p, struct err *e);
    /* Rows may come smaller than stored where that is cheap, with the longer side still at least
     * least_side. */
    bool (*open)(const struct picture *p, int least_side, struct row_reader **out, struct err *e);
};
extern const struct codec codec_png, codec_jpeg, codec_webp;

/* Reads the file, sniffs, inspects, holds the size against the limits. The picture's bytes stay
 * until picture_close. */
MUST_CHECK bool picture_open(int fd, struct arena *a, struct buf *texts, struct picture *out,
                             struct err *e);
void picture_close(struct picture *p);
#define AUTO_PICTURE CLEANUP(picture_close) struct picture

enum { PICTURE_FULL_SIZE = IMAGE_MAX_SIDE };

/* Rows in sRGB. The reader must be closed before the picture. */
MUST_CHECK bool picture_rows(const struct picture *p, int least_side, struct row_reader **out,
                             struct err *e);

/* The whole picture, upright, in sRGB. */
MUST_CHECK bool picture_load(const struct picture *p, struct pixels *out, struct err *e);

/* For codecs. A text is kept when it is UTF-8 or can be made so, and fits. */
void picture_add_text(const struct picture *p, struct str keyword, struct str value);
MUST_CHECK bool picture_check_size(int64_t width, int64_t height, struct err *e);

#endif
