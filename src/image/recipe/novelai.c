/* NovelAI: `Software` says so, `Comment` holds the JSON. In WebP the same texts are members of one
 * JSON comment. */
#include "image/recipe/lenient.h"
#include "image/recipe/reading.h"

enum { MAX_CHARACTERS = 32, MAX_PROMPT = 64 * 1024 };

static const struct recipe_key keys[] = {
    { "prompt", PART_PROMPT },
    { "uc", PART_NEGATIVE_PROMPT },
    { "width", PART_WIDTH },
    { "height", PART_HEIGHT },
    { "seed", PART_SEED },
    { "steps", PART_STEPS },
    { "scale", PART_GUIDANCE },
    { "sampler", PART_SAMPLER },
    { "noise_schedule", PART_SCHEDULER },
    { "signed_hash", PART_NONE },
    { "request_type", PART_NONE },
    { "hide_debug_overlay", PART_NONE },
    { "n_samples", PART_NONE },
    { "version", PART_NONE },
    { 0 },
};

/* {"caption":{"base_caption":"...","char_captions":[{"char_caption":"..."}]}}: the scene, and from
 * version 4 on each character behind a bar, as it is typed there. */
static struct str join_captions(struct arena *a, const struct json *v4)
{
    const struct json *caption = json_get(v4, "caption");
    const struct json *characters = json_get(caption, "char_captions");
    AUTO_BUF text = { 0 };

    buf_init(&text, MAX_PROMPT);
    buf_put(&text, json_get_str(caption, "base_caption"));
    for (size_t i = 0; characters != NULL && characters->type == JSON_ARRAY &&
                       i < characters->array.count && i < MAX_CHARACTERS;
         i++) {
        struct str one = json_get_str(&characters->array.items[i], "char_caption");

        if (one.len > 0 && text.len > 0)
            buf_put(&text, STR(" | "));
        buf_put(&text, one);
    }
    return arena_str(a, buf_str(&text));
}

/* "NovelAI Diffusion V4 37C2B166": the last word is a hash. */
static void read_source(struct reading *r, struct str source)
{
    size_t at;

    source = text_trim(source);
    for (at = source.len; at > 0 && source.ptr[at - 1] != ' ';)
        at--;
    if (at > 0 && source.len - at == 8) {
        reading_set(r, PART_MODEL_HASH, STR("Source"), str_slice(source, at, source.len));
        source = str_slice(source, 0, at);
    }
    reading_set(r, PART_MODEL, STR("Source"), source);
}

static void read_comment(struct reading *r, struct str comment)
{
    struct json tree;

    if (!lenient_parse(r->arena, comment, &tree))
        return;
    reading_set(r, PART_PROMPT, STR("prompt"),
                join_captions(r->arena, json_get(&tree, "v4_prompt")));
    reading_set(r, PART_NEGATIVE_PROMPT, STR("uc"),
                join_captions(r->arena, json_get(&tree, "v4_negative_prompt")));
    reading_set_members(r, keys, &tree);
}

/* {"Software":"NovelAI","Source":"...","Description":"...","Comment":"{...}"} */
static bool read_wrapped(struct reading *r)
{
    struct str text = text_trim(reading_find(r, "UserComment"));
    struct json tree;

    if (text.len == 0 || text.ptr[0] != '{' || str_find(text, STR("NovelAI")) == text.len ||
        !lenient_parse(r->arena, text, &tree) ||
        !str_eq(json_get_str(&tree, "Software"), STR("NovelAI")))
        return false;
    reading_use(r, "UserComment");
    read_comment(r, json_get_str(&tree, "Comment"));
    reading_set(r, PART_PROMPT, STR("Description"), json_get_str(&tree, "Description"));
    read_source(r, json_get_str(&tree, "Source"));
    return true;
}

static bool read(struct reading *r)
{
    bool is_chunked = str_eq(text_trim(reading_find(r, "Software")), STR("NovelAI"));

    if (!is_chunked && !read_wrapped(r))
        return false;
    r->recipe.program = STR("NovelAI");
    if (!is_chunked)
        return true;
    reading_use(r, "Software");
    read_comment(r, reading_use(r, "Comment"));
    reading_set(r, PART_PROMPT, STR("Description"), reading_use(r, "Description"));
    read_source(r, reading_use(r, "Source"));
    return true;
}

const struct recipe_reader recipe_novelai = { "novelai", read };
