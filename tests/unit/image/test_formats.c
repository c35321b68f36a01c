/* What is read out of every kind of file: sizes, pixels, orientation, colours, texts. */
#include <stdlib.h>

#include "base/file.h"
#include "helper.h"
#include "image/helper/codec.h"
#include "pictures.h"

static struct err e;

/* In this process, for its pixels. */
static void load(struct arena *a, struct str file, struct pixels *out)
{
    AUTO_FD fd = file_of(file);
    AUTO_PICTURE picture = { 0 };

    CHECK_OK(picture_open(fd, a, NULL, &picture, &e));
    CHECK_OK(picture_load(&picture, out, &e));
}

static void check_pixels(struct arena *a, struct str file, const struct drawing *want, double most)
{
    AUTO_PIXELS got = { 0 };

    load(a, file, &got);
    CHECK_I64(got.width, want->width);
    CHECK_I64(got.height, want->height);
    double off = difference(want, got.data, got.channels);
    if (off > most)
        fail_msg("the pixels are off by %.2f on average, at most %.2f was expected", off, most);
}

static void png_of_true_colour_is_read_exactly(void **state)
{
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    for (int i = 0; i < 2 * 2 * 2 * 2; i++) {
        bool alpha = (i & 1) != 0;
        struct png_kind kind = { .depth = i & 2 ? 16 : 8,
                                 .colour_type = alpha ? 6 : 2,
                                 .interlaced = (i & 4) != 0,
                                 .idat_bytes = i & 8 ? 100 : 1 << 20 };
        struct drawing d = draw(&a, 61, 47, (unsigned)i, alpha);

        check_pixels(&a, png_of(&a, &d, &kind), &d, 0);
    }
}

static struct drawing greyed(struct arena *a, const struct drawing *d, int depth, bool palette)
{
    struct drawing grey = { d->width, d->height,
                            arena_alloc(a, (size_t)d->width * (size_t)d->height * 4) };
    int steps = (1 << MIN(depth, 8)) - 1;

    for (int i = 0; i < d->width * d->height; i++) {
        const uint8_t *p = d->rgba + 4 * i;
        int level = ((p[0] * 2 + p[1] * 5 + p[2]) / 8 >> (8 - MIN(depth, 8))) * 255 / steps;

        memcpy(grey.rgba + 4 * i,
               (uint8_t[4]){ (uint8_t)level, (uint8_t)level,
                             (uint8_t)(palette ? 255 - level : level), p[3] },
               4);
    }
    return grey;
}

static void png_of_grey_and_palette_is_read_exactly_in_every_depth(void **state)
{
    static const struct {
        int type, depth;
    } cases[] = { { 0, 1 },  { 0, 2 }, { 0, 4 }, { 0, 8 }, { 0, 16 }, { 4, 8 },
                  { 4, 16 }, { 3, 1 }, { 3, 2 }, { 3, 4 }, { 3, 8 } };
    AUTO_ARENA a = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (int interlaced = 0; interlaced < 2; interlaced++) {
            struct drawing d = draw(&a, 61, 47, 2, cases[i].type == 4);
            struct drawing want = greyed(&a, &d, cases[i].depth, cases[i].type == 3);
            struct png_kind kind = { .depth = cases[i].depth,
                                     .colour_type = cases[i].type,
                                     .interlaced = interlaced == 1 };

            check_pixels(&a, png_of(&a, &d, &kind), &want, 0);
        }
    }
}

static void a_transparent_colour_becomes_alpha(void **state)
{
    AUTO_ARENA a = { 0 };
    AUTO_PIXELS p = { 0 };
    struct drawing d = draw(&a, 8, 8, 1, false);
    uint8_t trns[6] = { 0, d.rgba[0], 0, d.rgba[1], 0, d.rgba[2] };

    UNUSED(state);
    load(&a,
         png_of(&a, &d,
                &(struct png_kind){
                    .depth = 8, .colour_type = 2, .trns = (char *)trns, .trns_bytes = 6 }),
         &p);
    CHECK_I64(p.channels, 4);
    CHECK_I64(p.data[3], 0);
    CHECK_I64(p.data[4 * 63 + 3], 255);
}

