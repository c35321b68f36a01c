/* Faces: where the finder finds one, where it does not, and what they add to a likeness. */
#include <math.h>

#include "base/file.h"
#include "faces.h"
#include "helper.h"
#include "image/helper/face.h"

enum { SIDE = 256, PEOPLE = 8 };

static struct err e;
static struct image_service *service;
static struct arena memory;

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
    arena_deinit(&memory);
    return 0;
}

static struct pixels pixels_of(const struct drawing *d)
{
    return (struct pixels){ d->width, d->height, 4, d->rgba };
}

static bool find(const struct drawing *d, struct face *out)
{
    struct pixels pixels = pixels_of(d);
    struct arena_mark mark = arena_mark(&memory);
    bool found = face_find(&memory, &pixels, out);

    arena_rewind(&memory, mark);
    if (found)
        CHECK(out->left >= 0 && out->top >= 0 && out->side >= FACE_LEAST_SIDE &&
              out->left + out->side <= d->width && out->top + out->side <= d->height);
    return found;
}

static bool has_face(const struct drawing *d)
{
    struct face face;

    return find(d, &face);
}

static bool is_at(const struct face *face, const struct head *head)
{
    double most = head->side * 0.15, half = face->side / 2.0;

    return fabs(face->left + half - head->centre_x) < most &&
           fabs(face->top + half - head->centre_y) < most && fabs(face->side - head->side) < most;
}

/* Somebody in the middle of a place. */
static struct drawing portrait(unsigned seed, unsigned place, double side)
{
    struct drawing d = draw_place(&memory, SIDE, SIDE, place);

    draw_head(&d, &(struct head){ SIDE / 2.0, SIDE / 2.0, side, seed });
    return d;
}

static void faces_are_found_where_they_are(void **state)
{
    UNUSED(state);
    for (unsigned seed = 0; seed < PEOPLE; seed++) {
        struct head head = { 108 + seed * 53 % 41, 108 + seed * 29 % 41, 50 + seed * 37 % 130,
                             seed };
        struct drawing d = draw_place(&memory, SIDE, SIDE, seed);
        struct face face;

        draw_head(&d, &head);
        CHECK(find(&d, &face));
        CHECK(is_at(&face, &head));
    }
}

static void places_without_anybody_have_no_face(void **state)
{
    UNUSED(state);
    for (unsigned seed = 0; seed < 2 * PEOPLE; seed++) {
        struct drawing d = draw_place(&memory, SIDE, SIDE, seed);

        CHECK(!has_face(&d));
    }
}

/* How a camera was held, the decoder has seen to before. */
static void a_face_on_its_side_or_on_its_head_is_hardly_ever_found(void **state)
{
    static const int orientations[] = { 3, 6, 8 };
    int found = 0;

    UNUSED(state);
    for (unsigned seed = 0; seed < PEOPLE; seed++) {
        struct drawing d = portrait(seed, seed, 110);

        for (size_t i = 0; i < COUNT(orientations); i++) {
            struct drawing other = turned(&memory, &d, orientations[i]);

            found += has_face(&other);
        }
    }
    CHECK(found <= 1);
}

/* Orientation 2 is the mirror's. */
static void a_mirrored_face_is_found(void **state)
{
    UNUSED(state);
    for (unsigned seed = 0; seed < PEOPLE; seed++) {
        struct drawing d = portrait(seed, seed, 110), other = turned(&memory, &d, 2);

        CHECK(has_face(&other));
    }
}

static void of_many_faces_the_largest_is_taken(void **state)
{
    static const struct head largest = { 90, 150, 110, 7 };
    static const struct head others[] = {
        { 200, 60, 50, 1 }, { 215, 170, 60, 2 }, { 150, 50, 44, 3 }, { 90, 150, 110, 7 }
    };
    struct drawing d = draw_place(&memory, SIDE, SIDE, 40);
    struct face face;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(others); i++)
        draw_head(&d, &others[i]);
    CHECK(find(&d, &face));
    CHECK(is_at(&face, &largest));
}

