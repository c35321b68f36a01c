/* Styles in words: the built-in ones, a folder's, and what they make of a request. */
#include "check.h"
#include "scratch.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "work/preset.h"

static char folder[SCRATCH_SIZE];

static void write_style(struct arena *a, const char *name, const char *text)
{
    struct err e = { 0 };

    CHECK_OK(file_write_atomic(arena_strf(a, "%s/%s", folder, name).ptr, str_from(text), 0600, &e));
}

static void remove_style(struct arena *a, const char *name)
{
    unlink(arena_strf(a, "%s/%s", folder, name).ptr);
}

static void a_dozen_styles_are_built_in(void **state)
{
    AUTO_ARENA a = { 0 };
    struct preset_list list;
    struct err e = { 0 };

    (void)state;
    CHECK_OK(presets_load(&a, NULL, &list, &e));
    CHECK(list.count >= 12);
    for (size_t i = 0; i < list.count; i++) {
        const struct preset *p = &list.items[i];

        CHECK(p->built_in && p->title.len > 0 && p->suffix.len > 0 && p->negative.len > 0);
        CHECK(i == 0 || str_cmp(list.items[i - 1].name, p->name) < 0);
        CHECK(preset_find(&list, p->name) == p);
    }
    CHECK(preset_find(&list, STR("nothing")) == NULL);
    CHECK_OK(presets_load(&a, "/nonexistent/styles", &list, &e));
}

static void words_and_defaults_stand_for_the_style(void **state)
{
    static const struct preset one = { .name = { "noir", 4 },
                                       .prefix = { "film still of", 13 },
                                       .suffix = { "grain", 5 },
                                       .negative = { "colour", 6 },
                                       .steps = { true, 30 },
                                       .guidance = { true, 6 },
                                       .width = { true, 1344 },
                                       .height = { true, 768 } };
    const struct preset_list list = { &one, 1 };
    const struct gen_capabilities any = { .min_side = 16, .max_side = 4096 };
    const struct gen_capabilities coarse = { .min_side = 512, .max_side = 1024, .side_step = 512 };
    static const char *const names[] = { "noir", NULL };
    const struct gen_capabilities knows = { .styles = names };
    AUTO_ARENA a = { 0 };
    struct generate_request r = { .prompt = STR("a fox"), .style = STR("noir") }, kept = r;

    (void)state;
    CHECK(preset_apply(&list, &a, &any, &r) == &one);
    CHECK_STR(r.prompt, STR("film still of a fox, grain"));
    CHECK_STR(r.negative_prompt, STR("colour"));
    CHECK(str_is_null(r.style));
    CHECK_I64(r.steps.value, 30);
    CHECK(r.guidance.set && r.guidance.value == 6);
    CHECK_I64(r.width.value, 1344);
    CHECK(preset_apply(&list, &a, &any, &r) == NULL);

    r = kept;
    r.negative_prompt = STR("text");
    r.steps = (struct opt_i64){ true, 4 };
    CHECK(preset_apply(&list, &a, &coarse, &r) == &one);
    CHECK_STR(r.negative_prompt, STR("text, colour"));
    CHECK_I64(r.steps.value, 4);
    CHECK(!r.width.set && !r.height.set);

    r = kept;
    CHECK(preset_apply(&list, &a, &knows, &r) == NULL);
    CHECK_STR(r.style, STR("noir"));
    r.style = STR("other");
    CHECK(preset_apply(&list, &a, &any, &r) == NULL);
    CHECK_STR(r.prompt, STR("a fox"));
}

static void a_folder_adds_and_replaces(void **state)
{
    AUTO_ARENA a = { 0 };
    struct preset_list built_in, list;
    struct err e = { 0 };

    (void)state;
    CHECK_OK(presets_load(&a, NULL, &built_in, &e));
    write_style(&a, "house.yaml", "title: House\nsuffix: teal and orange\nsteps: 8\n");
    write_style(&a, "ink.yaml", "suffix: our own ink\n");
    write_style(&a, "notes.txt", "no style");
    CHECK_OK(presets_load(&a, folder, &list, &e));
    CHECK_I64(list.count, built_in.count + 1);
    CHECK_STR(preset_find(&list, STR("house"))->title, STR("House"));
    CHECK_STR(preset_find(&list, STR("ink"))->suffix, STR("our own ink"));
    CHECK(!preset_find(&list, STR("ink"))->built_in);
    remove_style(&a, "house.yaml");
    remove_style(&a, "ink.yaml");
    remove_style(&a, "notes.txt");
}

static void mistakes_name_file_line_and_key(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "title: x\nsufix: y\n", "line 2: unknown field 'sufix' (did you mean 'suffix'?)" },
        { "steps: many\n", "line 1: 'steps' must be a whole number" },
        { "width: 512\n", "line 1: 'width' goes together with the other side" },
        { "a: [", NULL },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct preset_list list;
        struct str path = arena_strf(&a, "%s/bad.yaml", folder);
        struct err e = { 0 };

        write_style(&a, "bad.yaml", cases[i].text);
        CHECK(!presets_load(&a, folder, &list, &e));
        CHECK(str_starts(str_from(e.msg), path));
        if (cases[i].message != NULL)
            CHECK_TEXT(e.msg + path.len + 2, cases[i].message);
        remove_style(&a, "bad.yaml");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_dozen_styles_are_built_in),
        TEST(words_and_defaults_stand_for_the_style),
        TEST(a_folder_adds_and_replaces),
        TEST(mistakes_name_file_line_and_key),
    };
    int failed;

    if (!scratch_make(folder, "preset"))
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    return rmdir(folder) != 0 ? 1 : failed;
}
