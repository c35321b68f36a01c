/*
 * The texts of pictures: whatever a file holds, they come out as UTF-8 and within their bounds. The
 * first byte says what the input is: a whole file, or what stands in a chunk or segment of a file
 * that is sound otherwise.
 */
#include <assert.h>
#include <libdeflate.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "image/helper/codec.h"

enum { MOST_BYTES = 60000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_number(struct buf *b, uint32_t value, int bytes, bool big_endian)
{
    for (int i = 0; i < bytes; i++)
        buf_put_char(b, (char)(value >> 8 * (big_endian ? bytes - 1 - i : i)));
}

static void put_chunk(struct buf *b, const char *type, struct str data)
{
    size_t start;

    put_number(b, (uint32_t)data.len, 4, true);
    start = b->len;
    buf_put(b, str_of(type, 4));
    buf_put(b, data);
    put_number(b, libdeflate_crc32(0, b->ptr + start, b->len - start), 4, true);
}

static struct str packed(struct arena *a, struct str raw)
{
    struct libdeflate_compressor *c = libdeflate_alloc_compressor(1);
    size_t most = libdeflate_zlib_compress_bound(c, raw.len);
    char *out = arena_alloc(a, most);
    size_t length = libdeflate_zlib_compress(c, raw.ptr, raw.len, out, most);

    libdeflate_free_compressor(c);
    return str_of(out, length);
}

static struct str joined(struct arena *a, struct str left, struct str right)
{
    char *out = arena_alloc(a, left.len + right.len + 1);

    memcpy(out, left.ptr, left.len);
    if (right.len > 0)
        memcpy(out + left.len, right.ptr, right.len);
    return str_of(out, left.len + right.len);
}

static void put_png(struct arena *a, struct buf *b, struct str text)
{
    buf_put(b, STR("\x89PNG\r\n\x1a\n"));
    put_chunk(b, "IHDR", STR("\0\0\0\1\0\0\0\1\x8\2\0\0\0"));
    put_chunk(b, "tEXt", text);
    put_chunk(b, "iTXt", text);
    put_chunk(b, "zTXt", text);
    put_chunk(b, "zTXt", joined(a, STR("k\0\0"), packed(a, text)));
    put_chunk(b, "iTXt", joined(a, STR("k\0\1\0\0\0"), packed(a, text)));
    put_chunk(b, "eXIf", text);
    put_chunk(b, "IDAT", packed(a, STR("\0\1\2\3")));
    put_chunk(b, "tEXt", text);
    put_chunk(b, "IEND", (struct str){ 0 });
}

static void put_segment(struct buf *b, uint8_t marker, struct str head, struct str text)
{
    buf_put_char(b, (char)0xFF);
    buf_put_char(b, (char)marker);
    put_number(b, (uint32_t)(head.len + text.len + 2), 2, true);
    buf_put(b, head);
    buf_put(b, text);
}

static void put_jpeg(struct buf *b, struct str text)
{
    buf_put(b, STR("\xFF\xD8"));
    put_segment(b, 0xE1, STR("Exif\0\0"), text);
    put_segment(b, 0xE1, STR("http://ns.adobe.com/xap/1.0/\0"), text);
    put_segment(b, 0xFE, STR(""), text);
    put_segment(b, 0xC0, STR("\x8\0\1\0\1\1\1\x11\0"), (struct str){ 0 });
    put_segment(b, 0xDA, STR("\1\1\0\0\x3F\0"), (struct str){ 0 });
}

static void put_riff(struct buf *b, const char *name, struct str data)
{
    buf_put(b, str_of(name, 4));
    put_number(b, (uint32_t)data.len, 4, false);
    buf_put(b, data);
    if (data.len % 2 == 1)
        buf_put_char(b, '\0');
}

static void put_webp(struct buf *b, struct str text)
{
    buf_put(b, STR("RIFF\0\0\0\0WEBP"));
    put_riff(b, "VP8X", STR("\x0C\0\0\0\0\0\0\0\0\0"));
    put_riff(b, "VP8L", STR("\x2F\0\0\0\x10\7\x10\x11\x11\x88\x88\xFE\7\0"));
    put_riff(b, "EXIF", text);
    put_riff(b, "XMP ", text);
    for (int i = 0; i < 4; i++)
        b->ptr[4 + i] = (char)((b->len - 8) >> 8 * i);
}

static const struct codec *build(struct arena *a, struct buf *b, uint8_t kind, struct str input)
{
    static const struct codec *const codecs[] = { &codec_png, &codec_jpeg, &codec_webp };
    struct str text = str_slice(input, 0, MOST_BYTES);

    if (kind % 6 < 3)
        buf_put(b, input);
    else if (kind % 6 == 3)
        put_png(a, b, text);
    else if (kind % 6 == 4)
        put_jpeg(b, text);
    else
        put_webp(b, text);
    return codecs[kind % 3];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA a = { 0 };
    AUTO_BUF texts = { 0 };
    AUTO_BUF file = { 0 };
    struct picture p = { .arena = &a, .orientation = 1, .texts = &texts };
    const struct codec *codec;
    struct image_text text;
    struct err e;

    if (size < 2)
        return 0;
    buf_init(&texts, IMAGE_MAX_PAYLOAD);
    buf_init(&file, 4 * MIB);
    codec = build(&a, &file, data[0], str_of(data + 1, size - 1));
    p.bytes = buf_str(&file);
    p.format = codec->format;
    if (!codec->inspect(&p, &e))
        return 0;
    struct str rest = buf_str(&texts);
    while (image_record_next(&rest, &text))
        assert(str_is_utf8(text.keyword) && str_is_utf8(text.value) && text.value.len > 0);
    assert(rest.len == 0 && !texts.overflowed);
    return 0;
}
