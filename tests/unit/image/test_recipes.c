/* Recipes of other programs: files as they write them, through extraction, into the one struct. */
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include "base/file.h"
#include "base/json.h"
#include "helper.h"
#include "image/helper/codec.h"
#include "pictures.h"
#include "recipe_cases.h"

enum { LEAST_CASES = 30 };

static struct err e;

/* Of this process alone: what else the machine has to do does not count. */
static int64_t cpu_ms(void)
{
    return (int64_t)clock() * 1000 / CLOCKS_PER_SEC;
}

/* The texts of the file, as the helper finds them. */
static size_t extract(struct arena *a, struct str file, struct image_text **out)
{
    AUTO_FD fd = file_of(file);
    AUTO_PICTURE picture = { 0 };
    AUTO_BUF records = { 0 };
    struct image_text text;
    struct str rest;
    size_t count = 0;

    buf_init(&records, IMAGE_MAX_PAYLOAD);
    CHECK_OK(picture_open(fd, a, &records, &picture, &e));
    rest = arena_str(a, buf_str(&records));
    *out = arena_array(a, struct image_text, 64);
    while (count < 64 && image_record_next(&rest, &text))
        (*out)[count++] = text;
    return count;
}

/* Settings and raw texts of which a description says nothing are not compared. */
static struct str wanted_part(struct arena *a, struct str got, struct str want)
{
    AUTO_BUF b = { 0 };
    struct str line;

    buf_init(&b, 4 * MIB);
    for (bool more = true; more;) {
        struct str with_end;

        more = str_cut(got, '\n', &line, &got);
        with_end = arena_strf(a, STR_FMT "\n", STR_ARG(line));
        if (line.len == 0 || ((str_starts(line, STR("set ")) || str_starts(line, STR("raw: "))) &&
                              str_find(want, with_end) == want.len))
            continue;
        buf_put(&b, with_end);
    }
    return arena_str(a, buf_str(&b));
}

static bool check_case(struct arena *a, const char *format, const struct recipe_case *c)
{
    struct image_text *texts;
    size_t count = extract(a, recipe_case_file(a, c), &texts);
    struct recipe recipe;
    struct str all = STR("none\n"), got;

    if (recipe_read(a, texts, count, &recipe))
        all = recipe_describe(a, &recipe);
    got = wanted_part(a, all, c->want);
    if (str_eq(got, c->want))
        return true;
    print_message("%s: " STR_FMT ": expected\n" STR_FMT "got\n" STR_FMT "\n", format,
                  STR_ARG(c->name), STR_ARG(c->want), STR_ARG(all));
    return false;
}

static void check_format(const char *format)
{
    AUTO_ARENA a = { 0 };
    struct recipe_case *cases;
    size_t count = recipe_cases_load(&a, format, &cases), failed = 0;

    for (size_t i = 0; i < count; i++) {
        AUTO_ARENA own = { 0 };

        failed += !check_case(&own, format, &cases[i]);
    }
    if (failed > 0)
        fail_msg("%zu of %zu files of %s gave another recipe", failed, count, format);
    if (count < LEAST_CASES)
        fail_msg("%s has %zu files, at least %d were expected", format, count, LEAST_CASES);
}

static void files_of_a1111_give_their_recipe(void **state)
{
    UNUSED(state);
    check_format("a1111");
}

static void files_of_forge_and_others_like_it_give_their_recipe(void **state)
{
    UNUSED(state);
    check_format("forge");
}

static void files_of_comfyui_give_their_recipe(void **state)
{
    UNUSED(state);
    check_format("comfyui");
}

static void files_of_invokeai_give_their_recipe(void **state)
{
    UNUSED(state);
    check_format("invokeai");
}

static void files_of_swarmui_give_their_recipe(void **state)
{
    UNUSED(state);
    check_format("swarmui");
}

static void files_of_novelai_give_their_recipe(void **state)
{
    UNUSED(state);
    check_format("novelai");
}

static void files_of_fooocus_give_their_recipe(void **state)
{
    UNUSED(state);
    check_format("fooocus");
}

static void files_of_our_own_give_their_recipe(void **state)
{
    UNUSED(state);
    check_format("albumen");
}

static const char *const formats[] = { "a1111",   "forge",   "comfyui", "invokeai",
                                       "swarmui", "novelai", "fooocus", "albumen" };

