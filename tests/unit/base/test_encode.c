/* Bytes as text and back: published vectors, random round trips, and what is refused. */
#include "check.h"

#include "base/encode.h"
#include "base/random.h"

static struct arena arena;

static int teardown(void **state)
{
    UNUSED(state);
    arena_deinit(&arena);
    return 0;
}

static void base64_gives_the_vectors_of_the_rfc(void **state)
{
    static const struct {
        const char *bytes, *text, *url;
    } cases[] = {
        { "", "", "" },
        { "f", "Zg==", "Zg" },
        { "fo", "Zm8=", "Zm8" },
        { "foo", "Zm9v", "Zm9v" },
        { "foob", "Zm9vYg==", "Zm9vYg" },
        { "fooba", "Zm9vYmE=", "Zm9vYmE" },
        { "foobar", "Zm9vYmFy", "Zm9vYmFy" },
        { "\xFB\xFF\xBF", "+/+/", "-_-_" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str back;

        CHECK_STR(base64_encode(&arena, str_from(cases[i].bytes)), str_from(cases[i].text));
        CHECK_STR(base64url_encode(&arena, str_from(cases[i].bytes)), str_from(cases[i].url));
        CHECK(base64_decode(&arena, str_from(cases[i].text), &back));
        CHECK_STR(back, str_from(cases[i].bytes));
        CHECK(base64_decode(&arena, str_from(cases[i].url), &back));
        CHECK_STR(back, str_from(cases[i].bytes));
    }
}

static void base64_refuses_what_is_not_one_text_for_the_bytes(void **state)
{
    static const char *const bad[] = {
        "Z",    "Zg=",   "Zg===", "Zg====",   "=",     "==",    "====",         "Zm9v=", "Zh==",
        "Zm9=", "Zm8==", "Z=g=",  "Zg==Zg==", "Zm 9v", "Zm9v!", "Zm9v\xC3\xA9", "Zm9vZ"
    };
    struct str out = STR("kept");

    UNUSED(state);
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (base64_decode(&arena, str_from(bad[i]), &out))
            fail_msg("'%s' was decoded", bad[i]);
    }
    CHECK(!base64_decode(&arena, str_of("Zg\0", 3), &out));
    CHECK_STR(out, STR("kept"));
    CHECK(base64_decode(&arena, STR("Zm\r\n9v\nYg\n=="), &out));
    CHECK_STR(out, STR("foob"));
}

static void hexadecimal_comes_back(void **state)
{
    static const char *const bad[] = { "a", "0g", "g0", " 0", "0x", "\xC3\xA9", "12 3" };
    struct str out = STR("kept");

    UNUSED(state);
    CHECK_STR(hex_encode(&arena, str_of("\x00\x7F\x80\xFF", 4)), STR("007f80ff"));
    for (size_t i = 0; i < COUNT(bad); i++)
        CHECK(!hex_decode(&arena, str_from(bad[i]), &out));
    CHECK_STR(out, STR("kept"));
    CHECK(hex_decode(&arena, STR("007F80fF"), &out));
    CHECK_STR(out, str_of("\x00\x7F\x80\xFF", 4));
    CHECK(hex_decode(&arena, STR(""), &out));
    CHECK_I64(out.len, 0);
}

static void percent_encoding_spares_the_unreserved_alone(void **state)
{
    struct str out = STR("kept");

    UNUSED(state);
    CHECK_STR(percent_encode(&arena, STR("aZ0-._~ /?%+\xC3\xA9"), false),
              STR("aZ0-._~%20%2F%3F%25%2B%C3%A9"));
    CHECK_STR(percent_encode(&arena, STR("a/b c"), true), STR("a/b%20c"));
    CHECK_STR(percent_encode(&arena, str_of("\0", 1), true), STR("%00"));
    CHECK(percent_decode(&arena, STR("a%20b+c%2f%C3%A9"), false, &out));
    CHECK_STR(out, STR("a b+c/\xC3\xA9"));
    CHECK(percent_decode(&arena, STR("a+b%2B"), true, &out));
    CHECK_STR(out, STR("a b+"));
    CHECK(percent_decode(&arena, STR("%41"), true, &out));
    CHECK_STR(out, STR("A"));
}

static void broken_percent_escapes_are_refused(void **state)
{
    static const char *const bad[] = { "%",   "%4",   "a%",   "a%4", "%zz", "%4z",
                                       "%z4", "%%41", "% 41", "%+1", "%-1" };
    struct str out = STR("kept");

    UNUSED(state);
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (percent_decode(&arena, str_from(bad[i]), false, &out))
            fail_msg("'%s' was decoded", bad[i]);
    }
    CHECK_STR(out, STR("kept"));
}

static void random_bytes_come_back_from_every_encoding(void **state)
{
    UNUSED(state);
    random_set_seed(4);
    for (int i = 0; i < 5000; i++) {
        char bytes[80];
        struct str in = str_of(bytes, (size_t)random_below(sizeof(bytes)));
        struct str out;

        random_bytes(bytes, sizeof(bytes));
        CHECK(base64_decode(&arena, base64_encode(&arena, in), &out));
        CHECK(str_eq(in, out));
        CHECK(base64_decode(&arena, base64url_encode(&arena, in), &out));
        CHECK(str_eq(in, out));
        CHECK(hex_decode(&arena, hex_encode(&arena, in), &out));
        CHECK(str_eq(in, out));
        CHECK(percent_decode(&arena, percent_encode(&arena, in, i % 2 == 0), i % 3 == 0, &out));
        CHECK(str_eq(in, out));
    }
    random_set_seed(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(base64_gives_the_vectors_of_the_rfc),
        TEST(base64_refuses_what_is_not_one_text_for_the_bytes),
        TEST(hexadecimal_comes_back),
        TEST(percent_encoding_spares_the_unreserved_alone),
        TEST(broken_percent_escapes_are_refused),
        TEST(random_bytes_come_back_from_every_encoding),
    };

    return cmocka_run_group_tests(tests, NULL, teardown);
}
