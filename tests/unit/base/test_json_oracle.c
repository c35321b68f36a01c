/* Tens of thousands of mutated documents, each read by our reader and by jansson: they agree but
 * where we mean not to. */
#include "check.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/random.h"
#include "oracle.h"

enum { MUTANTS_PER_SEED = 3000, MUTANT_MAX = 4096 };

static const char *const seeds[] = {
    "{\"id\":\"0192\",\"n\":9007199254740993,\"r\":-1.5e-3,\"ok\":true,\"none\":null,\"list\":[1,2,[3,[4]],{}]}",
    "[\"\\ud83d\\ude00\",\"\\u00e9\\n\\\"\\\\\",\"gr\xC3\xBC\xC3\x9F\",\"\xF0\x9F\x98\x80\",\"\"]",
    "[0,-0,1,-1,0.1,1e5,1E+5,1e-5,123456789012345678,9223372036854775807,-9223372036854775808,1.7976931348623157e308]",
    "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":[[[[[[1]]]]]]}}}}}",
    "{\"prompt\":\"a red fox in snow\",\"width\":1024,\"height\":768,\"seed\":null,\"params\":{\"steps\":4,\"x\":[true,false]}}",
    " [ ] ",
    "\"text\"",
    "-0.0",
    "[1e400,1e-400,5e-324,2.2250738585072011e-308,100000000000000000000000]",
    "{\"a\":1,\"b\":2,\"c\":3,\"\":4,\" \":5,\"a\\u0000\":6}",
};

static const char *const pieces[] = { "\"",
                                      "\\",
                                      "{",
                                      "}",
                                      "[",
                                      "]",
                                      ",",
                                      ":",
                                      "0",
                                      "9",
                                      "-",
                                      "+",
                                      ".",
                                      "e",
                                      "E",
                                      " ",
                                      "\n",
                                      "\t",
                                      "\x01",
                                      "\x7F",
                                      "\x80",
                                      "\xC3",
                                      "\xA9",
                                      "\xED\xA0\x80",
                                      "\xF4\x90\x80\x80",
                                      "\\u",
                                      "\\ud800",
                                      "\\udc00",
                                      "\\u0000",
                                      "\\n",
                                      "\\x",
                                      "true",
                                      "null",
                                      "1e999",
                                      "\"a\":",
                                      "[[",
                                      "]]",
                                      "NaN",
                                      "\xEF\xBB\xBF",
                                      "/" };

struct mutant {
    char text[MUTANT_MAX];
    size_t len;
};

static void splice(struct mutant *m, size_t at, size_t remove, struct str insert)
{
    if (m->len - remove + insert.len > MUTANT_MAX)
        return;
    memmove(m->text + at + insert.len, m->text + at + remove, m->len - at - remove);
    memcpy(m->text + at, insert.ptr, insert.len);
    m->len = m->len - remove + insert.len;
}

static void mutate(struct mutant *m)
{
    size_t at = (size_t)random_below((int64_t)m->len + 1);
    size_t rest = m->len - at;
    size_t some = (size_t)random_below((int64_t)MIN(rest, (size_t)12) + 1);
    char copy[16];

    switch (random_below(6)) {
    case 0:
        splice(m, at, some, STR(""));
        break;
    case 1:
        splice(m, at, 0, str_from(pieces[random_below(COUNT(pieces))]));
        break;
    case 2:
        splice(m, at, MIN(rest, (size_t)1), str_from(pieces[random_below(COUNT(pieces))]));
        break;
    case 3: /* a part again, somewhere else */
        memcpy(copy, m->text + at, some);
        splice(m, (size_t)random_below((int64_t)m->len + 1), 0, str_of(copy, some));
        break;
    case 4:
        if (rest > 0)
            m->text[at] = (char)(m->text[at] ^ (1 << random_below(8)));
        break;
    default:
        m->len = at;
        break;
    }
}

static void both_readers_agree_on_mutated_documents(void **state)
{
    struct mutant m;

    UNUSED(state);
    random_set_seed(20261121);
    for (size_t s = 0; s < COUNT(seeds); s++) {
        for (int i = 0; i < MUTANTS_PER_SEED; i++) {
            char *exact, *problem;

            m.len = strlen(seeds[s]);
            memcpy(m.text, seeds[s], m.len);
            for (int64_t n = i > 0 ? random_below(4) : -1; n >= 0; n--)
                mutate(&m);
            exact = test_malloc(m.len + 1); /* so that a read past the end is seen */
            memcpy(exact, m.text, m.len);
            problem = oracle_compare(str_of(exact, m.len));
            if (problem != NULL)
                fail_msg("%.*s\n%s", (int)m.len, m.text, problem);
            test_free(exact);
        }
    }
    random_set_seed(0);
}

/* What the comparison lets pass is looked at here, so that the list of differences stays true. */
static void the_differences_from_jansson_are_these(void **state)
{
    static const struct {
        struct str text;
        bool ours, theirs;
    } cases[] = {
        { { "100000000000000000000", 21 }, true, false },
        { { "-100000000000000000000", 22 }, true, false },
        { { "1\0", 2 }, false, true },
        { { "1e400", 5 }, false, false },
        { { "{\"a\":1,\"a\":1}", 13 }, false, false },
        { { "\"\\u0000\"", 8 }, false, false },
        { { "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", 67 },
          false,
          true },
    };
    struct arena arena = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct json v;
        struct err e = { 0 };
        char *theirs = NULL, *problem = oracle_compare(cases[i].text);
        bool they_read = oracle_read(cases[i].text, &theirs);

        if (json_parse(&arena, cases[i].text, &v, &e) != cases[i].ours ||
            they_read != cases[i].theirs)
            fail_msg("case %zu: '%s' / '%s'", i, e.msg, theirs);
        if (problem != NULL)
            fail_msg("%s", problem);
        free(theirs);
    }
    arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(both_readers_agree_on_mutated_documents),
        TEST(the_differences_from_jansson_are_these),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
