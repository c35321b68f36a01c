/* What the built-in renderer writes down: read back by the readers of other programs' texts, and
 * handed on from picture to picture. */
#include "check.h"

#include "base/arena.h"
#include "base/json.h"
#include "image/recipe/recipe.h"
#include "provider/sketch_recipe.h"

static void the_texts_of_a_file_read_back_as_what_was_asked_for(void **state)
{
    static const struct {
        const char *prompt, *negative, *style;
        int64_t seed, width, height;
    } cases[] = {
        { "a red fox", NULL, NULL, 7, 256, 192 },
        { "two\nlines, with: commas", "fog\nand rain", "oil", 0, 0, 0 },
        { "ein Fuchs, 狐, \"quoted\\\"", "x", "stained glass, by night: \"blue\"", 1LL << 40, 16,
          4096 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct gen_request request = { .prompt = str_from(cases[i].prompt),
                                       .negative_prompt = str_from(cases[i].negative),
                                       .style = str_from(cases[i].style),
                                       .seed = { true, cases[i].seed },
                                       .width = cases[i].width,
                                       .height = cases[i].height };
        struct image_recipe in = sketch_file_recipe(&a, &request, (struct str){ 0 });
        const struct image_text texts[] = { { STR("parameters"), in.parameters },
                                            { STR("albumen"), in.json } };

        for (size_t k = 0; k < COUNT(texts); k++) {
            struct recipe read = { 0 };
            int64_t width = cases[i].width > 0 ? cases[i].width : SKETCH_SIDE_DEFAULT;

            CHECK(recipe_read(&a, &texts[k], 1, &read));
            CHECK_STR(read.prompt, request.prompt);
            CHECK(str_eq(read.negative_prompt, request.negative_prompt));
            CHECK_I64(recipe_seed(&read).value, cases[i].seed);
            CHECK_I64(read.width.value, width);
            if (k == 1)
                CHECK(str_eq(read.style, request.style));
        }
        CHECK_STR(in.source_type, STR("algorithmicMedia"));
        CHECK_STR(in.description, request.prompt);
    }
}

/* The recipe of a picture as the library keeps it, made of `prompt` with `source` behind it. */
static struct str library_recipe(struct arena *a, const char *prompt, struct str source)
{
    return arena_strf(a,
                      "{\"backend\":\"x\",\"provider\":\"sketch\",\"request\":{\"prompt\":\"%s\","
                      "\"seed\":1},\"references\":[%s],\"metadata\":{\"reference\":" STR_FMT "}}",
                      prompt, str_is_null(source) ? "" : "{}",
                      STR_ARG(str_is_null(source) ? STR("null") : source));
}

static struct str source_of(struct arena *a, struct str recipe)
{
    struct gen_reference reference = { .recipe = recipe };
    struct gen_request request = { .references = &reference, .reference_count = 1 };

    return sketch_source(a, &request);
}

static void a_chain_of_pictures_keeps_its_first_and_its_nearest(void **state)
{
    AUTO_ARENA a = { 0 };
    struct str source = { 0 };

    UNUSED(state);
    for (int i = 0; i < 20; i++) {
        char prompt[8] = { 'p', (char)('a' + i) };

        source = source_of(&a, library_recipe(&a, prompt, source));
        CHECK(!str_is_null(source));
    }
    CHECK(str_find(source, STR("\"pa\"")) < source.len);
    CHECK(str_find(source, STR("\"pt\"")) < str_find(source, STR("\"ps\"")));
    CHECK(str_find(source, STR("\"ps\"")) < str_find(source, STR("\"pa\"")));
    CHECK(str_find(source, STR("\"pc\"")) == source.len);
    CHECK_I64(source.len < 1000, true);
}

static void pictures_that_are_known_by_their_pixels_alone_have_no_source(void **state)
{
    AUTO_ARENA a = { 0 };
    const struct str recipes[] = {
        { 0 },
        STR("no JSON"),
        STR("[]"),
        STR("{}"),
        STR("{\"provider\":\"mock\",\"request\":{\"prompt\":\"x\"}}"),
        STR("{\"provider\":\"sketch\"}"),
        STR("{\"provider\":\"sketch\",\"request\":[]}"),
        STR("{\"provider\":\"sketch\",\"request\":{\"prompt\":5}}"),
        /* It went by a photograph. */
        STR("{\"provider\":\"sketch\",\"request\":{\"prompt\":\"x\"},\"references\":[{}]}"),
    };
    struct gen_request none = { .prompt = STR("x") };

    UNUSED(state);
    CHECK(str_is_null(sketch_source(&a, &none)));
    for (size_t i = 0; i < COUNT(recipes); i++)
        CHECK(str_is_null(source_of(&a, recipes[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_texts_of_a_file_read_back_as_what_was_asked_for),
        TEST(a_chain_of_pictures_keeps_its_first_and_its_nearest),
        TEST(pictures_that_are_known_by_their_pixels_alone_have_no_source),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
