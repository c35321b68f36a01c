/* JSON into structs by their tables: what is filled, what is kept, and errors that name the field.
 */
#include "check.h"

#include "base/json.h"

static struct arena arena;

static int teardown(void **state)
{
    UNUSED(state);
    arena_deinit(&arena);
    return 0;
}

enum mood { CALM, WILD };
static const char *const moods[] = { "calm", "wild", NULL };

struct shot {
    struct str label;
    int64_t index;
};

struct frame {
    int64_t width;
    struct shot cover;
};

struct album {
    struct str name, subject_desc;
    bool is_public;
    int64_t priority, big;
    double guidance, at_least;
    struct opt_bool maybe;
    struct opt_i64 seed;
    struct opt_f64 ratio;
    struct str_list tags;
    const struct json *options;
    int64_t created_at;
    enum mood mood;
    struct frame frame;
    struct field_list shots;
};

static const struct field shot_fields[] = {
    { FIELD(struct shot, label), .required = true, .min = 1, .max = 10 },
    { FIELD(struct shot, index), .min = 0, .max = 99 },
    { 0 },
};
static const struct field frame_fields[] = {
    { FIELD(struct frame, width), .min = 64, .max = 4096 },
    { FIELD_OBJECT(struct frame, cover, shot_fields) },
    { 0 },
};
static const struct field album_fields[] = {
    { FIELD(struct album, name), .required = true, .min = 1, .max = 20 },
    { FIELD(struct album, subject_desc), .max = 5 },
    { FIELD(struct album, is_public) },
    { FIELD(struct album, priority), .min = 0, .max = 9 },
    { FIELD(struct album, big) },
    { FIELD(struct album, guidance), .min = 0.5, .max = 20 },
    { FIELD(struct album, at_least), .min = 1, .max = 0 },
    { FIELD(struct album, maybe) },
    { FIELD(struct album, seed), .min = 0, .max = 4294967295.0 },
    { FIELD(struct album, ratio) },
    { FIELD(struct album, tags), .min = 0, .max = 3 },
    { FIELD(struct album, options) },
    { FIELD_TIME(struct album, created_at) },
    { FIELD_ENUM(struct album, mood, moods) },
    { FIELD_OBJECT(struct album, frame, frame_fields) },
    { FIELD_LIST(struct album, shots, struct shot, shot_fields), .min = 0, .max = 4 },
    { 0 },
};

static bool decode(const char *text, enum json_mode mode, struct album *out, struct err *e)
{
    struct json v = { 0 };

    if (!json_parse(&arena, str_from(text), &v, e))
        fail_msg("%s: %s", text, e->msg);
    return json_decode(&arena, &v, album_fields, mode, JSON_CAMEL, out, e);
}

static void every_type_is_filled(void **state)
{
    struct album a = { 0 };
    struct err e = { 0 };
    const struct shot *shots;

    UNUSED(state);
    CHECK_OK(decode(
        "{\"name\":\"fox\",\"subjectDesc\":\"gr\xC3\xBC\xC3\x9F"
        "e\",\"isPublic\":true,\"priority\":9,"
        "\"big\":9007199254740993,\"guidance\":7,\"atLeast\":1.5,\"maybe\":false,\"seed\":0,\"ratio\":-1e-5,"
        "\"tags\":[\"a\",\"b\"],\"options\":{\"x\":[1]},\"createdAt\":\"2026-11-21T08:30:00Z\","
        "\"mood\":\"wild\",\"frame\":{\"width\":64,\"cover\":{\"label\":\"c\"}},"
        "\"shots\":[{\"label\":\"one\",\"index\":1},{\"label\":\"two\"}]}",
        JSON_STRICT, &a, &e));
    CHECK_STR(a.name, STR("fox"));
    CHECK_STR(a.subject_desc, STR("gr\xC3\xBC\xC3\x9F"
                                  "e"));
    CHECK(a.is_public && a.priority == 9 && a.guidance == 7 && a.at_least == 1.5);
    CHECK_I64(a.big, 9007199254740993);
    CHECK(a.maybe.set && !a.maybe.value && a.seed.set && a.seed.value == 0 && a.ratio.set &&
          a.ratio.value == -1e-5);
    CHECK_I64(a.tags.count, 2);
    CHECK_STR(a.tags.items[1], STR("b"));
    CHECK(json_get(a.options, "x")->array.count == 1);
    CHECK_I64(a.created_at, 1795249800000);
    CHECK_I64(a.mood, WILD);
    CHECK_I64(a.frame.width, 64);
    CHECK_STR(a.frame.cover.label, STR("c"));
    CHECK_I64(a.shots.count, 2);
    shots = a.shots.items;
    CHECK_STR(shots[1].label, STR("two"));
    CHECK_I64(shots[0].index, 1);
}

