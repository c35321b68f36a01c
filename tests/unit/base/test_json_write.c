/* The JSON writer: exact numbers, escapes, structs by their tables, and random trees that come back
 * as they went. */
#include "check.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/random.h"
#include "oracle.h"

static struct arena arena;

static int teardown(void **state)
{
    UNUSED(state);
    arena_deinit(&arena);
    return 0;
}

static struct str number(double value)
{
    AUTO_BUF out = { 0 };
    struct json_writer w = { .out = &out };

    buf_init(&out, 100);
    json_put_f64(&w, value);
    return arena_str(&arena, buf_str(&out));
}

static void numbers_are_written_as_short_as_they_read_back(void **state)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        { 0.1, "0.1" },
        { 0.2 + 0.1, "0.30000000000000004" },
        { 1.0, "1.0" },
        { -0.0, "-0.0" },
        { 1e15, "1e+15" },
        { 123456.0, "123456.0" },
        { 1e22, "1e+22" },
        { 1e23, "1e+23" },
        { 5e-324, "5e-324" },
        { DBL_MIN, "2.2250738585072014e-308" },
        { DBL_MAX, "1.7976931348623157e+308" },
        { 9007199254740993.0, "9007199254740992.0" },
        { 1.0 / 3, "0.3333333333333333" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_STR(number(cases[i].value), str_from(cases[i].text));
    CHECK_STR(number((double)NAN), STR("null"));
    CHECK_STR(number((double)INFINITY), STR("null"));
    CHECK_STR(number(-(double)INFINITY), STR("null"));
}

static void every_double_comes_back_bit_for_bit(void **state)
{
    UNUSED(state);
    random_set_seed(11);
    for (int i = 0; i < 50000; i++) {
        uint64_t bits = random_u64();
        double value;
        struct json v = { 0 };
        struct err e = { 0 };

        memcpy(&value, &bits, sizeof(value));
        if (!isfinite(value))
            continue;
        CHECK_OK(json_parse(&arena, number(value), &v, &e));
        if (v.type != JSON_REAL || memcmp(&v.real, &value, sizeof(value)) != 0)
            fail_msg("%a came back as %a", value, v.real);
        if (i % 1000 == 0)
            arena_deinit(&arena);
    }
    random_set_seed(0);
}

static void integers_are_exact_at_the_edges(void **state)
{
    static const int64_t cases[] = {
        0,         1, -1, INT64_MAX, INT64_MIN, INT64_MIN + 1, 9007199254740993, -9007199254740993,
        1000000007
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_BUF out = { 0 };
        struct json_writer w = { .out = &out };
        struct json v = { 0 };
        struct err e = { 0 };

        buf_init(&out, 100);
        json_put_i64(&w, cases[i]);
        CHECK_OK(json_parse(&arena, buf_str(&out), &v, &e));
        CHECK(v.type == JSON_INT);
        CHECK_I64(v.integer, cases[i]);
    }
}

