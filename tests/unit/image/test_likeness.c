/* How alike two pictures are, for pairs of which everybody knows the answer. */
#include <math.h>

#include "base/file.h"
#include "helper.h"
#include "image/helper/codec.h"
#include "pictures.h"

static struct err e;
static struct image_service *service;

/* What the built-in renderer draws is far from what a camera sees, and has subjects all the same.
 */
static const char *const subjects[] = {
    "{\"prompt\":\"portrait of a woman with dark curly hair\",\"seed\":11,\"width\":384,\"height\":384}",
    "{\"prompt\":\"portrait of an old fisherman in a yellow coat\",\"seed\":12,\"width\":384,\"height\":384}",
    "{\"prompt\":\"a red teapot\",\"seed\":13,\"width\":384,\"height\":384}",
    "{\"prompt\":\"a blue robot\",\"seed\":14,\"width\":384,\"height\":384}",
    "{\"prompt\":\"a lighthouse on a cliff at dusk\",\"seed\":15,\"width\":384,\"height\":384}",
};
static struct arena memory;
static struct drawing drawn[COUNT(subjects)];

static struct drawing render(const char *request)
{
    AUTO_FD file = file_of(STR(""));
    AUTO_PICTURE picture = { 0 };
    AUTO_PIXELS pixels = { 0 };
    struct image_info info;
    struct drawing out;

    CHECK_OK(image_render(service, &(struct image_render){ .request = str_from(request) }, file,
                          &memory, &info, &e));
    CHECK_OK(picture_open(file, &memory, NULL, &picture, &e));
    CHECK_OK(picture_load(&picture, &pixels, &e));
    out =
        (struct drawing){ pixels.width, pixels.height,
                          arena_alloc(&memory, (size_t)pixels.width * (size_t)pixels.height * 4) };
    for (int i = 0; i < out.width * out.height; i++) {
        for (int k = 0; k < 4; k++)
            out.rgba[4 * i + k] = k < pixels.channels ? pixels.data[pixels.channels * i + k] : 255;
    }
    return out;
}

static int set_up(void **state)
{
    UNUSED(state);
    service = service_with((struct image_options){ 0 });
    for (size_t i = 0; i < COUNT(subjects); i++)
        drawn[i] = render(subjects[i]);
    return 0;
}

static int tear_down(void **state)
{
    UNUSED(state);
    image_service_destroy(service);
    arena_deinit(&memory);
    return 0;
}

static struct str as_png(const struct drawing *d)
{
    return png_of(&memory, d, &(struct png_kind){ .depth = 8, .colour_type = 6 });
}

static bool is_between(double value, double one, double two, double three)
{
    return value >= fmin(fmin(one, two), three) - 1e-9 &&
           value <= fmax(fmax(one, two), three) + 1e-9;
}

static struct image_likeness compare_files(struct str left, struct str right)
{
    AUTO_FD one = file_of(left);
    AUTO_FD two = file_of(right);
    struct image_likeness l;

    CHECK_OK(image_compare(service, one, two, &l, &e));
    CHECK(is_between(l.whole, l.colour, l.structure, l.has_faces ? l.face : l.colour));
    return l;
}

static double likeness(const struct drawing *left, const struct drawing *right)
{
    return compare_files(as_png(left), as_png(right)).whole;
}

/* scale of both sides, cut out at so much of what is left over. */
static struct drawing cropped(const struct drawing *d, double scale, double along, double down)
{
    int width = (int)(d->width * scale), height = (int)(d->height * scale);
    int left = (int)((d->width - width) * along), top = (int)((d->height - height) * down);
    struct drawing out = { width, height,
                           arena_alloc(&memory, (size_t)width * (size_t)height * 4) };

    for (int y = 0; y < height; y++)
        memcpy(out.rgba + (size_t)y * (size_t)width * 4,
               d->rgba + ((size_t)(y + top) * (size_t)d->width + (size_t)left) * 4,
               (size_t)width * 4);
    return out;
}

enum light { DIMMED, BRIGHTENED, WARMED, FROM_THE_SIDE, LIGHTS };

static double under(enum light light, double value, int channel, double across)
{
    static const double warm[] = { 1.08, 1, 0.82 };

    switch (light) {
    case DIMMED:
        return value * 0.7;
    case BRIGHTENED:
        return 255 * pow(value / 255, 1 / 1.5);
    case WARMED:
        return fmin(value * warm[channel], 255);
    default:
        return fmin(value * (0.55 + 0.6 * across), 255);
    }
}

