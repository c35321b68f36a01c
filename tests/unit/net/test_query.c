/* Queries: splitting, decoding, types from text, errors that name the field. */
#include "check.h"

#include "net/query.h"

static const char *const order_names[] = { "newest", "oldest", NULL };

struct wanted {
    int64_t limit;
    double score;
    bool starred;
    struct opt_bool is_public;
    struct opt_i64 seed;
    struct opt_f64 ratio;
    struct str text;
    struct str_list tags;
    int64_t from;
    int order;
    const struct json *parts;
};

static const struct field wanted_query[] = {
    { FIELD(struct wanted, limit), .min = 1, .max = 200 },
    { FIELD(struct wanted, score), .max = 1 },
    { FIELD(struct wanted, starred) },
    { FIELD(struct wanted, is_public) },
    { FIELD(struct wanted, seed) },
    { FIELD(struct wanted, ratio) },
    { FIELD(struct wanted, text), .max = 20 },
    { FIELD(struct wanted, tags), .max = 3 },
    { FIELD_TIME(struct wanted, from) },
    { FIELD_ENUM(struct wanted, order, order_names) },
    { FIELD(struct wanted, parts) },
    { 0 },
};

static void a_query_is_split_and_decoded(void **state)
{
    static const struct {
        const char *query;
        const char *pairs[3][2];
    } cases[] = {
        { "", { { NULL } } },
        { "&&", { { NULL } } },
        { "a=1", { { "a", "1" } } },
        { "a=1&b=2&", { { "a", "1" }, { "b", "2" } } },
        { "a", { { "a", "" } } },
        { "a=", { { "a", "" } } },
        { "a=b=c", { { "a", "b=c" } } },
        { "a+b=c+d", { { "a b", "c d" } } },
        { "a%2Bb=%26%3D%25", { { "a+b", "&=%" } } },
        { "q=caf%C3%A9&r=\xc3\xa9", { { "q", "caf\xc3\xa9" }, { "r", "\xc3\xa9" } } },
        { "A=1&a=2", { { "A", "1" }, { "a", "2" } } },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct json got = { 0 };
        struct err e = { 0 };
        size_t count = 0;

        CHECK_OK(query_parse(&a, str_from(cases[i].query), &got, &e));
        CHECK_I64(got.type, JSON_OBJECT);
        for (; count < 3 && cases[i].pairs[count][0] != NULL; count++)
            CHECK_STR(json_get_str(&got, cases[i].pairs[count][0]),
                      str_from(cases[i].pairs[count][1]));
        CHECK_I64(got.object.count, count);
    }
}

static void what_is_no_query_is_refused(void **state)
{
    static const struct {
        const char *query, *message;
    } cases[] = {
        { "a=%", "the query has a broken escape" },
        { "a=%1", "the query has a broken escape" },
        { "%xx=1", "the query has a broken escape" },
        { "a=%ff", "the query holds bytes that are not text" },
        { "a=%00", "the query holds bytes that are not text" },
        { "a=b%0Ac", "the query holds bytes that are not text" },
        { "%7f=1", "the query holds bytes that are not text" },
        { "a=\xc0\x80", "the query holds bytes that are not text" },
        { "=1", "the query has a value without a name" },
        { "=", "the query has a value without a name" },
        { "a=1&b=2&a=3", "'a' is given twice" },
        { "a=1&%61", "'a' is given twice" },
    };
    AUTO_ARENA a = { 0 };
    struct json got = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_FAILS(query_parse(&a, str_from(cases[i].query), &got, &e), ERR_MALFORMED,
                    cases[i].message);
}

static void only_so_many_and_so_long_names_are_taken(void **state)
{
    AUTO_ARENA a = { 0 };
    AUTO_BUF b = { 0 };
    struct json got = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    buf_init(&b, 4096);
    for (int i = 0; i < QUERY_MAX_PARAMS; i++)
        buf_putf(&b, "n%d=%d&", i, i);
    CHECK_OK(query_parse(&a, buf_str(&b), &got, &e));
    CHECK_I64(got.object.count, QUERY_MAX_PARAMS);
    buf_put(&b, STR("more=1"));
    CHECK_FAILS(query_parse(&a, buf_str(&b), &got, &e), ERR_MALFORMED,
                "the query has more than 64 parameters");
    buf_clear(&b);
    for (int i = 0; i < FIELD_NAME_MAX; i++)
        buf_put_char(&b, 'n');
    CHECK_OK(query_parse(&a, buf_str(&b), &got, &e));
    buf_put_char(&b, 'n');
    CHECK_FAILS(query_parse(&a, buf_str(&b), &got, &e), ERR_MALFORMED,
                "the query has a name of more than 64 bytes");
}

