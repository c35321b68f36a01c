/* Memory that dies together: one arena for a request, a job, a command. */
#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"

enum { ALIGN = 16, FIRST_BLOCK = 2048, LARGEST_STEP = 256 * 1024 };

struct arena_block {
    struct arena_block *older;
    size_t bytes; /* behind this header */
};

static_assert(sizeof(struct arena_block) % ALIGN == 0, "blocks keep the alignment");

static NO_RETURN void out_of_memory(size_t bytes)
{
    fprintf(stderr, "out of memory: %zu bytes\n", bytes);
    abort();
}

void *mem_alloc(size_t bytes)
{
    void *ptr = calloc(1, bytes > 0 ? bytes : 1);

    if (ptr == NULL || FAULT(memory))
        out_of_memory(bytes);
    return ptr;
}

void *mem_realloc(void *ptr, size_t bytes)
{
    void *moved = realloc(ptr, bytes > 0 ? bytes : 1);

    if (moved == NULL)
        out_of_memory(bytes);
    return moved;
}

char *mem_cstr(struct str s)
{
    char *copy = mem_alloc(s.len + 1);

    if (s.len > 0)
        memcpy(copy, s.ptr, s.len);
    return copy;
}

void arena_deinit(struct arena *a)
{
    arena_rewind(a, (struct arena_mark){ 0 });
}

/* Blocks double up to a step, so that a small request stays small and a large one needs few calls.
 */
static void add_block(struct arena *a, size_t bytes)
{
    size_t step = a->block == NULL ? FIRST_BLOCK : MIN(a->block->bytes * 2, LARGEST_STEP);
    size_t size = MAX(step, bytes);
    struct arena_block *block;

    if (size > SIZE_MAX - sizeof(*block))
        out_of_memory(size);
    block = malloc(sizeof(*block) + size);
    if (block == NULL || FAULT(memory))
        out_of_memory(size);
    block->older = a->block;
    block->bytes = size;
    a->block = block;
    a->free = (char *)(block + 1);
    a->free_bytes = size;
}

/* Room that is not zeroed, for who fills it at once; *out_bytes is how large it is. */
static char *take_room(struct arena *a, size_t bytes, size_t *out_bytes)
{
    size_t rounded;
    char *ptr;

    if (bytes > SIZE_MAX - ALIGN)
        out_of_memory(bytes);
    rounded = MAX((bytes + ALIGN - 1) / ALIGN * ALIGN, (size_t)ALIGN);
    if (rounded > a->free_bytes)
        add_block(a, rounded);
    ptr = a->free;
    a->free += rounded;
    a->free_bytes -= rounded;
    *out_bytes = rounded;
    return ptr;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
    size_t room;
    char *ptr = take_room(a, bytes, &room);

    memset(ptr, 0, room);
    return ptr;
}

static size_t array_bytes(size_t count, size_t item_bytes)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, item_bytes, &bytes))
        out_of_memory(SIZE_MAX);
    return bytes;
}

void *arena_alloc_array(struct arena *a, size_t count, size_t item_bytes)
{
    return arena_alloc(a, array_bytes(count, item_bytes));
}

void *arena_room(struct arena *a, size_t count, size_t item_bytes)
{
    size_t room;

    return take_room(a, array_bytes(count, item_bytes), &room);
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){ a->block, a->free, a->free_bytes };
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
    while (a->block != mark.block) {
        struct arena_block *older = a->block->older;

        free(a->block);
        a->block = older;
    }
    a->free = mark.free;
    a->free_bytes = mark.free_bytes;
}

char *arena_cstr(struct arena *a, struct str s)
{
    size_t room;
    char *copy = take_room(a, s.len + 1, &room);

    if (s.len > 0)
        memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return copy;
}

struct str arena_str(struct arena *a, struct str s)
{
    return str_is_null(s) ? s : str_of(arena_cstr(a, s), s.len);
}

struct str arena_join(struct arena *a, const struct str *parts, size_t count)
{
    size_t len = 0, room;
    char *text, *at;

    for (size_t i = 0; i < count; i++)
        len += parts[i].len;
    at = text = take_room(a, len + 1, &room);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0)
            memcpy(at, parts[i].ptr, parts[i].len);
        at += parts[i].len;
    }
    *at = '\0';
    return str_of(text, len);
}

struct str arena_strf(struct arena *a, const char *fmt, ...)
{
    va_list args;
    int length;
    char *text;

    va_start(args, fmt);
    length = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    assert(length >= 0);

    text = arena_alloc(a, (size_t)length + 1);
    va_start(args, fmt);
    vsnprintf(text, (size_t)length + 1, fmt, args);
    va_end(args);
    return str_of(text, (size_t)length);
}
