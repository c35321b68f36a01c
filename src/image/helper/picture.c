/* A file becomes a picture: read, sniffed, held against the limits, decoded by its codec, brought
 * into sRGB. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "image/helper/codec.h"

enum { MAX_TEXT_BYTES = 512 * 1024 };

static const struct codec *const codecs[] = { &codec_png, &codec_jpeg, &codec_webp };

static const struct codec *codec_of(enum image_format format)
{
    for (size_t i = 0; i < COUNT(codecs); i++) {
        if (codecs[i]->format == format)
            return codecs[i];
    }
    return NULL;
}

bool picture_check_size(int64_t width, int64_t height, struct err *e)
{
    if (width < 1 || height < 1)
        return err_set(e, ERR_INVALID, "the picture is damaged: it has no size");
    if (width > IMAGE_MAX_SIDE || height > IMAGE_MAX_SIDE)
        return err_set(e, ERR_TOO_LARGE, "the picture has %lld x %lld pixels, a side may have %d",
                       (long long)width, (long long)height, IMAGE_MAX_SIDE);
    if (width * height > IMAGE_MAX_PIXELS)
        return err_set(e, ERR_TOO_LARGE,
                       "the picture has %lld x %lld pixels, %d million are the most",
                       (long long)width, (long long)height, IMAGE_MAX_PIXELS / 1000000);
    return true;
}

/* Not mapped: a file that another program cuts meanwhile would end the process. */
static bool read_file(int fd, struct str *out, struct err *e)
{
    off_t size = lseek(fd, 0, SEEK_END);
    size_t got;
    char *bytes;
    int error;

    if (size <= 0)
        return err_set(e, ERR_INVALID, "the picture is empty");
    if (size > IMAGE_MAX_BYTES)
        return err_set(e, ERR_TOO_LARGE, "the picture has %lld bytes, %d are the most",
                       (long long)size, IMAGE_MAX_BYTES);
    bytes = malloc((size_t)size);
    if (bytes == NULL)
        return err_set(e, ERR_TOO_LARGE, "the picture needs more memory than is allowed");
    *out = str_of(bytes, (size_t)size);
    error = file_read_first(fd, bytes, out->len, &got);
    if (error != 0)
        return err_set_errno(e, error, "read", "the picture");
    return got == out->len || err_set(e, ERR_INVALID, "the picture was cut off while it was read");
}

void picture_close(struct picture *p)
{
    free((void *)(uintptr_t)p->bytes.ptr);
    p->bytes = (struct str){ 0 };
}

bool picture_open(int fd, struct arena *a, struct buf *texts, struct picture *out, struct err *e)
{
    AUTO_PICTURE p = { .arena = a, .orientation = 1, .texts = texts };
    const struct codec *codec;

    if (!read_file(fd, &p.bytes, e))
        return false;
    p.format = image_sniff(p.bytes)->format;
    codec = codec_of(p.format);
    if (codec == NULL)
        return err_set(e, ERR_UNSUPPORTED_TYPE, "this is no picture: PNG, JPEG and WebP are read");
    if (!codec->inspect(&p, e))
        return false;
    if (!picture_check_size(p.width, p.height, e))
        return false;
    if (p.orientation < 1 || p.orientation > 8)
        p.orientation = 1;
    *out = p;
    p.bytes = (struct str){ 0 }; /* the caller's now */
    return true;
}

/* Rows of another reader, with their colours changed on the way. */
struct colour_reader {
    struct row_reader rows;
    struct row_reader *inner;
    const struct colour *colour;
    uint8_t *row;
};

static const uint8_t *colour_next(struct row_reader *r, struct err *e)
{
    struct colour_reader *c = CONTAINER_OF(r, struct colour_reader, rows);
    const uint8_t *row = c->inner->next(c->inner, e);

    if (row == NULL)
        return NULL;
    colour_apply(c->colour, row, c->row, r->width, r->channels);
    return c->row;
}

static bool colour_finish(struct row_reader *r, struct err *e)
{
    struct colour_reader *c = CONTAINER_OF(r, struct colour_reader, rows);

    return c->inner->finish(c->inner, e);
}

static void colour_close(struct row_reader *r)
{
    struct colour_reader *c = CONTAINER_OF(r, struct colour_reader, rows);

    row_reader_close(&c->inner);
}

static struct row_reader *with_colour(struct arena *a, struct row_reader *inner,
                                      const struct colour *colour)
{
    struct colour_reader *c = arena_new(a, struct colour_reader);

    c->rows = (struct row_reader){ inner->width, inner->height, inner->channels,
                                   colour_next,  colour_finish, colour_close };
    c->inner = inner;
    c->colour = colour;
    c->row = arena_alloc(a, (size_t)inner->width * (size_t)inner->channels);
    return &c->rows;
}

static const struct colour *colour_of(const struct picture *p)
{
    if (!str_is_null(p->icc))
        return colour_from_icc(p->arena, p->icc);
    return p->format == IMAGE_PNG ? colour_from_png(p->arena, &p->colour) : NULL;
}

bool picture_rows(const struct picture *p, int least_side, struct row_reader **out, struct err *e)
{
    const struct colour *colour = colour_of(p);

    if (!codec_of(p->format)->open(p, least_side, out, e))
        return false;
    if (colour != NULL)
        *out = with_colour(p->arena, *out, colour);
    return true;
}

bool picture_load(const struct picture *p, struct pixels *out, struct err *e)
{
    AUTO_PIXELS pixels = { 0 };
    AUTO_ROWS rows = NULL;

    if (!picture_rows(p, PICTURE_FULL_SIZE, &rows, e) ||
        !pixels_create(rows->width, rows->height, rows->channels, &pixels, e))
        return false;
    for (int y = 0; y < rows->height; y++) {
        const uint8_t *row = rows->next(rows, e);

        if (row == NULL)
            return false;
        memcpy(pixels_row(&pixels, y), row, pixels_stride(&pixels));
    }
    if (!rows->finish(rows, e))
        return false;
    row_reader_close(&rows); /* its memory goes before more is asked for */
    if (!pixels_orient(&pixels, p->orientation, e))
        return false;
    *out = pixels;
    pixels = (struct pixels){ 0 };
    return true;
}

static struct str utf8_of_latin1(struct arena *a, struct str text)
{
    char *out = arena_alloc(a, text.len * 2 + 1);
    size_t length = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (c < 0x80) {
            out[length++] = (char)c;
        } else {
            out[length++] = (char)(0xC0 | c >> 6);
            out[length++] = (char)(0x80 | (c & 0x3F));
        }
    }
    return str_of(out, length);
}

void picture_add_text(const struct picture *p, struct str keyword, struct str value)
{
    size_t bytes = 2 * sizeof(uint32_t) + keyword.len;

    if (p->texts == NULL || value.len == 0 || value.len > MAX_TEXT_BYTES || !str_is_utf8(keyword))
        return;
    /* Some tools write UTF-8 where Latin-1 is due. */
    if (!str_is_utf8(value))
        value = utf8_of_latin1(p->arena, value);
    bytes += value.len;
    if (p->texts->len + bytes <= p->texts->max_bytes)
        image_record_put(p->texts, keyword, value);
}
