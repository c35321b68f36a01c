/* What every file of the project may rely on: attributes, sizes, scope-bound release. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COUNT(array)         (sizeof(array) / sizeof((array)[0]))
#define MUST_CHECK           __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, ap) __attribute__((format(printf, fmt, ap)))
#define NO_RETURN            __attribute__((noreturn))
#define CLEANUP(fn)          __attribute__((cleanup(fn)))
#define UNUSED(x)            ((void)(x))

#define MIN(a, b)            ((a) < (b) ? (a) : (b))
#define MAX(a, b)            ((a) > (b) ? (a) : (b))

/* The struct that contains the member that ptr points to. */
#define CONTAINER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#define KIB                             ((size_t)1024)
#define MIB                             ((size_t)1024 * 1024)

#endif
