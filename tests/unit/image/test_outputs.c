/* What is made of pictures: thumbnails, other formats, hashes, and the recipe inside. */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "helper.h"
#include "image/bare.h"
#include "image/helper/codec.h"
#include "image/helper/encode.h"
#include "image/helper/phash.h"
#include "image/helper/resample.h"
#include "pictures.h"

static struct err e;
static struct image_service *service;

static int set_up(void **state)
{
    UNUSED(state);
    service = service_with((struct image_options){ 0 });
    return 0;
}

static int tear_down(void **state)
{
    UNUSED(state);
    image_service_destroy(service);
    return 0;
}

static struct str as_png(struct arena *a, const struct drawing *d)
{
    return png_of(a, d, &(struct png_kind){ .depth = 8, .colour_type = 6 });
}

static void load(struct arena *a, int fd, struct pixels *out)
{
    AUTO_PICTURE picture = { 0 };

    CHECK_OK(picture_open(fd, a, NULL, &picture, &e));
    CHECK_OK(picture_load(&picture, out, &e));
}

static void thumbnails_fit_their_boxes_and_are_never_enlarged(void **state)
{
    static const struct {
        int width, height, box, want_width, want_height;
    } cases[] = {
        { 1024, 1024, 256, 256, 256 },  { 1216, 832, 512, 512, 350 },
        { 832, 1216, 1024, 701, 1024 }, { 300, 200, 512, 300, 200 },
        { 2000, 3, 256, 256, 1 },       { 1, 1, 256, 1, 1 },
        { 257, 256, 256, 256, 255 },    { 4000, 4000, 256, 256, 256 },
        { 1000, 999, 999, 999, 998 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        AUTO_PIXELS got = { 0 };
        struct drawing d = draw(&a, cases[i].width, cases[i].height, 2, false);
        struct drawing want = draw(&a, cases[i].want_width, cases[i].want_height, 2, false);
        AUTO_FD in = file_of(as_png(&a, &d));
        AUTO_FD out = file_of(STR(""));
        struct image_thumbnail item = { .box = cases[i].box, .out_fd = out };
        struct image_info info;

        CHECK_OK(image_thumbnails(service, in, &item, 1, &a, &info, &e));
        CHECK_I64(item.width, cases[i].want_width);
        CHECK_I64(item.height, cases[i].want_height);
        CHECK_I64(item.size_bytes, file_size(out));
        CHECK_I64(info.width, cases[i].width);
        load(&a, out, &got);
        CHECK_I64(got.width, cases[i].want_width);
        if (cases[i].want_height > 100)
            CHECK(difference(&want, got.data, got.channels) < 5);
    }
}

static void boxes_may_come_in_any_order_and_share_one_decoding(void **state)
{
    AUTO_ARENA a = { 0 };
    struct drawing d = draw(&a, 1400, 1000, 5, true);
    AUTO_FD in = file_of(as_png(&a, &d));
    AUTO_FD small = file_of(STR(""));
    AUTO_FD large = file_of(STR(""));
    AUTO_FD middle = file_of(STR(""));
    struct image_thumbnail items[] = { { .box = 256, .out_fd = small },
                                       { .box = 1024, .out_fd = large },
                                       { .box = 512, .out_fd = middle } };
    struct image_info info, probed;

    UNUSED(state);
    CHECK_OK(image_thumbnails(service, in, items, 3, &a, &info, &e));
    CHECK_OK(image_probe(service, in, &a, &probed, &e));
    CHECK(info.phash == probed.phash && info.has_alpha);
    for (size_t i = 0; i < COUNT(items); i++) {
        AUTO_PIXELS got = { 0 };
        struct drawing want = draw(&a, items[i].width, items[i].height, 5, true);

        CHECK_I64(items[i].width, items[i].box);
        load(&a, items[i].out_fd, &got);
        CHECK_I64(got.channels, 4);
        /* What is transparent has no colour to compare. */
        for (int p = 0; p < got.width * got.height; p++) {
            if (want.rgba[4 * p + 3] < 255)
                memcpy(got.data + 4 * p, want.rgba + 4 * p, 3);
        }
        CHECK(difference(&want, got.data, 4) < 5);
    }
}

static void thumbnails_of_turned_pictures_stand_upright(void **state)
{
    AUTO_ARENA a = { 0 };
    struct drawing upright = draw(&a, 640, 400, 7, false);

    UNUSED(state);
    for (int orientation = 1; orientation <= 8; orientation++) {
        struct drawing stored = turned(&a, &upright, orientation),
                       want = draw(&a, 256, 160, 7, false);
        AUTO_FD in = file_of(jpeg_of(
            &a, &stored,
            &(struct jpeg_kind){ .exif = exif_of(&a, orientation, false, (struct str){ 0 }) }));
        AUTO_FD out = file_of(STR(""));
        AUTO_PIXELS got = { 0 };
        struct image_thumbnail item = { .box = 256, .out_fd = out };
        struct image_info info;

        CHECK_OK(image_thumbnails(service, in, &item, 1, &a, &info, &e));
        CHECK_I64(item.width, 256);
        CHECK_I64(info.width, 640);
        CHECK_I64(info.orientation, orientation);
        load(&a, out, &got);
        CHECK(difference(&want, got.data, got.channels) < 5);
    }
}

/* As they were drawn, with alpha where there is some and without where there is none. */
static void bare_pixels_fit_their_box(void **state)
{
    static const struct {
        int width, height, box, want_width, want_height;
        bool alpha;
    } cases[] = {
        { 640, 400, 160, 160, 100, false },
        { 640, 400, 160, 160, 100, true },
        { 40, 30, 160, 40, 30, false },
        { 100, 3, 16, 16, 1, true },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct drawing d = draw(&a, cases[i].width, cases[i].height, 5, cases[i].alpha);
        struct drawing want =
            draw(&a, cases[i].want_width, cases[i].want_height, 5, cases[i].alpha);
        AUTO_FD in = file_of(as_png(&a, &d));
        AUTO_FD out = file_of(STR(""));
        size_t count = (size_t)(cases[i].want_width * cases[i].want_height);
        uint8_t *got = arena_alloc(&a, count * 4);
        int width, height;

        CHECK_OK(image_pixels(service, in, cases[i].box, out, &width, &height, &e));
        CHECK_I64(width, cases[i].want_width);
        CHECK_I64(height, cases[i].want_height);
        CHECK_I64(file_size(out), count * 4);
        CHECK_I64(pread(out, got, count * 4, 0), count * 4);
        for (size_t p = 0; p < count; p++) {
            if (want.rgba[4 * p + 3] < 255)
                memcpy(got + 4 * p, want.rgba + 4 * p, 3);
        }
        if (cases[i].want_height > 3)
            CHECK(difference(&want, got, 4) < 5);
    }
}

static void senseless_boxes_are_refused(void **state)
{
    static const int boxes[] = { 0, -1, 15, 4097, INT32_MAX };
    int width, height;
    AUTO_ARENA a = { 0 };
    struct drawing d = draw(&a, 20, 20, 7, false);
    AUTO_FD in = file_of(as_png(&a, &d));
    struct image_info info;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(boxes); i++) {
        AUTO_FD out = file_of(STR(""));
        struct image_thumbnail item = { .box = boxes[i], .out_fd = out };

        CHECK_FAILS(image_thumbnails(service, in, &item, 1, &a, &info, &e), ERR_INVALID, NULL);
        CHECK_FAILS(image_pixels(service, in, boxes[i], out, &width, &height, &e), ERR_INVALID,
                    NULL);
    }
}

