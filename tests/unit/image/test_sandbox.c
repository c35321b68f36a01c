/* The sandbox, in a helper without sanitizers: what it forbids ends the helper, and nobody else. */
#include "base/file.h"
#include "helper.h"
#include "pictures.h"

static void what_the_sandbox_forbids_kills_the_helper_and_is_said(void **state)
{
    static const struct {
        enum image_misdeed misdeed;
        const char *message;
    } cases[] = {
        { IMAGE_MISDEED_OPEN,
          "the picture could not be read: its decoder tried what its sandbox forbids" },
        { IMAGE_MISDEED_SOCKET,
          "the picture could not be read: its decoder tried what its sandbox forbids" },
        { IMAGE_MISDEED_EXEC,
          "the picture could not be read: its decoder tried what its sandbox forbids" },
        { IMAGE_MISDEED_FORK,
          "the picture could not be read: its decoder tried what its sandbox forbids" },
        { IMAGE_MISDEED_RUN_DATA,
          "the picture could not be read: its decoder tried what its sandbox forbids" },
        { IMAGE_MISDEED_SIGNAL,
          "the picture could not be read: its decoder tried what its sandbox forbids" },
        { IMAGE_MISDEED_CRASH,
          "the picture could not be read: it crashed the decoder (signal 11)" },
        { IMAGE_MISDEED_ASSERT,
          "the picture could not be read: it crashed the decoder (signal 6)" },
        { IMAGE_MISDEED_MEMORY,
          "the picture could not be read: it crashed the decoder (signal 6)" },
    };
    struct image_service *s = service_with((struct image_options){
        .helper_path = IMAGE_HELPER_BARE, .memory_bytes = 256 * 1024 * 1024 });

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct process_call call = { .request = { .operation = IMAGE_OP_MISBEHAVE,
                                                  .misdeed = cases[i].misdeed } };
        struct image_reply reply;
        struct str payload;
        struct err e;

        CHECK_FAILS(image_service_call(s, &call, &reply, &payload, &e), ERR_INVALID,
                    cases[i].message);
    }
    image_service_destroy(s);
}

static struct str as_png(struct arena *a, const struct drawing *d)
{
    return png_of(a, d, &(struct png_kind){ .depth = 8, .colour_type = 6 });
}
static struct str as_interlaced_png(struct arena *a, const struct drawing *d)
{
    return png_of(a, d, &(struct png_kind){ .depth = 16, .colour_type = 2, .interlaced = true });
}
static struct str as_jpeg(struct arena *a, const struct drawing *d)
{
    return jpeg_of(a, d, &(struct jpeg_kind){ .progressive = true });
}
static struct str as_webp(struct arena *a, const struct drawing *d)
{
    return webp_of(a, d, 80);
}
static struct str as_lossless_webp(struct arena *a, const struct drawing *d)
{
    return webp_of(a, d, 0);
}

/* All that the codecs do on their ways, lossless encoders and large memory among it, gets by with
 * what is allowed. */
static void every_operation_on_every_format_works_inside(void **state)
{
    static struct str (*const formats[])(struct arena *, const struct drawing *) = {
        as_png, as_interlaced_png, as_jpeg, as_webp, as_lossless_webp,
    };
    struct image_service *s =
        service_with((struct image_options){ .helper_path = IMAGE_HELPER_BARE });
    AUTO_ARENA a = { 0 };
    struct drawing d = draw(&a, 1300, 900, 3, true);
    struct err e;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(formats); i++) {
        AUTO_FD in = file_of(formats[i](&a, &d));
        AUTO_FD small = file_of(STR(""));
        AUTO_FD large = file_of(STR(""));
        struct image_thumbnail items[] = { { .box = 256, .out_fd = small },
                                           { .box = 1024, .out_fd = large } };
        struct image_info info;

        CHECK_OK(image_probe(s, in, &a, &info, &e));
        CHECK_OK(image_thumbnails(s, in, items, 2, &a, &info, &e));
        for (int format = IMAGE_PNG; format <= IMAGE_WEBP; format++) {
            struct image_target target = { .format = (enum image_format)format };
            AUTO_FD out = file_of(STR(""));

            CHECK_OK(image_convert(s, in, &target, out, &info, &e));
        }
    }
    image_service_destroy(s);
}

static void rendering_works_inside(void **state)
{
    struct image_service *s =
        service_with((struct image_options){ .helper_path = IMAGE_HELPER_BARE });
    AUTO_ARENA a = { 0 };
    AUTO_FD out = file_of(STR(""));
    struct image_render wish = {
        .request = STR("{\"prompt\":\"mountains\",\"seed\":7,\"width\":700,\"height\":500}")
    };
    struct image_info info;
    struct err e;

    UNUSED(state);
    CHECK_OK(image_render(s, &wish, out, &a, &info, &e));
    CHECK_I64(info.width, 700);
    image_service_destroy(s);
}

static void too_little_memory_is_an_error_that_says_so(void **state)
{
    struct image_service *s = service_with((struct image_options){
        .helper_path = IMAGE_HELPER_BARE, .memory_bytes = 30 * 1024 * 1024 });
    AUTO_ARENA a = { 0 };
    struct drawing d = draw(&a, 4000, 3000, 3, false);
    struct str files[] = { as_interlaced_png(&a, &d), as_jpeg(&a, &d), as_webp(&a, &d) };
    struct image_info info;
    struct err e;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(files); i++) {
        AUTO_FD in = file_of(files[i]);

        if (image_probe(s, in, &a, &info, &e))
            fail_msg("file %zu was read in less memory than it takes", i);
        CHECK_I64(e.code, ERR_TOO_LARGE);
        CHECK(str_find(str_from(e.msg), STR("memory")) < str_from(e.msg).len);
    }
    image_service_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_the_sandbox_forbids_kills_the_helper_and_is_said),
        TEST(every_operation_on_every_format_works_inside),
        TEST(rendering_works_inside),
        TEST(too_little_memory_is_an_error_that_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
