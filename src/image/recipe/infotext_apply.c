/* The pairs of an infotext by name: what they are called in A1111, Forge, SD.Next,
 * stable-diffusion.cpp, Fooocus and on Civitai. */
#include "image/recipe/infotext.h"
#include "image/recipe/lenient.h"

static const struct recipe_key keys[] = {
    { "Steps", PART_STEPS },
    { "Sampler", PART_SAMPLER },
    { "Schedule type", PART_SCHEDULER },
    { "Scheduler", PART_SCHEDULER },
    { "CFG scale", PART_GUIDANCE },
    { "Distilled CFG Scale", PART_DISTILLED },
    { "Guidance", PART_DISTILLED },
    { "Seed", PART_SEED },
    { "Size", PART_SIZE },
    { "Model", PART_MODEL },
    { "Model hash", PART_MODEL_HASH },
    { "App", PART_PROGRAM },
    { "Version", PART_VERSION },
    { 0 },
};

/* "name: hash, other: hash". A name may hold a colon, a hash does not. */
static void read_lora_pairs(struct reading *r, struct str list, bool is_weight)
{
    for (bool more = list.len > 0; more;) {
        struct str item, none = { 0 };
        size_t colon;

        more = str_cut(list, ',', &item, &list);
        for (colon = item.len; colon > 0 && item.ptr[colon - 1] != ':';)
            colon--;
        if (colon == 0)
            continue;
        struct str name = str_slice(item, 0, colon - 1), value = str_slice(item, colon, item.len);
        reading_add_lora(r, name, is_weight ? value : none, is_weight ? none : value);
    }
}

static void read_lora_hashes(struct reading *r, struct str value)
{
    read_lora_pairs(r, value, false);
}

static void read_lora_weights(struct reading *r, struct str value)
{
    read_lora_pairs(r, value, true);
}

/* {"model": "aeb7e9e689", "lora:name": "9f1d22ba2b", "vae": "..."} */
static void read_hashes(struct reading *r, struct str value)
{
    struct str lora = STR("lora:");
    struct json tree;

    if (!lenient_parse(r->arena, value, &tree) || tree.type != JSON_OBJECT)
        return;
    for (size_t i = 0; i < tree.object.count; i++) {
        struct str name = tree.object.members[i].name;
        struct str hash = lenient_text(r->arena, &tree.object.members[i].value);

        if (str_eq(name, STR("model")))
            reading_set(r, PART_MODEL_HASH, STR("Model hash"), hash);
        else if (str_starts(name, lora))
            reading_add_lora(r, str_slice(name, lora.len, name.len), (struct str){ 0 }, hash);
        else
            reading_add_setting(r, arena_strf(r->arena, STR_FMT " hash", STR_ARG(name)), hash);
    }
}

static void read_resource(struct reading *r, const struct json *item)
{
    struct str type = json_get_str(item, "type"), name = json_get_str(item, "modelName");

    if (str_eq_nocase(type, STR("checkpoint")) || str_eq_nocase(type, STR("model"))) {
        reading_set(r, PART_MODEL, STR("Model"), name);
        reading_set(r, PART_MODEL_HASH, STR("Model hash"), json_get_str(item, "hash"));
    } else if (str_eq_nocase(type, STR("lora")) || str_eq_nocase(type, STR("lycoris"))) {
        reading_add_lora(r, name, lenient_text(r->arena, json_get(item, "weight")),
                         json_get_str(item, "hash"));
    }
}

/* [{"type":"checkpoint","modelName":"..."},{"type":"lora","weight":0.8,"modelName":"..."}] */
static void read_resources(struct reading *r, struct str value)
{
    struct json tree;

    reading_add_setting(r, STR("Civitai resources"), value);
    if (!lenient_parse(r->arena, value, &tree) || tree.type != JSON_ARRAY)
        return;
    for (size_t i = 0; i < tree.array.count; i++)
        read_resource(r, &tree.array.items[i]);
}

static const struct {
    const char *name;
    void (*read)(struct reading *r, struct str value);
} special[] = {
    { "Lora hashes", read_lora_hashes },
    { "Lora weights", read_lora_weights },
    { "Hashes", read_hashes },
    { "Civitai resources", read_resources },
};

static void apply_pair(struct reading *r, const struct recipe_setting *pair)
{
    for (size_t i = 0; i < COUNT(special); i++) {
        if (str_eq_nocase(pair->name, str_from(special[i].name))) {
            special[i].read(r, pair->value);
            return;
        }
    }
    reading_set_by(r, keys, pair->name, pair->value);
}

/* Until 1.9 the schedule stood behind the sampler; stable-diffusion.cpp has it there to this day.
 */
static void split_sampler(struct reading *r)
{
    static const char *const schedules[] = { " Karras", " Exponential", " Polyexponential" };
    struct recipe *recipe = &r->recipe;
    struct str sampler = recipe->sampler, tail = { 0 };

    for (size_t i = 0; i < COUNT(schedules); i++) {
        if (str_ends(sampler, str_from(schedules[i])))
            tail = str_from(schedules[i]);
    }
    if (str_eq(recipe->program, STR("stable-diffusion.cpp")))
        tail = str_slice(sampler, str_find_char(sampler, ' ', 0), sampler.len);
    if (tail.len == 0 ||
        (recipe->scheduler.len > 0 && !str_eq_nocase(recipe->scheduler, text_trim(tail))))
        return;
    recipe->sampler = str_slice(sampler, 0, sampler.len - tail.len);
    if (recipe->scheduler.len == 0)
        recipe->scheduler = text_trim(tail);
}

static bool is_digit_at(struct str s, size_t at)
{
    return at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9';
}

/* Only the version tells the forks apart: "v1.10.1", "f2.0.1v1.10.1-previous-...", "ComfyUI". */
static void name_program(struct reading *r)
{
    static const char *const names[] = { "stable-diffusion.cpp", "ComfyUI", "Fooocus" };
    struct recipe *recipe = &r->recipe;
    struct str version = recipe->version;

    if (recipe->program.len > 0)
        return;
    for (size_t i = 0; i < COUNT(names); i++) {
        if (str_starts(version, str_from(names[i]))) {
            recipe->program = str_from(names[i]);
            recipe->version = text_trim(str_slice(version, str_from(names[i]).len, version.len));
        }
    }
    if (str_starts(version, STR("v")) && is_digit_at(version, 1))
        recipe->program = STR("AUTOMATIC1111");
    else if ((str_starts(version, STR("f")) && is_digit_at(version, 1)) ||
             str_starts(version, STR("neo")))
        recipe->program = STR("Forge");
}

void infotext_apply(struct reading *r, const struct infotext *text)
{
    reading_set(r, PART_PROMPT, STR("Prompt"), text->prompt);
    reading_set(r, PART_NEGATIVE_PROMPT, STR("Negative prompt"), text->negative_prompt);
    reading_add_prompt_loras(r);
    for (size_t i = 0; i < text->pair_count; i++)
        apply_pair(r, &text->pairs[i]);
    name_program(r);
    split_sampler(r);
}