static void jpeg_is_read_in_every_kind(void **state)
{
    static const struct {
        struct jpeg_kind kind;
        double most;
    } cases[] = {
        { { 0 }, 3 },
        { { .progressive = true }, 3 },
        { { .cmyk = true, .adobe = true }, 3 },
        { { .cmyk = true }, 3 },
    };
    AUTO_ARENA a = { 0 };
    struct drawing d = draw(&a, 203, 151, 4, false);
    struct drawing grey = greyed(&a, &d, 8, false);

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        check_pixels(&a, jpeg_of(&a, &d, &cases[i].kind), &d, cases[i].most);
    check_pixels(&a, jpeg_of(&a, &d, &(struct jpeg_kind){ .grey = true }), &grey, 3);
}

static void webp_is_read_with_and_without_loss(void **state)
{
    AUTO_ARENA a = { 0 };
    struct drawing d = draw(&a, 203, 151, 4, false);

    UNUSED(state);
    check_pixels(&a, webp_of(&a, &d, 0), &d, 0);
    check_pixels(&a, webp_of(&a, &d, 90), &d, 4);
}

static void the_first_frame_of_an_animation_stands_on_its_canvas(void **state)
{
    AUTO_ARENA a = { 0 };
    AUTO_PIXELS p = { 0 };
    struct drawing d = draw(&a, 10, 6, 4, false);
    struct str still = webp_of(&a, &d, 0);
    /* At (4, 2) of a canvas of 20 x 12; offsets are halved, sizes less one. */
    struct str frame = STR("\2\0\0\1\0\0\x9\0\0\5\0\0\x64\0\0\0");
    struct str chunks =
        join(&a, riff_chunk(&a, "ANIM", STR("\0\0\0\0\0\0")),
             riff_chunk(&a, "ANMF", join(&a, frame, str_slice(still, 12, still.len))));
    struct str file = webp_with(&a, str_slice(still, 0, 12), 20, 12, 0x02 | 0x10, chunks);

    UNUSED(state);
    load(&a, file, &p);
    CHECK_I64(p.width, 20);
    CHECK_I64(p.height, 12);
    CHECK_I64(p.channels, 4);
    CHECK_I64(pixels_row(&p, 0)[3], 0);
    CHECK_I64(pixels_row(&p, 2)[4 * 4 + 3], 255);
    CHECK(memcmp(pixels_row(&p, 2) + 4 * 4, d.rgba, 40) == 0);
}

static struct str with_exif(struct arena *a, const struct drawing *d, enum image_format format,
                            struct str exif)
{
    if (format == IMAGE_PNG) {
        struct png_kind kind = { .depth = 8,
                                 .colour_type = 2,
                                 .extra = png_chunk(a, "eXIf", exif) };

        return png_of(a, d, &kind);
    }
    if (format == IMAGE_JPEG)
        return jpeg_of(a, d, &(struct jpeg_kind){ .quality = 100, .exif = exif });
    return webp_with(a, webp_of(a, d, 0), d->width, d->height, 0x08, riff_chunk(a, "EXIF", exif));
}

static void pictures_are_turned_upright_by_every_orientation_of_every_format(void **state)
{
    AUTO_ARENA a = { 0 };
    struct drawing upright = draw(&a, 64, 40, 9, false);

    UNUSED(state);
    for (int orientation = 1; orientation <= 8; orientation++) {
        struct drawing stored = turned(&a, &upright, orientation);

        for (int format = IMAGE_PNG; format <= IMAGE_WEBP; format++) {
            struct str exif = exif_of(&a, orientation, orientation % 2 == 0, (struct str){ 0 });

            /* JPEG halves the colours, which shows at so small a size; a picture that lies wrong is
             * off by 30. */
            check_pixels(&a, with_exif(&a, &stored, (enum image_format)format, exif), &upright,
                         format == IMAGE_JPEG ? 12 : 0);
        }
    }
}

