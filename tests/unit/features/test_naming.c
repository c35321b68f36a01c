/* Names of written pictures: slugs, patterns, endings, numbers. */
#include "check.h"

#include <stdlib.h>
#include <time.h>

#include "features/generate/naming.h"

static void a_slug_has_letters_digits_and_single_hyphens(void **state)
{
    static const struct {
        const char *prompt, *slug;
    } cases[] = {
        { "a red fox in snow", "a-red-fox-in-snow" },
        { "A Red FOX!!", "a-red-fox" },
        { "  --fox--  ", "fox" },
        { "the cat's hat", "the-cats-hat" },
        { "the cat\u2019s hat", "the-cats-hat" },
        { "Crème brûlée, Gänseblümchen", "creme-brulee-ganseblumchen" },
        { "Łódź, Þór, øre, ß", "lodz-tor-ore-s" },
        { "v1.5 / 2024", "v1-5-2024" },
        { "../../etc/passwd", "etc-passwd" },
        { "狐", "image" },
        { "狐 fox", "fox" },
        { "", "image" },
        { "!?", "image" },
        { "\xff\xfe fox", "fox" },
        { "0123456789012345678901234567890123456789tail",
          "0123456789012345678901234567890123456789" },
        { "012345678901234567890123456789012345678 tail",
          "012345678901234567890123456789012345678" },
        { "01234567890123456789012345678901234567 tail",
          "01234567890123456789012345678901234567-t" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };

        CHECK_STR(slug_of(&a, str_from(cases[i].prompt)), str_from(cases[i].slug));
    }
}

static void a_pattern_is_filled_in(void **state)
{
    static const struct {
        const char *pattern, *ending, *name;
    } cases[] = {
        { "{date}-{slug}-{seed}.png", "png", "2026-11-21-fox-7.png" },
        { "{date}-{slug}-{seed}.{ext}", "webp", "2026-11-21-fox-7.webp" },
        { "{date}-{slug}-{seed}.png", "jpg", "2026-11-21-fox-7.jpg" },
        { "{slug}.jpeg", "jpg", "fox.jpeg" },
        { "{slug}.PNG", "png", "fox.PNG" },
        { "{backend}/{time}", "png", "flux.1/084512.png" },
        { "hero", "png", "hero.png" },
        { "v1.5", "png", "v1.5.png" },
        { ".png", "png", ".png.png" },
        { "{slug}{slug}", "png", "foxfox.png" },
    };
    const struct naming with = { .date = STR("2026-11-21"),
                                 .time = STR("084512"),
                                 .slug = STR("fox"),
                                 .backend = STR("flux.1"),
                                 .seed = { true, 7 } };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct naming n = with;

        n.ending = str_from(cases[i].ending);
        CHECK_STR(naming_fill(&a, str_from(cases[i].pattern), &n), str_from(cases[i].name));
    }
}

static void a_backend_without_a_seed_is_told(void **state)
{
    AUTO_ARENA a = { 0 };
    struct naming n = { .slug = STR("fox"), .ending = STR("png") };

    (void)state;
    CHECK_STR(naming_fill(&a, STR("{slug}-{seed}"), &n), STR("fox-no-seed.png"));
}

static void numbers_and_sidecars_keep_the_rest_of_the_name(void **state)
{
    static const struct {
        const char *path, *second, *sidecar;
    } cases[] = {
        { "fox.png", "fox-2.png", "fox.json" },
        { "a.b/fox", "a.b/fox-2", "a.b/fox.json" },
        { "a/v1.5.webp", "a/v1.5-2.webp", "a/v1.5.json" },
        { ".fox", ".fox-2", ".fox.json" },
        { "a/.fox", "a/.fox-2", "a/.fox.json" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct str path = str_from(cases[i].path);

        CHECK_STR(naming_numbered(&a, path, 1), path);
        CHECK_STR(naming_numbered(&a, path, 2), str_from(cases[i].second));
        CHECK_STR(naming_of_sidecar(&a, path), str_from(cases[i].sidecar));
    }
}

static void wrong_patterns_are_refused_with_the_remedy(void **state)
{
    static const struct {
        const char *pattern, *message;
    } cases[] = {
        { "{slog}", "--name has the unknown placeholder {slog} (did you mean {slug}?)" },
        { "{prompt}", "--name has the unknown placeholder {prompt}" },
        { "{slug", "--name has a '{' without its '}'" },
        { "../x", "--name must stay inside of 'output.directory'" },
        { "/x", "--name must stay inside of 'output.directory'" },
        { "{slug}\n", "--name has control characters" },
        { "", "--name must stay inside of 'output.directory'" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = { 0 };

        CHECK_FAILS(naming_check(str_from(cases[i].pattern), "--name", &e), ERR_INVALID,
                    cases[i].message);
    }
}

static void date_and_time_are_those_of_the_place(void **state)
{
    AUTO_ARENA a = { 0 };
    struct naming n = { 0 };

    (void)state;
    setenv("TZ", "UTC-2", 1);
    tzset();
    naming_set_time(&a, &n, 1795212000000 - 1000); /* 2026-11-20T21:59:59Z */
    CHECK_STR(n.date, STR("2026-11-20"));
    CHECK_STR(n.time, STR("235959"));
    naming_set_time(&a, &n, 1795212000000);
    CHECK_STR(n.date, STR("2026-11-21"));
    CHECK_STR(n.time, STR("000000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_slug_has_letters_digits_and_single_hyphens),
        TEST(a_pattern_is_filled_in),
        TEST(a_backend_without_a_seed_is_told),
        TEST(numbers_and_sidecars_keep_the_rest_of_the_name),
        TEST(wrong_patterns_are_refused_with_the_remedy),
        TEST(date_and_time_are_those_of_the_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
