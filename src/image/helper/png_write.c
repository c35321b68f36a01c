/* PNG of our own making: filters chosen row by row, deflated in one go, texts before the pixels. */
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "image/helper/encode.h"
#include "image/helper/png_filter.h"

enum {
    LEVEL = 1, /* 2 takes twice the time of a grainy picture, for 6 % */
    MAX_CHUNK_HEAD = 2048,
    MAX_TEXT_BYTES = 1024 * 1024,
};

static void put_be(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static bool write_chunk(int fd, const char *type, struct str data, struct err *e)
{
    uint8_t head[8], tail[4];

    put_be(head, (uint32_t)data.len);
    memcpy(head + 4, type, 4);
    put_be(tail, libdeflate_crc32(libdeflate_crc32(0, type, 4), data.ptr, data.len));
    return file_write_all(fd, str_of(head, sizeof(head)), e) && file_write_all(fd, data, e) &&
           file_write_all(fd, str_of(tail, sizeof(tail)), e);
}

static bool write_header(int fd, const struct pixels *p, struct err *e)
{
    uint8_t header[13] = { 0 };
    uint8_t rendering = 0; /* sRGB, as a photograph */

    put_be(header, (uint32_t)p->width);
    put_be(header + 4, (uint32_t)p->height);
    header[8] = 8;
    header[9] = p->channels == 4 ? 6 : 2;
    return file_write_all(fd, STR("\x89PNG\r\n\x1a\n"), e) &&
           write_chunk(fd, "IHDR", str_of(header, 13), e) &&
           write_chunk(fd, "sRGB", str_of(&rendering, 1), e);
}

/* False: there are other characters in it. Every one of Latin-1 is one or two bytes of UTF-8. */
static bool latin1_of_utf8(struct arena *a, struct str text, struct str *out)
{
    char *bytes = arena_alloc(a, text.len + 1);
    size_t length = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (c >= 0xC4)
            return false;
        if (c >= 0xC0 && ++i < text.len)
            c = (unsigned char)(c << 6 | ((unsigned char)text.ptr[i] & 0x3F));
        bytes[length++] = (char)c;
    }
    *out = str_of(bytes, length);
    return true;
}

static bool write_itxt(int fd, struct str keyword, struct str text, struct err *e)
{
    AUTO_BUF b = { 0 };

    if (text.len == 0)
        return true;
    buf_init(&b, MAX_TEXT_BYTES + MAX_CHUNK_HEAD);
    buf_put(&b, keyword);
    buf_put(&b, STR("\0\0\0\0\0")); /* not packed, no language, no translated keyword */
    buf_put(&b, text);
    if (b.overflowed)
        return err_set(e, ERR_TOO_LARGE, "the texts that go with a picture may have %d bytes",
                       MAX_TEXT_BYTES);
    return write_chunk(fd, "iTXt", buf_str(&b), e);
}

/* As A1111 does it: tEXt where Latin-1 suffices, because some readers know nothing else. */
static bool write_parameters(int fd, struct str text, struct arena *a, struct err *e)
{
    struct str latin1;

    if (text.len == 0)
        return true;
    if (!latin1_of_utf8(a, text, &latin1))
        return write_itxt(fd, STR("parameters"), text, e);
    return write_chunk(fd, "tEXt", arena_strf(a, "parameters%c" STR_FMT, '\0', STR_ARG(latin1)), e);
}

/* How large a filtered row is likely to become: the sum of its bytes as signed numbers. */
static uint32_t cost_of(const uint8_t *row, size_t bytes)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < bytes; i++)
        sum += row[i] < 128 ? row[i] : 256u - row[i];
    return sum;
}

/* out: the filter's number and the row by it. trial has room for both. */
static void filter_row(const uint8_t *row, const uint8_t *above, uint8_t *out, uint8_t *trial,
                       size_t bytes, size_t pixel_bytes)
{
    static const uint8_t tried[] = { ROW_FILTER_SUB, ROW_FILTER_UP, ROW_FILTER_AVERAGE,
                                     ROW_FILTER_PAETH };
    uint32_t best = cost_of(row, bytes);

    out[0] = ROW_FILTER_NONE;
    memcpy(out + 1, row, bytes);
    for (size_t i = 0; i < COUNT(tried) && best > 0; i++) {
        png_filter(tried[i], row, above, trial, bytes, pixel_bytes);
        uint32_t cost = cost_of(trial, bytes);

        if (cost >= best)
            continue;
        best = cost;
        out[0] = tried[i];
        memcpy(out + 1, trial, bytes);
    }
}

static bool filter_all(const struct pixels *p, struct arena *a, uint8_t **out, size_t *out_bytes,
                       struct err *e)
{
    size_t stride = pixels_stride(p);
    const uint8_t *above = arena_alloc(a, stride);
    uint8_t *trial = arena_alloc(a, stride);

    *out_bytes = (stride + 1) * (size_t)p->height;
    *out = pixels_memory(*out_bytes, e);
    if (*out == NULL)
        return false;
    for (int y = 0; y < p->height; y++) {
        const uint8_t *row = pixels_row(p, y);

        filter_row(row, above, *out + (size_t)y * (stride + 1), trial, stride, (size_t)p->channels);
        above = row;
    }
    return true;
}

static bool write_pixels(int fd, const uint8_t *filtered, size_t bytes, struct err *e)
{
    struct libdeflate_compressor *c = libdeflate_alloc_compressor(LEVEL);
    size_t most = libdeflate_zlib_compress_bound(c, bytes);
    void *packed = pixels_memory(most, e);
    bool is_done = c != NULL && packed != NULL;

    if (c == NULL)
        err_set(e, ERR_TOO_LARGE, "the picture needs more memory than is allowed");
    if (is_done)
        is_done = write_chunk(
            fd, "IDAT", str_of(packed, libdeflate_zlib_compress(c, filtered, bytes, packed, most)),
            e);
    free(packed);
    libdeflate_free_compressor(c);
    return is_done;
}

bool png_write(const struct pixels *p, const struct image_recipe *recipe, struct arena *a,
               int out_fd, struct err *e)
{
    uint8_t *filtered = NULL;
    size_t bytes;
    bool is_done;

    if (!filter_all(p, a, &filtered, &bytes, e))
        return false;
    is_done = write_header(out_fd, p, e) && write_parameters(out_fd, recipe->parameters, a, e) &&
              write_itxt(out_fd, STR("albumen"), recipe->json, e) &&
              write_itxt(out_fd, STR("XML:com.adobe.xmp"), xmp_of(a, recipe), e) &&
              write_pixels(out_fd, filtered, bytes, e) && write_chunk(out_fd, "IEND", STR(""), e);
    free(filtered);
    return is_done;
}