static void senseless_orientations_count_as_upright(void **state)
{
    static const int senseless[] = { 0, 9, 255, 65535 };
    AUTO_ARENA a = { 0 };
    struct drawing d = draw(&a, 64, 40, 9, false);

    UNUSED(state);
    for (size_t i = 0; i < COUNT(senseless); i++)
        check_pixels(
            &a, with_exif(&a, &d, IMAGE_PNG, exif_of(&a, senseless[i], true, (struct str){ 0 })),
            &d, 0);
}

/* Under D50, as profiles have it. */
static const float srgb_primaries[9] = { 0.4360f, 0.3851f, 0.1431f, 0.2225f, 0.7169f,
                                         0.0606f, 0.0139f, 0.0971f, 0.7141f };
static const float adobe_primaries[9] = { 0.6097f, 0.2053f, 0.1492f, 0.3111f, 0.6257f,
                                          0.0632f, 0.0195f, 0.0609f, 0.7446f };

static struct str zlib_stored(struct arena *a, struct str data)
{
    uint32_t low = 1, high = 0;
    uint8_t head[7] = { 0x78,
                        1,
                        1,
                        (uint8_t)data.len,
                        (uint8_t)(data.len >> 8),
                        (uint8_t)~data.len,
                        (uint8_t)(~data.len >> 8) };

    for (size_t i = 0; i < data.len; i++) {
        low = (low + (uint8_t)data.ptr[i]) % 65521;
        high = (high + low) % 65521;
    }
    uint8_t sum[4] = { (uint8_t)(high >> 8), (uint8_t)high, (uint8_t)(low >> 8), (uint8_t)low };
    return join(a, join(a, str_of(head, 7), data), str_of(sum, 4));
}

static struct str png_with_profile(struct arena *a, const struct drawing *d, struct str profile)
{
    struct str data = join(a, STR("icc\0\0"), zlib_stored(a, profile));

    return png_of(
        a, d,
        &(struct png_kind){ .depth = 8, .colour_type = 2, .extra = png_chunk(a, "iCCP", data) });
}

static void read_first_pixel(struct arena *a, struct str file, uint8_t out[3])
{
    AUTO_PIXELS p = { 0 };

    load(a, file, &p);
    memcpy(out, p.data, 3);
}

static void check_colour(struct arena *a, struct str file, const uint8_t want[3])
{
    uint8_t got[3];

    read_first_pixel(a, file, got);
    for (int k = 0; k < 3; k++) {
        if (abs(got[k] - want[k]) > 2)
            fail_msg("got %d %d %d, expected %d %d %d", got[0], got[1], got[2], want[0], want[1],
                     want[2]);
    }
}

static struct drawing plain(struct arena *a, uint8_t r, uint8_t g, uint8_t b)
{
    struct drawing d = { 16, 16, arena_alloc(a, 16 * 16 * 4) };

    for (int i = 0; i < 16 * 16; i++)
        memcpy(d.rgba + 4 * i, (uint8_t[4]){ r, g, b, 255 }, 4);
    return d;
}

/* The expected values come from the formulas of the two spaces. */
static void profiles_by_matrix_and_curves_become_srgb(void **state)
{
    AUTO_ARENA a = { 0 };
    struct drawing d = plain(&a, 128, 160, 96), grey = plain(&a, 100, 100, 100);
    struct str adobe = icc_of(&a, adobe_primaries, 2.2f), linear = icc_of(&a, srgb_primaries, 1.0f);

    UNUSED(state);
    check_colour(&a, png_with_profile(&a, &d, adobe), (uint8_t[3]){ 113, 161, 92 });
    check_colour(&a, png_with_profile(&a, &grey, adobe), (uint8_t[3]){ 100, 100, 100 });
    check_colour(&a, png_with_profile(&a, &grey, linear), (uint8_t[3]){ 168, 168, 168 });
    check_colour(&a, jpeg_of(&a, &d, &(struct jpeg_kind){ .quality = 100, .icc = adobe }),
                 (uint8_t[3]){ 113, 161, 92 });
    struct str webp =
        webp_with(&a, webp_of(&a, &d, 0), 16, 16, 0x20, riff_chunk(&a, "ICCP", adobe));
    check_colour(&a, webp, (uint8_t[3]){ 113, 161, 92 });
}

