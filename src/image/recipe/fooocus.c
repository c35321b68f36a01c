/* Fooocus, in both of its ways of writing: JSON of its own, or an A1111 text that keeps what was
 * typed as `Raw prompt`. */
#include "image/recipe/infotext.h"
#include "image/recipe/lenient.h"

/* Older versions wrote what stands in their log, with the labels people see. */
static const struct recipe_key keys[] = {
    { "prompt", PART_PROMPT },
    { "negative_prompt", PART_NEGATIVE_PROMPT },
    { "Negative Prompt", PART_NEGATIVE_PROMPT },
    { "Raw prompt", PART_PROMPT },
    { "Raw negative prompt", PART_NEGATIVE_PROMPT },
    { "resolution", PART_SIZE },
    { "Size", PART_SIZE },
    { "width", PART_WIDTH },
    { "height", PART_HEIGHT },
    { "seed", PART_SEED },
    { "steps", PART_STEPS },
    { "guidance_scale", PART_GUIDANCE },
    { "Guidance Scale", PART_GUIDANCE },
    { "CFG scale", PART_GUIDANCE },
    { "sampler", PART_SAMPLER },
    { "scheduler", PART_SCHEDULER },
    { "base_model", PART_MODEL },
    { "Base Model", PART_MODEL },
    { "Model", PART_MODEL },
    { "base_model_hash", PART_MODEL_HASH },
    { "Model hash", PART_MODEL_HASH },
    { "version", PART_VERSION },
    { "metadata_scheme", PART_NONE },
    { 0 },
};

static bool names_lora(struct str name)
{
    return str_starts(name, STR("lora_combined_")) || str_starts(name, STR("LoRA "));
}

/* "sd_xl_offset : 0.1", in newer versions "True : sd_xl_offset : 0.1". */
static void read_combined_lora(struct reading *r, struct str value)
{
    struct str separator = STR(" : "), parts[3] = { { 0 } };
    size_t count = 0;

    for (bool more = true; more && count < COUNT(parts); count++) {
        size_t at = str_find(value, separator);

        more = at < value.len;
        parts[count] = str_slice(value, 0, at);
        value = str_slice(value, at + separator.len, value.len);
    }
    if (count == 3 && str_eq(parts[0], STR("False")))
        return;
    reading_add_lora(r, parts[count == 3 ? 1 : 0], parts[count == 3 ? 2 : 1], (struct str){ 0 });
}

/* [["name", 0.1, "hash"]] */
static void read_loras(struct reading *r, const struct json *loras)
{
    if (loras == NULL || loras->type != JSON_ARRAY)
        return;
    for (size_t i = 0; i < loras->array.count; i++) {
        const struct json *item = &loras->array.items[i];

        if (item->type == JSON_ARRAY && item->array.count >= 3)
            reading_add_lora(r, lenient_text(r->arena, &item->array.items[0]),
                             lenient_text(r->arena, &item->array.items[1]),
                             lenient_text(r->arena, &item->array.items[2]));
    }
}

static void read_json(struct reading *r, const struct json *tree)
{
    for (size_t i = 0; tree->type == JSON_OBJECT && i < tree->object.count; i++) {
        const struct json_member *m = &tree->object.members[i];
        struct str value = lenient_text(r->arena, &m->value);

        if (names_lora(m->name))
            read_combined_lora(r, value);
        else
            reading_set_by(r, keys, m->name, value);
    }
    read_loras(r, json_get(tree, "loras"));
}

/* The prompt of the text has the styles worked in; what was typed comes first. */
static void read_infotext(struct reading *r, struct str text)
{
    struct infotext parsed;

    infotext_parse(r->arena, text, &parsed);
    reading_set(r, PART_PROMPT, STR("Raw prompt"), infotext_find(&parsed, "Raw prompt"));
    reading_set(r, PART_NEGATIVE_PROMPT, STR("Raw negative prompt"),
                infotext_find(&parsed, "Raw negative prompt"));
    infotext_apply(r, &parsed);
}

/* "Fooocus v2.5.0" */
static void name_version(struct reading *r)
{
    struct str name = STR("Fooocus"), version = r->recipe.version;

    r->recipe.program = name;
    if (version.len == 0)
        version = text_trim(reading_find(r, "Software"));
    if (str_starts(version, name))
        version = text_trim(str_slice(version, name.len, version.len));
    r->recipe.version = version;
}

/* Without the name of its scheme it is known by what nobody else writes. */
static bool is_known(const struct reading *r, struct str text)
{
    static const char *const marks[] = { "\"metadata_scheme\"", "\"base_model_hash\"",
                                         "\"Fooocus V2 Expansion\"", "\"version\": \"Fooocus",
                                         "Version: Fooocus" };
    bool is_named = str_starts(reading_find(r, "Software"), STR("Fooocus")) ||
                    !str_is_null(reading_find(r, "fooocus_scheme"));

    for (size_t i = 0; i < COUNT(marks) && !is_named; i++)
        is_named = str_find(text, str_from(marks[i])) < text.len;
    return is_named;
}

static bool read(struct reading *r)
{
    static const char *const places[] = { "parameters", "UserComment" };
    struct json tree;

    for (size_t i = 0; i < COUNT(places); i++) {
        struct str text = text_trim(reading_find(r, places[i]));

        if (text.len == 0 || !is_known(r, text))
            continue;
        if (text.ptr[0] == '{' && !lenient_parse(r->arena, text, &tree))
            continue;
        reading_use(r, places[i]);
        reading_use(r, "fooocus_scheme");
        if (text.ptr[0] == '{')
            read_json(r, &tree);
        else
            read_infotext(r, text);
        name_version(r);
        return true;
    }
    return false;
}

const struct recipe_reader recipe_fooocus = { "fooocus", read };
