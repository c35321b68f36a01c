/* The recipe of a picture: who made it of what, as it was really sent. */
#include "work/generate_parts.h"

enum { RECIPE_MAX_BYTES = 64 * 1024 };

struct str generate_recipe(const struct generation *g, const struct gen_image *image)
{
    AUTO_BUF text;
    struct json_writer w = { .out = &text };
    struct generate_request sent = g->payload.request;

    buf_init(&text, RECIPE_MAX_BYTES);
    if (image->seed.set)
        sent.seed = image->seed;
    json_begin_object(&w);
    json_put_name(&w, STR("backend"));
    json_put_str(&w, backend_name(g->backend));
    json_put_name(&w, STR("provider"));
    json_put_str(&w, str_from(backend_provider(g->backend)->ops->type));
    json_put_name(&w, STR("request"));
    json_put_struct(&w, generate_request_json, &sent);
    json_put_name(&w, STR("ignored"));
    json_begin_array(&w);
    for (size_t i = 0; i < g->result.ignored.count; i++)
        json_put_str(&w, g->result.ignored.items[i]);
    json_end_array(&w);
    json_put_name(&w, STR("metadata"));
    if (image->metadata.len > 0)
        json_put_raw(&w, image->metadata);
    else
        json_put_null(&w);
    json_end_object(&w);
    return arena_str(g->run->arena, text.overflowed ? STR("{}") : buf_str(&text));
}
