/* Views of bytes: comparing, cutting, numbers, UTF-8 and the nearest name. */
#include "check.h"

#include <stdio.h>

#include "base/random.h"

static void null_is_no_value_and_equal_to_empty(void **state)
{
    struct str none = { 0 };

    UNUSED(state);
    CHECK(str_is_null(none));
    CHECK(str_is_null(str_from(NULL)));
    CHECK(!str_is_null(str_from("")));
    CHECK(str_eq(none, STR("")));
    CHECK(str_eq_nocase(none, STR("")));
    CHECK(str_eq_secret(none, STR("")));
    CHECK_I64(str_cmp(none, STR("")), 0);
    CHECK(str_starts(none, STR("")));
    CHECK(str_ends(none, none));
    CHECK(!str_starts(none, STR("a")));
    CHECK_I64(str_find_char(none, 'a', 0), 0);
    CHECK_I64(str_find(none, STR("a")), 0);
    CHECK(str_is_null(str_slice(none, 0, 5)));
    CHECK(str_is_utf8(none));
    CHECK_I64(str_utf8_count(none), 0);
    CHECK_I64(str_trim(none).len, 0);
}

static void comparisons_hold(void **state)
{
    UNUSED(state);
    CHECK(str_eq(STR("ab"), STR("ab")) && !str_eq(STR("ab"), STR("aB")) &&
          !str_eq(STR("a"), STR("ab")));
    CHECK(str_eq(str_of("a\0b", 3), str_of("a\0b", 3)) &&
          !str_eq(str_of("a\0b", 3), str_of("a\0c", 3)));
    CHECK(str_eq_nocase(STR("Content-Type"), STR("content-tYPE")));
    CHECK(!str_eq_nocase(STR("@"), STR("`")) && !str_eq_nocase(STR("["), STR("{")));
    CHECK(!str_eq_nocase(STR("\xC3\x89"), STR("\xC3\xA9")));
    CHECK(str_eq_secret(STR("token"), STR("token")) && !str_eq_secret(STR("token"), STR("tokeN")));
    CHECK(!str_eq_secret(STR("token"), STR("toke")));
    CHECK(str_cmp(STR("a"), STR("b")) < 0 && str_cmp(STR("b"), STR("a")) > 0 &&
          str_cmp(STR("a"), STR("ab")) < 0);
    CHECK(str_cmp(STR("\xFF"), STR("a")) > 0);
    CHECK(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("ab"), STR("abc")) &&
          str_starts(STR("a"), STR("")));
    CHECK(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("bc"), STR("abc")) &&
          !str_ends(STR("abc"), STR("ab")));
}

static void finding_gives_the_length_when_there_is_nothing(void **state)
{
    UNUSED(state);
    CHECK_I64(str_find_char(STR("abca"), 'a', 0), 0);
    CHECK_I64(str_find_char(STR("abca"), 'a', 1), 3);
    CHECK_I64(str_find_char(STR("abca"), 'x', 0), 4);
    CHECK_I64(str_find_char(STR("abca"), 'a', 4), 4);
    CHECK_I64(str_find_char(STR("abca"), 'a', 99), 4);
    CHECK_I64(str_find(STR("abcabd"), STR("abd")), 3);
    CHECK_I64(str_find(STR("abc"), STR("abcd")), 3);
    CHECK_I64(str_find(STR("abc"), STR("")), 0);
    CHECK_I64(str_find(str_of("a\0b", 3), str_of("\0b", 2)), 1);
}

static void slices_are_clamped(void **state)
{
    UNUSED(state);
    CHECK_STR(str_slice(STR("abc"), 1, 2), STR("b"));
    CHECK_STR(str_slice(STR("abc"), 1, 99), STR("bc"));
    CHECK_STR(str_slice(STR("abc"), 99, 100), STR(""));
    CHECK_STR(str_slice(STR("abc"), 2, 1), STR(""));
    CHECK_STR(str_trim(STR(" \t a b \t")), STR("a b"));
    CHECK_STR(str_trim(STR("  ")), STR(""));
    CHECK_STR(str_trim(STR("\na\n")), STR("\na\n"));
}

static void cutting_takes_the_first_separator(void **state)
{
    struct str head, tail;

    UNUSED(state);
    CHECK(str_cut(STR("a=b=c"), '=', &head, &tail));
    CHECK_STR(head, STR("a"));
    CHECK_STR(tail, STR("b=c"));
    CHECK(str_cut(STR("="), '=', &head, &tail));
    CHECK(head.len == 0 && tail.len == 0 && !str_is_null(tail));
    CHECK(!str_cut(STR("abc"), '=', &head, &tail));
    CHECK_STR(head, STR("abc"));
    CHECK(str_is_null(tail));
    CHECK(!str_cut((struct str){ 0 }, '=', &head, &tail));
}

