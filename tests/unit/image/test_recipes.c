/* Recipes of other programs: files as they write them, through extraction, into the one struct. */
#include <stdio.h>

#include "base/file.h"
#include "check.h"
#include "image/helper/codec.h"
#include "image/recipe/reading.h"
#include "pictures.h"
#include "recipe_cases.h"

enum { LEAST_CASES = 30 };

static struct err e;

/* The texts of the file, as the helper finds them. */
static size_t extract(struct arena *a, struct str file, struct image_text **out)
{
    AUTO_FD fd = file_of(file);
    AUTO_PICTURE picture = { 0 };
    AUTO_BUF records;
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
    AUTO_BUF b;
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