static void a_face_is_found_at_every_border_and_not_once_half_of_it_is_gone(void **state)
{
    static const struct {
        double x, y;
        bool is_found;
    } cases[] = {
        { 51, 128, true }, { 205, 128, true },  { 128, 53, true },   { 128, 203, true },
        { 52, 53, true },  { 204, 203, true },  { 0, 128, false },   { 256, 128, false },
        { 128, 0, false }, { 128, 256, false }, { -90, -90, false },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct head head = { cases[i].x, cases[i].y, 96, 5 };
        struct drawing d = draw_place(&memory, SIDE, SIDE, 3);
        struct face face;
        bool found;

        draw_head(&d, &head);
        found = find(&d, &face);
        CHECK(found == cases[i].is_found);
        CHECK(!found || is_at(&face, &head));
    }
}

static void faces_that_are_too_small_are_not_looked_for(void **state)
{
    struct drawing small = portrait(4, 2, 20), large = portrait(4, 2, 40);

    UNUSED(state);
    CHECK(!has_face(&small));
    CHECK(has_face(&large));
}

static void a_picture_of_any_shape_has_an_answer(void **state)
{
    static const int sizes[][2] = { { 1, 1 },   { 1, 256 },  { 256, 1 },  { 31, 256 },
                                    { 32, 32 }, { 33, 256 }, { 256, 33 }, { 256, 255 } };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        for (int value = 0; value < 256; value += 85) {
            struct drawing d = draw_place(&memory, sizes[i][0], sizes[i][1], 1);

            memset(d.rgba, value, (size_t)d.width * (size_t)d.height * 4);
            CHECK(!has_face(&d));
        }
    }
}

static void a_face_is_cut_out_in_any_size_down_to_a_pixel(void **state)
{
    struct drawing d = portrait(6, 1, 100);
    struct pixels pixels = pixels_of(&d);
    struct face face;

    UNUSED(state);
    CHECK(find(&d, &face));
    for (int side = face.side; side > 0; side /= 2) {
        AUTO_PIXELS cut = { 0 };

        CHECK_OK(face_cut(&memory, &pixels, &face, side, &cut, &e));
        CHECK(cut.width == side && cut.height == side);
        CHECK(side < face.side ||
              memcmp(cut.data, pixels_row(&pixels, face.top) + face.left * 4, 4) == 0);
    }
}

static void whoever_is_transparent_stands_on_white_and_is_not_seen(void **state)
{
    struct drawing d = portrait(6, 1, 100);

    UNUSED(state);
    CHECK(has_face(&d));
    for (size_t i = 0; i < (size_t)SIDE * SIDE; i++)
        d.rgba[4 * i + 3] = 0;
    CHECK(!has_face(&d));
}

static struct image_likeness compare_files(struct str left, struct str right)
{
    AUTO_FD one = file_of(left);
    AUTO_FD two = file_of(right);
    struct image_likeness out;

    CHECK_OK(image_compare(service, one, two, &out, &e));
    return out;
}

static struct str as_png(const struct drawing *d)
{
    return png_of(&memory, d, &(struct png_kind){ .depth = 8, .colour_type = 6 });
}

static struct image_likeness compare(const struct drawing *left, const struct drawing *right)
{
    return compare_files(as_png(left), as_png(right));
}

/* Without a face, the whole is what it would be if nobody looked for one. */
static bool is_of_colour_and_structure(const struct image_likeness *l)
{
    return fabs(l->whole - (0.6 * l->colour + 0.4 * l->structure)) < 1e-9;
}

static void the_same_face_is_wholly_like_itself_and_counts_for_a_third(void **state)
{
    UNUSED(state);
    for (unsigned seed = 0; seed < 3; seed++) {
        struct drawing d = portrait(seed, seed, 100), elsewhere = portrait(seed, seed + 50, 100);
        struct image_likeness same = compare(&d, &d), moved = compare(&d, &elsewhere);
        struct image_likeness back = compare(&elsewhere, &d);
        double rest = 0.6 * moved.colour + 0.4 * moved.structure;

        CHECK(same.has_faces && same.face > 1 - 1e-9 && same.whole > 1 - 1e-9);
        CHECK(moved.has_faces && moved.face > 0.65 && moved.whole > rest);
        CHECK(fabs(moved.whole - (rest + (moved.face - rest) / 3)) < 1e-9);
        CHECK(fabs(moved.face - back.face) < 1e-9 && fabs(moved.whole - back.whole) < 1e-9);
    }
}

