/* The YAML reader against its contract: what becomes what, what is refused and where, and how text
 * goes out again. */
#include "check.h"

#include <stdio.h>

#include "base/random.h"
#include "base/yaml.h"

static struct arena arena;

static int teardown(void **state)
{
    UNUSED(state);
    arena_deinit(&arena);
    return 0;
}

static struct str as_json(const struct json *v)
{
    struct buf out;
    struct json_writer w = { .out = &out };
    struct str text;

    buf_init(&out, MIB);
    json_put_tree(&w, v);
    text = arena_str(&arena, buf_str(&out));
    buf_deinit(&out);
    return text;
}

static struct json parse(const char *text)
{
    struct json v = { 0 };
    struct err e = { 0 };

    if (!yaml_parse(&arena, str_from(text), &v, &e))
        fail_msg("%s: %s", text, e.msg);
    return v;
}

static void yaml_becomes_the_tree_that_json_would_give(void **state)
{
    static const struct {
        const char *yaml, *json;
    } cases[] = {
        { "", "{}" },
        { "# nothing but a comment\n", "{}" },
        { "---\n", "{}" },
        { "---\n...\n", "{}" },
        { "\xEF\xBB\xBF"
          "a: 1\n",
          "{\"a\":1}" },
        { "null", "null" },
        { "~", "null" },
        { "''", "\"\"" },
        { "a: 1\nb: [x, 2, true]\n", "{\"a\":1,\"b\":[\"x\",2,true]}" },
        { "a:\nb: ~\nc: null\nd: Null\ne: NULL\n",
          "{\"a\":null,\"b\":null,\"c\":null,\"d\":null,\"e\":null}" },
        { "[true, True, TRUE, false, False, FALSE]", "[true,true,true,false,false,false]" },
        { "[yes, no, on, off, y, n, tRUE]",
          "[\"yes\",\"no\",\"on\",\"off\",\"y\",\"n\",\"tRUE\"]" },
        { "['true', \"null\", '~', '5', \"1.5\", !!str 5, ! 6, !!str ]",
          "[\"true\",\"null\",\"~\",\"5\",\"1.5\",\"5\",\"6\",\"\"]" },
        { "[0, -0, 7, -7, 9223372036854775807, -9223372036854775808]",
          "[0,0,7,-7,9223372036854775807,-9223372036854775808]" },
        { "[1.5, 1e3, -2.5E-3]", "[1.5,1000.0,-0.0025]" },
        { "[007, 0x1f, 0o7, +5, .5, 5., 1_000, 1e, -, 12:30, .inf, .nan, 2026-11-21, 1e400]",
          "[\"007\",\"0x1f\",\"0o7\",\"+5\",\".5\",\"5.\",\"1_000\",\"1e\",\"-\",\"12:30\",\".inf\",\".nan\","
          "\"2026-11-21\",\"1e400\"]" },
        { "a: |\n  one\n  two\nb: >\n  one\n  two\n",
          "{\"a\":\"one\\ntwo\\n\",\"b\":\"one two\\n\"}" },
        { "a: \"\\u00e9\\t\\x41\"\n", "{\"a\":\"\xC3\xA9\\tA\"}" },
        { "a: &x {b: [1, 2]}\nc: *x\nd: *x\n",
          "{\"a\":{\"b\":[1,2]},\"c\":{\"b\":[1,2]},\"d\":{\"b\":[1,2]}}" },
        { "a: &x 1\nb: *x\nc: &x 2\nd: *x\n", "{\"a\":1,\"b\":1,\"c\":2,\"d\":2}" },
        { "1: a\ntrue: b\n'<<': c\n? d\n: e\n",
          "{\"1\":\"a\",\"true\":\"b\",\"<<\":\"c\",\"d\":\"e\"}" },
        { "{a: 1, b: {c: []}}", "{\"a\":1,\"b\":{\"c\":[]}}" },
        { "%YAML 1.2\n---\na: 1\n", "{\"a\":1}" },
        { "a: ${NAME:-x}\n", "{\"a\":\"${NAME:-x}\"}" },
        { "a: 1\r\nb: 2\r\n", "{\"a\":1,\"b\":2}" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct json v = parse(cases[i].yaml);

        CHECK_STR(as_json(&v), str_from(cases[i].json));
    }
}

static void what_is_refused_is_refused_with_line_and_column(void **state)
{
    static const struct {
        const char *yaml, *message;
    } cases[] = {
        { "a: 1\nb: 2\na: 3\n", "line 3, column 1: duplicate key 'a'" },
        { "a:\n  b: 1\n  'b': 2\n", "line 3, column 3: duplicate key 'b'" },
        { "a: &x [*x]\n", "line 1, column 8: alias to a value that contains it" },
        { "a: &x\n  b:\n    c: *x\n", "line 3, column 8: alias to a value that contains it" },
        { "a: &x [&x 1]\n", "line 1, column 8: anchor given again inside its own value" },
        { "a: *nobody\n", "line 1, column 4: alias to an anchor that does not exist" },
        { "a: &x {b: 1}\nc:\n  <<: *x\n", "line 3, column 3: merge keys are not taken" },
        { "a: !!int 5\n", "line 1, column 4: tags are not taken" },
        { "a: !mine 5\n", "line 1, column 4: tags are not taken" },
        { "a: !!map {}\n", "line 1, column 4: tags are not taken" },
        { "a: !!python/object:os.system []\n", "line 1, column 4: tags are not taken" },
        { "? [a]\n: 1\n", "line 1, column 3: a key must be plain text" },
        { "&k a: 1\n", "line 1, column 1: a key must be plain text" },
        { "a: &x b\n*x : 1\n", "line 2, column 1: a key must be plain text" },
        { "a: \"x\\0y\"\n", "line 1, column 4: text must not contain NUL" },
        { "\"a\\0\": 1\n", "line 1, column 1: text must not contain NUL" },
        { "a: 1\n---\nb: 2\n", "line 2, column 1: only one document is taken" },
        { "a: 1\n...\n---\n", "line 3, column 1: only one document is taken" },
        { "a: 1\n\tb: 2\n", NULL },
        { "a: [1, 2\n", NULL },
        { "a: 'x\n", NULL },
        { "a: b: c\n", "line 1, column 5: mapping values are not allowed in this context" },
        { "a: \"\\ud800\"\n", NULL },
        { "a: 1\nb: \xFF\n", "line 2, column 4: invalid leading UTF-8 octet" },
        { "a: \x01\n", "line 1, column 4: control characters are not allowed" },
        { "a: @x\n", "line 1, column 4: found character that cannot start any token" },
        { "%YAML 2.0\n---\na: 1\n", NULL },
    };
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct json v = { .type = JSON_STR, .str = STR("kept") };

        CHECK_FAILS(yaml_parse(&arena, str_from(cases[i].yaml), &v, &e), ERR_MALFORMED,
                    cases[i].message);
        CHECK(str_starts(str_from(e.msg), STR("line ")));
        CHECK_STR(v.str, STR("kept"));
    }
}

