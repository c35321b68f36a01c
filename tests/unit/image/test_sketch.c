/* The built-in renderer: same bytes for the same request, other pictures for other requests. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/crypto.h"
#include "image/sketch/sketch.h"
#include "image/sketch/wish_words.h"

struct picture {
    int width, height;
    uint8_t *rgb;
};

static struct picture render(struct arena *a, const struct sketch_request *request)
{
    size_t bytes = (size_t)request->width * (size_t)request->height * 3;
    struct picture p = { request->width, request->height, arena_alloc(a, bytes) };

    sketch_render(request, p.rgb, a);
    return p;
}

static struct picture quick(struct arena *a, const char *prompt, const char *style, uint64_t seed,
                            int width, int height)
{
    const struct sketch_request r = { .prompt = str_from(prompt),
                                      .style = str_from(style),
                                      .seed = seed,
                                      .width = width,
                                      .height = height };

    return render(a, &r);
}

/* Mean absolute difference of two pictures of one size, in levels of 255. */
static double difference(struct picture a, struct picture b)
{
    size_t count = (size_t)a.width * (size_t)a.height * 3;
    int64_t sum = 0;

    CHECK(a.width == b.width && a.height == b.height);
    for (size_t i = 0; i < count; i++)
        sum += abs(a.rgb[i] - b.rgb[i]);
    return (double)sum / (double)count;
}

static struct picture shrunk(struct arena *a, struct picture p, int by)
{
    struct picture out = { p.width / by, p.height / by, NULL };

    out.rgb = arena_alloc(a, (size_t)out.width * (size_t)out.height * 3);
    for (int y = 0; y < out.height; y++)
        for (int x = 0; x < out.width; x++)
            for (int k = 0; k < 3; k++) {
                int sum = 0;

                for (int j = 0; j < by * by; j++)
                    sum += p.rgb[((size_t)(y * by + j / by) * (size_t)p.width +
                                  (size_t)(x * by + j % by)) *
                                     3 +
                                 (size_t)k];
                out.rgb[((size_t)y * (size_t)out.width + (size_t)x) * 3 + (size_t)k] =
                    (uint8_t)(sum / (by * by));
            }
    return out;
}

/* A difference hash of 8 x 8: which of two neighbouring areas is lighter. */
static uint64_t perceptual_hash(struct arena *a, struct picture p)
{
    struct picture small = shrunk(a, p, p.width / 9);
    uint64_t hash = 0;

    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 8; x++) {
            const uint8_t *left = small.rgb + ((size_t)y * (size_t)small.width + (size_t)x) * 3;

            hash = hash << 1 | (left[0] + left[1] + left[2] < left[3] + left[4] + left[5]);
        }
    return hash;
}

static const char *const subjects[] = {
    "woman with dark curly hair and glasses", "fox portrait",         "mountain lake at sunset",
    "titanium water bottle, studio",          "tarot card, the moon", "floral pattern",
};

static void the_same_request_gives_the_bytes_that_it_always_gave(void **state)
{
    static const struct {
        const char *prompt, *style;
        uint64_t seed;
        int width, height;
        const char *sha256;
    } cases[] = {
#include "golden.inc"
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct picture p = quick(&a, cases[i].prompt, cases[i].style, cases[i].seed, cases[i].width,
                                 cases[i].height);
        struct str hex = sha256_hex(&a, str_of(p.rgb, (size_t)p.width * (size_t)p.height * 3));

        if (!str_eq(hex, str_from(cases[i].sha256)))
            fail_msg("\"%s\" in %s: " STR_FMT, cases[i].prompt, cases[i].style, STR_ARG(hex));
    }
}

static void what_was_drawn_before_changes_nothing(void **state)
{
    AUTO_ARENA a = { 0 };
    struct picture first, second;

    UNUSED(state);
    first = quick(&a, subjects[0], "watercolor", 9, 128, 96);
    quick(&a, subjects[2], "oil", 5, 200, 50);
    second = quick(&a, subjects[0], "watercolor", 9, 128, 96);
    CHECK(memcmp(first.rgb, second.rgb, 128 * 96 * 3) == 0);
}

static void another_prompt_or_seed_gives_plainly_another_picture(void **state)
{
    AUTO_ARENA a = { 0 };
    struct picture all[COUNT(subjects) * 2];

    UNUSED(state);
    for (size_t i = 0; i < COUNT(all); i++)
        all[i] = quick(&a, subjects[i / 2], "", 100 + i % 2, 144, 144);
    for (size_t i = 0; i < COUNT(all); i++)
        for (size_t j = i + 1; j < COUNT(all); j++) {
            uint64_t bits = perceptual_hash(&a, all[i]) ^ perceptual_hash(&a, all[j]);
            double apart = difference(all[i], all[j]);

            if (apart < 8 || __builtin_popcountll(bits) < 4)
                fail_msg("pictures %zu and %zu: %.1f levels, %d bits apart", i, j, apart,
                         __builtin_popcountll(bits));
        }
}

