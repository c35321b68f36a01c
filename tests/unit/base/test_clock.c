/* Time as text, checked against the C library's calendar, and the clocks that tests can take over.
 */
#include "check.h"

#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/random.h"

static void times_are_read_with_fractions_and_offsets(void **state)
{
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        { "1970-01-01T00:00:00Z", 0 },
        { "1970-01-01T00:00:00.001Z", 1 },
        { "1970-01-01T00:00:00.1Z", 100 },
        { "1970-01-01T00:00:00.123456789123Z", 123 },
        { "1970-01-01T01:00:00+01:00", 0 },
        { "1969-12-31T23:30:00-00:30", 0 },
        { "1969-12-31T23:59:59.999Z", -1 },
        { "2026-11-21T08:30:00.000Z", 1795249800000 },
        { "2026-11-21t08:30:00z", 1795249800000 },
        { "2026-11-21 08:30:00Z", 1795249800000 },
        { "2000-02-29T00:00:00Z", 951782400000 },
        { "2024-02-29T12:00:00Z", 1709208000000 },
        { "0001-01-01T00:00:00Z", -62135596800000 },
        { "9999-12-31T23:59:59.999Z", 253402300799999 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t got = 42;

        if (!clock_parse_iso(str_from(cases[i].text), &got))
            fail_msg("'%s' was refused", cases[i].text);
        CHECK_I64(got, cases[i].ms);
    }
}

static void what_is_no_time_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "now",
        "2026-11-21",
        "2026-11-21T08:30Z",
        "2026-11-21T08:30:00",
        "2026-11-21T08:30:00+01",
        "2026-11-21T08:30:00+0100",
        "2026-11-21T08:30:00+24:00",
        "2026-11-21T08:30:00+01:60",
        "2026-11-21T08:30:00Zx",
        "2026-11-21T08:30:00.Z",
        "2026-11-21T08:30:00,5Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T08:60:00Z",
        "2026-11-21T08:30:60Z",
        "2026-00-21T08:30:00Z",
        "2026-13-21T08:30:00Z",
        "2026-11-00T08:30:00Z",
        "2026-11-31T08:30:00Z",
        "2025-02-29T08:30:00Z",
        "1900-02-29T08:30:00Z",
        "0000-01-01T00:00:00Z",
        "-001-01-01T00:00:00Z",
        "2026-11-21T-0:30:00Z",
        "2026-11-21T08:-0:00Z",
        "2026-11-21T08:30:00+-0:00",
        "+2026-11-21T08:30:00Z",
        " 2026-11-21T08:30:00Z",
        "2026-11-21T08:30:00Z ",
        "26-11-21T08:30:00Z",
        "2026/11/21T08:30:00Z",
    };
    int64_t got = 42;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (clock_parse_iso(str_from(bad[i]), &got))
            fail_msg("'%s' was taken", bad[i]);
    }
    CHECK_I64(got, 42);
}

static void the_calendar_is_the_c_librarys(void **state)
{
    struct arena a = { 0 };

    UNUSED(state);
    random_set_seed(6);
    for (int i = 0; i < 20000; i++) {
        int64_t ms = random_below(253402300800000 + 62135596800000) - 62135596800000;
        time_t seconds = (time_t)((ms - ((ms % 1000) + 1000) % 1000) / 1000);
        char want[40], http[64], got[CLOCK_ISO_LEN + 1];
        struct tm parts;
        int64_t back;

        CHECK(gmtime_r(&seconds, &parts) != NULL);
        snprintf(want, sizeof(want), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900,
                 parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                 (int)(((ms % 1000) + 1000) % 1000));
        clock_format_iso(ms, got);
        CHECK_TEXT(got, want);
        CHECK(clock_parse_iso(str_from(got), &back));
        CHECK_I64(back, ms);
        if (ms >= 0) {
            strftime(http, sizeof(http), "%a, %d %b %Y %H:%M:%S GMT", &parts);
            CHECK_STR(clock_format_http(&a, ms), str_from(http));
        }
    }
    CHECK_STR(clock_format_http(&a, 784111777000), STR("Sun, 06 Nov 1994 08:49:37 GMT"));
    arena_deinit(&a);
    random_set_seed(0);
}

static void times_past_the_calendar_are_clamped(void **state)
{
    char text[CLOCK_ISO_LEN + 1];

    UNUSED(state);
    clock_format_iso(INT64_MAX, text);
    CHECK_TEXT(text, "9999-12-31T23:59:59.999Z");
    clock_format_iso(INT64_MIN, text);
    CHECK_TEXT(text, "0001-01-01T00:00:00.000Z");
}

static void a_virtual_clock_stands_still_until_it_is_moved(void **state)
{
    int64_t before = clock_steady_ns(), real = clock_now_ms();

    UNUSED(state);
    CHECK(clock_steady_ns() >= before);
    CHECK(real > 1700000000000);
    clock_set_virtual(5000);
    CHECK_I64(clock_now_ms(), 5000);
    CHECK_I64(clock_steady_ms(), 5000);
    CHECK_I64(clock_steady_ns(), 5000000000);
    clock_set_virtual(0);
    CHECK_I64(clock_now_ms(), 0);
    clock_set_virtual(-1);
    CHECK(clock_now_ms() >= real);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(times_are_read_with_fractions_and_offsets),
        TEST(what_is_no_time_is_refused),
        TEST(the_calendar_is_the_c_librarys),
        TEST(times_past_the_calendar_are_clamped),
        TEST(a_virtual_clock_stands_still_until_it_is_moved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
