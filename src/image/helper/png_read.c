/* PNG by libpng: every depth, palette, grey and interlace, from the chunks that carry pixels. */
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "image/helper/png_file.h"

struct png_reader {
    struct row_reader rows;
    png_structp png;
    png_infop info;
    struct str rest;  /* chunks not given to libpng yet */
    struct str given; /* of the chunk under way */
    uint8_t *row;     /* one, or with interlace all of them */
    bool is_interlaced;
    int next_y;
    char reason[64];
};

static struct png_reader *reader_of(struct row_reader *r)
{
    return CONTAINER_OF(r, struct png_reader, rows);
}

/* Chunks that are not about pixels do not get this far. */
static bool carries_pixels(uint32_t type)
{
    return type == PNG_IHDR || type == PNG_PLTE || type == PNG_TRNS || type == PNG_IDAT ||
           type == PNG_IEND;
}

static bool next_given(struct png_reader *r)
{
    struct png_chunk chunk;

    while (png_chunk_next(&r->rest, &chunk)) {
        if (carries_pixels(chunk.type) && (chunk.checksum_fits || chunk.type != PNG_TRNS)) {
            r->given = chunk.whole;
            return true;
        }
    }
    return false;
}

static void give_bytes(png_structp png, png_bytep out, size_t bytes)
{
    struct png_reader *r = png_get_io_ptr(png);

    while (bytes > 0) {
        size_t part;

        if (r->given.len == 0 && !next_given(r))
            png_error(png, "it is cut off");
        part = MIN(bytes, r->given.len);
        memcpy(out, r->given.ptr, part);
        r->given = str_slice(r->given, part, r->given.len);
        out += part;
        bytes -= part;
    }
}

static void on_error(png_structp png, png_const_charp message)
{
    struct png_reader *r = png_get_error_ptr(png);
    int length = (int)strnlen(message, sizeof(r->reason) - 1);

    memcpy(r->reason, message, (size_t)length);
    r->reason[length] = '\0';
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    UNUSED(png);
    UNUSED(message);
}

static bool fail(struct png_reader *r, struct err *e)
{
    if (str_eq(str_from(r->reason), STR("Out of memory")))
        return err_set(e, ERR_TOO_LARGE, "the picture needs more memory than is allowed");
    return err_set(e, ERR_INVALID, "the picture is damaged: %s", r->reason);
}

/* 8-bit RGB or RGBA, whatever is stored. */
static void ask_for_rgb(struct png_reader *r, const struct png_file *file)
{
    png_set_scale_16(r->png);
    png_set_expand(r->png); /* palette, small depths, tRNS */
    if ((file->colour_type & PNG_COLOR_MASK_COLOR) == 0)
        png_set_gray_to_rgb(r->png);
    r->is_interlaced = png_set_interlace_handling(r->png) > 1;
    png_read_update_info(r->png, r->info);
    r->rows.channels = png_get_channels(r->png, r->info);
}

/* setjmp stands in functions of their own, which change no local variable behind it. */
static bool start(struct png_reader *r, const struct png_file *file, struct err *e)
{
    if (setjmp(png_jmpbuf(r->png)))
        return fail(r, e);
    png_set_read_fn(r->png, r, give_bytes);
    png_set_user_limits(r->png, IMAGE_MAX_SIDE, IMAGE_MAX_SIDE);
    png_set_sig_bytes(r->png, 8);
    png_read_info(r->png, r->info);
    ask_for_rgb(r, file);
    if (png_get_bit_depth(r->png, r->info) != 8 || r->rows.channels < 3 ||
        png_get_rowbytes(r->png, r->info) != (size_t)r->rows.width * (size_t)r->rows.channels)
        png_error(r->png, "its kind of colours is not known");
    return true;
}

static bool read_row(struct png_reader *r, uint8_t *row, struct err *e)
{
    if (setjmp(png_jmpbuf(r->png)))
        return fail(r, e);
    png_read_row(r->png, row, NULL);
    return true;
}

static bool read_end(struct png_reader *r, struct err *e)
{
    if (setjmp(png_jmpbuf(r->png)))
        return fail(r, e);
    png_read_end(r->png, NULL);
    return true;
}

/* Each of the passes goes over all rows again. */
static bool read_interlaced(struct png_reader *r, struct err *e)
{
    size_t stride = (size_t)r->rows.width * (size_t)r->rows.channels;

    for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
        for (int y = 0; y < r->rows.height; y++) {
            if (!read_row(r, r->row + (size_t)y * stride, e))
                return false;
        }
    }
    return true;
}

static const uint8_t *next_row(struct row_reader *rows, struct err *e)
{
    struct png_reader *r = reader_of(rows);
    size_t stride = (size_t)rows->width * (size_t)rows->channels;

    if (!r->is_interlaced)
        return read_row(r, r->row, e) ? r->row : NULL;
    if (r->next_y == 0 && !read_interlaced(r, e))
        return NULL;
    return r->row + (size_t)r->next_y++ * stride;
}

static bool finish(struct row_reader *rows, struct err *e)
{
    return read_end(reader_of(rows), e);
}

static void close_reader(struct row_reader *rows)
{
    struct png_reader *r = reader_of(rows);

    png_destroy_read_struct(&r->png, &r->info, NULL);
    free(r->row);
    r->row = NULL;
}

bool png_slow_open(struct arena *a, const struct png_file *file, struct row_reader **out,
                   struct err *e)
{
    struct png_reader *r = arena_new(a, struct png_reader);
    AUTO_ROWS rows = &r->rows;

    r->rows = (struct row_reader){ (int)file->width, (int)file->height, 0, next_row,
                                   finish,           close_reader };
    r->rest = file->chunks;
    r->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, r, on_error, on_warning);
    r->info = r->png != NULL ? png_create_info_struct(r->png) : NULL;
    if (r->info == NULL)
        return err_set(e, ERR_TOO_LARGE, "the picture needs more memory than is allowed");
    if (!start(r, file, e))
        return false;
    size_t row_count = r->is_interlaced ? file->height : 1;
    r->row = pixels_memory((size_t)r->rows.width * (size_t)r->rows.channels * row_count, e);
    if (r->row == NULL)
        return false;
    *out = rows;
    rows = NULL;
    return true;
}

static bool png_open(const struct picture *p, int least_side, struct row_reader **out,
                     struct err *e)
{
    struct row_reader *fast = png_fast_open(p->arena, p->detail);

    UNUSED(least_side); /* PNG has no cheaper size */
    if (fast == NULL)
        return png_slow_open(p->arena, p->detail, out, e);
    *out = fast;
    return true;
}

const struct codec codec_png = { IMAGE_PNG, png_file_inspect, png_open };
