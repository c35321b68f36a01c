/* The usual PNG (8-bit RGB or RGBA, no interlace) inflated in one go and unfiltered here: half of
 * libpng's time. */
#include <assert.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "image/helper/png_file.h"
#include "image/helper/png_filter.h"

enum { MAX_RAW_BYTES = 32 * 1024 * 1024, LARGEST_WINDOW = 7 };

struct fast_reader {
    struct row_reader rows;
    uint8_t *raw; /* each row behind its filter's number; unfiltered in place, row by row */
    size_t stride;
    int next_y;
};

static bool is_usual(const struct png_file *f, size_t *out_raw_bytes)
{
    size_t channels = f->colour_type == 6 ? 4 : 3;

    *out_raw_bytes = ((size_t)f->width * channels + 1) * f->height;
    return (f->colour_type == 2 || f->colour_type == 6) && f->depth == 8 && f->interlace == 0 &&
           !f->has_transparency && !f->has_palette && f->is_sound &&
           *out_raw_bytes <= MAX_RAW_BYTES;
}

/* The stream in one piece. Most encoders write many small chunks; *out_copy is to be freed. */
static bool gather(const struct png_file *f, struct str *out, char **out_copy)
{
    struct str rest = f->chunks;
    struct png_chunk chunk;
    size_t length = 0;

    if (f->only_idat.len == f->idat_bytes) {
        *out = f->only_idat;
        return true;
    }
    *out_copy = malloc(f->idat_bytes);
    if (*out_copy == NULL)
        return false;
    while (png_chunk_next(&rest, &chunk)) {
        if (chunk.type != PNG_IDAT || chunk.data.len == 0)
            continue;
        assert(chunk.data.len <= f->idat_bytes - length);
        memcpy(*out_copy + length, chunk.data.ptr, chunk.data.len);
        length += chunk.data.len;
    }
    *out = str_of(*out_copy, length);
    return true;
}

/*
 * Exactly raw_bytes have to come out. A smaller window than the largest is left to libpng: zlib
 * holds a stream to what it announces, libdeflate does not.
 */
static bool inflate_all(struct str packed, uint8_t *raw, size_t raw_bytes)
{
    struct libdeflate_decompressor *d = NULL;
    enum libdeflate_result result = LIBDEFLATE_BAD_DATA;
    size_t read = 0, written = 0;

    if (packed.len < 2 || (unsigned char)packed.ptr[0] >> 4 != LARGEST_WINDOW)
        return false;
    d = libdeflate_alloc_decompressor();
    if (d != NULL)
        result = libdeflate_zlib_decompress_ex(d, packed.ptr, packed.len, raw, raw_bytes, &read,
                                               &written);
    libdeflate_free_decompressor(d);
    return result == LIBDEFLATE_SUCCESS && written == raw_bytes && read == packed.len;
}

static bool are_filters_known(const uint8_t *raw, size_t stride, uint32_t height)
{
    for (uint32_t y = 0; y < height; y++) {
        if (raw[y * (stride + 1)] >= ROW_FILTER_COUNT)
            return false;
    }
    return true;
}

static const uint8_t *next_row(struct row_reader *rows, struct err *e)
{
    struct fast_reader *r = CONTAINER_OF(rows, struct fast_reader, rows);
    uint8_t *row = r->raw + (size_t)r->next_y * (r->stride + 1);

    UNUSED(e);
    png_unfilter(row[0], row + 1, r->next_y > 0 ? row - r->stride : NULL, r->stride,
                 (size_t)rows->channels);
    r->next_y++;
    return row + 1;
}

static bool finish(struct row_reader *rows, struct err *e)
{
    UNUSED(rows);
    UNUSED(e);
    return true; /* all was checked before the first row */
}

static void close_reader(struct row_reader *rows)
{
    struct fast_reader *r = CONTAINER_OF(rows, struct fast_reader, rows);

    free(r->raw);
    r->raw = NULL;
}

struct row_reader *png_fast_open(struct arena *a, const struct png_file *file)
{
    size_t raw_bytes;
    struct str packed;
    char *copy = NULL;
    struct fast_reader *r;

    if (!is_usual(file, &raw_bytes))
        return NULL;
    r = arena_new(a, struct fast_reader);
    r->stride = (size_t)file->width * (file->colour_type == 6 ? 4 : 3);
    r->raw = malloc(raw_bytes);
    bool is_read = r->raw != NULL && gather(file, &packed, &copy) &&
                   inflate_all(packed, r->raw, raw_bytes) &&
                   are_filters_known(r->raw, r->stride, file->height);
    free(copy);
    if (!is_read) {
        free(r->raw);
        return NULL;
    }
    r->rows = (struct row_reader){
        (int)file->width, (int)file->height, file->colour_type == 6 ? 4 : 3, next_row,
        finish,           close_reader
    };
    return &r->rows;
}
