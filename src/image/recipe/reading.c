/* Words into parts of a recipe, each held to its bounds. */
#include "image/recipe/reading.h"

#include <string.h>

#include "image/recipe/lenient.h"

enum { MAX_STEPS = 100000, MAX_SEED_DIGITS = 20, MAX_GUIDANCE = 10000 };

struct str text_trim(struct str s)
{
    size_t start = 0, end = s.len;

    while (start < end && memchr(" \t\r\n\f\v", s.ptr[start], 7) != NULL)
        start++;
    while (end > start && memchr(" \t\r\n\f\v", s.ptr[end - 1], 7) != NULL)
        end--;
    return str_slice(s, start, end);
}

struct str text_file_stem(struct str path)
{
    static const char *const endings[] = { ".safetensors", ".ckpt", ".gguf", ".sft",
                                           ".pt",          ".pth",  ".bin" };

    for (size_t i = path.len; i > 0; i--) {
        if (path.ptr[i - 1] == '/' || path.ptr[i - 1] == '\\') {
            path = str_slice(path, i, path.len);
            break;
        }
    }
    for (size_t i = 0; i < COUNT(endings); i++) {
        if (path.len > str_from(endings[i]).len && str_ends(path, str_from(endings[i])))
            return str_slice(path, 0, path.len - str_from(endings[i]).len);
    }
    return path;
}

struct str reading_find(const struct reading *r, const char *keyword)
{
    for (size_t i = 0; i < r->count; i++) {
        if (str_eq(r->texts[i].keyword, str_from(keyword)))
            return r->texts[i].value;
    }
    return (struct str){ 0 };
}

/* Room for one more of at most max, or NULL. */
static void *grow(struct arena *a, struct field_list *list, size_t item_bytes, size_t max)
{
    if (list->items == NULL)
        list->items = arena_alloc_array(a, max, item_bytes);
    return list->count < max ? (char *)list->items + item_bytes * list->count++ : NULL;
}

static bool is_kept(const struct recipe *recipe, struct str keyword)
{
    const struct image_text *raw = recipe->raw.items;

    for (size_t i = 0; i < recipe->raw.count; i++) {
        if (str_eq(raw[i].keyword, keyword))
            return true;
    }
    return false;
}

struct str reading_use(struct reading *r, const char *keyword)
{
    struct str value = reading_find(r, keyword);
    struct image_text *raw;

    if (str_is_null(value) || is_kept(&r->recipe, str_from(keyword)))
        return text_trim(value);
    raw = grow(r->arena, &r->recipe.raw, sizeof(*raw), RECIPE_MAX_RAW);
    if (raw != NULL)
        *raw = (struct image_text){ str_from(keyword), value };
    return text_trim(value);
}

void reading_add_setting(struct reading *r, struct str name, struct str value)
{
    struct recipe_setting *setting;

    name = text_trim(name);
    value = text_trim(value);
    if (name.len == 0 || name.len > RECIPE_MAX_NAME || value.len == 0 ||
        value.len > RECIPE_MAX_VALUE)
        return;
    setting = grow(r->arena, &r->recipe.settings, sizeof(*setting), RECIPE_MAX_SETTINGS);
    if (setting != NULL)
        *setting = (struct recipe_setting){ name, value };
}

static struct recipe_lora *find_lora(struct reading *r, struct str name)
{
    struct recipe_lora *loras = r->recipe.loras.items;

    for (size_t i = 0; i < r->recipe.loras.count; i++) {
        if (str_eq(loras[i].name, name))
            return &loras[i];
    }
    return NULL;
}

void reading_add_lora(struct reading *r, struct str name, struct str weight, struct str hash)
{
    struct recipe_lora *lora;
    double value;

    name = text_file_stem(text_trim(name));
    if (name.len == 0 || name.len > RECIPE_MAX_VALUE || str_eq_nocase(name, STR("none")))
        return;
    lora = find_lora(r, name);
    if (lora == NULL)
        lora = grow(r->arena, &r->recipe.loras, sizeof(*lora), RECIPE_MAX_LORAS);
    if (lora == NULL)
        return;
    lora->name = name;
    if (!lora->weight.set && str_to_f64(text_trim(weight), &value))
        lora->weight = (struct opt_f64){ true, value };
    hash = text_trim(hash);
    if (lora->hash.len == 0 && hash.len > 0 && hash.len <= RECIPE_MAX_VALUE)
        lora->hash = hash;
}

void reading_add_prompt_loras(struct reading *r)
{
    static const char *const calls[] = { "<lora:", "<lyco:" };
    struct str prompt = r->recipe.prompt;

    for (size_t i = 0; i < COUNT(calls); i++) {
        struct str rest = prompt;

        for (size_t at; (at = str_find(rest, str_from(calls[i]))) < rest.len;) {
            struct str call, name, weight;

            rest = str_slice(rest, at + str_from(calls[i]).len, rest.len);
            call = str_slice(rest, 0, RECIPE_MAX_NAME);
            if (!str_cut(call, '>', &call, &weight))
                continue;
            weight = (struct str){ 0 };
            if (str_cut(call, ':', &name, &weight))
                str_cut(weight, ':', &weight, &call);
            reading_add_lora(r, name, weight, (struct str){ 0 });
        }
    }
}

/* True also for what is set already: the value has found its place. */
static bool set_text(struct str *out, struct str value)
{
    if (value.len > RECIPE_MAX_VALUE)
        return false;
    if (out->len == 0)
        *out = value;
    return true;
}

static bool set_i64(struct opt_i64 *out, struct str value, int64_t max)
{
    int64_t whole;
    double real;

    if (!str_to_i64(value, 1, max, &whole)) {
        if (!str_to_f64(value, &real) || real < 1 || real > (double)max ||
            real != (double)(int64_t)real)
            return false;
        whole = (int64_t)real;
    }
    if (!out->set)
        *out = (struct opt_i64){ true, whole };
    return true;
}

