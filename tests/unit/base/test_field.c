/* Field tables: finding entries in either spelling, the nearest name, and types taken from the
 * members. */
#include "check.h"

#include "base/field.h"

struct json;

enum colour { RED, GREEN };
static const char *const colours[] = { "red", "green", NULL };

struct inner {
    int64_t depth;
};

struct sample {
    bool is_public;
    int64_t album_id, width;
    double guidance;
    struct str prompt;
    struct opt_bool maybe;
    struct opt_i64 seed;
    struct opt_f64 ratio;
    struct str_list tags;
    const struct json *options;
    int64_t created_at;
    enum colour colour;
    struct inner inner;
    struct field_list items;
    struct str cards_2x;
};

static const struct field inner_fields[] = { { FIELD(struct inner, depth) }, { 0 } };

static const struct field fields[] = {
    { FIELD(struct sample, is_public) },
    { FIELD(struct sample, album_id) },
    { FIELD_NAMED(struct sample, width, "w") },
    { FIELD(struct sample, guidance) },
    { FIELD(struct sample, prompt) },
    { FIELD(struct sample, maybe) },
    { FIELD(struct sample, seed) },
    { FIELD(struct sample, ratio) },
    { FIELD(struct sample, tags) },
    { FIELD(struct sample, options) },
    { FIELD_TIME(struct sample, created_at) },
    { FIELD_ENUM(struct sample, colour, colours) },
    { FIELD_OBJECT(struct sample, inner, inner_fields) },
    { FIELD_LIST(struct sample, items, struct inner, inner_fields) },
    { FIELD(struct sample, cards_2x) },
    { 0 },
};

static void types_and_places_come_from_the_members(void **state)
{
    static const enum field_type types[] = { FIELD_BOOL,    FIELD_I64,     FIELD_I64,
                                             FIELD_F64,     FIELD_STR,     FIELD_OPT_BOOL,
                                             FIELD_OPT_I64, FIELD_OPT_F64, FIELD_STRS,
                                             FIELD_JSON,    FIELD_TIME,    FIELD_ENUM,
                                             FIELD_OBJECT,  FIELD_LIST,    FIELD_STR };

    UNUSED(state);
    CHECK_I64(field_count(fields), COUNT(types));
    for (size_t i = 0; i < COUNT(types); i++)
        CHECK_I64(fields[i].type, types[i]);
    CHECK_I64(fields[1].offset, offsetof(struct sample, album_id));
    CHECK_I64(fields[11].offset, offsetof(struct sample, colour));
    CHECK_I64(fields[13].offset, offsetof(struct sample, items));
    CHECK_I64(fields[13].item_bytes, sizeof(struct inner));
    CHECK_TEXT(fields[2].name, "w");
}

static void either_spelling_finds_the_entry_and_no_third_does(void **state)
{
    static const struct {
        const char *name;
        int index; /* -1: none */
    } cases[] = {
        { "album_id", 1 },  { "albumId", 1 },    { "is_public", 0 }, { "isPublic", 0 },
        { "w", 2 },         { "prompt", 4 },     { "cards_2x", 14 }, { "cards2x", 14 },
        { "", -1 },         { "album", -1 },     { "albumid", -1 },  { "AlbumId", -1 },
        { "album_Id", -1 }, { "album_id_", -1 }, { "ALBUM_ID", -1 }, { "albumIdx", -1 },
        { "width", -1 },    { "album__id", -1 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct field *f = field_find(fields, str_from(cases[i].name));

        if (f != (cases[i].index < 0 ? NULL : &fields[cases[i].index]))
            fail_msg("'%s' found %s", cases[i].name, f != NULL ? f->name : "nothing");
    }
    CHECK(field_find(fields, str_of("prompt\0", 7)) == NULL);
    CHECK(field_find(fields, (struct str){ 0 }) == NULL);
    CHECK(field_name_is(&fields[1], STR("albumId")) && !field_name_is(&fields[1], STR("albumID")));
}

static void the_nearest_entry_is_suggested_when_it_is_near(void **state)
{
    static const struct {
        const char *name, *nearest;
    } cases[] = {
        { "promt", "prompt" },
        { "album_di", "album_id" },
        { "Guidence", "guidance" },
        { "frobnicate", NULL },
        { "zzz", NULL },
        { "created_on", "created_at" },
        { "", NULL },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct field *f = field_nearest(fields, str_from(cases[i].name));

        if (cases[i].nearest == NULL ? f != NULL && strlen(cases[i].name) > 0 : f == NULL)
            fail_msg("'%s' is near %s", cases[i].name, f != NULL ? f->name : "nothing");
        if (cases[i].nearest != NULL)
            CHECK_TEXT(f->name, cases[i].nearest);
    }
    CHECK(field_nearest(&fields[COUNT(fields) - 1], STR("prompt")) == NULL);
}

static void camel_case_is_made_from_lower_case(void **state)
{
    static const struct {
        const char *snake, *camel;
    } cases[] = {
        { "album_id", "albumId" },
        { "a", "a" },
        { "is_training_source", "isTrainingSource" },
        { "cards_2x", "cards2x" },
        { "trailing_", "trailing_" },
        { "_leading", "Leading" },
        { "a_very_long_name_that_has_exactly_sixty_four_characters_in_it_xx",
          "aVeryLongNameThatHasExactlySixtyFourCharactersInItXx" },
    };
    char out[FIELD_NAME_MAX + 1];

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        field_camel(cases[i].snake, out);
        CHECK_TEXT(out, cases[i].camel);
    }
}

static void enum_names_are_found_exactly(void **state)
{
    UNUSED(state);
    CHECK_I64(enum_find(colours, STR("red")), RED);
    CHECK_I64(enum_find(colours, STR("green")), GREEN);
    CHECK_I64(enum_find(colours, STR("Green")), -1);
    CHECK_I64(enum_find(colours, STR("")), -1);
    CHECK_I64(enum_find(colours, str_of("red\0", 4)), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(types_and_places_come_from_the_members),
        TEST(either_spelling_finds_the_entry_and_no_third_does),
        TEST(the_nearest_entry_is_suggested_when_it_is_near),
        TEST(camel_case_is_made_from_lower_case),
        TEST(enum_names_are_found_exactly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