static void every_style_looks_different(void **state)
{
    AUTO_ARENA a = { 0 };
    struct picture all[32];
    size_t count = 0;

    UNUSED(state);
    while (sketch_style_names[count] != NULL && count < COUNT(all)) {
        all[count] = quick(&a, subjects[0], sketch_style_names[count], 3, 192, 192);
        count++;
    }
    CHECK(count >= 10 && count < COUNT(all));
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            if (difference(all[i], all[j]) < 3.0)
                fail_msg("%s and %s are %.2f levels apart", sketch_style_names[i],
                         sketch_style_names[j], difference(all[i], all[j]));
}

static void a_style_is_found_by_name_and_by_words_of_the_prompt(void **state)
{
    static const struct {
        const char *style, *prompt, *negative, *found;
    } cases[] = {
        { "", "a cat", "", "illustration" },
        { "oil", "a cat", "", "oil" },
        { "Stained Glass", "a cat", "", "stained-glass" },
        { "soft watercolour wash", "a cat", "", "watercolor" },
        { "no such style", "a cat", "", "illustration" },
        { "", "a cat as a low poly model", "", "low-poly" },
        { "", "a watercolour of a boiling oilfield", "", "watercolor" },
        { "", "Tokyo, PIXEL ART", "", "pixel" },
        { "", "a bottle of olive oil", "", "illustration" },
        { "", "a kitten in pastel colours", "", "illustration" },
        { "", "an oil painting of a kitten", "", "oil" },
        { "", "a cat, neon lights", "neon", "illustration" },
        { "ink", "a cat, neon lights", "", "ink" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        const struct sketch_request r = { .prompt = str_from(cases[i].prompt),
                                          .negative_prompt = str_from(cases[i].negative),
                                          .style = str_from(cases[i].style) };
        struct str composition, style, title;

        sketch_describe(&r, &a, &composition, &style, &title);
        CHECK_TEXT(style.ptr, cases[i].found);
    }
}

static void the_same_picture_comes_in_every_size(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT(subjects); i++) {
        AUTO_ARENA a = { 0 };
        struct picture large = shrunk(&a, quick(&a, subjects[i], "", 4, 1024, 1024), 4);
        double apart = difference(large, quick(&a, subjects[i], "", 4, 256, 256));

        if (apart > 2.5)
            fail_msg("\"%s\": %.2f levels apart", subjects[i], apart);
    }
    for (size_t i = 0; sketch_style_names[i] != NULL; i++) {
        AUTO_ARENA a = { 0 };
        const char *style = sketch_style_names[i];
        struct picture large = shrunk(&a, quick(&a, subjects[0], style, 4, 1024, 1024), 8);
        struct picture small = shrunk(&a, quick(&a, subjects[0], style, 4, 256, 256), 2);

        if (difference(large, small) > 9)
            fail_msg("%s: %.2f levels apart", style, difference(large, small));
    }
}

static void extreme_sizes_are_drawn_within_their_bounds(void **state)
{
    static const struct {
        int width, height;
    } sizes[] = { { 16, 16 }, { 17, 31 }, { 16, 4096 }, { 4096, 16 }, { 1000, 250 } };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(sizes); i++)
        for (size_t k = 0; sketch_style_names[k] != NULL; k++) {
            AUTO_ARENA a = { 0 };

            quick(&a, subjects[(i + k) % COUNT(subjects)], sketch_style_names[k], 6, sizes[i].width,
                  sizes[i].height);
        }
}

static void the_largest_size_is_drawn(void **state)
{
    AUTO_ARENA a = { 0 };
    struct picture large;

    UNUSED(state);
    large = quick(&a, subjects[2], "", 4, SKETCH_MAX_SIZE, SKETCH_MAX_SIZE);
    CHECK(difference(shrunk(&a, large, 32), quick(&a, subjects[2], "", 4, 128, 128)) < 4);
}

/* What a word of each kind alone must lead to. */
static int expected_composition(int kind)
{
    switch (kind) {
    case WISH_PERSON:
    case WISH_ANIMAL:
        return COMPOSITION_PORTRAIT;
    case WISH_LAND:
        return COMPOSITION_LANDSCAPE;
    case WISH_ITEM:
        return COMPOSITION_STILL_LIFE;
    case WISH_EMBLEM:
        return COMPOSITION_EMBLEM;
    case WISH_PATTERN:
    case WISH_REPEAT:
        return COMPOSITION_PATTERN;
    default:
        return -1;
    }
}