static bool set_guidance(struct opt_f64 *out, struct str value)
{
    double real;

    if (!str_to_f64(value, &real) || real < 0 || real > MAX_GUIDANCE)
        return false;
    if (!out->set)
        *out = (struct opt_f64){ true, real };
    return true;
}

/* The first two numbers, whatever stands around them. */
static bool set_size(struct recipe *recipe, struct str value)
{
    struct str numbers[2] = { { 0 }, { 0 } };
    size_t found = 0;

    for (size_t i = 0; i < value.len && found < 2;) {
        size_t start = i;

        while (i < value.len && value.ptr[i] >= '0' && value.ptr[i] <= '9')
            i++;
        if (i > start)
            numbers[found++] = str_slice(value, start, i);
        else
            i++;
    }
    struct opt_i64 width = { 0 }, height = { 0 };
    if (!set_i64(&width, numbers[0], IMAGE_MAX_SIDE) ||
        !set_i64(&height, numbers[1], IMAGE_MAX_SIDE))
        return false;
    if (!recipe->width.set && !recipe->height.set) {
        recipe->width = width;
        recipe->height = height;
    }
    return true;
}

/* Below zero means that the program was to choose one, and "7.0" is 7 that went through a table. */
static bool set_seed(struct recipe *recipe, struct str value)
{
    if (value.len > 2 && str_ends(value, STR(".0")))
        value = str_slice(value, 0, value.len - 2);
    if (value.len == 0 || value.len > MAX_SEED_DIGITS)
        return false;
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] < '0' || value.ptr[i] > '9')
            return false;
    }
    if (recipe->seed.len == 0)
        recipe->seed = value;
    return true;
}

static bool set_distilled(struct reading *r, struct str name, struct str value)
{
    double real;

    if (!str_to_f64(value, &real) || real < 0 || real > MAX_GUIDANCE)
        return false;
    if (r->distilled.value.len == 0)
        r->distilled = (struct recipe_setting){ name, value };
    return true;
}

static bool set_part(struct reading *r, enum recipe_part part, struct str name, struct str value)
{
    struct recipe *recipe = &r->recipe;
    const struct {
        enum recipe_part part;
        struct str *out;
    } texts[] = {
        { PART_PROGRAM, &recipe->program },       { PART_VERSION, &recipe->version },
        { PART_STYLE, &recipe->style },           { PART_SAMPLER, &recipe->sampler },
        { PART_SCHEDULER, &recipe->scheduler },   { PART_MODEL, &recipe->model },
        { PART_MODEL_HASH, &recipe->model_hash },
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        if (texts[i].part == part)
            return set_text(texts[i].out, value);
    }
    switch (part) {
    case PART_WIDTH:
        return set_i64(&recipe->width, value, IMAGE_MAX_SIDE);
    case PART_HEIGHT:
        return set_i64(&recipe->height, value, IMAGE_MAX_SIDE);
    case PART_SIZE:
        return set_size(recipe, value);
    case PART_SEED:
        return set_seed(recipe, value);
    case PART_STEPS:
        return set_i64(&recipe->steps, value, MAX_STEPS);
    case PART_GUIDANCE:
        return set_guidance(&recipe->guidance, value);
    case PART_DISTILLED:
        return set_distilled(r, name, value);
    default:
        return false;
    }
}

void reading_set(struct reading *r, enum recipe_part part, struct str name, struct str value)
{
    struct str *prompt = part == PART_PROMPT            ? &r->recipe.prompt
                         : part == PART_NEGATIVE_PROMPT ? &r->recipe.negative_prompt
                                                        : NULL;

    value = text_trim(value);
    if (part == PART_NONE || value.len == 0)
        return;
    if (prompt != NULL)
        *prompt = prompt->len == 0 ? value : *prompt;
    else if (!set_part(r, part, name, value))
        reading_add_setting(r, name, value);
}

void reading_set_by(struct reading *r, const struct recipe_key *keys, struct str name,
                    struct str value)
{
    while (keys->name != NULL && !str_eq_nocase(str_from(keys->name), name))
        keys++;
    reading_set(r, keys->name != NULL ? keys->part : PART_SETTING, name, value);
}

void reading_set_members(struct reading *r, const struct recipe_key *keys,
                         const struct json *object)
{
    if (object == NULL || object->type != JSON_OBJECT)
        return;
    for (size_t i = 0; i < object->object.count; i++) {
        const struct json_member *m = &object->object.members[i];

        reading_set_by(r, keys, m->name, lenient_text(r->arena, &m->value));
    }
}

/*
 * A model that learned its guidance takes it as a number of its own and has the usual one switched
 * off, at 1: then that number is the guidance, and the 1 a setting. Else it is the other way round.
 */
static void choose_guidance(struct reading *r)
{
    struct recipe *recipe = &r->recipe;
    double distilled;

    if (!str_to_f64(r->distilled.value, &distilled))
        return;
    if (recipe->guidance.set && recipe->guidance.value != 1) {
        reading_add_setting(r, r->distilled.name, r->distilled.value);
        return;
    }
    if (recipe->guidance.set)
        reading_add_setting(r, STR("CFG scale"), STR("1"));
    recipe->guidance = (struct opt_f64){ true, distilled };
}

bool recipe_read_by(const struct recipe_reader *reader, struct arena *a,
                    const struct image_text *texts, size_t count, struct recipe *out)
{
    struct reading r = { .arena = a, .texts = texts, .count = count };

    r.recipe.format = str_from(reader->format);
    if (!reader->read(&r))
        return false;
    choose_guidance(&r);
    *out = r.recipe;
    return true;
}
