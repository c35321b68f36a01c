/*
 * PNG, our own way against libpng's: what the fast way takes, libpng takes too, with the same
 * pixels; and neither walks out of the file. The first byte says what the input is: a file, a
 * packed stream, or rows to be packed, so that checksums do not stand in the way.
 */
#include <assert.h>
#include <libdeflate.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "image/helper/png_file.h"

enum { MOST_PIXELS = 1 << 18, MOST_STREAM = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_u32(struct buf *b, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        buf_put_char(b, (char)(value >> (24 - 8 * i)));
}

static void put_chunk(struct buf *b, const char *type, struct str data)
{
    size_t start;

    put_u32(b, (uint32_t)data.len);
    start = b->len;
    buf_put(b, str_of(type, 4));
    buf_put(b, data);
    put_u32(b, libdeflate_crc32(0, b->ptr + start, b->len - start));
}

static struct str pack(struct arena *a, struct str raw, int level)
{
    struct libdeflate_compressor *c = libdeflate_alloc_compressor(level);
    size_t most = libdeflate_zlib_compress_bound(c, raw.len);
    char *out = arena_alloc(a, most);
    size_t length = libdeflate_zlib_compress(c, raw.ptr, raw.len, out, most);

    libdeflate_free_compressor(c);
    return str_of(out, length);
}

/* data: width, height, colour type, where the stream is cut in two; then the stream, or the rows.
 */
static struct str build(struct arena *a, struct buf *b, const uint8_t *data, size_t size,
                        bool is_packed)
{
    uint8_t header[13] = { 0, 0, 0, data[0], 0, 0, 0, data[1], 8, data[2] % 7 };
    struct str stream = str_of(data + 4, MIN(size - 4, (size_t)MOST_STREAM));
    size_t cut;

    if (!is_packed)
        stream = pack(a, stream, data[3] % 3);
    cut = MIN((size_t)data[3], stream.len);
    buf_put(b, STR("\x89PNG\r\n\x1a\n"));
    put_chunk(b, "IHDR", str_of(header, 13));
    put_chunk(b, "IDAT", str_slice(stream, 0, cut));
    put_chunk(b, "IDAT", str_slice(stream, cut, stream.len));
    put_chunk(b, "IEND", (struct str){ 0 });
    return buf_str(b);
}

/* All rows of both readers. */
static void compare(struct row_reader *fast, struct row_reader *slow)
{
    struct err e;

    assert(fast->width == slow->width && fast->height == slow->height &&
           fast->channels == slow->channels);
    for (int y = 0; y < fast->height; y++) {
        const uint8_t *ours = fast->next(fast, &e), *theirs = slow->next(slow, &e);

        assert(ours != NULL && theirs != NULL);
        assert(memcmp(ours, theirs, (size_t)fast->width * (size_t)fast->channels) == 0);
    }
    assert(fast->finish(fast, &e) && slow->finish(slow, &e));
}

static void read_all(struct row_reader *rows)
{
    struct err e;

    for (int y = 0; y < rows->height; y++) {
        if (rows->next(rows, &e) == NULL)
            return;
    }
    if (!rows->finish(rows, &e))
        assert(e.code != ERR_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA a = { 0 };
    AUTO_BUF texts = { 0 };
    AUTO_BUF file = { 0 };
    AUTO_ROWS fast = NULL;
    AUTO_ROWS slow = NULL;
    struct picture p = { .arena = &a, .format = IMAGE_PNG, .texts = &texts };
    struct err e;

    buf_init(&texts, IMAGE_MAX_PAYLOAD);
    buf_init(&file, MIB);
    if (size < 8)
        return 0;
    p.bytes = str_of(data + 1, size - 1);
    if (data[0] % 3 != 0)
        p.bytes = build(&a, &file, data + 1, size - 1, data[0] % 3 == 1);
    if (!png_file_inspect(&p, &e) || (int64_t)p.width * p.height > MOST_PIXELS)
        return 0;
    fast = png_fast_open(&a, p.detail);
    if (!png_slow_open(&a, p.detail, &slow, &e)) {
        assert(fast == NULL);
        return 0;
    }
    if (fast != NULL)
        compare(fast, slow);
    else
        read_all(slow);
    return 0;
}
