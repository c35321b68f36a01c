/* An input as the texts of a picture, for the targets that read recipes; and what holds for each
 * recipe. */
#ifndef TESTS_FUZZ_RECIPE_INPUT_H
#define TESTS_FUZZ_RECIPE_INPUT_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "image/recipe/reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The value of `keyword`, then pairs of another keyword and its value, NUL between all of them. */
static inline size_t recipe_texts(const char *keyword, struct str input, struct image_text *out,
                                  size_t max)
{
    size_t count = 0;
    bool more = true;

    for (struct str name = str_from(keyword); more && count < max; count++) {
        out[count].keyword = name;
        more = str_cut(input, '\0', &out[count].value, &input);
        if (more)
            more = str_cut(input, '\0', &name, &input);
    }
    return count;
}

static inline void check_recipe(const struct recipe *r)
{
    AUTO_ARENA a = { 0 };
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };
    struct json tree;
    struct err e;

    buf_init(&text, 64 * MIB);
    assert(r->loras.count <= RECIPE_MAX_LORAS && r->settings.count <= RECIPE_MAX_SETTINGS);
    assert(r->seed.len <= 20 && r->raw.count >= 1 && r->raw.count <= RECIPE_MAX_RAW);
    assert(str_is_utf8(r->prompt) && str_is_utf8(r->negative_prompt));
    for (size_t i = 0; i < r->settings.count; i++) {
        const struct recipe_setting *s = (const struct recipe_setting *)r->settings.items + i;

        assert(s->name.len <= RECIPE_MAX_NAME && s->value.len <= RECIPE_MAX_VALUE);
        assert(str_is_utf8(s->name) && str_is_utf8(s->value));
    }
    json_put_struct(&w, recipe_json, r);
    assert(!text.overflowed);
    assert(json_parse(&a, buf_str(&text), &tree, &e));
}

static inline void read_recipe(const struct recipe_reader *reader, const char *keyword,
                               const uint8_t *data, size_t size)
{
    AUTO_ARENA a = { 0 };
    struct image_text texts[RECIPE_MAX_RAW];
    struct recipe recipe;

    if (!str_is_utf8(str_of(data, size)))
        return;
    if (recipe_read_by(reader, &a, texts,
                       recipe_texts(keyword, str_of(data, size), texts, COUNT(texts)), &recipe))
        check_recipe(&recipe);
}

#endif