static void a_nul_byte_in_the_file_is_refused(void **state)
{
    struct json v;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(yaml_parse(&arena, STR("a: 1\0\n"), &v, &e), ERR_MALFORMED, NULL);
}

static void every_value_has_the_line_of_its_key(void **state)
{
    struct json v = parse("# a comment\n"
                          "server:\n"
                          "  listen: x\n"
                          "\n"
                          "  hosts:\n"
                          "    - a\n"
                          "    - b\n"
                          "shared: &s\n"
                          "  deep: 1\n"
                          "again: *s\n");
    const struct json *server = json_get(&v, "server");

    UNUSED(state);
    CHECK_I64(server->line, 2);
    CHECK_I64(json_get(server, "listen")->line, 3);
    CHECK_I64(json_get(server, "hosts")->line, 5);
    CHECK_I64(json_get(server, "hosts")->array.items[1].line, 7);
    CHECK_I64(json_get(&v, "again")->line, 10);
    CHECK_I64(json_get(json_get(&v, "again"), "deep")->line, 9);
}

static struct str repeat(const char *text, int times, const char *middle, const char *close)
{
    struct buf out;
    struct str made;

    buf_init(&out, 64 * MIB);
    for (int i = 0; i < times; i++)
        buf_put(&out, str_from(text));
    buf_put(&out, str_from(middle));
    for (int i = 0; i < times; i++)
        buf_put(&out, str_from(close));
    made = arena_str(&arena, buf_str(&out));
    buf_deinit(&out);
    return made;
}

