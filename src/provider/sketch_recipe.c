/* What the renderer is told of a request, and what is written down about the picture. */
#include "provider/sketch_recipe.h"

#include <string.h>

#include "base/crypto.h"
#include "base/json.h"

enum { TEXT_MAX_BYTES = 512 * 1024, CHAIN_MAX = 8 };

static void put_text(struct json_writer *w, const char *name, struct str value)
{
    if (str_is_null(value))
        return;
    json_put_name(w, str_from(name));
    json_put_str(w, value);
}

static void put_number(struct json_writer *w, const char *name, int64_t value)
{
    json_put_name(w, str_from(name));
    json_put_i64(w, value);
}

/* The members of a request or of a source: they have the same names. */
static void put_made_from(struct json_writer *w, const struct json *request)
{
    put_text(w, "prompt", json_get_str(request, "prompt"));
    put_text(w, "negative_prompt", json_get_str(request, "negative_prompt"));
    put_text(w, "style", json_get_str(request, "style"));
    put_number(w, "seed", json_get_i64(request, "seed", 0));
}

static int chain_length(const struct json *source)
{
    int length = 0;

    for (; source != NULL && source->type == JSON_OBJECT; source = json_get(source, "reference"))
        length++;
    return length;
}

/* At most `room` links of the chain. */
static void put_chain(struct json_writer *w, const struct json *source, int room)
{
    int length = chain_length(source);

    while (room == 1 && length > 1) { /* the last place is the first picture's */
        source = json_get(source, "reference");
        length--;
    }
    json_begin_object(w);
    put_made_from(w, source);
    if (length > 1) {
        json_put_name(w, STR("reference"));
        put_chain(w, json_get(source, "reference"), room - 1);
    }
    json_end_object(w);
}

/*
 * Our own recipe of a picture that sketch has made. One that went by a picture of which nothing is
 * known but its pixels is better followed by its own pixels.
 */
static bool read_recipe(struct arena *a, struct str text, struct json *out_request,
                        const struct json **out_source)
{
    struct json *recipe = arena_new(a, struct json);
    const struct json *request, *references;
    struct err none = { 0 };

    if (str_is_null(text) || !json_parse(a, text, recipe, &none) ||
        !str_eq(json_get_str(recipe, "provider"), STR("sketch")))
        return false;
    request = json_get(recipe, "request");
    references = json_get(recipe, "references");
    *out_source = json_get(json_get(recipe, "metadata"), "reference");
    if (request == NULL || request->type != JSON_OBJECT ||
        str_is_null(json_get_str(request, "prompt")))
        return false;
    *out_request = *request;
    return chain_length(*out_source) > 0 || references == NULL || references->type != JSON_ARRAY ||
           references->array.count == 0;
}

struct str sketch_source(struct arena *a, const struct gen_request *request)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };
    const struct json *source;
    struct json made_from;

    buf_init(&text, TEXT_MAX_BYTES);
    if (request->reference_count == 0 ||
        !read_recipe(a, request->references[0].recipe, &made_from, &source))
        return (struct str){ 0 };
    json_begin_object(&w);
    put_made_from(&w, &made_from);
    if (chain_length(source) > 0) {
        json_put_name(&w, STR("reference"));
        put_chain(&w, source, CHAIN_MAX - 1);
    }
    json_end_object(&w);
    if (text.overflowed)
        return (struct str){ 0 };
    return arena_str(a, buf_str(&text));
}

static void put_request(struct json_writer *w, const struct gen_request *request)
{
    put_text(w, "prompt", request->prompt);
    put_text(w, "negative_prompt", request->negative_prompt);
    put_text(w, "style", request->style);
    put_number(w, "seed", request->seed.set ? request->seed.value : 0);
    put_number(w, "width", request->width > 0 ? request->width : SKETCH_SIDE_DEFAULT);
    put_number(w, "height", request->height > 0 ? request->height : SKETCH_SIDE_DEFAULT);
}

