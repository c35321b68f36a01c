/* The chunks of a PNG file: sizes, colours, texts; checked before any pixel is decoded. */
#include "image/helper/png_file.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "image/helper/exif.h"

enum {
    SIGNATURE_BYTES = 8,
    CHUNK_EXTRA = 12, /* length, type, checksum */
    MAX_ICC_BYTES = 2 * 1024 * 1024,
    MAX_PACKED_TEXT = 512 * 1024,
    MAX_TEXTS = 64,
    MAX_CHUNKS = 200 * 1000, /* a chunk of 1 kB each fills the largest file that is taken */
};

static uint32_t u32(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;

    return PNG_CHUNK(b[0], b[1], b[2], b[3]);
}

bool png_chunk_next(struct str *rest, struct png_chunk *out)
{
    uint32_t length;

    if (rest->len < CHUNK_EXTRA)
        return false;
    length = u32(rest->ptr);
    if (length > rest->len - CHUNK_EXTRA)
        return false;
    out->type = u32(rest->ptr + 4);
    out->data = str_of(rest->ptr + 8, length);
    out->whole = str_of(rest->ptr, length + CHUNK_EXTRA);
    out->checksum_fits =
        libdeflate_crc32(0, rest->ptr + 4, length + 4) == u32(rest->ptr + 8 + length);
    *rest = str_of(rest->ptr + out->whole.len, rest->len - out->whole.len);
    return true;
}

bool png_inflate(struct arena *a, struct str packed, size_t max_bytes, struct str *out)
{
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    enum libdeflate_result result = LIBDEFLATE_INSUFFICIENT_SPACE;
    size_t size = MIN(max_bytes, packed.len * 4 + 1024), length = 0;
    char *bytes = NULL;

    while (d != NULL && result == LIBDEFLATE_INSUFFICIENT_SPACE) {
        struct arena_mark mark = arena_mark(a);

        bytes = arena_alloc(a, size);
        result = libdeflate_zlib_decompress(d, packed.ptr, packed.len, bytes, size, &length);
        if (result != LIBDEFLATE_SUCCESS)
            arena_rewind(a, mark);
        if (size == max_bytes)
            break;
        size = MIN(max_bytes, size * 8);
    }
    libdeflate_free_decompressor(d);
    if (result == LIBDEFLATE_SUCCESS)
        *out = str_of(bytes, length);
    return result == LIBDEFLATE_SUCCESS;
}

static bool damaged(struct err *e, const char *how)
{
    return err_set(e, ERR_INVALID, "the picture is damaged: %s", how);
}

/* The state of one walk. */
struct walk {
    struct picture *picture;
    struct png_file *file;
    bool has_srgb, has_end, is_past_idat;
    size_t text_count, chunk_count;
};

static bool read_header(struct walk *w, const struct png_chunk *c, struct err *e)
{
    struct png_file *f = w->file;

    if (c->type != PNG_IHDR || c->data.len != 13 || !c->checksum_fits)
        return damaged(e, "it does not begin with a right header");
    f->width = u32(c->data.ptr);
    f->height = u32(c->data.ptr + 4);
    f->depth = (uint8_t)c->data.ptr[8];
    f->colour_type = (uint8_t)c->data.ptr[9];
    f->interlace = (uint8_t)c->data.ptr[12];
    f->is_sound = c->data.ptr[10] == 0 && c->data.ptr[11] == 0; /* the only methods there are */
    return picture_check_size(f->width, f->height, e);
}

static void read_idat(struct walk *w, const struct png_chunk *c)
{
    struct png_file *f = w->file;

    f->only_idat = f->idat_bytes == 0 ? c->data : (struct str){ 0 };
    f->idat_bytes += c->data.len;
    f->is_sound = f->is_sound && !w->is_past_idat;
}

/* Keyword, NUL, rest. */
static bool cut_keyword(struct str data, struct str *keyword, struct str *rest)
{
    return str_cut(data, '\0', keyword, rest) && keyword->len >= 1 && keyword->len <= 79;
}

static void read_profile(struct walk *w, struct str data)
{
    struct str name, rest;

    if (cut_keyword(data, &name, &rest) && rest.len > 1 && rest.ptr[0] == 0)
        png_inflate(w->picture->arena, str_slice(rest, 1, rest.len), MAX_ICC_BYTES,
                    &w->picture->icc);
}

static void read_packed_text(struct walk *w, struct str data)
{
    struct str keyword, rest, text;

    if (cut_keyword(data, &keyword, &rest) && rest.len > 1 && rest.ptr[0] == 0 &&
        png_inflate(w->picture->arena, str_slice(rest, 1, rest.len), MAX_PACKED_TEXT, &text))
        picture_add_text(w->picture, keyword, text);
}

