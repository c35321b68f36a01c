/* Pictures for tests: drawn, and written in every way that the codecs know. Memory of an arena;
 * what fails aborts. */
#ifndef TESTS_UNIT_IMAGE_PICTURES_H
#define TESTS_UNIT_IMAGE_PICTURES_H

#include "base/arena.h"
#include "base/buf.h"
#include "image/image.h"

struct drawing {
    int width, height;
    uint8_t *rgba; /* 4 bytes a pixel */
};
/* Soft waves and some hard edges; another seed is another picture. alpha: a round hole, soft at its
 * edge. */
struct drawing draw(struct arena *a, int width, int height, unsigned seed, bool alpha);
/* As it is stored by a camera held so that EXIF has to say `orientation`. */
struct drawing turned(struct arena *a, const struct drawing *upright, int orientation);

struct png_kind {
    int depth, colour_type;
    bool interlaced;
    bool one_filter; /* else all of them, row by row */
    int filter;
    const char
        *trns; /* raw, of grey and RGB: the transparent colour; of palettes: from the first on */
    size_t trns_bytes;
    struct str extra; /* whole chunks, behind IHDR */
    int idat_bytes;   /* 0: 8192 each */
};
struct str png_of(struct arena *a, const struct drawing *d, const struct png_kind *kind);
struct str png_chunk(struct arena *a, const char *type, struct str data); /* with its checksum */
struct str png_with(struct arena *a, struct str png, struct str chunks);  /* behind IHDR */

struct jpeg_kind {
    int quality; /* 0: 92 */
    bool progressive, grey, cmyk;
    bool adobe; /* of cmyk: inverted, and marked so */
    struct str exif, icc, comment;
};
struct str jpeg_of(struct arena *a, const struct drawing *d, const struct jpeg_kind *kind);

struct str webp_of(struct arena *a, const struct drawing *d, int quality); /* 0: lossless */
/* The extended form of a plain WebP with more chunks; flags as in VP8X. */
struct str webp_with(struct arena *a, struct str webp, int width, int height, int flags,
                     struct str chunks);
struct str riff_chunk(struct arena *a, const char *name, struct str data);

/* A TIFF block with an orientation, and a UserComment of these bytes unless empty. */
struct str exif_of(struct arena *a, int orientation, bool big_endian, struct str comment);

/* A profile of three primaries (D50, XYZ) and one gamma. */
struct str icc_of(struct arena *a, const float primaries[9], float gamma);

int file_of(struct str bytes); /* in memory, to be closed */
struct str bytes_of(struct arena *a, int fd);
struct str join(struct arena *a, struct str left, struct str right);

/* Mean difference of a sample between the drawing and a decoded picture of the same size (channels
 * 3 or 4). */
double difference(const struct drawing *d, const uint8_t *pixels, int channels);

#endif