static void what_is_absent_keeps_its_default(void **state)
{
    struct album a = {
        .priority = 5, .subject_desc = STR("kept"), .seed = { true, 7 }, .frame = { .width = 512 }
    };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(decode("{\"name\":\"x\",\"frame\":{}}", JSON_STRICT, &a, &e));
    CHECK(a.priority == 5 && a.seed.set && a.seed.value == 7 && a.frame.width == 512);
    CHECK_STR(a.subject_desc, STR("kept"));
    CHECK_OK(
        decode("{\"name\":\"x\",\"subject_desc\":null,\"seed\":null,\"maybe\":null,\"ratio\":null,"
               "\"options\":null,\"created_at\":null}",
               JSON_STRICT, &a, &e));
    CHECK(str_is_null(a.subject_desc) && !a.seed.set && a.options == NULL && a.created_at == 0);
}

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *text, *field, *message;
    } cases[] = {
        { "5", "", "expected an object, got a whole number" },
        { "[]", "", "expected an object, got a list" },
        { "null", "", "expected an object, got null" },
        { "{}", "name", "'name' is missing" },
        { "{\"name\":null}", "name", "'name' is missing" },
        { "{\"name\":5}", "name", "'name' must be text" },
        { "{\"name\":\"\"}", "name", "'name' is empty" },
        { "{\"name\":\"123456789012345678901\"}", "name",
          "'name' must have from 1 to 20 characters" },
        { "{\"name\":\"a\",\"subjectDesc\":\"123456\"}", "subjectDesc",
          "'subjectDesc' must have from 0 to 5 characters" },
        { "{\"name\":\"a\",\"nmae\":1}", "nmae", "unknown field 'nmae' (did you mean 'name'?)" },
        { "{\"name\":\"a\",\"subjectdesk\":1}", "subjectdesk",
          "unknown field 'subjectdesk' (did you mean 'subjectDesc'?)" },
        { "{\"name\":\"a\",\"frobnicate\":1}", "frobnicate", "unknown field 'frobnicate'" },
        { "{\"name\":\"a\",\"\":1}", "", "unknown field ''" },
        { "{\"name\":\"a\",\"isPublic\":1}", "isPublic", "'isPublic' must be true or false" },
        { "{\"name\":\"a\",\"isPublic\":\"true\"}", "isPublic",
          "'isPublic' must be true or false" },
        { "{\"name\":\"a\",\"isPublic\":null}", "isPublic", "'isPublic' must not be null" },
        { "{\"name\":\"a\",\"priority\":10}", "priority", "'priority' must be from 0 to 9" },
        { "{\"name\":\"a\",\"priority\":-1}", "priority", "'priority' must be from 0 to 9" },
        { "{\"name\":\"a\",\"priority\":1.0}", "priority", "'priority' must be a whole number" },
        { "{\"name\":\"a\",\"priority\":\"1\"}", "priority", "'priority' must be a whole number" },
        { "{\"name\":\"a\",\"big\":9223372036854775808}", "big", "'big' must be a whole number" },
        { "{\"name\":\"a\",\"guidance\":0.4}", "guidance", "'guidance' must be from 0.5 to 20" },
        { "{\"name\":\"a\",\"guidance\":\"7\"}", "guidance", "'guidance' must be a number" },
        { "{\"name\":\"a\",\"atLeast\":0.5}", "atLeast", "'atLeast' must be at least 1" },
        { "{\"name\":\"a\",\"seed\":4294967296}", "seed", "'seed' must be from 0 to 4294967295" },
        { "{\"name\":\"a\",\"tags\":\"a\"}", "tags", "'tags' must be a list of texts" },
        { "{\"name\":\"a\",\"tags\":[\"a\",1]}", "tags", "'tags' must be a list of texts" },
        { "{\"name\":\"a\",\"tags\":[\"a\",\"b\",\"c\",\"d\"]}", "tags",
          "'tags' must have from 0 to 3" },
        { "{\"name\":\"a\",\"createdAt\":5}", "createdAt",
          "'createdAt' must be a time such as 2026-11-21T08:30:00Z" },
        { "{\"name\":\"a\",\"createdAt\":\"today\"}", "createdAt",
          "'createdAt' must be a time such as 2026-11-21T08:30:00Z" },
        { "{\"name\":\"a\",\"mood\":\"mad\"}", "mood", "'mood' must be one of calm, wild" },
        { "{\"name\":\"a\",\"mood\":1}", "mood", "'mood' must be one of calm, wild" },
        { "{\"name\":\"a\",\"mood\":null}", "mood", "'mood' must not be null" },
        { "{\"name\":\"a\",\"frame\":5}", "frame", "'frame' must be an object" },
        { "{\"name\":\"a\",\"frame\":null}", "frame", "'frame' must not be null" },
        { "{\"name\":\"a\",\"frame\":{\"width\":1}}", "frame.width",
          "'frame.width' must be from 64 to 4096" },
        { "{\"name\":\"a\",\"frame\":{\"cover\":{}}}", "frame.cover.label",
          "'frame.cover.label' is missing" },
        { "{\"name\":\"a\",\"frame\":{\"hight\":1}}", "frame.hight",
          "unknown field 'frame.hight'" },
        { "{\"name\":\"a\",\"shots\":{}}", "shots", "'shots' must be a list" },
        { "{\"name\":\"a\",\"shots\":[{\"label\":\"x\"},5]}", "shots[1]",
          "'shots[1]' must be an object" },
        { "{\"name\":\"a\",\"shots\":[{\"label\":\"x\"},{}]}", "shots[1].label",
          "'shots[1].label' is missing" },
        { "{\"name\":\"a\",\"shots\":[{\"label\":\"x\",\"index\":100}]}", "shots[0].index",
          "'shots[0].index' must be from 0 to 99" },
        { "{\"name\":\"a\",\"shots\":[\"x\"]}", "shots[0]", "'shots[0]' must be an object" },
        { "{\"name\":\"a\",\"shots\":[null,null,null,null,null]}", "shots",
          "'shots' must have from 0 to 4" },
        { "{\"name\":\"a\",\"subjectDesc\":\"x\",\"subject_desc\":\"y\"}", "subject_desc",
          "'subject_desc' is there twice" },
        { "{\"name\":\"a\",\"subjectDesc\":null,\"subject_desc\":\"y\"}", "subject_desc",
          "'subject_desc' is there twice" },
    };
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct album a = { 0 };

        CHECK_FAILS(decode(cases[i].text, JSON_STRICT, &a, &e), ERR_INVALID, cases[i].message);
        CHECK_TEXT(e.field, cases[i].field);
    }
}