/* A plain picture stays plain, however it is divided: weights add up to one, at the borders too. */
static void a_plain_picture_keeps_its_colour_at_every_size(void **state)
{
    UNUSED(state);
    for (int to = 1; to <= 67; to += 3) {
        for (int channels = 3; channels <= 4; channels++) {
            AUTO_ARENA a = { 0 };
            AUTO_PIXELS target = { 0 };
            struct resampler *r;
            uint8_t row[67 * 4];

            CHECK_OK(resampler_create(&a, 67, 67, channels, to, to, &r, &target, &e));
            for (int x = 0; x < 67; x++)
                memcpy(row + channels * x, (uint8_t[4]){ 10, 130, 250, 77 }, (size_t)channels);
            for (int y = 0; y < 67; y++)
                resampler_put(r, row);
            CHECK_I64(resampler_ready(r), to);
            for (int i = 0; i < to * to; i++) {
                const uint8_t *p = target.data + channels * i;

                if (abs(p[0] - 10) > 1 || abs(p[1] - 130) > 1 || abs(p[2] - 250) > 1 ||
                    (channels == 4 && abs(p[3] - 77) > 1))
                    fail_msg("to %d: pixel %d is %d %d %d", to, i, p[0], p[1], p[2]);
            }
            resampler_destroy(r);
        }
    }
}