static void integers_are_read_whole_or_not_at_all(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t value;
    } cases[] = {
        { "0", true, 0 },
        { "-0", true, 0 },
        { "007", true, 7 },
        { "9223372036854775807", true, INT64_MAX },
        { "-9223372036854775808", true, INT64_MIN },
        { "9223372036854775808", false, 0 },
        { "-9223372036854775809", false, 0 },
        { "92233720368547758070", false, 0 },
        { "00000000000000000000000000000012", true, 12 },
        { "", false, 0 },
        { "-", false, 0 },
        { "--1", false, 0 },
        { "+1", false, 0 },
        { " 1", false, 0 },
        { "1 ", false, 0 },
        { "1a", false, 0 },
        { "0x1", false, 0 },
        { "1.0", false, 0 },
        { "\xD9\xA1", false, 0 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t got = 42;

        if (str_to_i64(str_from(cases[i].text), INT64_MIN, INT64_MAX, &got) != cases[i].ok)
            fail_msg("'%s'", cases[i].text);
        CHECK_I64(got, cases[i].ok ? cases[i].value : 42);
    }
}

static void integers_outside_of_their_range_are_refused(void **state)
{
    int64_t got = 42;

    UNUSED(state);
    CHECK(!str_to_i64(STR("0"), 1, 9, &got) && !str_to_i64(STR("10"), 1, 9, &got));
    CHECK(!str_to_i64(STR("-1"), 0, INT64_MAX, &got));
    CHECK_I64(got, 42);
    CHECK(str_to_i64(STR("1"), 1, 9, &got) && got == 1);
    CHECK(str_to_i64(STR("9"), 1, 9, &got) && got == 9);
    CHECK(!str_to_i64(str_of("1\0", 2), 0, 9, &got));
}

static void doubles_are_read_whole_or_not_at_all(void **state)
{
    static const char *const bad[] = {
        "",      "-",    ".",   "e5",
        "1e",    "1.5x", " 1",  "1 ",
        "+1",    "nan",  "inf", "0x1p3",
        "1e999", "1-2",  "1,5", "1.0000000000000000000000000000000000000000000000000000000000000000"
    };
    double got = 42;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (str_to_f64(str_from(bad[i]), &got))
            fail_msg("'%s' was read", bad[i]);
    }
    CHECK(got == 42);
    CHECK(!str_to_f64(str_of("1\0", 2), &got));
    CHECK(str_to_f64(STR("-1.5e3"), &got) && got == -1500);
    CHECK(str_to_f64(STR("0.1"), &got) && got == 0.1);
}