static void text_becomes_what_the_table_says(void **state)
{
    AUTO_ARENA a = { 0 };
    struct wanted got = { .limit = 50, .order = 0 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(query_decode(&a,
                          STR("limit=200&score=0.5&starred=true&isPublic=0&seed=-7&ratio=1e2"
                              "&text=a+b&tags=x,y%2Cz&from=2026-11-21T08:30:00Z&order=oldest"),
                          wanted_query, &got, &e));
    CHECK_I64(got.limit, 200);
    CHECK(got.score == 0.5 && got.ratio.set && got.ratio.value == 100);
    CHECK(got.starred && got.is_public.set && !got.is_public.value);
    CHECK(got.seed.set && got.seed.value == -7);
    CHECK_STR(got.text, STR("a b"));
    CHECK_I64(got.tags.count, 3);
    CHECK_STR(got.tags.items[2], STR("z"));
    CHECK_I64(got.from, 1795249800000);
    CHECK_I64(got.order, 1);
}

static void what_is_absent_keeps_its_default(void **state)
{
    AUTO_ARENA a = { 0 };
    struct wanted got = { .limit = 50, .text = STR("none") };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(query_decode(&a, STR("is_public=1&tags="), wanted_query, &got, &e));
    CHECK_I64(got.limit, 50);
    CHECK_STR(got.text, STR("none"));
    CHECK(got.is_public.set && got.is_public.value && !got.seed.set);
    CHECK_I64(got.tags.count, 0);
}

static void a_bad_value_names_its_field(void **state)
{
    static const struct {
        const char *query, *field, *message;
    } cases[] = {
        { "limit=abc", "limit", "'limit' must be a whole number" },
        { "limit=", "limit", "'limit' must be a whole number" },
        { "limit=+5", "limit", "'limit' must be a whole number" },
        { "limit=5.0", "limit", "'limit' must be a whole number" },
        { "limit=99999999999999999999", "limit", "'limit' must be a whole number" },
        { "limit=0", "limit", "'limit' must be from 1 to 200" },
        { "score=x", "score", "'score' must be a number" },
        { "score=nan", "score", "'score' must be a number" },
        { "score=1e999", "score", "'score' must be a number" },
        { "starred=yes", "starred", "'starred' must be true or false" },
        { "isPublic=TRUE", "isPublic", "'isPublic' must be true or false" },
        { "tags=a,,b", "tags", "'tags' must be a list separated by commas, without empty items" },
        { "tags=a,", "tags", "'tags' must be a list separated by commas, without empty items" },
        { "from=yesterday", "from", "'from' must be a time such as 2026-11-21T08:30:00Z" },
        { "order=up", "order", "'order' must be one of newest, oldest" },
        { "parts={}", "parts", "'parts' must be in the body: it has parts" },
        { "colour=1", "colour", "unknown field 'colour'" },
        { "ispublic=1", "ispublic", "unknown field 'ispublic' (did you mean 'isPublic'?)" },
        { "limits=1", "limits", "unknown field 'limits' (did you mean 'limit'?)" },
        { "is_public=1&isPublic=0", "isPublic", "'isPublic' is there twice" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct wanted got = { 0 };
        struct err e = { 0 };

        CHECK_FAILS(query_decode(&a, str_from(cases[i].query), wanted_query, &got, &e), ERR_INVALID,
                    cases[i].message);
        CHECK_TEXT(e.field, cases[i].field);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_query_is_split_and_decoded),
        TEST(what_is_no_query_is_refused),
        TEST(only_so_many_and_so_long_names_are_taken),
        TEST(text_becomes_what_the_table_says),
        TEST(what_is_absent_keeps_its_default),
        TEST(a_bad_value_names_its_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