static void put_source(struct json_writer *w, struct str source)
{
    json_put_name(w, STR("reference"));
    if (str_is_null(source))
        json_put_null(w);
    else
        json_put_raw(w, source);
}

struct str sketch_render_text(struct arena *a, const struct gen_request *request, struct str source)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, 2 * TEXT_MAX_BYTES);
    json_begin_object(&w);
    put_request(&w, request);
    put_source(&w, source);
    json_end_object(&w);
    return arena_str(a, buf_str(&text));
}

static void put_references(struct json_writer *w, struct arena *a,
                           const struct gen_request *request)
{
    json_begin_array(w);
    for (size_t i = 0; i < request->reference_count; i++) {
        const struct gen_reference *r = &request->references[i];

        json_begin_object(w);
        put_text(w, "role", r->role);
        put_text(w, "sha256", sha256_hex(a, r->bytes));
        json_end_object(w);
    }
    json_end_array(w);
}

/* In the shape of the library's recipes, but for what is of one installation alone. */
static struct str file_json(struct arena *a, const struct gen_request *request, struct str source)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, 2 * TEXT_MAX_BYTES);
    json_begin_object(&w);
    put_text(&w, "provider", STR("sketch"));
    json_put_name(&w, STR("request"));
    json_begin_object(&w);
    put_request(&w, request);
    json_end_object(&w);
    json_put_name(&w, STR("references"));
    put_references(&w, a, request);
    json_put_name(&w, STR("metadata"));
    json_begin_object(&w);
    put_source(&w, source);
    json_end_object(&w);
    json_end_object(&w);
    return arena_str(a, buf_str(&text));
}

/* A value that would be taken for more than one is quoted as JSON. */
static void put_value(struct buf *out, struct str value)
{
    struct json_writer w = { .out = out };
    bool plain = true;

    for (size_t i = 0; i < value.len; i++)
        plain = plain && strchr(",:\"\\\r\n", value.ptr[i]) == NULL;
    if (plain)
        buf_put(out, value);
    else
        json_put_str(&w, value);
}

/* As A1111 writes it: the texts, and a last line of pairs in its order. */
static struct str parameters(struct arena *a, const struct gen_request *r)
{
    AUTO_BUF text = { 0 };

    buf_init(&text, TEXT_MAX_BYTES);
    buf_put(&text, r->prompt);
    if (r->negative_prompt.len > 0) {
        buf_put(&text, STR("\nNegative prompt: "));
        buf_put(&text, r->negative_prompt);
    }
    buf_putf(&text, "\nSeed: %lld, Size: %lldx%lld, Model: sketch",
             (long long)(r->seed.set ? r->seed.value : 0),
             (long long)(r->width > 0 ? r->width : SKETCH_SIDE_DEFAULT),
             (long long)(r->height > 0 ? r->height : SKETCH_SIDE_DEFAULT));
    if (r->style.len > 0) {
        buf_put(&text, STR(", Style: "));
        put_value(&text, r->style);
    }
    buf_put(&text, STR(", Version: Albumen"));
    return arena_str(a, buf_str(&text));
}

struct image_recipe sketch_file_recipe(struct arena *a, const struct gen_request *request,
                                       struct str source)
{
    return (struct image_recipe){
        .parameters = parameters(a, request),
        .json = file_json(a, request, source),
        .source_type = STR("algorithmicMedia"), /* by a program, and not by a trained model */
        .creator = STR("Albumen"),
        .description = request->prompt,
    };
}

struct str sketch_metadata(struct arena *a, const struct image_info *drawn, struct str source)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, 2 * TEXT_MAX_BYTES);
    json_begin_object(&w);
    for (size_t i = 0; i < drawn->text_count; i++) {
        json_put_name(&w, drawn->texts[i].keyword);
        json_put_str(&w, drawn->texts[i].value);
    }
    put_source(&w, source);
    json_end_object(&w);
    return arena_str(a, buf_str(&text));
}