/* Up to `end`, and not into a character. */
static struct str cut_text(struct str text, size_t end)
{
    while (end > 0 && end < text.len && ((unsigned char)text.ptr[end] & 0xC0) == 0x80)
        end--;
    return str_slice(text, 0, end);
}

static void check_cuts(const struct recipe_case *c)
{
    enum { CUTS = 60 };

    for (size_t cut = 0; cut <= CUTS; cut++) {
        AUTO_ARENA a = { 0 };
        struct image_text *texts;
        size_t count = extract(&a, recipe_case_file(&a, c), &texts);
        struct recipe recipe;

        for (size_t i = 0; i < count; i++)
            texts[i].value = cut_text(texts[i].value, texts[i].value.len * cut / CUTS);
        if (recipe_read(&a, texts, count, &recipe))
            CHECK(str_is_utf8(recipe_describe(&a, &recipe)));
    }
}

static void texts_that_are_cut_off_give_a_part_or_nothing(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT(formats); i++) {
        AUTO_ARENA a = { 0 };
        struct recipe_case *cases;
        size_t count = recipe_cases_load(&a, formats[i], &cases);

        for (size_t k = 0; k < count; k += 4)
            check_cuts(&cases[k]);
    }
}

static struct recipe read_one(struct arena *a, const char *keyword, struct str value)
{
    struct image_text text = { str_from(keyword), value };
    struct recipe recipe = { 0 };

    CHECK(recipe_read(a, &text, 1, &recipe));
    return recipe;
}

static void what_is_too_much_is_left_out(void **state)
{
    AUTO_ARENA a = { 0 };
    AUTO_BUF text = { 0 };
    struct recipe r;

    UNUSED(state);
    buf_init(&text, MIB);
    for (int i = 0; i < 200; i++)
        buf_putf(&text, "<lora:l%d:1> ", i);
    buf_put(&text, STR("\nSteps: 20, Sampler: Euler, Seed: 1"));
    for (int i = 0; i < 190; i++)
        buf_putf(&text, ", Extra %d: %d", i, i);
    r = read_one(&a, "parameters", buf_str(&text));
    CHECK_I64(r.loras.count, RECIPE_MAX_LORAS);
    CHECK_I64(r.settings.count, RECIPE_MAX_SETTINGS);

    buf_clear(&text);
    buf_put(&text, STR("a kite\nSteps: 20, Sampler: Euler, Seed: 1, Long: "));
    for (int i = 0; i < RECIPE_MAX_VALUE + 1; i++)
        buf_put_char(&text, 'x');
    buf_put(&text, STR(", Short: y"));
    r = read_one(&a, "parameters", buf_str(&text));
    CHECK_I64(r.settings.count, 1);
    CHECK_STR(((struct recipe_setting *)r.settings.items)->name, STR("Short"));
}

/* Nodes that all lead to all others: without a budget there are more ways through than years. */
static struct str mesh_of(struct arena *a, int nodes)
{
    AUTO_BUF text = { 0 };

    buf_init(&text, 4 * MIB);
    buf_put(&text, STR("{\"0\":{\"class_type\":\"SaveImage\",\"inputs\":{\"images\":[\"1\",0]}}"));
    for (int i = 1; i < nodes; i++) {
        buf_putf(&text, ",\"%d\":{\"class_type\":\"KSampler\",\"inputs\":{\"seed\":[\"%d\",0]", i,
                 i + 1);
        for (int k = 1; k < 8; k++)
            buf_putf(&text, ",\"%s%d\":[\"%d\",0]", k % 2 == 0 ? "text" : "conditioning", k,
                     (i * 7 + k) % nodes);
        buf_putf(&text, ",\"positive\":[\"%d\",0]}}", (i + 3) % nodes);
    }
    buf_put(&text, STR("}"));
    return arena_str(a, buf_str(&text));
}

static void a_mesh_of_nodes_comes_to_an_end(void **state)
{
    AUTO_ARENA a = { 0 };
    int64_t start = cpu_ms();
    struct recipe r = read_one(&a, "prompt", mesh_of(&a, 3000));

    UNUSED(state);
    CHECK_STR(r.format, STR("comfyui"));
    if (cpu_ms() - start > 5000)
        fail_msg("it took %lld ms", (long long)(cpu_ms() - start));
}

/* Two nodes that join what the next one gives, often; the last gives as much as a prompt may have.
 */