static void profiles_of_other_kinds_leave_the_pixels_alone(void **state)
{
    AUTO_ARENA a = { 0 };
    struct drawing d = plain(&a, 128, 160, 96);
    struct str adobe = icc_of(&a, adobe_primaries, 2.2f), cut = str_slice(adobe, 0, 180);
    struct str cmyk = arena_str(&a, adobe);

    UNUSED(state);
    memcpy((char *)(uintptr_t)cmyk.ptr + 16, "CMYK", 4);
    check_colour(&a, png_with_profile(&a, &d, cmyk), (uint8_t[3]){ 128, 160, 96 });
    check_colour(&a, png_with_profile(&a, &d, cut), (uint8_t[3]){ 128, 160, 96 });
    check_colour(&a, png_with_profile(&a, &d, STR("nothing like a profile")),
                 (uint8_t[3]){ 128, 160, 96 });
}

static void gamma_and_chromaticities_of_png_become_srgb(void **state)
{
    AUTO_ARENA a = { 0 };
    struct drawing grey = plain(&a, 100, 100, 100), d = plain(&a, 128, 160, 96);
    struct png_kind kind = { .depth = 8, .colour_type = 2 };
    struct str linear = png_chunk(&a, "gAMA", STR("\0\1\x86\xA0")),
               usual = png_chunk(&a, "gAMA", STR("\0\0\xB1\x8F"));
    /* Adobe's points under D65. */
    struct str wide = png_chunk(
        &a, "cHRM",
        STR("\0\0\x7A\x26\0\0\x80\x84\0\0\xFA\0\0\0\x80\xE8\0\0\x52\x08\0\1\x15\x58\0\0\x3A\x98"
            "\0\0\x17\x70"));
    struct str srgb = png_chunk(&a, "sRGB", STR("\0"));

    UNUSED(state);
    kind.extra = linear;
    check_colour(&a, png_of(&a, &grey, &kind), (uint8_t[3]){ 168, 168, 168 });
    kind.extra = usual;
    check_colour(&a, png_of(&a, &grey, &kind), (uint8_t[3]){ 100, 100, 100 });
    kind.extra = join(&a, usual, wide);
    check_colour(&a, png_of(&a, &d, &kind), (uint8_t[3]){ 113, 161, 92 });
    kind.extra = join(&a, linear, srgb);
    check_colour(&a, png_of(&a, &grey, &kind), (uint8_t[3]){ 100, 100, 100 });
}

static struct str text_of(const struct image_info *info, const char *keyword)
{
    for (size_t i = 0; i < info->text_count; i++) {
        if (str_eq(info->texts[i].keyword, str_from(keyword)))
            return info->texts[i].value;
    }
    return (struct str){ 0 };
}

static void texts_are_found_where_the_formats_keep_them(void **state)
{
    AUTO_ARENA a = { 0 };
    struct drawing d = draw(&a, 20, 20, 1, false);
    struct str utf16 = STR("UNICODE\0\0a\0\xE4\xD8\x3D\xDE\x00"),
               utf16_little = STR("UNICODE\0a\0b\0");
    struct str texts = join(&a, png_chunk(&a, "tEXt", STR("parameters\0a k\xEFte")),
                            png_chunk(&a, "iTXt", STR("albumen\0\0\0\0\0{\"a\":\"\xC3\xA4\"}")));
    texts =
        join(&a, texts,
             png_chunk(&a, "zTXt", join(&a, STR("packed\0\0"), zlib_stored(&a, STR("inside")))));
    texts = join(
        &a, texts,
        png_chunk(&a, "iTXt", join(&a, STR("both\0\1\0\0\0"), zlib_stored(&a, STR("packed too")))));
    const struct {
        struct str file;
        const char *keyword, *value;
    } cases[] = {
        { png_of(&a, &d, &(struct png_kind){ .depth = 8, .colour_type = 2, .extra = texts }),
          "parameters", "a k\xC3\xAFte" },
        { png_of(&a, &d, &(struct png_kind){ .depth = 8, .colour_type = 2, .extra = texts }),
          "albumen", "{\"a\":\"\xC3\xA4\"}" },
        { png_of(&a, &d, &(struct png_kind){ .depth = 8, .colour_type = 2, .extra = texts }),
          "packed", "inside" },
        { png_of(&a, &d, &(struct png_kind){ .depth = 8, .colour_type = 2, .extra = texts }),
          "both", "packed too" },
        { jpeg_of(&a, &d, &(struct jpeg_kind){ .comment = STR("a comment") }), "Comment",
          "a comment" },
        { jpeg_of(&a, &d, &(struct jpeg_kind){ .exif = exif_of(&a, 1, true, utf16) }),
          "UserComment", "a\xC3\xA4\xF0\x9F\x98\x80" },
        { with_exif(&a, &d, IMAGE_WEBP, exif_of(&a, 1, false, utf16_little)), "UserComment", "ab" },
    };
    struct image_service *s = service_with((struct image_options){ 0 });

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FD fd = file_of(cases[i].file);
        struct image_info info;

        CHECK_OK(image_probe(s, fd, &a, &info, &e));
        CHECK_TEXT(arena_cstr(&a, text_of(&info, cases[i].keyword)), cases[i].value);
    }
    image_service_destroy(s);
}

