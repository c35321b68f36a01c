/* Drawn pictures, and the codecs that write them. */
#include "pictures.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>
#include <zlib.h>

#include "base/file.h"

enum { WAVES = 5 };

/* Some slow waves across the picture, of directions and phases that the seed decides: from -1 to 1.
 */
static double waves(unsigned seed, double u, double v, double phase)
{
    unsigned state = seed * 2654435761u + 12345;
    double sum = 0;

    for (int i = 0; i < WAVES; i++) {
        double along[3];

        for (int k = 0; k < 3; k++) {
            state = state * 1664525u + 1013904223u;
            along[k] = (double)(state >> 16) / 65536 - 0.5;
        }
        sum += cos(2 * M_PI * (5 * along[0] * u + 5 * along[1] * v + along[2]) + phase);
    }
    return sum / WAVES;
}

struct drawing draw(struct arena *a, int width, int height, unsigned seed, bool alpha)
{
    struct drawing d = { width, height, arena_alloc(a, (size_t)width * (size_t)height * 4) };

    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            uint8_t *p = d.rgba + 4 * ((size_t)y * (size_t)width + (size_t)x);
            double u = (double)x / width, v = (double)y / height, r = hypot(u - 0.5, v - 0.5);
            bool in_box = u > 0.1 + 0.02 * (seed % 10) && u < 0.3 && v > 0.55 && v < 0.8;

            p[0] = (uint8_t)(128 + 120 * waves(seed, u, v, 0.5));
            p[1] = (uint8_t)(in_box ? 220 : 128 + 120 * waves(seed, u, v, 0));
            p[2] = (uint8_t)(in_box ? 30 : 128 + 120 * waves(seed, u, v, 1));
            p[3] = alpha ? (uint8_t)fmin(fmax((r - 0.15) * 1500, 0), 255) : 255;
        }
    }
    return d;
}

/* Where a pixel of the upright picture is stored: EXIF's table, written out. */
static void place(int orientation, int x, int y, int w, int h, int *out_x, int *out_y)
{
    const int at[9][2] = {
        { x, y },         { x, y }, { w - 1 - x, y }, { w - 1 - x, h - 1 - y },
        { x, h - 1 - y }, { y, x }, { y, w - 1 - x }, { h - 1 - y, w - 1 - x },
        { h - 1 - y, x },
    };

    *out_x = at[orientation][0];
    *out_y = at[orientation][1];
}

struct drawing turned(struct arena *a, const struct drawing *upright, int orientation)
{
    bool swaps = orientation >= 5;
    struct drawing d = { swaps ? upright->height : upright->width,
                         swaps ? upright->width : upright->height, NULL };

    d.rgba = arena_alloc(a, (size_t)d.width * (size_t)d.height * 4);
    for (int y = 0; y < upright->height; y++) {
        for (int x = 0; x < upright->width; x++) {
            int to_x, to_y;

            place(orientation, x, y, upright->width, upright->height, &to_x, &to_y);
            memcpy(d.rgba + 4 * (to_y * d.width + to_x),
                   upright->rgba + 4 * (y * upright->width + x), 4);
        }
    }
    return d;
}

static void be(uint8_t *out, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

static void le(uint8_t *out, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> 8 * i);
}

struct str join(struct arena *a, struct str left, struct str right)
{
    char *out = arena_alloc(a, left.len + right.len + 1);

    if (left.len > 0)
        memcpy(out, left.ptr, left.len);
    if (right.len > 0)
        memcpy(out + left.len, right.ptr, right.len);
    return str_of(out, left.len + right.len);
}

struct str png_chunk(struct arena *a, const char *type, struct str data)
{
    uint8_t *out = arena_alloc(a, data.len + 12);

    be(out, (uint32_t)data.len, 4);
    memcpy(out + 4, type, 4);
    if (data.len > 0)
        memcpy(out + 8, data.ptr, data.len);
    be(out + 8 + data.len, (uint32_t)crc32(0, out + 4, (uInt)data.len + 4), 4);
    return str_of(out, data.len + 12);
}