/* keyword 0 packed method language 0 translated 0 text */
static void read_international_text(struct walk *w, struct str data)
{
    struct str keyword, rest, skipped, text;

    if (!cut_keyword(data, &keyword, &rest) || rest.len < 2)
        return;
    bool is_packed = rest.ptr[0] == 1;
    if (!str_cut(str_slice(rest, 2, rest.len), '\0', &skipped, &text) ||
        !str_cut(text, '\0', &skipped, &text))
        return;
    if (!is_packed || png_inflate(w->picture->arena, text, MAX_PACKED_TEXT, &text))
        picture_add_text(w->picture, keyword, text);
}

static void read_text(struct walk *w, const struct png_chunk *c)
{
    struct str keyword, text;

    if (w->picture->texts == NULL || w->text_count++ >= MAX_TEXTS)
        return;
    if (c->type == PNG_CHUNK('z', 'T', 'X', 't'))
        read_packed_text(w, c->data);
    else if (c->type == PNG_CHUNK('i', 'T', 'X', 't'))
        read_international_text(w, c->data);
    else if (cut_keyword(c->data, &keyword, &text))
        picture_add_text(w->picture, keyword, text);
}

static void read_chromaticities(struct png_colour *colour, struct str data)
{
    uint32_t *points[] = { colour->white, colour->red, colour->green, colour->blue };

    if (data.len != 32)
        return;
    for (size_t i = 0; i < COUNT(points); i++) {
        points[i][0] = u32(data.ptr + 8 * i);
        points[i][1] = u32(data.ptr + 8 * i + 4);
    }
}

/* Chunks that decoding can do without: a wrong checksum makes them as good as absent. */
static void read_ancillary(struct walk *w, const struct png_chunk *c)
{
    struct picture *p = w->picture;

    if (!c->checksum_fits)
        return;
    switch (c->type) {
    case PNG_TRNS:
        w->file->has_transparency = true;
        break;
    case PNG_CHUNK('i', 'C', 'C', 'P'):
        if (str_is_null(p->icc))
            read_profile(w, c->data);
        break;
    case PNG_CHUNK('s', 'R', 'G', 'B'):
        w->has_srgb = true;
        break;
    case PNG_CHUNK('g', 'A', 'M', 'A'):
        if (c->data.len == 4)
            p->colour.gamma = u32(c->data.ptr);
        break;
    case PNG_CHUNK('c', 'H', 'R', 'M'):
        read_chromaticities(&p->colour, c->data);
        break;
    case PNG_CHUNK('e', 'X', 'I', 'f'):
        exif_read(p, c->data);
        break;
    case PNG_CHUNK('t', 'E', 'X', 't'):
    case PNG_CHUNK('z', 'T', 'X', 't'):
    case PNG_CHUNK('i', 'T', 'X', 't'):
        read_text(w, c);
        break;
    case PNG_CHUNK('a', 'c', 'T', 'L'):
        p->is_animated = true;
        break;
    case PNG_CHUNK('c', 'a', 'B', 'X'):
        p->has_credentials = true;
        break;
    default:
        break;
    }
}

/* A capital first letter: the picture cannot be told without this chunk. */
static bool is_critical(uint32_t type)
{
    return (type & PNG_CHUNK(0x20, 0, 0, 0)) == 0;
}

static bool read_critical(struct walk *w, const struct png_chunk *c, struct err *e)
{
    w->file->is_sound = w->file->is_sound && c->checksum_fits;
    if (c->type == PNG_IDAT)
        read_idat(w, c);
    else if (c->type == PNG_PLTE)
        w->file->has_palette = true;
    else if (c->type == PNG_IEND)
        w->has_end = true;
    else
        return damaged(e, "it has a part that is not known");
    return true;
}

static bool read_chunk(struct walk *w, const struct png_chunk *c, struct err *e)
{
    w->is_past_idat = w->is_past_idat || (w->file->idat_bytes > 0 && c->type != PNG_IDAT);
    if (is_critical(c->type))
        return read_critical(w, c, e);
    read_ancillary(w, c);
    return true;
}

static bool walk(struct walk *w, struct err *e)
{
    struct str rest = w->file->chunks;
    struct png_chunk chunk;

    if (!png_chunk_next(&rest, &chunk))
        return damaged(e, "it is cut off in its header");
    if (!read_header(w, &chunk, e))
        return false;
    while (!w->has_end) {
        if (!png_chunk_next(&rest, &chunk))
            return damaged(e, "it is cut off");
        if (++w->chunk_count > MAX_CHUNKS)
            return damaged(e, "it has too many chunks");
        if (!read_chunk(w, &chunk, e))
            return false;
    }
    return w->file->idat_bytes > 0 || damaged(e, "it holds no pixels");
}

bool png_file_inspect(struct picture *p, struct err *e)
{
    struct png_file *file = arena_new(p->arena, struct png_file);
    struct walk w = { .picture = p, .file = file };

    file->chunks = str_slice(p->bytes, SIGNATURE_BYTES, p->bytes.len);
    if (!walk(&w, e))
        return false;
    p->width = (int)file->width;
    p->height = (int)file->height;
    p->detail = file;
    if (w.has_srgb)
        p->colour = (struct png_colour){ 0 };
    return true;
}
