/*
 * Included by force when clang-tidy reads the sources (all but base/err.c): it sees one file at a
 * time and could not know that these always give false, so that nothing goes on after a failing
 * call, or never give NULL.
 */
#include "base/arena.h"
#include "base/err.h"

#define err_set(...)       ((void)err_set(__VA_ARGS__), false)
#define err_set_field(...) ((void)err_set_field(__VA_ARGS__), false)
#define err_wrap(...)      ((void)err_wrap(__VA_ARGS__), false)