struct str png_with(struct arena *a, struct str png, struct str chunks)
{
    return join(a, join(a, str_slice(png, 0, 33), chunks), str_slice(png, 33, png.len));
}

static void collect(png_structp png, png_bytep data, size_t bytes)
{
    struct buf *b = png_get_io_ptr(png);

    buf_put(b, str_of(data, bytes));
}

static uint8_t grey_of(const uint8_t *p)
{
    return (uint8_t)((p[0] * 2 + p[1] * 5 + p[2]) / 8);
}

/* A sample of n channels, each of which stands at `depth` bits in the row. */
static void put_sample(uint8_t *row, int index, int depth, int value)
{
    if (depth == 16)
        be(row + 2 * index, (uint32_t)value * 257, 2);
    else if (depth == 8)
        row[index] = (uint8_t)value;
    else
        row[index * depth / 8] |=
            (uint8_t)((value >> (8 - depth)) << (8 - depth - index * depth % 8));
}

static void fill_row(const struct drawing *d, const struct png_kind *kind, int y, uint8_t *row)
{
    bool is_grey = (kind->colour_type & 2) == 0, has_alpha = (kind->colour_type & 4) != 0;
    int channels = (is_grey || kind->colour_type == 3 ? 1 : 3) + has_alpha;

    for (int x = 0; x < d->width; x++) {
        const uint8_t *p = d->rgba + 4 * ((size_t)y * (size_t)d->width + (size_t)x);
        int first = channels * x;

        if (channels <= 2) {
            put_sample(row, first, kind->depth, grey_of(p));
        } else {
            for (int k = 0; k < 3; k++)
                put_sample(row, first + k, kind->depth, p[k]);
        }
        if (has_alpha)
            put_sample(row, first + channels - 1, kind->depth, p[3]);
    }
}

/* A grey ramp with a blue cast, so that palettes are told from grey. */
static void set_palette(png_structp png, png_infop info, int depth)
{
    png_color palette[256];
    int count = 1 << depth;

    for (int i = 0; i < count; i++) {
        int level = i * 255 / (count - 1);

        palette[i] = (png_color){ (png_byte)level, (png_byte)level, (png_byte)(255 - level) };
    }
    png_set_PLTE(png, info, palette, count);
}

static void set_filters(png_structp png, const struct png_kind *kind)
{
    static const int masks[] = { PNG_FILTER_NONE, PNG_FILTER_SUB, PNG_FILTER_UP, PNG_FILTER_AVG,
                                 PNG_FILTER_PAETH };

    png_set_filter(png, 0, kind->one_filter ? masks[kind->filter] : PNG_ALL_FILTERS);
}

struct str png_of(struct arena *a, const struct drawing *d, const struct png_kind *kind)
{
    AUTO_BUF b = { 0 };
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    size_t row_bytes = (size_t)d->width * 8 + 8;
    uint8_t *rows = arena_alloc(a, row_bytes * (size_t)d->height);
    png_bytepp pointers = arena_array(a, png_bytep, (size_t)d->height);
    struct str bytes;

    buf_init(&b, 512 * MIB);
    png_set_write_fn(png, &b, collect, NULL);
    png_set_compression_buffer_size(png, kind->idat_bytes > 0 ? (size_t)kind->idat_bytes : 8192);
    png_set_IHDR(png, info, (png_uint_32)d->width, (png_uint_32)d->height, kind->depth,
                 kind->colour_type, kind->interlaced, 0, 0);
    set_filters(png, kind);
    if (kind->colour_type == 3)
        set_palette(png, info, kind->depth);
    png_write_info(png, info);
    if (kind->trns_bytes > 0)
        png_write_chunk(png, (png_const_bytep) "tRNS", (png_const_bytep)kind->trns,
                        kind->trns_bytes);
    for (int y = 0; y < d->height; y++) {
        pointers[y] = rows + (size_t)y * row_bytes;
        fill_row(d, kind, y, pointers[y]);
    }
    png_write_image(png, pointers);
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    bytes = arena_str(a, buf_str(&b));
    return kind->extra.len > 0 ? png_with(a, bytes, kind->extra) : bytes;
}