static void a_probe_tells_what_a_picture_is(void **state)
{
    AUTO_ARENA a = { 0 };
    struct drawing d = draw(&a, 64, 40, 1, false), holed = draw(&a, 64, 40, 1, true);
    struct png_kind rgb = { .depth = 8, .colour_type = 2 }, rgba = { .depth = 8, .colour_type = 6 };
    const struct {
        struct str file;
        struct image_info want;
    } cases[] = {
        { png_of(&a, &d, &rgb), { .format = IMAGE_PNG, .orientation = 1 } },
        { png_of(&a, &d, &rgba), { .format = IMAGE_PNG, .orientation = 1 } },
        { png_of(&a, &holed, &rgba), { .format = IMAGE_PNG, .orientation = 1, .has_alpha = true } },
        { webp_of(&a, &holed, 80), { .format = IMAGE_WEBP, .orientation = 1, .has_alpha = true } },
        { jpeg_of(&a, &d, &(struct jpeg_kind){ 0 }), { .format = IMAGE_JPEG, .orientation = 1 } },
        { png_with(&a, png_of(&a, &d, &rgb), png_chunk(&a, "acTL", STR("\0\0\0\1\0\0\0\0"))),
          { .format = IMAGE_PNG, .orientation = 1, .is_animated = true } },
        { png_with(&a, png_of(&a, &d, &rgb), png_chunk(&a, "caBX", STR("jumb"))),
          { .format = IMAGE_PNG, .orientation = 1, .has_credentials = true } },
    };
    struct image_service *s = service_with((struct image_options){ 0 });

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FD fd = file_of(cases[i].file);
        struct image_info got;

        CHECK_OK(image_probe(s, fd, &a, &got, &e));
        CHECK_I64(got.format, cases[i].want.format);
        CHECK_I64(got.width, 64);
        CHECK_I64(got.height, 40);
        CHECK_I64(got.orientation, cases[i].want.orientation);
        CHECK_I64(got.has_alpha, cases[i].want.has_alpha);
        CHECK_I64(got.is_animated, cases[i].want.is_animated);
        CHECK_I64(got.has_credentials, cases[i].want.has_credentials);
    }
    image_service_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(png_of_true_colour_is_read_exactly),
        TEST(png_of_grey_and_palette_is_read_exactly_in_every_depth),
        TEST(a_transparent_colour_becomes_alpha),
        TEST(jpeg_is_read_in_every_kind),
        TEST(webp_is_read_with_and_without_loss),
        TEST(the_first_frame_of_an_animation_stands_on_its_canvas),
        TEST(pictures_are_turned_upright_by_every_orientation_of_every_format),
        TEST(senseless_orientations_count_as_upright),
        TEST(profiles_by_matrix_and_curves_become_srgb),
        TEST(profiles_of_other_kinds_leave_the_pixels_alone),
        TEST(gamma_and_chromaticities_of_png_become_srgb),
        TEST(texts_are_found_where_the_formats_keep_them),
        TEST(a_probe_tells_what_a_picture_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
