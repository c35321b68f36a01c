/* A growing run of bytes with a maximum set at birth. */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { BUF_FIRST_BYTES = 256 };

void buf_init(struct buf *b, size_t max_bytes)
{
    *b = (struct buf){ .max_bytes = max_bytes };
}

void buf_deinit(struct buf *b)
{
    free(b->ptr);
    *b = (struct buf){ .max_bytes = b->max_bytes };
}

char *buf_grow(struct buf *b, size_t bytes)
{
    size_t want;

    if (b->overflowed || bytes > b->max_bytes - b->len) {
        b->overflowed = true;
        return NULL;
    }
    want = b->len + bytes;
    if (want > b->cap || b->ptr == NULL) {
        size_t cap = MAX(b->cap, (size_t)BUF_FIRST_BYTES);

        while (cap < want)
            cap *= 2;
        b->cap = MAX(MIN(cap, b->max_bytes), want);
        b->ptr = mem_realloc(b->ptr, b->cap + 1); /* the NUL of vsnprintf */
    }
    return b->ptr + b->len;
}

void buf_advance(struct buf *b, size_t bytes)
{
    assert(bytes <= b->cap - b->len);
    b->len += bytes;
}

void buf_put_i64(struct buf *b, int64_t value)
{
    char text[24];
    char *at = text + sizeof(text);
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0)
        *--at = '-';
    buf_put(b, str_of(at, (size_t)(text + sizeof(text) - at)));
}

void buf_putf(struct buf *b, const char *fmt, ...)
{
    va_list args;
    char *room;
    int length;

    va_start(args, fmt);
    length = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    assert(length >= 0);

    room = buf_reserve(b, (size_t)length);
    if (room == NULL)
        return;
    va_start(args, fmt);
    vsnprintf(room, (size_t)length + 1, fmt, args);
    va_end(args);
    b->len += (size_t)length;
}

void buf_consume(struct buf *b, size_t bytes)
{
    assert(bytes <= b->len);
    if (bytes > 0 && bytes < b->len)
        memmove(b->ptr, b->ptr + bytes, b->len - bytes);
    b->len -= bytes;
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->overflowed = false;
}

struct str buf_str(const struct buf *b)
{
    return str_of(b->ptr, b->len);
}