static void what_is_transparent_does_not_bleed(void **state)
{
    AUTO_ARENA a = { 0 };
    AUTO_PIXELS target = { 0 };
    struct resampler *r;
    uint8_t row[8 * 4];

    UNUSED(state);
    for (int x = 0; x < 8; x++) /* red that is seen beside green that is not */
        memcpy(row + 4 * x,
               x % 2 == 0 ? (uint8_t[4]){ 255, 0, 0, 255 } : (uint8_t[4]){ 0, 255, 0, 0 }, 4);
    for (int to = 3; to <= 4; to++) {
        CHECK_OK(resampler_create(&a, 8, 8, 4, to, to, &r, &target, &e));
        for (int y = 0; y < 8; y++)
            resampler_put(r, row);
        for (int i = 0; i < to * to; i++)
            CHECK(target.data[4 * i] == 255 && target.data[4 * i + 1] == 0);
        resampler_destroy(r);
        pixels_destroy(&target);
    }
}

static uint64_t hash_of(struct arena *a, struct str file)
{
    AUTO_FD fd = file_of(file);
    struct image_info info;

    CHECK_OK(image_probe(service, fd, a, &info, &e));
    return info.phash;
}

static void hashes_stay_close_through_encoding_and_scaling_and_differ_between_pictures(void **state)
{
    uint64_t first[12];

    UNUSED(state);
    for (unsigned seed = 0; seed < COUNT(first); seed++) {
        AUTO_ARENA a = { 0 };
        struct drawing d = draw(&a, 512, 384, seed, false), small = draw(&a, 200, 150, seed, false);
        struct drawing turned_over = turned(&a, &d, 6);
        struct str exif = exif_of(&a, 6, true, (struct str){ 0 });
        struct str others[] = {
            jpeg_of(&a, &d, &(struct jpeg_kind){ .quality = 40 }),
            webp_of(&a, &d, 30),
            as_png(&a, &small),
            jpeg_of(&a, &turned_over, &(struct jpeg_kind){ .exif = exif }),
        };

        first[seed] = hash_of(&a, as_png(&a, &d));
        for (size_t i = 0; i < COUNT(others); i++) {
            int distance = image_phash_distance(first[seed], hash_of(&a, others[i]));

            if (distance > 6)
                fail_msg("picture %u, variant %zu: distance %d", seed, i, distance);
        }
        for (unsigned other = 0; other < seed; other++) {
            if (image_phash_distance(first[seed], first[other]) <= 16)
                fail_msg("pictures %u and %u: distance %d", seed, other,
                         image_phash_distance(first[seed], first[other]));
        }
    }
}

static const struct image_recipe recipe = {
    .parameters = { "a kite\nSteps: 20, Seed: 7", 25 },
    .json = { "{\"prompt\":\"a kite\"}", 19 },
    .source_type = { "trainedAlgorithmicMedia", 23 },
    .creator = { "Albumen <1>", 11 },
    .description = { "a \"kite\" & more", 15 },
};