static void what_is_no_utf8_becomes_a_replacement_character(void **state)
{
    static const struct {
        const char *text, *json;
    } cases[] = {
        { "a\xFF"
          "b",
          "\"a\xEF\xBF\xBD"
          "b\"" },
        { "\xC3", "\"\xEF\xBF\xBD\"" },
        { "\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" },
        { "\xE2\x82\xAC\xE2\x82", "\"\xE2\x82\xAC\xEF\xBF\xBD\xEF\xBF\xBD\"" },
        { "\x01\x1F\x7F\"\\/\n", "\"\\u0001\\u001f\x7F\\\"\\\\/\\n\"" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_BUF out = { 0 };
        struct json_writer w = { .out = &out };
        struct json v;
        struct err e = { 0 };

        buf_init(&out, 1000);
        json_put_str(&w, str_from(cases[i].text));
        CHECK_STR(buf_str(&out), str_from(cases[i].json));
        CHECK_OK(json_parse(&arena, buf_str(&out), &v, &e));
    }
}

static void a_byte_is_escaped_wherever_it_stands(void **state)
{
    UNUSED(state);
    for (int byte = 1; byte < 0x80; byte++) {
        for (size_t at = 0; at < 20; at++) {
            char text[20];
            AUTO_BUF out = { 0 };
            struct json_writer w = { .out = &out };
            struct json v;
            struct err e = { 0 };

            memset(text, 'a', sizeof(text));
            text[at] = (char)byte;
            buf_init(&out, 1000);
            json_put_str(&w, str_of(text, sizeof(text)));
            CHECK_OK(json_parse(&arena, buf_str(&out), &v, &e));
            CHECK_STR(v.str, str_of(text, sizeof(text)));
        }
        arena_deinit(&arena);
    }
}

struct pair {
    struct str first_name;
    int64_t count;
};

static const struct field pair_fields[] = {
    { FIELD(struct pair, first_name) },
    { FIELD(struct pair, count) },
    { 0 },
};

static void the_structs_of_a_list_are_spelt_as_each_alone(void **state)
{
    struct pair pairs[] = { { STR("Ada"), 1 }, { { 0 }, -2 } };
    static const struct {
        enum json_spelling spelling;
        size_t count;
        const char *json;
    } cases[] = {
        { JSON_CAMEL, 2,
          "[{\"firstName\":\"Ada\",\"count\":1},{\"firstName\":null,\"count\":-2}]" },
        { JSON_SNAKE, 1, "[{\"first_name\":\"Ada\",\"count\":1}]" },
        { JSON_CAMEL, 0, "[]" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_BUF out = { 0 };
        struct json_writer w = { .out = &out, .spelling = cases[i].spelling };
        struct field_list list = { pairs, cases[i].count };

        buf_init(&out, 1000);
        json_begin_array(&w);
        json_put_structs(&w, pair_fields, sizeof(*pairs), &list);
        json_end_array(&w);
        CHECK_STR(buf_str(&out), str_from(cases[i].json));
    }
}

struct ready {
    struct str members, value;
    int64_t count;
};

static void text_that_is_json_already_is_written_as_it_is(void **state)
{
    static const struct field before[] = {
        { FIELD_RAW(struct ready, members, "") },
        { FIELD_RAW(struct ready, value, "a_value") },
        { FIELD(struct ready, count) },
        { 0 },
    };
    static const struct field behind[] = {
        { FIELD(struct ready, count) },
        { FIELD_RAW(struct ready, members, "") },
        { 0 },
    };
    struct ready items[] = { { STR("\"aB\":1,\"c\":null"), STR("[1,2]"), 2 },
                             { STR("\"aB\":\"x\""), STR("\"y\""), 3 } };
    struct field_list list = { items, COUNT(items) };
    AUTO_BUF out = { 0 };
    struct json_writer w = { .out = &out, .spelling = JSON_CAMEL };

    UNUSED(state);
    buf_init(&out, 1000);
    json_begin_array(&w);
    json_put_struct(&w, before, &items[0]);
    json_put_structs(&w, before, sizeof(*items), &list);
    json_put_structs(&w, behind, sizeof(*items), &list);
    json_end_array(&w);
    CHECK_STR(buf_str(&out), STR("[{\"aB\":1,\"c\":null,\"aValue\":[1,2],\"count\":2},"
                                 "{\"aB\":1,\"c\":null,\"aValue\":[1,2],\"count\":2},"
                                 "{\"aB\":\"x\",\"aValue\":\"y\",\"count\":3},"
                                 "{\"count\":2,\"aB\":1,\"c\":null},{\"count\":3,\"aB\":\"x\"}]"));
}

static void commas_and_colons_are_the_writers_business(void **state)
{
    AUTO_BUF out = { 0 };
    struct json_writer w = { .out = &out };

    UNUSED(state);
    buf_init(&out, 1000);
    json_begin_object(&w);
    json_put_name(&w, STR("a"));
    json_begin_array(&w);
    json_end_array(&w);
    json_put_name(&w, STR("b"));
    json_begin_array(&w);
    json_put_null(&w);
    json_put_bool(&w, true);
    json_begin_object(&w);
    json_end_object(&w);
    json_put_raw(&w, STR("[1]"));
    json_end_array(&w);
    json_put_name(&w, STR("t"));
    json_put_time(&w, 0);
    json_put_name(&w, STR("u"));
    json_put_time(&w, 1);
    json_put_name(&w, STR("n"));
    json_put_str(&w, (struct str){ 0 });
    json_put_name(&w, STR("x"));
    json_put_tree(&w, NULL);
    json_end_object(&w);
    CHECK_STR(
        buf_str(&out),
        STR("{\"a\":[],\"b\":[null,true,{},[1]],\"t\":null,\"u\":\"1970-01-01T00:00:00.001Z\","
            "\"n\":null,\"x\":null}"));
}

static void past_its_maximum_the_buffer_says_so(void **state)
{
    AUTO_BUF out = { 0 };
    struct json_writer w = { .out = &out };

    UNUSED(state);
    buf_init(&out, 10);
    json_begin_array(&w);
    for (int i = 0; i < 100; i++)
        json_put_str(&w, STR("text"));
    json_end_array(&w);
    CHECK(out.overflowed);
    CHECK(out.len <= 10);
}

static struct str random_text(void)
{
    static const char *const pieces[] = { "a",
                                          "Z",
                                          "\"",
                                          "\\",
                                          "/",
                                          "\n",
                                          "\x01",
                                          "\x7F",
                                          "\xC3\xA9",
                                          "\xE2\x82\xAC",
                                          "\xF0\x9F\x98\x80",
                                          "\xEF\xBF\xBF",
                                          " ",
                                          "\t" };
    AUTO_BUF out = { 0 };

    buf_init(&out, 1000);
    for (int64_t n = random_below(8); n > 0; n--)
        buf_put(&out, str_from(pieces[random_below(COUNT(pieces))]));
    return out.len > 0 ? arena_str(&arena, buf_str(&out)) : STR("");
}

static struct json random_tree(int depth)
{
    struct json v = { .type = (enum json_type)random_below(depth > 0 ? 7 : 5) };
    size_t count = (size_t)random_below(5);

    if (v.type == JSON_BOOL)
        v.boolean = random_below(2) == 1;
    if (v.type == JSON_INT)
        v.integer = (int64_t)random_u64() >> random_below(64);
    if (v.type == JSON_REAL)
        v.real = ldexp((double)random_below(1 << 30) - 5e8, (int)random_below(200) - 100);
    if (v.type == JSON_STR)
        v.str = random_text();
    if (v.type == JSON_ARRAY) {
        struct json *items = arena_array(&arena, struct json, count);

        for (size_t i = 0; i < count; i++)
            items[i] = random_tree(depth - 1);
        v.array.items = items;
        v.array.count = count;
    }
    if (v.type == JSON_OBJECT) {
        struct json_member *members = arena_array(&arena, struct json_member, count);

        for (size_t i = 0; i < count; i++) {
            struct str text = random_text();

            members[i].name = arena_strf(&arena, "%zu" STR_FMT, i, STR_ARG(text));
            members[i].value = random_tree(depth - 1);
        }
        v.object.members = members;
        v.object.count = count;
    }
    return v;
}

static void random_trees_come_back_as_they_went(void **state)
{
    UNUSED(state);
    random_set_seed(5);
    for (int i = 0; i < 3000; i++) {
        AUTO_BUF out = { 0 };
        struct json_writer w = { .out = &out };
        struct json went = random_tree(5), came = { 0 };
        struct err e = { 0 };
        char *before, *after, *theirs = NULL;

        buf_init(&out, MIB);
        json_put_tree(&w, &went);
        CHECK_OK(json_parse(&arena, buf_str(&out), &came, &e));
        before = oracle_spell(&went);
        after = oracle_spell(&came);
        CHECK(oracle_read(buf_str(&out), &theirs));
        CHECK_TEXT(after, before);
        CHECK_TEXT(theirs, before);
        free(before);
        free(after);
        free(theirs);
        arena_deinit(&arena);
    }
    random_set_seed(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(numbers_are_written_as_short_as_they_read_back),
        TEST(every_double_comes_back_bit_for_bit),
        TEST(integers_are_exact_at_the_edges),
        TEST(what_is_no_utf8_becomes_a_replacement_character),
        TEST(a_byte_is_escaped_wherever_it_stands),
        TEST(the_structs_of_a_list_are_spelt_as_each_alone),
        TEST(text_that_is_json_already_is_written_as_it_is),
        TEST(commas_and_colons_are_the_writers_business),
        TEST(past_its_maximum_the_buffer_says_so),
        TEST(random_trees_come_back_as_they_went),
    };

    return cmocka_run_group_tests(tests, NULL, teardown);
}