static void every_known_word_is_understood(void **state)
{
    UNUSED(state);
    for (const struct wish_word *w = wish_words; w->text != NULL; w++) {
        char prompt[128];
        struct wish wish;
        int wanted = expected_composition(w->kind);

        snprintf(prompt, sizeof(prompt), "%s", w->text);
        wish_read(str_from(prompt), STR(""), &wish);
        if (wish.value[w->kind] != w->value)
            fail_msg("\"%s\": value %d of kind %d, expected %d", w->text, wish.value[w->kind],
                     w->kind, w->value);
        if (wanted >= 0 && (int)wish.composition != wanted)
            fail_msg("\"%s\" became a %s", w->text, composition_names[wish.composition]);
    }
}

static void prompts_are_read_as_people_mean_them(void **state)
{
    static const struct {
        const char *prompt, *negative;
        int kind, value;
    } cases[] = {
        { "Professional woman, dark curly hair, early 30s", "", WISH_HAIR, HAIR_CURLY },
        { "Professional woman, dark curly hair, early 30s", "", WISH_HAIR_TONE, HAIR_DARK },
        { "a man without glasses", "", WISH_GLASSES, WISH_NONE },
        { "a man with no beard", "", WISH_BEARD, WISH_NONE },
        { "a man with glasses", "glasses", WISH_GLASSES, WISH_NONE },
        { "foxes and more foxes", "", WISH_ANIMAL, WISH_NONE },
        { "flowers in a vase", "", WISH_PATTERN, WISH_NONE },
        { "headshot portrait of a woman", "", WISH_PERSON, PERSON_WOMAN },
        { "a woman, portrait", "", WISH_PERSON, PERSON_WOMAN },
        { "two bottles", "", WISH_ITEM, ITEM_BOTTLE },
        { "A THREE-QUARTER VIEW", "", WISH_ANGLE, ANGLE_THREE_QUARTER },
        { "manhattan", "", WISH_PERSON, WISH_NONE },
        { "the catalogue", "", WISH_ANIMAL, WISH_NONE },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct wish wish;

        wish_read(str_from(cases[i].prompt), str_from(cases[i].negative), &wish);
        if (wish.value[cases[i].kind] != cases[i].value)
            fail_msg("\"%s\": kind %d is %d", cases[i].prompt, cases[i].kind,
                     wish.value[cases[i].kind]);
    }
}

static void any_bytes_make_a_picture(void **state)
{
    static const char *const prompts[] = {
        "", " ", "\xff\xfe\x80", "\xe7\x8c\xab", "no no no", "------", "1", "x"
    };
    AUTO_ARENA a = { 0 };
    char *endless = arena_alloc(&a, 100000);
    uint64_t word = 1;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(prompts); i++)
        quick(&a, prompts[i], "", i, 32, 32);
    for (size_t i = 0; i < 100000; i++) {
        word = word * 6364136223846793005u + 1442695040888963407u;
        endless[i] = (char)(word >> 56);
    }
    for (int i = 0; i < 3; i++) {
        struct sketch_request r = { .prompt = str_of(endless + i, 100000 - (size_t)i),
                                    .negative_prompt = str_of(endless, 5000),
                                    .style = str_of(endless, 3000),
                                    .seed = UINT64_MAX,
                                    .width = 32,
                                    .height = 48 };
        struct str composition, style, title;

        render(&a, &r);
        sketch_describe(&r, &a, &composition, &style, &title);
        CHECK(title.len <= 60);
        memset(endless, i == 0 ? 'a' : ' ', 50000);
    }
}

/* How far the colours of two references are apart: each to the nearest of the other. */
static double palette_distance(const struct sketch_reference *a, const struct sketch_reference *b)
{
    double sum = 0;

    for (int i = 0; i < a->colour_count; i++) {
        int best = 3 * 255;

        for (int k = 0; k < b->colour_count; k++)
            best = MIN(best, abs(a->colours[i].r - b->colours[k].r) +
                                 abs(a->colours[i].g - b->colours[k].g) +
                                 abs(a->colours[i].b - b->colours[k].b));
        sum += (double)best * (double)a->colours[i].weight;
    }
    return sum;
}