static struct str text_of(const struct image_info *info, const char *keyword)
{
    for (size_t i = 0; i < info->text_count; i++) {
        if (str_eq(info->texts[i].keyword, str_from(keyword)))
            return info->texts[i].value;
    }
    return (struct str){ 0 };
}

static bool holds(struct str text, const char *part)
{
    return str_find(text, str_from(part)) < text.len;
}

static void pictures_are_converted_with_their_recipe(void **state)
{
    static const double most[] = { [IMAGE_PNG] = 0, [IMAGE_JPEG] = 4, [IMAGE_WEBP] = 4 };
    AUTO_ARENA a = { 0 };
    struct drawing upright = draw(&a, 120, 90, 3, false), stored = turned(&a, &upright, 8);
    struct str exif = exif_of(&a, 8, true, (struct str){ 0 });
    AUTO_FD in = file_of(png_with(&a, as_png(&a, &stored), png_chunk(&a, "eXIf", exif)));

    UNUSED(state);
    for (int format = IMAGE_PNG; format <= IMAGE_WEBP; format++) {
        AUTO_FD out = file_of(STR(""));
        AUTO_PIXELS got = { 0 };
        struct image_target target = { .format = (enum image_format)format, .recipe = recipe };
        struct image_info made, probed;
        struct str xmp;

        CHECK_OK(image_convert(service, in, &target, out, &made, &e));
        CHECK_I64(made.format, format);
        CHECK_I64(made.width, 120);
        CHECK_OK(image_probe(service, out, &a, &probed, &e));
        CHECK_I64(probed.format, format);
        CHECK_I64(probed.orientation, 1);
        CHECK(!probed.has_alpha);
        load(&a, out, &got);
        CHECK(difference(&upright, got.data, got.channels) <= most[format]);
        xmp = text_of(&probed, "XML:com.adobe.xmp");
        CHECK(holds(xmp,
                    "\"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia\""));
        CHECK(holds(xmp, "xmp:CreatorTool=\"Albumen &lt;1&gt;\""));
        CHECK(holds(xmp, "a &quot;kite&quot; &amp; more"));
        if (format == IMAGE_PNG) {
            CHECK_STR(text_of(&probed, "parameters"), recipe.parameters);
            CHECK_STR(text_of(&probed, "albumen"), recipe.json);
        }
    }
}

static void alpha_is_kept_where_it_can_be_and_stands_on_white_in_jpeg(void **state)
{
    AUTO_ARENA a = { 0 };
    struct drawing d = draw(&a, 100, 100, 3, true);
    AUTO_FD in = file_of(as_png(&a, &d));

    UNUSED(state);
    for (int format = IMAGE_PNG; format <= IMAGE_WEBP; format++) {
        AUTO_FD out = file_of(STR(""));
        AUTO_PIXELS got = { 0 };
        struct image_target target = { .format = (enum image_format)format, .recipe = recipe };
        struct image_info made;

        CHECK_OK(image_convert(service, in, &target, out, &made, &e));
        CHECK_I64(made.has_alpha, format != IMAGE_JPEG);
        load(&a, out, &got);
        if (format == IMAGE_JPEG)
            CHECK(pixels_row(&got, 50)[150] > 250);
        else
            CHECK_I64(pixels_row(&got, 50)[4 * 50 + 3], 0);
    }
}