static struct drawing relit(const struct drawing *d, enum light light)
{
    size_t count = (size_t)d->width * (size_t)d->height;
    struct drawing out = { d->width, d->height, arena_alloc(&memory, count * 4) };

    for (size_t i = 0; i < count * 4; i++) {
        int channel = (int)(i % 4), x = (int)(i / 4) % d->width;

        out.rgba[i] =
            channel == 3 ? d->rgba[i]
                         : (uint8_t)lround(under(light, d->rgba[i], channel, (double)x / d->width));
    }
    return out;
}

static double least_of_crops(const struct drawing *d)
{
    static const struct {
        double scale, along, down;
    } crops[] = { { 0.8, 0.5, 0.5 }, { 0.8, 0, 0 }, { 0.7, 0.5, 0.4 }, { 0.7, 1, 0.3 } };
    double least = 1;

    for (size_t i = 0; i < COUNT(crops); i++) {
        struct drawing crop = cropped(d, crops[i].scale, crops[i].along, crops[i].down);

        least = fmin(least, likeness(d, &crop));
    }
    return least;
}

static double least_of_lights(const struct drawing *d)
{
    double least = 1;

    for (enum light light = 0; light < LIGHTS; light++) {
        struct drawing other = relit(d, light);

        least = fmin(least, likeness(d, &other));
    }
    return least;
}

static double most_of_other_subjects(size_t subject)
{
    double most = 0;

    for (size_t i = 0; i < COUNT(subjects); i++) {
        if (i != subject)
            most = fmax(most, likeness(&drawn[subject], &drawn[i]));
    }
    return most;
}

static void a_picture_is_wholly_like_itself(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT(subjects); i++) {
        struct str png = as_png(&drawn[i]);

        CHECK(compare_files(png, png).whole > 1 - 1e-9);
    }
}

static void the_order_of_the_two_makes_no_difference(void **state)
{
    UNUSED(state);
    for (size_t i = 1; i < COUNT(subjects); i++) {
        struct str one = as_png(&drawn[0]), two = as_png(&drawn[i]);
        struct image_likeness there = compare_files(one, two), back = compare_files(two, one);

        CHECK(there.has_faces == back.has_faces);
        CHECK(fabs(there.face - back.face) < 1e-9 && fabs(there.whole - back.whole) < 1e-9);
    }
}

static void what_was_only_written_anew_is_very_alike(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT(subjects); i++) {
        struct str png = as_png(&drawn[i]);
        struct str others[] = {
            jpeg_of(&memory, &drawn[i], &(struct jpeg_kind){ .quality = 75 }),
            jpeg_of(&memory, &drawn[i], &(struct jpeg_kind){ .quality = 90, .progressive = true }),
            webp_of(&memory, &drawn[i], 60),
        };

        for (size_t k = 0; k < COUNT(others); k++)
            CHECK(compare_files(png, others[k]).whole > 0.95);
    }
}

static void crops_and_other_light_come_before_other_subjects(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT(subjects); i++) {
        double crops = least_of_crops(&drawn[i]), lights = least_of_lights(&drawn[i]);
        double others = most_of_other_subjects(i);

        CHECK(crops > 0.65 && crops < 0.98);
        CHECK(lights > 0.75 && lights < 0.98);
        CHECK(others < 0.6);
        CHECK(fmin(crops, lights) - others > 0.12);
    }
}

static void other_subjects_have_little_in_common_on_average(void **state)
{
    double sum = 0;
    int count = 0;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(subjects); i++) {
        for (size_t k = i + 1; k < COUNT(subjects); k++, count++)
            sum += likeness(&drawn[i], &drawn[k]);
    }
    CHECK(sum / count < 0.42);
}

static void light_changes_colours_and_not_structure(void **state)
{
    struct drawing warm = relit(&drawn[0], WARMED);
    struct image_likeness l = compare_files(as_png(&drawn[0]), as_png(&warm));

    UNUSED(state);
    CHECK(l.structure > 0.97);
    CHECK(l.colour < 0.9);
}