static void set_jpeg_kind(struct jpeg_compress_struct *jpeg, const struct jpeg_kind *kind)
{
    jpeg->input_components = kind->grey ? 1 : kind->cmyk ? 4 : 3;
    jpeg->in_color_space = kind->grey ? JCS_GRAYSCALE : kind->cmyk ? JCS_CMYK : JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, kind->quality > 0 ? kind->quality : 92, TRUE);
    if (kind->cmyk)
        jpeg->write_Adobe_marker = kind->adobe;
    if (kind->progressive)
        jpeg_simple_progression(jpeg);
}

static void fill_jpeg_row(const struct drawing *d, const struct jpeg_kind *kind, int y,
                          uint8_t *row)
{
    for (int x = 0; x < d->width; x++) {
        const uint8_t *p = d->rgba + 4 * ((size_t)y * (size_t)d->width + (size_t)x);

        if (kind->grey)
            row[x] = grey_of(p);
        else if (kind->cmyk)
            for (int k = 0; k < 4; k++) /* inks without black; Adobe's are stored inverted */
                row[4 * x + k] = (uint8_t)(k == 3        ? (kind->adobe ? 255 : 0)
                                           : kind->adobe ? p[k]
                                                         : 255 - p[k]);
        else
            memcpy(row + 3 * x, p, 3);
    }
}

struct str jpeg_of(struct arena *a, const struct drawing *d, const struct jpeg_kind *kind)
{
    struct jpeg_compress_struct jpeg = { 0 };
    struct jpeg_error_mgr errors;
    unsigned char *file = NULL;
    unsigned long bytes = 0;
    JSAMPROW row = arena_alloc(a, (size_t)d->width * 4);

    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &file, &bytes);
    jpeg.image_width = (JDIMENSION)d->width;
    jpeg.image_height = (JDIMENSION)d->height;
    set_jpeg_kind(&jpeg, kind);
    jpeg_start_compress(&jpeg, TRUE);
    if (kind->exif.len > 0) {
        struct str exif = join(a, STR("Exif\0\0"), kind->exif);

        jpeg_write_marker(&jpeg, JPEG_APP0 + 1, (const JOCTET *)exif.ptr, (unsigned)exif.len);
    }
    if (kind->comment.len > 0)
        jpeg_write_marker(&jpeg, JPEG_COM, (const JOCTET *)kind->comment.ptr,
                          (unsigned)kind->comment.len);
    if (kind->icc.len > 0)
        jpeg_write_icc_profile(&jpeg, (const JOCTET *)kind->icc.ptr, (unsigned)kind->icc.len);
    for (int y = 0; y < d->height; y++) {
        fill_jpeg_row(d, kind, y, row);
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    struct str result = arena_str(a, str_of(file, bytes));
    free(file);
    return result;
}

struct str webp_of(struct arena *a, const struct drawing *d, int quality)
{
    uint8_t *file = NULL;
    size_t bytes =
        quality > 0
            ? WebPEncodeRGBA(d->rgba, d->width, d->height, 4 * d->width, (float)quality, &file)
            : WebPEncodeLosslessRGBA(d->rgba, d->width, d->height, 4 * d->width, &file);
    struct str result = arena_str(a, str_of(file, bytes));

    assert(bytes > 0);
    WebPFree(file);
    return result;
}

struct str riff_chunk(struct arena *a, const char *name, struct str data)
{
    uint8_t head[8];

    memcpy(head, name, 4);
    le(head + 4, (uint32_t)data.len, 4);
    data = join(a, str_of(head, 8), data);
    return data.len % 2 == 0 ? data : join(a, data, STR("\0"));
}

struct str webp_with(struct arena *a, struct str webp, int width, int height, int flags,
                     struct str chunks)
{
    bool is_extended = str_eq(str_slice(webp, 12, 16), STR("VP8X"));
    struct str old = str_slice(webp, is_extended ? 30 : 12, webp.len);
    uint8_t extended[10] = { (uint8_t)(flags | (is_extended ? webp.ptr[20] : 0)) };