static void parameters_are_latin1_where_they_can_be(void **state)
{
    static const struct {
        const char *text, *chunk;
    } cases[] = {
        { "k\xC3\xAFte", "tEXtparameters\0k\xEFte" },
        { "\xC4\x80", "iTXtparameters\0\0\0\0\0\xC4\x80" },
    };
    AUTO_ARENA a = { 0 };
    struct drawing d = draw(&a, 10, 10, 3, false);
    AUTO_FD in = file_of(as_png(&a, &d));

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FD out = file_of(STR(""));
        struct image_target target = { .format = IMAGE_PNG,
                                       .recipe = { .parameters = str_from(cases[i].text) } };
        struct image_info made, probed;
        struct str file;

        CHECK_OK(image_convert(service, in, &target, out, &made, &e));
        file = bytes_of(&a, out);
        CHECK(str_find(file, str_of(cases[i].chunk, i == 0 ? 19 : 21)) < file.len);
        CHECK_OK(image_probe(service, out, &a, &probed, &e));
        CHECK_STR(text_of(&probed, "parameters"), str_from(cases[i].text));
    }
}

static void what_cannot_be_written_is_said(void **state)
{
    AUTO_ARENA a = { 0 };
    struct drawing d = draw(&a, 400, 400, 3, false);
    AUTO_FD in = file_of(as_png(&a, &d));
    AUTO_FD full = -1;
    struct image_target png = { .format = IMAGE_PNG }, none = { 0 },
                        loud = { .format = IMAGE_JPEG, .quality = 101 };
    struct image_info info;

    UNUSED(state);
    CHECK_OK(file_open("/dev/full", 1 /* for writing */, 0, &full, &e));
    CHECK_FAILS(image_convert(service, in, &png, full, &info, &e), ERR_STORAGE_FULL, NULL);
    AUTO_FD out = file_of(STR(""));
    CHECK_FAILS(image_convert(service, in, &none, out, &info, &e), ERR_INVALID, NULL);
    CHECK_FAILS(image_convert(service, in, &loud, out, &info, &e), ERR_INVALID,
                "quality is from 1 to 100");
    png.recipe.json = str_of(arena_alloc(&a, 2 * MIB), 2 * MIB);
    CHECK_FAILS(image_convert(service, in, &png, out, &info, &e), ERR_TOO_LARGE, NULL);
}

static void a_prompt_too_long_for_xmp_leaves_the_rest_of_it(void **state)
{
    AUTO_ARENA a = { 0 };
    struct image_recipe long_winded = recipe;
    char *text = arena_alloc(&a, 100000);
    struct str xmp;

    UNUSED(state);
    memset(text, 'a', 100000);
    long_winded.description = str_of(text, 100000);
    xmp = xmp_of(&a, &long_winded);
    CHECK(holds(xmp, "trainedAlgorithmicMedia") && !holds(xmp, "aaaa") && xmp.len < 65000);
    CHECK(xmp_of(&a, &(struct image_recipe){ .parameters = STR("only that") }).ptr == NULL);
}

static bool render(const char *request, const int *fds, size_t count, int out, struct arena *a,
                   struct image_info *info)
{
    struct image_render wish = { .request = str_from(request),
                                 .reference_fds = fds,
                                 .reference_count = count,
                                 .recipe = recipe };

    return image_render(service, &wish, out, a, info, &e);
}

static void a_picture_is_drawn_with_its_recipe_and_the_same_each_time(void **state)
{
    static const char request[] =
        "{\"prompt\":\"a red fox, portrait\",\"seed\":7,\"width\":320,\"height\":200}";
    AUTO_ARENA a = { 0 };
    AUTO_FD first = file_of(STR(""));
    AUTO_FD second = file_of(STR(""));
    struct image_info made, probed;

    UNUSED(state);
    CHECK_OK(render(request, NULL, 0, first, &a, &made));
    CHECK_OK(render(request, NULL, 0, second, &a, &made));
    CHECK_STR(bytes_of(&a, first), bytes_of(&a, second));
    CHECK_I64(made.format, IMAGE_PNG);
    CHECK_I64(made.width, 320);
    CHECK_I64(made.height, 200);
    CHECK(text_of(&made, "composition").len > 0 && text_of(&made, "style").len > 0);
    CHECK_OK(image_probe(service, first, &a, &probed, &e));
    CHECK_STR(text_of(&probed, "parameters"), recipe.parameters);
    CHECK(holds(text_of(&probed, "XML:com.adobe.xmp"), "trainedAlgorithmicMedia"));
}