static void a_face_that_was_written_anew_or_came_closer_is_very_alike(void **state)
{
    UNUSED(state);
    for (unsigned seed = 0; seed < 3; seed++) {
        struct drawing d = portrait(seed, seed, 100), closer = portrait(seed, seed, 140);
        struct str png = as_png(&d);
        struct str others[] = { jpeg_of(&memory, &d, &(struct jpeg_kind){ .quality = 75 }),
                                webp_of(&memory, &d, 60) };
        struct image_likeness near = compare(&d, &closer);

        for (size_t i = 0; i < COUNT(others); i++) {
            struct image_likeness l = compare_files(png, others[i]);

            CHECK(l.has_faces && l.face > 0.85 && l.whole > 0.95);
        }
        CHECK(near.has_faces && near.face > 0.65);
    }
}

static struct drawing dimmed(const struct drawing *d)
{
    size_t bytes = (size_t)d->width * (size_t)d->height * 4;
    struct drawing out = { d->width, d->height, arena_alloc(&memory, bytes) };

    for (size_t i = 0; i < bytes; i++)
        out.rgba[i] = i % 4 == 3 ? 255 : (uint8_t)(d->rgba[i] * 7 / 10);
    return out;
}

/* By the means of all: two people may look alike, and the measure is no identity check. */
static void somebody_in_other_light_comes_before_somebody_else(void **state)
{
    double lights = 0, others = 0;

    UNUSED(state);
    for (unsigned seed = 0; seed < 4; seed++) {
        struct drawing d = portrait(seed, 8, 100), dark = dimmed(&d);
        struct drawing other = portrait(seed + 8, 8, 100);
        struct image_likeness light = compare(&d, &dark), stranger = compare(&d, &other);

        CHECK(light.has_faces && stranger.has_faces);
        lights += light.face / 4;
        others += stranger.face / 4;
    }
    CHECK(lights > 0.9);
    CHECK(others < lights - 0.1);
}

static void where_only_one_or_none_has_a_face_it_does_not_count(void **state)
{
    struct drawing with = portrait(3, 3, 100), other = draw_place(&memory, SIDE, SIDE, 3);
    struct drawing lying = turned(&memory, &with, 6);
    const struct drawing *cases[][2] = { { &with, &other }, { &with, &lying }, { &other, &lying } };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct image_likeness l = compare(cases[i][0], cases[i][1]);

        CHECK(!l.has_faces && is_of_colour_and_structure(&l));
    }
}

/* The orientation that the file tells of comes first. */
static void a_camera_that_was_turned_makes_no_difference(void **state)
{
    struct drawing d = portrait(2, 2, 100);

    UNUSED(state);
    for (int orientation = 2; orientation <= 8; orientation++) {
        struct drawing stored = turned(&memory, &d, orientation);
        struct str exif = exif_of(&memory, orientation, false, (struct str){ 0 });
        struct str jpeg = jpeg_of(&memory, &stored, &(struct jpeg_kind){ .exif = exif });
        struct image_likeness l = compare_files(as_png(&d), jpeg);

        CHECK(l.has_faces && l.face > 0.9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faces_are_found_where_they_are),
        cmocka_unit_test(places_without_anybody_have_no_face),
        cmocka_unit_test(a_face_on_its_side_or_on_its_head_is_hardly_ever_found),
        cmocka_unit_test(a_mirrored_face_is_found),
        cmocka_unit_test(of_many_faces_the_largest_is_taken),
        cmocka_unit_test(a_face_is_found_at_every_border_and_not_once_half_of_it_is_gone),
        cmocka_unit_test(faces_that_are_too_small_are_not_looked_for),
        cmocka_unit_test(a_picture_of_any_shape_has_an_answer),
        cmocka_unit_test(a_face_is_cut_out_in_any_size_down_to_a_pixel),
        cmocka_unit_test(whoever_is_transparent_stands_on_white_and_is_not_seen),
        cmocka_unit_test(the_same_face_is_wholly_like_itself_and_counts_for_a_third),
        cmocka_unit_test(a_face_that_was_written_anew_or_came_closer_is_very_alike),
        cmocka_unit_test(somebody_in_other_light_comes_before_somebody_else),
        cmocka_unit_test(where_only_one_or_none_has_a_face_it_does_not_count),
        cmocka_unit_test(a_camera_that_was_turned_makes_no_difference),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
