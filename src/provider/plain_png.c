/* A PNG without a codec: grey pixels in stored blocks. */
#include "provider/plain_png.h"

#include <string.h>

#include "base/crc32.h"

enum { CELL = 8, BLOCK_MAX = 65535, CHUNK_BYTES = 12, SIGNATURE_BYTES = 8, HEADER_BYTES = 13 };

static unsigned char *put_u32(unsigned char *at, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        *at++ = (unsigned char)(value >> shift);
    return at;
}

static unsigned char *begin_chunk(unsigned char *at, size_t bytes, const char *type)
{
    at = put_u32(at, (uint32_t)bytes);
    memcpy(at, type, 4);
    return at + 4;
}

/* start is what begin_chunk gave. */
static unsigned char *end_chunk(unsigned char *start, unsigned char *at)
{
    return put_u32(at, crc32_add(0, str_of(start - 4, (size_t)(at - start) + 4)));
}

/* Neighbouring seeds give patterns that have nothing in common. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
    x = (x ^ x >> 27) * 0x94D049BB133111EB;
    return x ^ x >> 31;
}

/* One filter byte, then a grey value per pixel, in square cells. */
static void fill_row(unsigned char *row, int64_t width, int64_t y, uint64_t seed)
{
    row[0] = 0;
    for (int64_t x = 0; x < width; x++)
        row[1 + x] =
            (unsigned char)mix(seed + (uint64_t)(y / CELL) * 4096 + (uint64_t)(x / CELL) + 1);
}

static uint32_t adler32(struct str data)
{
    uint32_t low = 1, high = 0;

    for (size_t at = 0; at < data.len; at++) {
        low = (low + (unsigned char)data.ptr[at]) % 65521;
        high = (high + low) % 65521;
    }
    return high << 16 | low;
}

static unsigned char *put_stored(unsigned char *at, struct str data)
{
    *at++ = 0x78;
    *at++ = 0x01;
    for (size_t done = 0; done < data.len;) {
        size_t bytes = MIN(data.len - done, (size_t)BLOCK_MAX);

        *at++ = done + bytes == data.len;
        *at++ = (unsigned char)bytes;
        *at++ = (unsigned char)(bytes >> 8);
        *at++ = (unsigned char)~bytes;
        *at++ = (unsigned char)(~bytes >> 8);
        memcpy(at, data.ptr + done, bytes);
        at += bytes;
        done += bytes;
    }
    return put_u32(at, adler32(data));
}

static unsigned char *put_header(unsigned char *at, int64_t width, int64_t height)
{
    unsigned char *start = begin_chunk(at, HEADER_BYTES, "IHDR");

    at = put_u32(put_u32(start, (uint32_t)width), (uint32_t)height);
    memcpy(at, "\x08\x00\x00\x00\x00", 5); /* eight bits of grey */
    return end_chunk(start, at + 5);
}

/* A private, ancillary chunk that may be copied by who does not know it. */
static unsigned char *put_padding(unsigned char *at, size_t bytes, uint64_t seed)
{
    unsigned char *start = begin_chunk(at, bytes, "paDd");

    for (size_t i = 0; i < bytes; i++)
        start[i] = (unsigned char)mix(seed ^ i);
    return end_chunk(start, start + bytes);
}

struct str plain_png(struct arena *a, int64_t width, int64_t height, uint64_t seed,
                     size_t min_bytes)
{
    size_t row_bytes = (size_t)width + 1, raw_bytes = row_bytes * (size_t)height;
    size_t stored = 6 + raw_bytes + (raw_bytes + BLOCK_MAX - 1) / BLOCK_MAX * 5;
    size_t bytes = SIGNATURE_BYTES + 3 * CHUNK_BYTES + HEADER_BYTES + stored;
    bool padded = min_bytes >= bytes + CHUNK_BYTES;
    unsigned char *raw = arena_alloc(a, raw_bytes);
    unsigned char *png = arena_alloc(a, MAX(bytes, min_bytes)), *at = png, *start;

    for (int64_t y = 0; y < height; y++)
        fill_row(raw + (size_t)y * row_bytes, width, y, seed);
    memcpy(at, "\x89PNG\r\n\x1a\n", SIGNATURE_BYTES);
    at = put_header(at + SIGNATURE_BYTES, width, height);
    if (padded)
        at = put_padding(at, min_bytes - bytes - CHUNK_BYTES, seed);
    start = begin_chunk(at, stored, "IDAT");
    at = end_chunk(start, put_stored(start, str_of(raw, raw_bytes)));
    start = begin_chunk(at, 0, "IEND");
    at = end_chunk(start, start);
    return str_of(png, (size_t)(at - png));
}