static void a_recipe_brings_subject_and_colours_back(void **state)
{
    static const char *const anchors[] = { "Professional woman, dark curly hair, early 30s",
                                           "Titanium water bottle, brushed finish",
                                           "Cartoon raccoon mascot, mischievous" };
    static const char *const shots[] = { "close-up, direct eye contact, studio lighting",
                                         "three-quarter view, studio", "hero, studio backdrop" };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(anchors); i++) {
        AUTO_ARENA a = { 0 };
        struct sketch_reference ref, seen, shown;

        const struct sketch_request made_by = { .prompt = str_from(anchors[i]),
                                                .negative_prompt = STR(""),
                                                .style = STR("gouache"),
                                                .seed = 11 };

        sketch_study_recipe(&made_by, &ref);
        {
            struct picture anchor = quick(&a, anchors[i], "gouache", 11, 128, 128);

            sketch_study(anchor.rgb, 128, 128, &seen);
        }
        for (size_t k = 0; k < COUNT(shots); k++) {
            struct sketch_request r = { .prompt = str_from(shots[k]),
                                        .seed = 50 + k,
                                        .width = 128,
                                        .height = 128,
                                        .reference = &ref };
            struct str composition, style, title;
            struct picture shot = render(&a, &r);

            sketch_describe(&r, &a, &composition, &style, &title);
            CHECK(str_starts(composition, str_from(composition_names[ref.composition])));
            CHECK_TEXT(style.ptr, "gouache");
            sketch_study(shot.rgb, 128, 128, &shown);
            if (palette_distance(&seen, &shown) > 60)
                fail_msg("shot %zu of \"%s\": colours %.0f apart", k, anchors[i],
                         palette_distance(&seen, &shown));
        }
    }
}

static void pixels_alone_bring_their_colours(void **state)
{
    AUTO_ARENA a = { 0 };
    struct picture flag = { 90, 60, arena_alloc(&a, 90 * 60 * 3) };
    struct sketch_reference ref, seen;
    struct sketch_request r = {
        .prompt = STR("a bottle, studio"), .seed = 5, .width = 128, .height = 128, .reference = &ref
    };
    struct picture plain, tinted;

    UNUSED(state);
    for (size_t i = 0; i < 90 * 60; i++)
        memcpy(flag.rgb + i * 3, i % 90 < 60 ? "\x20\x60\x30" : "\xf0\xd0\x40", 3);
    sketch_study(flag.rgb, 90, 60, &ref);
    CHECK_I64(ref.colour_count, 2);
    CHECK(ref.colours[0].weight > 0.6f && ref.colours[0].weight < 0.72f);
    CHECK(abs(ref.colours[0].g - 0x60) <= 2 && abs(ref.colours[1].r - 0xf0) <= 2);
    tinted = render(&a, &r);
    r.reference = NULL;
    plain = render(&a, &r);
    CHECK(difference(plain, tinted) > 8);
    sketch_study(tinted.rgb, 128, 128, &seen);
    CHECK(palette_distance(&ref, &seen) < 90);
    memset(flag.rgb, 7, 90 * 60 * 3);
    sketch_study(flag.rgb, 90, 60, &ref);
    CHECK_I64(ref.colour_count, 1);
    sketch_study(flag.rgb, 1, 1, &ref);
    CHECK_I64(ref.colour_count, 1);
}

static void a_description_is_short_and_whole(void **state)
{
    AUTO_ARENA a = { 0 };
    const struct sketch_request r = {
        .prompt =
            STR("  Fox with glasses, smiling, close-up, \xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
                "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9")
    };
    struct str composition, style, title;

    UNUSED(state);
    sketch_describe(&r, &a, &composition, &style, &title);
    CHECK_TEXT(composition.ptr, "portrait: fox, round glasses, smile, close up");
    CHECK(str_is_utf8(title) && title.len > 20 && title.len <= 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_request_gives_the_bytes_that_it_always_gave),
        TEST(what_was_drawn_before_changes_nothing),
        TEST(another_prompt_or_seed_gives_plainly_another_picture),
        TEST(every_style_looks_different),
        TEST(a_style_is_found_by_name_and_by_words_of_the_prompt),
        TEST(the_same_picture_comes_in_every_size),
        TEST(extreme_sizes_are_drawn_within_their_bounds),
        TEST(the_largest_size_is_drawn),
        TEST(every_known_word_is_understood),
        TEST(prompts_are_read_as_people_mean_them),
        TEST(any_bytes_make_a_picture),
        TEST(a_recipe_brings_subject_and_colours_back),
        TEST(pixels_alone_bring_their_colours),
        TEST(a_description_is_short_and_whole),
    };
    struct err e = { 0 };

    if (!crypto_init(&e))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