static void nesting_stops_at_the_maximum_also_through_aliases(void **state)
{
    struct json v;
    struct err e = { 0 };
    struct str bomb = repeat("[", 20, "1", "]");
    struct str below, beyond;

    UNUSED(state);
    CHECK_OK(yaml_parse(&arena, repeat("[", JSON_MAX_DEPTH, "1", "]"), &v, &e));
    CHECK_FAILS(yaml_parse(&arena, repeat("[", JSON_MAX_DEPTH + 1, "1", "]"), &v, &e),
                ERR_MALFORMED, "line 1, column 33: nested too deeply");
    CHECK_FAILS(yaml_parse(&arena, repeat("[", 100000, "", ""), &v, &e), ERR_MALFORMED,
                "line 1, column 33: nested too deeply");
    CHECK_FAILS(yaml_parse(&arena, repeat("- ", 100000, "", ""), &v, &e), ERR_MALFORMED, NULL);
    CHECK_FAILS(yaml_parse(&arena, repeat("{a: ", 100000, "", ""), &v, &e), ERR_MALFORMED, NULL);

    below = arena_strf(&arena, "a: &x " STR_FMT "\nb: " STR_FMT "\n", STR_ARG(bomb),
                       STR_ARG(repeat("[", 11, "*x", "]")));
    CHECK_OK(yaml_parse(&arena, below, &v, &e));
    beyond = arena_strf(&arena, "a: &x " STR_FMT "\nb: " STR_FMT "\n", STR_ARG(bomb),
                        STR_ARG(repeat("[", 12, "*x", "]")));
    CHECK_FAILS(yaml_parse(&arena, beyond, &v, &e), ERR_MALFORMED,
                "line 2, column 16: nested too deeply");
}

static void an_alias_bomb_is_refused_before_it_goes_off(void **state)
{
    struct buf out;
    struct json v;
    struct err e = { 0 };

    UNUSED(state);
    buf_init(&out, MIB);
    buf_put(&out, STR("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"));
    for (int i = 1; i < 20; i++) {
        buf_putf(&out, "a%d: &a%d [", i, i);
        for (int j = 0; j < 10; j++)
            buf_putf(&out, "%s*a%d", j > 0 ? ", " : "", i - 1);
        buf_put(&out, STR("]\n"));
    }
    CHECK_FAILS(yaml_parse(&arena, buf_str(&out), &v, &e), ERR_MALFORMED, NULL);
    CHECK(str_ends(str_from(e.msg), STR("too many values")));
    buf_deinit(&out);
}

static void values_keys_and_anchors_are_counted(void **state)
{
    struct json v;
    struct err e = { 0 };
    struct buf out;

    UNUSED(state);
    CHECK_OK(yaml_parse(&arena, repeat("- 1\n", YAML_MAX_VALUES - 1, "", ""), &v, &e));
    CHECK_I64(v.array.count, YAML_MAX_VALUES - 1);
    CHECK_I64(v.array.items[99998].integer, 1);
    CHECK_FAILS(yaml_parse(&arena, repeat("- 1\n", YAML_MAX_VALUES, "", ""), &v, &e), ERR_MALFORMED,
                "line 100000, column 3: too many values");

    buf_init(&out, MIB);
    for (int i = 0; i < JSON_MAX_MEMBERS; i++)
        buf_putf(&out, "k%d: &a%d 1\n", i, i);
    CHECK_OK(yaml_parse(&arena, buf_str(&out), &v, &e));
    buf_put(&out, STR("one_more: 1\n"));
    CHECK_FAILS(yaml_parse(&arena, buf_str(&out), &v, &e), ERR_MALFORMED,
                "line 257, column 1: too many keys in one mapping");
    CHECK_OK(yaml_parse(&arena, repeat("k", YAML_MAX_KEY, ": 1\n", ""), &v, &e));
    CHECK_FAILS(yaml_parse(&arena, repeat("k", YAML_MAX_KEY + 1, ": 1\n", ""), &v, &e),
                ERR_MALFORMED, "line 1, column 1: key too long");
    buf_clear(&out);
    for (int i = 0; i <= YAML_MAX_ANCHORS; i++)
        buf_putf(&out, "- &a%d 1\n", i);
    CHECK_FAILS(yaml_parse(&arena, buf_str(&out), &v, &e), ERR_MALFORMED,
                "line 257, column 3: too many anchors");
    buf_deinit(&out);
}

