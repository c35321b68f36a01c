/* The JSON reader against RFC 8259, corner by corner, and against its own limits. */
#include "check.h"

#include <math.h>

#include "base/json.h"

static struct arena arena;

static int teardown(void **state)
{
    UNUSED(state);
    arena_deinit(&arena);
    return 0;
}

static struct str written(const struct json *v)
{
    AUTO_BUF out = { 0 };
    struct json_writer w = { .out = &out };

    buf_init(&out, 16 * MIB);
    json_put_tree(&w, v);
    return arena_str(&arena, buf_str(&out));
}

static const struct {
    const char *text, *canonical;
} accepted[] = {
    { "null", "null" },
    { " \t\r\n true \t\r\n ", "true" },
    { "false", "false" },
    { "\"\"", "\"\"" },
    { "[]", "[]" },
    { "[ ]", "[]" },
    { "{}", "{}" },
    { "{ }", "{}" },
    { "[1,2 , 3]", "[1,2,3]" },
    { "{\"a\":1,\"b\" : {\"a\":2}}", "{\"a\":1,\"b\":{\"a\":2}}" },
    { "{\"\":1}", "{\"\":1}" },
    { "0", "0" },
    { "-0", "0" },
    { "-0.0", "-0.0" },
    { "0.5", "0.5" },
    { "1E5", "100000.0" },
    { "1e+5", "100000.0" },
    { "1e-5", "1e-05" },
    { "0e5", "0.0" },
    { "1e00005", "100000.0" },
    { "9007199254740993", "9007199254740993" },
    { "9223372036854775807", "9223372036854775807" },
    { "-9223372036854775808", "-9223372036854775808" },
    { "9223372036854775808", "9.223372036854776e+18" },
    { "-9223372036854775809", "-9.223372036854776e+18" },
    { "0.1", "0.1" },
    { "1.7976931348623157e308", "1.7976931348623157e+308" },
    { "5e-324", "5e-324" },
    { "1e-400", "0.0" },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"" },
    { "\"\\u0041\\u00e9\\u20AC\"", "\"A\xC3\xA9\xE2\x82\xAC\"" },
    { "\"\\ud83d\\ude00\"", "\"\xF0\x9F\x98\x80\"" },
    { "\"\\uDBFF\\uDFFF\"", "\"\xF4\x8F\xBF\xBF\"" },
    { "\"\\u0001\\u001f\\u007f\"", "\"\\u0001\\u001f\x7F\"" },
    { "\"\xC3\xA9\x7F\xF0\x9F\x98\x80\"", "\"\xC3\xA9\x7F\xF0\x9F\x98\x80\"" },
    { "\"\\uFFFE\\uFFFF\"", "\"\xEF\xBF\xBE\xEF\xBF\xBF\"" },
    { "\"a\\u0062\"", "\"ab\"" },
    { "{\"a\":1,\"A\":2,\"a \":3}", "{\"a\":1,\"A\":2,\"a \":3}" },
};

static void what_the_rfc_allows_is_read(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT(accepted); i++) {
        struct json v = { 0 };
        struct err e = { 0 };

        if (!json_parse(&arena, str_from(accepted[i].text), &v, &e))
            fail_msg("%s: %s", accepted[i].text, e.msg);
        CHECK_STR(written(&v), str_from(accepted[i].canonical));
    }
}

