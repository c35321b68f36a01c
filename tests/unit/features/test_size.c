/* Sizes as people write them. */
#include "check.h"

#include "features/generate/size.h"

static void sizes_and_aspects_give_sides(void **state)
{
    static const struct {
        const char *size, *aspect;
        int64_t width, height;
    } cases[] = {
        { NULL, NULL, 0, 0 },        { "1024x768", NULL, 1024, 768 }, { "512", NULL, 512, 512 },
        { NULL, "1:1", 1024, 1024 }, { NULL, "16:9", 1344, 768 },     { NULL, "9:16", 768, 1344 },
        { NULL, "3:2", 1280, 832 },  { NULL, "2.35:1", 1600, 640 },   { "512", "16:9", 512, 288 },
        { "512", "2:3", 344, 512 },  { "8192", "100:1", 8192, 80 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct size got;
        struct err e = { 0 };

        CHECK_OK(size_read(str_from(cases[i].size), str_from(cases[i].aspect), &got, &e));
        CHECK_I64(got.width.set ? got.width.value : 0, cases[i].width);
        CHECK_I64(got.height.set ? got.height.value : 0, cases[i].height);
    }
}

static void what_is_no_size_is_refused(void **state)
{
    static const struct {
        const char *size, *aspect, *message;
    } cases[] = {
        { "big", NULL, "--size is like 1024x768, each side from 16 to 8192" },
        { "8x8", NULL, "--size is like 1024x768, each side from 16 to 8192" },
        { "1024x", NULL, "--size is like 1024x768, each side from 16 to 8192" },
        { "1024x768x2", NULL, "--size is like 1024x768, each side from 16 to 8192" },
        { "1024x768", "1:1",
          "--size beside --aspect is the longer side: a number from 16 to 8192" },
        { NULL, "16x9", "--aspect is width to height, like 16:9, not '16x9'" },
        { NULL, "0:1", "--aspect is width to height, like 16:9, not '0:1'" },
        { NULL, "1000:1", "--aspect is width to height, like 16:9, not '1000:1'" },
        { NULL, "nan:1", "--aspect is width to height, like 16:9, not 'nan:1'" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct size got;
        struct err e = { 0 };

        CHECK_FAILS(size_read(str_from(cases[i].size), str_from(cases[i].aspect), &got, &e),
                    ERR_INVALID, cases[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sizes_and_aspects_give_sides),
        TEST(what_is_no_size_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