static struct str joins_of(struct arena *a)
{
    AUTO_BUF text = { 0 };

    buf_init(&text, MIB);
    buf_put(&text,
            STR("{\"0\":{\"class_type\":\"KSampler\","
                "\"inputs\":{\"seed\":1,\"positive\":[\"1\",0]}},"
                "\"1\":{\"class_type\":\"CLIPTextEncode\",\"inputs\":{\"text\":[\"2\",0]}}"));
    for (int i = 2; i < 4; i++) {
        buf_putf(&text,
                 ",\"%d\":{\"class_type\":\"Text Concatenate\",\"inputs\":{\"delimiter\":\"\"", i);
        for (int k = 0; k < 250; k++)
            buf_putf(&text, ",\"text%d\":[\"%d\",0]", k, i + 1);
        buf_put(&text, STR("}}"));
    }
    buf_put(&text, STR(",\"4\":{\"class_type\":\"Text Concatenate\",\"inputs\":{\"text\":\""));
    for (int i = 0; i < 60 * 1024; i++)
        buf_put_char(&text, 'x');
    buf_put(&text, STR("\"}}}"));
    return arena_str(a, buf_str(&text));
}

static void joined_texts_take_little_memory(void **state)
{
    AUTO_ARENA a = { 0 };
    struct str text = joins_of(&a);
    struct rusage before, after;

    UNUSED(state);
    getrusage(RUSAGE_SELF, &before);
    CHECK_I64(read_one(&a, "prompt", text).prompt.len, 60 * 1024);
    getrusage(RUSAGE_SELF, &after);
    CHECK(after.ru_maxrss - before.ru_maxrss < 64 * 1024);
}

/* Each of them could be the picture's, and none has a sampler. */
static struct str outputs_of(struct arena *a, int nodes, int inputs)
{
    AUTO_BUF text = { 0 };

    buf_init(&text, 4 * MIB);
    for (int i = 0; i < nodes; i++) {
        buf_putf(&text, "%s\"%d\":{\"class_type\":\"SaveImage\",\"inputs\":{", i == 0 ? "{" : ",",
                 i);
        for (int k = 0; k < inputs; k++)
            buf_putf(&text, "\"x%d\":1,", k);
        buf_put(&text, STR("\"image\":1}}"));
    }
    buf_put(&text, STR("}"));
    return arena_str(a, buf_str(&text));
}

static void many_outputs_without_a_sampler_are_seen_quickly(void **state)
{
    AUTO_ARENA a = { 0 };
    struct str text = outputs_of(&a, 4000, 10);
    int64_t start = cpu_ms();
    struct recipe r = read_one(&a, "prompt", text);

    UNUSED(state);
    CHECK_STR(r.format, STR("comfyui"));
    if (cpu_ms() - start > 1000)
        fail_msg("it took %lld ms", (long long)(cpu_ms() - start));
}

/* What a reader might look at again and again. */
static void large_texts_are_read_quickly(void **state)
{
    static const char *const keywords[] = { "parameters",        "prompt",
                                            "workflow",          "Dream",
                                            "UserComment",       "sd-metadata",
                                            "invokeai_metadata", "XML:com.adobe.xmp" };
    static const char *const pieces[] = {
        "<lora:",
        "<lora:a:1>",
        "{",
        "[",
        "{\"a\":",
        "\"",
        "\\",
        "Steps: {",
        "a: \"b, ",
        "word ",
        "word: ",
        "a:",
        "\n",
        "Negative prompt: a\n",
        "-a ",
        "[a]",
        "&#1;",
        "<sdcpp:parameters",
        "{\"1\":{\"class_type\":\"KSampler\",\"inputs\":{}},",
        "\xF0\x9F\xAA\x81",
        "99999999999999999999,",
        "NaN,",
        "\"\\ud83d\",",
        "1:2, ",
    };

    enum { BYTES = 512 * 1024, MOST_MS = 4000 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(pieces); i++) {
        AUTO_ARENA a = { 0 };
        AUTO_BUF text = { 0 };
        struct recipe recipe;
        int64_t start = cpu_ms();

        buf_init(&text, BYTES + 64);
        if (pieces[i][0] == '{' || pieces[i][0] == '[' || pieces[i][0] == '"')
            buf_put(&text, STR("{\"sui_image_params\":["));
        while (text.len < BYTES - 64)
            buf_put(&text, str_from(pieces[i]));
        buf_put(&text, STR(", Steps: 1, Seed: 2"));
        for (size_t k = 0; k < COUNT(keywords); k++) {
            struct image_text one = { str_from(keywords[k]), buf_str(&text) };

            if (recipe_read(&a, &one, 1, &recipe))
                CHECK(recipe.settings.count <= RECIPE_MAX_SETTINGS);
        }
        if (cpu_ms() - start > MOST_MS)
            fail_msg("'%s' took %lld ms", pieces[i], (long long)(cpu_ms() - start));
    }
}