static const struct {
    const char *text, *reason; /* NULL: any */
} refused[] = {
    { "", "nothing there" },
    { " ", "ends too early at byte 1" },
    { "nul", "unknown word at byte 0" },
    { "nulll", "something behind the value at byte 4" },
    { "True", "malformed number at byte 0" },
    { "[1,]", NULL },
    { "[,1]", NULL },
    { "[1 2]", "expected ',' or ']' at byte 3" },
    { "[1", "expected ',' or ']' at byte 2" },
    { "[", "ends too early at byte 1" },
    { "]", NULL },
    { "{", "expected a name in quotes at byte 1" },
    { "{\"a\"}", "expected ':' at byte 4" },
    { "{\"a\":}", NULL },
    { "{\"a\":1,}", "expected a name in quotes at byte 7" },
    { "{\"a\":1 \"b\":2}", "expected ',' or '}' at byte 7" },
    { "{a:1}", "expected a name in quotes at byte 1" },
    { "{1:1}", "expected a name in quotes at byte 1" },
    { "{'a':1}", "expected a name in quotes at byte 1" },
    { "{\"a\":1]", NULL },
    { "1 2", "something behind the value at byte 2" },
    { "{}{}", "something behind the value at byte 2" },
    { "[]x", "something behind the value at byte 2" },
    { "// x\n1", NULL },
    { "/* x */1", NULL },
    { "01", NULL },
    { "-01", NULL },
    { "00", NULL },
    { "+1", NULL },
    { ".5", NULL },
    { "5.", NULL },
    { "-", NULL },
    { "-a", NULL },
    { "1e", NULL },
    { "1e+", NULL },
    { "1.e5", NULL },
    { "0x10", NULL },
    { "1_000", NULL },
    { "NaN", NULL },
    { "Infinity", NULL },
    { "-Infinity", NULL },
    { "1e400", "number out of range at byte 5" },
    { "-1e400", "number out of range at byte 6" },
    { "\"", "text that does not end at byte 1" },
    { "\"a", "text that does not end at byte 2" },
    { "\"\\\"", NULL },
    { "\"\\", NULL },
    { "\"a\nb\"", "a control character in text at byte 2" },
    { "\"a\tb\"", "a control character in text at byte 2" },
    { "\"\\n\x1f\"", "a control character in text at byte 3" },
    { "\"\\a\"", "unknown escape at byte 2" },
    { "\"\\'\"", "unknown escape at byte 2" },
    { "\"\\U0041\"", NULL },
    { "\"\\u004\"", NULL },
    { "\"\\u00g0\"", NULL },
    { "\"\\u+041\"", NULL },
    { "\"\\u0000\"", "a NUL character at byte 7" },
    { "\"\\ud800\"", "half of a surrogate pair at byte 7" },
    { "\"\\udc00\"", "half of a surrogate pair at byte 7" },
    { "\"\\ud800\\u0041\"", NULL },
    { "\"\\ud800\\ud800\"", NULL },
    { "\"\\ud800x\"", NULL },
    { "\"\\udc00\\ud800\"", NULL },
    { "\"\xC0\x80\"", "not UTF-8" },
    { "\"\xC1\xBF\"", "not UTF-8" },
    { "\"\xE0\x80\x80\"", "not UTF-8" },
    { "\"\xED\xA0\x80\"", "not UTF-8" },
    { "\"\xF4\x90\x80\x80\"", "not UTF-8" },
    { "\"\xF5\x80\x80\x80\"", "not UTF-8" },
    { "\"\x80\"", "not UTF-8" },
    { "\"\xC3\"", "not UTF-8" },
    { "\"\xFF\"", "not UTF-8" },
    { "\xEF\xBB\xBF{}", NULL },
    { "\xC2\xA0"
      "1",
      NULL },
    { "\x0B"
      "1",
      NULL },
    { "\x0C"
      "1",
      NULL },
    { "{\"a\":1,\"a\":1}", "a name that stands twice in an object at byte 10" },
    { "{\"a\":1,\"\\u0061\":1}", "a name that stands twice in an object at byte 15" },
    { "{\"x\":{\"a\":1,\"b\":2,\"a\":3}}", NULL },
};

static void what_the_rfc_forbids_is_refused_with_its_place(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct json v = { .type = JSON_BOOL, .boolean = true };
        struct str want = arena_strf(&arena, "not valid JSON: %s",
                                     refused[i].reason != NULL ? refused[i].reason : "");

        CHECK_FAILS(json_parse(&arena, str_from(refused[i].text), &v, &e), ERR_MALFORMED,
                    refused[i].reason != NULL ? want.ptr : NULL);
        CHECK(str_starts(str_from(e.msg), STR("not valid JSON: ")));
        CHECK(v.type == JSON_BOOL && v.boolean);
    }
}

static void bytes_that_are_nul_are_refused_everywhere(void **state)
{
    static const struct str cases[] = { { "\0", 1 },
                                        { "1\0", 2 },
                                        { "\0"
                                          "1",
                                          2 },
                                        { "\"\0\"", 3 },
                                        { "[1\0]", 4 },
                                        { "{\"a\0\":1}", 8 },
                                        { "\"\\\0\"", 4 },
                                        { "nul\0", 4 } };
    struct err e = { 0 };
    struct json v;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_FAILS(json_parse(&arena, cases[i], &v, &e), ERR_MALFORMED, NULL);
    CHECK_FAILS(json_parse(&arena, (struct str){ 0 }, &v, &e), ERR_MALFORMED,
                "not valid JSON: nothing there");
}

/* Each prefix of a document is refused, and none is read past its end: the copy has no byte more.
 */
static void a_document_that_is_cut_anywhere_is_refused(void **state)
{
    static const char whole[] =
        "{\"a\":[1,-2.5e+3,true,null],\"b\":\"x\\u00e9\\ud83d\\ude00\\n\",\"c\":{\"d\":{}}}";
    struct err e = { 0 };

    UNUSED(state);
    for (size_t len = 0; len < sizeof(whole) - 1; len++) {
        char *copy = test_malloc(len + 1);
        struct json v;

        memcpy(copy, whole, len);
        CHECK_FAILS(json_parse(&arena, str_of(copy, len), &v, &e), ERR_MALFORMED, NULL);
        test_free(copy);
    }
}

static struct str repeated(const char *open, size_t times, const char *middle, const char *close)
{
    AUTO_BUF out = { 0 };

    buf_init(&out, 64 * MIB);
    for (size_t i = 0; i < times; i++)
        buf_put(&out, str_from(open));
    buf_put(&out, str_from(middle));
    for (size_t i = 0; i < times; i++)
        buf_put(&out, str_from(close));
    return arena_str(&arena, buf_str(&out));
}