static void a_camera_that_was_turned_makes_no_difference(void **state)
{
    struct str png = as_png(&drawn[0]);

    UNUSED(state);
    for (int orientation = 2; orientation <= 8; orientation++) {
        struct drawing stored = turned(&memory, &drawn[0], orientation);
        struct str exif = exif_of(&memory, orientation, false, (struct str){ 0 });
        struct str jpeg = jpeg_of(&memory, &stored, &(struct jpeg_kind){ .exif = exif });

        CHECK(compare_files(png, jpeg).whole > 0.95);
    }
}

static struct drawing plain(int width, int height, uint8_t red, uint8_t green, uint8_t alpha)
{
    size_t count = (size_t)width * (size_t)height;
    struct drawing d = { width, height, arena_alloc(&memory, count * 4) };

    for (size_t i = 0; i < count; i++)
        memcpy(d.rgba + 4 * i, (const uint8_t[]){ red, green, red, alpha }, 4);
    return d;
}

static void pictures_without_anything_in_them_have_an_answer_too(void **state)
{
    static const struct {
        int left[2], right[2]; /* sizes */
        uint8_t left_colour[3], right_colour[3];
        double least, most;
    } cases[] = {
        { { 64, 64 }, { 64, 64 }, { 255, 255, 255 }, { 255, 255, 255 }, 1, 1 },
        { { 64, 64 }, { 1, 1 }, { 90, 90, 255 }, { 90, 90, 255 }, 1, 1 },
        { { 300, 2 }, { 2, 300 }, { 90, 90, 255 }, { 90, 90, 255 }, 1, 1 },
        { { 64, 64 }, { 64, 64 }, { 255, 255, 255 }, { 0, 0, 0 }, 1, 1 }, /* nothing is white */
        { { 64, 64 }, { 64, 64 }, { 255, 0, 255 }, { 0, 255, 255 }, 0.4, 0.45 },
        { { 64, 64 }, { 64, 64 }, { 255, 255, 255 }, { 0, 0, 255 }, 0.4, 0.7 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const uint8_t *l = cases[i].left_colour, *r = cases[i].right_colour;
        struct drawing left = plain(cases[i].left[0], cases[i].left[1], l[0], l[1], l[2]);
        struct drawing right = plain(cases[i].right[0], cases[i].right[1], r[0], r[1], r[2]);
        double got = likeness(&left, &right);

        CHECK(got >= cases[i].least - 1e-6 && got <= cases[i].most + 1e-6);
    }
}

/* Its sandbox is whole: what the measure needs, it allows. */
static void the_helper_as_it_is_delivered_says_the_same(void **state)
{
    struct image_service *bare =
        service_with((struct image_options){ .helper_path = IMAGE_HELPER_BARE });
    AUTO_FD one = file_of(as_png(&drawn[0]));
    AUTO_FD two = file_of(as_png(&drawn[1]));
    struct image_likeness ours, theirs;

    UNUSED(state);
    CHECK_OK(image_compare(service, one, two, &ours, &e));
    CHECK_OK(image_compare(bare, one, two, &theirs, &e));
    CHECK(fabs(ours.whole - theirs.whole) < 1e-6);
    image_service_destroy(bare);
}

static void what_is_no_picture_is_an_error(void **state)
{
    struct str png = as_png(&drawn[0]);
    const struct {
        struct str bytes;
        enum err_code code;
    } cases[] = {
        { STR(""), ERR_INVALID },
        { STR("GIF89a and so on"), ERR_UNSUPPORTED_TYPE },
        { str_slice(png, 0, png.len / 2), ERR_INVALID },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FD good = file_of(png);
        AUTO_FD bad = file_of(cases[i].bytes);
        struct image_likeness unused;

        CHECK_FAILS(image_compare(service, good, bad, &unused, &e), cases[i].code, NULL);
        CHECK_FAILS(image_compare(service, bad, good, &unused, &e), cases[i].code, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_is_wholly_like_itself),
        cmocka_unit_test(the_order_of_the_two_makes_no_difference),
        cmocka_unit_test(what_was_only_written_anew_is_very_alike),
        cmocka_unit_test(crops_and_other_light_come_before_other_subjects),
        cmocka_unit_test(other_subjects_have_little_in_common_on_average),
        cmocka_unit_test(light_changes_colours_and_not_structure),
        cmocka_unit_test(a_camera_that_was_turned_makes_no_difference),
        cmocka_unit_test(pictures_without_anything_in_them_have_an_answer_too),
        cmocka_unit_test(the_helper_as_it_is_delivered_says_the_same),
        cmocka_unit_test(what_is_no_picture_is_an_error),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