    le(extended + 4, (uint32_t)width - 1, 3);
    le(extended + 7, (uint32_t)height - 1, 3);
    struct str body = join(a, STR("WEBP"), riff_chunk(a, "VP8X", str_of(extended, 10)));
    /* A profile has to stand in front, the others behind. */
    bool goes_first = str_starts(chunks, STR("ICCP"));
    body = join(a, body, join(a, goes_first ? chunks : old, goes_first ? old : chunks));
    return riff_chunk(a, "RIFF", body);
}

struct str exif_of(struct arena *a, int orientation, bool big_endian, struct str comment)
{
    void (*put)(uint8_t *, uint32_t, int) = big_endian ? be : le;
    uint8_t *t = arena_alloc(a, 64 + comment.len);

    memcpy(t, big_endian ? "MM\0*" : "II*\0", 4);
    put(t + 4, 8, 4);
    put(t + 8, 2, 2); /* two entries, the next directory is the first again: a loop */
    put(t + 10, 0x0112, 2);
    put(t + 12, 3, 2);
    put(t + 14, 1, 4);
    put(t + 18, (uint32_t)orientation, 2);
    put(t + 22, 0x8769, 2);
    put(t + 24, 4, 2);
    put(t + 26, 1, 4);
    put(t + 30, 38, 4);
    put(t + 34, 8, 4);
    put(t + 38, 1, 2);
    put(t + 40, 0x9286, 2);
    put(t + 42, 7, 2);
    put(t + 44, (uint32_t)comment.len, 4);
    put(t + 48, 64, 4);
    if (comment.len > 0)
        memcpy(t + 64, comment.ptr, comment.len);
    return str_of(t, 64 + comment.len);
}

static void put_fixed(uint8_t *out, float value)
{
    be(out, (uint32_t)(int32_t)lrintf(value * 65536), 4);
}

struct str icc_of(struct arena *a, const float primaries[9], float gamma)
{
    static const char *const names[] = { "rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC" };
    enum { TAGS = 6, DATA = 132 + TAGS * 12, SIZE = DATA + 3 * 20 + 16 };
    uint8_t *p = arena_alloc(a, SIZE);

    be(p, SIZE, 4);
    memcpy(p + 12, "mntrRGB XYZ ", 12);
    memcpy(p + 36, "acsp", 4);
    be(p + 128, TAGS, 4);
    for (size_t i = 0; i < TAGS; i++) {
        uint8_t *entry = p + 132 + 12 * i;

        memcpy(entry, names[i], 4);
        be(entry + 4, (uint32_t)(i < 3 ? DATA + 20 * i : DATA + 60), 4);
        be(entry + 8, i < 3 ? 20 : 14, 4);
    }
    for (size_t i = 0; i < 3; i++) {
        memcpy(p + DATA + 20 * i, "XYZ ", 4);
        for (size_t k = 0; k < 3; k++)
            put_fixed(p + DATA + 20 * i + 8 + 4 * k, primaries[3 * k + i]);
    }
    memcpy(p + DATA + 60, "curv", 4);
    be(p + DATA + 68, 1, 4);
    be(p + DATA + 72, (uint32_t)lrintf(gamma * 256), 2);
    return str_of(p, SIZE);
}

int file_of(struct str bytes)
{
    int fd = memfd_create("picture", MFD_CLOEXEC);
    struct err e;

    if (fd < 0 || !file_write_all(fd, bytes, &e))
        abort();
    return fd;
}

struct str bytes_of(struct arena *a, int fd)
{
    int64_t size = file_size(fd);
    char *bytes = arena_alloc(a, (size_t)size);

    if (pread(fd, bytes, (size_t)size, 0) != size)
        abort();
    return str_of(bytes, (size_t)size);
}

double difference(const struct drawing *d, const uint8_t *pixels, int channels)
{
    size_t count = (size_t)d->width * (size_t)d->height;
    double sum = 0;

    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < (size_t)channels; k++)
            sum += abs(d->rgba[4 * i + k] - pixels[(size_t)channels * i + k]);
    }
    return sum / (double)(count * (size_t)channels);
}
