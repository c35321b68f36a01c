/* What is written down of an uploaded picture: its origin, and the recipe that it carries. */
#include "work/generate.h"
#include "work/ingest.h"

enum { RECIPE_MAX_BYTES = 256 * 1024 };

/* As a request of ours would ask for it, as far as it can say that. */
static struct generate_request request_of(const struct recipe *r)
{
    struct generate_request request = {
        .prompt = r->prompt,
        .negative_prompt = r->negative_prompt,
        .style = r->style,
        .seed = recipe_seed(r),
        .steps = r->steps,
        .guidance = r->guidance,
    };

    if (r->width.set && r->height.set) {
        request.width = r->width;
        request.height = r->height;
    }
    return request;
}

static void put_text(struct json_writer *w, const char *name, struct str value)
{
    json_put_name(w, str_from(name));
    json_put_str(w, value);
}

static void put_found(struct json_writer *w, const struct recipe *found)
{
    struct generate_request request;

    json_put_name(w, STR("request"));
    if (found == NULL) {
        json_put_null(w);
    } else {
        request = request_of(found);
        json_put_struct(w, generate_request_json, &request);
    }
    json_put_name(w, STR("found"));
    if (found == NULL)
        json_put_null(w);
    else
        json_put_struct(w, recipe_json, found);
}

static bool encode(struct buf *text, const struct ingest *from, const struct recipe *found)
{
    struct json_writer w = { .out = text };

    buf_clear(text);
    text->overflowed = false;
    json_begin_object(&w);
    put_text(&w, "backend", (struct str){ 0 });
    put_text(&w, "file_name", from->file_name);
    put_text(&w, "origin", from->origin);
    put_found(&w, found);
    json_end_object(&w);
    return !text->overflowed;
}

/* Too long a recipe goes without its last raw texts; they can be read in the file for ever. */
struct str ingest_recipe(struct arena *a, const struct ingest *from, const struct recipe *found)
{
    struct recipe shorter = found != NULL ? *found : (struct recipe){ 0 };
    AUTO_BUF text = { 0 };
    bool fits;

    buf_init(&text, RECIPE_MAX_BYTES);
    fits = encode(&text, from, found);
    while (!fits && shorter.raw.count > 0) {
        shorter.raw.count--;
        fits = encode(&text, from, &shorter);
    }
    if (!fits && !encode(&text, from, NULL))
        return STR("{}");
    return arena_str(a, buf_str(&text));
}
