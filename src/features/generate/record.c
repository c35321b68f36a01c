/* What is written down about a picture beside it. */
#include "features/generate/record.h"

#include "base/clock.h"
#include "image/image.h"

enum { RECORD_MAX_BYTES = 4 * 1024 * 1024 };

static struct opt_i64 number(const struct json *v, const char *name)
{
    const struct json *member = json_get(v, name);

    if (member == NULL || member->type != JSON_INT)
        return (struct opt_i64){ false, 0 };
    return (struct opt_i64){ true, member->integer };
}

bool picture_read(struct str prompt, struct str job, const struct json *image,
                  const struct json *recipe, struct picture *out, struct err *e)
{
    *out = (struct picture){
        .id = json_get_str(image, "id"),
        .job = job,
        .url = json_get_str(image, "url"),
        .media_type = json_get_str(image, "mediaType"),
        .sha256 = json_get_str(image, "sha256"),
        .backend = json_get_str(image, "backend"),
        .prompt = prompt,
        .width = number(image, "width"),
        .height = number(image, "height"),
        .seed = number(json_get(recipe, "request"), "seed"),
        .recipe = recipe,
    };
    if (str_is_null(out->id) || !str_starts(out->url, STR("/media/")) ||
        !clock_parse_iso(json_get_str(image, "createdAt"), &out->created_ms))
        return err_set(e, ERR_UPSTREAM,
                       "the server tells of a picture in a way that this version "
                       "does not understand");
    return true;
}

struct str picture_ending(const struct picture *p)
{
    static const enum image_format formats[] = { IMAGE_PNG, IMAGE_JPEG, IMAGE_WEBP };

    for (size_t i = 0; i < COUNT(formats); i++) {
        const struct image_kind *kind = image_kind_of(formats[i]);

        if (str_eq(str_from(kind->mime), p->media_type))
            return str_from(kind->ending);
    }
    return STR("bin");
}

struct naming picture_naming(struct arena *a, const struct picture *p)
{
    struct naming n = {
        .slug = slug_of(a, p->prompt),
        .backend = p->backend,
        .ending = picture_ending(p),
        .seed = p->seed,
    };

    naming_set_time(a, &n, p->created_ms);
    return n;
}

static void put_text(struct json_writer *w, const char *name, struct str value)
{
    json_put_name(w, str_from(name));
    json_put_str(w, value);
}

static void put_number(struct json_writer *w, const char *name, struct opt_i64 value)
{
    json_put_name(w, str_from(name));
    if (value.set)
        json_put_i64(w, value.value);
    else
        json_put_null(w);
}

/* "https://example.org/fox.png?signature=..." up to the question mark, and nobody's password. */
static struct str without_secrets(struct arena *a, struct str url)
{
    struct str bare = str_slice(url, 0, str_find_char(url, '?', 0));
    size_t start = str_find(bare, STR("://")) + 3, at = str_find_char(bare, '@', 0);

    if (start > bare.len || at >= str_find_char(bare, '/', start))
        return bare;
    return arena_strf(a, STR_FMT STR_FMT, STR_ARG(str_slice(bare, 0, start)),
                      STR_ARG(str_slice(bare, at + 1, bare.len)));
}

static void put_reference(struct json_writer *w, struct arena *a, const struct json *reference)
{
    struct str url = json_get_str(reference, "url");

    json_begin_object(w);
    for (size_t i = 0; reference->type == JSON_OBJECT && i < reference->object.count; i++) {
        const struct json_member *m = &reference->object.members[i];

        json_put_name(w, m->name);
        if (str_eq(m->name, STR("url")) && !str_is_null(url))
            json_put_str(w, without_secrets(a, url));
        else
            json_put_tree(w, &m->value);
    }
    json_end_object(w);
}

static void put_references(struct json_writer *w, struct arena *a, struct json_list list)
{
    json_put_name(w, STR("references"));
    json_begin_array(w);
    for (size_t i = 0; i < list.count; i++)
        put_reference(w, a, &list.items[i]);
    json_end_array(w);
}

/* As it was really sent, but for the references, which stand by themselves. */
static void put_request(struct json_writer *w, const struct json *request)
{
    json_put_name(w, STR("request"));
    json_begin_object(w);
    for (size_t i = 0; request != NULL && request->type == JSON_OBJECT && i < request->object.count;
         i++) {
        const struct json_member *m = &request->object.members[i];

        if (str_eq(m->name, STR("references")) || m->value.type == JSON_NULL)
            continue;
        json_put_name(w, m->name);
        json_put_tree(w, &m->value);
    }
    json_end_object(w);
}

static void put_members(struct json_writer *w, struct arena *a, const struct picture *p)
{
    const struct json *recipe = p->recipe;

    put_text(w, "backend", p->backend);
    put_text(w, "provider", json_get_str(recipe, "provider"));
    put_number(w, "seed", p->seed);
    json_put_name(w, STR("created_at"));
    json_put_time(w, p->created_ms);
    put_number(w, "width", p->width);
    put_number(w, "height", p->height);
    put_text(w, "media_type", p->media_type);
    put_text(w, "sha256", p->sha256);
    put_text(w, "image", p->id);
    put_text(w, "job", p->job);
    put_text(w, "style", json_get_str(recipe, "preset"));
    put_request(w, json_get(recipe, "request"));
    put_references(w, a, json_get_list(recipe, "references"));
    json_put_name(w, STR("ignored"));
    json_put_tree(w, json_get(recipe, "ignored"));
    json_put_name(w, STR("metadata"));
    json_put_tree(w, json_get(recipe, "metadata"));
    put_text(w, "generator", STR("albumen " ALBUMEN_VERSION));
}

struct str record_of(struct arena *a, const struct picture *p, struct str file)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, RECORD_MAX_BYTES);
    json_begin_object(&w);
    put_text(&w, "file", file);
    put_text(&w, "prompt", p->prompt);
    put_members(&w, a, p);
    json_end_object(&w);
    buf_put_char(&text, '\n');
    return arena_str(a, buf_str(&text));
}
