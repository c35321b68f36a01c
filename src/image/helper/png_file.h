/* The chunks of a PNG file, walked by ourselves: libpng sees those that carry pixels, and no other.
 */
#ifndef IMAGE_HELPER_PNG_FILE_H
#define IMAGE_HELPER_PNG_FILE_H

#include "image/helper/codec.h"

#define PNG_CHUNK(a, b, c, d)                                                                      \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))
#define PNG_IHDR PNG_CHUNK('I', 'H', 'D', 'R')
#define PNG_PLTE PNG_CHUNK('P', 'L', 'T', 'E')
#define PNG_TRNS PNG_CHUNK('t', 'R', 'N', 'S')
#define PNG_IDAT PNG_CHUNK('I', 'D', 'A', 'T')
#define PNG_IEND PNG_CHUNK('I', 'E', 'N', 'D')

struct png_chunk {
    uint32_t type;
    struct str data;
    struct str whole; /* from its length to its checksum */
    bool checksum_fits;
};

/* Cuts the chunk off *rest, which begins behind the signature. False: there is no whole chunk. */
bool png_chunk_next(struct str *rest, struct png_chunk *out);

/* What the walk found. */
struct png_file {
    struct str chunks; /* the file behind its signature */
    uint32_t width, height;
    uint8_t depth, colour_type, interlace;
    bool has_palette, has_transparency;
    bool is_sound; /* checksums right, data in one run: what is not, libpng judges */
    size_t idat_bytes;
    struct str only_idat; /* the data, when it lies in one chunk */
};
MUST_CHECK bool png_file_inspect(struct picture *p, struct err *e);

/* Inflates a zlib stream of at most max_bytes; false for anything else. */
bool png_inflate(struct arena *a, struct str packed, size_t max_bytes, struct str *out);

/* 8-bit RGB and RGBA without interlace: the rows, or NULL when libpng has to judge. Nothing is an
 * error here. */
struct row_reader *png_fast_open(struct arena *a, const struct png_file *file);
/* Every PNG, by libpng. Where both ways are open they give the same pixels. */
MUST_CHECK bool png_slow_open(struct arena *a, const struct png_file *file, struct row_reader **out,
                              struct err *e);

#endif