static void a_picture_follows_its_reference_by_pixels_or_by_recipe(void **state)
{
    static const char plain[] =
        "{\"prompt\":\"at the sea\",\"seed\":9,\"width\":256,\"height\":256}";
    static const char followed[] =
        "{\"prompt\":\"at the sea\",\"seed\":9,\"width\":256,\"height\":256,"
        "\"reference\":{\"prompt\":\"a red fox, portrait\",\"seed\":7}}";
    AUTO_ARENA a = { 0 };
    struct drawing d = draw(&a, 500, 400, 3, true);
    AUTO_FD reference = file_of(as_png(&a, &d));
    AUTO_FD alone = file_of(STR(""));
    AUTO_FD by_pixels = file_of(STR(""));
    AUTO_FD by_recipe = file_of(STR(""));
    struct image_info info;

    UNUSED(state);
    CHECK_OK(render(plain, NULL, 0, alone, &a, &info));
    CHECK_OK(render(plain, &reference, 1, by_pixels, &a, &info));
    CHECK_OK(render(followed, NULL, 0, by_recipe, &a, &info));
    CHECK(!str_eq(bytes_of(&a, alone), bytes_of(&a, by_pixels)));
    CHECK(!str_eq(bytes_of(&a, alone), bytes_of(&a, by_recipe)));
    CHECK(!str_eq(bytes_of(&a, by_pixels), bytes_of(&a, by_recipe)));
}

static void senseless_render_requests_are_refused_by_the_name_of_the_field(void **state)
{
    static const struct {
        const char *request;
        enum err_code code;
        const char *message;
    } cases[] = {
        { "", ERR_MALFORMED, NULL },
        { "{\"seed\":1,\"width\":64,\"height\":64}", ERR_INVALID, "'prompt' is missing" },
        { "{\"prompt\":\"a\",\"seed\":1,\"width\":15,\"height\":64}", ERR_INVALID,
          "'width' must be from 16 to 4096" },
        { "{\"prompt\":\"a\",\"seed\":1,\"width\":64,\"height\":4097}", ERR_INVALID,
          "'height' must be from 16 to 4096" },
    };
    AUTO_ARENA a = { 0 };
    AUTO_FD out = file_of(STR(""));
    AUTO_FD broken = file_of(STR("\x89PNG\r\n\x1a\nand nothing else"));
    struct image_info info;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_FAILS(render(cases[i].request, NULL, 0, out, &a, &info), cases[i].code,
                    cases[i].message);
    CHECK_FAILS(render("{\"prompt\":\"a\",\"seed\":1,\"width\":64,\"height\":64}", &broken, 1, out,
                       &a, &info),
                ERR_INVALID, NULL);
    CHECK(str_starts(str_from(e.msg), STR("the reference picture: ")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(thumbnails_fit_their_boxes_and_are_never_enlarged),
        TEST(boxes_may_come_in_any_order_and_share_one_decoding),
        TEST(thumbnails_of_turned_pictures_stand_upright),
        TEST(bare_pixels_fit_their_box),
        TEST(senseless_boxes_are_refused),
        TEST(a_plain_picture_keeps_its_colour_at_every_size),
        TEST(what_is_transparent_does_not_bleed),
        TEST(hashes_stay_close_through_encoding_and_scaling_and_differ_between_pictures),
        TEST(pictures_are_converted_with_their_recipe),
        TEST(alpha_is_kept_where_it_can_be_and_stands_on_white_in_jpeg),
        TEST(parameters_are_latin1_where_they_can_be),
        TEST(what_cannot_be_written_is_said),
        TEST(a_picture_is_drawn_with_its_recipe_and_the_same_each_time),
        TEST(a_picture_follows_its_reference_by_pixels_or_by_recipe),
        TEST(senseless_render_requests_are_refused_by_the_name_of_the_field),
        TEST(a_prompt_too_long_for_xmp_leaves_the_rest_of_it),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
