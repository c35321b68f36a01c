/* A growing run of bytes with a maximum set at birth. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <string.h>

#include "base/str.h"

/*
 * Writers do not fail one by one: past max_bytes the buffer stays as it was and `overflowed` is
 * set, to be asked once at the end. One owner; buf_deinit releases.
 */
struct buf {
    char *ptr;
    size_t len;
    size_t cap;
    size_t max_bytes;
    bool overflowed;
};

void buf_init(struct buf *b, size_t max_bytes);
void buf_deinit(struct buf *b);
#define AUTO_BUF CLEANUP(buf_deinit) struct buf

void buf_put_i64(struct buf *b, int64_t value);
void buf_putf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Room for at least `bytes` more, to be written by the caller and then counted by buf_advance; NULL
 * on overflow. */
char *buf_grow(struct buf *b, size_t bytes); /* the same, for when there is none left */
static inline char *buf_reserve(struct buf *b, size_t bytes)
{
    return bytes < b->cap - b->len && !b->overflowed ? b->ptr + b->len : buf_grow(b, bytes);
}
void buf_advance(struct buf *b, size_t bytes);
/* Drops bytes from the front. */
void buf_consume(struct buf *b, size_t bytes);
void buf_clear(struct buf *b); /* keeps the memory */
struct str buf_str(const struct buf *b);

static inline void buf_put(struct buf *b, struct str s)
{
    char *room = s.len > 0 ? buf_reserve(b, s.len) : NULL;

    if (room == NULL)
        return;
    memcpy(room, s.ptr, s.len);
    b->len += s.len;
}

static inline void buf_put_char(struct buf *b, char c)
{
    buf_put(b, str_of(&c, 1));
}

#endif