static void text_that_is_written_reads_back_as_itself(void **state)
{
    static const struct {
        const char *text, *written;
    } cases[] = {
        { "plain", "plain" },
        { "127.0.0.1:8001", "127.0.0.1:8001" },
        { "http://mrock:8188", "http://mrock:8188" },
        { "~/Pictures", "~/Pictures" },
        { "./data", "./data" },
        { "on", "on" },
        { "", "\"\"" },
        { "~", "\"~\"" },
        { "null", "\"null\"" },
        { "True", "\"True\"" },
        { "5", "\"5\"" },
        { "-1.5e3", "\"-1.5e3\"" },
        { "...", "\"...\"" },
        { "---", "\"---\"" },
        { "-", "\"-\"" },
        { "a:", "\"a:\"" },
        { "***", "\"***\"" },
        { "{date}-{slug}", "\"{date}-{slug}\"" },
        { "a # b", "\"a # b\"" },
        { "say \"\\\"", "\"say \\\"\\\\\\\"\"" },
        { "a\n\tb\x7F", "\"a\\u000a\\u0009b\\u007f\"" },
        { "\xC2\x85\xE2\x80\xA8\xEF\xBB\xBF", "\"\\u0085\\u2028\\ufeff\"" },
        { "gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80", "\"gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80\"" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf out;
        struct json v;

        buf_init(&out, MIB);
        yaml_put_str(&out, str_from(cases[i].text));
        CHECK_STR(buf_str(&out), str_from(cases[i].written));
        v = parse(arena_strf(&arena, "- k: " STR_FMT "   # c\n- [" STR_FMT "]\n",
                             STR_ARG(buf_str(&out)), STR_ARG(buf_str(&out)))
                      .ptr);
        CHECK_STR(json_get_str(&v.array.items[0], "k"), str_from(cases[i].text));
        CHECK_STR(v.array.items[1].array.items[0].str, str_from(cases[i].text));
        buf_deinit(&out);
    }
}

static void random_text_reads_back_as_itself(void **state)
{
    static const char *const pieces[] = { "a",
                                          "1",
                                          "-",
                                          ".",
                                          ":",
                                          " ",
                                          "#",
                                          "~",
                                          "\"",
                                          "'",
                                          "\\",
                                          "\n",
                                          "\t",
                                          "{",
                                          "}",
                                          "[",
                                          "]",
                                          ",",
                                          "&",
                                          "*",
                                          "!",
                                          "|",
                                          ">",
                                          "%",
                                          "@",
                                          "`",
                                          "?",
                                          "null",
                                          "true",
                                          "=",
                                          "<<",
                                          "\x01",
                                          "\x7F",
                                          "\xC2\x85",
                                          "\xE2\x80\xA9",
                                          "\xEF\xBB\xBF",
                                          "\xEF\xBF\xBE",
                                          "\xF0\x9F\x98\x80",
                                          "/",
                                          "$" };

    UNUSED(state);
    random_set_seed(7);
    for (int round = 0; round < 20000; round++) {
        struct buf text, out;
        struct json v;

        buf_init(&text, KIB);
        buf_init(&out, KIB);
        buf_put(&out, STR("k: "));
        for (int64_t n = random_below(6); n >= 0; n--)
            buf_put(&text, str_from(pieces[random_below(COUNT(pieces))]));
        yaml_put_str(&out, buf_str(&text));
        v = parse(arena_str(&arena, buf_str(&out)).ptr);
        CHECK_STR(json_get_str(&v, "k"), buf_str(&text));
        buf_deinit(&text);
        buf_deinit(&out);
        arena_deinit(&arena);
    }
    random_set_seed(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(yaml_becomes_the_tree_that_json_would_give),
        TEST(what_is_refused_is_refused_with_line_and_column),
        TEST(a_nul_byte_in_the_file_is_refused),
        TEST(every_value_has_the_line_of_its_key),
        TEST(nesting_stops_at_the_maximum_also_through_aliases),
        TEST(an_alias_bomb_is_refused_before_it_goes_off),
        TEST(values_keys_and_anchors_are_counted),
        TEST(text_that_is_written_reads_back_as_itself),
        TEST(random_text_reads_back_as_itself),
    };

    return cmocka_run_group_tests(tests, NULL, teardown);
}
