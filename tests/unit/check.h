/* What a unit test includes: cmocka, and checks that say what was expected in words. */
#ifndef TESTS_UNIT_CHECK_H
#define TESTS_UNIT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("expected: %s", #condition);                                                  \
    } while (0)

#define CHECK_I64(got, want)                                                                       \
    do {                                                                                           \
        int64_t got_ = (int64_t)(got), want_ = (int64_t)(want);                                    \
        if (got_ != want_)                                                                         \
            fail_msg("%s: got %lld, expected %lld", #got, (long long)got_, (long long)want_);      \
    } while (0)

#define CHECK_STR(got, want)                                                                       \
    do {                                                                                           \
        struct str got_ = (got), want_ = (want);                                                   \
        if (!str_eq(got_, want_))                                                                  \
            fail_msg("%s: got \"" STR_FMT "\", expected \"" STR_FMT "\"", #got, STR_ARG(got_),     \
                     STR_ARG(want_));                                                              \
    } while (0)

#define CHECK_TEXT(got, want) CHECK_STR(str_from(got), str_from(want))

/* A call that must work, with the reason when it does not. */
#define CHECK_OK(call)                                                                             \
    do {                                                                                           \
        if (!(call))                                                                               \
            fail_msg("%s: %s", #call, e.msg);                                                      \
    } while (0)

/* A call that must fail with this code and, unless NULL, this message. */
#define CHECK_FAILS(call, code_, message)                                                          \
    do {                                                                                           \
        const char *want_msg_ = (message);                                                         \
        e = (struct err){ 0 };                                                                     \
        if (call)                                                                                  \
            fail_msg("%s: worked, expected %s", #call, err_name(code_));                           \
        if (e.code != (code_))                                                                     \
            fail_msg("%s: got %s (%s), expected %s", #call, err_name(e.code), e.msg,               \
                     err_name(code_));                                                             \
        if (want_msg_ != NULL)                                                                     \
            CHECK_TEXT(e.msg, want_msg_);                                                          \
    } while (0)

#define TEST(name) cmocka_unit_test(name)

#endif
