/* The recipe of a picture: who made it of what, as it was really sent. */
#include "work/generate_parts.h"

enum { RECIPE_MAX_BYTES = 1024 * 1024 }; /* a request of up to 256 KiB, and what was said to it */

/* What an address gave is known by its digest: tomorrow it may give something else. */
static void put_reference(struct json_writer *w, const struct generate_reference *reference,
                          struct str sha256)
{
    bool own = !str_is_null(reference->image);

    json_begin_object(w);
    json_put_name(w, own ? STR("image") : STR("url"));
    json_put_str(w, own ? reference->image : reference->url);
    json_put_name(w, STR("role"));
    json_put_str(w, reference->role);
    json_put_name(w, STR("sha256"));
    json_put_str(w, sha256);
    json_end_object(w);
}

static void put_references(struct json_writer *w, const struct generation *g)
{
    const struct field_list *list = &g->payload.request.references;
    const struct str_list *digests = &g->trail.references;

    json_begin_array(w);
    for (size_t i = 0; i < list->count; i++)
        put_reference(w, (const struct generate_reference *)list->items + i,
                      i < digests->count ? digests->items[i] : (struct str){ 0 });
    json_end_array(w);
}

static void put_recipe(struct json_writer *w, const struct generation *g,
                       const struct gen_image *image, struct str metadata)
{
    struct generate_request sent = g->sent;

    if (image->seed.set)
        sent.seed = image->seed;
    json_begin_object(w);
    json_put_name(w, STR("backend"));
    json_put_str(w, backend_name(g->backend));
    json_put_name(w, STR("provider"));
    json_put_str(w, str_from(backend_provider(g->backend)->ops->type));
    json_put_name(w, STR("request"));
    json_put_struct(w, generate_request_json, &sent);
    if (g->preset != NULL) {
        json_put_name(w, STR("preset"));
        json_put_str(w, g->preset->name);
    }
    json_put_name(w, STR("references"));
    put_references(w, g);
    json_put_name(w, STR("ignored"));
    json_begin_array(w);
    for (size_t i = 0; i < g->result.ignored.count; i++)
        json_put_str(w, g->result.ignored.items[i]);
    json_end_array(w);
    json_put_name(w, STR("metadata"));
    if (metadata.len > 0)
        json_put_raw(w, metadata);
    else
        json_put_null(w);
    json_end_object(w);
}

struct str generate_recipe(const struct generation *g, const struct gen_image *image)
{
    AUTO_BUF text = { 0 };

    buf_init(&text, RECIPE_MAX_BYTES);
    put_recipe(&(struct json_writer){ .out = &text }, g, image, image->metadata);
    if (text.overflowed) { /* what we asked for counts more than what was said to it */
        buf_deinit(&text);
        buf_init(&text, RECIPE_MAX_BYTES);
        put_recipe(&(struct json_writer){ .out = &text }, g, image, STR(""));
    }
    return arena_str(g->run->arena, buf_str(&text));
}