static void depth_is_limited(void **state)
{
    struct json v;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(json_parse(&arena, repeated("[", JSON_MAX_DEPTH, "1", "]"), &v, &e));
    CHECK_OK(json_parse(&arena, repeated("{\"a\":", JSON_MAX_DEPTH, "1", "}"), &v, &e));
    CHECK_FAILS(json_parse(&arena, repeated("[", JSON_MAX_DEPTH + 1, "1", "]"), &v, &e),
                ERR_MALFORMED, "not valid JSON: nested too deeply at byte 32");
    CHECK_FAILS(json_parse(&arena, repeated("[", 1000000, "", ""), &v, &e), ERR_MALFORMED, NULL);
    CHECK_FAILS(json_parse(&arena, repeated("{\"a\":[", 100000, "", ""), &v, &e), ERR_MALFORMED,
                NULL);
    CHECK_OK(json_parse(&arena, STR("[[[]],[[]],[[[]]]]"), &v, &e));
}

static void members_and_values_are_limited(void **state)
{
    AUTO_BUF text = { 0 };
    struct json v;
    struct err e = { 0 };

    UNUSED(state);
    buf_init(&text, MIB);
    buf_put_char(&text, '{');
    for (int i = 0; i < JSON_MAX_MEMBERS; i++)
        buf_putf(&text, "%s\"k%d\":%d", i > 0 ? "," : "", i, i);
    buf_put_char(&text, '}');
    CHECK_OK(json_parse(&arena, buf_str(&text), &v, &e));
    CHECK_I64(v.object.count, JSON_MAX_MEMBERS);
    CHECK_I64(json_get_i64(&v, "k255", -1), 255);

    text.len--;
    buf_put(&text, STR(",\"more\":1}"));
    CHECK_FAILS(json_parse(&arena, buf_str(&text), &v, &e), ERR_MALFORMED, NULL);
    CHECK(str_find(str_from(e.msg), STR("too many members")) < strlen(e.msg));

    CHECK_OK(json_parse(
        &arena,
        arena_strf(&arena, "[0" STR_FMT "]", STR_ARG(repeated(",1", JSON_MAX_VALUES - 1, "", ""))),
        &v, &e));
    CHECK_I64(v.array.count, JSON_MAX_VALUES);
    CHECK_I64(v.array.items[JSON_MAX_VALUES - 1].integer, 1);
    CHECK_FAILS(json_parse(&arena,
                           arena_strf(&arena, "[0" STR_FMT "]",
                                      STR_ARG(repeated(",1", JSON_MAX_VALUES, "", ""))),
                           &v, &e),
                ERR_MALFORMED, NULL);
}

static void numbers_are_limited_in_length_not_in_meaning(void **state)
{
    struct json v;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(json_parse(&arena, repeated("9", JSON_MAX_NUMBER, "", ""), &v, &e));
    CHECK(v.type == JSON_REAL && v.real > 9.9e127);
    CHECK_FAILS(json_parse(&arena, repeated("9", JSON_MAX_NUMBER + 1, "", ""), &v, &e),
                ERR_MALFORMED, NULL);
    CHECK_FAILS(json_parse(&arena, repeated("9", 400, "", ""), &v, &e), ERR_MALFORMED, NULL);
    CHECK_OK(json_parse(&arena, STR("-0.0"), &v, &e));
    CHECK(v.type == JSON_REAL && v.real == 0 && signbit(v.real));
    CHECK_OK(json_parse(&arena, STR("1.0"), &v, &e));
    CHECK(v.type == JSON_REAL);
}

static void look_ups_chain_over_what_is_missing(void **state)
{
    struct json v;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(json_parse(&arena, STR("{\"a\":{\"b\":\"x\",\"n\":5,\"r\":1.5}}"), &v, &e));
    CHECK_STR(json_get_str(json_get(&v, "a"), "b"), STR("x"));
    CHECK_I64(json_get_i64(json_get(&v, "a"), "n", 0), 5);
    CHECK_I64(json_get_i64(json_get(&v, "a"), "r", 7), 7);
    CHECK_I64(json_get_i64(json_get(&v, "a"), "b", 7), 7);
    CHECK(str_is_null(json_get_str(json_get(&v, "a"), "n")));
    CHECK(str_is_null(json_get_str(json_get(json_get(&v, "none"), "deeper"), "still")));
    CHECK(json_get(NULL, "a") == NULL);
    CHECK(json_get(json_get(json_get(&v, "a"), "n"), "a") == NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_the_rfc_allows_is_read),
        TEST(what_the_rfc_forbids_is_refused_with_its_place),
        TEST(bytes_that_are_nul_are_refused_everywhere),
        TEST(a_document_that_is_cut_anywhere_is_refused),
        TEST(depth_is_limited),
        TEST(members_and_values_are_limited),
        TEST(numbers_are_limited_in_length_not_in_meaning),
        TEST(look_ups_chain_over_what_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, teardown);
}