static void utf8_is_what_the_standard_says(void **state)
{
    static const struct {
        const char *text;
        int64_t count; /* -1: not UTF-8 */
    } cases[] = {
        { "", 0 },
        { "plain ascii text, longer than a word", 36 },
        { "\x7F", 1 },
        { "\xC2\x80", 1 },
        { "\xDF\xBF", 1 },
        { "\xE0\xA0\x80", 1 },
        { "\xED\x9F\xBF", 1 },
        { "\xEE\x80\x80", 1 },
        { "\xEF\xBF\xBF", 1 },
        { "\xF0\x90\x80\x80", 1 },
        { "\xF4\x8F\xBF\xBF", 1 },
        { "abcdefg\xC3\xA9hijklmnop\xF0\x9F\x98\x80", 18 },
        { "\x80", -1 },
        { "\xBF", -1 },
        { "\xC0\x80", -1 },
        { "\xC1\xBF", -1 },
        { "\xC2", -1 },
        { "\xC2\x41", -1 },
        { "\xE0\x9F\xBF", -1 },
        { "\xE0\xA0", -1 },
        { "\xED\xA0\x80", -1 },
        { "\xED\xBF\xBF", -1 },
        { "\xF0\x8F\xBF\xBF", -1 },
        { "\xF0\x9F\x98", -1 },
        { "\xF4\x90\x80\x80", -1 },
        { "\xF5\x80\x80\x80", -1 },
        { "\xF8\x88\x80\x80\x80", -1 },
        { "\xFE", -1 },
        { "\xFF", -1 },
        { "12345678\xFF", -1 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str text = str_from(cases[i].text);

        if (str_is_utf8(text) != (cases[i].count >= 0))
            fail_msg("case %zu", i);
        if (cases[i].count >= 0)
            CHECK_I64(str_utf8_count(text), cases[i].count);
    }
}

/* Straight from the definition: every code point, decoded from its bits. */
static void code_points_are_taken_one_by_one(void **state)
{
    static const int32_t wanted[] = { 'a',   0xE4, 0x72D0, -1, -1,  0x1F98A, 0x10FFFF,
                                      0x7FF, -1,   0,      -1, 'z', -1 };
    struct str text = STR("a\xc3\xa4\xe7\x8b\x90\xc0\xaf\xf0\x9f\xa6\x8a\xf4\x8f\xbf\xbf"
                          "\xdf\xbf\xff\0\xe7z\xf0");

    UNUSED(state);
    for (size_t i = 0; i < COUNT(wanted); i++) {
        CHECK(text.len > 0);
        CHECK_I64(str_take_code_point(&text), wanted[i]);
    }
    CHECK_I64(text.len, 0);
}

static bool is_utf8_by_the_book(const unsigned char *s, size_t len)
{
    for (size_t i = 0; i < len;) {
        int more = s[i] < 0x80       ? 0
                   : s[i] >> 5 == 6  ? 1
                   : s[i] >> 4 == 14 ? 2
                   : s[i] >> 3 == 30 ? 3
                                     : -1;
        static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
        uint32_t c;

        if (more < 0 || i + (size_t)more >= len)
            return false;
        c = more == 0 ? s[i] : s[i] & (0x3Fu >> more);
        for (int k = 1; k <= more; k++) {
            if (s[i + (size_t)k] >> 6 != 2)
                return false;
            c = c << 6 | (s[i + (size_t)k] & 0x3Fu);
        }
        if (c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
            return false;
        i += (size_t)more + 1;
    }
    return true;
}

static void control_characters_are_blanked(void **state)
{
    static const struct {
        const char *given, *want;
    } cases[] = {
        { "", "" },
        { "a\x1B[2J\r\n\x7F", "a?[2J???" },
        { "\xC2\x80\xC2\x9F", "????" },
        { "\xC2\xA0\xC3\x80\xE2\x80\x80", "\xC2\xA0\xC3\x80\xE2\x80\x80" },
        { "\xC2", "\xC2" },
        { "\xE2\x80\xAE\xE2\x81\xA6", "??????" },
        { "\xE2\x80\xA9\xE2\x80\xAF\xE2\x81\xA5\xE2\x81\xAA",
          "\xE2\x80\xA9\xE2\x80\xAF\xE2\x81\xA5\xE2\x81\xAA" },
        { "\xE2\x80", "\xE2\x80" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[32];

        snprintf(text, sizeof(text), "%s", cases[i].given);
        str_blank_controls(text, strlen(text));
        CHECK_TEXT(text, cases[i].want);
    }
}

static void utf8_agrees_with_the_definition_on_random_bytes(void **state)
{
    static const unsigned char likely[] = { 0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F,
                                            0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0,
                                            0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF };

    UNUSED(state);
    random_set_seed(3);
    for (int i = 0; i < 200000; i++) {
        unsigned char bytes[12];
        size_t len = (size_t)random_below(sizeof(bytes) + 1);

        for (size_t k = 0; k < len; k++)
            bytes[k] = likely[random_below(sizeof(likely))];
        CHECK(str_is_utf8(str_of(bytes, len)) == is_utf8_by_the_book(bytes, len));
    }
    random_set_seed(0);
}

static void the_nearest_name_is_found_when_it_is_near(void **state)
{
    static const struct str names[] = {
        { "listen", 6 }, { "log", 3 }, { "public_url", 10 }, { "max_connections", 15 }
    };
    static const struct {
        const char *text, *nearest;
    } cases[] = {
        { "listn", "listen" },
        { "LISTEN", "listen" },
        { "lisetn", "listen" },
        { "lost", "log" },
        { "public-url", "public_url" },
        { "publicurl", "public_url" },
        { "maxconections", "max_connections" },
        { "frobnicate", NULL },
        { "", NULL },
        { "xyz", NULL },
        { "listen", "listen" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str nearest = str_nearest(str_from(cases[i].text), names, COUNT(names));

        if (cases[i].nearest == NULL)
            CHECK(str_is_null(nearest));
        else
            CHECK_STR(nearest, str_from(cases[i].nearest));
    }
    CHECK_I64(str_distance(STR("hlep"), STR("help")), 1);
    CHECK_I64(str_distance(STR("abcd"), STR("badc")), 2);
    CHECK_I64(str_distance(STR("kitten"), STR("sitting")), 3);
    CHECK_I64(str_distance(STR(""), STR("abc")), 3);
    CHECK_I64(str_distance(STR("aaaaaaaaaaaaaaaaaaaa"), STR("b")), 9);
    CHECK_I64(
        str_distance(STR("0123456789012345678901234567890123456789012345678901234567890123456789"),
                     STR("x")),
        9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(null_is_no_value_and_equal_to_empty),
        TEST(comparisons_hold),
        TEST(finding_gives_the_length_when_there_is_nothing),
        TEST(slices_are_clamped),
        TEST(cutting_takes_the_first_separator),
        TEST(integers_are_read_whole_or_not_at_all),
        TEST(integers_outside_of_their_range_are_refused),
        TEST(doubles_are_read_whole_or_not_at_all),
        TEST(utf8_is_what_the_standard_says),
        TEST(code_points_are_taken_one_by_one),
        TEST(control_characters_are_blanked),
        TEST(utf8_agrees_with_the_definition_on_random_bytes),
        TEST(the_nearest_name_is_found_when_it_is_near),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
