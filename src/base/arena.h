/* Memory that dies together: one arena for a request, a job, a command. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena_block;

/*
 * One owner, one thread at a time. All zero is a valid, empty arena. Out of memory aborts the
 * process, so whatever a user can enlarge must be limited before it gets here.
 */
struct arena {
    struct arena_block *block; /* newest first */
    char *free;
    size_t free_bytes;
};

struct arena_mark {
    struct arena_block *block;
    char *free;
    size_t free_bytes;
};

void arena_deinit(struct arena *a);
#define AUTO_ARENA CLEANUP(arena_deinit) struct arena

/* Zeroed, aligned for every type. */
void *arena_alloc(struct arena *a, size_t bytes) __attribute__((malloc, returns_nonnull));
#define arena_new(a, type)          ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, count) ((type *)arena_alloc_array((a), (count), sizeof(type)))
void *arena_alloc_array(struct arena *a, size_t count, size_t item_bytes);
/* The same, not zeroed: for who fills all that he uses. */
void *arena_room(struct arena *a, size_t count, size_t item_bytes)
    __attribute__((malloc, returns_nonnull));

/* Everything allocated after the mark is released by the rewind. */
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);

struct str arena_str(struct arena *a, struct str s); /* a copy, with a NUL behind it */
char *arena_cstr(struct arena *a, struct str s);
/* All of them, one behind the other. For hot paths, where arena_strf would cost too much. */
struct str arena_join(struct arena *a, const struct str *parts, size_t count);
struct str arena_strf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* malloc that aborts; for objects that outlive every arena. */
void *mem_alloc(size_t bytes) __attribute__((malloc, returns_nonnull)); /* zeroed */
void *mem_realloc(void *ptr, size_t bytes) __attribute__((returns_nonnull));
char *mem_cstr(struct str s);

#endif