static void a_reply_may_have_more_than_we_know(void **state)
{
    struct album a = { .priority = 3 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(decode(
        "{\"name\":\"x\",\"new\":{\"a\":1},\"priority\":null,\"isPublic\":null,\"frame\":null,\"shots\":null}",
        JSON_LENIENT, &a, &e));
    CHECK_I64(a.priority, 3);
    CHECK_OK(decode(
        "{\"name\":\"x\",\"createdAt\":null,\"created_at\":\"2026-11-21T08:30:00Z\",\"subjectDesc\":\"a\","
        "\"subject_desc\":\"b\"}",
        JSON_LENIENT, &a, &e));
    CHECK_I64(a.created_at, 1795249800000);
    CHECK_FAILS(decode("{\"name\":\"x\",\"priority\":\"high\"}", JSON_LENIENT, &a, &e), ERR_INVALID,
                "'priority' must be a whole number");
    CHECK_FAILS(decode("{\"name\":null}", JSON_LENIENT, &a, &e), ERR_INVALID, "'name' is missing");
}

static void a_string_without_a_bound_has_one_all_the_same(void **state)
{
    static const struct field free_fields[] = { { FIELD(struct shot, label) }, { 0 } };
    struct json_member member = { .name = STR("label"), .value = { .type = JSON_STR } };
    struct json v = { .type = JSON_OBJECT, .object = { &member, 1 } };
    struct shot shot = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    member.value.str = arena_strf(&arena, "%*s", FIELD_STR_MAX, "");
    CHECK_OK(json_decode(&arena, &v, free_fields, JSON_STRICT, JSON_SNAKE, &shot, &e));
    member.value.str = arena_strf(&arena, "%*s", FIELD_STR_MAX + 1, "");
    CHECK_FAILS(json_decode(&arena, &v, free_fields, JSON_STRICT, JSON_SNAKE, &shot, &e),
                ERR_INVALID, "'label' is longer than 100000 characters");
}

static void what_is_written_decodes_to_the_same(void **state)
{
    static const char text[] =
        "{\"name\":\"fox\",\"subjectDesc\":null,\"isPublic\":true,\"priority\":0,\"big\":-1,"
        "\"guidance\":0.5,\"atLeast\":2.0,\"maybe\":null,\"seed\":5,\"ratio\":0.1,\"tags\":[\"a\"],"
        "\"options\":[null],\"createdAt\":\"2026-11-21T08:30:00.000Z\",\"mood\":\"calm\","
        "\"frame\":{\"width\":64,\"cover\":{\"label\":\"c\",\"index\":0}},"
        "\"shots\":[{\"label\":\"one\",\"index\":1}]}";
    AUTO_BUF out = { 0 };
    struct json_writer w = { .out = &out, .spelling = JSON_CAMEL };
    struct album a = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(decode(text, JSON_STRICT, &a, &e));
    buf_init(&out, MIB);
    json_put_struct(&w, album_fields, &a);
    CHECK_STR(buf_str(&out), str_from(text));
    buf_clear(&out);
    w = (struct json_writer){ .out = &out };
    json_put_struct(&w, shot_fields, a.shots.items);
    CHECK_STR(buf_str(&out), STR("{\"label\":\"one\",\"index\":1}"));
}

static void a_list_may_have_texts_for_objects(void **state)
{
    static const struct field fields[] = {
        { FIELD_LIST(struct album, shots, struct shot, shot_fields), .shorthand = true },
        { 0 },
    };
    struct album a = { .name = STR("") };
    const struct shot *shots;
    struct json v = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(
        json_parse(&arena, STR("{\"shots\":[\"one\",{\"label\":\"two\",\"index\":2}]}"), &v, &e));
    CHECK_OK(json_decode(&arena, &v, fields, JSON_STRICT, JSON_CAMEL, &a, &e));
    CHECK_I64(a.shots.count, 2);
    shots = a.shots.items;
    CHECK_STR(shots[0].label, STR("one"));
    CHECK_I64(shots[0].index, 0);
    CHECK_STR(shots[1].label, STR("two"));
    CHECK_I64(shots[1].index, 2);
    CHECK_OK(json_parse(&arena, STR("{\"shots\":[\"one\",\"\"]}"), &v, &e));
    CHECK_FAILS(json_decode(&arena, &v, fields, JSON_STRICT, JSON_CAMEL, &a, &e), ERR_INVALID,
                "'shots[1].label' is empty");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_list_may_have_texts_for_objects),
        TEST(every_type_is_filled),
        TEST(what_is_absent_keeps_its_default),
        TEST(what_is_wrong_is_named),
        TEST(a_reply_may_have_more_than_we_know),
        TEST(a_string_without_a_bound_has_one_all_the_same),
        TEST(what_is_written_decodes_to_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, teardown);
}