static void a_seed_is_a_number_where_it_fits(void **state)
{
    static const struct {
        const char *seed;
        bool fits;
        int64_t value;
    } cases[] = { { "0", true, 0 },
                  { "9223372036854775807", true, INT64_MAX },
                  { "9223372036854775808", false, 0 },
                  { "", false, 0 } };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct recipe r = { .seed = str_from(cases[i].seed) };

        CHECK_I64(recipe_seed(&r).set, cases[i].fits);
        CHECK_I64(recipe_seed(&r).value, cases[i].value);
    }
}

static void a_recipe_is_written_as_json(void **state)
{
    AUTO_ARENA a = { 0 };
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text, .spelling = JSON_CAMEL };
    struct recipe r =
        read_one(&a, "parameters",
                 STR("a kite <lora:ink:0.5>\nSteps: 20, Sampler: Euler a, Seed: 1, Clip skip: 2"));

    UNUSED(state);
    buf_init(&text, MIB);
    json_put_struct(&w, recipe_json, &r);
    CHECK_STR(
        buf_str(&text),
        STR("{\"format\":\"a1111\",\"program\":null,\"version\":null,"
            "\"prompt\":\"a kite <lora:ink:0.5>\",\"negativePrompt\":null,\"style\":null,"
            "\"width\":null,\"height\":null,\"seed\":\"1\",\"steps\":20,\"guidance\":null,"
            "\"sampler\":\"Euler a\",\"scheduler\":null,\"model\":null,\"modelHash\":null,"
            "\"loras\":[{\"name\":\"ink\",\"hash\":null,\"weight\":0.5}],"
            "\"settings\":[{\"name\":\"Clip skip\",\"value\":\"2\"}],"
            "\"raw\":[{\"keyword\":\"parameters\",\"text\":\"a kite <lora:ink:0.5>\\nSteps: 20, "
            "Sampler: Euler a, Seed: 1, Clip skip: 2\"}]}"));
}

/* Through the program that decodes, as the server has it. */
static void the_helper_hands_the_texts_over(void **state)
{
    AUTO_ARENA a = { 0 };
    struct image_service *service = service_with((struct image_options){ 0 });
    struct recipe_case *cases;
    size_t count = recipe_cases_load(&a, "a1111", &cases);

    UNUSED(state);
    for (size_t i = 0; i < count; i++) {
        AUTO_FD fd = file_of(recipe_case_file(&a, &cases[i]));
        struct image_info info;
        struct recipe recipe;
        struct str got = STR("none\n");

        CHECK_OK(image_probe(service, fd, &a, &info, &e));
        if (recipe_read(&a, info.texts, info.text_count, &recipe))
            got = wanted_part(&a, recipe_describe(&a, &recipe), cases[i].want);
        CHECK_STR(got, cases[i].want);
    }
    image_service_destroy(service);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files_of_a1111_give_their_recipe),
        TEST(files_of_forge_and_others_like_it_give_their_recipe),
        TEST(files_of_comfyui_give_their_recipe),
        TEST(files_of_invokeai_give_their_recipe),
        TEST(files_of_swarmui_give_their_recipe),
        TEST(files_of_novelai_give_their_recipe),
        TEST(files_of_fooocus_give_their_recipe),
        TEST(files_of_our_own_give_their_recipe),
        TEST(texts_that_are_cut_off_give_a_part_or_nothing),
        TEST(what_is_too_much_is_left_out),
        TEST(a_mesh_of_nodes_comes_to_an_end),
        TEST(joined_texts_take_little_memory),
        TEST(many_outputs_without_a_sampler_are_seen_quickly),
        TEST(large_texts_are_read_quickly),
        TEST(a_seed_is_a_number_where_it_fits),
        TEST(a_recipe_is_written_as_json),
        TEST(the_helper_hands_the_texts_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
